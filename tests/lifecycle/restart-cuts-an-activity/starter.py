import asyncio
import os

from temporalio.client import Client

from flows import Render


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    handle = await client.start_workflow(Render.run, id="render-film-1", task_queue="restart-cuts-an-activity")
    print("started", handle.id, flush=True)


if __name__ == "__main__":
    asyncio.run(main())
