import asyncio
import os

from temporalio.client import Client
from temporalio.worker import Worker

from flows import Greet, greet

QUEUE = "words-stay-in-the-buffer"


async def main() -> None:
    print("catalogue loaded: 42 articles")
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    await Worker(client, task_queue=QUEUE, workflows=[Greet], activities=[greet]).run()


if __name__ == "__main__":
    asyncio.run(main())
