"""Which process is that: a number is no reason to signal it. Strangers that tell of any signal stand beside each
command that stops something."""

import contextlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from temporalio.client import Client
from temporalio.worker import Worker

from harness import processes
from harness.cli import DEADLINE_SECONDS, Cli
from harness.client import Temporal
from harness.namespaces import BYSTANDER, Namespace, bystander, namespace
from harness.project import Project
from harness.server import DevServer
from harness.workers import (
    SAY_UP,
    end,
    queue_of,
    records,
    start_by_hand,
    wait_for_line,
    wait_for_poller,
    worker_source,
)
from harness.workflows import WORKFLOWS
from harness.world import World

pytestmark = pytest.mark.usefixtures("stop_workers")

STOPPING = [["kill-worker"], ["kill-all-workers"], ["ensure-worker", "--timeout", "30"]]


@pytest.fixture
def known(app: Project) -> Project:
    """The project, with its queue in the settings."""
    app.world.env["CLAUDE_TEMPORAL_TASK_QUEUE"] = queue_of(app.world)
    app.write("temporal-skill.ini", f"[project]\ntask_queue = {queue_of(app.world)}\n")
    return app


@pytest.fixture
def boxes(world: World) -> Iterator[Callable[[], Namespace]]:
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(namespace(world))


# ---- by command ----


@pytest.mark.parametrize("words", STOPPING, ids=lambda words: words[0])
def test_worker_of_another_module_is_listed_and_left(
    cli: Cli, app: Project, words: list[str]
) -> None:
    """A monorepo: `-m billing.worker` is not `-m orders.worker`."""
    app.write("orders/worker.py", worker_source(queue_of(app.world)))
    app.write("billing/worker.py", BYSTANDER)
    app.world.env["TEMPORAL_WORKER_CMD"] = shlex.join([app.python, "-m", "orders.worker"])
    with bystander(app.world, "-m", "billing.worker", cwd=app.directory) as billing:
        cli(*words, "-o", "json")
        billing.check()


def test_worker_of_another_module_that_polls_is_named(cli: Cli, app: Project) -> None:
    app.write("orders/worker.py", worker_source(queue_of(app.world)))
    app.write("billing/worker.py", worker_source("billing", before=SAY_UP))
    app.world.env["TEMPORAL_WORKER_CMD"] = shlex.join([app.python, "-m", "orders.worker"])
    hand = start_by_hand(app, "-m", "billing.worker")
    try:
        wait_for_line(hand, "up")
        (row,) = cli.json("list-workers")["workers"]
        # The server may list it as a poller by then.
        assert row["found_by"] in ("alike", "poller")
        assert (row["pid"], row["may_stop"]) == (hand.pid, False)
        said = cli.json("kill-worker", code=1)
        assert (said["verdict"], said["stopped"]) == ("left_alone", [])
        assert f"pid {hand.pid} was left alone" in said["left_alone"]
        ready = cli.json("ensure-worker")
        assert (ready["stopped"], hand.poll()) == ([], None)
        assert f"pid {hand.pid}" in ready["left_alone"]
    finally:
        end(hand)


@pytest.mark.parametrize("words", STOPPING, ids=lambda words: words[0])
def test_same_command_without_a_connection_is_left(
    cli: Cli, app: Project, words: list[str]
) -> None:
    """What runs a file of the worker's name may be anything: it has to be connected to the server as well."""
    app.write("worker.py", BYSTANDER)
    with bystander(app.world, "worker.py", cwd=app.directory) as stranger:
        app.write("worker.py", worker_source(queue_of(app.world)))
        cli(*words, "-o", "json")
        stranger.check()
        assert str(stranger.process.pid) in cli("list-workers").out


# ---- by a number in an identity ----


@pytest.mark.parametrize("words", STOPPING, ids=lambda words: words[0])
def test_number_in_an_identity_is_no_reason(
    cli: Cli, known: Project, temporal: Temporal, words: list[str]
) -> None:
    """As of a sandbox with this machine's name: the identity has the number of a stranger here."""
    known.write("other.py", BYSTANDER)
    with bystander(known.world, "other.py", cwd=known.directory) as stranger:
        identity = f"{stranger.process.pid}@{os.uname().nodename}"
        with foreign_poller(temporal, queue_of(known.world), identity):
            wait_for_poller(cli, queue_of(known.world), stranger.process.pid)
            said = cli("list-workers").expect(0).out
            assert f"{identity} polls" in said and "in another PID namespace" in said
            cli(*words, "-o", "json")
            stranger.check()


