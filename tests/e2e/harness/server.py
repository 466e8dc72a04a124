"""Real dev servers of the tests' own, on private ports, gone when the test process is gone."""

import asyncio
import contextlib
import os
import socket
import subprocess
import time
from pathlib import Path

from temporalio.client import Client

from .client import Loop, register_namespace
from .ports import free_port
from .world import TOOLS, World

# A dev server is up in one to two seconds; several at once on two busy cores take longer.
START_SECONDS = 60.0
STOP_SECONDS = 20.0

# The values that ensure-server starts a server with: stalls show at once, and failed tasks are retried soon.
DYNAMIC_CONFIG = (
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=1",
    'history.workflowTaskRetryMaxInterval="1s"',
)


class DevServer:
    def __init__(self, loop: Loop, log: Path, port: int, process: subprocess.Popen[bytes]) -> None:
        self.loop = loop
        self.log = log
        self.port = port
        self.address = f"127.0.0.1:{port}"
        self.process = process

    @classmethod
    def start(
        cls,
        loop: Loop,
        log: Path,
        *,
        port: int | None = None,
        env: dict[str, str] | None = None,
        options: tuple[str, ...] = (),
        dynamic_config: tuple[str, ...] = DYNAMIC_CONFIG,
    ) -> "DevServer":
        """Start one and return when its default namespace answers; options go to `start-dev`."""
        chosen = port or free_port()
        # setpriv: the kernel kills the server when this test process ends, however it ends.
        command = ["setpriv", "--pdeathsig", "KILL", str(TOOLS / "temporal"), "server", "start-dev"]
        command += ["--headless", "--ip", "127.0.0.1", "--port", str(chosen)]
        command += ["--log-level", "warn", *options]
        for value in dynamic_config:
            command += ["--dynamic-config-value", value]
        with log.open("ab") as output:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=env or {"PATH": os.environ["PATH"], "HOME": str(log.parent)},
                cwd=log.parent,
            )
        server = cls(loop, log, chosen, process)
        try:
            server._wait_ready()
        except BaseException:
            server.stop()
            raise
        return server

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            said = self.log.read_text(errors="replace")[-2000:]
            if self.process.poll() is not None:
                raise RuntimeError(f"the dev server ended with {self.process.returncode}: {said}")
            if time.monotonic() > deadline:
                raise TimeoutError(f"no dev server on {self.address}: {said}")
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(0.02)
        self.loop.call(self._wait_namespace(deadline), START_SECONDS)

    async def _wait_namespace(self, deadline: float) -> None:
        while True:
            try:
                client = await Client.connect(self.address)
                async for _ in client.list_workflows(page_size=1, limit=1):
                    pass
                return
            except Exception:
                if time.monotonic() > deadline:
                    raise
                await asyncio.sleep(0.05)

    def take_in(self, world: World) -> None:
        """Point the world at this server, at a namespace of its own."""

        async def register() -> None:
            await register_namespace(await Client.connect(self.address), namespace)

        namespace = f"test-{world.id[:12]}"
        self.loop.call(register())
        world.use_address(self.address, namespace)

    def stop(self) -> None:
        """End it, the polite way first; harmless where it has ended already."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()
