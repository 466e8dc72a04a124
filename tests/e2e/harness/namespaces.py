"""PID namespaces that a test makes for itself, and strangers that tell of every signal that they get."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from .cli import DEADLINE_SECONDS, Ran
from .world import World, program

# Writes a line for each signal that can be caught; "up" once it listens. Words beyond the file are for /proc alone.
BYSTANDER = """
import os, signal, sys, time
say = os.open(os.environ["SAY"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
def heard(number, frame):
    os.write(say, b"signal %d\\n" % number)
for number in signal.valid_signals():
    if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD):
        signal.signal(number, heard)
os.write(say, b"up\\n")
print("up", flush=True)
while True:
    time.sleep(1000)
"""


class Bystander:
    """One in the tests' own namespace. It has heard nothing as long as check() says so."""

    def __init__(self, world: World, say: Path, words: list[str], cwd: Path) -> None:
        self.say = say
        self.process = subprocess.Popen(
            words,
            cwd=cwd,
            env=world.env | {"SAY": str(say)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "up\n"

    def check(self) -> None:
        assert self.process.poll() is None, f"it was ended: {self.process.returncode}"
        assert self.say.read_text() == "up\n"

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


@contextlib.contextmanager
def bystander(world: World, *words: str, cwd: Path, name: str = "bystander") -> Iterator[Bystander]:
    made = Bystander(world, world.root / f"{name}.say", [sys.executable, *words], cwd)
    try:
        yield made
    finally:
        made.close()


# Process 1 of a namespace: reaps its orphans and waits.
INIT = """
import os, signal, sys
signal.signal(signal.SIGCHLD, signal.SIG_DFL)
print("up", flush=True)
while True:
    try:
        os.waitpid(-1, 0)
    except ChildProcessError:
        signal.sigtimedwait([signal.SIGCHLD], 0.2)
"""


class Namespace:
    """A PID namespace with its own /proc, as a container that keeps the host's name, files and network."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.env: dict[str, str] = {}
        self.outer = subprocess.Popen(
            [
                "unshare",
                "--pid",
                "--fork",
                "--kill-child",
                "--mount-proc",
                sys.executable,
                "-c",
                INIT,
            ],
            env=world.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.outer.stdout is not None
        if self.outer.stdout.readline() != "up\n":
            self.outer.wait()
            pytest.skip("no leave to make a PID namespace")
        children = Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children").read_text()
        self.init = int(children.split()[0])

    def words(self, *words: object, cwd: Path | None = None) -> list[str]:
        enter = ["nsenter", "-t", str(self.init), "-p", "-m"]
        inside = ["sh", "-c", 'cd "$0" && exec "$@"', str(cwd or self.world.root)]
        return [*enter, "--", *inside, *map(str, words)]

    def __call__(self, *words: object, cwd: Path | None = None) -> Ran:
        """The program under test, in there."""
        ran = subprocess.run(
            self.words(program(), *words, cwd=cwd),
            env=self.world.env | self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=DEADLINE_SECONDS,
        )
        return Ran(tuple(map(str, words)), ran.returncode, ran.stdout, ran.stderr, 0.0)

    def start(
        self, *words: object, cwd: Path | None = None, env: dict[str, str] | None = None
    ) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.words(*words, cwd=cwd),
            env=self.world.env | self.env | (env or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def close(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.init, signal.SIGKILL)
        self.outer.communicate()


@contextlib.contextmanager
def namespace(world: World) -> Iterator[Namespace]:
    if os.geteuid() != 0:
        pytest.skip("only root can make a PID namespace here")
    made = Namespace(world)
    try:
        yield made
    finally:
        made.close()
