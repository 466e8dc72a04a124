import asyncio
import os
import pathlib
import signal
import sys

from temporalio.client import Client
from temporalio.worker import Worker

from flows import Greet

QUEUE = "pid-file-of-the-killed-one"
PIDFILE = pathlib.Path("worker.pid")


async def main() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    async with Worker(client, task_queue=QUEUE, workflows=[Greet]):
        await stop.wait()


if __name__ == "__main__":
    print("worker v4.4.2 is starting.", flush=True)
    if PIDFILE.exists():
        print(f"ERROR: Pidfile ({PIDFILE}) already exists.", file=sys.stderr)
        print(f"Seems we're already running? (pid: {PIDFILE.read_text()})", file=sys.stderr)
        sys.exit(73)
    PIDFILE.write_text(str(os.getpid()))
    try:
        asyncio.run(main())
    finally:
        PIDFILE.unlink()
