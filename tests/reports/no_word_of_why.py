"""EXPECT: activity 'check' failed at all of its 2 attempts with an AssertionError that has no
message; so the workflow failed. What did not hold is to be read from the place only: the line of
the assert, which wants a report with pages. Correct it, or raise an error that says why; start
anew.

A bare assert in an activity.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

Q = "audits"


@activity.defn
async def check(report: dict[str, int]) -> int:
    assert report["pages"] > 0  # HERE
    return report["pages"]


@workflow.defn
class Audit:
    @workflow.run
    async def run(self, report: dict[str, int]) -> int:
        return await workflow.execute_activity(
            check,
            report,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=2),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Audit], activities=[check]).run()
    else:
        await client.start_workflow(Audit.run, {"pages": 0}, id="audit-3", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
