"""Which processes are workers of a project: all of them are stopped, and no others.

Those named test_regression_... pin down what the first, shell-script, catalogue did wrong."""

import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import MakeProject
from harness import processes
from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.workers import (
    IDLE,
    SAY_UP,
    end,
    queue_of,
    records,
    start_by_hand,
    wait_for_line,
    wait_for_poller,
    worker_source,
)
from harness.world import World

# A worker that a test leaves running is its normal outcome; the world would call it a leftover.
pytestmark = pytest.mark.usefixtures("stop_workers")


def test_regression_shell_as_worker_command_leaves_nothing(cli: Cli, app: Project) -> None:
    """Its PID used to be recorded, and the worker lived on."""
    command = f"sh -c {shlex.quote(app.command('worker.py') + ' & wait')}"
    ready = cli.json("ensure-worker", "--worker-cmd", command)
    assert ready["worker_pid"] != ready["pid"]
    killed = cli.json("kill-worker")
    assert {ready["pid"], ready["worker_pid"]} <= set(killed["stopped"])
    assert app.world.running() == []


def test_regression_killing_nothing_is_fine(cli: Cli, app: Project) -> None:
    killed = cli.json("kill-worker")
    assert (killed["verdict"], killed["stopped"]) == ("nothing_running", [])


def test_worker_that_forks_is_stopped_whole(cli: Cli, app: Project) -> None:
    fork = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import signal; signal.pause()'])"
    app.write("worker.py", worker_source(queue_of(app.world), start=fork))
    ready = cli.json("ensure-worker")
    assert len(cli.json("list-workers")["workers"][0]["pids"]) == 2
    assert len(cli.json("kill-worker")["stopped"]) == 2
    assert not processes.runs(ready["pid"])
    assert app.world.running() == []


def test_worker_command_that_puts_itself_into_the_background(cli: Cli, app: Project) -> None:
    daemon = "os.fork() and os._exit(0); os.setsid(); os.fork() and os._exit(0)"
    app.write("worker.py", worker_source(queue_of(app.world), start=daemon))
    ready = cli.json("ensure-worker", "--task-queue", queue_of(app.world))
    assert processes.runs(ready["pid"])
    assert ready["worker_pid"] == ready["pid"]
    assert ready["pid"] in cli.json("kill-worker")["stopped"]
    assert app.world.running() == []


STEPS = """
import glob, os
os.fork() and os._exit(0)
os.setsid()
step = os.getpid()
if os.fork():
    records = os.environ["CLAUDE_TEMPORAL_PID_DIR"] + "/*.json"
    while not any(f'"pid":{step},' in "".join(open(name).read().split()) for name in glob.glob(records)):
        pass
    os._exit(0)
while os.getppid() == step:
    pass
"""


def test_step_on_the_way_to_the_background_that_is_seen(cli: Cli, app: Project) -> None:
    """It ends only once it was taken for the worker; what it started polls then."""
    source = worker_source(queue_of(app.world), start=f"exec({STEPS!r})")
    app.write("worker.py", source)
    ready = cli.json("ensure-worker", "--task-queue", queue_of(app.world))
    assert processes.runs(ready["pid"])
    assert ready["worker_pid"] == ready["pid"]
    assert [record["pid"] for record in records(app.world)] == [ready["pid"]]
    assert ready["pid"] in cli.json("kill-worker")["stopped"]
    assert app.world.running() == []


def test_worker_that_ignores_sigterm_is_killed(cli: Cli, app: Project) -> None:
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    app.write("worker.py", worker_source(queue_of(app.world), start=deaf))
    ready = cli.json("ensure-worker")
    killed = cli.json("kill-worker", "--grace", "0.2")
    assert (killed["stopped"], killed["killed"]) == ([ready["pid"]], 1)
    assert app.world.running() == []


def test_orphan_of_a_killed_leader_is_found(cli: Cli, app: Project) -> None:
    command = f"sh -c {shlex.quote(app.command('worker.py') + ' & wait')}"
    ready = cli.json("ensure-worker", "--worker-cmd", command)
    os.kill(ready["pid"], signal.SIGKILL)
    processes.wait_gone(ready["pid"], 10)
    assert ready["worker_pid"] in cli.json("kill-worker")["stopped"]
    assert app.world.running() == []


