"""--ttl and --with-parent: what ensure-server and ensure-worker start ends also when no call is left to stop it."""

import os
import signal
import subprocess
from collections.abc import Iterator

import pytest

from harness import processes
from harness.cli import Cli
from harness.project import Project
from harness.workers import queue_of, records, worker_source
from harness.world import World

pytestmark = pytest.mark.usefixtures("stop_workers")


@pytest.fixture
def session() -> Iterator[subprocess.Popen[bytes]]:
    """Somebody's shell, with which things are to end."""
    process = subprocess.Popen(["sleep", "1000"])
    yield process
    process.kill()
    process.wait()


def end(session: subprocess.Popen[bytes]) -> None:
    session.kill()
    session.wait()


def test_worker_ends_with_a_session(
    cli: Cli, app: Project, session: subprocess.Popen[bytes]
) -> None:
    ready = cli.json("ensure-worker", "--with-parent", session.pid)
    assert ready["ends"] == f"with 'sleep' (pid {session.pid})"
    assert processes.runs(ready["pid"])
    end(session)
    app.world.wait_idle(60)
    assert not processes.runs(ready["pid"]) and records(app.world) == []
    assert cli.json("list-workers")["workers"] == []


def test_server_ends_with_a_session(
    cli: Cli, world: World, session: subprocess.Popen[bytes]
) -> None:
    started = cli.json("ensure-server", "--headless", "--with-parent", session.pid)
    assert started["ends"] == f"with 'sleep' (pid {session.pid})"
    # It was started by another call, and is that one's.
    ran = cli("ensure-server", "--ttl", "1ms").expect(0)
    said = "it ran already, so that it ends as the call that started it said, and not after 1 ms"
    assert f"\nwarning: {said}\n" in ran.out
    end(session)
    world.wait_idle(60)
    assert not list(world.pid_dir.glob("server-*.json"))
    cli("show-server").expect(4)


def test_server_that_is_stopped_before_its_time(cli: Cli, world: World) -> None:
    """That it ends when the time is over, tests/unit/test_lifetime.c says: no server starts in a time that is known."""
    ran = cli("ensure-server", "--headless", "--ttl", "1h").expect(0)
    assert "\nends: after 1 h 0 min\n" in ran.out
    cli("stop-server").expect(0)
    # Whoever waited goes with it.
    world.wait_idle(60)


def test_nothing_is_touched_for_a_process_that_is_not_there(cli: Cli, app: Project) -> None:
    before = cli.json("ensure-worker")
    ended = subprocess.Popen(["true"])
    ended.wait()
    for command in ("ensure-worker", "ensure-server"):
        ran = cli(command, "--with-parent", ended.pid).expect(3)
        assert f"no process {ended.pid} runs" in ran.err
    assert processes.runs(before["pid"])
    cli("ensure-worker", "--with-parent", "0").expect(2)


def test_who_takes_its_place_is_not_ended(
    cli: Cli, app: Project, session: subprocess.Popen[bytes]
) -> None:
    first = cli.json("ensure-worker", "--with-parent", session.pid)
    second = cli.json("ensure-worker")
    assert "ends" not in second and second["stopped"] == [first["pid"]]
    # Whoever waited has gone with the first.
    wait_no_keeper(app.world)
    end(session)
    assert processes.runs(second["pid"])


def wait_no_keeper(world: World) -> None:
    for _ in range(1000000):
        if not [process for process in world.running() if process.command.startswith("tsk-keeper")]:
            return
    raise AssertionError("a keeper is left")


def test_daemon_ends_with_a_session(
    cli: Cli, app: Project, session: subprocess.Popen[bytes]
) -> None:
    daemon = "os.fork() and os._exit(0); os.setsid(); os.fork() and os._exit(0)"
    app.write("worker.py", worker_source(queue_of(app.world), start=daemon))
    words = ["--task-queue", queue_of(app.world), "--with-parent", session.pid]
    ready = cli.json("ensure-worker", *words)
    assert processes.runs(ready["pid"])
    end(session)
    app.world.wait_idle(60)
    assert not processes.runs(ready["pid"])


def test_keeper_is_nobodys_to_end_by_a_signal_to_all(
    cli: Cli, app: Project, session: subprocess.Popen[bytes]
) -> None:
    ready = cli.json("ensure-worker", "--with-parent", session.pid)
    (keeper,) = [p for p in app.world.running() if p.command.startswith("tsk-keeper")]
    assert os.getsid(keeper.pid) != os.getsid(ready["pid"])
    os.kill(keeper.pid, signal.SIGTERM)
    end(session)
    app.world.wait_idle(60)
    assert not processes.runs(ready["pid"])


def test_time_that_is_over_before_it_polls_is_the_cause(cli: Cli, app: Project) -> None:
    app.write("worker.py", "import signal\nsignal.pause()\n")
    died = cli.json("ensure-worker", "--ttl", "300ms", code=1)
    assert died["cause"] == "the time that --ttl gave it was over"
    assert "out of range" in cli("ensure-worker", "--ttl", "0").expect(2).err
