import asyncio
import os
import signal
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Batch, rows


async def main() -> None:
    tasks = []

    def on_signal() -> None:
        print("received shutdown signal, shutting down", flush=True)
        tasks.append(asyncio.create_task(worker.shutdown()))

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    worker = Worker(client, task_queue=QUEUE, workflows=[Batch], activities=[rows])
    await worker.run()
    await asyncio.Event().wait()  # something that nobody sets any more


if __name__ == "__main__":
    asyncio.run(main())
