"""The skill's recipes, typed word for word in a project that has the skill installed.

Twice: in the spelling of the first catalogue, which agents know (--workflow-id, kill-worker before ensure-worker, ...),
and as SKILL.md gives them, taken from its text."""

import re
import stat
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.server import DevServer
from harness.skill import FOLDER, Skill
from harness.world import World, repository

# A recipe is five commands or so, each done in seconds; busy cores take longer.
RECIPE_SECONDS = 100

QUEUE = "approvals"

WORKFLOW = """
from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def book(order: str) -> str:
    return f"{order} booked"


@workflow.defn
class ApprovalWorkflow:
    def __init__(self) -> None:
        self._approved: bool | None = None

    @workflow.run
    async def run(self, order: str) -> str:
        await workflow.wait_condition(lambda: self._approved is not None)
        if not self._approved:
            return "rejected"
        return await workflow.execute_activity(
            book, order, start_to_close_timeout=timedelta(seconds=10)
        )

    @workflow.signal
    def approval(self, decision: dict[str, bool]) -> None:
        self._approved = decision["approved"]


@workflow.defn
class OrderWorkflow:
    @workflow.run
    async def run(self, order: str) -> str:
        return await workflow.execute_activity(
            book, order, start_to_close_timeout=timedelta(seconds=10)
        )
"""

WORKER = """
import asyncio
import signal

from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.worker import Worker

from flow import ApprovalWorkflow, OrderWorkflow, book


async def main() -> None:
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with Worker(
        client,
        task_queue="{queue}",
        workflows=[ApprovalWorkflow, OrderWorkflow],
        activities=[book],
    ):
        print("Worker started, listening on task queue: {queue}", flush=True)
        await stop.wait()


asyncio.run(main())
"""

# It does not wait for the result: a workflow that stalls would hold it.
STARTER = """
import asyncio
import os
import sys
import uuid

from temporalio.client import Client
from temporalio.envconfig import ClientConfig


async def main() -> None:
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    kind = sys.argv[1] if len(sys.argv) > 1 else "approval"
    handle = await client.start_workflow(
        {{"approval": "ApprovalWorkflow", "order": "OrderWorkflow"}}[kind],
        "order-1",
        id=f"{{kind}}-{{uuid.uuid4()}}",
        task_queue="{queue}",
    )
    print(f"workflow_id: {{handle.id}}", flush=True)


asyncio.run(main())
os._exit(0)  # Python 3.11 with the SDK 1.35 sometimes crashes while it ends
"""


class Scratch:
    """A project that `uv run worker` and `uv run starter` work in, without a network."""

    def __init__(self, world: World, directory: Path) -> None:
        self.world = world
        self.directory = directory
        directory.mkdir(parents=True)
        queue = f"{QUEUE}-{world.id[:12]}"
        (directory / "flow.py").write_text(WORKFLOW)
        (directory / "pyproject.toml").write_text(
            '[project]\nname = "approvals"\nversion = "0.1.0"\nrequires-python = ">=3.11"\n'
        )
        # Its environment borrows the packages of the tests'.
        subprocess.run(
            [sys.executable, "-m", "venv", "--without-pip", directory / ".venv"], check=True
        )
        packages = next((directory / ".venv/lib").glob("python*/site-packages"))
        (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
        for name, text in (("worker", WORKER), ("starter", STARTER)):
            path = directory / ".venv/bin" / name
            path.write_text(
                f"#!/usr/bin/env python\nimport sys\nsys.path.insert(0, {str(directory)!r})\n"
                + text.format(queue=queue)
            )
            path.chmod(path.stat().st_mode | stat.S_IXUSR)
        world.env |= {"UV_NO_SYNC": "1", "UV_OFFLINE": "1", "UV_PYTHON_DOWNLOADS": "never"}
        # An agent's calls name no project: it stands in it.
        del world.env["CLAUDE_TEMPORAL_PROJECT_DIR"]

    def shell(self, text: str, code: int = 0, **variables: str) -> str:
        """Type the lines into a shell that stands in the project; what they printed."""
        done = subprocess.run(
            ["bash", "-eu", "-o", "pipefail", "-c", text],
            cwd=self.directory,
            env=self.world.env | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=RECIPE_SECONDS,
        )
        assert done.returncode == code, f"{text}\nexit {done.returncode}\n{done.stdout}"
        return done.stdout

    def first(self, text: str, code: int = 0, **variables: str) -> str:
        """Type a recipe in the first catalogue's spelling, the scripts' folder filled in."""
        return self.shell(text.replace("./scripts/", f"{FOLDER}/scripts/"), code, **variables)

    def ours(self, number: int, **variables: str) -> str:
        """Type a recipe of SKILL.md, the ids filled in."""
        text = recipes()[number].replace("scripts/", f"{FOLDER}/scripts/")
        for name, value in variables.items():
            text = re.sub(rf"\b{name}\b", value, text)
        return self.shell(text)

    def start(self, kind: str) -> str:
        said = self.shell(f"uv run starter {kind}")
        found = re.search(r"workflow_id: (\S+)", said)
        assert found, said
        return found[1]

    def change(self, old: str, new: str) -> None:
        path = self.directory / "flow.py"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))

    def break_orders(self) -> None:
        """Workflow code with a bug, and a worker that runs it."""
        self.change("    async def run(self, order: str) -> str:\n        return", BROKEN)

    def repair(self) -> None:
        self.change(BROKEN, "    async def run(self, order: str) -> str:\n        return")


