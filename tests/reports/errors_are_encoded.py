"""EXPECT: activity 'register' fails at every attempt; what its error says is not in the history,
which has 'Encoded failure' only: the worker's failure converter encodes message and stack trace
(encode_common_attributes). The worker's log has it in clear: ValueError: passport of Ann Hall is
expired. Look there (or decode with a codec server); correct the data or the activity, the next
attempt goes well.

The messages of errors are encoded.
"""

import asyncio
import dataclasses
import os
import sys
from collections.abc import Sequence
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)
from temporalio.worker import Worker

Q = "guests"


class Veil(PayloadCodec):
    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        veiled = [bytes(255 - byte for byte in one.SerializeToString()) for one in payloads]
        return [Payload(metadata={"encoding": b"binary/veil"}, data=one) for one in veiled]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload.FromString(bytes(255 - byte for byte in one.data)) for one in payloads]


@activity.defn
async def register(guest: str) -> None:
    raise ValueError(f"passport of {guest} is expired")


@workflow.defn
class Stay:
    @workflow.run
    async def run(self, guest: str) -> None:
        soon = timedelta(seconds=10)
        await workflow.execute_activity(register, guest, start_to_close_timeout=soon)


async def main() -> None:
    converter = dataclasses.replace(
        DataConverter.default,
        payload_codec=Veil(),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
    address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
    client = await Client.connect(address, data_converter=converter)
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Stay], activities=[register]).run()
    else:
        await client.start_workflow(Stay.run, "Ann Hall", id="stay-88", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
