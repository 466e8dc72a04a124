"""verify-project's receipts: of a project that passes and of broken ones, in each form."""

import json
import os
import re
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from conftest import MakeProject
from harness.cli import Cli
from harness.project import Project, template_sources
from harness.server import DevServer
from harness.world import World

VERIFY_SECONDS = 120.0


@dataclass(frozen=True)
class Verified:
    """What a verification said, and the receipts that it wrote."""

    result: Any
    receipt: Any
    markdown: str
    html: Path

    @property
    def failed(self) -> list[str]:
        return [step["name"] for step in self.result["steps"] if not step["ok"]]

    def detail(self, name: str) -> str:
        details: list[str] = [s["detail"] for s in self.result["steps"] if s["name"] == name]
        return details[0]


class Verify:
    def __init__(self, cli: Cli, world: World) -> None:
        self.cli = cli
        self.files = [world.root / f"receipt.{ending}" for ending in ("json", "md", "html")]

    @property
    def words(self) -> list[str]:
        return ["verify-project", *(f"--receipt={file}" for file in self.files), "-o", "json"]

    def __call__(self, code: int, **env: str) -> Verified:
        ran = self.cli(*self.words, timeout=VERIFY_SECONDS, env=env).expect(code)
        return self.read(ran.json)

    def read(self, result: Any) -> Verified:
        """The receipts, each of which must be there and agree with what was printed."""
        assert result["receipts"] == [str(file) for file in self.files]
        receipt = json.loads(self.files[0].read_text())
        assert receipt["verdict"] == result["verdict"]
        assert receipt["steps"] == result["steps"]
        markdown = self.files[1].read_text()
        check_markdown(markdown)
        assert f"verify-project: {result['verdict']}" in markdown
        page = self.files[2].read_text()
        assert "Content-Security-Policy" in page and page.endswith("</html>\n")
        return Verified(result, receipt, markdown, self.files[2])


def check_markdown(text: str) -> None:
    """Fences and details are closed, and the rows of each table have as many cells as its head."""
    fence = ""
    depth = 0
    cells = 0
    for line in text.splitlines():
        marks = re.match(r"`{3,}", line)
        if fence:
            fence = "" if line == fence else fence
        elif marks:
            fence = marks[0]
        else:
            depth += line.count("<details>") - line.count("</details>")
            assert depth in (0, 1), line
            found = line.count("|") if line.startswith("|") else 0
            assert not cells or found in (0, cells), line
            cells = found
    assert not fence and depth == 0


@pytest.fixture
def verify(cli: Cli, world: World) -> Verify:
    return Verify(cli, world)


@pytest.fixture
def project(world: World, make_project: MakeProject) -> Project:
    """The greeting template, run without uv, on a queue of its own."""
    sources = template_sources("greeting", "greeting", f"greeting-{world.id[:12]}")
    made = make_project(sources, "greeting").use()
    ini = made.read("temporal-skill.ini")
    made.write("temporal-skill.ini", ini.replace("uv run starter", made.command("starter.py")))
    return made


def own_starter(project: Project, code: str, timeout: int = 60) -> None:
    """Make it a project of one run, whose starter is this code, with `client` connected."""
    lines = "\n".join(f"    {line}" for line in code.strip().splitlines())
    project.write(
        "own.py",
        "import asyncio, json, os, pathlib, signal, uuid\n"
        "from shared import TASK_QUEUE, GreetingInput, connect\n"
        "from workflow import GreetingWorkflow\n\n\n"
        f"async def main():\n    client = await connect()\n{lines}\n\n\nasyncio.run(main())\n",
    )
    project.write(
        "temporal-skill.ini",
        f"[run hello]\nstarter = {project.command('own.py')}\ntimeout = {timeout}\n",
    )


START = """
handle = await client.start_workflow(
    GreetingWorkflow.run, GreetingInput("x", wait=True), id=f"w-{uuid.uuid4()}", task_queue=TASK_QUEUE)
"""


