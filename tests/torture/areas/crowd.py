"""Fifty callers at once: on one project and on ten, on one server, on one skill, on one list of what is trusted."""

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from harness import plugins
from harness.project import Project
from harness.workers import worker_source

from .acts import Problems, skill_works
from .area import Area
from .stage import Ran, Scene, Stage, still_running

CROWD_SECONDS = 300.0
# Of a caller that came second: negative, unavailable, timeout, denied. Never usage, internal or a signal.
LOST = (0, 1, 4, 5)


@dataclass
class Caller:
    words: tuple[str, ...]
    env: dict[str, str]
    cwd: Path


def run(stage: Stage, area: Area) -> None:
    many = stage.most(8, 50)
    _trust(stage, area, many)
    _install(stage, area, many)
    _make(stage, area, many)
    _server(stage, area, many)
    for _ in range(stage.most(2, 12)):
        _server_of_two(stage, area)
    _one_project(stage, area, stage.most(4, 50))
    _mixed(stage, area, stage.most(6, 50))
    _ten_projects(stage, area, *((10, 5) if stage.long else (2, 2)))


def together(scene: Scene, callers: list[Caller]) -> list[Ran]:
    """All at once, each to its end."""
    started = []
    for i, caller in enumerate(callers):
        out = (scene.world.root / f"crowd-{i}.out").open("w+")
        err = (scene.world.root / f"crowd-{i}.err").open("w+")
        process = subprocess.Popen(
            [str(scene.stage.program), *caller.words],
            env=scene.world.env | caller.env,
            cwd=caller.cwd,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
        )
        started.append((process, out, err))
    ran = []
    for caller, (process, out, err) in zip(callers, started, strict=True):
        hung = False
        try:
            process.wait(CROWD_SECONDS)
        except subprocess.TimeoutExpired:
            hung = True
            process.kill()
            process.wait()
        texts = [_taken(file) for file in (out, err)]
        ran.append(Ran(caller.words, process.returncode, texts[0], texts[1], hung))
    return ran


def _taken(file: TextIO) -> str:
    with file:
        file.seek(0)
        os.unlink(file.name)
        return file.read()


def count(area: Area, name: str, ran: list[Ran], codes: tuple[int, ...], after: Problems) -> None:
    """A case a caller; what is wrong with what they left all together is one more."""
    for i, one in enumerate(ran):
        problems: Problems = []
        if one.hung or one.crashed:
            problems.append(("hangs" if one.hung else "crash", one.text))
        elif one.code not in codes:
            problems.append(("wrong exit code", one.text))
        area.case(f"{name}: caller {i + 1} of {len(ran)}, {' '.join(one.words)}", problems)
    area.case(f"{name}: what they left", after)


def _left_files(scene: Scene, folder: Path) -> Problems:
    left = [str(p) for p in folder.rglob("*") if p.name.endswith(".new") or _is_temporary(p.name)]
    broken = scene.broken_records()
    problems: Problems = [("leftover files", ", ".join(left[:5]))] if left else []
    return problems + ([("half-written record", ", ".join(broken))] if broken else [])


def _is_temporary(name: str) -> bool:
    head, _, end = name.rpartition(".")
    return "." in head and len(end) == 6 and end.isalnum() and not end.islower()


# ---- files ----


def _trust(stage: Stage, area: Area, many: int) -> None:
    with stage.scene() as scene:
        built = plugins.build(plugins.say(), scene.world.root / "hello.so")
        folder = scene.world.project_dir / ".temporal-skill/plugins"
        folder.mkdir(parents=True)
        names = [f"plugin{i}.so" for i in range(many)]
        for name in names:
            shutil.copy(built, folder / name)
        words = [("trust-plugin", f".temporal-skill/plugins/{name}") for name in names]
        ran = together(scene, [Caller(each, {}, scene.world.project_dir) for each in words])
        listed = scene.home_text(".local/share/temporal-skill/trusted")
        lost = [name for name in names if f"/{name}\n" not in listed]
        after: Problems = [("lost", f"not trusted: {lost}")] if lost else []
        count(area, "trust-plugin", ran, (0,), after + _left_files(scene, scene.world.home))


def _install(stage: Stage, area: Area, many: int) -> None:
    with stage.scene() as scene:
        caller = Caller(("install-skill",), {}, scene.world.project_dir)
        ran = together(scene, [caller] * many)
        after = skill_works(scene) + _left_files(scene, scene.world.project_dir)
        if not any(one.code == 0 for one in ran):
            after.append(("nobody succeeded", ran[0].text))
        count(area, "install-skill", ran, (0, 4), after)


def _make(stage: Stage, area: Area, many: int) -> None:
    with stage.scene() as scene:
        caller = Caller(("new-project", "fresh"), {}, scene.world.project_dir)
        ran = together(scene, [caller] * many)
        well = sum(one.code == 0 for one in ran)
        after: Problems = (
            [] if well == 1 else [("not one maker", f"{well} of {many} say that they made it")]
        )
        left = [path.name for path in scene.world.project_dir.iterdir() if path.name != "fresh"]
        after += [("leftover files", ", ".join(left))] if left else []
        # It is there already: a fact of the caller's, as with any command that makes something.
        count(area, "new-project", ran, (0, 1, 2, 4, 7), after)


