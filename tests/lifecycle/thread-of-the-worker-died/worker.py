import asyncio
import os
import signal
import threading
import time
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Probe, depth


async def work() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Probe], activities=[depth]):
        await stop.wait()


if __name__ == "__main__":
    threading.Thread(target=asyncio.run, args=(work(),), name="temporal").start()
    print("serving", flush=True)
    while True:
        time.sleep(1)