BROKEN = """    async def run(self, order: str) -> str:
        order = order.naem
        return"""


def recipes() -> dict[int, str]:
    """The bash blocks of SKILL.md's recipes, by number."""
    text = (repository() / "SKILL.md").read_text().split("## Recipes")[1].split("\n## ")[0]
    found = re.findall(r"\*\*(\d)\. [^\n]*\*\*\s+```bash\n(.*?)```", text, re.DOTALL)
    return {int(number): block for number, block in found}


@pytest.fixture
def scratch(world: World, cli: Cli) -> Scratch:
    project = Scratch(world, world.root / "agent's dïr" / "approvals")
    cli("install-skill", "--project", project.directory).expect(0)
    return project


@pytest.fixture
def on_server(scratch: Scratch, server: DevServer) -> Scratch:
    """The project, where a server runs."""
    return scratch


@pytest.fixture
def skill(scratch: Scratch, world: World) -> Iterator[Skill]:
    made = Skill(world, scratch.directory)
    yield made
    made.close()


def test_the_skill_has_the_five_recipes() -> None:
    assert sorted(recipes()) == [1, 2, 3, 4, 5]


# ---- 1: clean start ----

CLEAN_START = """
./scripts/kill-all-workers.sh
./scripts/ensure-server.sh
./scripts/ensure-worker.sh
uv run starter
"""


def test_recipe_1_clean_start(scratch: Scratch, skill: Skill, world: World) -> None:
    said = scratch.first(CLEAN_START)
    assert f"at {world.address}" in said
    assert "workflow_id: approval-" in said
    (worker,) = skill.run("list-workers", "-o", "json").expect(0).json["workers"]
    # Again, with all of it there: the worker is another one, the server is the same.
    before = skill.run("show-server", "-o", "json").expect(0).json["pid"]
    scratch.first(CLEAN_START)
    (fresh,) = skill.run("list-workers", "-o", "json").expect(0).json["workers"]
    assert fresh["pid"] != worker["pid"]
    assert skill.run("show-server", "-o", "json").expect(0).json["pid"] == before
    scratch.first("./scripts/kill-all-workers.sh --include-server")
    assert world.leftovers() == []


def test_recipe_1_as_in_the_skill(scratch: Scratch, world: World) -> None:
    assert "approval-" in scratch.ours(1)
    scratch.first("./scripts/kill-all-workers.sh --include-server")
    assert world.leftovers() == []


# ---- 2: debug a stalled workflow ----

DEBUG = """
./scripts/find-stalled-workflows.sh
./scripts/analyze-workflow-error.sh --workflow-id $workflow_id
tail -100 "$CLAUDE_TEMPORAL_LOG_DIR"/worker-$(basename "$(pwd)").log
"""


def stalled_order(scratch: Scratch, skill: Skill) -> str:
    scratch.break_orders()
    scratch.first("./scripts/ensure-worker.sh")
    order = scratch.start("order")
    skill.run("wait-for-workflow-status", "-w", order).expect(6)
    return order


def test_recipe_2_debug_a_stalled_workflow(on_server: Scratch, skill: Skill) -> None:
    order = stalled_order(on_server, skill)
    said = on_server.first(DEBUG, workflow_id=order)
    assert "1 workflow_task_failure" in said
    assert re.search(r"AttributeError.*naem", said)
    assert re.search(r"flow\.py:\d+ in run", said)
    assert f"Failed activation on workflow OrderWorkflow with ID {order}" in said
    on_server.repair()
    on_server.first("./scripts/ensure-worker.sh")
    ended = skill.run("wait-for-workflow-status", "-w", order, "-o", "json").expect(0).json
    assert (ended["status"], ended["result"]) == ("COMPLETED", "order-1 booked")
    on_server.first("./scripts/kill-worker.sh")


