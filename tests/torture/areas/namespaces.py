"""PID namespaces made here: sandboxes that have this host's name, each with small numbers of its own.

A process of one may have the number of a process of the other, and must not be taken for it."""

import os
import re
import shlex
import shutil
import socket
import subprocess
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from harness import processes
from harness.client import Temporal

from .acts import Problems
from .area import Area
from .bystanders import Nothing
from .stage import PYTHON, Ran, Scene, Stage, parent_of
from .strangers import SCRIPT, program

# Reaps whatever is left to it, until its end.
INIT = """\
import os, time
open(os.environ["INIT_UP"], "w").close()
while True:
    try:
        os.wait()
    except ChildProcessError:
        time.sleep(0.05)
"""
UP_SECONDS = 60.0
TRY = ["unshare", "--pid", "--fork", "--mount-proc", "true"]
LAST_PID = "/proc/sys/kernel/ns_last_pid"


def run(stage: Stage, area: Area) -> None:
    _other_hosts(stage, area)
    if os.geteuid() != 0 or not all(shutil.which(name) for name in ("unshare", "nsenter")):
        area.skip("namespaces: need root, unshare and nsenter")
        return
    if subprocess.run(TRY, stderr=subprocess.DEVNULL).returncode != 0:
        area.skip("namespaces: no leave to make one, as in a chroot")
        return
    for shared in (False, True):
        for words in COMMANDS if stage.long else COMMANDS[:2]:
            for python in (False, True) if stage.long else (True,):
                _two_sandboxes(stage, area, words, shared, python)
    for words in (("ensure-server", "--headless"), ("ensure-worker",)):
        _ends_with_the_call(stage, area, words)


