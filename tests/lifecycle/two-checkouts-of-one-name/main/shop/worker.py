import asyncio
import os
import pathlib
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Invoice, price


async def main() -> None:
    print("checkout of", pathlib.Path.cwd().parent.name, flush=True)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Invoice], activities=[price]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
