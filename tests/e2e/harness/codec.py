"""A payload codec, as source for a project's own file and as this process has it."""

from typing import Any

from temporalio.converter import DataConverter

CODEC = """import dataclasses

from temporalio.api.common.v1 import Payload
from temporalio.converter import DataConverter, PayloadCodec


class Turned(PayloadCodec):
    async def encode(self, payloads):
        return [
            Payload(metadata={"encoding": b"binary/turned"}, data=one.SerializeToString()[::-1])
            for one in payloads
        ]

    async def decode(self, payloads):
        return [Payload.FromString(one.data[::-1]) for one in payloads]


converter = dataclasses.replace(DataConverter.default, payload_codec=Turned())
"""

_module: dict[str, Any] = {}
exec(compile(CODEC, "codec.py", "exec"), _module)
converter: DataConverter = _module["converter"]
