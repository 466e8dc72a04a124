"""An installed skill, used as an agent uses it: its scripts, called in the project's directory."""

from pathlib import Path
from typing import Any

from .cli import Cli, Ran
from .world import World

FOLDER = Path(".claude/skills/temporal")


class Skill:
    def __init__(self, world: World, project: Path) -> None:
        self.project = project
        self.folder = project / FOLDER
        self.scripts = self.folder / "scripts"
        self._cli = Cli(world)

    def run(self, script: str, *words: object, **options: Any) -> Ran:
        """Run scripts/NAME.sh by the relative path that an agent types, unless told otherwise by cwd."""
        return self.run_path(FOLDER / "scripts" / f"{script}.sh", *words, **options)

    def run_path(self, path: Path, *words: object, **options: Any) -> Ran:
        self._cli.path = str(path)
        return self._cli(*words, **{"cwd": self.project, **options})

    def files(self) -> set[str]:
        return {
            str(path.relative_to(self.folder))
            for path in self.folder.rglob("*")
            if path.is_symlink() or not path.is_dir()
        }

    def close(self) -> None:
        self._cli.close()


def command_names(cli: Cli) -> set[str]:
    return {command["name"] for command in cli.json("list-commands")["commands"]}
