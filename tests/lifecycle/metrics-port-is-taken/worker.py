import asyncio
import os

from temporalio.client import Client
from temporalio.runtime import PrometheusConfig, Runtime, TelemetryConfig
from temporalio.worker import Worker

from flows import Greet

QUEUE = "metrics-port-is-taken"


async def main() -> None:
    metrics = PrometheusConfig(bind_address=f"127.0.0.1:{os.environ.get('METRICS_PORT', '9464')}")
    runtime = Runtime(telemetry=TelemetryConfig(metrics=metrics))
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"), runtime=runtime)
    await Worker(client, task_queue=QUEUE, workflows=[Greet]).run()


if __name__ == "__main__":
    asyncio.run(main())
