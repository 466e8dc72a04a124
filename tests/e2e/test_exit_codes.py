"""Exit codes that the files about single commands leave out: nothing to go back to, closed, too late, interrupted."""

import signal

import pytest

from conftest import StartServer
from harness.cli import Cli
from harness.client import Loop, Temporal
from harness.processes import wait_connected
from harness.server import DevServer
from harness.workflows import start
from harness.world import World

# ---- 1: the answer is no ----


def test_reset_of_what_nobody_took_up_is_refused(cli: Cli, temporal: Temporal) -> None:
    """Without a worker there is no workflow task to go back to."""
    workflow_id = start(temporal, "Open")
    error = cli("reset-workflow", "-w", workflow_id, "-o", "json").expect(1).error
    assert error["code"] == "negative"
    assert workflow_id in error["message"] and "diagnose" in error["hint"]
    assert temporal.status(workflow_id) == "RUNNING"


@pytest.mark.parametrize(
    "words",
    [
        ("signal-workflow", "--name", "set_value", "--input", "1"),
        ("update-workflow", "--name", "replace", "--input", "1"),
        ("interact", "--signal-name", "set_value", "--data", "1"),
        ("interact", "--update-name", "replace", "--data", "1"),
    ],
)
def test_message_to_a_closed_workflow_is_refused(
    cli: Cli, worked: Temporal, words: tuple[str, ...]
) -> None:
    workflow_id = start(worked, "Open")
    cli("signal-workflow", "-w", workflow_id, "--name", "finish").expect(0)
    cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    command, *rest = words
    error = cli(command, "-w", workflow_id, *rest, "-o", "json").expect(1).error
    assert workflow_id in error["message"] and "ended" in error["message"]


def test_interact_passes_on_that_the_answer_is_no(cli: Cli, worked: Temporal) -> None:
    talk = ["interact", "-w", start(worked, "Open")]
    assert "never works" in cli(*talk, "--query-name", "broken").expect(1).err
    rejected = cli.json(*talk, "--update-name", "replace", "--data", "-1", code=1)
    assert rejected["root_cause"]["type"] == "Negative"


# ---- 3: it is not there ----


@pytest.mark.parametrize(
    "command", ["show-server", "find-stalled-workflows", "bulk-cancel-workflows", "run-starter"]
)
def test_namespace_that_is_not_there(cli: Cli, server: DevServer, command: str) -> None:
    error = cli(command, "-n", "nowhere", "-o", "json").expect(3).error
    assert error["code"] == "not_found" and "nowhere" in error["message"]


@pytest.mark.parametrize("command", ["show-recipe", "run-recipe"])
def test_recipe_that_is_not_there(cli: Cli, command: str) -> None:
    assert "no-such-recipe" in cli(command, "no-such-recipe").expect(3).err


# ---- 5: the deadline passed ----


@pytest.mark.parametrize(
    "words",
    [
        ("show-workflow-stack",),
        ("interact", "--query-name", "get_value"),
        ("interact", "--update-name", "replace", "--data", "1"),
    ],
)
def test_question_that_no_worker_answers(
    cli: Cli, temporal: Temporal, words: tuple[str, ...]
) -> None:
    workflow_id = start(temporal, "Open")
    command, *rest = words
    ran = cli(command, "-w", workflow_id, *rest, "--timeout", "500ms", "-o", "json").expect(5)
    assert workflow_id in ran.error["message"] and "diagnose" in ran.error["hint"]


def test_batch_that_goes_on_past_the_deadline(
    cli: Cli, world: World, loop: Loop, private_server: StartServer
) -> None:
    """The server does one in a second; it is told how far the batch has come, and that it goes on."""
    slow = ("worker.batcherRPS=1", "worker.batcherConcurrency=1")
    options = tuple(word for value in slow for word in ("--dynamic-config-value", value))
    temporal = Temporal(loop, private_server(options=options).address)
    ids = {start(temporal, "Open") for _ in range(12)}
    words = ["bulk-cancel-workflows", "--query", "WorkflowType = 'Open'", "--terminate"]
    while {row["workflow_id"] for row in cli.json(*words, "--dry-run")["workflows"]} != ids:
        pass
    answer = cli.json(*words, "--command-timeout", "4", code=5)
    assert (answer["verdict"], answer["unknown"]) == ("cut_off", 12)
    assert "goes on" in answer["problem"] and "of 12 done" in answer["problem"]
    assert {row["outcome"] for row in answer["workflows"]} == {"unknown"}


# ---- 130: interrupted while it waits ----


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    "words",
    [
        ("query-workflow", "--name", "get_value"),
        ("update-workflow", "--name", "replace", "--input", "1"),
        ("show-workflow-stack",),
        ("interact", "--query-name", "get_value"),
    ],
    ids=lambda words: words[0],
)
def test_interrupted_while_no_worker_answers(
    cli: Cli, temporal: Temporal, words: tuple[str, ...], sent: signal.Signals
) -> None:
    workflow_id = start(temporal, "Open")
    command, *rest = words
    process = cli.start(command, "-w", workflow_id, *rest, "--timeout", "600")
    wait_connected(process.pid, temporal.address)
    process.send_signal(sent)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, "")
    assert f"interrupted by {sent.name}" in err