def test_worker_whose_record_is_lost_is_found(cli: Cli, app: Project) -> None:
    ready = cli.json("ensure-worker")
    for path in app.world.pid_dir.glob("worker-*.json"):
        path.unlink()
    row = cli.json("list-workers")["workers"][0]
    assert (row["pid"], row["tracked"], row["found_by"]) == (ready["pid"], False, "mark")
    assert cli.json("kill-worker")["stopped"] == [ready["pid"]]


@pytest.mark.parametrize(
    "words", [("worker.py",), ("./worker.py",), ("-u", "worker.py"), ("-m", "worker")]
)
def test_leftover_worker_started_by_hand_is_stopped(
    cli: Cli, app: Project, words: tuple[str, ...]
) -> None:
    app.write("worker.py", worker_source(queue_of(app.world), before=SAY_UP))
    hand = start_by_hand(app, *words)
    try:
        wait_for_line(hand, "up")
        row = cli.json("list-workers")["workers"][0]
        assert (row["pid"], row["tracked"], row["project"]) == (hand.pid, False, "app")
        ready = cli.json("ensure-worker")
        assert ready["stopped"] == [hand.pid]
        assert hand.wait(10) == -signal.SIGTERM
    finally:
        end(hand)


def test_leftover_worker_in_a_subdirectory_is_stopped(cli: Cli, app: Project) -> None:
    app.write("src/worker.py", worker_source(queue_of(app.world), before=SAY_UP))
    hand = start_by_hand(app, "worker.py", cwd=app.directory / "src")
    try:
        wait_for_line(hand, "up")
        assert cli.json("kill-worker")["stopped"] == [hand.pid]
    finally:
        end(hand)


def test_leftover_worker_of_another_name_is_known_by_its_polling(cli: Cli, app: Project) -> None:
    queue = queue_of(app.world)
    app.write("run_all.py", worker_source(queue, before=SAY_UP))
    hand = start_by_hand(app, "run_all.py")
    try:
        wait_for_line(hand, "up")
        wait_for_poller(cli, queue, hand.pid)
        ready = cli.json("ensure-worker", "--task-queue", queue)
        assert ready["stopped"] == [hand.pid]
    finally:
        end(hand)


def test_regression_app_is_not_app2(cli: Cli, app: Project, make_project: MakeProject) -> None:
    """A path used to match all that began like it."""
    source = worker_source("other", before=SAY_UP)
    app2 = make_project({"worker.py": source}, "app2")
    hand = start_by_hand(app2, "worker.py")
    try:
        wait_for_line(hand, "up")
        assert cli.json("ensure-worker")["stopped"] == []
        tracked = cli.json("ensure-worker", "--project-dir", str(app2.directory))
        assert tracked["stopped"] == [hand.pid]
        cli("kill-worker").expect(0)
        assert processes.runs(tracked["pid"])
    finally:
        end(hand)


def test_regression_directory_name_is_no_pattern(
    cli: Cli, server: DevServer, make_project: MakeProject, world: World
) -> None:
    source = worker_source(queue_of(world), before=SAY_UP)
    literal = make_project({"worker.py": source}, "a.b[c]")
    matched = make_project({"worker.py": source}, "axbc")
    hand = start_by_hand(matched, "worker.py")
    try:
        wait_for_line(hand, "up")
        literal.use()
        ready = cli.json("ensure-worker")
        assert (ready["project"], ready["stopped"]) == ("a.b[c]", [])
        assert cli.json("kill-worker")["stopped"] == [ready["pid"]]
        assert hand.poll() is None
    finally:
        end(hand)


def test_regression_equal_base_names_do_not_meet(
    cli: Cli, server: DevServer, make_project: MakeProject, world: World
) -> None:
    """They used to share a PID file and a log."""
    one = make_project({"worker.py": worker_source("one")}, "north/app")
    two = make_project({"worker.py": worker_source("two")}, "south/app")
    first = cli.json(
        "ensure-worker", "--worker-cmd", one.command("worker.py"), "--project-dir", one.directory
    )
    second = cli.json(
        "ensure-worker", "--worker-cmd", two.command("worker.py"), "--project-dir", two.directory
    )
    assert first["project"] == second["project"] == "app"
    assert second["stopped"] == []
    assert first["log"] != second["log"]
    assert len(records(world)) == 2
    assert cli.json("kill-worker", "--project-dir", one.directory)["stopped"] == [first["pid"]]
    assert processes.runs(second["pid"])


