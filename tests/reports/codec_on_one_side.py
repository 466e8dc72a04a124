"""EXPECT: the worker cannot decode the input: its encoding is 'binary/turned', which the starter's
payload codec makes and the worker does not have: the same data_converter on both sides.

Only the starter has the codec.
"""

import asyncio
import dataclasses
import os
import sys
from collections.abc import Sequence

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import DataConverter, PayloadCodec
from temporalio.worker import Worker

Q = "secrets"


class Turned(PayloadCodec):
    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [
            Payload(metadata={"encoding": b"binary/turned"}, data=p.SerializeToString()[::-1])
            for p in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [Payload.FromString(p.data[::-1]) for p in payloads]


@workflow.defn
class Secret:
    @workflow.run
    async def run(self, text: str) -> int:
        return len(text)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Secret]).run()
    else:
        turned = dataclasses.replace(DataConverter.default, payload_codec=Turned())
        client = await Client.connect(
            client.service_client.config.target_host, data_converter=turned
        )
        await client.start_workflow(Secret.run, "hidden", id="secret-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
