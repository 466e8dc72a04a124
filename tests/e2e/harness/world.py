"""A world: all that one test may touch. Its own directories, environment, port, and the processes marked as its own."""

import os
import sys
import time
import uuid
from pathlib import Path

from . import processes
from .ports import free_port

# uv, the Temporal CLI and the SDK stand beside the interpreter that runs the tests.
TOOLS = Path(sys.executable).parent
# What a stopped process may still need to leave the process table after its stop was reported.
LEAVING_SECONDS = 2.0


class World:
    """root/{home,logs,pids,project} and an environment made from nothing but these.

    env is what the program under test gets; a test may add to it. port and address are the world's own: nothing
    listens there unless the test starts it; with the fixture `server` they are replaced by the shared server's.
    """

    def __init__(self, root: Path) -> None:
        self.id = uuid.uuid4().hex
        self.root = root
        self.home = root / "home"
        self.log_dir = root / "logs"
        self.pid_dir = root / "pids"
        self.project_dir = root / "project"
        for directory in (self.home, self.project_dir):
            directory.mkdir(parents=True)
        self.port = free_port()
        self.env = {
            "PATH": f"{TOOLS}:/usr/local/bin:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_DATA_HOME": str(self.home / ".local/share"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "CLAUDE_TEMPORAL_LOG_DIR": str(self.log_dir),
            "CLAUDE_TEMPORAL_PID_DIR": str(self.pid_dir),
            "PYTHONDONTWRITEBYTECODE": "1",
            processes.MARK: self.id,
        }
        self.use_address(f"127.0.0.1:{self.port}")
        self.use_project(self.project_dir)

    def use_address(self, address: str, namespace: str = "default") -> None:
        self.address = address
        self.namespace = namespace
        self.env["TEMPORAL_ADDRESS"] = address
        # The program asks the first, the SDK's own configuration the second.
        self.env["CLAUDE_TEMPORAL_NAMESPACE"] = namespace
        self.env["TEMPORAL_NAMESPACE"] = namespace

    def use_project(self, directory: Path) -> None:
        self.env["CLAUDE_TEMPORAL_PROJECT_DIR"] = str(directory)

    def running(self) -> list[processes.Process]:
        return processes.of_world(self.id, self.root)

    def sweep(self) -> list[processes.Process]:
        """Kill all that still runs, for tests that leave something on purpose; returns what that was."""
        found = self.running()
        processes.kill(found)
        return found

    def wait_idle(self, seconds: float) -> None:
        """Until nothing of it runs any more."""
        deadline = time.monotonic() + seconds
        while found := self.running():
            left = max(0.0, deadline - time.monotonic())
            assert processes.wait_gone(found[0].pid, left), f"it runs on: {found[0]}"

    def leftovers(self) -> list[processes.Process]:
        """What still runs of this world, those on their way out not counted."""
        deadline = time.monotonic() + LEAVING_SECONDS
        return [
            process
            for process in self.running()
            if not processes.wait_gone(process.pid, max(0.0, deadline - time.monotonic()))
        ]

    def logs(self) -> dict[str, str]:
        """The end of each log file, for the report of a failed test."""
        texts = {}
        for path in sorted([*self.root.glob("*.log"), *self.log_dir.glob("*")]):
            if path.is_file():
                texts[path.name] = path.read_text(errors="replace")[-4000:]
        return texts


def repository() -> Path:
    return Path(__file__).resolve().parents[3]


def program() -> Path:
    """The program under test: $TEMPORAL_SKILL, else what plain `make` builds."""
    return Path(os.environ.get("TEMPORAL_SKILL") or repository() / "build/temporal-skill")


def files_below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir())
