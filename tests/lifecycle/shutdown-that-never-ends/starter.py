import asyncio
import os
import sys
import uuid
from temporalio.client import Client
from flows import QUEUE, Batch


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    handle = await client.start_workflow(Batch.run, sys.argv[1] if len(sys.argv) > 1 else "abc", id=f"batch-{uuid.uuid4()}", task_queue=QUEUE)
    print("started", handle.id)
    print("result", await handle.result())


if __name__ == "__main__":
    asyncio.run(main())
