"""What worker, starter and tests agree on: the queue, the types, the connection, the end."""

import asyncio
import logging
import os
import sys
from dataclasses import dataclass, field
from typing import NoReturn

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

TASK_QUEUE = "{{task_queue}}"

# Long enough for a server that is far away, short enough to notice one that is not there.
CONNECT_SECONDS = 10.0


@dataclass
class Batch:
    items: list[str]
    at_once: int = 3  # child workflows that run at the same time
    strict: bool = False  # one bad item fails the batch


@dataclass
class Progress:
    done: int
    of: int


@dataclass
class BadItem:
    item: str
    reason: str


@dataclass
class Summary:
    total: int = 0
    squares: dict[str, int] = field(default_factory=dict)  # by item
    bad: list[BadItem] = field(default_factory=list)


async def connect() -> Client:
    """Connect as TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the CLI's profile say."""
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", "localhost:7233")
    target = config["target_host"]
    try:
        return await asyncio.wait_for(Client.connect(**config), CONNECT_SECONDS)
    except (RuntimeError, TimeoutError) as error:
        raise ConnectionError(f"cannot connect to {target}: {error}") from error


def leave(status: int | str = 0) -> NoReturn:
    """End like sys.exit, but without the teardown of the interpreter.

    A thread of the SDK may still be handing over the last answer. Before Python 3.14 the teardown
    kills such a thread, and a process that did all its work well ends in SIGSEGV or SIGABRT.
    """
    if isinstance(status, str):
        print(status, file=sys.stderr)
        status = 1
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