def test_of_a_project_that_passes(verify: Verify, project: Project) -> None:
    """On a server of its own, whose histories must have been read before it was stopped."""
    verified = verify(0)
    assert verified.result["verdict"] == "passed"
    hello, interactive = verified.receipt["workflows"]
    assert (hello["run"], interactive["run"]) == ("hello", "interactive")
    # The starter left the second one open: its row tells of its end all the same.
    assert [row["status"] for row in (hello, interactive)] == ["COMPLETED", "COMPLETED"]
    assert interactive["result"] == "Howdy, CodeAgent!"
    types = [event["type"] for event in interactive["events"]]
    assert types.count("WorkflowExecutionSignaled") == 2
    assert types[-1] == "WorkflowExecutionCompleted"
    page = verified.html.read_text()
    assert interactive["workflow_id"] in page
    # The server is gone by now; the link was taken while its web UI was there.
    assert interactive["link"].endswith(f"/{interactive['run_id']}/history")
    assert f'href="{interactive["link"]}"' in page
    for version in ("program", "cli", "server", "sdk", "python"):
        assert version in verified.receipt["versions"]
    titles = [log["title"] for log in verified.receipt["logs"]]
    assert titles[-1] == "worker log" and len(titles) == 3
    assert "worker stopped" in verified.receipt["logs"][-1]["text"]


def test_text_output_names_the_files(cli: Cli, server: DevServer, project: Project) -> None:
    page = project.world.root / "r.html"
    ran = cli("verify-project", "--receipt", page, timeout=VERIFY_SECONDS).expect(0)
    assert f"receipts: {page}" in ran.out


@pytest.mark.parametrize("name", ["receipt.txt", ".md", "receipt", "missing/receipt.md"])
def test_bad_file_is_refused_before_anything_is_done(
    cli: Cli, world: World, project: Project, name: str
) -> None:
    ran = cli("verify-project", "--receipt", world.root / name).expect(2)
    assert name in ran.err
    assert not world.log_dir.exists() and not world.pid_dir.exists()


def test_wrong_result(verify: Verify, server: DevServer, project: Project) -> None:
    project.replace("activities.py", "{order.name}!", "{order.name}?")
    project.replace("temporal-skill.ini", "expect_output = Hello, CodeAgent!\n", "")
    verified = verify(1)
    assert verified.failed == ["hello: result"]
    assert '"Hello, CodeAgent?"' in verified.detail("hello: result")
    assert verified.receipt["workflows"][0]["result"] == "Hello, CodeAgent?"


def test_failed_workflow_has_its_root_cause(
    verify: Verify, server: DevServer, project: Project
) -> None:
    project.replace(
        "activities.py",
        "    return ",
        "    from temporalio.exceptions import ApplicationError\n"
        '    raise ApplicationError("</script><b>`|` @all", type="NoInk", non_retryable=True)\n'
        "    return ",
    )
    verified = verify(1)
    assert verified.failed[0] == "hello: starter"
    assert "NoInk" in verified.detail("hello: starter")
    row = verified.receipt["workflows"][0]
    assert row["root_cause"]["type"] == "NoInk"
    assert row["root_cause"]["location"].startswith("activities.py:")
    assert "</script><b>" not in verified.html.read_text()
    assert "<b>" not in verified.markdown.replace("```", "")[:3000]
    assert any("NoInk" in line for line in verified.receipt["logs"][-1]["errors"])


def test_worker_that_dies_at_its_start(verify: Verify, server: DevServer, project: Project) -> None:
    project.write("worker.py", "import no_such_module\n")
    verified = verify(1)
    assert verified.failed == ["worker"]
    assert "no_such_module" in verified.detail("worker")
    assert "no_such_module" in verified.receipt["logs"][-1]["text"]
    assert "no_such_module" in verified.markdown.replace("&#95;", "_")


def test_worker_that_dies_with_a_task(verify: Verify, server: DevServer, project: Project) -> None:
    project.replace("activities.py", "    return ", "    import os\n    os._exit(3)\n    return ")
    verified = verify(1)
    assert verified.failed == ["hello: starter", "worker stop"]
    assert "the worker has ended" in verified.detail("hello: starter")
    assert "ended by itself" in verified.detail("worker stop")


