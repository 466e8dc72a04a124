import asyncio
import os
import time
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Search, hits


async def main() -> None:
    print("loading the embeddings", flush=True)
    while not os.path.exists("model.bin"):
        time.sleep(0.2)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Search], activities=[hits]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
