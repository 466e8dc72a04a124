"""Writes the table of commands into SKILL.md, between its two marks; with --check, only tells whether it is current."""

import sys
from pathlib import Path
from typing import Any

from commands import commands

BEGIN = "<!-- catalogue: written by `make catalogue` -->"
END = "<!-- end of catalogue -->"
# In the order in which an agent meets them; plugins that are not named here come last.
PLUGINS = [
    "server",
    "worker",
    "workflow",
    "monitor",
    "debug",
    "rehearse",
    "doctor",
    "rehearse",
    "verify",
    "watch",
    "project",
    "recipe",
    "skill",
    "program",
    "mcp",
]


def flag(option: dict[str, Any]) -> str:
    if option["positional"]:
        word = option["argument"] or option["name"]
        word += "..." if option["type"] == "list" else ""
        return word if option["required"] else f"[{word}]"
    name = (
        f"-{option['letter']}"
        if option["letter"] and option["required"]
        else f"--{option['name']}"
    )
    return (
        f"{name} {option['argument']}"
        if option["required"] and option["argument"]
        else name
    )


def row(command: dict[str, Any]) -> str:
    # Those that must be given first.
    options = sorted(command["options"], key=lambda option: not option["required"])
    flags = " ".join(flag(option) for option in options).replace("|", "\\|")
    return f"| {command['name']} | {command['summary']} | {f'`{flags}`' if flags else ''} |"


def place(command: dict[str, Any]) -> tuple[int, str]:
    plugin = command["plugin"]
    return (PLUGINS.index(plugin) if plugin in PLUGINS else len(PLUGINS), plugin)


def table(rows: list[dict[str, Any]]) -> str:
    lines = ["| command | does | flags |", "| --- | --- | --- |"]
    lines += [
        row(command)
        for command in sorted(rows, key=lambda row: (place(row), row["name"]))
    ]
    return "\n".join(lines)


def main(program: str, check: bool) -> int:
    skill = Path(__file__).resolve().parent.parent / "SKILL.md"
    text = skill.read_text()
    head, begin, rest = text.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        print(f"{skill} lacks '{BEGIN}' or '{END}'", file=sys.stderr)
        return 1
    current = f"{head}{BEGIN}\n{table(commands(program))}\n{END}{tail}"
    if current == text:
        return 0
    if check:
        print(
            f"the table in {skill} is out of date; run: make catalogue", file=sys.stderr
        )
        return 1
    skill.write_text(current)
    print(f"the table in {skill} is written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], "--check" in sys.argv[2:]))
