"""The program under test, run as an agent runs it: words in; exit code, stdout and stderr out; no terminal."""

import json
import os
import shlex
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .world import World, program

# Longer than any command of a test should take, even on a machine with all cores busy.
DEADLINE_SECONDS = 60.0


@dataclass(frozen=True)
class Ran:
    words: tuple[str, ...]
    code: int
    out: str
    err: str
    seconds: float

    def __str__(self) -> str:
        return (
            f"{' '.join(self.words)}\nexit {self.code} after {self.seconds:.2f} s\n"
            f"--- stdout\n{self.out}--- stderr\n{self.err}"
        )

    def expect(self, code: int = 0) -> "Ran":
        """This very result, after a check of the exit code that shows everything where it is another."""
        assert self.code == code, f"expected exit {code}: {self}"
        return self

    @property
    def json(self) -> Any:
        """stdout as the one JSON text that it must be."""
        try:
            return json.loads(self.out)
        except ValueError:
            raise AssertionError(f"stdout is not JSON: {self}") from None

    @property
    def rows(self) -> list[Any]:
        """stdout as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> dict[str, Any]:
        """The error object on stderr, below whatever was said before it."""
        for line in reversed(self.err.splitlines()):
            if line.startswith("{"):
                error: dict[str, Any] = json.loads(line)["error"]
                return error
        raise AssertionError(f"no error object on stderr: {self}")


class Cli:
    def __init__(self, world: World) -> None:
        self.world = world
        self.started: list[subprocess.Popen[str]] = []
        path = program()
        assert os.access(path, os.X_OK), f"{path} is not there: run make first"
        self.path = str(path)

    @property
    def typed(self) -> str:
        """As a shell takes it, and `next:` lines have it."""
        return shlex.quote(self.path)

    def __call__(
        self,
        *words: object,
        input: str | None = None,
        timeout: float = DEADLINE_SECONDS,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Ran:
        """Run a command to its end. env is added to the world's environment."""
        begun = time.monotonic()
        process = self.start(*words, stdin=input is not None, env=env, cwd=cwd)
        try:
            out, err = process.communicate(input, timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            out, err = process.communicate(timeout=DEADLINE_SECONDS)
            raise AssertionError(
                f"{' '.join(map(str, words))}: no end within {timeout:g} s\n"
                f"--- stdout\n{out}--- stderr\n{err}"
            ) from None
        finally:
            self.started.remove(process)
        seconds = time.monotonic() - begun
        return Ran(tuple(map(str, words)), process.returncode, out, err, seconds)

    def json(self, *words: object, code: int = 0, timeout: float = DEADLINE_SECONDS) -> Any:
        """Run with -o json, check the exit code, return the object."""
        return self(*words, "-o", "json", timeout=timeout).expect(code).json

    def start(
        self,
        *words: object,
        stdin: bool = False,
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
    ) -> subprocess.Popen[str]:
        """Start a command and return at once, for tests that interrupt it; it leads its own session."""
        process = subprocess.Popen(
            [self.path, *map(str, words)],
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=self.world.env | (env or {}),
            cwd=cwd or self.world.root,
            start_new_session=True,
        )
        self.started.append(process)
        return process

    def close(self) -> None:
        """End what start() began and the test did not."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.communicate(timeout=DEADLINE_SECONDS)
