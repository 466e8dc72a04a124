"""Counts what is asked of a server: a proxy that reads along, and knows of HTTP/2 only how its frames are cut."""

import asyncio
import contextlib

from .cli import Cli, Ran
from .client import Loop

PREFACE = len(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
FRAME_HEAD = 9
HEADERS = 1  # each request begins with one such frame from the client, and has no other
PIECE = 65536


class Tally:
    """Listens on a port of its own and passes everything on; requests: how many went through."""

    def __init__(self, loop: Loop, target: str) -> None:
        self.loop = loop
        self.requests = 0
        self._host, _, self._port = target.rpartition(":")
        self._server = loop.call(asyncio.start_server(self._serve, "127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            answers, questions = await asyncio.open_connection(self._host, int(self._port))
            back = asyncio.create_task(self._pass_on(answers, writer))
            try:
                await self._count(reader, questions)
            finally:
                questions.close()
                await back

    async def _count(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readexactly(PREFACE))
        while True:
            head = await reader.readexactly(FRAME_HEAD)
            self.requests += head[3] == HEADERS
            writer.write(head + await reader.readexactly(int.from_bytes(head[:3], "big")))
            await writer.drain()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(PIECE):
                writer.write(piece)
                await writer.drain()
        writer.close()

    def close(self) -> None:
        self.loop.call(self._close())

    async def _close(self) -> None:
        self._server.close()


def tallied(cli: Cli, loop: Loop, *words: object) -> tuple[Ran, int]:
    """Run a command to its end, and count what it asked of the world's server."""
    tally = Tally(loop, cli.world.address)
    try:
        ran = cli(*words, env={"TEMPORAL_ADDRESS": tally.address})
        return ran, tally.requests
    finally:
        tally.close()
