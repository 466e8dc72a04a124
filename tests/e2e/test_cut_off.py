"""A server that goes away in the middle of a call: what was done, what is not known, what was not sent."""

import json
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.service import RPCError

from harness.cli import DEADLINE_SECONDS, Cli
from harness.client import Temporal
from harness.relay import Relay
from harness.server import DevServer
from harness.world import World

MakeRelay = Callable[[bytes], Relay]
REASON = ["--reason", "cut here"]


@pytest.fixture
def relay(server: DevServer, world: World) -> Iterator[MakeRelay]:
    made: list[Relay] = []

    def make(marker: bytes) -> Relay:
        made.append(Relay(server.port, marker))
        world.use_address(made[-1].address, world.namespace)
        return made[-1]

    yield make
    for one in made:
        one.close()


def requested(temporal: Temporal, workflow_id: str) -> bool:
    async def ask() -> bool:
        history = await temporal.client.get_workflow_handle(workflow_id).fetch_history()
        return any(
            event.HasField("workflow_execution_cancel_requested_event_attributes")
            or event.HasField("workflow_execution_terminated_event_attributes")
            for event in history.events
        )

    return temporal.call(ask())


def command_in(said: dict[str, Any]) -> str:
    return next(str(line) for line in said["next"] if "bulk-cancel" in line)


def go_on(world: World, command: str) -> None:
    """As often as it is told to: the server may be slow with what was cut off before."""
    for _ in range(5):
        ran = subprocess.run(
            ["sh", "-c", f"{command} -o json"],
            env=world.env,
            capture_output=True,
            text=True,
            check=False,
        )
        if ran.returncode in (0, 1):
            return
        command = command_in(json.loads(ran.stdout))
    raise AssertionError(ran.stdout[:2000] + ran.stderr)


@pytest.mark.parametrize("flags", [[], ["--terminate"]])
@pytest.mark.parametrize("by_pattern", [False, True])
def test_a_bulk_tells_what_it_had(
    cli: Cli,
    temporal: Temporal,
    relay: MakeRelay,
    server: DevServer,
    world: World,
    flags: list[str],
    by_pattern: bool,
) -> None:
    ids = [f"order-{number:03}" for number in range(150)]
    for workflow_id in ids:
        temporal.start_workflow("Nobody", task_queue="nobody", id=workflow_id)
    path = world.root / "ids of orders"
    path.write_text("\n".join(ids))
    selection = ["--pattern", "^order-"] if by_pattern else ["--workflow-ids", path]
    # An id is sent before anything is done to it: when it is looked up.
    away = relay(b"order-100" if flags and not by_pattern else b"cut here")
    ran = cli("bulk-cancel-workflows", *selection, *flags, *REASON, "-o", "json").expect(4)
    assert away.cut.is_set()
    said = ran.json
    assert said["verdict"] == "cut_off"
    assert said["done"] + said["failed"] + said["unknown"] + said["not_sent"] == said["selected"]
    assert said["failed"] == 0
    assert said["unknown"] and said["not_sent"]
    assert said["problem"]
    rows = {row["workflow_id"]: row["outcome"] for row in said["workflows"]}
    # What was started last may not be listed yet.
    assert sorted(rows) == ids if not by_pattern else set(rows) <= set(ids)
    done = "terminated" if flags else "cancel_requested"
    for workflow_id, outcome in rows.items():
        assert outcome in (done, "unknown", "not_sent")
        if outcome != "unknown":
            assert requested(temporal, workflow_id) == (outcome == done), workflow_id
    away.marker = b""
    away.open()
    on = command_in(said)
    assert ("--terminate" in on) == bool(flags)
    if not by_pattern:
        rest = Path(shlex.split(on)[shlex.split(on).index("--workflow-ids") + 1])
        left = rest.read_text().split()
        assert sorted(left) == sorted(i for i, outcome in rows.items() if outcome != done)
    go_on(world, on)
    for workflow_id in ids:
        assert requested(temporal, workflow_id)


def test_a_batch_that_may_have_begun_is_not_known(
    cli: Cli, temporal: Temporal, relay: MakeRelay
) -> None:
    for number in range(3):
        temporal.start_workflow("Nobody", task_queue="nobody", id=f"order-{number}")
    words = ["--query", "WorkflowType = 'Nobody'", "--terminate", "--reason", "cut here"]
    relay(b"cut here")
    ran = cli("bulk-cancel-workflows", *words, "-o", "json").expect(4)
    assert {row["outcome"] for row in ran.json["workflows"]} == {"unknown"}
    assert ran.json["batch_job_id"]
    assert "is not known" in ran.json["problem"]


@pytest.mark.parametrize("words", [["signal-workflow", "--name", "cut-here"]])
def test_a_message_whose_answer_was_lost_is_not_known(
    cli: Cli, temporal: Temporal, relay: MakeRelay, words: list[str]
) -> None:
    temporal.start_workflow("Nobody", task_queue="nobody", id="order")
    relay(b"cut-here")
    error = cli(*words, "-w", "order", "-o", "json").expect(4).error
    assert (
        "whether SignalWorkflowExecution of workflow 'order' was done is not known"
        in (error["message"])
    )
    assert "show-workflow-history" in error["hint"]


@pytest.mark.parametrize(
    ("command", "method"),
    [
        ("terminate-workflow", "TerminateWorkflowExecution"),
        ("cancel-workflow", "RequestCancelWorkflowExecution"),
    ],
)
def test_an_end_whose_answer_was_lost_is_not_known(
    cli: Cli, temporal: Temporal, relay: MakeRelay, command: str, method: str
) -> None:
    temporal.start_workflow("Nobody", task_queue="nobody", id="order")
    relay(b"cut here")
    ran = cli(command, "-w", "order", "--reason", "cut here").expect(4)
    assert f"whether {method} of workflow 'order' was done is not known" in ran.err
    try:
        assert temporal.status("order") in ("RUNNING", "TERMINATED")
    except RPCError as problem:
        raise AssertionError("the server itself was to stay") from problem


def test_an_interrupted_bulk_tells_what_it_had(
    cli: Cli, temporal: Temporal, server: DevServer, world: World
) -> None:
    """Of a server that is suspended: nothing is known of what was sent."""
    ids = [f"order-{number}" for number in range(100)]
    path = world.root / "ids"
    path.write_text("\n".join(ids))
    with Silent(server.port) as silent:
        world.use_address(silent.address, world.namespace)
        process = cli.start(
            "bulk-cancel-workflows", "--workflow-ids", path, "--terminate", "-o", "json"
        )
        assert silent.cut.wait(DEADLINE_SECONDS)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 130, out + err
    assert '"verdict":"cut_off"' in out and '"outcome":"unknown"' in out


class Silent(Relay):
    """Hears the marker, and answers nothing from then on, but stays."""

    def __init__(self, target: int) -> None:
        super().__init__(target, b"order-50")

    def go_away(self) -> None:
        if not self.cut.is_set():
            super().go_away()

    def __enter__(self) -> "Silent":
        return self

    def __exit__(self, *problem: object) -> None:
        self.cut.clear()
        self.close()
