"""Plays the cases of this folder on a real server, as their case.toml says, and judges what was answered.

python tests/lifecycle/play.py [--jobs N] [--keep DIR] [NAME ...]
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from harness import processes  # noqa: E402
from harness.client import Loop  # noqa: E402
from harness.ports import free_port  # noqa: E402
from harness.server import DevServer  # noqa: E402
from harness.world import World, program  # noqa: E402

STEP_SECONDS = 180.0
UNTIL_SECONDS = 120.0
GLANCE = 0.2
SHOWN = 6000  # characters of a program's output that a report keeps


class NotPlayable(Exception):
    """Something that the case needs is not on this machine."""


def cases() -> dict[str, dict[str, Any]]:
    files = sorted(HERE.glob("*/case.toml"))
    return {file.parent.name: tomllib.loads(file.read_text()) for file in files}


class Play:
    """One case in a world of its own."""

    def __init__(self, name: str, case: dict[str, Any], root: Path) -> None:
        self.case = case
        self.root = root
        self.world = World(root)
        # Named after the case: that is what a project is called by.
        self.project = root / name
        shutil.copytree(HERE / name, self.project, ignore=shutil.ignore_patterns("case.toml"))
        for tool in (HERE / "shared").iterdir():
            if any(tool.name in step.get("run", "") for step in case["step"]):
                shutil.copy(tool, self.project)
        self.loop = Loop()
        self.server = DevServer.start(self.loop, root / "server.log", port=self.world.port)
        self.env = dict(self.world.env)
        for variable in ("PROJECT_DIR", "NAMESPACE"):
            self.env.pop(f"CLAUDE_TEMPORAL_{variable}")
        del self.env["TEMPORAL_NAMESPACE"]
        self.env["PATH"] = f"{program().parent}:{self.env['PATH']}:/usr/sbin:/sbin"
        self.env["PORT"] = str(free_port())
        self.beside: dict[str, subprocess.Popen[bytes]] = {}
        self.told: list[str] = []

    def close(self) -> None:
        for one in self.beside.values():
            one.kill()
            one.wait()
        self.world.sweep()
        self.server.stop()
        self.loop.close()
        (self.root / "answers.txt").write_text("\n".join(self.told))

    def step(self, step: dict[str, Any]) -> list[str]:
        kinds: dict[str, Callable[[dict[str, Any]], list[str]]] = {
            "beside": self.start_beside,
            "end": self.end,
            "file": self.edit,
            "run": self.run,
        }
        return next(do for word, do in kinds.items() if word in step)(step)

    def start_beside(self, step: dict[str, Any]) -> list[str]:
        with (self.root / f"beside-{step['beside']}.out").open("ab") as output:
            self.beside[step["beside"]] = subprocess.Popen(
                ["sh", "-c", step["run"]],
                cwd=self.project,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.told.append(f"& {step['run']}")
        return []

    def end(self, step: dict[str, Any]) -> list[str]:
        one = self.beside.pop(step["end"])
        sent = getattr(signal, f"SIG{step.get('signal', 'TERM')}")
        os.killpg(one.pid, sent)
        one.wait(STEP_SECONDS)
        said = (self.root / f"beside-{step['end']}.out").read_text(errors="replace")
        self.told.append(f"- end of {step['end']}: {one.returncode}\n{said[-SHOWN:]}")
        return self.wrongs(step, one.returncode, said)

    def edit(self, step: dict[str, Any]) -> list[str]:
        file = self.project / step["file"]
        if "text" in step:
            file.write_text(step["text"])
        elif "append" in step:
            with file.open("a") as text:
                text.write(step["append"])
        else:
            before, after = step["replace"]
            text_before = file.read_text()
            assert before in text_before, f"{file.name} has no {before!r}"
            file.write_text(text_before.replace(before, after))
        self.told.append(f"- edited {step['file']}")
        return []

    def run(self, step: dict[str, Any]) -> list[str]:
        deadline = time.monotonic() + UNTIL_SECONDS
        while True:
            code, said = self.once(step["run"])
            found = self.wrongs(step, code, said)
            if not found or "until" not in step or time.monotonic() > deadline:
                break
            time.sleep(GLANCE)
        self.told.append(f"$ {step['run']}\n{said[-SHOWN:]}(exit {code})")
        self.told += [f"WRONG {one}" for one in found]
        return found

    def once(self, command: str) -> tuple[int, str]:
        # Into a file: a program that a command leaves running may hold a pipe for ever.
        with (self.root / "step.out").open("w+b") as output:
            ran = subprocess.Popen(
                ["sh", "-c", command],
                cwd=self.project,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            try:
                code = ran.wait(STEP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(ran.pid, signal.SIGKILL)
                code = ran.wait()
            output.seek(0)
            return code, output.read().decode(errors="replace")

    def wrongs(self, step: dict[str, Any], code: int, said: str) -> list[str]:
        flags = re.IGNORECASE | re.MULTILINE
        found = []
        if "exit" in step and code not in step["exit"]:
            found.append(f"{step.get('run', step.get('end'))}: exit {code}, not {step['exit']}")
        found += [f"says: {p}" for p in step.get("says", []) if not re.search(p, said, flags)]
        found += [f"never: {p}" for p in step.get("never", []) if re.search(p, said, flags)]
        return found


def what_is_missing(case: dict[str, Any]) -> list[str]:
    missing = [
        need
        for need in case.get("needs", [])
        if (os.geteuid() != 0 if need == "root" else not shutil.which(need))
    ]
    there = {one.name.lower() for one in distributions()}
    return missing + [package for package in case.get("packages", []) if package not in there]


def look(name: str, case: dict[str, Any], root: Path) -> tuple[str, list[str]]:
    """The outcome ("right", "wrong", "not there") and what is not as expected."""
    if missing := what_is_missing(case):
        return "not there", [f"this needs {', '.join(missing)}"]
    play = Play(name, case, root)
    found: list[str] = []
    try:
        for step in case["step"]:
            found += play.step(step)
    except Exception:
        play.told.append(traceback.format_exc())
        return "not there", [traceback.format_exc(limit=-1)]
    finally:
        play.close()
    if left := processes.of_world(play.world.id, play.world.root):
        found.append(f"left running: {', '.join(map(str, left))}")
    return "wrong" if found else "right", found


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--jobs", type=int, default=1, help="how many at once")
    options.add_argument(
        "--keep", type=Path, default=Path("lifecycle-play"), help="answers go here"
    )
    options.add_argument("name", nargs="*")
    chosen = options.parse_args()
    table = cases()
    names = chosen.name or list(table)
    keep = chosen.keep.resolve()
    counts = {"right": 0, "wrong": 0, "not there": 0}
    with ThreadPoolExecutor(chosen.jobs) as threads:
        for name, (outcome, found) in zip(
            names, threads.map(lambda n: look(n, table[n], keep / n), names), strict=True
        ):
            counts[outcome] += 1
            print(f"{outcome}: {name}", flush=True)
            for one in found:
                print(f"    {one}")
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    return 0 if counts["right"] == len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
