"""show-worker-log and monitor-worker-health."""

import json
import os
import signal
import subprocess

import pytest

from harness import processes
from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project
from harness.workers import (
    SAY_UP,
    end,
    queue_of,
    start_by_hand,
    wait_for_line,
    worker_source,
)
from harness.world import World

# A worker that a test leaves running is its normal outcome; the world would call it a leftover.
pytestmark = pytest.mark.usefixtures("stop_workers")


# ---- show-worker-log ----


def test_log_is_shown_without_colours(cli: Cli, app: Project) -> None:
    say = 'print("one\\n\\033[31mtwo\\033[0m\\nthree", flush=True)'
    app.write("worker.py", worker_source(queue_of(app.world), before=say))
    cli("ensure-worker", "--task-queue", queue_of(app.world)).expect(0)
    shown = cli.json("show-worker-log", "--lines", "2")
    assert shown["lines"] == ["two", "three"]
    assert shown["running"] is True
    assert "\n  one\n  two\n  three\n" in cli("show-worker-log").expect(0).out


def test_log_errors_alone(cli: Cli, app: Project) -> None:
    app.write("worker.py", "print('all is well')\nraise ValueError('spoilt')\n")
    cli("ensure-worker").expect(1)
    shown = cli.json("show-worker-log", "--errors")
    assert shown["verdict"] == "errors"
    assert any("spoilt" in line for line in shown["lines"])
    assert not any("all is well" in line for line in shown["lines"])


def test_long_log_shows_its_end(cli: Cli, app: Project) -> None:
    say = 'print("\\n".join(f"line {i} " + "x" * 300 for i in range(200)), flush=True)'
    app.write("worker.py", worker_source(queue_of(app.world), before=say))
    cli("ensure-worker", "--task-queue", queue_of(app.world)).expect(0)
    out = cli("show-worker-log", "--lines", "100").expect(0).out
    assert "line 199 " in out and "--full" in out and len(out) < 12000
    assert len(cli.json("show-worker-log", "--lines", "100")["lines"]) == 100
    assert "line 100 " in cli("show-worker-log", "--lines", "100", "--full").expect(0).out


def test_log_of_no_worker_is_not_found(cli: Cli, app: Project) -> None:
    error = cli("show-worker-log", "-o", "json").expect(3).error
    assert "ensure-worker" in error["hint"]


def test_follow_ends_with_the_worker(cli: Cli, app: Project) -> None:
    echo = "[print(line, end='', flush=True) for line in open('talk')]"
    talk = f"import threading; threading.Thread(target=lambda: {echo}, daemon=True).start()"
    os.mkfifo(app.path("talk"))
    app.write("worker.py", worker_source(queue_of(app.world), before=talk))
    talker = subprocess.Popen(["sh", "-c", "exec sleep 60 >talk"], cwd=app.directory)
    try:
        cli("ensure-worker", "--task-queue", queue_of(app.world)).expect(0)
        follower = cli.start("show-worker-log", "--follow")
        assert follower.stdout is not None
        with app.path("talk").open("w") as pipe:
            pipe.write("hello\n")
        assert follower.stdout.readline() == "  hello\n"
        cli("kill-worker").expect(0)
        follower.communicate(timeout=30)
        assert follower.returncode == 0
    finally:
        talker.kill()
        talker.wait()


def test_follow_ends_with_the_deadline(cli: Cli, app: Project) -> None:
    app.write("worker.py", worker_source(queue_of(app.world), before=SAY_UP))
    cli("ensure-worker", "--task-queue", queue_of(app.world)).expect(0)
    ran = cli("show-worker-log", "--follow", "--command-timeout", "0.5", "-o", "jsonl").expect(0)
    assert ran.rows == [{"line": "up"}]


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_follow_ends_when_it_is_interrupted(cli: Cli, app: Project, sent: signal.Signals) -> None:
    app.write("worker.py", worker_source(queue_of(app.world), before=SAY_UP))
    ready = cli.json("ensure-worker", "--task-queue", queue_of(app.world))
    follower = cli.start("show-worker-log", "--follow")
    assert follower.stdout is not None
    assert follower.stdout.readline() == "  up\n"
    follower.send_signal(sent)
    _, err = follower.communicate(timeout=30)
    assert follower.returncode == 130
    assert f"interrupted by {sent.name}" in err
    assert processes.runs(ready["pid"])


# ---- monitor-worker-health ----


