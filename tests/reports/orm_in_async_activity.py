"""EXPECT: activity 'count_members' fails at every attempt with Django's SynchronousOnlyOperation:
You cannot call this from an async context. It is an async def and asks the database by Django's
synchronous calls. Make it a def (with an activity_executor), or wrap the calls with
sync_to_async; restart the worker; the next attempt goes well.

An async activity uses the Django ORM.
"""

import asyncio
import os
import sys
from datetime import timedelta

from django.conf import settings
from django.db import connection
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "cohorts"


@activity.defn
async def count_members(cohort: int) -> int:
    with connection.cursor() as cursor:  # HERE
        cursor.execute("SELECT %s", [cohort])
        return int(cursor.fetchone()[0])


@workflow.defn(sandboxed=False)
class Cohort:
    @workflow.run
    async def run(self, cohort: int) -> int:
        return await workflow.execute_activity(
            count_members, cohort, start_to_close_timeout=timedelta(seconds=30)
        )


async def main() -> None:
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": "cohorts.sqlite"}
    settings.configure(DATABASES={"default": database})
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Cohort], activities=[count_members]).run()
    else:
        await client.start_workflow(Cohort.run, 12, id="cohort-12", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
