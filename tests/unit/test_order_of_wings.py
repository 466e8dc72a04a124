"""The wings of core/ stand on one another: a wing uses those before it, and no arrow goes up.

Read from the objects' symbols, not from #include lines: what is linked is what is used.
"""

import os
import re
import subprocess
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

# From the ground up; main.c is the roof. README.md shows the same line.
ORDER = [
    "call",
    "text",
    "settings",
    "suspicion",
    "sources",
    "talk",
    "process",
    "output",
    "passport",
    "check",
    "temporal",
    "configuration",
    "plugins",
    "diagnosis",
    "timeline",
    "command_line",
    "main",
]

NAME = re.compile(r"^(?:[0-9a-f]+)? +([A-Za-z]) (\S+)$")


def objects() -> list[Path]:
    program = Path(os.environ.get("TEMPORAL_SKILL", REPOSITORY / "build" / "temporal-skill"))
    return sorted((program.parent / "obj" / "core").rglob("*.o"))


def wing_of(path: Path) -> str:
    """core/temporal/channel/ is a shared object of its own, and a room of that wing."""
    return path.parts[path.parts.index("core", path.parts.index("obj")) + 1].removesuffix(".o")


def symbols(path: Path) -> tuple[set[str], set[str]]:
    """What the object defines for others, and what it needs from them."""
    listing = subprocess.run(["nm", path], capture_output=True, text=True, check=True).stdout
    defined: set[str] = set()
    needed: set[str] = set()
    for line in listing.splitlines():
        found = NAME.match(line)
        if found:
            kind, name = found.groups()
            if kind == "U":
                needed.add(name)
            elif kind.isupper():
                defined.add(name)
    return defined, needed


def test_no_arrow_goes_up() -> None:
    table = {path: symbols(path) for path in objects()}
    home = {name: path for path, (defined, _) in table.items() for name in defined}
    arrows = [
        (path, home[name], name)
        for path, (_, needed) in table.items()
        for name in needed
        if name in home and wing_of(home[name]) != wing_of(path)
    ]
    assert len(arrows) > 500, "the objects are not there, or nm prints something else"
    up = [
        f"{path.stem} ({wing_of(path)}) uses {name} of {target.stem} ({wing_of(target)})"
        for path, target, name in arrows
        if ORDER.index(wing_of(target)) > ORDER.index(wing_of(path))
    ]
    assert up == []


def test_every_wing_has_its_place_in_the_order() -> None:
    folders = {path.name for path in (REPOSITORY / "core").iterdir() if path.is_dir()}
    assert folders | {"main"} == set(ORDER)


def test_the_readme_shows_this_order() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    assert " < ".join(ORDER) in " ".join(readme.split())


INCLUDE = re.compile(r'^#include "([^"]+)"', re.MULTILINE)


def test_plugins_know_neither_the_core_nor_each_other() -> None:
    for path in (REPOSITORY / "plugins").rglob("*.[ch]"):
        for name in INCLUDE.findall(path.read_text()):
            assert "/" not in name and (path.parent / name).is_file(), f"{path}: {name}"


def test_the_core_names_no_plugin() -> None:
    names = [path.name for path in (REPOSITORY / "plugins").iterdir() if path.is_dir()]
    named = re.compile(r"plugins/(" + "|".join(names) + r")\b")
    for path in (REPOSITORY / "core").rglob("*.[ch]"):
        assert not named.search(path.read_text()), path
