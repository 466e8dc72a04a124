"""Tortures the program: run.py PROGRAM [--short] [--area NAME ...]. Prints a table; exit 1 where a case is wrong.

Each area is a process of its own, two at a time."""

import argparse
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path[:0] = [str(ROOT.parent / "e2e"), str(ROOT.parent / "faults"), str(ROOT)]

from areas.area import Area, details, say, table  # noqa: E402

# The longest first.
AREAS = (
    "killed",
    "failing",
    "crowd",
    "lasting",
    "namespaces",
    "disks",
    "bystanders",
    "checkout",
    "files",
)


def torture(name: str, program: Path, long: bool) -> Area:
    """One area, in this process."""
    from areas.stage import Stage

    folder = Path(tempfile.mkdtemp(prefix=f"torture-{name}-"))
    stage = Stage(program, folder, long)
    area = Area(name)
    try:
        importlib.import_module(f"areas.{name}").run(stage, area)
    finally:
        stage.close()
        shutil.rmtree(folder, ignore_errors=True)
    return area.close()


def _apart(name: str, program: Path, long: bool) -> Area:
    # Whoever ends this program ends its areas, and they clear away what is theirs.
    words = ["setpriv", "--pdeathsig", "INT", sys.executable, __file__, str(program)]
    words += ["--inner", "--area", name]
    ran = subprocess.run(
        [*words, *([] if long else ["--short"])], stdout=subprocess.PIPE, text=True
    )
    if ran.returncode != 0 or not ran.stdout:
        raise SystemExit(f"the area {name} ended with {ran.returncode}")
    area = Area.from_json(ran.stdout.splitlines()[-1])
    say(f"{name}: {area.tried} cases, {len(area.wrong)} wrong, {area.seconds:.0f} s {area.skipped}")
    return area


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("--short", action="store_true", help="a few cases of each area")
    parser.add_argument(
        "--area", action="append", choices=AREAS, help="only this one; may be repeated"
    )
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--inner", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    program = given.program.resolve()
    names = given.area or list(AREAS)
    if given.inner:
        print(torture(names[0], program, not given.short).to_json())
        return 0
    with ThreadPoolExecutor(given.jobs) as pool:
        areas = list(pool.map(lambda name: _apart(name, program, not given.short), names))
    print(details(areas))
    print(table(areas))
    return 1 if any(area.wrong for area in areas) else 0


if __name__ == "__main__":
    sys.exit(main())
