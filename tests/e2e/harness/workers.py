"""Workers of scratch projects: their sources, and those that are started by hand."""

import json
import subprocess
from pathlib import Path
from typing import Any

from .cli import Cli
from .client import Temporal
from .project import Project
from .world import World

# The least that is a worker. {extra} goes to Client.connect and Worker.
WORKER = """
import asyncio, os
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

@workflow.defn
class Nothing:
    @workflow.run
    async def run(self) -> str:
        return "nothing"

async def main():
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]{connect}
    )
    async with Worker(client, task_queue={queue!r}, workflows=[Nothing]):
        {before}
        await asyncio.Event().wait()

if __name__ == "__main__":
    {start}
    asyncio.run(main())
"""

# A process that works and is no worker: it never connects.
IDLE = "import signal\nsignal.pause()\n"


# Worker and workflow in one, which ends: as most samples are.
ONE_PROGRAM = """
import asyncio, os, uuid
from datetime import timedelta
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE = {queue!r}

@activity.defn
async def weigh(name: str) -> int:
    return len(name)

@workflow.defn
class Plum:
    @workflow.run
    async def run(self, name: str) -> int:
        await workflow.sleep({seconds})
        return await workflow.execute_activity(
            weigh, name, start_to_close_timeout=timedelta(seconds=10)
        )

async def main() -> None:
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]
    )
    async with Worker(client, task_queue=QUEUE, workflows=[Plum], activities=[weigh]):
        print(await client.execute_workflow(
            Plum.run, "abc", id=str(uuid.uuid4()), task_queue=QUEUE
        ))

if __name__ == "__main__":
    asyncio.run(main())
"""


def one_program(queue: str, seconds: float = 0) -> str:
    return ONE_PROGRAM.format(queue=queue, seconds=seconds)


def worker_source(queue: str, connect: str = "", before: str = "pass", start: str = "pass") -> str:
    return WORKER.format(queue=queue, connect=connect, before=before, start=start)


def queue_of(world: World) -> str:
    return f"queue-{world.id[:12]}"


def records(world: World) -> list[dict[str, Any]]:
    paths = sorted(world.pid_dir.glob("worker-*.json"))
    return [json.loads(path.read_text()) for path in paths]


def start_by_hand(project: Project, *words: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    """As a person does it in a terminal: no record, no mark of ours."""
    return subprocess.Popen(
        [project.python, *words],
        cwd=cwd or project.directory,
        env=project.world.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for_line(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return
    raise AssertionError(f"it ended without saying {text!r}")


SAY_UP = 'print("up", flush=True)'


def end(*started: subprocess.Popen[str]) -> None:
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def wait_until_listed(temporal: Temporal, count: int) -> None:
    for _ in range(1000):
        if temporal.call(temporal.client.count_workflows()).count == count:
            return
    raise AssertionError("the workflows are not listed")


def wait_for_poller(cli: Cli, queue: str, who: int | str) -> None:
    """Until the server lists it (a PID, an identity), in half a second: by asking it as the program does."""
    cli.world.env["QUEUE"] = queue
    for _ in range(200):
        listed = subprocess.run(
            ["temporal", "task-queue", "describe", "--task-queue", queue, "-o", "json"]
            + ["--address", cli.world.address, "--namespace", cli.world.namespace],
            env=cli.world.env,
            stdout=subprocess.PIPE,
            text=True,
        )
        if (f"{who}@" if isinstance(who, int) else who) in listed.stdout:
            return
    raise AssertionError(f"the server does not list {who} on {queue}")