class Sandbox:
    """A PID namespace with a /proc of its own."""

    def __init__(self, scene: Scene, name: str, pids: str) -> None:
        self.scene = scene
        root = scene.world.root
        up = root / f"{name}-up"
        (root / "init.py").write_text(INIT)
        self.env = scene.world.env | {
            "CLAUDE_TEMPORAL_PID_DIR": str(root / pids),
            "CLAUDE_TEMPORAL_LOG_DIR": str(root / f"{name}-logs"),
            "INIT_UP": str(up),
        }
        words = [
            "unshare",
            "--pid",
            "--fork",
            "--mount-proc",
            "--kill-child",
            PYTHON,
            str(root / "init.py"),
        ]
        self.outer = subprocess.Popen(
            words, env=self.env, cwd=scene.world.home, start_new_session=True
        )
        _wait_for(up.exists)
        (self.init,) = [p.pid for p in scene.world.running() if parent_of(p.pid) == self.outer.pid]

    def __enter__(self) -> "Sandbox":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: Any, trace: TracebackType | None
    ) -> None:
        self.outer.kill()
        self.outer.wait()

    def enter(self, cwd: Path) -> list[str]:
        return ["nsenter", "-t", str(self.init), "-p", "-m", f"--wdns={cwd}", "--"]

    def run(self, *words: str, cwd: Path) -> Ran:
        ran = subprocess.run(
            [*self.enter(cwd), str(self.scene.stage.program), *words],
            env=self.env,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        return Ran(words, ran.returncode, ran.stdout, ran.stderr)

    def start(self, words: list[str], cwd: Path, executable: Path, number: int, say: Path) -> None:
        """With that number, which is free: nothing else is started here meanwhile."""
        script = f"echo {number - 1} > {LAST_PID}; (exec -a {shlex.quote(words[0])} "
        script += f"{shlex.join([str(executable), *words[1:]])}) & wait"
        subprocess.Popen(
            [*self.enter(cwd), "bash", "-c", script],
            env=self.env | {"SAY": str(say)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        _wait_for(lambda: say.exists() and "up" in say.read_text())

    def has(self, number: int) -> bool:
        words = [
            *self.enter(Path("/")),
            "sh",
            "-c",
            f'read -r a b c d </proc/{number}/stat; [ "$c" != Z ]',
        ]
        return subprocess.run(words, stderr=subprocess.DEVNULL).returncode == 0


def _wait_for(holds: Any) -> None:
    deadline = time.monotonic() + UP_SECONDS
    while not holds():
        assert time.monotonic() < deadline, "it did not come up"
        time.sleep(0.01)


COMMANDS = (
    ("kill-worker",),
    ("ensure-worker",),
    ("kill-all-workers",),
    ("list-workers",),
    ("list-workers", "--all"),
    ("monitor-worker-health",),
    ("doctor",),
    ("diagnose",),
    ("verify-project",),
    ("stop-server",),
    ("show-worker-log",),
    ("run-starter", "--timeout", "5", "--", "/bin/true"),
    ("kill-worker", "--grace", "0"),
    ("kill-all-workers", "--include-server"),
)
# They tell of whoever takes this project's tasks elsewhere.
TELL = ("ensure-worker", "list-workers", "monitor-worker-health", "doctor", "verify-project")


def _two_sandboxes(
    stage: Stage, area: Area, words: tuple[str, ...], shared: bool, python: bool
) -> None:
    """The worker is in one, and a bystander of the same number in the other, where the command is called."""
    name = f"{' '.join(words)} in another namespace, {'one' if shared else 'its own'} PID_DIR"
    name += ", beside a script of the project" if python else ", beside an editor"
    with stage.scene() as scene:
        scene.use_server()
        project = scene.make_project()
        command = f"{shlex.quote(PYTHON)} worker.py"
        project.write(
            "temporal-skill.ini", f"[project]\nworker_cmd = {command}\ntask_queue = {scene.queue}\n"
        )
        with (
            Sandbox(scene, "a", "a-pids") as a,
            Sandbox(scene, "b", "a-pids" if shared else "b-pids") as b,
        ):
            started = a.run("ensure-worker", "-o", "json", cwd=project.directory)
            assert started.code in (0, 4, 5, 1), started.text
            number = _worker_of(a, started)
            say = scene.world.root / "say"
            if python:
                project.write("notebook.py", SCRIPT)
                b.start([PYTHON, "notebook.py"], project.directory, Path(PYTHON), number, say)
            else:
                b.start(["editor", "notes"], scene.world.home, program(stage.folder), number, say)
            before = _records(scene, "a-pids")
            ran = b.run(*words, cwd=project.directory)
            problems = _hurt(b, say, number)
            if not a.has(number):
                problems.append(("the worker of another namespace was stopped", ran.text))
            after = _records(scene, "a-pids")
            if any(after.get(name) != text for name, text in before.items()):
                problems.append(("the record of another namespace was touched", ran.text))
            if words[0] in TELL and not _names(ran.text, number):
                problems.append(("does not name the poller elsewhere", ran.text))
            if words[0].startswith("kill") and _says_stopped(ran.text, number):
                problems.append(("says stopped of another's worker", ran.text))
            area.case(name, problems)


def _worker_of(sandbox: Sandbox, started: Ran) -> int:
    """Its number in the sandbox."""
    found = re.search(r'"pid":\s*(\d+)', started.out)
    assert found, started.text
    return int(found.group(1))


def _records(scene: Scene, pids: str) -> dict[str, str]:
    return {path.name: path.read_text() for path in (scene.world.root / pids).glob("*.json")}


def _hurt(sandbox: Sandbox, say: Path, number: int) -> Problems:
    heard = say.read_text().replace("up\n", "")
    problems: Problems = [("a bystander was signalled", f"{number}: {heard}")] if heard else []
    if not sandbox.has(number):
        problems.append(("a bystander was killed", f"{number} in the caller's namespace"))
    return problems


def _names(text: str, number: int) -> bool:
    by_identity = rf"\b{number}@{re.escape(socket.gethostname())}"
    return re.search(rf"{by_identity}|\bpid {number} in another PID namespace", text) is not None


def _says_stopped(text: str, number: int) -> bool:
    """In its verdict, or in the list of whom it stopped."""
    return re.search(rf"^\s*stopped[^\n]*\b{number}\b", text, re.MULTILINE) is not None


# ---- pollers on another host ----


def _other_hosts(stage: Stage, area: Area) -> None:
    """A shared server: somebody else's machine takes this project's tasks."""
    identities = ("77@other-host", f"{os.getpid()}@other-host", "worker-of-ann", "77@a.b.example")
    for identity in identities if stage.long else identities[:1]:
        with stage.scene() as scene:
            scene.use_server()
            project = scene.make_project()
            ini = f"[project]\nworker_cmd = {shlex.quote(PYTHON)} worker.py\n"
            ini += f"task_queue = {scene.queue}\nstarter_cmd = /bin/true\n"
            project.write("temporal-skill.ini", ini)
            client = Temporal(stage.loop, scene.world.address)
            client.start_worker(scene.queue, [Nothing], identity=identity)
            _wait_listed(scene, identity)
            for command in TELL:
                ran = scene.run(command, cwd=project.directory)
                told = identity in ran.out + ran.err
                wrong: Problems = [] if told else [("does not name the poller elsewhere", ran.text)]
                area.case(f"{command} beside a poller {identity}", wrong)
            client.close()


def _wait_listed(scene: Scene, identity: str) -> None:
    words = ["temporal", "task-queue", "describe", "--task-queue", scene.queue, "-o", "json"]
    words += ["--address", scene.world.address]

    def listed() -> bool:
        ran = subprocess.run(words, env=scene.world.env, capture_output=True, text=True)
        return identity in ran.stdout

    _wait_for(listed)


# ---- a sandbox that ends with the call ----


def _ends_with_the_call(stage: Stage, area: Area, words: tuple[str, ...]) -> None:
    """The call's shell is number 1 of its namespace: what is started in it is killed at its end."""
    with stage.scene() as scene:
        if words[0] == "ensure-worker":
            scene.use_server()
            scene.make_project()
        line = ["--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", '"$0" "$@"; exit $?']
        ran = scene.run(
            *line, stage.program, *words, program=Path(shutil.which("unshare") or "unshare")
        )
        for process in scene.world.running():
            processes.wait_gone(process.pid, 2.0)
        problems: Problems = []
        if not re.search(r"\bends? (with|when|as soon as)\b", ran.out + ran.err):
            problems.append(("does not say that it ends with the call", ran.text))
        area.case(f"{words[0]} in a namespace that ends with the call", problems)
