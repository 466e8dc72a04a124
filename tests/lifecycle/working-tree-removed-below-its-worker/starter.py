import asyncio
import os
import uuid

from temporalio.client import Client

from flows import Greet


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    print(
        await client.execute_workflow(
            Greet.run, "Ada", id=f"greet-{uuid.uuid4()}", task_queue="working-tree-removed"
        )
    )


if __name__ == "__main__":
    asyncio.run(main())
