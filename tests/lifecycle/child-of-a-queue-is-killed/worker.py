"""One process for each queue, so that the mails do not slow down the orders."""

import asyncio
import multiprocessing
import os

from temporalio.client import Client
from temporalio.worker import Worker

from flows import Order, send_mail


async def serve(queue: str) -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if queue == "child-of-a-queue-orders":
        worker = Worker(client, task_queue="child-of-a-queue-orders", workflows=[Order])
    else:
        worker = Worker(client, task_queue="child-of-a-queue-mail", activities=[send_mail])
    with open(f"{queue}.pid", "w") as file:
        file.write(str(os.getpid()))
    await worker.run()


def child(queue: str) -> None:
    asyncio.run(serve(queue))


if __name__ == "__main__":
    multiprocessing.set_start_method("spawn")
    queues = ("child-of-a-queue-orders", "child-of-a-queue-mail")
    children = [multiprocessing.Process(target=child, args=(queue,)) for queue in queues]
    for one in children:
        one.start()
    for one in children:
        one.join()
