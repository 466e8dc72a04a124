"""EXPECT: the workflow task fails with pydantic's ValidationError: 1 validation error for Plan,
'budget' Field required: the workflow checks the answer that activity 'ask_model' brought, and
that has no budget. The answer is in the history, so each try of the task fails in the same way;
the activity is not asked again. Check within the activity, so that a bad answer is asked for
again, or give the field a default; restart the worker, and reset to before the activity if the
answer shall be asked for anew.

The model's answer is checked in workflow code.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

with workflow.unsafe.imports_passed_through():
    from pydantic import BaseModel

Q = "planners"


class Plan(BaseModel):
    city: str
    budget: int


@activity.defn
async def ask_model(question: str) -> dict[str, str]:
    return {"city": "Oslo", "note": question}


@workflow.defn
class Planner:
    @workflow.run
    async def run(self, question: str) -> int:
        answer = await workflow.execute_activity(
            ask_model, question, start_to_close_timeout=timedelta(seconds=30)
        )
        return Plan.model_validate(answer).budget  # HERE


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Planner], activities=[ask_model]).run()
    else:
        await client.start_workflow(Planner.run, "Where to?", id="planner-14", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
