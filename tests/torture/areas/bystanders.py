"""Strangers stand beside every command that stops or replaces something: none is signalled."""

import json
import shlex
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from temporalio import workflow

from harness import processes
from harness.client import Temporal
from harness.workers import worker_source

from .acts import Problems
from .area import Area
from .stage import PYTHON, Scene, Stage
from .strangers import SCRIPT, Bystander, start

Started = list[tuple[Bystander, "subprocess.Popen[bytes]"]]


@workflow.defn
class Nothing:
    @workflow.run
    async def run(self) -> None:
        return None


COMMANDS = (
    ("kill-worker",),
    ("ensure-worker",),
    ("ensure-worker",),
    ("kill-worker", "--grace", "0"),
    ("list-workers", "--all"),
    ("monitor-worker-health",),
    ("ensure-worker",),
    ("kill-all-workers",),
    ("verify-project",),
    ("kill-all-workers", "--include-server"),
    ("stop-server",),
    ("ensure-server", "--headless"),
    ("run-starter", "--timeout", "5", "--", "/bin/true"),
)
SHORT = (
    ("kill-worker",),
    ("ensure-worker",),
    ("kill-all-workers", "--include-server"),
    ("stop-server",),
)


def run(stage: Stage, area: Area) -> None:
    for name, put in SCENES.items() if stage.long else list(SCENES.items())[:2]:
        with stage.scene() as scene:
            started: Started = []
            try:
                stop = put(scene, started)
                _play(stage, area, scene, name, started)
                stop()
            finally:
                for _, process in started:
                    process.kill()
                    process.wait()


def _play(stage: Stage, area: Area, scene: Scene, name: str, started: Started) -> None:
    for turn, words in enumerate(COMMANDS if stage.long else SHORT):
        ran = scene.run(*words, timeout=90)
        for bystander, _ in started:
            if bystander.gone:
                continue
            problems: Problems = bystander.heard()
            if ran.hung or ran.crashed:
                problems.append(("hangs" if ran.hung else "crash", ran.text))
            case = f"{name}: {bystander.name}, beside {' '.join(words)} ({turn + 1})"
            area.case(case, [(kind, f"{seen}: {ran.text}") for kind, seen in problems])


def _monorepo(scene: Scene) -> Path:
    """Two services in one folder; the project's is orders."""
    scene.use_server()
    sources = {
        "orders/__init__.py": "",
        "orders/worker.py": worker_source(scene.queue),
        "billing/__init__.py": "",
        "billing/worker.py": "import signal\nsignal.pause()\n",
    }
    project = scene.make_project(sources, "mono")
    command = f"{shlex.quote(PYTHON)} -m orders.worker"
    scene.world.env["TEMPORAL_WORKER_CMD"] = command
    project.write(
        "temporal-skill.ini", f"[project]\nworker_cmd = {command}\ntask_queue = {scene.queue}\n"
    )
    return project.directory


# ---- who stands there ----


def _look_alikes(scene: Scene, started: Started) -> Callable[[], None]:
    here = _monorepo(scene)
    elsewhere = scene.world.root / "elsewhere"
    elsewhere.mkdir()
    port = scene.world.address.rpartition(":")[2]
    for name, words, cwd in _words(here, elsewhere, port):
        started.append(start(scene, name, words, cwd))
    (here / "notebook.py").write_text(SCRIPT)
    started.append(
        start(scene, "a script of the project", [PYTHON, "notebook.py"], here, executable=PYTHON)
    )
    return lambda: None


def _words(here: Path, elsewhere: Path, port: str) -> Iterator[tuple[str, list[str], Path]]:
    yield "same command elsewhere", [PYTHON, "-m", "orders.worker"], elsewhere
    yield "another service of the folder", [PYTHON, "-m", "billing.worker"], here
    yield "another service through uv", ["uv", "run", "python", "-m", "billing.worker"], here
    yield "a longer name", [PYTHON, "-m", "orders.worker_admin"], here
    yield "a shorter name", [PYTHON, "-m", "orders"], here
    yield "a test of it", [PYTHON, "-m", "pytest", "orders/worker.py"], here
    yield "an editor", ["vim", "orders/worker.py"], here
    yield "a search", ["grep", "-rn", "orders.worker", "."], here
    yield "a language server", [PYTHON, "-m", "pyright", "--watch", "orders.worker"], here
    yield "a debugger's adapter", ["node", "adapter.js", "-m", "orders.worker"], here
    yield "a log reader", ["tail", "-f", "worker.log"], here
    yield "a shell", ["bash"], here
    yield "another dev server", ["temporal", "server", "start-dev", "--port", "1"], elsewhere
    yield (
        "a dev server of this port elsewhere",
        ["temporal", "server", "start-dev", "--port", port],
        elsewhere,
    )
    yield "a starter", [PYTHON, "-m", "orders.starter"], here
    yield "a notebook", [PYTHON, "-m", "jupyter", "orders.worker.ipynb"], here