def test_starter_that_hangs(verify: Verify, server: DevServer, project: Project) -> None:
    own_starter(project, START + "print('waiting', flush=True)\nawait asyncio.Event().wait()", 3)
    verified = verify(1)
    assert verified.failed == ["hello: starter"]
    assert "still running" in verified.detail("hello: starter")
    assert "waiting" in verified.receipt["logs"][0]["text"]
    assert verified.receipt["workflows"][0]["status"] == "RUNNING"


def test_signal_with_a_wrong_name(verify: Verify, server: DevServer, project: Project) -> None:
    project.replace("temporal-skill.ini", "signal update_greeting", "signal update_greting")
    verified = verify(1)
    assert verified.failed == ["interactive: signal update_greting"]
    assert "'update_greeting'" in verified.detail(verified.failed[0])


def test_port_that_something_else_holds(verify: Verify, world: World, project: Project) -> None:
    with socket.create_server(("127.0.0.1", world.port)):
        verified = verify(4)
    assert verified.failed == ["server"]
    assert str(os.getpid()) in verified.detail("server")
    assert verified.receipt["workflows"] == []


KILL_SERVER = """
for path in pathlib.Path(os.environ["CLAUDE_TEMPORAL_PID_DIR"]).glob("server-*.json"):
    os.kill(json.loads(path.read_text())["pid"], signal.SIGKILL)
"""


def test_server_that_is_killed_in_the_middle(
    verify: Verify, world: World, project: Project
) -> None:
    own_starter(project, START + KILL_SERVER)
    verified = verify(4)
    assert verified.failed[0] == "hello: starter"
    assert world.address in verified.detail("hello: starter")
    assert "server stop" in verified.failed


def test_server_that_is_killed_while_a_starter_waits(
    verify: Verify, world: World, project: Project
) -> None:
    """It asks for ever, and its own deadline lies beyond that of this test."""
    ask = "from temporalio.service import RPCError\nwhile True:\n    try:\n        await handle.result()\n"
    ask += "    except RPCError:\n        pass\n"
    own_starter(project, START + KILL_SERVER + ask, timeout=600)
    verified = verify(4)
    assert verified.failed == ["hello: starter", "server stop"]
    assert world.address in verified.detail("hello: starter")
    assert "was stopped" in verified.detail("hello: starter")


def test_server_that_is_killed_after_a_run(verify: Verify, world: World, project: Project) -> None:
    """The workflow of the first run was seen; that of the second cannot be."""
    own_starter(project, START + "await handle.signal('finish')\nawait handle.result()")
    project.write("kill.py", f"import json, os, pathlib, signal\n{KILL_SERVER}")
    kill = f"[run killing]\nstarter = {project.command('kill.py')}\n"
    project.write("temporal-skill.ini", project.read("temporal-skill.ini") + kill)
    verified = verify(4)
    assert verified.failed[0] == "killing: starter"
    (row,) = verified.receipt["workflows"]
    assert row["status"] == "COMPLETED" and row["events"]


def test_interrupted(verify: Verify, cli: Cli, server: DevServer, project: Project) -> None:
    """What was started is stopped, and the receipt tells of the workflow that was under way."""
    fifo = project.path("started")
    os.mkfifo(fifo)
    own_starter(
        project,
        START + f"pathlib.Path({str(fifo)!r}).write_text('x')\nawait asyncio.Event().wait()",
    )
    process = cli.start(*verify.words)
    fifo.read_text()  # until the starter has written
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=VERIFY_SECONDS)
    assert process.returncode == 130, err
    verified = verify.read(json.loads(out))
    assert verified.failed[0] == "hello: starter"
    (row,) = verified.receipt["workflows"]
    assert row["status"] == "RUNNING"
    assert row["events"][0]["type"] == "WorkflowExecutionStarted"


def test_receipt_that_cannot_be_written(
    cli: Cli, server: DevServer, world: World, project: Project
) -> None:
    (world.root / "taken.md").mkdir()
    ran = cli("verify-project", "--receipt", world.root / "taken.md", timeout=VERIFY_SECONDS)
    ran.expect(1)
    assert "taken.md" in ran.out


def test_history_page_is_not_written_where_read_only(cli: Cli, world: World) -> None:
    page = world.root / "page.html"
    ran = cli("show-workflow-history", "-w", "x", "--html", page, "--read-only").expect(7)
    assert "read-only" in ran.err and not page.exists()
