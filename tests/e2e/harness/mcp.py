"""serve-mcp from the other side: with the official client, and with lines written by hand."""

import asyncio
import json
import os
import select
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import CallToolResult

from .cli import DEADLINE_SECONDS, Cli

Answer = TypeVar("Answer")
MODERN, LEGACY = "2026-07-28", "2025-11-25"
META = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
}


class McpServer:
    """What is needed to start serve-mcp in a world; each connection is a server of its own."""

    def __init__(self, cli: Cli) -> None:
        self.cli = cli

    @asynccontextmanager
    async def connect(self, *words: str, mode: str = "auto") -> AsyncIterator[Client]:
        """The official client, connected; mode "legacy" begins with `initialize`."""
        world = self.cli.world
        parameters = StdioServerParameters(
            command=self.cli.path, args=["serve-mcp", *words], env=world.env, cwd=world.root
        )
        with (world.root / "serve-mcp.log").open("a") as log:
            transport = stdio_client(parameters, errlog=log)
            async with Client(transport, mode=mode) as client:
                yield client

    def play(
        self, work: Callable[[Client], Coroutine[Any, Any, Answer]], *words: str, **options: str
    ) -> Answer:
        """One connection, from its beginning to its end."""

        async def connected() -> Answer:
            async with self.connect(*words, **options) as client:
                return await work(client)

        return run(connected())


def run(work: Awaitable[Answer], seconds: float = 2 * DEADLINE_SECONDS) -> Answer:
    async def bounded() -> Answer:
        return await asyncio.wait_for(work, seconds)

    return asyncio.run(bounded())


def content(result: CallToolResult) -> dict[str, Any]:
    """The structured content, after a check that the text says the same or names the error."""
    structured: dict[str, Any] = result.structured_content
    text = result.content[0]
    assert text.type == "text", result
    if text.text.startswith("error: "):
        assert result.is_error, result
        assert structured["error"]["message"] in text.text, result
    else:
        assert json.loads(text.text) == structured, result
    return structured


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    return content(await client.call_tool(tool, arguments))


def waiting(workflow_id: str, seconds: float = 50) -> dict[str, Any]:
    """Arguments of a wait for a workflow that no worker takes."""
    return {"workflow_id": workflow_id, "no_stall_check": True, "timeout": seconds}


class Lines:
    """serve-mcp as a program that reads and writes lines."""

    def __init__(self, cli: Cli, *words: str, initialize: bool = True) -> None:
        self.process: subprocess.Popen[bytes] = subprocess.Popen(
            [cli.path, "serve-mcp", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=cli.world.env,
            cwd=cli.world.root,
            start_new_session=True,
        )
        self._begun = b""
        self._last_id = 0
        if initialize:
            client = {"name": "test", "version": "1"}
            params = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": client}
            self.ask("initialize", params)
            self.write({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def write(self, message: object) -> None:
        text = message if isinstance(message, bytes) else json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(text + b"\n")
        self.process.stdin.flush()

    def read_line(self) -> bytes:
        assert self.process.stdout is not None
        descriptor = self.process.stdout.fileno()
        while b"\n" not in self._begun:
            ready, _, _ = select.select([descriptor], [], [], DEADLINE_SECONDS)
            assert ready, "serve-mcp says nothing"
            more = os.read(descriptor, 1 << 20)
            assert more, "serve-mcp has ended"
            self._begun += more
        line, self._begun = self._begun.split(b"\n", 1)
        return line

    def read(self) -> Any:
        """The next message; what is no JSON has no place on standard output."""
        return json.loads(self.read_line())

    def send(self, method: str, params: object = None) -> int:
        """A request; its id."""
        self._last_id += 1
        message = {"jsonrpc": "2.0", "id": self._last_id, "method": method}
        self.write(message if params is None else message | {"params": params})
        return self._last_id

    def ask(self, method: str, params: object = None) -> Any:
        """A request and the very next message, which must be its answer."""
        number = self.send(method, params)
        answer = self.read()
        assert answer["id"] == number, answer
        return answer

    def call(self, tool: str, **arguments: object) -> int:
        return self.send("tools/call", {"name": tool, "arguments": arguments})

    def end(self) -> tuple[int, str]:
        """Close its input; exit status and what it said on standard error."""
        if self.process.stdin is not None:
            self.process.stdin.close()
            self.process.stdin = None
        _, err = self.process.communicate(timeout=DEADLINE_SECONDS)
        return self.process.returncode, err.decode()

    def close(self) -> None:
        """End it with its calls, where the test did not."""
        if self.process.poll() is None:
            self.end()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
