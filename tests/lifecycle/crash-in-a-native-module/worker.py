import asyncio
import os
import faulthandler
import native
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Backup, copy

faulthandler.enable()


async def main() -> None:
    if os.environ.get("CRASH") == "start":
        native.broken_call()
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Backup], activities=[copy]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
