import asyncio
from temporalio.client import Client
from temporalio.worker import Worker
from settings import settings
from flows import QUEUE, Refund, amount


async def main() -> None:
    client = await Client.connect(settings.temporal_address)
    async with Worker(client, task_queue=QUEUE, workflows=[Refund], activities=[amount]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
