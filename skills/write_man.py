"""Writes the manual pages, temporal-skill.1 and one for each command, from what the program says of itself."""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

NAME = "temporal-skill"
STATUSES = [
    (0, "what was asked for holds"),
    (1, "the command worked, and the answer is no"),
    (2, "wrong usage; nothing was done"),
    (3, "no such workflow, run, worker, recipe, command"),
    (
        4,
        "the server, the Temporal CLI or another needed thing cannot be reached or started",
    ),
    (5, "the deadline passed; what was true by then is printed"),
    (6, "waiting is pointless until code, worker or queue is fixed"),
    (7, "denied: credentials, permissions, an untrusted plugin, an unsafe directory"),
    (70, "a bug of this program"),
    (130, "interrupted"),
]
FILES = [
    ("PROJECT/temporal-skill.ini", "settings of a project"),
    ("$XDG_CONFIG_HOME/temporal-skill/config.ini", "settings of a user"),
    (
        "/tmp/claude-temporal-logs, /tmp/claude-temporal-pids",
        "logs; records of processes",
    ),
    ("PROJECT/.temporal-skill/", "recipes, plugins and receipts of a project"),
]


class Page:
    """Lines of roff; text is escaped here and nowhere else."""

    def __init__(self, title: str, version: str) -> None:
        self.lines = [f'.TH "{self.text(title.upper())}" 1 "" "{NAME} {version}" ""']
        self.add(".nh", ".ad l")

    @staticmethod
    def text(words: str) -> str:
        escaped = words.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq")
        return re.sub(
            r"^\.", r"\\&.", escaped.replace('"', "\\(dq"), flags=re.MULTILINE
        )

    def add(self, *lines: str) -> None:
        self.lines += lines

    def section(self, title: str) -> None:
        self.add(f'.SH "{title}"')

    def begin_paragraph(self) -> None:
        # A section begins with one by itself.
        if not self.lines[-1].startswith((".SH", ".SS")):
            self.add(".PP")

    def paragraph(self, words: str) -> None:
        self.begin_paragraph()
        for line in words.splitlines():
            self.add(self.text(line))

    def entry(self, term: str, words: str) -> None:
        self.add(".TP", f"\\fB{self.text(term)}\\fR", self.text(words))

    def literal(self, lines: list[str]) -> None:
        self.begin_paragraph()
        self.add(".nf", ".RS 4", *map(self.text, lines), ".RE", ".fi")

    def write(self, path: Path) -> None:
        # In one piece, because two calls of make install may be at it.
        new = path.with_suffix(f".{os.getpid()}")
        new.write_text("\n".join(self.lines) + "\n")
        new.replace(path)


def ask(program: str, command: str) -> Any:
    """What the program says by itself, without the settings and plugins of whoever calls this."""
    with tempfile.TemporaryDirectory() as empty:
        said = subprocess.run(
            [program, command, "-o", "json"],
            check=True,
            stdout=subprocess.PIPE,
            cwd=empty,
            env={"PATH": os.environ["PATH"], "HOME": empty},
        )
    return json.loads(said.stdout)


# ---- parts ----


def sentence(words: str) -> str:
    return words[0].upper() + words[1:] + "."


def term(option: dict[str, Any]) -> str:
    argument = f" {option['argument']}" if option["argument"] else ""
    if option["positional"]:
        return (option["argument"] or option["name"]).strip()
    letter = f"-{option['letter']}, " if option["letter"] else ""
    return f"{letter}--{option['name']}{argument}"


def meaning(option: dict[str, Any]) -> str:
    words = option["help"]
    if option.get("choices"):
        words += f": {', '.join(option['choices'])}"
    if option["default"] not in (None, ""):
        words += f" (default {option['default']})"
    return words + (" (required)" if option["required"] else "")


