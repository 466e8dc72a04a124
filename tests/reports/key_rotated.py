"""EXPECT: the run's payloads are encrypted with key 'k-2025', and the new worker has 'k-2026' only:
let it have the old key too, for decoding; the run goes on by itself then.

The key was changed while a workflow was open. (The "encryption" just turns the bytes.)
"""

import asyncio
import dataclasses
import os
import sys
from collections.abc import Sequence

from temporalio import workflow
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import PayloadCodec, default
from temporalio.worker import Worker

Q = "records"


class Codec(PayloadCodec):
    def __init__(self, key: str) -> None:
        self.key = key

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        kind = {"encoding": b"binary/encrypted", "key-id": self.key.encode()}
        return [Payload(metadata=kind, data=p.SerializeToString()[::-1]) for p in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        for p in payloads:
            if p.metadata["key-id"].decode() != self.key:
                raise ValueError(f"no key {p.metadata['key-id'].decode()}")
        return [Payload.FromString(p.data[::-1]) for p in payloads]


@workflow.defn
class Record:
    def __init__(self) -> None:
        self.checked = False

    @workflow.run
    async def run(self, patient: str) -> str:
        await workflow.wait_condition(lambda: self.checked)
        return patient

    @workflow.signal
    def check(self) -> None:
        self.checked = True


async def main() -> None:
    key = "k-2026" if sys.argv[1] == "rotated" else "k-2025"
    converter = dataclasses.replace(default(), payload_codec=Codec(key))
    address = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")
    client = await Client.connect(address, data_converter=converter)
    if sys.argv[1] in ("worker", "rotated"):
        await Worker(client, task_queue=Q, workflows=[Record]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("record-1").signal(Record.check)
    else:
        await client.start_workflow(Record.run, "ann", id="record-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
