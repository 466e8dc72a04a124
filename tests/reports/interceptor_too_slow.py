"""EXPECT: the workflow task fails: [TMPRL1101] potential deadlock, the workflow did not yield
within 2 s. Not the workflow computes for so long but the worker's interceptor, which tries for
each call of an activity how many pages fit into a message. Make it cheap (or do it in a codec or
an activity); then restart the worker, and the workflow goes on by itself.

An interceptor of the worker does too much in the workflow's thread.
"""

import asyncio
import json
import os
import sys
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import (
    Interceptor,
    StartActivityInput,
    Worker,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
)

Q = "scans"


class Short(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> workflow.ActivityHandle[Any]:
        pages = input.args[0]
        fit = [n for n in range(len(pages)) if len(json.dumps(pages[:n])) < 1_000_000]  # HERE
        input.args = [pages[: fit[-1]]]
        return super().start_activity(input)


class Inbound(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(Short(outbound))


class Shortener(Interceptor):
    def workflow_interceptor_class(
        self, input: WorkflowInterceptorClassInput
    ) -> type[WorkflowInboundInterceptor]:
        return Inbound


@activity.defn
async def read(pages: list[str]) -> int:
    return len(pages)


@workflow.defn
class Scan:
    @workflow.run
    async def run(self, pages: int) -> int:
        texts = [f"page {n}" for n in range(pages)]
        return await workflow.execute_activity(
            read, texts, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(
            client, task_queue=Q, workflows=[Scan], activities=[read], interceptors=[Shortener()]
        ).run()
    else:
        await client.start_workflow(Scan.run, 40_000, id="scan-6", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