def synopsis(command: dict[str, Any]) -> str:
    words = [NAME, command["name"]]
    flags = [o for o in command["options"] if not o["positional"]]
    words += [f"--{o['name']} {o['argument']}" for o in flags if o["required"]]
    words += ["[flags]"] if any(not o["required"] for o in flags) else []
    for option in command["options"]:
        if not option["positional"]:
            continue
        word = option["argument"] or option["name"]
        if option["type"] == "rest":
            words.append(f"[-- {word}...]")
        elif option["type"] == "list":
            words.append(f"{word}..." if option["required"] else f"[{word}...]")
        else:
            words.append(word if option["required"] else f"[{word}]")
    return " ".join(words)


def command_page(command: dict[str, Any], version: str) -> Page:
    page = Page(f"{NAME}-{command['name']}", version)
    page.section("NAME")
    page.add(page.text(f"{NAME}-{command['name']} - ") + page.text(command["summary"]))
    page.section("SYNOPSIS")
    page.literal([synopsis(command)])
    page.section("DESCRIPTION")
    page.paragraph(sentence(command["summary"]))
    if command["details"]:
        page.paragraph(command["details"])
    if command["options"]:
        page.section("OPTIONS")
        for option in command["options"]:
            page.entry(term(option), meaning(option))
    page.paragraph(f"The flags that every command takes are in {NAME}(1).")
    page.section("EXAMPLES")
    page.literal(command["examples"])
    page.section("SEE ALSO")
    page.paragraph(f"{NAME}(1), which also tells the exit statuses and the settings.")
    return page


def program_page(listed: Any, settings: Any, version: str) -> Page:
    page = Page(NAME, version)
    page.section("NAME")
    page.add(page.text(f"{NAME} - run, check and repair Temporal applications"))
    page.section("SYNOPSIS")
    page.literal(
        [f"{NAME} [flags] COMMAND [flags] [arguments]", f"{NAME} COMMAND --help"]
    )
    page.section("DESCRIPTION")
    page.paragraph(
        "Runs, checks and repairs Temporal applications written in Python: the local server, the worker, the "
        "workflows. Each call does a whole job, ends with a verdict, shows the evidence in few lines and names the "
        "next command. With the program on PATH, 'temporal skill COMMAND' does the same."
    )
    page.section("COMMANDS")
    for plugin in dict.fromkeys(command["plugin"] for command in listed["commands"]):
        page.add(f".SS {page.text(plugin)}")
        for command in listed["commands"]:
            if command["plugin"] == plugin:
                page.entry(command["name"], command["summary"])
    page.section("OPTIONS")
    page.paragraph("Before or after the command:")
    for option in listed["global_options"]:
        page.entry(term(option), meaning(option))
    page.section("EXIT STATUS")
    for status, words in STATUSES:
        page.entry(str(status), words)
    page.section("ENVIRONMENT")
    page.paragraph(
        "A flag outweighs the environment, that the project's INI file, that the user's."
    )
    for row in settings:
        for variable in row["environment"].split():
            page.entry(variable, row["meaning"])
    page.section("FILES")
    for path, words in FILES:
        page.entry(path, words)
    page.section("SEE ALSO")
    pages = [f"{NAME}-{command['name']}(1)" for command in listed["commands"]]
    page.paragraph(",\n".join(pages))
    return page


def main(program: str, folder: Path) -> None:
    program = os.path.abspath(program)
    listed = ask(program, "list-commands")
    settings = ask(program, "show-settings")["settings"]
    version = subprocess.run(
        [program, "--version"], check=True, stdout=subprocess.PIPE, text=True
    ).stdout.split()[1]
    pages = {f"{NAME}.1": program_page(listed, settings, version)} | {
        f"{NAME}-{command['name']}.1": command_page(command, version)
        for command in listed["commands"]
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        page.write(folder / name)
    for path in folder.glob(f"{NAME}*.1"):
        if path.name not in pages:
            path.unlink(missing_ok=True)
    print(f"{len(pages)} pages in {folder}")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
