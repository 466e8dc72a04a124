"""verify-project with a receipt in each form, which are read and held against what was printed."""

import json
import os
import re
import select
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .cli import Cli
from .ending import LEAVE
from .project import Project
from .world import World

VERIFY_SECONDS = 120.0


@dataclass(frozen=True)
class Verified:
    """What a verification said, and the receipts that it wrote."""

    result: Any
    receipt: Any
    markdown: str
    html: Path

    @property
    def failed(self) -> list[str]:
        return [step["name"] for step in self.result["steps"] if not step["ok"]]

    def detail(self, name: str, which: int = 0) -> str:
        """Of the step of that name; a plan may have it several times."""
        details: list[str] = [s["detail"] for s in self.result["steps"] if s["name"] == name]
        return details[which]


class Verify:
    def __init__(self, cli: Cli, world: World) -> None:
        self.cli = cli
        self.files = [world.root / f"receipt.{ending}" for ending in ("json", "md", "html")]

    @property
    def words(self) -> list[str]:
        return ["verify-project", *(f"--receipt={file}" for file in self.files), "-o", "json"]

    def __call__(self, code: int, **env: str) -> Verified:
        ran = self.cli(*self.words, timeout=VERIFY_SECONDS, env=env).expect(code)
        return self.read(ran.json)

    def read(self, result: Any) -> Verified:
        """The receipts, each of which must be there and agree with what was printed."""
        assert result["receipts"] == [str(file) for file in self.files]
        receipt = json.loads(self.files[0].read_text())
        assert receipt["verdict"] == result["verdict"]
        assert receipt["steps"] == result["steps"]
        markdown = self.files[1].read_text()
        check_markdown(markdown)
        assert f"verify-project: {result['verdict']}" in markdown
        page = self.files[2].read_text()
        assert "Content-Security-Policy" in page and page.endswith("</html>\n")
        return Verified(result, receipt, markdown, self.files[2])


class Hook:
    """A named pipe, by which a process of the test's project tells that it has come to a place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self.pipe = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        self.code = f"open({str(path)!r}, 'w').write('x')"

    def wait(self, process: subprocess.Popen[str]) -> None:
        """Until it is there; an error where the process ends before."""
        watched = os.pidfd_open(process.pid)
        try:
            ready, _, _ = select.select([self.pipe, watched], [], [], VERIFY_SECONDS)
        finally:
            os.close(watched)
        if self.pipe not in ready:
            process.kill()
            raise AssertionError(f"not there: {process.communicate(timeout=VERIFY_SECONDS)}")

    def close(self) -> None:
        os.close(self.pipe)


def check_markdown(text: str) -> None:
    """Fences and details are closed, and the rows of each table have as many cells as its head."""
    fence = ""
    depth = 0
    cells = 0
    for line in text.splitlines():
        marks = re.match(r"`{3,}", line)
        if fence:
            fence = "" if line == fence else fence
        elif marks:
            fence = marks[0]
        else:
            depth += line.count("<details>") - line.count("</details>")
            assert depth in (0, 1), line
            found = line.count("|") if line.startswith("|") else 0
            assert not cells or found in (0, cells), line
            cells = found
    assert not fence and depth == 0


def own_starter(project: Project, code: str, timeout: int = 60) -> None:
    """Make it a project of one run, whose starter is this code, with `client` connected."""
    lines = "\n".join(f"    {line}" for line in code.strip().splitlines())
    project.write(
        "own.py",
        "import asyncio, json, os, pathlib, signal, uuid\n"
        "from shared import TASK_QUEUE, GreetingInput, connect\n"
        "from workflow import GreetingWorkflow\n\n\n"
        f"async def main():\n    client = await connect()\n{lines}\n\n\nasyncio.run(main())\n{LEAVE}",
    )
    project.write(
        "temporal-skill.ini",
        f"[run hello]\nstarter = {project.command('own.py')}\ntimeout = {timeout}\n",
    )


START = """
handle = await client.start_workflow(
    GreetingWorkflow.run, GreetingInput("x", wait=True), id=f"w-{uuid.uuid4()}", task_queue=TASK_QUEUE)
"""
