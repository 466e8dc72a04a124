"""ensure-worker on real workers of scratch projects: ready, or no, and where it puts what.

Those named test_regression_... pin down what the first, shell-script, catalogue did wrong."""

import json
import shlex
import signal
import subprocess
from pathlib import Path

import pytest

from conftest import MakeProject
from harness import processes
from harness.cli import Cli
from harness.client import Temporal
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
    wait_until_listed,
    worker_source,
)
from harness.workflows import Give
from harness.world import World

# A worker that a test leaves running is its normal outcome; the world would call it a leftover.
pytestmark = pytest.mark.usefixtures("stop_workers")


# ---- the good case ----


def test_ready_worker_is_proven_by_the_server(
    cli: Cli, greeting: Project, server: DevServer
) -> None:
    ready = cli.json("ensure-worker")
    assert ready["verdict"] == "ready"
    assert ready["project"] == "greeting"
    assert ready["stopped"] == []
    assert ready["seconds"] > 0
    assert ready["log"] == str(greeting.world.log_dir / "worker-greeting.log")
    (queue,) = ready["task_queues"]
    assert queue.startswith("greeting-")
    assert f"{ready['worker_pid']}@" in ready["evidence"] and queue in ready["evidence"]
    assert processes.runs(ready["worker_pid"])
    assert any("kill-worker" in command for command in ready["next"])


def test_worker_does_the_work(cli: Cli, app: Project, temporal: Temporal) -> None:
    queue = queue_of(app.world)
    ready = cli.json("ensure-worker", "--task-queue", queue)
    assert ready["task_queues"] == [queue]
    handle = temporal.start_workflow("Nothing", task_queue=queue)
    assert temporal.result(handle) == "nothing"


def test_second_worker_replaces_the_first(cli: Cli, app: Project) -> None:
    first = cli.json("ensure-worker")
    second = cli.json("ensure-worker")
    assert first["pid"] in second["stopped"]
    assert not processes.runs(first["pid"])
    assert second["pid"] != first["pid"]
    assert [record["pid"] for record in records(app.world)] == [second["pid"]]
    assert len(cli.json("list-workers")["workers"]) == 1


def test_text_output_is_short(cli: Cli, app: Project) -> None:
    lines = cli("ensure-worker").expect(0).out.splitlines()
    assert lines[0].startswith("worker of 'app' ")
    assert len(lines) <= 7


def test_kill_worker_stops_it(cli: Cli, app: Project) -> None:
    ready = cli.json("ensure-worker")
    killed = cli.json("kill-worker")
    assert killed["verdict"] == "stopped"
    assert ready["worker_pid"] in killed["stopped"]
    assert not processes.runs(ready["worker_pid"])
    assert records(app.world) == []


def test_quiet_worker_of_unknown_queue_counts_once_it_waits(cli: Cli, app: Project) -> None:
    ready = cli.json("ensure-worker")
    # With luck its first heartbeat tells the queue in time; else the connection must do.
    if ready["task_queues"]:
        assert ready["task_queues"] == [queue_of(app.world)]
    else:
        assert app.world.address in ready["evidence"]
        assert "queue is not known" in ready["evidence"]
    assert cli.json("list-workers")["workers"][0]["polling"] is not False


def test_queue_is_learnt_from_workflows_and_confirmed(
    cli: Cli, app: Project, temporal: Temporal
) -> None:
    queue = queue_of(app.world)
    temporal.start_workflow("Nothing", task_queue="somebody-elses", id="other")
    temporal.start_workflow("Nothing", task_queue=queue, id="ours")
    wait_until_listed(temporal, 2)
    ready = cli.json("ensure-worker")
    assert ready["task_queues"] == [queue]
    assert [record["task_queues"] for record in records(app.world)] == [queue]
    # The next one is asked for there first.
    assert cli.json("ensure-worker")["task_queues"] == [queue]


def test_worker_with_an_identity_of_its_own(cli: Cli, app: Project) -> None:
    queue = queue_of(app.world)
    app.write("worker.py", worker_source(queue, connect=', identity="the-worker"'))
    ready = cli.json("ensure-worker", "--task-queue", queue)
    assert "the-worker" in ready["evidence"]
    assert processes.runs(ready["worker_pid"])
    # The next one has the same name, which the server remembers.
    again = cli.json("ensure-worker", "--task-queue", queue)
    assert "the-worker" in again["evidence"]
    assert again["worker_pid"] != ready["worker_pid"]


