import asyncio
import os

from flows import Plum, weigh
from temporalio.client import Client
from temporalio.worker import Worker


async def main() -> None:
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    await Worker(client, task_queue="plums", workflows=[Plum], activities=[weigh]).run()


def run() -> None:
    asyncio.run(main())


if __name__ == "__main__":
    run()
