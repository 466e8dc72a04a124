"""EXPECT: the worker dies at its start with KeyError: 'data-models': it shall serve that queue, and
its table of workflows by queue has 'data_models' only. So nobody polls 'data-models', where the
workflow was started. Give the queue one name in both places and start the worker again.

The table of workflows by queue lacks the queue that the worker shall serve.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE = os.environ.get("MODELS_QUEUE", "data-models")


@workflow.defn
class Model:
    @workflow.run
    async def run(self) -> str:
        return "built"


WORKFLOWS = {"data_models": [Model], "exports": []}


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=QUEUE, workflows=WORKFLOWS[QUEUE]).run()
    else:
        await client.start_workflow(Model.run, id="model-8", task_queue=QUEUE)


if __name__ == "__main__":
    asyncio.run(main())
