"""The log of a worker wherever it is, and while it is cut off, renamed or taken over by the next."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project
from harness.workers import (
    SAY_UP,
    end,
    queue_of,
    start_by_hand,
    wait_for_line,
    wait_for_poller,
    wait_until_listed,
    worker_source,
)

# A worker that a test leaves running is its normal outcome; the world would call it a leftover.
pytestmark = pytest.mark.usefixtures("stop_workers")


@pytest.fixture
def talk(cli: Cli, app: Project) -> Iterator[TextIO]:
    """What is written here, the project's worker writes to its log."""
    echo = "[print(line, end='', flush=True) for line in open('talk')]"
    start = f"import threading; threading.Thread(target=lambda: {echo}, daemon=True).start()"
    os.mkfifo(app.path("talk"))
    app.write("worker.py", worker_source(queue_of(app.world), before=start))
    holder = subprocess.Popen(["sh", "-c", "exec sleep 600 >talk"], cwd=app.directory)
    try:
        cli("ensure-worker", "--task-queue", queue_of(app.world)).expect(0)
        with app.path("talk").open("w") as pipe:
            yield pipe
    finally:
        holder.kill()
        holder.wait()


def say(talk: TextIO, line: str) -> None:
    talk.write(line + "\n")
    talk.flush()


def test_follow_goes_on_where_the_log_was_truncated(cli: Cli, app: Project, talk: TextIO) -> None:
    follower = cli.start("show-worker-log", "--follow")
    assert follower.stdout and follower.stderr
    say(talk, "a line that is longer than the next")
    assert follower.stdout.readline() == "  a line that is longer than the next\n"
    os.truncate(app.world.log_dir / "worker-app.log", 0)
    assert "truncated" in follower.stderr.readline()
    say(talk, "next")
    assert follower.stdout.readline() == "  next\n"
    cli("kill-worker").expect(0)
    follower.communicate(timeout=60)
    assert follower.returncode == 0


def test_follow_stays_with_a_log_that_was_renamed(cli: Cli, app: Project, talk: TextIO) -> None:
    log = app.world.log_dir / "worker-app.log"
    follower = cli.start("show-worker-log", "--follow")
    assert follower.stdout
    say(talk, "before")
    assert follower.stdout.readline() == "  before\n"
    log.rename(log.with_suffix(".old"))
    say(talk, "after")
    assert follower.stdout.readline() == "  after\n"
    # Nor does anybody else lose it.
    assert cli.json("show-worker-log")["lines"][-2:] == ["before", "after"]
    assert cli.json("show-worker-log")["log"] == str(log.with_suffix(".old"))
    cli("kill-worker").expect(0)
    follower.communicate(timeout=60)


def test_follow_goes_on_with_the_next_worker(cli: Cli, app: Project) -> None:
    app.write("worker.py", worker_source(queue_of(app.world), before=SAY_UP))
    cli("ensure-worker", "--task-queue", queue_of(app.world)).expect(0)
    follower = cli.start("show-worker-log", "--follow")
    assert follower.stdout and follower.stderr
    assert follower.stdout.readline() == "  up\n"
    ready = cli.json("ensure-worker", "--task-queue", queue_of(app.world))
    assert follower.stdout.readline() == "  up\n"
    assert f"pid {ready['worker_pid']}" in follower.stderr.readline()
    cli("kill-worker").expect(0)
    follower.communicate(timeout=60)
    assert follower.returncode == 0


def test_log_of_a_worker_that_was_started_by_hand(cli: Cli, app: Project, tmp_path: Path) -> None:
    app.write("worker.py", worker_source(queue_of(app.world), before=SAY_UP))
    log = tmp_path / "mine.log"
    with log.open("w") as file:
        process = subprocess.Popen(
            [app.python, "worker.py"],
            cwd=app.directory,
            env=app.world.env,
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
        )
    try:
        wait_for_poller(cli, queue_of(app.world), process.pid)
        shown = cli.json("show-worker-log")
        assert (shown["log"], shown["lines"]) == (str(log), ["up"])
    finally:
        process.kill()
        process.wait()


def test_worker_that_writes_to_no_file_is_told(cli: Cli, app: Project) -> None:
    app.write("worker.py", worker_source(queue_of(app.world), before=SAY_UP))
    process = start_by_hand(app, "worker.py")
    try:
        wait_for_line(process, "up")
        wait_for_poller(cli, queue_of(app.world), process.pid)
        error = cli("show-worker-log", "-o", "json").expect(3).error
        assert f"pid {process.pid}" in error["message"] and "pipe" in error["message"]
    finally:
        end(process)


def test_queue_that_the_log_names_is_found_among_many(
    cli: Cli, app: Project, temporal: Temporal
) -> None:
    queue = queue_of(app.world)
    for number in range(20):
        temporal.start_workflow("Nothing", task_queue=f"other-{number}", id=f"other-{number}")
    wait_until_listed(temporal, 20)
    source = worker_source(queue, before=f'print("up on queue {queue}", flush=True)')
    # Its sources do not tell it.
    app.write(
        "worker.py",
        source.replace(f"task_queue={queue!r}", f"task_queue='{queue[:5]}' + '{queue[5:]}'"),
    )
    assert cli.json("ensure-worker")["task_queues"] == [queue]


def test_errors_before_what_was_looked_through_are_not_denied(cli: Cli, app: Project) -> None:
    app.write(
        "worker.py", "print('ERROR first of all')\nfor _ in range(30000): print('INFO fine')\n"
    )
    cli("ensure-worker").expect(1)
    part = cli("show-worker-log", "--errors", "-o", "json").json
    assert (part["verdict"], part["count"]) == ("no_errors_lately", 0)
    assert 0 < part["bytes_looked_at"] < part["bytes"]
    assert any(line.startswith("grep ") for line in part["next"])
    assert "no errors in the last " in cli("show-worker-log", "--errors").out
    app.write("worker.py", "print('INFO fine')\n")
    cli("ensure-worker").expect(1)
    whole = cli("show-worker-log", "--errors", "-o", "json").json
    assert (whole["verdict"], whole["bytes_looked_at"]) == ("no_errors", whole["bytes"])
