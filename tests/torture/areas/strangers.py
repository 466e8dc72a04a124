"""Bystanders (bystander.c), built, started and asked what they heard."""

import subprocess
import time
from functools import cache
from pathlib import Path

from harness import processes

from .stage import Scene

SOURCE = Path(__file__).resolve().parent.parent / "bystander.c"
UP_SECONDS = 20.0
# The same in Python, for those that take whoever is Python for a worker.
SCRIPT = """\
import os, signal
def heard(number, frame):
    open(os.environ["SAY"], "a").write("signal %d\\n" % number)
for number in range(1, 32):
    if number not in (signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD):
        signal.signal(number, heard)
open(os.environ["SAY"], "a").write("up\\n")
while True:
    signal.pause()
"""


@cache
def program(folder: Path) -> Path:
    target = folder / "bystander"
    subprocess.run(["gcc", "-O1", "-Wall", "-Wextra", "-o", str(target), str(SOURCE)], check=True)
    return target


class Bystander:
    def __init__(self, name: str, say: Path, pid: int) -> None:
        self.name = name
        self.say = say
        self.pid = pid
        self._known = 0
        # Once killed, it can be hurt no more.
        self.gone = False
        deadline = time.monotonic() + UP_SECONDS
        while "up" not in self._text() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert "up" in self._text(), f"the bystander {name} did not come up"
        self._known = len(self._text())

    def _text(self) -> str:
        return self.say.read_text() if self.say.exists() else ""

    def heard(self) -> list[tuple[str, str]]:
        """Of which kind it was hurt since it was last asked, and how."""
        text = self._text()
        new, self._known = text[self._known :], len(text)
        problems = (
            [("a bystander was signalled", f"{self.name} ({self.pid}): {new}")] if new else []
        )
        self.gone = not processes.runs(self.pid)
        if self.gone:
            problems.append(("a bystander was killed", f"{self.name} ({self.pid})"))
        return problems


def start(
    scene: Scene,
    name: str,
    words: list[str],
    cwd: Path,
    env: dict[str, str] | None = None,
    executable: str | None = None,
) -> tuple[Bystander, "subprocess.Popen[bytes]"]:
    """As a process that calls itself words[0] and has these words."""
    say = scene.world.root / f"say-{name.replace(' ', '-').replace('/', '-')}"
    process = subprocess.Popen(
        words,
        executable=executable or program(scene.stage.folder),
        cwd=cwd,
        env={**scene.world.env, "SAY": str(say), **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return Bystander(name, say, process.pid), process
