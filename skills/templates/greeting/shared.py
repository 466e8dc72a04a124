"""What the worker, the starter and the tests agree on: the queue, the types, the connection."""

import asyncio
from dataclasses import dataclass

from temporalio.client import Client
from temporalio.envconfig import ClientConfig

TASK_QUEUE = "{{task_queue}}"

# Long enough for a server that is far away, short enough to notice one that is not there.
CONNECT_SECONDS = 10.0


@dataclass
class GreetingInput:
    name: str
    wait: bool = False  # stay open until the signal `finish`


@dataclass
class ComposeGreetingInput:
    greeting: str
    name: str


async def connect() -> Client:
    """Connect as TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the CLI's profile say."""
    config = ClientConfig.load_client_connect_config()
    config.setdefault("target_host", "localhost:7233")
    target = config["target_host"]
    try:
        return await asyncio.wait_for(Client.connect(**config), CONNECT_SECONDS)
    except (RuntimeError, TimeoutError) as error:
        raise ConnectionError(f"cannot connect to {target}: {error}") from error