def test_recipe_2_as_in_the_skill(on_server: Scratch, skill: Skill) -> None:
    order = stalled_order(on_server, skill)
    on_server.repair()
    said = on_server.ours(2, ID=order)
    assert f"'{order}' is COMPLETED" in said
    on_server.first("./scripts/kill-worker.sh")


# ---- 3: clear a stalled environment ----

CLEAR = """
./scripts/find-stalled-workflows.sh
./scripts/bulk-cancel-workflows.sh
./scripts/kill-worker.sh
./scripts/ensure-worker.sh
"""


@pytest.mark.parametrize("spelling", ["first", "skill"])
def test_recipe_3_clear_a_stalled_environment(
    on_server: Scratch, skill: Skill, spelling: str
) -> None:
    waiting = on_server.start("approval")
    order = stalled_order(on_server, skill)
    on_server.repair()
    said = on_server.first(CLEAR) if spelling == "first" else on_server.ours(3)
    assert order in said
    skill.run("wait-for-workflow-status", "-w", order, "--status", "CANCELED").expect(0)
    # One that waits by design is not stalled, and goes on.
    skill.run("wait-for-workflow-status", "-w", waiting, "--status", "RUNNING").expect(0)
    none = skill.run("find-stalled-workflows", "-o", "json").expect(0).json
    assert none["stalled"] == []
    on_server.first("./scripts/kill-worker.sh")


# ---- 4: an interactive workflow ----

INTERACTIVE = """
./scripts/ensure-worker.sh
workflow_id=$(uv run starter | sed -n 's/^workflow_id: //p')
./scripts/wait-for-workflow-status.sh --workflow-id $workflow_id --status RUNNING
./scripts/interact.sh --workflow-id $workflow_id --signal-name "approval" --data '{"approved": true}'
./scripts/wait-for-workflow-status.sh --workflow-id $workflow_id --status COMPLETED
./scripts/get-workflow-result.sh --workflow-id $workflow_id
./scripts/kill-worker.sh
"""


def test_recipe_4_test_an_interactive_workflow(on_server: Scratch, world: World) -> None:
    said = on_server.first(INTERACTIVE)
    assert "is RUNNING" in said
    assert "is COMPLETED" in said
    assert 'result: "order-1 booked"' in said
    assert world.leftovers() == []


def test_recipe_4_as_in_the_skill(on_server: Scratch, world: World) -> None:
    # The skill's lines name the id after run-starter gave it: play them with a shell's eyes.
    text = recipes()[4].replace("scripts/", f"{FOLDER}/scripts/")
    head, starter, tail = text.partition("run-starter.sh")
    lines = tail.split("\n", 1)[1]
    text = (
        f"{head}{starter} -o json >started\n"
        'ID=$(sed \'s/.*"workflow_id":"\\([^"]*\\)".*/\\1/\' started)\n'
        + re.sub(r"\bID\b", '"$ID"', lines)
    )
    said = on_server.shell(text)
    assert "signals: approval" in said
    assert 'result: "order-1 booked"' in said
    assert world.leftovers() == []


# ---- 5: recent results ----

RECENT = """
./scripts/list-recent-workflows.sh --minutes 30
./scripts/get-workflow-result.sh --workflow-id $one
./scripts/get-workflow-result.sh --workflow-id $two
"""


def test_recipe_5_check_recent_results(on_server: Scratch, skill: Skill) -> None:
    on_server.first("./scripts/ensure-worker.sh")
    one, two = on_server.start("order"), on_server.start("order")
    for order in (one, two):
        skill.run("wait-for-workflow-status", "-w", order).expect(0)
    said = on_server.first(RECENT, one=one, two=two)
    assert "2 COMPLETED" in said
    assert said.count('result: "order-1 booked"') == 2
    assert "order-1 booked" in on_server.ours(5, ID=one)
    # A result that looks like an error is the negative answer.
    on_server.change('return f"{order} booked"', 'return "Error: no such order"')
    on_server.first("./scripts/ensure-worker.sh")
    bad = on_server.start("order")
    skill.run("wait-for-workflow-status", "-w", bad).expect(0)
    assert "Error: no such order" in skill.run("get-workflow-result", "-w", bad).expect(1).out
    on_server.first("./scripts/kill-worker.sh")
