import asyncio
import atexit
import os
import pathlib
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Report, lines


class Pool:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()

    def __del__(self) -> None:
        self.loop.call_soon(print, "closed")


@atexit.register
def shutdown() -> None:
    for batch in range(40):
        print(f"INFO telemetry: flushed batch {batch}", flush=True)
    print("INFO telemetry: shutdown complete", flush=True)


async def main() -> None:
    global pool
    pool = Pool()
    certificate = pathlib.Path("certs/client.pem").read_text()
    print("certificate has", len(certificate), "bytes", flush=True)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Report], activities=[lines]):
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main())