def test_project_inside_a_project_is_another(
    cli: Cli, app: Project, make_project: MakeProject
) -> None:
    source = worker_source("inner", before=SAY_UP)
    inner = make_project({"worker.py": source, "pyproject.toml": ""}, "app/services/inner")
    hand = start_by_hand(inner, "worker.py")
    try:
        wait_for_line(hand, "up")
        assert cli.json("kill-worker")["stopped"] == []
        assert hand.poll() is None
    finally:
        end(hand)


def test_starter_and_editor_are_no_workers(cli: Cli, app: Project) -> None:
    app.write("starter.py", IDLE)
    app.write("less.py", IDLE)
    starter = start_by_hand(app, "starter.py")
    reader = start_by_hand(app, "less.py", "worker.py")
    try:
        assert cli.json("ensure-worker")["stopped"] == []
        assert starter.poll() is None and reader.poll() is None
    finally:
        end(starter, reader)


def test_whoever_calls_us_is_no_worker(cli: Cli, app: Project) -> None:
    """A worker's activity, or a script of the worker's name, may call this program."""
    call = f"import subprocess; print(subprocess.run([{cli.path!r}, 'kill-worker', '-o', 'json'], stdout=-1).stdout)"
    app.write("worker.py", call)
    hand = start_by_hand(app, "worker.py")
    out, _ = hand.communicate(timeout=60)
    assert hand.returncode == 0
    assert '"nothing_running"' in out


def test_path_with_blanks_and_other_scripts(
    cli: Cli, server: DevServer, make_project: MakeProject, world: World
) -> None:
    name = "mein Größe 项目 'x'"
    project = make_project({"worker.py": worker_source(queue_of(world))}, name).use()
    ready = cli.json("ensure-worker")
    assert ready["project"] == name
    assert Path(ready["log"]).exists()
    row = cli.json("list-workers")["workers"][0]
    assert (row["project"], row["project_dir"]) == (name, str(project.directory))
    stop = next(command for command in ready["next"] if "kill-worker" in command)
    subprocess.run(stop, shell=True, check=True, env=world.env, cwd=world.root)
    assert not processes.runs(ready["pid"])


def test_project_whose_directory_is_gone(cli: Cli, app: Project) -> None:
    ready = cli.json("ensure-worker")
    app.directory.rename(app.world.root / "moved")
    assert cli.json("kill-worker")["stopped"] == [ready["pid"]]


# ---- one that may not be stopped ----


@pytest.fixture
def powerless(cli: Cli, world: World) -> Iterator[Cli]:
    """The program without leave to signal other users' processes, which root has."""
    if os.geteuid() != 0:
        pytest.skip("only root can give a process to another user")
    wrapper = world.root / "powerless"
    drop = "setpriv --bounding-set=-kill --inh-caps=-kill"
    wrapper.write_text(f'#!/bin/sh\nexec {drop} {shlex.quote(cli.path)} "$@"\n')
    wrapper.chmod(0o755)
    made = Cli(world)
    made.path = str(wrapper)
    yield made
    made.close()


@pytest.fixture
def foreign(cli: Cli, app: Project) -> dict[str, Any]:
    """A worker that has become another user's, by the answer of ensure-worker."""
    app.write("worker.py", worker_source(queue_of(app.world), before="os.setuid(65534)"))
    ready: dict[str, Any] = cli.json("ensure-worker", "--task-queue", queue_of(app.world))
    return ready


@pytest.mark.parametrize("command", ["kill-worker", "kill-all-workers"])
def test_worker_that_may_not_be_stopped_is_told(
    powerless: Cli, app: Project, foreign: dict[str, Any], command: str
) -> None:
    assert powerless.json(command, code=1)["verdict"] == "failed"
    said = powerless(command).expect(1).out
    assert f"process {foreign['pid']}" in said and "Operation not permitted" in said
    assert processes.runs(foreign["pid"])
    # It stays known, to whoever may stop it.
    assert [record["pid"] for record in records(app.world)] == [foreign["pid"]]


def test_worker_that_may_not_be_stopped_is_not_joined_by_another(
    powerless: Cli, app: Project, foreign: dict[str, Any]
) -> None:
    ran = powerless("ensure-worker", "--task-queue", queue_of(app.world), "-o", "json").expect(7)
    assert f"process {foreign['pid']}" in ran.error["message"]
    assert [process.pid for process in app.world.running()] == [foreign["pid"]]
