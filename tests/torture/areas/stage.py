"""Where a case is tried: the stage is the program and what all share, a scene a world of its own for one case."""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from harness import processes
from harness.client import Loop, Temporal
from harness.project import Project
from harness.server import DevServer
from harness.workers import worker_source
from harness.world import World

# Longer than anything here takes on a busy machine; what takes longer hangs.
HANG_SECONDS = 60.0


@dataclass(frozen=True)
class Ran:
    words: tuple[str, ...]
    code: int
    out: str
    err: str
    hung: bool = False
    most_memory: int = 0  # bytes

    @property
    def text(self) -> str:
        return f"exit {self.code}: {self.out}\n{self.err}"

    @property
    def crashed(self) -> bool:
        """Ended by a signal that nobody sent it."""
        return self.code < 0 and not self.hung


@dataclass
class Stage:
    program: Path
    folder: Path
    long: bool
    loop: Loop = field(default_factory=Loop)
    _server: DevServer | None = None
    _scenes: int = 0

    @property
    def server(self) -> DevServer:
        """One for all, started when it is first asked for."""
        if not self._server:
            self._server = DevServer.start(self.loop, self.folder / "server.log")
        return self._server

    def most(self, short: int, long: int) -> int:
        return long if self.long else short

    @contextlib.contextmanager
    def scene(self) -> Iterator["Scene"]:
        """Names made of the folder are of one length, so that what is made of them can be compared."""
        self._scenes += 1
        made = Scene(self, World(self.folder / f"scene-{self._scenes:05}"))
        try:
            yield made
        finally:
            made.close()

    def close(self) -> None:
        if self._server:
            self._server.stop()
        self.loop.close()


class Scene:
    def __init__(self, stage: Stage, world: World) -> None:
        self.stage = stage
        self.world = world
        self.project: Project | None = None
        self._temporal: Temporal | None = None

    @property
    def queue(self) -> str:
        return f"queue-{self.world.id[:12]}"

    def use_server(self) -> None:
        self.world.use_address(self.stage.server.address)

    @property
    def temporal(self) -> Temporal:
        if not self._temporal:
            self._temporal = Temporal(self.stage.loop, self.world.address)
        return self._temporal

    def make_project(self, sources: dict[str, str] | None = None, name: str = "app") -> Project:
        sources = sources or {"worker.py": worker_source(self.queue)}
        self.project = Project(self.world, self.world.root / name, sources).use()
        return self.project

    def run(
        self,
        *words: object,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        timeout: float = HANG_SECONDS,
        program: Path | None = None,
        stdout: int | None = None,
        given: str | None = None,
        limit: Any = None,
    ) -> Ran:
        line = (str(program or self.stage.program), *map(str, words))
        process = subprocess.Popen(
            line,
            stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
            stdout=subprocess.PIPE if stdout is None else stdout,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=self.world.env | (env or {}),
            cwd=cwd or self.world.project_dir,
            start_new_session=True,
            preexec_fn=limit,
        )
        hung = False
        began = time.monotonic()
        try:
            out, err = process.communicate(given, timeout=timeout)
        except subprocess.TimeoutExpired:
            hung = True
            with contextlib.suppress(ProcessLookupError):
                os.kill(process.pid, signal.SIGKILL)
            # What it started may hold its output open.
            try:
                out, err = process.communicate(timeout=1)
            except subprocess.TimeoutExpired:
                processes.kill(self.world.running())
                out, err = process.communicate()
        if "TORTURE_SLOW" in os.environ and time.monotonic() - began > 2:
            print(f"{time.monotonic() - began:.1f} s: {line[1:]} {env}", file=sys.stderr)
        return Ran(line[1:], process.returncode, out or "", err or "", hung)

    def seen(self, pids: set[int]) -> set[int]:
        """Those of the processes that somebody who asks the program is told of."""
        asked = [
            ("list-workers", "--all", "-o", "json"),
            ("show-server", "-o", "json"),
            ("doctor", "-o", "json"),
        ]
        told: set[int] = set()
        for words in asked:
            ran = self.run(*words)
            told |= {int(number) for number in re.findall(r"\b\d+\b", ran.out + ran.err)}
            if pids <= told:
                break
        return pids & told

    def files(self) -> set[str]:
        """All files and folders of the world, by name; what chance or numbers made of a name is taken out."""
        found = set()
        for path in self.world.root.rglob("*"):
            name = str(path.relative_to(self.world.root))
            # Of a record, and of the queue that a scene has for itself.
            name = re.sub(r"[0-9a-f]{16}|(?<=queue-)[0-9a-f]{12}", "HASH", name)
            found.add(re.sub(r"[0-9]{2,}", "N", name))
        return found

    def home_text(self, name: str) -> str:
        path = self.world.home / name
        return path.read_text() if path.exists() else ""

    def broken_records(self) -> list[str]:
        import json

        broken = []
        for path in self.world.pid_dir.glob("*.json"):
            try:
                json.loads(path.read_text())
            except ValueError:
                broken.append(path.name)
        return broken + [path.name for path in self.world.pid_dir.glob("*.bad")]

    def close(self) -> None:
        if self._temporal:
            self._temporal.close()
        # Whoever is killed may have started another meanwhile.
        for _ in range(3):
            if not self.world.sweep():
                break
        shutil.rmtree(self.world.root, ignore_errors=True)


def leaders(scene: Scene, before: set[int]) -> set[int]:
    """What runs of the world and was not there before, without what descends from another of these."""
    running = {process.pid for process in scene.world.running()} - before
    return {pid for pid in running if parent_of(pid) not in running}


def parent_of(pid: int) -> int:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[1])


def command_of(pid: int) -> str:
    try:
        return (
            Path(f"/proc/{pid}/cmdline")
            .read_bytes()
            .replace(b"\0", b" ")
            .decode(errors="replace")[:150]
        )
    except OSError:
        return "gone"


def still_running(scene: Scene, seconds: float = 2.0) -> str:
    """What still runs of the world after those on their way out have had time to go."""
    deadline = time.monotonic() + seconds
    while (left := scene.world.running()) and time.monotonic() < deadline:
        processes.wait_gone(left[0].pid, 0.2)
    return "; ".join(map(str, left))


PYTHON = sys.executable