class foreign_poller:
    """A worker of this very process that polls under another identity."""

    def __init__(self, temporal: Temporal, queue: str, identity: str) -> None:
        self.temporal, self.queue, self.identity = temporal, queue, identity

    def __enter__(self) -> None:
        async def begin() -> Worker:
            config = self.temporal.client.config()
            client = await Client.connect(
                self.temporal.client.service_client.config.target_host,
                namespace=config["namespace"],
                identity=self.identity,
            )
            worker = Worker(client, task_queue=self.queue, workflows=WORKFLOWS)
            await worker.__aenter__()
            return worker

        self.worker = self.temporal.call(begin())

    def __exit__(self, *_: object) -> None:
        async def finish() -> None:
            await self.worker.__aexit__(None, None, None)

        self.temporal.call(finish())


def test_poller_of_another_host_is_named_everywhere(
    cli: Cli, known: Project, temporal: Temporal
) -> None:
    with foreign_poller(temporal, queue_of(known.world), "77@other-host"):
        cli.world.env["QUEUE"] = queue_of(known.world)
        wait_for_poller(cli, queue_of(known.world), 77)
        wanted = f"77@other-host polls '{queue_of(known.world)}', too, and takes its tasks"
        assert wanted in cli("list-workers").out
        ready = cli.json("ensure-worker")
        assert wanted in ready["warning"]
        assert ready["other_pollers"][0]["identity"] == "77@other-host"
        assert wanted in cli("monitor-worker-health").out
        checks = cli("doctor", "-o", "json").json["checks"]
        (row,) = [check for check in checks if check["name"] == "workers"]
        assert "77@other-host" in row["detail"]


# ---- in other namespaces ----


def test_worker_of_one_namespace_is_none_of_another(
    known: Project, boxes: Callable[[], Namespace], server: DevServer
) -> None:
    """The first processes of two fresh sandboxes have the same numbers."""
    a, b = boxes(), boxes()
    for box, name in ((a, "a"), (b, "b")):
        box.env = {"CLAUDE_TEMPORAL_PID_DIR": str(known.world.root / f"pids-{name}")}
    ready = a("ensure-worker", "-o", "json", cwd=known.directory).expect(0).json
    known.write("other.py", BYSTANDER)
    say = known.world.root / "say"
    strangers = [
        b.start(sys.executable, "other.py", cwd=known.directory, env={"SAY": str(say)})
        for _ in range(ready["pid"] + 3)
    ]
    try:
        for stranger in strangers:
            wait_for_line(stranger, "up")
        for words in STOPPING:
            b(*words, "-o", "json", cwd=known.directory)
        assert say.read_text() == "up\n" * len(strangers)
        assert all(stranger.poll() is None for stranger in strangers)
        said = a("monitor-worker-health", "-o", "json", cwd=known.directory).json
        assert said["pid"] == ready["pid"]
    finally:
        end(*strangers)


def test_record_of_another_namespace_stays(
    known: Project, boxes: Callable[[], Namespace], server: DevServer
) -> None:
    a, b = boxes(), boxes()
    first = a("ensure-worker", "-o", "json", cwd=known.directory).expect(0).json
    (path,) = known.world.pid_dir.glob("worker-*.json")
    before = path.read_text()
    (row,) = b("list-workers", "-o", "json", cwd=known.directory).json["workers"]
    assert (row["state"], row["pid"]) == ("elsewhere", first["pid"])
    killed = b("kill-worker", "-o", "json", cwd=known.directory).expect(1).json
    assert (killed["verdict"], killed["stopped"]) == ("left_alone", [])
    second = b("ensure-worker", "-o", "json", cwd=known.directory).expect(0).json
    assert "another PID namespace" in second["left_alone"]
    assert path.read_text() == before
    assert len(records(known.world)) == 2
    b("kill-all-workers", cwd=known.directory)
    assert path.read_text() == before
    assert (
        a("list-workers", "-o", "json", cwd=known.directory).json["workers"][0]["state"]
        == "running"
    )
    checks = b("doctor", "-o", "json", cwd=known.directory).json["checks"]
    (about,) = [check for check in checks if check["name"] == "records"]
    assert about["ok"] and "started elsewhere" in about["detail"]


