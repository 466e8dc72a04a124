"""Processes as /proc shows them: which belong to a test's world, and their end."""

import contextlib
import os
import select
import signal
import time
from dataclasses import dataclass
from pathlib import Path

# Set in a world's environment; every process started in it inherits the mark.
MARK = "TSK_TEST_WORLD"
# How long a killed process may take to be gone: it only has to be scheduled once more.
KILLED_SECONDS = 10.0
CONNECTED_SECONDS = 30.0


@dataclass(frozen=True)
class Process:
    pid: int
    command: str

    def __str__(self) -> str:
        return f"{self.pid}: {self.command}"


def runs(pid: int) -> bool:
    """Whether the process is there and not a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(errors="replace")
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def wait_gone(pid: int, seconds: float) -> bool:
    """Wait until the process has ended; False when it still runs after that time."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], seconds)[0])
    finally:
        os.close(descriptor)


def _sockets(pid: int) -> set[str]:
    """The inodes of its sockets."""
    found = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):  # closed meanwhile
            target = os.readlink(descriptor)
            if target.startswith("socket:["):
                found.add(target[8:-1])
    return found


def wait_connected(pid: int, address: str) -> None:
    """Wait until the process has a connection to 127.0.0.1:PORT: the sign that it asks a server."""
    wanted = f":{int(address.rsplit(':', 1)[1]):04X}"
    deadline = time.monotonic() + CONNECTED_SECONDS
    while time.monotonic() < deadline:
        sockets = _sockets(pid)
        for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
            _, _, remote, state, *rest = line.split()
            if state == "01" and remote.endswith(wanted) and rest[5] in sockets:
                return
    raise AssertionError(f"{pid} does not connect to {address}")


def _belongs(entry: Path, mark: bytes, root: Path) -> bool:
    if mark in (entry / "environ").read_bytes().split(b"\0"):
        return True
    directory = Path(os.readlink(entry / "cwd"))
    return directory == root or root in directory.parents


def of_world(world_id: str, root: Path) -> list[Process]:
    """Every running process that carries the world's mark, or works in its directory."""
    mark = f"{MARK}={world_id}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            if _belongs(entry, mark, root) and runs(int(entry.name)):
                words = (entry / "cmdline").read_bytes().split(b"\0")
                command = b" ".join(words).decode(errors="replace").strip()
                found.append(Process(int(entry.name), command))
        except OSError:
            continue  # it ended meanwhile, or is another user's
    return found


def kill(processes: list[Process]) -> None:
    for process in processes:
        try:
            os.kill(process.pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    for process in processes:
        wait_gone(process.pid, KILLED_SECONDS)
