"""Starts a worker by each way of launchers.toml and tries what the program says and does: a table of launcher by use.

python tests/launchers/table.py --tools DIR [--jobs N] [--keep DIR] [NAME ...]
DIR has bin/ of a virtual environment with the SDK and the launchers, and npm/node_modules.
"""

import argparse
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
import tomllib
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from harness import processes  # noqa: E402
from harness.cli import Cli, Ran  # noqa: E402
from harness.client import Loop  # noqa: E402
from harness.ports import free_port  # noqa: E402
from harness.server import DevServer  # noqa: E402
from harness.world import World  # noqa: E402

USES = ("ensure", "list", "edit", "kill", "death")
PATIENCE = 60.0
GLANCE = 0.3
RESULT = {"before": "9", "after": "1009"}


class Wrong(Exception):
    """What the program said or did is not what is so."""


def sure(holds: object, said: object) -> None:
    if not holds:
        raise Wrong(str(said))


class Trial:
    """One launcher in a world of its own."""

    def __init__(self, name: str, launcher: dict[str, Any], root: Path, tools: Path) -> None:
        self.launcher = launcher
        self.world = World(root)
        self.root = root
        self.loop = Loop()
        self.server = DevServer.start(self.loop, root / "server.log", port=self.world.port)
        self.cli = Cli(self.world)
        self.project = self.world.project_dir
        self.port = str(free_port())
        self.outside: subprocess.Popen[bytes] | None = None
        self.told: list[str] = []
        env = self.world.env
        npm = tools / "npm/node_modules/.bin"
        env["PATH"] = f"{self.project}/bin:{tools}/bin:{npm}:{env['PATH']}:/usr/sbin:/sbin"
        env["VIRTUAL_ENV"] = f"{self.project}/.venv"
        env["PIPENV_VENV_IN_PROJECT"] = env["PIPENV_IGNORE_VIRTUALENVS"] = "1"
        env["PM2_HOME"] = str(root / "pm2")
        env["HATCH_DATA_DIR"] = str(root / "hatch")
        if launcher.get("needs_user_manager"):
            env["XDG_RUNTIME_DIR"] = os.environ["XDG_RUNTIME_DIR"]
        self.lay(tools)

    def lay(self, tools: Path) -> None:
        for name in ("worker.py", "flows.py", "starter.py"):
            (self.project / name).write_bytes((HERE / "project" / name).read_bytes())
        (self.project / ".venv").symlink_to(tools.resolve())
        for name, text in self.launcher.get("files", {}).items():
            path = self.project / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(
                self.filled(text.replace("{web}", (HERE / "project/web.py").read_text()))
            )
            if path.read_text().startswith("#!"):
                path.chmod(0o755)
        ini = "[project]\nstarter_cmd = python starter.py\ntask_queue = plums\n"
        if "command" in self.launcher:
            ini += f"worker_cmd = {self.filled(self.launcher['command'])}\n"
        (self.project / "temporal-skill.ini").write_text(ini)

    def filled(self, text: str) -> str:
        return text.replace("{project}", str(self.project)).replace("{port}", self.port)

    def close(self) -> None:
        if self.outside:
            self.outside.kill()
            self.outside.wait()
        self.cli.close()
        self.world.sweep()
        self.server.stop()
        self.loop.close()
        (self.root / "told.txt").write_text("\n".join(self.told))

    # ---- what all uses are made of ----

    def say(self, *words: str) -> Ran:
        ran = self.cli(*words, timeout=150)
        self.told.append(f"$ {shlex.join(words)}\n{ran.out}{ran.err}(exit {ran.code})")
        return ran

    def workers(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.say("list-workers", "-o", "json").json["workers"]
        return [one for one in found if one["state"] == "running"]

    def until(self, what: str, holds: Any) -> Any:
        deadline = time.monotonic() + PATIENCE
        while not (found := holds()):
            if time.monotonic() > deadline:
                raise Wrong(f"never: {what}")
            time.sleep(GLANCE)
        return found

    def result(self) -> str:
        said = self.say("run-starter")
        found = re.search(r"^\s*(?:result:?\s+)?(\d+)$", said.out, re.M)
        return found[1] if found else said.out

    def edit(self) -> None:
        flows = self.project / "flows.py"
        flows.write_text(flows.read_text().replace("len(name)", "1000 + len(name)"))

    def start_outside(self) -> None:
        with (self.root / "outside.out").open("ab") as output:
            self.outside = subprocess.Popen(
                ["sh", "-c", self.filled(self.launcher["by_hand"])],
                cwd=self.project,
                env=self.world.env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def running(self) -> list[processes.Process]:
        mine = self.server.process.pid
        return [one for one in self.world.running() if one.pid != mine]

    def one_that_polls(self) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            found = self.workers()
            return found[0] if len(found) == 1 and found[0]["polling"] else None

        one: dict[str, Any] = self.until("one worker that polls", look)
        sure(one["task_queues"] == ["plums"], one)
        return one

    # ---- a launcher as worker_cmd ----

    def own_ensure(self) -> str:
        ran = self.say("ensure-worker")
        sure(ran.code == 0 and "polls" in ran.out, ran)
        return "ok"

    def own_list(self) -> str:
        found = self.workers()
        sure(len(found) == 1 and found[0]["polling"] is True, found)
        sure(found[0]["task_queues"] == ["plums"] and not found[0]["stale_files"], found)
        healthy = self.say("monitor-worker-health")
        sure(healthy.code == 0, healthy)
        return "ok"

    def own_edit(self) -> str:
        self.edit()
        if self.launcher.get("reloads"):
            self.until("the new code's result", lambda: self.result() == RESULT["after"])
            if self.launcher["reloads"] == "in place":
                return "new code in the same process"
            found = self.one_that_polls()
            sure(not found["stale_files"], found)
            return "new code"
        sure(self.result() == RESULT["before"], "the old code's result")
        sure(self.workers()[0]["stale_files"] == ["flows.py"], self.workers())
        sure(self.say("monitor-worker-health").code == 1, "health of old code")
        ran = self.say("ensure-worker")
        sure(ran.code == 0 and self.result() == RESULT["after"], ran)
        sure(len(self.workers()) == 1, self.workers())
        return "old code told"

    def own_kill(self) -> str:
        ran = self.say("kill-worker")
        sure(ran.code == 0, ran)
        self.until("nothing runs", lambda: not self.running())
        sure(not self.workers(), "a worker is listed")
        return "ok"

    def own_death(self) -> str:
        name = "web.py" if (self.project / "web.py").exists() else "worker.py"
        file = self.project / name
        code = file.read_text()
        broken = re.sub(
            r"( +)client = await", r'\1raise RuntimeError("no plums today")\n\g<0>', code
        )
        file.write_text(broken)
        line = broken[: broken.index("raise RuntimeError")].count("\n") + 1
        ran = self.say("ensure-worker", "--timeout", "40")
        file.write_text(code)
        first = ran.err.splitlines()[0] if ran.err else ran.out.splitlines()[0]
        sure(ran.code not in (0, 5) and "no plums today" in first, ran)
        sure(f"{name}:{line}" in ran.out + ran.err, f"no {name}:{line}: {ran}")
        self.say("kill-worker")
        return "told"

    # ---- one that runs it outside ----

    def outside_list(self) -> str:
        one = self.one_that_polls()
        if self.launcher.get("returns") is True:
            sure(one.get("supervisor"), one)
            sure(re.search(self.launcher["stop"], one.get("stop_there", "")), one)
        return str(one.get("supervisor", "ok")).partition(" (")[0]

    def outside_edit(self) -> str:
        self.edit()
        if self.launcher.get("reloads"):
            self.until("the new code's result", lambda: self.result() == RESULT["after"])
            sure(not self.one_that_polls()["stale_files"], "called stale")
            return "new code"
        sure(self.workers()[0]["stale_files"] == ["flows.py"], self.workers())
        return "old code told"

    def outside_ensure(self) -> str:
        ran = self.say("ensure-worker", "--worker-cmd", "python worker.py")
        if self.launcher.get("returns") is True:
            sure(re.search(self.launcher["stop"], ran.out + ran.err), ran)
            sure(ran.code == 1 or "anew" in ran.out + ran.err, ran)
            self.say("kill-worker")
            return "its parent told"
        sure(ran.code == 0, ran)
        sure(len(self.workers()) == 1, self.workers())
        sure(self.say("kill-worker").code == 0, "kill")
        self.start_outside()
        self.one_that_polls()
        return "replaced"

    def outside_kill(self) -> str:
        self.one_that_polls()
        ran = self.say("kill-worker")
        said = ran.out + ran.err
        if self.launcher.get("returns") is True:
            sure(ran.code == 1 and re.search(self.launcher["stop"], said), ran)
            return "came back: told"
        sure(ran.code == 0 and not self.workers(), ran)
        return "ok"

    def outside_death(self) -> str:
        if self.launcher.get("returns") is True:
            assert self.outside
            self.outside.terminate()
            self.outside.wait(PATIENCE)
        self.until("no worker", lambda: not self.workers() or self.say("kill-worker").code)
        ran = self.say("monitor-worker-health")
        sure(ran.code not in (0, 5), ran)
        return "told"

    def play(self) -> dict[str, str]:
        kind = "own" if "command" in self.launcher else "outside"
        order = USES if kind == "own" else ("list", "edit", "ensure", "kill", "death")
        row: dict[str, str] = {}
        if kind == "outside":
            self.start_outside()
        for use in order:
            try:
                row[use] = getattr(self, f"{kind}_{use}")()
            except Exception as error:
                row[use] = "WRONG"
                wrong = str(error) if isinstance(error, Wrong) else traceback.format_exc()
                self.told.append(f"WRONG {use}: {wrong}")
                row[f"{use}?"] = wrong
        return row


def is_here(launcher: dict[str, Any], path: str) -> bool:
    words = shlex.split(launcher.get("command") or launcher["by_hand"])
    if launcher.get("needs_user_manager") and not os.environ.get("XDG_RUNTIME_DIR"):
        return False
    first = words[0]
    made_here = first.startswith("./") or f"bin/{first}" in launcher.get("files", {})
    found = subprocess.run(["which", first], env={"PATH": path}, capture_output=True, check=False)
    return made_here or found.returncode == 0


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--tools", type=Path, required=True)
    options.add_argument("--jobs", type=int, default=1, help="how many at once")
    options.add_argument("--keep", type=Path, default=Path("launchers-look"))
    options.add_argument("name", nargs="*")
    chosen = options.parse_args()
    table = tomllib.loads((HERE / "launchers.toml").read_text())
    names = chosen.name or [n for n in table if not table[n].get("needs_user_manager")]
    tools = chosen.tools.resolve()
    path = f"{tools}/bin:{tools}/npm/node_modules/.bin:{os.environ['PATH']}"

    def one(name: str) -> dict[str, str] | None:
        if not is_here(table[name], path):
            return None
        folder = chosen.keep.resolve() / name
        shutil.rmtree(folder, ignore_errors=True)
        trial = Trial(name, table[name], folder, tools)
        try:
            return trial.play()
        finally:
            trial.close()

    print("| launcher | " + " | ".join(USES) + " |\n|" + " --- |" * (len(USES) + 1))
    wrong = 0
    with ThreadPoolExecutor(chosen.jobs) as threads:
        for name, row in zip(names, threads.map(one, names), strict=True):
            if row is None:
                print(f"| {name} | not on this machine |", flush=True)
                continue
            print(f"| {name} | " + " | ".join(row[use] for use in USES) + " |", flush=True)
            reasons = {use: why for use, why in row.items() if use.endswith("?")}
            wrong += bool(reasons)
            print("".join(f"    {u} {json.dumps(w[:600])}\n" for u, w in reasons.items()), end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