def test_worker_of_a_namespace_below_is_seen_and_left(
    cli: Cli, known: Project, boxes: Callable[[], Namespace], server: DevServer
) -> None:
    """We see the processes of a container that was made below us, under numbers of ours."""
    box = boxes()
    box("ensure-worker", cwd=known.directory).expect(0)
    cli("kill-worker").expect(1)
    said = cli.json("list-workers")
    assert said["workers"][0]["state"] == "elsewhere"
    assert box("monitor-worker-health", cwd=known.directory).code == 0


# ---- a namespace that ends with the call ----


def test_call_whose_namespace_ends_with_it(cli: Cli, app: Project, world: World) -> None:
    with namespace(world):
        pass
    alone = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
    script = f'cd "$0" && "{cli.path}" ensure-worker -o json; exit $?'
    ran = subprocess.run(
        [*alone, "sh", "-c", script, str(app.directory)],
        env=world.env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = json.loads(ran.stdout)
    assert (ran.returncode, said["verdict"]) == (0, "ends_with_call")
    assert "next call" in said["ends_with_call"]
    assert not any("run-starter" in line for line in said["next"])


def test_server_whose_namespace_ends_with_the_call(cli: Cli, world: World) -> None:
    with namespace(world):
        pass
    ran = subprocess.run(
        ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
        + [cli.path, "ensure-server", "--headless", "-o", "json"],
        env=world.env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    said = json.loads(ran.stdout)
    assert (ran.returncode, said["verdict"]) == (0, "ends_with_call")
    assert "the next call finds no server" in said["warning"]


def test_container_that_goes_on_is_no_alarm(
    app: Project, boxes: Callable[[], Namespace], server: DevServer
) -> None:
    """docker exec: process 1 is no ancestor of the call."""
    assert boxes()("ensure-worker", "-o", "json", cwd=app.directory).json["verdict"] == "ready"


def test_agent_in_a_container_is_no_alarm(cli: Cli, app: Project, world: World) -> None:
    """Process 1 is an ancestor, and between it and the call is a program that makes many calls."""
    with namespace(world):
        pass
    agent = f"import subprocess; subprocess.run(['sh', '-c', '\"{cli.path}\" ensure-worker -o json; true'])"
    ran = subprocess.run(
        ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c"]
        + ['cd "$0"; "$@"; true', str(app.directory), sys.executable, "-c", agent],
        env=world.env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert json.loads(ran.stdout)["verdict"] == "ready"


# ---- another server, another namespace of the server ----


def test_worker_in_another_namespace_is_told(
    cli: Cli, app: Project, temporal: Temporal, world: World
) -> None:
    queue = queue_of(world)
    text = worker_source(queue).replace('os.environ["TEMPORAL_NAMESPACE"]', '"default"')
    app.write("worker.py", text)
    said = cli.json("ensure-worker", "--task-queue", queue, code=1)
    assert said["verdict"] == "wrong_namespace"
    for word in (f"'{queue}' in namespace 'default'", world.namespace, "worker.py:"):
        assert word in said["evidence"]
    assert cli("monitor-worker-health", "-o", "json").json["verdict"] == "wrong_namespace"


def test_worker_at_another_server_is_told(
    cli: Cli,
    app: Project,
    world: World,
    private_server: Callable[..., DevServer],
) -> None:
    other = private_server()
    text = worker_source(queue_of(world)).replace(
        'os.environ["TEMPORAL_ADDRESS"]', f'"{other.address}"'
    )
    text = text.replace('os.environ["TEMPORAL_NAMESPACE"]', '"default"')
    app.write("worker.py", text)
    # It says so itself; without a passport the end of the wait has to show it.
    for passport, code in (("true", 1), ("false", 5)):
        world.env["CLAUDE_TEMPORAL_PASSPORT"] = passport
        ran = cli("ensure-worker", "--timeout", "6", "-o", "json").expect(code)
        for word in (other.address, world.address, "worker.py:"):
            assert word in ran.json["evidence"]
    assert cli("monitor-worker-health", "-o", "json").json["verdict"] == "other_server"


# ---- who starts it anew ----

SUPERVISOR = """
import subprocess, sys
print("up", flush=True)
while True:
    subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""


def test_worker_that_comes_back_is_not_stopped(cli: Cli, known: Project) -> None:
    known.write("supervisord", SUPERVISOR)
    hand = start_by_hand(known, "supervisord", known.python, "worker.py")
    try:
        wait_for_line(hand, "up")
        pid = first_child(hand.pid)
        processes.wait_connected(pid, known.world.address)
        (row,) = cli.json("list-workers")["workers"]
        assert row["supervisor"] == f"supervisord (pid {hand.pid})"
        said = cli.json("kill-worker", code=1)
        assert said["verdict"] == "comes_back" and pid in said["stopped"]
        assert f"supervisord (pid {hand.pid}) started it anew" in said["undone"]
        assert "supervisorctl stop NAME" in said["next"]
        processes.wait_connected(first_child(hand.pid), known.world.address)
        ran = cli("ensure-worker", "-o", "json").expect(4)
        assert ran.error["hint"] == "supervisorctl stop NAME"
    finally:
        end(hand)
        known.world.sweep()


def test_loop_of_a_shell_is_told(cli: Cli, known: Project) -> None:
    loop = f"echo up; while true; do {known.command('worker.py')}; sleep 1; done"
    shell = subprocess.Popen(
        ["bash", "-c", loop],
        cwd=known.directory,
        env=known.world.env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        wait_for_line(shell, "up")
        processes.wait_connected(first_child(shell.pid), known.world.address)
        said = cli.json("kill-worker", code=1)
        assert said["verdict"] == "comes_back"
        assert f"kill {shell.pid}" in said["next"]
    finally:
        end(shell)
        known.world.sweep()


def first_child(pid: int) -> int:
    """Of those that run: one that has ended is there until it is waited for."""
    path = Path(f"/proc/{pid}/task/{pid}/children")
    for _ in range(100000):
        for child in map(int, path.read_text().split()):
            if processes.runs(child):
                return child
    raise AssertionError(f"{pid} starts nothing")


RELOADER = """
import subprocess, sys
child = subprocess.Popen(sys.argv[1:])
sys.stdin.readline()
child.terminate(); child.wait()
child = subprocess.Popen(sys.argv[1:])
child.wait()
"""


def test_age_is_that_of_the_process_that_polls(cli: Cli, known: Project) -> None:
    """A reloader is Python as well, and older than what it has reloaded."""
    fifo = known.path("again")
    os.mkfifo(fifo)
    known.write("watchfiles", RELOADER.replace("sys.stdin", "open('again')"))
    known.world.env["TEMPORAL_WORKER_CMD"] = shlex.join(
        [known.python, "watchfiles", known.python, "worker.py"]
    )
    ready = cli.json("ensure-worker")
    known.write("flows.py", "changed = True\n")
    assert cli.json("list-workers")["workers"][0]["stale_files"]
    fifo.write_text("\n")
    processes.wait_gone(ready["worker_pid"], 10)
    child = first_child(ready["pid"])
    processes.wait_connected(child, known.world.address)
    (row,) = cli.json("list-workers")["workers"]
    assert (row["pid"], row["stale_files"]) == (ready["pid"], [])


def test_one_that_is_just_starting_is_replaced_as_well(cli: Cli, known: Project) -> None:
    """It has no connection yet, and would be a second worker a moment later."""
    busy = "exec('while not os.path.exists(\\'go\\'): pass')"
    known.write("worker.py", worker_source(queue_of(known.world), start=busy))
    hand = start_by_hand(known, "worker.py")
    try:
        tool = cli.start("ensure-worker", "-o", "json")
        known.write("go", "")
        out, err = tool.communicate(timeout=DEADLINE_SECONDS)
        assert tool.returncode == 0, out + err
        ready = json.loads(out)
        assert ready["stopped"] == [hand.pid] and "left_alone" not in ready
        (row,) = cli.json("list-workers")["workers"]
        assert row["pid"] == ready["pid"]
    finally:
        end(hand)


def test_who_calls_us_is_no_supervisor(cli: Cli, known: Project) -> None:
    """A script that starts a worker by hand and then calls us is not to be ended for it."""
    script = f"{known.command('worker.py')} & {cli.typed} ensure-worker -o json"
    ran = subprocess.run(
        ["sh", "-c", script],
        env=known.world.env,
        cwd=known.directory,
        capture_output=True,
        text=True,
        timeout=120,
    )
    ready = json.loads(ran.stdout)
    assert ready["verdict"] == "ready" and len(ready["stopped"]) == 1, ran.stderr
    assert "supervised" not in ready
