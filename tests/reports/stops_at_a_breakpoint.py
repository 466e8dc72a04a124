"""EXPECT: the workflow task fails at every attempt: breakpoint() was left in the workflow's code,
and the sandbox does not allow it (RestrictedWorkflowAccessError). Take it out (or, to debug, run
the worker with debug_mode=True), restart the worker; the workflow goes on by itself.

A breakpoint was left in a workflow.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "quizzes"


@workflow.defn
class Quiz:
    @workflow.run
    async def run(self, answers: list[str]) -> int:
        points = sum(answer == "yes" for answer in answers)
        breakpoint()  # HERE
        return points


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Quiz]).run()
    else:
        await client.start_workflow(Quiz.run, ["yes", "no"], id="quiz-4", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
