"""wait-for-workflow-status on a server that stops answering: suspended, or too busy."""

import json
import signal
import subprocess
from collections.abc import Iterator

import pytest

from conftest import StartServer
from harness.cli import DEADLINE_SECONDS, Cli
from harness.client import Loop, Temporal
from harness.server import DevServer
from harness.workflows import QUEUE, Open


@pytest.fixture
def quiet(private_server: StartServer) -> Iterator[DevServer]:
    server = private_server()
    yield server
    server.process.send_signal(signal.SIGCONT)


@pytest.fixture
def opened(loop: Loop, quiet: DevServer) -> Iterator[Temporal]:
    temporal = Temporal(loop, quiet.address)
    temporal.start_worker(QUEUE, [Open])
    temporal.start_workflow("Open", id="open", task_queue=QUEUE)
    yield temporal
    temporal.close()


def wait_in_silence(cli: Cli, server: DevServer, timeout: str) -> subprocess.Popen[str]:
    """The server is suspended as soon as it has told of the workflow."""
    words = ["wait-for-workflow-status", "-w", "open", "--timeout", timeout]
    process = cli.start(*words, "--verbose", "-o", "json")
    read_until(process, "1 x DescribeWorkflowExecution")
    server.process.send_signal(signal.SIGSTOP)
    return process


def read_until(process: subprocess.Popen[str], text: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            return
    raise AssertionError(f"it ended without saying {text!r}")


def test_silence_for_a_while_does_not_end_the_wait(
    cli: Cli, quiet: DevServer, opened: Temporal
) -> None:
    process = wait_in_silence(cli, quiet, "600")
    read_until(process, "no answer in time")
    quiet.process.send_signal(signal.SIGCONT)
    opened.call(opened.client.get_workflow_handle("open").signal("finish"))
    out, err = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 0, out + err
    assert json.loads(out)["status"] == "COMPLETED"


def test_silence_until_the_deadline_tells_what_was_known(
    cli: Cli, quiet: DevServer, opened: Temporal
) -> None:
    # Longer than the questions take that may be on their way when the server falls silent.
    process = wait_in_silence(cli, quiet, "25")
    out, err = process.communicate(timeout=DEADLINE_SECONDS)
    quiet.process.send_signal(signal.SIGCONT)
    assert process.returncode == 5, out + err
    answer = json.loads(out)
    assert (answer["verdict"], answer["status"], answer["reached"]) == ("timeout", "RUNNING", False)
    assert answer["unanswered_seconds"] > 0