def test_other_pollers_of_the_queue_are_named(
    cli: Cli, app: Project, temporal: Temporal, make_project: MakeProject
) -> None:
    queue = queue_of(app.world)
    source = worker_source(queue, before=SAY_UP)
    rival = make_project({"elsewhere.py": source}, "rival")
    hand = start_by_hand(rival, "elsewhere.py")
    try:
        wait_for_line(hand, "up")
        cli("list-workers")
        ready = cli.json("ensure-worker", "--task-queue", queue)
        assert f"{hand.pid}@" in ready["warning"]
        assert str(rival.directory) in ready["warning"]
        assert hand.poll() is None
        rows = cli.json("list-workers")["workers"]
        row = next(row for row in rows if row["pid"] == hand.pid)
        assert (row["project_dir"], row["tracked"]) == (str(rival.directory), False)
        assert row["task_queues"] == [queue]
        assert f"{hand.pid}@" in cli("list-workers").out.splitlines()[0]
    finally:
        end(hand)


@pytest.mark.parametrize("ours", ["", ', identity="the-worker"'])
def test_poller_without_a_number_is_named_where_ours_is_told_by_its_own(
    cli: Cli, app: Project, temporal: Temporal, ours: str
) -> None:
    """Where our worker has chosen its identity as well, either may be it."""
    queue = queue_of(app.world)
    app.write("worker.py", worker_source(queue, connect=ours))
    temporal.start_worker(queue, [Give], identity="worker-of-ann")
    wait_for_poller(cli, queue, "worker-of-ann")
    ready = cli.json("ensure-worker", "--task-queue", queue)
    health = cli("monitor-worker-health", "-o", "json").json
    for answer in (ready, health, cli.json("list-workers")):
        named = [row["identity"] for row in answer["other_pollers"]]
        assert named == ([] if ours else ["worker-of-ann"])
    told = "under a name of its own" in (ready.get("warning") or "")
    assert told == (not ours)


def test_two_names_are_told_where_ours_has_one(cli: Cli, app: Project, temporal: Temporal) -> None:
    """One of them is not this project's: which, the server does not say."""
    queue = queue_of(app.world)
    app.write("worker.py", worker_source(queue, connect=', identity="the-worker"'))
    cli.json("ensure-worker", "--task-queue", queue)
    temporal.start_worker(queue, [Give], identity="worker-of-ann")
    wait_for_poller(cli, queue, "worker-of-ann")
    for words in ("monitor-worker-health", "list-workers"):
        answer = cli(words, "-o", "json").json
        assert sorted(answer["maybe_ours"]) == ["the-worker", "worker-of-ann"]
        assert "2 pollers have names of their own" in cli(words).out


# ---- the answer is no ----


@pytest.mark.parametrize("command", ["kill -9 $$", "sh -c 'kill -9 $$'; exit $?"])
def test_worker_that_was_killed_may_have_been_so_for_its_memory(
    cli: Cli, app: Project, command: str
) -> None:
    """Itself, or the child of a shell that tells of it by its exit status."""
    app.world.env["TEMPORAL_WORKER_CMD"] = shlex.join(["sh", "-c", command])
    died = cli.json("ensure-worker", code=1)
    assert died["cause"].startswith("it was killed (SIGKILL)") and "memory" in died["cause"]


def test_fatal_record_before_an_orderly_shutdown_is_the_cause(cli: Cli, app: Project) -> None:
    app.write(
        "worker.py",
        'print(\'{"level":60,"msg":"no queue"}\')\n'
        'for _ in range(20): print(\'{"level":30,"msg":"closing"}\')\nraise SystemExit(1)\n',
    )
    died = cli.json("ensure-worker", code=1)
    assert died["cause"] == "no queue (20 lines before the end of its log)"


def test_regression_worker_that_died_at_once_is_told_at_once(cli: Cli, app: Project) -> None:
    app.write("worker.py", "import no_such_module\n")
    # Were it waited for, this would outlast the test.
    died = cli.json("ensure-worker", "--timeout", "600", code=1)
    assert died["verdict"] == "died"
    assert "no_such_module" in died["cause"]
    assert died["exit_status"] == 1
    assert any("ModuleNotFoundError" in line for line in died["log_tail"])
    assert "no_such_module" in Path(died["log"]).read_text()
    row = cli.json("list-workers")["workers"][0]
    assert (row["state"], row["polling"]) == ("dead", False)


