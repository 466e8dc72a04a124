"""EXPECT: no worker polls 'tiles': it ended at its start, as the address of its metrics
(Prometheus) is taken: Address already in use. Free the port or give the worker another one, and
start it again; the workflow then begins by itself.

The worker's metrics want the port of its health check.
"""

import asyncio
import os
import socket
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import Worker

Q = "tiles"


@workflow.defn
class Tile:
    @workflow.run
    async def run(self, name: str) -> str:
        return name


async def main() -> None:
    address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
    if sys.argv[1] == "worker":
        health = socket.create_server(("127.0.0.1", 0))
        port = health.getsockname()[1]
        metrics = PrometheusConfig(bind_address=f"127.0.0.1:{port}")
        runtime = Runtime(telemetry=TelemetryConfig(metrics=metrics))
        client = await Client.connect(address, runtime=runtime)
        await Worker(client, task_queue=Q, workflows=[Tile]).run()
    else:
        client = await Client.connect(address)
        await client.start_workflow(Tile.run, "north", id="tile-2", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
