"""verify-project's plan: a wrong line of the INI file is told with its place before anything is done, and expectations
are compared with what workflows return. Each wrong line and each comparison is in tests/unit/test_plan.c."""

import json
from typing import Any

import pytest

from conftest import MakeProject
from harness.cli import Cli
from harness.ending import LEAVE
from harness.project import Project
from harness.server import DevServer
from harness.world import World

# (the wrong line, which stands in a section of its own, that section, what is said of it)
WRONG = [
    ("expect_status = COMPLETE", "run a", "did you mean 'COMPLETED'?"),
    ("workers = 2", "verfy", "unknown section [verfy]"),
]


@pytest.fixture
def ini(make_project: MakeProject) -> Project:
    return make_project({"worker.py": "", "starter.py": ""}).use()


@pytest.mark.parametrize(("line", "section", "said"), WRONG, ids=[row[0] for row in WRONG])
def test_a_wrong_line_is_told_before_anything_is_done(
    cli: Cli, world: World, ini: Project, line: str, section: str, said: str
) -> None:
    path = ini.write("temporal-skill.ini", f"[run fine]\ntimeout = 5\n\n[{section}]\n{line}\n")
    message = cli("verify-project", "-o", "json").expect(2).error["message"]
    assert message.startswith(f"{path}:5: ") and said in message
    assert not world.log_dir.exists() and not world.pid_dir.exists()


ECHO = {
    "worker.py": """\
import asyncio, os
from typing import Any
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

@workflow.defn
class Echo:
    @workflow.run
    async def run(self, answer: Any) -> Any:
        return answer

async def main() -> None:
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"])
    await Worker(client, task_queue="QUEUE", workflows=[Echo], workflow_runner=UnsandboxedWorkflowRunner()).run()

if __name__ == "__main__":
    asyncio.run(main())
""",
    "starter.py": """\
import asyncio, json, os, sys, uuid
from temporalio.client import Client

async def main() -> None:
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"])
    for text in sys.argv[1:]:
        print(await client.execute_workflow("Echo", json.loads(text), id=str(uuid.uuid4()), task_queue="QUEUE"))

asyncio.run(main())
"""
    + LEAVE,
}


@pytest.fixture
def echo(world: World, make_project: MakeProject) -> Project:
    queue = f"echo-{world.id[:12]}"
    return make_project({name: text.replace("QUEUE", queue) for name, text in ECHO.items()}).use()


# Result, expectation, whether it holds.
HOLDS: list[tuple[Any, str, bool]] = [
    ({"a": 1, "b": [1, 2]}, '_result = {"b": [1, 2], "a": 1.0}', True),
    ({"a": 9007199254740993}, '_result = {"a": 9007199254740992}', False),
    ({"a": {"x": 1, "y": 2}, "b": 1}, '_result_subset = {"a": {"y": 2}}', True),
    ({"state": "open"}, "_result_match = clos(ed|ing)", False),
    (None, "_result = null", True),
    ("é€𝄞", '_result = "é€𝄞"', True),
]


def test_expectations(cli: Cli, server: DevServer, echo: Project) -> None:
    runs = ""
    for at, (value, expectation, _) in enumerate(HOLDS):
        starter = echo.command("starter.py", json.dumps(value))
        runs += f"[run r{at}]\nstarter = {starter}\nexpect{expectation}\n"
    echo.write("temporal-skill.ini", runs)
    verified = cli.json("verify-project", "--keep-going", code=1, timeout=180)
    results = {s["name"]: s for s in verified["steps"] if s["name"].endswith(": result")}
    told = [(*row[:2], results[f"r{at}: result"]["ok"]) for at, row in enumerate(HOLDS)]
    assert told == HOLDS
    assert results["r1: result"]["detail"].startswith('{"a":9007199254740993}, expected ')
    assert [s["name"] for s in verified["steps"] if not s["ok"] and s["name"] not in results] == []


def test_nothing_is_said(cli: Cli, server: DevServer, echo: Project) -> None:
    """Without an INI file: worker.py is run, then starter.py, once."""
    echo.replace("starter.py", "sys.argv[1:]", "['\"so\"']")
    del echo.world.env["TEMPORAL_WORKER_CMD"]
    verified = cli.json("verify-project", timeout=120)
    names = [step["name"] for step in verified["steps"]]
    assert names[:2] == ["server", "check_workflows"]
    assert names[2:5] == ["worker", "starter: starter", "starter: status"]
    assert [row["result"] for row in verified["workflows"]] == ["so"]


ENTRY_POINTS = '[project]\nname = "x"\n[project.scripts]\nworker = "worker:main"\n'
BUILT = '[build-system]\nrequires = ["hatchling"]\n'


@pytest.mark.parametrize(
    ("files", "worker", "starter"),
    [
        ({}, "uv run worker", "uv run starter"),
        ({"worker.py": ""}, "uv run python worker.py", "uv run starter"),
        (
            {"run_worker.py": "", "run_workflow.py": ""},
            "uv run python run_worker.py",
            "uv run python run_workflow.py",
        ),
        (
            {"worker.py": "", "starter.py": "", "pyproject.toml": ENTRY_POINTS + BUILT},
            "uv run worker",
            "uv run python starter.py",
        ),
        # uv installs no entry points of a project that is not built.
        ({"worker.py": "", "pyproject.toml": ENTRY_POINTS}, "uv run python worker.py", None),
        (
            {"worker.py": "", "pyproject.toml": ENTRY_POINTS + "[tool.uv]\npackage = true\n"},
            "uv run worker",
            None,
        ),
        ({"worker.py": "", "temporal-skill.ini": "[project]\nworker_cmd = mine\n"}, "mine", None),
    ],
)
def test_commands_that_nobody_named(
    cli: Cli, make_project: MakeProject, files: dict[str, str], worker: str, starter: str | None
) -> None:
    project = make_project(files).use()
    del project.world.env["TEMPORAL_WORKER_CMD"]
    settings = {row["setting"]: row["value"] for row in cli.json("show-settings")["settings"]}
    assert settings["project.worker_cmd"] == worker
    assert starter in (None, settings["project.starter_cmd"])
    other = cli.json("show-settings", "--project-dir", "/")["settings"]
    assert {row["setting"]: row["value"] for row in other}["project.worker_cmd"] == "uv run worker"
