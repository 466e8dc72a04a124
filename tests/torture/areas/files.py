"""What is not a file where one is expected: each kind times each reader. Refused at once: no wait, no flood of memory,
no secret of the user's in what is said."""

import contextlib
import os
import resource
import shlex
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from harness import plugins
from harness.workers import worker_source

from .acts import Problems
from .area import Area
from .stage import PYTHON, Scene, Stage

SECRET = "SECRET-LINE-OF-A-FILE-OF-THE-USER"
# Plenty for a text of a few kilobytes, far too little for one without an end.
MEMORY_MOST = 400 << 20
SECONDS_MOST = 10.0
HUGE = 20 << 30

Kind = Callable[[Path, Path], None]


def _zero(path: Path, secret: Path) -> None:
    path.symlink_to("/dev/zero")


def _random(path: Path, secret: Path) -> None:
    path.symlink_to("/dev/urandom")


def _terminal(path: Path, secret: Path) -> None:
    path.symlink_to("/dev/tty")


def _fifo(path: Path, secret: Path) -> None:
    os.mkfifo(path)


def _link_out(path: Path, secret: Path) -> None:
    path.symlink_to(secret)


def _link_to_itself(path: Path, secret: Path) -> None:
    path.symlink_to(path.name)


def _link_to_nothing(path: Path, secret: Path) -> None:
    path.symlink_to("nothing")


def _proc(path: Path, secret: Path) -> None:
    path.symlink_to("/proc/self/environ")


def _folder(path: Path, secret: Path) -> None:
    path.mkdir()


def _huge(path: Path, secret: Path) -> None:
    with path.open("wb") as file:
        file.truncate(HUGE)


def _socket(path: Path, secret: Path) -> None:
    # A path of a socket is short; one beside it, moved, may be as long as it likes.
    with socket.socket(socket.AF_UNIX) as listener:
        short = f"/tmp/torture-{os.getpid()}.socket"
        listener.bind(short)
        shutil.move(short, path)


def _unreadable(path: Path, secret: Path) -> None:
    path.write_text("x = 1\n")
    path.chmod(0)


