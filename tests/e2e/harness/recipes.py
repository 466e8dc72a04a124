"""Recipes of the tests' own: written into the project's folder, run, and looked at step by step."""

import json
from pathlib import Path
from typing import Any

from .cli import Cli
from .world import World

# Prints its words, each in a line of its own as JSON, then ends as `exit=N` says.
SAY = """\
import json, sys
code = 0
for word in sys.argv[1:]:
    print(json.dumps(word))
    if word.startswith("exit="):
        code = int(word[5:])
sys.exit(code)
"""


def write_recipe(folder: Path, name: str, text: str) -> Path:
    """One recipe file; its three lines of heading are written before the text."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ini"
    path.write_text(f"[recipe]\nname = {name}\nsummary = a test\n{text}")
    return path


class Trial:
    """The project's recipe `trial`."""

    def __init__(self, cli: Cli, world: World) -> None:
        self.cli = cli
        self.folder = world.project_dir / ".temporal-skill/recipes"

    def write(self, text: str) -> Path:
        return write_recipe(self.folder, "trial", text)

    def run(self, code: int, *words: object) -> Any:
        return self.cli.json("run-recipe", "trial", *words, code=code)


def by_name(ran: Any) -> dict[str, Any]:
    return {step["name"]: step for step in ran["steps"]}


def printed(step: Any) -> list[str]:
    """The words that SAY got."""
    return [json.loads(line) for line in step["output"].splitlines()]
