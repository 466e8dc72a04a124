"""show-workflow-stack: the lines of the user's code, and not the SDK's."""

import asyncio
import time

from temporalio import workflow

from harness.cli import Cli
from harness.client import Temporal

QUEUE = "stack"


@workflow.defn
class Tasks:
    """Waits in its main coroutine, and in a task beside it."""

    def __init__(self) -> None:
        self.done = False

    @workflow.run
    async def run(self) -> None:
        beside = asyncio.create_task(self.look_out())
        await workflow.wait_condition(lambda: self.done)
        beside.cancel()

    async def look_out(self) -> None:
        await asyncio.sleep(3600)


def test_each_task_has_its_line(cli: Cli, temporal: Temporal) -> None:
    temporal.start_worker(QUEUE, [Tasks], [])
    temporal.start_workflow("Tasks", task_queue=QUEUE, id="tasks")
    deadline = time.monotonic() + 20
    # Before its first task is done, no code of it waits anywhere.
    while not (answer := cli.json("show-workflow-stack", "-w", "tasks"))["stack"]:
        assert time.monotonic() < deadline
    waits = {place["task"]: place for place in answer["waits"]}
    beside = [place for place in waits.values() if place["code"]]
    assert [place["code"] for place in beside] == ["await asyncio.sleep(3600)"]
    assert beside[0]["location"].startswith("test_stack.py:")
    assert beside[0]["location"].endswith(" in look_out")
    assert waits["run"] == {"task": "run", "location": "", "code": ""}
    out = cli("show-workflow-stack", "-w", "tasks").expect(0).out
    assert "site-packages" not in out and "look_out" in out
    assert "site-packages" in cli("show-workflow-stack", "-w", "tasks", "--full").expect(0).out
