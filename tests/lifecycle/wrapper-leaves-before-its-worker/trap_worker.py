import asyncio
import os
import signal
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Parcel, measure


async def main() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Parcel], activities=[measure]):
        print("worker is up", flush=True)
        await stop.wait()
    await asyncio.sleep(1)  # what is buffered goes out
    print("worker is done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
