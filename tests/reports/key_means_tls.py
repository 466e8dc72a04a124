"""EXPECT: the worker cannot connect: it gives an api_key, and with one the client speaks TLS, which
this server does not. Leave the key out (or say tls=False) for a server without TLS.

The settings for the cloud, used with a local server.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "tables"


@workflow.defn
class Reservation:
    @workflow.run
    async def run(self, table: int) -> str:
        return f"table {table}"


async def main() -> None:
    address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
    if sys.argv[1] == "worker":
        client = await Client.connect(address, api_key="not-a-real-one")
        await Worker(client, task_queue=Q, workflows=[Reservation]).run()
    else:
        client = await Client.connect(address)
        await client.start_workflow(Reservation.run, 4, id="reservation-4", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
