"""EXPECT: activity 'predict' fails at every attempt with KeyError 'churn-3': it looks for the model
in a dict of its process, which 'load' filled in the process that ran then; this worker is another
process (the worker was started anew since) and never loaded it. 'load' is done and does not run
again: load in 'predict' where it is missing (from disk or a store), or reset to before 'load'.

An activity counts on what an earlier one left in the memory of the worker.
Steps: worker, start, (kill) worker, poke.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "models"
MODELS: dict[str, float] = {}


@activity.defn
async def load(model: str) -> None:
    MODELS[model] = 0.7


@activity.defn
async def predict(model: str) -> bool:
    return MODELS[model] > 0.5  # HERE


@workflow.defn
class Prediction:
    def __init__(self) -> None:
        self.asked = False

    @workflow.signal
    def ask(self) -> None:
        self.asked = True

    @workflow.run
    async def run(self, model: str) -> bool:
        limit = timedelta(seconds=10)
        await workflow.execute_activity(load, model, start_to_close_timeout=limit)
        await workflow.wait_condition(lambda: self.asked)
        return await workflow.execute_activity(predict, model, start_to_close_timeout=limit)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Prediction], activities=[load, predict]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("prediction-3").signal(Prediction.ask)
    else:
        await client.start_workflow(Prediction.run, "churn-3", id="prediction-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
