"""What runs for long: watch, wait and MCP, round after round, with memory and descriptors as they were.

Counted in rounds and messages, not in minutes: the long form has as many of them as half an hour of work has."""

import contextlib
import json
import os
import signal
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path

from .area import Area
from .stage import Scene, Stage

# What an allocator may keep over what it had when everything had been used once.
GROWTH_MOST = 3 << 20
ROUND_SECONDS = 60.0


def run(stage: Stage, area: Area) -> None:
    _wait(stage, area)
    _mcp(stage, area)
    _watch(stage, area)
    _health(stage, area)


def memory_of(pid: int) -> int:
    """Bytes that are its own."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Private_Dirty:"):
            return int(line.split()[1]) << 10
    return 0


def descriptors_of(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


class Meter:
    """Compares a process with itself as it was after its first rounds."""

    def __init__(self, area: Area, name: str, pid: int) -> None:
        self.area, self.name, self.pid = area, name, pid
        self.memory, self.descriptors = memory_of(pid), descriptors_of(pid)

    def look(self, rounds: int) -> None:
        memory, descriptors = memory_of(self.pid), descriptors_of(self.pid)
        problems = []
        if memory > self.memory + GROWTH_MOST:
            problems.append(("memory grows", f"{self.memory >> 10} KB, then {memory >> 10} KB"))
        if descriptors > self.descriptors:
            problems.append(("descriptors grow", f"{self.descriptors}, then {descriptors}"))
        self.area.case(f"{self.name}: after {rounds} rounds", problems)


def _start(scene: Scene, *words: str, **options: object) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [str(scene.stage.program), *words],
        env=scene.world.env,
        cwd=scene.world.project_dir,
        stdin=subprocess.PIPE if options.get("stdin") else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _end(process: "subprocess.Popen[bytes]", area: Area, name: str, codes: tuple[int, ...]) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGINT)
    if process.stdin:
        process.stdin.close()
    try:
        code = process.wait(ROUND_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    if process.stdout:
        process.stdout.close()
    wrong = [] if code in codes else [("ends otherwise", f"exit {code}")]
    area.case(f"{name}: ends when told to", wrong)


# ---- waiting for a workflow to which much happens ----


def _wait(stage: Stage, area: Area) -> None:
    rounds = stage.most(60, 4000)
    with stage.scene() as scene:
        scene.use_server()
        handle = scene.temporal.start_workflow(
            "Parcel", task_queue="nobody", id=f"lasting-{scene.world.id}"
        )
        words = (
            "wait-for-workflow-status",
            "-w",
            handle.id,
            "--timeout",
            "3600",
            "--no-stall-check",
        )
        process = _start(scene, *words)
        _connected(scene, process.pid)

        async def signals(count: int) -> None:
            for _ in range(count):
                await handle.signal("knock", "x" * 100)

        scene.temporal.call(signals(rounds // 10), None)
        meter = Meter(area, "wait-for-workflow-status", process.pid)
        for part in range(9):
            scene.temporal.call(signals(rounds // 10), None)
            meter.look((part + 2) * (rounds // 10))
        scene.temporal.call(handle.terminate())
        code = process.wait(ROUND_SECONDS)
        assert process.stdout
        process.stdout.close()
        wrong = [] if code == 1 else [("does not see the end", f"exit {code}")]
        area.case("wait-for-workflow-status: sees the end", wrong)


def _connected(scene: Scene, pid: int) -> None:
    from harness import processes

    processes.wait_connected(pid, scene.world.address)


# ---- messages to serve-mcp ----


def _mcp(stage: Stage, area: Area) -> None:
    rounds = stage.most(1000, 12000)
    calls: tuple[tuple[str, dict[str, object]], ...] = (
        ("tools/list", {}),
        ("tools/call", {"name": "list-workers", "arguments": {}}),
        ("tools/call", {"name": "show-server", "arguments": {}}),
        ("tools/call", {"name": "describe-workflow", "arguments": {"workflow_id": "none"}}),
        ("tools/call", {"name": "nothing-of-the-kind", "arguments": {}}),
        ("resources/list", {}),
        ("prompts/list", {}),
        ("tools/call", {"name": "diagnose", "arguments": {}}),
        ("nothing/of-the-kind", {}),
        ("ping", {}),
    )
    with stage.scene() as scene:
        scene.use_server()
        scene.make_project()
        process = _start(scene, "serve-mcp", stdin=True)
        talk = _talk(process)
        client = {"name": "torture", "version": "1"}
        talk(
            "initialize",
            {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": client},
        )
        meter = None
        for number in range(rounds):
            answer = talk(*calls[number % len(calls)])
            if "result" not in answer and "error" not in answer:
                area.case(f"serve-mcp: message {number}", [("no answer", str(answer))])
            if number == rounds // 10:
                meter = Meter(area, "serve-mcp", process.pid)
            elif meter and number % (rounds // 10) == 0:
                meter.look(number)
        _end(process, area, "serve-mcp", (0, 130))


def _talk(
    process: "subprocess.Popen[bytes]",
) -> Callable[[str, dict[str, object]], dict[str, object]]:
    number = 0

    def ask(method: str, params: dict[str, object]) -> dict[str, object]:
        nonlocal number
        number += 1
        assert process.stdin and process.stdout
        message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
        process.stdin.write(json.dumps(message).encode() + b"\n")
        process.stdin.flush()
        while line := process.stdout.readline():
            answer: dict[str, object] = json.loads(line)
            if answer.get("id") == number:
                return answer
        raise AssertionError(f"serve-mcp ended at {method}")

    return ask


# ---- watching ----


def _watch(stage: Stage, area: Area) -> None:
    """A file changes, the worker is replaced, the starter runs; and that again."""
    rounds = stage.most(2, 40)
    with stage.scene() as scene:
        scene.use_server()
        project = scene.make_project()
        project.write("temporal-skill.ini", "[project]\nstarter_cmd = /bin/true\n")
        process = _start(scene, "watch-project", "--settle", "0.1", "--timeout", "30")
        meter = None
        for number in range(rounds):
            seen = _lines_until(process, b"starter")
            if not seen:
                area.case(f"watch-project: round {number}", [("no round", "it ended")])
                break
            if number == max(1, rounds // 10):
                meter = Meter(area, "watch-project", process.pid)
            elif meter:
                meter.look(number)
            project.write("more.py", f"ROUND = {number}\n")
        _end(process, area, "watch-project", (130,))
        left = "; ".join(map(str, scene.world.leftovers()))
        area.case("watch-project: leaves nothing", [("left running", left)] if left else [])


def _lines_until(process: "subprocess.Popen[bytes]", word: bytes) -> bool:
    """False where it ended; where it falls silent, it is ended."""
    assert process.stdout
    watchdog = threading.Timer(ROUND_SECONDS, process.kill)
    watchdog.start()
    try:
        return any(word in line for line in process.stdout)
    finally:
        watchdog.cancel()


def _health(stage: Stage, area: Area) -> None:
    """monitor-worker-health --watch while sources change and change back, show-worker-log --follow while it grows."""
    with stage.scene() as scene:
        scene.use_server()
        project = scene.make_project()
        ran = scene.run("ensure-worker", "-o", "json")
        log, source = Path(json.loads(ran.out)["log"]), project.path("worker.py")
        began = source.stat().st_mtime

        def age(number: int) -> bytes:
            """Newer than the worker, and older again: each is another state of its health."""
            seconds = began + (3600 if number % 2 == 0 else 0)
            os.utime(source, (seconds, seconds))
            return b'"healthy"' if number % 2 else b'"stale_code"'

        def grow(number: int) -> bytes:
            with log.open("a") as file:
                file.write("x" * 200 + f" line {number}.\n")
            return f" line {number}.".encode()

        if stage.long:  # it looks every other second
            _follow(area, scene, ("monitor-worker-health", "--watch", "-o", "jsonl"), age, 24)
        _follow(area, scene, ("show-worker-log", "--follow"), grow, stage.most(40, 4000))
        scene.run("kill-worker")


def _follow(
    area: Area, scene: Scene, words: tuple[str, ...], change: Callable[[int], bytes], rounds: int
) -> None:
    """Each round is a change, and what it says of it."""
    name = " ".join(words)
    process = _start(scene, *words)
    meter = None
    for number in range(rounds):
        if not _lines_until(process, change(number)):
            area.case(f"{name}: round {number}", [("no round", "it ended")])
            break
        if number == rounds // 4:
            meter = Meter(area, name, process.pid)
        elif meter and number % (rounds // 4) == 0:
            meter.look(number)
    _end(process, area, name, (130, 0, 1))
