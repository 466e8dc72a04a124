"""EXPECT: heartbeat timeout (1 s) of 'copy' at every attempt: it heartbeats after each file only
(last: small.csv), and the next file takes longer than that. Heartbeat while a file is copied (from
a task beside it, or after each part), or a longer heartbeat_timeout; and begin after the last file
that is done (activity.info().heartbeat_details), as each attempt begins with the first one.

An activity that heartbeats, but too seldom.
"""

import asyncio
import os
import sys
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "backups"
SECONDS = {"small.csv": 0.1, "large.csv": 40.0}


@activity.defn
async def copy(files: list[str]) -> int:
    for file in files:
        await asyncio.sleep(SECONDS[file])
        activity.heartbeat(file)
    return len(files)


@workflow.defn
class Backup:
    @workflow.run
    async def run(self, files: list[str]) -> int:
        return await workflow.execute_activity(
            copy,
            files,
            start_to_close_timeout=timedelta(hours=1),
            heartbeat_timeout=timedelta(seconds=1),
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Backup], activities=[copy]).run()
    else:
        files = ["small.csv", "large.csv"]
        await client.start_workflow(Backup.run, files, id="backup-23", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
