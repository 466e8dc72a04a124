"""A worker that is made and run, and polls nothing: it replays histories, or only says what it is."""

import asyncio
import os
import threading

from temporal_skill_probe import ending


class _NoBridge:
    """Stands for the core's worker, which would make itself known to the server."""


class _NotConnected:
    """The client's connection, as the SDK asks it of a worker, where none was made."""

    def __init__(self, connection):
        self._connection = connection
        self._bridge_client = object()

    def __getattr__(self, name):
        return getattr(self._connection, name)


def attach(module, mode):
    import temporalio.bridge.worker

    temporalio.bridge.worker.Worker.create = staticmethod(lambda *_, **__: _NoBridge())
    if os.environ.get("TEMPORAL_SKILL_PROBE_OFFLINE"):
        module._extract_bridge_client_for_worker = lambda client: _NotConnected(
            client.service_client
        )
    _attach(module.Worker, mode)


def _attach(worker, mode):
    async def run(self):
        await _work(self, mode)
        await asyncio.Event().wait()

    async def __aenter__(self):
        await _work(self, mode)
        return self

    async def nothing(self, *args, **kwargs):
        return None

    worker.run = run
    worker.__aenter__ = __aenter__
    worker.__aexit__ = nothing
    worker.shutdown = nothing


async def _work(worker, mode):
    ending.begin()
    ending.touch()
    if mode != "replay":
        return
    from temporal_skill_probe import replay

    rest = replay.Replays(worker)
    ending.busy(1)
    try:
        await rest.run()
    except asyncio.CancelledError:
        # The program goes down around us, for a port that is taken, say. What it came for is done
        # all the same, in a loop of our own.
        ending.busy(1)
        threading.Thread(
            target=_finish, args=(rest,), name="temporal-skill-replay"
        ).start()
        raise
    finally:
        ending.busy(-1)


def _finish(rest):
    try:
        asyncio.run(rest.run())
    finally:
        ending.busy(-1)
