"""EXPECT: the workflow task fails at every attempt with KeyError: the code asks for memo 'tenant',
and this workflow was started without a memo. Give memo={"tenant": ...} where it is started (this
one cannot get it any more from outside: start it anew), or let the code have a default.

A workflow needs a memo that its starter did not give.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "audits"


@workflow.defn
class Audit:
    @workflow.run
    async def run(self, year: int) -> str:
        tenant = workflow.memo_value("tenant", type_hint=str)  # HERE
        return f"{tenant} {year}"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Audit]).run()
    else:
        await client.start_workflow(Audit.run, 2026, id="audit-2026", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
