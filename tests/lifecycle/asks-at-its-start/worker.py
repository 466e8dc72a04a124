import asyncio
import os
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Crawl, links


async def main() -> None:
    tenant = os.environ.get("TENANT") or input("Which tenant? ")
    print("tenant", tenant, flush=True)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Crawl], activities=[links]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
