"""ensure-worker, kill-worker, kill-all-workers, list-workers on real workers of scratch projects.

Those named test_regression_... pin down what the first, shell-script, catalogue did wrong."""

import json
import os
import shlex
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import MakeProject, StartServer
from harness import processes
from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project
from harness.server import DevServer
from harness.world import World

# The least that is a worker. {extra} goes to Client.connect and Worker.
WORKER = """
import asyncio, os
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

@workflow.defn
class Nothing:
    @workflow.run
    async def run(self) -> str:
        return "nothing"

async def main():
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]{connect}
    )
    async with Worker(client, task_queue={queue!r}, workflows=[Nothing]):
        {before}
        await asyncio.Event().wait()

if __name__ == "__main__":
    {start}
    asyncio.run(main())
"""

# A process that works and is no worker: it never connects.
IDLE = "import signal\nsignal.pause()\n"


def worker_source(queue: str, connect: str = "", before: str = "pass", start: str = "pass") -> str:
    return WORKER.format(queue=queue, connect=connect, before=before, start=start)


@pytest.fixture(autouse=True)
def stop_at_end(cli: Cli, world: World) -> Iterator[None]:
    """A worker that a test leaves running is its normal outcome; the world would call it a leftover."""
    yield
    cli("kill-all-workers")


@pytest.fixture
def app(make_project: MakeProject, server: DevServer, world: World) -> Project:
    """A project whose worker says nothing, on a queue of its own, in use."""
    return make_project({"worker.py": worker_source(queue_of(world))}, "app").use()


def queue_of(world: World) -> str:
    return f"queue-{world.id[:12]}"


def records(world: World) -> list[dict[str, Any]]:
    paths = sorted(world.pid_dir.glob("worker-*.json"))
    return [json.loads(path.read_text()) for path in paths]


