import asyncio
import os
import signal
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Basket, total


async def main() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Basket], activities=[total]):
        await stop.wait()
    for step in ("draining", "closing the pool", "flushing metrics", "bye"):
        print("INFO worker:", step, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
