"""The worker of the benchmarks: workflows that wait, nap, fail and retry. bench_worker.py ADDRESS NAMESPACE QUEUE"""

import asyncio
import signal
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

CACHE = 5000  # all workflows of a survey stay in it: what they wait for is not replayed


@activity.defn
async def refuse() -> None:
    raise ConnectionError("payment gateway refused")


@workflow.defn
class Waits:
    def __init__(self) -> None:
        self.released = False

    @workflow.run
    async def run(self) -> str:
        await workflow.wait_condition(lambda: self.released)
        return "released"

    @workflow.signal
    def release(self) -> None:
        self.released = True


@workflow.defn
class Naps:
    @workflow.run
    async def run(self) -> None:
        await workflow.sleep(86_400)


@workflow.defn
class Fails:
    @workflow.run
    async def run(self) -> None:
        prices: dict[str, int] = {}
        prices["pears"] += 1


@workflow.defn
class Retries:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity(
            refuse,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(backoff_coefficient=10),
        )


async def main(address: str, namespace: str, queue: str) -> None:
    client = await Client.connect(address, namespace=namespace)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Worker(
        client,
        task_queue=queue,
        workflows=[Waits, Naps, Fails, Retries],
        activities=[refuse],
        workflow_runner=UnsandboxedWorkflowRunner(),
        max_cached_workflows=CACHE,
        graceful_shutdown_timeout=timedelta(0),
    ):
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