def _records(scene: Scene, started: Started) -> Callable[[], None]:
    """Records of a process that is gone, whose number another has now."""
    here = _monorepo(scene)
    assert scene.run("ensure-worker").code == 0
    (path,) = scene.world.pid_dir.glob("worker-*.json")
    record = json.loads(path.read_text())
    scene.run("kill-worker")
    for name, change in (
        ("a later start", {"start_ticks": "1"}),
        ("another boot", {"boot_id": "00000000-0000-0000-0000-000000000000"}),
        ("both", {"start_ticks": "1", "boot_id": "x"}),
    ):
        one = start(
            scene, f"reused number, {name}", [PYTHON, "-m", "orders.worker"], scene.world.home
        )
        started.append(one)
        row = processes_row(one[0].pid)
        made = record | {"pid": one[0].pid, "start_ticks": row} | change
        # Each as that of the project, the last wins; and as one of a project of its own.
        path.write_text(json.dumps(made))
        other = path.with_name(f"worker-other-{len(started)}-0000000000000000.json")
        other.write_text(json.dumps(made | {"name": "other", "scope": str(here)}))
    server = record | {"kind": "server", "pid": started[0][0].pid, "start_ticks": "1"}
    server |= {"name": scene.world.address, "scope": scene.world.address}
    (scene.world.pid_dir / "server-x-0000000000000000.json").write_text(json.dumps(server))
    return lambda: None


def processes_row(pid: int) -> str:
    """Its start time in clock ticks."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]


def _identity(scene: Scene, started: Started) -> Callable[[], None]:
    """Who polls calls itself by a number that, here, is another's: a worker in a sandbox with this host's name."""
    here = _monorepo(scene)
    for name, words, cwd in (
        ("bearer of the number", ["editor"], scene.world.home),
        ("bearer of the number, in the project", [PYTHON, "-m", "billing.worker"], here),
        ("bearer of the number, same command", [PYTHON, "-m", "orders.worker"], scene.world.home),
    ):
        started.append(start(scene, name, words, cwd))
    (here / "notebook.py").write_text(SCRIPT)
    words = [PYTHON, "notebook.py"]
    started.append(
        start(scene, "bearer of the number, Python in the project", words, here, executable=PYTHON)
    )
    host = socket.gethostname()
    # A client each: of one client only one worker may poll a queue.
    clients = [Temporal(scene.stage.loop, scene.world.address) for _ in started]
    for client, (one, _) in zip(clients, started, strict=True):
        client.start_worker(scene.queue, [Nothing], identity=f"{one.pid}@{host}")

    def stop() -> None:
        for client in clients:
            client.close()

    return stop


def _supervisor(scene: Scene, started: Started) -> Callable[[], None]:
    """Whoever started the worker by hand, and what stands beside it in its session."""
    here = _monorepo(scene)
    child = f"exec {shlex.quote(PYTHON)} -m orders.worker"
    started.append(start(scene, "supervisor", ["supervisord", "-n"], here, {"CHILD": child}))
    beside = f"SAY={scene.world.root}/say-beside exec -a htop"
    both = (
        f"({beside} {scene.stage.folder}/bystander) & {shlex.quote(PYTHON)} -m orders.worker; wait"
    )
    quoted = both.replace("'", "'\\''")
    started.append(start(scene, "shell", ["tmux"], here, {"CHILD": f"exec bash -c '{quoted}'"}))
    for name in ("beside",):
        say = scene.world.root / f"say-{name}"
        pid = _wait_named(scene, "htop")
        started.append((Bystander(name, say, pid), started[-1][1]))
    return lambda: None


def _wait_named(scene: Scene, name: str) -> int:
    for _ in range(2000):
        for process in scene.world.running():
            if process.command.startswith(name):
                return process.pid
        processes.wait_gone(1, 0.01)
    raise AssertionError(f"no {name} came up")


SCENES = {
    "look-alikes": _look_alikes,
    "an identity": _identity,
    "records": _records,
    "a supervisor": _supervisor,
}
