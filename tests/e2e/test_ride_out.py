"""Waits and watches on a server that goes away for a while, or for good: their own time decides."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from temporalio import workflow

from conftest import MakeProject, StartServer
from harness.cli import DEADLINE_SECONDS, Cli
from harness.client import Loop, Temporal
from harness.ending import LEAVE
from harness.project import Project
from harness.relay import Relay
from harness.server import DevServer
from harness.workflows import QUEUE, Open
from harness.world import World


@workflow.defn
class Slow:
    """Accepts an update, and completes it when it is told to."""

    def __init__(self) -> None:
        self.done = False

    @workflow.run
    async def run(self) -> None:
        await workflow.wait_condition(lambda: False)

    @workflow.update
    async def change(self) -> str:
        await workflow.wait_condition(lambda: self.done)
        return "changed"

    @workflow.signal
    def finish(self) -> None:
        self.done = True


@pytest.fixture
def relay(server: DevServer, world: World) -> Iterator[Relay]:
    made = Relay(server.port, b"")
    world.use_address(made.address, world.namespace)
    yield made
    made.close()


def read_until(process: subprocess.Popen[str], text: str) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        if text in line:
            # What is said from now on must not fill the pipe.
            threading.Thread(target=process.stderr.read, daemon=True).start()
            return
    raise AssertionError(f"it ended without saying {text!r}")


def end_of(process: subprocess.Popen[str]) -> tuple[int, str]:
    assert process.stdout is not None
    out = process.stdout.read()
    return process.wait(DEADLINE_SECONDS), out


WAIT = ["wait-for-workflow-status", "-w", "open", "--timeout", "600", "--verbose", "-o", "json"]


@pytest.mark.parametrize("flags", [[], ["--no-stall-check"]])
def test_a_wait_goes_on_when_the_server_is_restarted(
    cli: Cli, loop: Loop, world: World, private_server: StartServer, flags: list[str]
) -> None:
    options = ("--db-filename", str(world.root / "server.db"))
    first = private_server(options=options)
    temporal = Temporal(loop, first.address)
    temporal.start_worker(QUEUE, [Open])
    temporal.start_workflow("Open", id="open", task_queue=QUEUE)
    waiting = cli.start(*WAIT, *flags)
    read_until(waiting, "1 x DescribeWorkflowExecution")
    first.process.kill()
    first.process.wait()
    private_server(port=first.port, options=options)
    temporal.call(temporal.client.get_workflow_handle("open").signal("finish"))
    code, out = end_of(waiting)
    temporal.close()
    assert code == 0, out
    assert json.loads(out)["status"] == "COMPLETED"


def test_a_wait_tells_what_was_known_when_its_time_is_over(
    cli: Cli, temporal: Temporal, relay: Relay
) -> None:
    temporal.start_workflow("Nobody", id="open", task_queue="nobody")
    waiting = cli.start(*WAIT, "--no-stall-check", "--timeout", "4")
    read_until(waiting, "1 x DescribeWorkflowExecution")
    relay.go_away()
    code, out = end_of(waiting)
    assert code == 5, out
    said = json.loads(out)
    assert (said["verdict"], said["status"], said["reached"]) == ("timeout", "RUNNING", False)
    assert said["unanswered_since"]
    assert said["unanswered_seconds"] > 0


def test_an_interrupt_ends_the_riding_out(cli: Cli, temporal: Temporal, relay: Relay) -> None:
    temporal.start_workflow("Nobody", id="open", task_queue="nobody")
    waiting = cli.start(*WAIT, "--no-stall-check")
    read_until(waiting, "1 x DescribeWorkflowExecution")
    relay.go_away()
    # Whatever it does just now: asking, or pausing between two questions.
    waiting.send_signal(signal.SIGINT)
    code, out = end_of(waiting)
    assert (code, out) == (130, "")


def test_a_server_that_was_never_there_ends_a_wait_at_once(cli: Cli, relay: Relay) -> None:
    relay.go_away()
    for words in (WAIT[:5], ["update-workflow", "-w", "x", "--name", "x", "--timeout", "600"]):
        assert "cannot reach the Temporal server" in cli(*words).expect(4).err


def test_an_update_is_waited_for_beyond_a_lost_connection(
    cli: Cli, temporal: Temporal, relay: Relay
) -> None:
    temporal.start_worker(QUEUE, [Slow])
    temporal.start_workflow("Slow", id="slow", task_queue=QUEUE)
    words = ["update-workflow", "-w", "slow", "--name", "change", "--timeout", "600"]
    updating = cli.start(*words, "--verbose", "-o", "json")
    read_until(updating, "1 x UpdateWorkflowExecution")
    relay.go_away()
    relay.open()
    temporal.call(temporal.client.get_workflow_handle("slow").signal("finish"))
    code, out = end_of(updating)
    assert code == 0, out
    assert json.loads(out)["answer"] == "changed"


def test_an_update_whose_server_stays_away_is_told_as_what_it_was(
    cli: Cli, temporal: Temporal, relay: Relay
) -> None:
    temporal.start_worker(QUEUE, [Slow])
    temporal.start_workflow("Slow", id="slow", task_queue=QUEUE)
    words = ["update-workflow", "-w", "slow", "--name", "change", "--timeout", "4"]
    updating = cli.start(*words, "--verbose")
    assert updating.stderr is not None
    for line in updating.stderr:
        if "1 x UpdateWorkflowExecution" in line:
            break
    relay.go_away()
    out, err = updating.communicate(timeout=DEADLINE_SECONDS)
    assert updating.returncode == 5, out + err
    assert "was accepted and goes on: the server has not answered for" in err


STARTER = """
import asyncio, os, sys
from temporalio.client import Client

