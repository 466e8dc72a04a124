"""Workers that hide the text of failures from the server: plainly encoded, and encrypted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.converter import (
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    PayloadCodec,
)
from temporalio.worker import Worker

from workers import activities, broken, flows
from workers.serve import serve
from workers.shared import QUEUE_ENCODED, QUEUE_ENCRYPTED


class Scrambler(PayloadCodec):
    """Stands for encryption: unreadable without the key, which is 0x5a."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [
            Payload(
                metadata={"encoding": b"binary/encrypted"},
                data=bytes(byte ^ 0x5A for byte in payload.SerializeToString()),
            )
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [self._decode(payload) for payload in payloads]

    def _decode(self, payload: Payload) -> Payload:
        if payload.metadata.get("encoding") != b"binary/encrypted":
            return payload  # the starter does not encrypt
        return Payload.FromString(bytes(byte ^ 0x5A for byte in payload.data))


def _with(client: Client, converter: DataConverter) -> Client:
    config = client.config()
    config["data_converter"] = converter
    return Client(**config)


def make(client: Client) -> Sequence[Worker]:
    encoding = replace(
        DataConverter.default,
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )
    encrypting = replace(encoding, payload_codec=Scrambler())
    return [
        Worker(
            _with(client, converter),
            task_queue=queue,
            workflows=[*flows.ALL, *broken.ALL],
            activities=activities.ALL,
        )
        for queue, converter in ((QUEUE_ENCODED, encoding), (QUEUE_ENCRYPTED, encrypting))
    ]


if __name__ == "__main__":
    serve(make)
