"""Scratch Python projects, run by the tests' own interpreter: no uv, no virtual environment to make."""

import shlex
import sys
from pathlib import Path

from .world import World, repository


class Project:
    def __init__(self, world: World, directory: Path, sources: dict[str, str]) -> None:
        self.world = world
        self.directory = directory
        self.name = directory.name
        self.python = sys.executable
        directory.mkdir(parents=True, exist_ok=True)
        for path, text in sources.items():
            self.write(path, text)

    def command(self, script: str, *words: str) -> str:
        """The command line that runs one of the project's scripts, as settings and INI files take it."""
        return shlex.join([self.python, script, *words])

    def use(self) -> "Project":
        """Make it the world's current project, its worker.py the worker command and its starter.py the starter."""
        self.world.use_project(self.directory)
        self.world.env["TEMPORAL_WORKER_CMD"] = self.command("worker.py")
        return self

    def path(self, name: str) -> Path:
        return self.directory / name

    def write(self, name: str, text: str) -> Path:
        """Write one file, new or not."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def replace(self, name: str, old: str, new: str) -> None:
        """Change one place of a file; that it is there is checked, so that a test cannot quietly change nothing."""
        text = self.path(name).read_text()
        assert old in text, f"'{old}' is not in {name}"
        self.write(name, text.replace(old, new))

    def read(self, name: str) -> str:
        return self.path(name).read_text()


def template_sources(template: str, name: str, task_queue: str) -> dict[str, str]:
    """The files of a project template with its names filled in, as new-project writes them."""
    folder = repository() / "skills/templates" / template
    sources = {}
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        if path.is_file() and not any(part.endswith("cache__") for part in relative.parts):
            text = path.read_text()
            text = text.replace("{{name}}", name).replace("{{task_queue}}", task_queue)
            sources[str(relative)] = text
    return sources
