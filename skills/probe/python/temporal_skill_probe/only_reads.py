"""A program that is run for its worker's sake alone must change nothing on the server.

Requests that only read are sent; any other is never answered, and the program is ended then.
"""

import asyncio
import dataclasses
import functools
import os

from temporal_skill_probe import ending, lines

_READS = ("get_", "describe_", "list_", "count_", "query_", "scan_", "check")


def attach(module):
    client = module._BridgeServiceClient
    call = client._rpc_call

    @functools.wraps(call)
    async def _rpc_call(self, rpc, *args, **kwargs):
        if rpc.startswith(_READS):
            ending.asks()
            return await call(self, rpc, *args, **kwargs)
        lines.write("held_back", request=rpc)
        ending.touch()
        await asyncio.Event().wait()

    client._rpc_call = _rpc_call
    _connect_elsewhere(client)


def _connect_elsewhere(client):
    """To nobody, where no server is needed; and never to the door, whose address an argument may have had."""
    connect = client.connect
    door = os.environ.get("TEMPORAL_SKILL_PROBE_DOOR")
    changes = {"lazy": True} if os.environ.get("TEMPORAL_SKILL_PROBE_OFFLINE") else {}

    async def connect_elsewhere(config):
        to = dict(changes)
        if door and config.target_host.endswith(door):
            to["target_host"] = (
                config.target_host.removesuffix(door)
                + os.environ["TEMPORAL_SKILL_PROBE_ADDRESS"]
            )
        return await connect(dataclasses.replace(config, **to) if to else config)

    client.connect = staticmethod(connect_elsewhere)