async def main():
    client = await Client.connect(os.environ["REAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"])
    handle = await client.start_workflow("Open", id="open", task_queue="work")
    open(os.environ["FIFO"], "w").close()
    print(await handle.result())

asyncio.run(main())
"""


def test_a_starter_that_ends_meanwhile_is_judged_when_the_server_is_back(
    cli: Cli, temporal: Temporal, relay: Relay, world: World, make_project: MakeProject
) -> None:
    """The starter speaks to the server by another way, which stays."""
    temporal.start_worker(QUEUE, [Open])
    app = make_project({"starter.py": STARTER + LEAVE}, "app").use()
    fifo = world.root / "fifo"
    os.mkfifo(fifo)
    env = {"REAL_ADDRESS": temporal.address, "FIFO": str(fifo)}
    words = ["run-starter", "--timeout", "600", "--verbose", "-o", "json"]
    running = cli.start(*words, "--", sys.executable, app.path("starter.py"), env=env)
    fifo.read_text()
    relay.go_away()
    temporal.call(temporal.client.get_workflow_handle("open").signal("finish"))
    read_until(running, "cannot reach the Temporal server")
    relay.open()
    code, out = end_of(running)
    assert code == 0, out
    assert [row["status"] for row in json.loads(out)["workflows"]] == ["COMPLETED"]


def test_a_round_that_the_server_was_away_in_is_made_again(
    cli: Cli, relay: Relay, greeting: Project
) -> None:
    starter = f"starter_cmd = {greeting.command('starter.py')} CodeAgent"
    greeting.replace("temporal-skill.ini", "starter_cmd = uv run starter CodeAgent", starter)
    watching = cli.start("watch-project", "-o", "jsonl", "--timeout", "600")
    assert watching.stdout is not None

    def event(name: str) -> dict[str, Any]:
        assert watching.stdout is not None
        for line in watching.stdout:
            said: dict[str, Any] = json.loads(line)
            if said.get("event") == name:
                return said
        raise AssertionError(f"it ended without {name!r}")

    assert event("outcome")["ok"]
    relay.go_away()
    greeting.write("workflow.py", greeting.read("workflow.py") + "\n# a remark\n")
    assert "cannot reach" in event("worker")["cause"]
    relay.open()
    event("server_back")
    assert event("outcome")["ok"]
    watching.send_signal(signal.SIGINT)
    watching.communicate(timeout=DEADLINE_SECONDS)
    assert watching.returncode == 130


def test_the_watch_of_a_worker_goes_on_without_the_server(
    cli: Cli, relay: Relay, greeting: Project
) -> None:
    cli("ensure-worker").expect(0)
    watching = cli.start("monitor-worker-health", "--watch", "-o", "jsonl")
    assert watching.stdout is not None
    assert json.loads(watching.stdout.readline())["verdict"] == "healthy"
    relay.go_away()
    assert json.loads(watching.stdout.readline())["verdict"] != "healthy"
    relay.open()
    assert json.loads(watching.stdout.readline())["verdict"] != "no_server"
    watching.send_signal(signal.SIGINT)
    watching.communicate(timeout=DEADLINE_SECONDS)
    assert watching.returncode == 130
    cli("kill-worker").expect(0)
