"""Writes skills/scripts/NAME.sh for every command; removes those of commands now gone."""

import sys
from pathlib import Path

from commands import commands

# The program prints the commands to go on with as scripts in the folder that was typed.
SCRIPT = """#!/bin/sh
TEMPORAL_SKILL_SCRIPTS=${{0%/*}} exec "$(dirname "$(readlink -f "$0")")/lib/run" {name} "$@"
"""


def main(program: str) -> None:
    folder = Path(__file__).resolve().parent / "scripts"
    names = {command["name"] for command in commands(program)}
    for stale in folder.glob("*.sh"):
        if stale.stem not in names:
            stale.unlink()
    for name in sorted(names):
        script = folder / f"{name}.sh"
        script.write_text(SCRIPT.format(name=name))
        script.chmod(0o755)
    print(f"{len(names)} scripts in {folder}")


if __name__ == "__main__":
    main(sys.argv[1])
