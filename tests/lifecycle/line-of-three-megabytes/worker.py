import asyncio
import base64
import os
import sys

from temporalio.client import Client
from temporalio.worker import Worker

from flows import Greet

QUEUE = "line-of-three-megabytes"


async def main() -> None:
    picture = bytes(range(256)) * 8200
    sys.stdout.buffer.write(b"received picture " + base64.b64encode(picture) + b" " + picture[:200].replace(b"\n", b"") + b"\n")
    sys.stdout.buffer.flush()
    raise LookupError("the catalogue has no column 'sku'")
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    await Worker(client, task_queue=QUEUE, workflows=[Greet]).run()


if __name__ == "__main__":
    asyncio.run(main())