def _binary(path: Path, secret: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def _one_line(path: Path, secret: Path) -> None:
    path.write_text("x" * (8 << 20))


KINDS: dict[str, Kind] = {
    "/dev/zero": _zero,
    "a FIFO": _fifo,
    "a link out": _link_out,
    "a folder": _folder,
    "a huge file": _huge,
    "a socket": _socket,
    "/dev/urandom": _random,
    "/dev/tty": _terminal,
    "a link to itself": _link_to_itself,
    "a link to nothing": _link_to_nothing,
    "a link to /proc": _proc,
    "unreadable": _unreadable,
    "binary": _binary,
    "one line of 8 MB": _one_line,
}


@dataclass(frozen=True)
class Reader:
    """A file of a checkout, and the commands that read it."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    # What of temporal-skill.ini leads to it.
    ini: str = ""


SOURCES = (("doctor",), ("list-workers",), ("monitor-worker-health",), ("diagnose",))
READERS = (
    Reader(
        "temporal-skill.ini",
        (("show-settings",), ("list-workers",), ("verify-project",), ("doctor",), ("--version",)),
    ),
    Reader(
        "pyproject.toml", (("doctor",), ("verify-project",), ("ensure-worker", "--timeout", "5"))
    ),
    Reader("requirements.txt", (("doctor",),)),
    Reader(".python-version", (("doctor",), ("verify-project",))),
    Reader(".env", (("doctor",), ("show-settings",), ("ensure-worker", "--timeout", "5"))),
    Reader("uv.lock", (("doctor",), ("verify-project",))),
    Reader("worker.py", (*SOURCES, ("show-worker-log",))),
    Reader("workflows.py", SOURCES),
    Reader("starter.py", (("doctor",),)),
    Reader("package.json", (("doctor",),)),
    Reader("go.mod", (("doctor",),)),
    Reader("pom.xml", (("doctor",),)),
    Reader(
        ".temporal-skill/recipes/one.ini",
        (("list-recipes",), ("show-recipe", "one"), ("run-recipe", "one")),
    ),
    Reader(
        ".temporal-skill/plugins/one.so",
        (("list-plugins",), ("trust-plugin", ".temporal-skill/plugins/one.so")),
    ),
    Reader(
        "ca.pem",
        (("show-server",), ("list-workers",)),
        "[connection]\ntls = true\ntls_ca_path = ca.pem\n",
    ),
    Reader(
        "c.pem", (("show-server",),), "[connection]\ntls_cert_path = c.pem\ntls_key_path = c.pem\n"
    ),
    Reader(
        "other.toml",
        (("show-settings",), ("show-server",)),
        "[connection]\nconfig_file = other.toml\nprofile = x\n",
    ),
    Reader(
        ".claude/skills/temporal/.manifest.json",
        (("install-skill",), ("install-skill", "--remove")),
    ),
    Reader(".gitignore", (("watch-project", "--rounds", "1", "--command-timeout", "3"),)),
)
# Files of the user's own: a link is the user's word, and may lead anywhere.
HOME = (
    Reader(".config/temporal-skill/config.ini", (("show-settings",), ("list-workers",))),
    Reader(".config/temporalio/temporal.toml", (("show-settings",), ("list-workers",))),
    Reader(
        ".local/share/temporal-skill/trusted", (("list-plugins",), ("trust-plugin", "hello.so"))
    ),
    Reader(".config/temporal-skill/recipes/one.ini", (("list-recipes",), ("show-recipe", "one"))),
)
# In PID_DIR and LOG_DIR: what another program, or a cut-off call, may have left.
OWN = (
    Reader(
        "pids/worker-app-0000000000000000.json", (("list-workers",), ("kill-worker",), ("doctor",))
    ),
    Reader("pids/server-x-0000000000000000.json", (("show-server",), ("stop-server",))),
    Reader("logs/worker-app.log", (("show-worker-log",), ("ensure-worker", "--timeout", "5"))),
    Reader("logs/starter-app.log", (("run-starter", "--timeout", "5", "--", "/bin/true"),)),
)


def run(stage: Stage, area: Area) -> None:
    with stage.scene() as scene:
        scene.use_server()
        secret = scene.world.root / "secret"
        secret.write_text(f"{SECRET}\n[{SECRET}]\n{SECRET} = {SECRET}\n")
        plugins.build(plugins.say(), scene.world.root / "hello.so")
        for where, readers in (("app", READERS), ("home", HOME), (".", OWN)):
            for name, reader, kind in _some(stage, readers):
                for words in reader.commands if stage.long else reader.commands[:2]:
                    _read(
                        area, scene, scene.world.root / where, reader, (name, kind), words, secret
                    )


def _some(stage: Stage, readers: tuple[Reader, ...]) -> Iterator[tuple[str, Reader, Kind]]:
    kinds = list(KINDS.items())
    for turn, reader in enumerate(readers):
        chosen = kinds if stage.long else [kinds[turn % 6], kinds[(turn + 1) % 6]]
        for name, kind in chosen:
            yield name, reader, kind


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (2 << 30, 2 << 30))


def _read(
    area: Area,
    scene: Scene,
    folder: Path,
    reader: Reader,
    named: tuple[str, Kind],
    words: tuple[str, ...],
    secret: Path,
) -> None:
    name, kind = named
    _tidy(scene)
    app = scene.world.root / "app"
    project = scene.make_project({"worker.py": worker_source(scene.queue)})
    scene.world.env["TEMPORAL_WORKER_CMD"] = f"{shlex.quote(PYTHON)} nothing.py"
    if reader.ini:
        project.write("temporal-skill.ini", reader.ini)
    shutil.copy(scene.world.root / "hello.so", app / "hello.so")
    path = folder / reader.name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    path.unlink(missing_ok=True)
    kind(path, secret)
    code, out, hung, memory = measured(scene, (*words, "--client-connect-timeout", "0.3"), app)
    problems: Problems = []
    if hung:
        problems.append(("hangs", out))
    elif code < 0:
        problems.append(("crash", f"signal {-code}: {out}"))
    elif code == 70:
        problems.append(("internal error", out))
    if memory > MEMORY_MOST:
        problems.append(("too much memory", f"{memory >> 20} MB: {out}"))
    if SECRET in out and folder == app:
        problems.append(("tells what a link leads to", out))
    area.case(f"{reader.name} is {name}: {' '.join(words)}", problems)


def _tidy(scene: Scene) -> None:
    for name in ("app", "pids", "logs", "home/.config", "home/.local"):
        shutil.rmtree(scene.world.root / name, ignore_errors=True)


def measured(scene: Scene, words: tuple[str, ...], cwd: Path) -> tuple[int, str, bool, int]:
    """Exit code, all that was said, whether it had to be ended, the most memory that it had, in bytes."""
    said = scene.world.root / "said"
    with said.open("w+", errors="replace") as file:
        process = subprocess.Popen(
            [str(scene.stage.program), *words],
            env=scene.world.env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=_limit,
        )
        descriptor = os.pidfd_open(process.pid)
        try:
            import select

            hung = not select.select([descriptor], [], [], SECONDS_MOST)[0]
        finally:
            os.close(descriptor)
        if hung:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        file.seek(0)
        return process.returncode, file.read(1 << 20), hung, usage.ru_maxrss << 10
