"""How every worker process runs: connect, poll, end when told or when its parent is gone."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence

from temporalio.client import Client
from temporalio.worker import Worker

Workers = Callable[[Client], Sequence[Worker]]


def _end_with_parent() -> None:
    """The parent holds the other end of stdin. No cleanup: a workflow thread may hang."""
    while sys.stdin.buffer.read(4096):
        pass
    os._exit(0)


async def _run(address: str, namespace: str, make: Workers) -> None:
    client = await Client.connect(address, namespace=namespace)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    workers = make(client)
    runs = [asyncio.create_task(worker.run()) for worker in workers]
    print("ready", flush=True)
    waiter = asyncio.create_task(stop.wait())
    await asyncio.wait([waiter, *runs], return_when=asyncio.FIRST_COMPLETED)
    if not stop.is_set():
        for run in runs:
            if run.done():
                run.result()  # raises what ended the worker
    await asyncio.gather(*(worker.shutdown() for worker in workers))
    await asyncio.gather(*runs)


def serve(make: Workers) -> None:
    """Runs the workers that make() gives, on the ADDRESS and NAMESPACE of the command line."""
    logging.basicConfig(level=logging.INFO)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    asyncio.run(_run(sys.argv[1], sys.argv[2], make))