def start_by_hand(project: Project, *words: str, cwd: Path | None = None) -> subprocess.Popen[str]:
    """As a person does it in a terminal: no record, no mark of ours."""
    return subprocess.Popen(
        [project.python, *words],
        cwd=cwd or project.directory,
        env=project.world.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def wait_for_line(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if text in line:
            return
    raise AssertionError(f"it ended without saying {text!r}")


SAY_UP = 'print("up", flush=True)'


def end(*started: subprocess.Popen[str]) -> None:
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


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


def wait_until_listed(temporal: Temporal, count: int) -> None:
    for _ in range(1000):
        if temporal.call(temporal.client.count_workflows()).count == count:
            return
    raise AssertionError("the workflows are not listed")


def test_worker_with_an_identity_of_its_own(cli: Cli, app: Project) -> None:
    queue = queue_of(app.world)
    app.write("worker.py", worker_source(queue, connect=', identity="the-worker"'))
    ready = cli.json("ensure-worker", "--task-queue", queue)
    assert "the-worker" in ready["evidence"]
    assert processes.runs(ready["worker_pid"])


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
    finally:
        end(hand)


# ---- the answer is no ----


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


def test_missing_program_stops_nobody(cli: Cli, app: Project) -> None:
    old = cli.json("ensure-worker")
    error = cli("ensure-worker", "--worker-cmd", "no-such-program x", "-o", "json").expect(4).error
    assert "no-such-program" in error["message"]
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


# ---- processes: all of them, and no others ----


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


def wait_for_poller(cli: Cli, queue: str, pid: int) -> None:
    """Until the server lists it, which takes half a second: by asking the server as the program does."""
    cli.world.env["QUEUE"] = queue
    for _ in range(200):
        listed = subprocess.run(
            ["temporal", "task-queue", "describe", "--task-queue", queue, "-o", "json"]
            + ["--address", cli.world.address, "--namespace", cli.world.namespace],
            env=cli.world.env,
            stdout=subprocess.PIPE,
            text=True,
        )
        if f"{pid}@" in listed.stdout:
            return
    raise AssertionError(f"the server does not list {pid} on {queue}")


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


# ---- list-workers ----


def test_list_shows_stale_code_by_name(cli: Cli, app: Project) -> None:
    cli("ensure-worker").expect(0)
    assert cli.json("list-workers")["workers"][0]["stale_files"] == []
    app.write("activities.py", "x = 1\n")
    listed = cli.json("list-workers")
    assert listed["workers"][0]["stale_files"] == ["activities.py"]
    assert any("ensure-worker" in command for command in listed["next"])
    cli("ensure-worker").expect(0)
    assert cli.json("list-workers")["workers"][0]["stale_files"] == []


def test_list_has_the_stated_shape(cli: Cli, app: Project) -> None:
    queue = queue_of(app.world)
    ready = cli.json("ensure-worker", "--task-queue", queue)
    listed = cli.json("list-workers")
    (row,) = listed["workers"]
    assert row["project"] == "app"
    assert row["project_dir"] == str(app.directory)
    assert row["pid"] == ready["pid"]
    assert row["pids"] == [ready["pid"]]
    assert row["state"] == "running"
    assert row["started_at"].endswith("Z")
    assert row["uptime"] >= 0
    assert row["task_queues"] == [queue]
    assert row["polling"] is True
    assert row["tracked"] is True
    assert row["log"] == ready["log"]
    assert listed["server"]["address"] == app.world.address
    assert listed["server"]["reachable"] is True
    assert cli("list-workers", "-o", "jsonl").expect(0).rows == [row | {"uptime": any_number()}]


def any_number() -> Any:
    class AnyNumber:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, (int, float))

    return AnyNumber()


def test_list_works_without_a_server(cli: Cli, app: Project, world: World) -> None:
    ready = cli.json("ensure-worker", "--task-queue", queue_of(world))
    listed = cli.json("list-workers", "--address", f"127.0.0.1:{world.port}")
    (row,) = listed["workers"]
    assert (row["pid"], row["state"], row["polling"]) == (ready["pid"], "running", None)
    assert listed["server"]["reachable"] is False
    assert any("ensure-server" in command for command in listed["next"])


def test_list_without_workers(cli: Cli, server: DevServer, world: World) -> None:
    listed = cli.json("list-workers")
    assert (listed["verdict"], listed["workers"]) == ("none", [])
    assert not world.pid_dir.exists()


def test_list_all_shows_workers_of_other_projects(
    cli: Cli, app: Project, make_project: MakeProject
) -> None:
    other = make_project({"worker.py": worker_source("other", before=SAY_UP)}, "other")
    hand = start_by_hand(other, "worker.py")
    try:
        wait_for_line(hand, "up")
        assert cli.json("list-workers")["workers"] == []
        rows = cli.json("list-workers", "--all")["workers"]
        row = next(row for row in rows if row["pid"] == hand.pid)
        assert (row["project"], row["tracked"]) == ("other", False)
    finally:
        end(hand)


# ---- kill-all-workers ----


@pytest.fixture
def two_projects(
    cli: Cli, server: DevServer, make_project: MakeProject
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Workers of two projects, by the answers of ensure-worker."""
    answers = []
    for name in ("first", "second"):
        project = make_project({"worker.py": worker_source(name)}, name).use()
        answers.append(cli.json("ensure-worker", "--task-queue", name))
        assert project.name == answers[-1]["project"]
    return answers[0], answers[1]


def test_kill_all_stops_every_project(
    cli: Cli, world: World, two_projects: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    killed = cli.json("kill-all-workers")
    assert killed["verdict"] == "stopped"
    stopped = {row["project"]: row["stopped"] for row in killed["workers"]}
    assert stopped == {"first": [two_projects[0]["pid"]], "second": [two_projects[1]["pid"]]}
    assert records(world) == [] and world.running() == []
    assert cli.json("kill-all-workers")["verdict"] == "nothing_running"


def test_kill_all_of_one_project(
    cli: Cli, two_projects: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    cli("kill-all-workers", "--project", "first").expect(0)
    assert not processes.runs(two_projects[0]["pid"])
    assert processes.runs(two_projects[1]["pid"])


def test_kill_all_with_our_server(cli: Cli, make_project: MakeProject, world: World) -> None:
    make_project({"worker.py": worker_source("q")}, "app").use()
    server = cli.json("ensure-server", "--headless")
    worker = cli.json("ensure-worker", "--task-queue", "q")
    cli("kill-all-workers").expect(0)
    assert processes.runs(server["pid"]) and not processes.runs(worker["pid"])
    killed = cli.json("kill-all-workers", "--include-server")
    assert killed["server"]["verdict"] == "stopped"
    assert not processes.runs(server["pid"])
    assert world.running() == []


def test_kill_all_leaves_a_foreign_server(
    cli: Cli, make_project: MakeProject, world: World, private_server: StartServer
) -> None:
    foreign = private_server()
    make_project({"worker.py": worker_source("q")}, "app").use()
    worker = cli.json("ensure-worker", "--task-queue", "q")
    killed = cli.json("kill-all-workers", "--include-server", code=1)
    assert killed["server"]["verdict"] == "not_ours"
    assert not processes.runs(worker["pid"])
    assert foreign.process.poll() is None


# ---- show-worker-log ----


def test_log_is_shown_without_colours(cli: Cli, app: Project) -> None:
    say = 'print("one\\n\\033[31mtwo\\033[0m\\nthree", flush=True)'
    app.write("worker.py", worker_source(queue_of(app.world), before=say))
    cli("ensure-worker", "--task-queue", queue_of(app.world)).expect(0)
    shown = cli.json("show-worker-log", "--lines", "2")
    assert shown["lines"] == ["two", "three"]
    assert shown["running"] is True
    assert "\none\ntwo\nthree\n" in cli("show-worker-log").expect(0).out


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
        assert follower.stdout.readline() == "hello\n"
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
