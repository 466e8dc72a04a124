"""SIGKILL before each changing call of each command that changes something, and while its programs run.

After it: nothing runs on unseen, no record is half written, the next call understands, nothing is left lying about."""

import contextlib
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

from harness import processes

from .acts import Act, Problems, chosen, use_project
from .area import Area
from .faults import Call, calls, spread, struck
from .stage import Ran, Scene, Stage, command_of, leaders, still_running


def stop_words(scene: Scene) -> tuple[str, ...]:
    """What clears away all that is the scene's own; the server that all share is not."""
    shared = scene.world.address == scene.stage.server.address
    return ("kill-all-workers",) if shared else ("kill-all-workers", "--include-server")


def run(stage: Stage, area: Area) -> None:
    for act in chosen(stage.long):
        expected, made = _whole(stage, area, act)
        most = stage.most(2 if act.heavy else 7, 30 if act.heavy else 130)
        for turn, call in enumerate(spread(made, most)):
            # Whoever comes next either does the same again, or clears away.
            for stops in (
                (False, True) if stage.long and act.heavy else (bool(turn % 2 and act.heavy),)
            ):
                _kill(stage, area, act, call, expected, stops)
    for case in _foreground_cases(stage):
        _kill_in_foreground(stage, area, *case)


def _whole(stage: Stage, area: Area, act: Act) -> tuple[set[str], list[Call]]:
    """Run it undisturbed, twice: what it calls, and what it leaves."""
    with stage.scene() as scene:
        act.prepare(scene)
        ran, made = calls(scene, "changes", act.words)
        problems: Problems = [] if ran.code == act.code else [("fails undisturbed", ran.text)]
        area.case(f"{act.name}: undisturbed", problems + act.done(scene))
        expected = scene.files()
        scene.run(*act.words)
        expected |= scene.files()
        scene.run(*stop_words(scene))
        return expected | scene.files(), made


def check_repeat(scene: Scene, act: Act, expected: set[str]) -> Problems:
    """The same again, undisturbed."""
    ran = scene.run(*act.words)
    problems = act.done(scene)
    if ran.hung:
        problems.append(("the repeat hangs", ran.text))
    elif ran.code not in (act.code, act.again) and not (act.once and ran.code in (2, 7)):
        problems.append(("the repeat fails", ran.text))
    return problems + check_files(scene, expected)


# The ids that a bulk command did not get to: meant to stay, beside the logs, and named by its `next:` line.
REST = re.compile(r"logs(/bulk-cancel-workflows\.log\.\w+\.rest)?")


def rotated(files: set[str]) -> set[str]:
    """What the next start makes of the logs that are there: PATH.1, and the mark by which it is known as ours."""
    logs = [Path(name) for name in files if re.fullmatch(r"logs/[^/.][^/]*\.log", name)]
    return {f"logs/{mark}{log.name}.1" for log in logs for mark in ("", ".")}


def check_files(scene: Scene, expected: set[str]) -> Problems:
    left = sorted(name for name in scene.files() - expected if not REST.fullmatch(name))
    return [("leftover files", ", ".join(left[:8]))] if left else []


def check_records(scene: Scene) -> Problems:
    broken = scene.broken_records()
    return [("half-written record", ", ".join(broken))] if broken else []


def check_seen(scene: Scene, act: Act, before: set[int]) -> Problems:
    """What runs on is what somebody who asks is told of; what was in the foreground does not run on."""
    if act.foreground:
        for pid in leaders(scene, before):
            processes.wait_gone(pid, 2.0)
    pids = leaders(scene, before)
    unseen = pids - scene.seen(pids) if pids else set()
    # One that ended meanwhile is nobody's concern.
    texts = [f"{pid}: {command_of(pid)}" for pid in unseen if processes.runs(pid)]
    return [("runs on unseen", "; ".join(texts))] if texts else []


def check_stop(scene: Scene) -> Problems:
    """The command that clears everything away does."""
    ran = scene.run(*stop_words(scene))
    left = still_running(scene)
    if left:
        return [("cannot be stopped", f"{left} after kill-all-workers: {ran.text}")]
    return [] if ran.code == 0 else [("stopping fails", ran.text)]


def _kill(stage: Stage, area: Area, act: Act, call: Call, expected: set[str], stops: bool) -> None:
    with stage.scene() as scene:
        act.prepare(scene)
        before = {process.pid for process in scene.world.running()}
        ran = struck(scene, "changes", call, "kill", act.words)
        problems: Problems = []
        if ran.hung or (ran.code != -signal.SIGKILL and ran.crashed):
            problems.append(("ended otherwise", ran.text))
        problems += check_records(scene)
        problems += check_seen(scene, act, before)
        if stops:
            problems += check_stop(scene)
        problems += check_repeat(scene, act, expected | rotated(scene.files()))
        if act.heavy:
            problems += check_stop(scene)
        then = "then cleared away" if stops else "then again"
        area.case(f"{act.name}: killed before call {call}, {then}", problems)


