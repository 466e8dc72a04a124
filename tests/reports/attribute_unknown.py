"""EXPECT: the namespace has no search attribute OrderState: who runs the server creates it (operator
search-attribute create); then it goes on by itself.

A workflow sets a search attribute that nobody has created.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client
from temporalio.common import SearchAttributeKey
from temporalio.worker import Worker

Q = "orders"
STATE = SearchAttributeKey.for_keyword("OrderState")


@workflow.defn
class Order:
    @workflow.run
    async def run(self) -> None:
        workflow.upsert_search_attributes([STATE.value_set("new")])
        await workflow.sleep(3600)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Order]).run()
    else:
        await client.start_workflow(Order.run, id="order-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
