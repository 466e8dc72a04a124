"""run-starter: what becomes of the workflows that a starter started, and of a starter that does not end."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import MakeProject, StartServer
from harness import processes
from harness.cli import DEADLINE_SECONDS, Cli
from harness.client import Loop, Temporal
from harness.ending import LEAVE
from harness.workflows import QUEUE, Open
from harness.world import World

STARTER = """
import asyncio, os, sys
from temporalio.client import Client
from temporalio.service import RPCError

async def main():
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"])
    handle = await client.start_workflow(sys.argv[1], id="started", task_queue=sys.argv[2])
    print("started", flush=True)
    with open("started", "w") as file:
        file.write(str(os.getpid()))
    # The SDK goes on asking a server that is away, but not after every kind of break.
    while True:
        try:
            return await handle.result()
        except RPCError:
            pass

asyncio.run(main())
"""


@pytest.fixture
def starter(make_project: MakeProject) -> list[str]:
    project = make_project({"starter.py": STARTER + LEAVE}, "starting").use()
    return [project.python, "starter.py"]


def test_starter_that_waits_for_a_stalled_workflow_is_stalled(
    cli: Cli, worked: Temporal, starter: list[str]
) -> None:
    answer = cli("-o", "json", "run-starter", "--", *starter, "Bug", QUEUE).expect(6).json
    assert answer["verdict"] == "workflow_task_failure"
    assert [row["workflow_id"] for row in answer["workflows"]] == ["started"]


@pytest.mark.parametrize(
    ("kind", "queue", "code", "verdict"),
    [
        ("Open", QUEUE, 0, "running"),
        ("Bug", QUEUE, 6, "workflow_task_failure"),
        ("Give", "nobody", 6, "no_workflow_worker"),
    ],
)
def test_starter_that_ends_at_once_leaves_nothing_unsaid(
    cli: Cli, worked: Temporal, make_project: MakeProject,
    kind: str, queue: str, code: int, verdict: str,
) -> None:  # fmt: skip
    """It does not wait for what it started, which is then looked at all the same."""
    source = STARTER.split("    # The SDK")[0] + "    os._exit(0)\n\nasyncio.run(main())\n"
    project = make_project({"starter.py": source}, "starting").use()
    words = ["run-starter", "--", project.python, "starter.py", kind, queue]
    answer = cli("-o", "json", *words).expect(code).json
    assert answer["verdict"] == verdict
    assert [row["workflow_id"] for row in answer["workflows"]] == ["started"]


def test_starter_that_waits_too_long_is_stopped(
    cli: Cli, worked: Temporal, starter: list[str]
) -> None:
    words = ["run-starter", "--timeout", "6", "--", *starter, "Open", QUEUE]
    ran = cli(*words).expect(5)
    assert "still running after 6" in ran.out.splitlines()[0]
    assert "it had started 'started': 1 running" in ran.out.splitlines()[0]
    assert any(line.endswith("diagnose -w started") for line in ran.out.splitlines())


def test_starter_whose_output_is_not_expected(
    cli: Cli, worked: Temporal, starter: list[str]
) -> None:
    words = ["--expect", "Hello", "--", sys.executable, "-c", "print(1)"]
    assert cli("-o", "json", "run-starter", *words).expect(1).json["expected_text_found"] is False
    cli("run-starter", "--", "no-such-program-at-all").expect(4)


@pytest.mark.parametrize(
    ("end", "told"),
    [
        ("os._exit(3)", "exited with 3; its workflows are fine\n"),
        (
            "os.abort()",
            "exited with 134; its workflows are fine (with a Python before 3.14 the SDK",
        ),
    ],
)
def test_starter_that_fails_after_good_work_is_fine(
    cli: Cli, worked: Temporal, make_project: MakeProject, end: str, told: str
) -> None:
    sources = {"starter.py": STARTER.replace("while True:", f"while True:\n        {end}")}
    project = make_project(sources, "starting").use()
    said = cli("run-starter", "--", project.python, "starter.py", "Open", QUEUE).expect(0)
    assert told in said.err


def test_expected_text_may_stand_before_much_else(
    cli: Cli, worked: Temporal, starter: list[str]
) -> None:
    talk = "print('Hello'); [print('x' * 100) for line in range(2000)]"
    words = ["--expect", "Hello", "--", sys.executable, "-c", talk]
    assert cli("-o", "json", "run-starter", *words).expect(1).json["expected_text_found"] is True


def test_what_a_starter_leaves_running_is_told(
    cli: Cli, worked: Temporal, starter: list[str]
) -> None:
    leave = "import subprocess; print(subprocess.Popen(['sleep', '1000']).pid)"
    ran = cli("-o", "json", "run-starter", "--", sys.executable, "-c", leave).expect(1)
    left = ran.json["left_processes"]
    assert left == [int(ran.json["output"])]
    assert f"'sleep' (pid {left[0]})" in ran.err
    os.kill(left[0], signal.SIGKILL)
    processes.wait_gone(left[0], 10)
    ran = cli("-o", "json", "run-starter", "--", sys.executable, "-c", "print(1)").expect(1)
    assert "left_processes" not in ran.json


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_starter_is_stopped(
    cli: Cli, worked: Temporal, starter: list[str], sent: signal.Signals
) -> None:
    """The workflow that it had started goes on."""
    fifo = Path(cli.world.env["CLAUDE_TEMPORAL_PROJECT_DIR"]) / "started"
    os.mkfifo(fifo)
    process = cli.start("run-starter", "--timeout", "600", "--", *starter, "Open", QUEUE)
    pid = int(fifo.read_text())
    process.send_signal(sent)
    out, err = process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, out) == (130, "")
    assert f"interrupted by {sent.name}" in err
    assert not processes.runs(pid)
    assert worked.status("started") == "RUNNING"


# ---- the server does not answer meanwhile ----


class Waiting:
    """run-starter with a starter that waits for a workflow that waits, on a server that may go."""

    def __init__(
        self, loop: Loop, cli: Cli, world: World, starter: list[str], start_server: StartServer
    ) -> None:
        self.cli = cli
        self.start_server = start_server
        self.options = ("--db-filename", str(world.root / "server.db"))
        self.server = start_server(options=self.options)
        self.temporal = Temporal(loop, self.server.address)
        self.temporal.start_worker(QUEUE, [Open])
        self.fifo = Path(world.env["CLAUDE_TEMPORAL_PROJECT_DIR"]) / "started"
        os.mkfifo(self.fifo)
        self.words = ["--", *starter, "Open", QUEUE]
        self.process: subprocess.Popen[str] | None = None

    def start(self, *flags: str) -> int:
        """The PID of the starter, which waits for its workflow now."""
        words = ["run-starter", "-o", "json", "--verbose", "--timeout", "600", *flags]
        self.process = self.cli.start(*words, *self.words)
        return int(self.fifo.read_text())

    def wait_said(self, text: str) -> None:
        assert self.process is not None and self.process.stderr is not None
        for line in self.process.stderr:
            if text in line:
                return
        raise AssertionError(f"it ended without saying {text!r}")

    def finish(self) -> None:
        handle = self.temporal.client.get_workflow_handle("started")
        self.temporal.call(handle.signal("finish"))

    def end(self) -> tuple[int, str, str]:
        assert self.process is not None
        out, err = self.process.communicate(timeout=DEADLINE_SECONDS)
        return self.process.returncode, out, err


@pytest.fixture
def waiting(
    loop: Loop, cli: Cli, world: World, starter: list[str], private_server: StartServer
) -> Iterator[Waiting]:
    made = Waiting(loop, cli, world, starter, private_server)
    yield made
    made.temporal.close()


def test_server_that_is_gone_is_waited_for_until_the_time_is_over(waiting: Waiting) -> None:
    """Then what was known last is told, and the starter, which would ask for ever, is stopped."""
    pid = waiting.start("--timeout", "8")
    waiting.temporal.close()  # a worker without a server takes long to end
    waiting.server.process.kill()
    code, out, err = waiting.end()
    assert code == 5, out + err
    answer = json.loads(out)
    assert answer["verdict"] == "timeout"
    assert answer["unanswered_since"]
    assert answer["next"][0].endswith("show-server")
    assert not processes.runs(pid)


def test_server_that_is_restarted_does_not_end_the_starter(waiting: Waiting) -> None:
    """It was seen to be away for longer than any command tries to reach it at first."""
    waiting.start("--client-connect-timeout", "1")
    waiting.server.process.kill()
    waiting.server.process.wait()
    waiting.wait_said("cannot reach the Temporal server")
    waiting.start_server(options=waiting.options)
    waiting.finish()
    code, out, err = waiting.end()
    assert code == 0, out + err


def test_server_that_is_slow_does_not_end_the_starter(waiting: Waiting) -> None:
    waiting.start("--client-connect-timeout", "1")
    waiting.server.process.send_signal(signal.SIGSTOP)
    try:
        waiting.wait_said("no answer in time")
    finally:
        waiting.server.process.send_signal(signal.SIGCONT)
    waiting.finish()
    code, out, err = waiting.end()
    assert code == 0, out + err


def test_two_starters_at_once_have_a_log_each(
    cli: Cli, worked: Temporal, make_project: MakeProject
) -> None:
    """What the one prints is nothing that the other printed."""
    project = make_project({}, "starting").use()
    os.mkfifo(project.path("go"))
    script = "echo MAGIC; : >here; read -r line <go"
    waits = cli.start("run-starter", "--", "sh", "-c", script)
    while not project.path("here").exists():
        assert waits.poll() is None, waits.communicate()
    other = cli("-o", "json", "run-starter", "--expect", "MAGIC", "--", "echo", "other")
    answer = other.expect(1).json
    assert answer["output"] == "other\n" and answer["expected_text_found"] is False
    project.path("go").write_text("\n")
    out, err = waits.communicate(timeout=DEADLINE_SECONDS)
    assert "MAGIC" in out and "other" not in out, err