def test_worker_that_cannot_connect_says_where_to(cli: Cli, app: Project) -> None:
    app.write(
        "worker.py", worker_source("q").replace('os.environ["TEMPORAL_ADDRESS"]', '"127.0.0.1:9"')
    )
    died = cli.json("ensure-worker", code=1)
    assert "connect" in died["cause"]


def test_worker_that_ends_well_has_died_all_the_same(cli: Cli, app: Project) -> None:
    app.write("worker.py", "print('done')\n")
    died = cli.json("ensure-worker", code=1)
    assert (died["verdict"], died["exit_status"]) == ("died", 0)
    assert died["log_tail"] == ["done"]


def test_death_during_the_check_of_workflows_is_seen(cli: Cli, app: Project) -> None:
    """Connected is not enough: the SDK checks the workflows after that."""
    source = worker_source("q").replace(
        "class Nothing:", "class Nothing:\n    import os.path, socket; socket.socket()"
    )
    app.write("worker.py", source)
    died = cli.json("ensure-worker", code=1)
    assert died["verdict"] == "died"
    assert "Nothing" in died["cause"] or "socket" in died["cause"]


def test_next_command_starts_the_same_worker(cli: Cli, app: Project) -> None:
    app.write("other worker.py", "raise SystemExit('broken')")
    command = app.command("other worker.py")
    words = ("--task-queue", "the queue", "--worker-cmd", command)
    died = cli.json("ensure-worker", *words, code=1)
    again = shlex.split(died["next"][0])
    assert again[again.index("ensure-worker") + 1 :] == list(words)
    app.write("other worker.py", worker_source("the queue"))
    subprocess.run(again, check=True, env=app.world.env, cwd=app.directory)


def test_wrong_queue_is_told_before_the_deadline(
    cli: Cli, app: Project, temporal: Temporal
) -> None:
    app.write("worker.py", worker_source("the-real-one", before='print("queue: the-real-one")'))
    wrong = cli.json("ensure-worker", "--task-queue", "wanted", "--timeout", "600", code=1)
    assert wrong["verdict"] == "wrong_queue"
    assert wrong["task_queues"] == ["the-real-one"]
    assert processes.runs(wrong["pid"])


def test_deadline_tells_what_was_seen(cli: Cli, app: Project) -> None:
    app.write("worker.py", IDLE)
    ran = cli("ensure-worker", "--timeout", "1", "-o", "json").expect(5)
    assert ran.json["verdict"] == "not_ready"
    assert "no connection" in ran.json["evidence"]
    assert ran.error["code"] == "timeout"
    # It is left running, and known.
    assert processes.runs(ran.json["pid"])
    assert ran.json["pid"] in cli.json("kill-worker")["stopped"]


@pytest.mark.parametrize("program", ["no-such-program", "/no/such/program", "./folder"])
def test_missing_program_stops_nobody(cli: Cli, app: Project, program: str) -> None:
    app.write("folder/in-it", "")
    old = cli.json("ensure-worker")
    error = cli("ensure-worker", "--worker-cmd", f"{program} x", "-o", "json").expect(4).error
    assert f"no program '{program}'" in error["message"]
    assert processes.runs(old["pid"])


def test_program_that_is_not_executable_is_told_as_such(cli: Cli, app: Project) -> None:
    app.write("start.sh", "#!/bin/sh\n")
    app.path("start.sh").chmod(0o644)
    old = cli.json("ensure-worker")
    error = cli("ensure-worker", "--worker-cmd", "./start.sh", "-o", "json").expect(4).error
    assert "'./start.sh' is not executable" in error["message"]
    assert error["hint"].startswith("chmod +x ")
    assert processes.runs(old["pid"])


def test_unreachable_server_stops_nobody(cli: Cli, app: Project, world: World) -> None:
    old = cli.json("ensure-worker")
    nobody = f"127.0.0.1:{world.port}"
    error = cli("ensure-worker", "--address", nobody, "-o", "json").expect(4).error
    assert nobody in error["message"] and "ensure-server" in error["hint"]
    assert processes.runs(old["pid"])


def test_unknown_namespace_stops_nobody(cli: Cli, app: Project) -> None:
    old = cli.json("ensure-worker")
    cli("ensure-worker", "-n", "nowhere").expect(3)
    assert processes.runs(old["pid"])


# ---- logs, locks, directories ----


