import asyncio
import os
import uuid

from flows import Plum
from temporalio.client import Client


async def main() -> None:
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    print(
        await client.execute_workflow(
            Plum.run, "mirabelle", id=uuid.uuid4().hex, task_queue="plums"
        )
    )


asyncio.run(main())
