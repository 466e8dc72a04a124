"""Writes compile_commands.json from what `make --dry-run V=1` says on standard input: usage compdb.py FOLDER FILE."""

import json
import shlex
import sys
from pathlib import Path


def entries(folder: str, lines: list[str]) -> list[dict[str, object]]:
    """A line that compiles ends in the name of one C file, behind -c."""
    found: list[dict[str, object]] = []
    for line in lines:
        if ".c" not in line:
            continue
        try:
            words = shlex.split(line)
        except ValueError:
            continue
        sources = [word for word in words if word.endswith(".c") and not word.startswith("-")]
        if words and len(sources) == 1 and "-o" in words and "-std=c17" in words:
            found.append({"directory": folder, "file": sources[0], "arguments": words})
    return found


def main() -> int:
    folder, target = sys.argv[1:]
    found = entries(folder, sys.stdin.read().splitlines())
    if not found:
        print("compdb: make compiles nothing", file=sys.stderr)
        return 1
    Path(target).write_text(json.dumps(found, indent=1) + "\n")
    print(f"{target}: {len(found)} files")
    return 0


if __name__ == "__main__":
    sys.exit(main())