def test_regression_old_log_is_kept(cli: Cli, app: Project) -> None:
    """It used to be thrown away before the start, with the cause of the last death in it."""
    app.write("worker.py", "print('first run'); raise SystemExit('broken')\n")
    log = Path(cli.json("ensure-worker", code=1)["log"])
    app.write("worker.py", worker_source(queue_of(app.world), before='print("second run")'))
    cli("ensure-worker").expect(0)
    assert "first run" in log.with_name(log.name + ".1").read_text()
    assert "first run" not in log.read_text()
    assert "second run" in log.read_text()


def test_two_at_once_leave_one_worker(cli: Cli, app: Project) -> None:
    started = [cli.start("ensure-worker", "-o", "json") for _ in range(2)]
    answers = []
    for process in started:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        answers.append(json.loads(out))
    alive = [answer["pid"] for answer in answers if processes.runs(answer["pid"])]
    assert len(alive) == 1
    assert [record["pid"] for record in records(app.world)] == alive
    assert [row["pid"] for row in cli.json("list-workers")["workers"]] == alive


@pytest.mark.parametrize("command", ["ensure-worker", "kill-worker"])
def test_one_that_waits_for_another_ends_with_its_deadline(
    cli: Cli, app: Project, command: str
) -> None:
    app.write("worker.py", IDLE)
    first = cli.start("ensure-worker", "--timeout", "600")
    while first.poll() is None and not records(app.world):
        processes.wait_gone(first.pid, 0.01)
    error = cli(command, "--command-timeout", "1", "-o", "json").expect(5).error
    assert str(first.pid) in error["message"]
    (record,) = records(app.world)
    assert processes.runs(record["pid"])
    first.send_signal(signal.SIGTERM)
    first.communicate(timeout=30)


@pytest.mark.parametrize("which", ["pid_dir", "log_dir"])
def test_directory_that_others_can_write_is_refused(cli: Cli, app: Project, which: str) -> None:
    directory: Path = getattr(app.world, which)
    directory.mkdir()
    directory.chmod(0o777)
    cli("ensure-worker").expect(7)
    assert list(directory.iterdir()) == []
    assert app.world.running() == []
    directory.chmod(0o700)


@pytest.mark.parametrize("which", ["pid_dir", "log_dir"])
def test_symbolic_link_as_directory_is_refused(cli: Cli, app: Project, which: str) -> None:
    link: Path = getattr(app.world, which)
    target = app.world.root / "target"
    target.mkdir(mode=0o700)
    link.symlink_to(target)
    cli("ensure-worker").expect(7)
    assert list(target.iterdir()) == []
    assert app.world.running() == []
    link.unlink()


def test_interrupted_start_is_understood_by_the_next_call(cli: Cli, app: Project) -> None:
    app.write("worker.py", IDLE)
    process = cli.start("ensure-worker")
    while process.poll() is None and not records(app.world):
        processes.wait_gone(process.pid, 0.01)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, out + err
    (record,) = records(app.world)
    assert processes.runs(record["pid"])
    assert cli.json("kill-worker")["stopped"] == [record["pid"]]


def test_project_must_exist(cli: Cli, server: DevServer, world: World) -> None:
    cli("ensure-worker", "--project-dir", world.root / "nowhere").expect(2)


# ---- bad words ----


@pytest.mark.parametrize(
    "words",
    [
        ("ensure-worker", "--timeout", "never"),
        ("ensure-worker", "--worker-cmd", "un'closed"),
        ("ensure-worker", "--queue", "x"),
        ("kill-worker", "--grace", "-1"),
        ("kill-all-workers", "--include"),
        ("list-workers", "extra"),
        ("show-worker-log", "--lines", "0"),
        ("monitor-worker-health", "--watch=maybe"),
    ],
)
def test_bad_words_do_nothing(cli: Cli, app: Project, words: tuple[str, ...]) -> None:
    cli(*words).expect(2)
    assert not app.world.pid_dir.exists()


@pytest.mark.parametrize("command", ["ensure-worker", "kill-worker", "kill-all-workers"])
def test_read_only_refuses(cli: Cli, app: Project, command: str) -> None:
    cli(command, "--read-only").expect(7)
    assert not app.world.pid_dir.exists()


def test_a_working_directory_that_was_removed_is_told(
    cli: Cli, world: World, server: DevServer
) -> None:
    gone = world.root / "gone"
    gone.mkdir()
    script = f"rmdir {gone} && exec {cli.typed} ensure-worker"
    ran = subprocess.run(
        ["sh", "-c", script], env=world.env | {"CLAUDE_TEMPORAL_PROJECT_DIR": "."}, cwd=gone,
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ran.returncode == 2, ran.stderr
    assert f"no project directory '{gone}'" in ran.stderr
