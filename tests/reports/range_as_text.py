"""EXPECT: the workflow task fails at each try: TypeError: can only concatenate str (not "int") to
str. The activity 'pages' returns range(0, 40); the data converter of this program writes what
JSON does not have as text (default=str), so the result in the history is "range(0, 40)", a str,
not numbers. Return a list; do not use default=str, which hides this. This run has the text in its
history for good: reset it to before the activity (or start anew) when the code is corrected.

A converter that turns what it cannot encode into text.
"""

import asyncio
import dataclasses
import json
import os
import sys
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)
from temporalio.worker import Worker

Q = "scans"


class Lenient(json.JSONEncoder):
    def default(self, value: Any) -> str:
        return str(value)


class Payloads(CompositePayloadConverter):
    def __init__(self) -> None:
        *others, _ = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(*others, JSONPlainPayloadConverter(encoder=Lenient))


@activity.defn
async def pages(book: str) -> Any:
    return range(40)


@workflow.defn
class Scan:
    @workflow.run
    async def run(self, book: str) -> int:
        found = await workflow.execute_activity(
            pages, book, start_to_close_timeout=timedelta(seconds=10)
        )
        return int(found[-1] + 1)  # HERE


async def main() -> None:
    converter = dataclasses.replace(DataConverter.default, payload_converter_class=Payloads)
    address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
    client = await Client.connect(address, data_converter=converter)
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Scan], activities=[pages]).run()
    else:
        await client.start_workflow(Scan.run, "atlas", id="scan-40", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
