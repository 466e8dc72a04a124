"""EXPECT: no worker, as it dies at start: ValueError, a ProcessPoolExecutor as activity_executor
needs a shared_state_manager (SharedStateManager.create_from_multiprocessing). Give it one, or use
a ThreadPoolExecutor; start the worker again, and the workflow begins by itself.

Activities that compute are moved to processes.
"""

import asyncio
import os
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "primes"


@activity.defn
def count_primes(below: int) -> int:
    return sum(all(n % d for d in range(2, n)) for n in range(2, below))


@workflow.defn
class Primes:
    @workflow.run
    async def run(self, below: int) -> int:
        return await workflow.execute_activity(
            count_primes, below, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        with ProcessPoolExecutor(2) as pool:
            await Worker(
                client,
                task_queue=Q,
                workflows=[Primes],
                activities=[count_primes],
                activity_executor=pool,
            ).run()
    else:
        await client.start_workflow(Primes.run, 100, id="primes-4", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