def test_healthy_worker(cli: Cli, app: Project) -> None:
    queue = queue_of(app.world)
    ready = cli.json("ensure-worker", "--task-queue", queue)
    health = cli.json("monitor-worker-health")
    assert health["verdict"] == "healthy"
    assert (health["pid"], health["task_queues"], health["polling"]) == (
        ready["pid"],
        [queue],
        True,
    )
    assert (health["log_errors"], health["stale_files"], health["failing_workflows"]) == (0, [], 0)
    assert health["next"] == []


def test_unhealthy_workers(cli: Cli, app: Project, world: World) -> None:
    def verdict(*words: str) -> str:
        return str(cli.json("monitor-worker-health", *words, code=1)["verdict"])

    assert verdict() == "no_worker"
    ready = cli.json("ensure-worker", "--task-queue", queue_of(world))
    assert verdict("--address", f"127.0.0.1:{world.port}") == "no_server"
    app.write("shared.py", "x = 1\n")
    assert verdict() == "stale_code"
    os.kill(ready["pid"], signal.SIGSTOP)
    assert verdict() == "stopped"
    os.kill(ready["pid"], signal.SIGKILL)
    processes.wait_gone(ready["pid"], 10)
    assert verdict() == "dead"


def test_worker_that_nothing_shows_to_poll_is_not_healthy(
    cli: Cli, app: Project, temporal: Temporal
) -> None:
    """Started by hand, on a queue that is not known until a workflow names it."""
    queue = queue_of(app.world)
    os.mkfifo(app.path("go"))
    wait = SAY_UP + "; open('go').read()"
    app.write("worker.py", worker_source(queue, start=wait))
    os.utime(app.path("worker.py"), (0, 0))
    hand = start_by_hand(app, "worker.py")
    try:
        wait_for_line(hand, "up")
        health = cli.json("monitor-worker-health", code=1)
        # It depends on how long the machine took.
        assert health["verdict"] in ("starting", "not_polling")
        assert (health["task_queues"], health["polling"]) == ([], None)
        app.path("go").write_text("go")
        temporal.start_workflow("Nothing", task_queue=queue, id="names-the-queue")
        for _ in range(200):
            health = cli("monitor-worker-health", "-o", "json").json
            if health["verdict"] == "healthy":
                break
        assert (health["verdict"], health["task_queues"]) == ("healthy", [queue])
        assert health["polling"] is True
    finally:
        end(hand)


def test_worker_with_an_identity_of_its_own_is_healthy(cli: Cli, app: Project) -> None:
    """The server lists no PID of it, so whether it polls is not known without a passport; it is connected."""
    queue = queue_of(app.world)
    app.world.env["CLAUDE_TEMPORAL_PASSPORT"] = "false"
    app.write("worker.py", worker_source(queue, connect=', identity="the-worker"'))
    cli("ensure-worker", "--task-queue", queue).expect(0)
    (row,) = cli.json("list-workers")["workers"]
    assert row["polling"] is None
    for _ in range(200):
        health = cli("monitor-worker-health", "-o", "json").json
        if health["verdict"] != "starting":
            break
    assert (health["verdict"], health["polling"]) == ("healthy", None)
    assert health["task_queues"] == [queue]


def test_second_worker_by_hand_is_unhealthy(cli: Cli, app: Project) -> None:
    queue = queue_of(app.world)
    app.write("worker.py", worker_source(queue, before=SAY_UP))
    cli("ensure-worker", "--task-queue", queue).expect(0)
    hand = start_by_hand(app, "worker.py")
    try:
        wait_for_line(hand, "up")
        health = cli.json("monitor-worker-health", code=1)
        assert (health["verdict"], health["workers"]) == ("several_workers", 2)
    finally:
        end(hand)


def test_failing_workflow_is_unhealthy(cli: Cli, app: Project, temporal: Temporal) -> None:
    queue = queue_of(app.world)
    cli("ensure-worker", "--task-queue", queue).expect(0)
    temporal.start_workflow("NotRegistered", task_queue=queue, id="lost")
    for _ in range(200):
        health = cli("monitor-worker-health", "-o", "json").json
        if health["verdict"] == "failing":
            break
    assert (health["verdict"], health["failing_workflows"]) == ("failing", 1)
    assert any("find-stalled-workflows" in command for command in health["next"])


def test_watch_prints_each_change(cli: Cli, app: Project) -> None:
    ready = cli.json("ensure-worker", "--task-queue", queue_of(app.world))
    watch = cli.start("monitor-worker-health", "--watch", "-o", "jsonl")
    assert watch.stdout is not None
    assert json.loads(watch.stdout.readline())["verdict"] == "healthy"
    os.kill(ready["pid"], signal.SIGKILL)
    assert json.loads(watch.stdout.readline())["verdict"] == "dead"
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=30)
    assert watch.returncode == 130
