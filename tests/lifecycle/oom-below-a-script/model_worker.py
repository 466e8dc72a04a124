import asyncio
import os
import signal
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Embed, vector


async def main() -> None:
    print("loading the model", flush=True)
    if not os.environ.get("SMALL_MODEL"):
        os.kill(os.getpid(), signal.SIGKILL)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Embed], activities=[vector]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