# ---- while a program of its foreground runs ----

# What it does first is to say that it is there: it opens a FIFO that the test waits at.
PLAIN = "echo up > {fifo}; exec sleep 777"
STUBBORN = "trap '' TERM HUP INT; echo up > {fifo}; while :; do sleep 777; done"
FAMILY = "sleep 777 & echo up > {fifo}; wait"
APART = "setsid sleep 777 & echo up > {fifo}; wait"
SCRIPTS = {
    "plain": PLAIN,
    "stubborn": STUBBORN,
    "with a child": FAMILY,
    "with a session of a child": APART,
}

SLOW = """\
[recipe]
name = slow
summary = for a test
[step first]
program = /bin/true
[{step} wait]
program = {command}
timeout = 60
"""
CHECKS = """\
[project]
starter_cmd = /bin/true
[verify]
check = {command}
check_timeout = 60
"""
STARTS = "[project]\nstarter_cmd = {command}\n"

Case = tuple[str, tuple[str, ...], str, str]


def _foreground_cases(stage: Stage) -> Iterator[Case]:
    """Name, words, what of the project it stands in, the script."""
    scripts = SCRIPTS if stage.long else {"plain": PLAIN, "with a child": FAMILY}
    for kind, script in scripts.items():
        yield f"run-starter, {kind}", ("run-starter", "--timeout", "60"), "starter", script
        yield f"run-recipe, {kind}", ("run-recipe", "slow"), "step", script
        yield f"run-recipe's cleanup, {kind}", ("run-recipe", "slow"), "cleanup", script
        if stage.long:
            yield f"verify-project's starter, {kind}", ("verify-project",), "starter", script
            yield f"verify-project's check, {kind}", ("verify-project",), "check", script
            yield f"watch-project's starter, {kind}", ("watch-project",), "starter", script


def _put(scene: Scene, where: str, command: str) -> None:
    use_project(scene)
    assert scene.project
    if where == "starter":
        scene.project.write("temporal-skill.ini", STARTS.format(command=command))
    elif where == "check":
        scene.project.write("temporal-skill.ini", CHECKS.format(command=command))
    else:
        text = SLOW.format(step=where, command=command)
        scene.project.write(".temporal-skill/recipes/slow.ini", text)


def _wait_up(fifo: Path, seconds: float = 30.0) -> bool:
    """Somebody has written into it."""
    descriptor = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    import select

    try:
        poll = select.poll()
        poll.register(descriptor, select.POLLIN)
        return bool(poll.poll(seconds * 1000))
    finally:
        os.close(descriptor)


def _kill_in_foreground(
    stage: Stage, area: Area, name: str, words: tuple[str, ...], where: str, script: str
) -> None:
    with stage.scene() as scene:
        fifo = scene.world.root / "fifo"
        os.mkfifo(fifo)
        program = scene.world.root / "program"
        program.write_text("#!/bin/sh\n" + script.format(fifo=fifo) + "\n")
        program.chmod(0o755)
        _put(scene, where, str(program))
        # A test that waits at a FIFO holds it open for both, so that nobody is kept there for ever.
        held = os.open(fifo, os.O_RDWR)
        tool = subprocess.Popen(
            [stage.program, *words],
            env=scene.world.env,
            cwd=scene.world.project_dir,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        up = _wait_up(fifo)
        before = {p.pid for p in scene.world.running() if "worker.py" in p.command}
        tool.kill()
        tool.wait()
        os.close(held)
        problems: Problems = [] if up else [("did not start", name)]
        problems += _ended_or_seen(scene, before)
        problems += check_stop(scene)
        area.case(f"killed while {name} runs", problems)


def _ended_or_seen(scene: Scene, before: set[int]) -> Problems:
    """The foreground ends with the tool; a worker that was started on the way is seen."""
    for pid in leaders(scene, before):
        with contextlib.suppress(OSError):
            processes.wait_gone(pid, 3.0)
    left = {process for process in scene.world.running() if process.pid not in before}
    problems: Problems = []
    if left:
        problems.append(("foreground runs on", "; ".join(map(str, left))))
    unseen = before - scene.seen(before) if before else set()
    if unseen:
        problems.append(("runs on unseen", "; ".join(command_of(pid) for pid in unseen)))
    return problems


__all__ = ["Ran", "check_files", "check_records", "check_repeat", "check_stop", "run"]
