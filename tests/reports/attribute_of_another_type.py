"""EXPECT: workflow task fails: search attribute Amount is registered as Int, and the workflow sets
it to the text "12 francs". Set a number in the code (for_int), or register another attribute for
texts; restart the worker.

A search attribute is set to a value of another type than it was registered with.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import Client
from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes
from temporalio.service import RPCError
from temporalio.worker import Worker

Q = "bills"


@workflow.defn
class Bill:
    @workflow.run
    async def run(self, amount: int) -> None:
        key = SearchAttributeKey.for_keyword("Amount")
        workflow.upsert_search_attributes([key.value_set(f"{amount} francs")])
        await workflow.wait_condition(lambda: False)


async def start(client: Client) -> None:
    kind = IndexedValueType.INDEXED_VALUE_TYPE_INT
    await client.operator_service.add_search_attributes(
        AddSearchAttributesRequest(namespace=client.namespace, search_attributes={"Amount": kind})
    )
    key = SearchAttributeKey.for_int("Amount")
    start_value = TypedSearchAttributes([SearchAttributePair(key, 0)])
    while True:
        try:
            await client.start_workflow(
                Bill.run, 12, id="bill-1", task_queue=Q, search_attributes=start_value
            )
            return
        except RPCError:  # not known everywhere yet
            await asyncio.sleep(0.5)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Bill]).run()
    else:
        await start(client)


if __name__ == "__main__":
    asyncio.run(main())
