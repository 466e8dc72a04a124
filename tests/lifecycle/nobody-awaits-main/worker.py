import asyncio
import os

from temporalio.client import Client
from temporalio.worker import Worker

from flows import Greet

QUEUE = "nobody-awaits-main"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    worker = Worker(client, task_queue=QUEUE, workflows=[Greet])
    worker.run()


if __name__ == "__main__":
    main()