# ---- the server ----


def _servers(scene: Scene) -> list[str]:
    return [str(p) for p in scene.world.running() if "start-dev" in p.command]


def _server(stage: Stage, area: Area, many: int) -> None:
    with stage.scene() as scene:
        words = ("ensure-server", "--headless", "-o", "json", "--timeout", "120")
        ran = together(scene, [Caller(words, {}, scene.world.project_dir)] * many)
        started = [one for one in ran if '"verdict":"started"' in one.out]
        servers = _servers(scene)
        after: Problems = [] if len(servers) == 1 else [("not one server", "; ".join(servers))]
        if len(started) != 1:
            after.append(("not one starter", f"{len(started)} say that they started it"))
        stopped = scene.run("stop-server")
        if stopped.code != 0 or still_running(scene):
            after.append(("cannot be stopped", stopped.text + still_running(scene)))
        count(area, "ensure-server", ran, (0,), after + _left_files(scene, scene.world.pid_dir))


def _server_of_two(stage: Stage, area: Area) -> None:
    """Two that share nothing but the port."""
    with stage.scene() as scene:
        words = ("ensure-server", "--headless", "-o", "json")
        callers = []
        for i in range(2):
            env = {
                f"CLAUDE_TEMPORAL_{kind}_DIR": str(scene.world.root / f"{kind}-{i}")
                for kind in ("PID", "LOG")
            }
            callers.append(Caller(words, env, scene.world.project_dir))
        ran = together(scene, callers)
        running = {process.pid for process in scene.world.running()}
        after: Problems = []
        for one in ran:
            answer = json.loads(one.out) if one.code == 0 else {}
            if answer.get("verdict") == "started" and answer.get("pid") not in running:
                after.append(("says started of a server that ended", one.text))
        # The one that lost the race for the port may be on its way out.
        deadline = time.monotonic() + 3
        while len(servers := _servers(scene)) > 1 and time.monotonic() < deadline:
            time.sleep(0.05)
        if len(servers) != 1:
            after.append(("not one server", "; ".join(servers)))
        stopped = [scene.run("stop-server", env=caller.env) for caller in callers]
        if still_running(scene):
            after.append(("cannot be stopped", " ".join(one.text for one in stopped)))
        count(area, "ensure-server of two PID directories", ran, (0,), after)


# ---- workers ----


def _workers(scene: Scene) -> list[str]:
    return [str(p) for p in scene.world.running() if "worker.py" in p.command]


def _one_project(stage: Stage, area: Area, many: int) -> None:
    with stage.scene() as scene:
        scene.use_server()
        project = scene.make_project()
        words = ("ensure-worker", "--timeout", "280")
        ran = together(scene, [Caller(words, {}, project.directory)] * many)
        workers = _workers(scene)
        after: Problems = [] if len(workers) == 1 else [("not one worker", "; ".join(workers))]
        stopped = scene.run("kill-worker")
        if still_running(scene):
            after.append(("cannot be stopped", stopped.text))
        count(
            area,
            "ensure-worker on one project",
            ran,
            (0,),
            after + _left_files(scene, scene.world.pid_dir),
        )


def _mixed(stage: Stage, area: Area, many: int) -> None:
    kinds = (
        ("ensure-worker", "--timeout", "280"),
        ("kill-worker",),
        ("list-workers",),
        ("kill-all-workers",),
        ("monitor-worker-health",),
        ("show-worker-log",),
    )
    with stage.scene() as scene:
        scene.use_server()
        project = scene.make_project()
        callers = [Caller(kinds[i % len(kinds)], {}, project.directory) for i in range(many)]
        # One that asks while there is none yet is told so.
        ran = together(scene, callers)
        codes = (*LOST, 3)
        after: Problems = []
        workers = _workers(scene)
        if len(workers) > 1:
            after.append(("not one worker", "; ".join(workers)))
        again = scene.run("ensure-worker")
        if again.code != 0 or len(_workers(scene)) != 1:
            after.append(("the next call fails", again.text))
        stopped = scene.run("kill-all-workers")
        if still_running(scene):
            after.append(("cannot be stopped", stopped.text))
        count(
            area,
            "all sorts on one project",
            ran,
            codes,
            after + _left_files(scene, scene.world.pid_dir),
        )


def _ten_projects(stage: Stage, area: Area, projects: int, each: int) -> None:
    with stage.scene() as scene:
        scene.use_server()
        callers = []
        for i in range(projects):
            folder = scene.world.root / f"app{i}"
            Project(scene.world, folder, {"worker.py": worker_source(f"{scene.queue}-{i}")}).use()
            env = {"CLAUDE_TEMPORAL_PROJECT_DIR": str(folder)}
            callers += [Caller(("ensure-worker", "--timeout", "280"), env, folder)] * each
        ran = together(scene, callers)
        workers = _workers(scene)
        after: Problems = []
        if len(workers) != projects:
            after.append(("not a worker each", f"{len(workers)}: " + "; ".join(workers)))
        stopped = scene.run("kill-all-workers")
        if still_running(scene):
            after.append(("cannot be stopped", stopped.text))
        count(area, f"ensure-worker on {projects} projects", ran, (0,), after)
