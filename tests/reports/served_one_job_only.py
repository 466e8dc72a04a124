"""EXPECT: nobody polls 'exports' any more, so export-2 does not begin: the worker's process is
alive (its web server goes on), but its Worker ended after the first job, as the 'async with'
block of it was left. Restart the process; keep the worker within its block for as long as the
process lives (or let the process end with it, so that it is started again).

A process that is alive, whose Worker has ended.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "exports"


@activity.defn
async def write(table: str) -> str:
    return f"{table}.csv"


@workflow.defn
class Export:
    @workflow.run
    async def run(self, table: str) -> str:
        return await workflow.execute_activity(
            write, table, start_to_close_timeout=timedelta(seconds=10)
        )


async def first_is_done(client: Client) -> None:
    done = "WorkflowId = 'export-1' AND ExecutionStatus = 'Completed'"
    while (await client.count_workflows(done)).count == 0:
        await asyncio.sleep(0.5)


async def serve(client: Client) -> None:
    web = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    async with Worker(client, task_queue=Q, workflows=[Export], activities=[write]):
        await first_is_done(client)
    print("only the web server is left", flush=True)
    await web.serve_forever()


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await serve(client)
    else:
        number = 2 if sys.argv[1] == "second" else 1
        await client.start_workflow(Export.run, "users", id=f"export-{number}", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
