"""The passport of a worker: what its own SDK says of it, and what the commands make of that."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import shapes
from harness import processes
from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project
from harness.relay import Relay
from harness.server import DevServer
from harness.verify import Verify
from harness.workers import end, queue_of, start_by_hand, wait_for_poller
from harness.world import World

# A worker that a test leaves running is its normal outcome; the world would call it a leftover.
pytestmark = pytest.mark.usefixtures("stop_workers")

# {make} stands where Workers are made and run, with a client at hand.
SOURCE = """
import asyncio, concurrent.futures, multiprocessing, os, threading
from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

ONE, TWO = "{one}", "{two}"

@workflow.defn
class Plum:
    @workflow.run
    async def run(self, weight: int) -> str:
        return "plum"

@workflow.defn
class Pear:
    @workflow.run
    async def run(self) -> str:
        return "pear"

@activity.defn
async def weigh(name: str) -> int:
    return len(name)

@activity.defn
def cut(name: str) -> str:
    return name

class Kitchen:
    @activity.defn
    async def wash(self, name: str) -> str:
        return name

ADDRESS = os.environ["TEMPORAL_ADDRESS"]
NAMESPACE = os.environ["TEMPORAL_NAMESPACE"]

async def connect(address=ADDRESS, namespace=NAMESPACE, **more):
    return await Client.connect(address, namespace=namespace, **more)

async def one_worker():
    await Worker(await connect(), task_queue=ONE, workflows=[Plum]).run()

async def weigher(queue, made=None):
    worker = Worker(await connect(), task_queue=queue, activities=[weigh])
    if made:
        made.wait()
    await worker.run()

def beside(queue):
    asyncio.run(weigher(queue))

async def main():
    {make}

if __name__ == "__main__":
    {before}
    asyncio.run(main())
"""

ONE_WORKER = """client = await connect()
    await Worker(client, task_queue=ONE, workflows=[Plum], activities=[weigh]).run()"""


@pytest.fixture
def fruit(app: Project) -> Callable[..., None]:
    def write(make: str, before: str = "pass", name: str = "worker.py") -> None:
        one = queue_of(app.world)
        app.write(
            name,
            SOURCE.format(one=one, two=f"{one}-two", make=make, before=before),
        )

    return write


def passports(world: World) -> list[Path]:
    return sorted(world.pid_dir.glob("worker-*.passport"))


def lines_of(world: World) -> list[dict[str, Any]]:
    return [json.loads(line) for path in passports(world) for line in path.open()]


def both(world: World) -> list[str]:
    return [queue_of(world), f"{queue_of(world)}-two"]


# ---- each shape of a worker ----


def test_one_worker(cli: Cli, fruit: Callable[..., None], app: Project, temporal: Temporal) -> None:
    fruit(ONE_WORKER)
    queue = queue_of(app.world)
    ready = cli.json("ensure-worker")
    shapes.check(ready)
    assert ready["verdict"] == "ready" and ready["task_queues"] == [queue]
    assert ready["registers"] == "1 workflow, 1 activity"
    assert f"the server lists its poller {ready['worker_pid']}@" in ready["evidence"]
    (line,) = lines_of(app.world)
    assert line["kind"] == "worker" and line["pid"] == ready["worker_pid"]
    assert passports(app.world)[0].stat().st_mode & 0o7777 == 0o600
    plum = temporal.start_workflow("Plum", 7, task_queue=queue)
    assert temporal.result(plum) == "plum"
    health = cli.json("monitor-worker-health")
    shapes.check(health)
    assert health["verdict"] == "healthy" and health["registers"] == "1 workflow, 1 activity"
    assert "warnings" not in health
    (row,) = cli.json("list-workers")["workers"]
    assert row["task_queues"] == [queue] and row["polling"] is True
    # It goes with its record.
    cli.json("kill-worker")
    assert [path.suffix for path in app.world.pid_dir.glob("worker-*")] == [".lock"]


def test_each_start_has_its_own(cli: Cli, fruit: Callable[..., None], app: Project) -> None:
    fruit(ONE_WORKER)
    cli.json("ensure-worker")
    (first,) = lines_of(app.world)
    cli.json("ensure-worker")
    (second,) = lines_of(app.world)
    assert first["pid"] != second["pid"]


SEVERAL = {
    "gathered": """client = await connect()
    await asyncio.gather(
        Worker(client, task_queue=ONE, workflows=[Plum]).run(),
        Worker(client, task_queue=TWO, activities=[weigh]).run(),
    )""",
    "async with": """client = await connect()
    async with Worker(client, task_queue=ONE, workflows=[Plum]):
        async with Worker(client, task_queue=TWO, workflows=[Pear]):
            await asyncio.Event().wait()""",
    # None of the two polls before both are made.
    "thread": """made = threading.Barrier(2)
    def in_a_thread():
        asyncio.run(weigher(TWO, made))
    threading.Thread(target=in_a_thread, daemon=True).start()
    worker = Worker(await connect(), task_queue=ONE, workflows=[Plum])
    made.wait()
    await worker.run()""",
    "spawned": """context = multiprocessing.get_context("spawn")
    child = context.Process(target=beside, args=(TWO,), daemon=True)
    child.start()
    await one_worker()""",
}


@pytest.mark.parametrize("shape", SEVERAL)
def test_each_of_several_queues_is_proven(
    cli: Cli, fruit: Callable[..., None], app: Project, shape: str
) -> None:
    fruit(SEVERAL[shape])
    ready = cli.json("ensure-worker")
    assert ready["verdict"] == "ready"
    assert sorted(ready["task_queues"]) == both(app.world)
    for queue in both(app.world):
        assert f"'{queue}'" in ready["evidence"]
    pids = {line["pid"] for line in lines_of(app.world)}
    assert len(pids) == (2 if shape == "spawned" else 1)
    for pid in pids:
        assert f"{pid}@" in ready["evidence"]
    assert cli.json("monitor-worker-health")["verdict"] == "healthy"
    (row,) = cli.json("list-workers")["workers"]
    assert sorted(row["task_queues"]) == both(app.world)


def test_one_that_is_made_and_never_run_is_told(
    cli: Cli, fruit: Callable[..., None], app: Project
) -> None:
    """The classic mistake: the first run() never returns, so that the second never begins."""
    fruit("""client = await connect()
    workers = [Worker(client, task_queue=queue, workflows=[Plum]) for queue in (ONE, TWO)]
    for worker in workers:
        await worker.run()""")
    one, two = both(app.world)
    told = cli.json("ensure-worker", code=1)
    assert told["verdict"] == "not_polling" and told["task_queues"] == [one]
    assert f"'{two}'" in told["warning"]
    assert processes.runs(told["pid"])
    # Of the wanted one it is enough; the other is told.
    ready = cli.json("ensure-worker", "--task-queue", one)
    assert ready["verdict"] == "ready" and f"'{two}'" in ready["warning"]
    health = cli.json("monitor-worker-health")
    assert health["verdict"] == "healthy"
    assert any(f"'{two}', and does not poll" in line for line in health["warnings"])


def test_identity_of_its_own(cli: Cli, fruit: Callable[..., None], app: Project) -> None:
    fruit("""client = await connect(identity="the baker")
    await Worker(client, task_queue=ONE, workflows=[Plum]).run()""")
    for _ in range(2):
        ready = cli.json("ensure-worker")
        assert "the baker on" in ready["evidence"] and ready["verdict"] == "ready"
        assert "warning" not in ready
    assert cli.json("monitor-worker-health")["verdict"] == "healthy"


# ---- without one ----


def test_isolated_python_goes_on_as_before(
    cli: Cli, fruit: Callable[..., None], app: Project
) -> None:
    fruit(ONE_WORKER)
    app.world.env["TEMPORAL_WORKER_CMD"] = app.command("-I", "worker.py")
    ready = cli.json("ensure-worker", "--task-queue", queue_of(app.world))
    assert ready["verdict"] == "ready" and "registers" not in ready
    assert lines_of(app.world) == []
    assert cli.json("monitor-worker-health")["verdict"] == "healthy"


@pytest.mark.parametrize("by", ["file", "environment"])
def test_switched_off(cli: Cli, fruit: Callable[..., None], app: Project, by: str) -> None:
    fruit(
        ONE_WORKER,
        before="""probes = [name for name in os.environ if "PROBE" in name]
    print("path", os.environ.get("PYTHONPATH"), probes, flush=True)""",
    )
    if by == "file":
        app.write("temporal-skill.ini", "[project]\npassport = false\n")
    else:
        app.world.env["CLAUDE_TEMPORAL_PASSPORT"] = "no"
    ready = cli.json("ensure-worker", "--task-queue", queue_of(app.world))
    assert ready["verdict"] == "ready" and "registers" not in ready
    assert passports(app.world) == []
    assert "path None []" in cli("show-worker-log").expect(0).out


def test_an_earlier_one_is_dropped_where_it_is_switched_off(
    cli: Cli, fruit: Callable[..., None], app: Project
) -> None:
    fruit(ONE_WORKER)
    cli.json("ensure-worker")
    assert passports(app.world)
    app.world.env["CLAUDE_TEMPORAL_PASSPORT"] = "false"
    cli.json("ensure-worker")
    assert passports(app.world) == []


def test_what_the_project_has_on_its_path_is_there(
    cli: Cli, fruit: Callable[..., None], app: Project
) -> None:
    app.write("site/sitecustomize.py", 'print("our own customization", flush=True)\n')
    app.write("site/orchard.py", 'NAME = "orchard"\n')
    fruit(ONE_WORKER, before="import orchard; print(orchard.NAME, flush=True)")
    app.world.env["PYTHONPATH"] = str(app.path("site"))
    assert cli.json("ensure-worker")["registers"] == "1 workflow, 1 activity"
    log = cli("show-worker-log").expect(0).out
    assert "our own customization" in log and "orchard" in log


def test_a_file_that_uv_takes_its_path_from_is_left_alone(
    cli: Cli, fruit: Callable[..., None], app: Project
) -> None:
    """uv sets from it only what is not set: ours would hide the project's."""
    fruit(ONE_WORKER, before='print("path", os.environ.get("PYTHONPATH"), flush=True)')
    app.write("my.env", "A=1\nexport PYTHONPATH=src\n")
    app.world.env["UV_ENV_FILE"] = "my.env"
    ran = cli("ensure-worker", "--task-queue", queue_of(app.world)).expect(0)
    assert "no passport: 'my.env' sets PYTHONPATH" in ran.err
    assert "path None" in cli("show-worker-log").expect(0).out


def test_started_by_hand_has_none(cli: Cli, fruit: Callable[..., None], app: Project) -> None:
    fruit(ONE_WORKER)
    app.write("temporal-skill.ini", f"[project]\ntask_queue = {queue_of(app.world)}\n")
    started = start_by_hand(app, "worker.py")
    try:
        wait_for_poller(cli, queue_of(app.world), started.pid)
        assert cli.json("monitor-worker-health")["verdict"] == "healthy"
        assert "registers" not in cli.json("list-workers")["workers"][0]
    finally:
        end(started)


# ---- elsewhere ----


def test_another_namespace_is_told_at_once(
    cli: Cli, fruit: Callable[..., None], app: Project
) -> None:
    fruit("""client = await connect(namespace="default")
    await Worker(client, task_queue=ONE, workflows=[Plum]).run()""")
    world, queue = app.world, queue_of(app.world)
    told = cli.json("ensure-worker", "--timeout", "600", code=1)
    assert told["verdict"] == "wrong_namespace"
    assert f"polls '{queue}' in namespace 'default' of {world.address}" in told["evidence"]
    assert world.namespace in told["evidence"] and "worker.py:" in told["evidence"]
    assert cli.json("monitor-worker-health", code=1)["verdict"] == "wrong_namespace"
    assert "'default'" in cli("monitor-worker-health").expect(1).out


def test_another_server_is_told_before_the_deadline(
    cli: Cli,
    fruit: Callable[..., None],
    app: Project,
    private_server: Callable[..., DevServer],
) -> None:
    other = private_server()
    fruit(f"""client = await connect("{other.address}", namespace="default")
    await Worker(client, task_queue=ONE, workflows=[Plum]).run()""")
    told = cli.json("ensure-worker", "--timeout", "600", code=1)
    assert told["verdict"] == "other_server"
    for word in (other.address, app.world.address, "worker.py:", queue_of(app.world)):
        assert word in told["evidence"]
    assert cli.json("monitor-worker-health", code=1)["verdict"] == "other_server"
    assert other.address in cli("monitor-worker-health").expect(1).out


def test_another_way_to_the_server_is_no_other_server(
    cli: Cli, fruit: Callable[..., None], app: Project
) -> None:
    port = int(app.world.address.rpartition(":")[2])
    relay = Relay(port, b"\0never said\0")
    fruit(f"""client = await connect("{relay.address}")
    await Worker(client, task_queue=ONE, workflows=[Plum], activities=[weigh]).run()""")
    try:
        ready = cli.json("ensure-worker")
        assert ready["verdict"] == "ready" and ready["task_queues"] == [queue_of(app.world)]
        assert cli.json("monitor-worker-health")["verdict"] == "healthy"
        assert cli.json("list-workers")["workers"][0]["polling"] is True
        cli.json("kill-worker")
    finally:
        relay.close()


def test_wanted_queue_that_it_does_not_name(
    cli: Cli, fruit: Callable[..., None], app: Project
) -> None:
    fruit(SEVERAL["gathered"])
    one, two = both(app.world)
    told = cli("ensure-worker", "--task-queue", "wanted", "--timeout", "600").expect(1).out
    assert f"polls '{one}', '{two}', and not 'wanted'" in told


# ---- what it shows ----


def test_what_the_sdk_refused_is_the_cause(
    cli: Cli, fruit: Callable[..., None], app: Project
) -> None:
    """A sync activity without an executor, in a program that keeps that to itself."""
    fruit("""client = await connect()
    try:
        await Worker(client, task_queue=ONE, activities=[cut]).run()
    except ValueError:
        print("well, then not", flush=True)
        os._exit(3)""")
    died = cli.json("ensure-worker", code=1)
    assert died["verdict"] == "died"
    assert "the SDK refused to make its Worker: ValueError" in died["cause"]
    assert "worker.py:" in died["cause"]


def test_the_line_of_the_project_is_told_and_none_of_ours(
    cli: Cli, fruit: Callable[..., None], app: Project
) -> None:
    fruit("""client = await connect()
    await Worker(client, task_queue=ONE, activities=[cut]).run()""")
    died = cli.json("ensure-worker", code=1)
    assert died["root_cause"]["location"].startswith("worker.py:")
    assert "hooks.py" not in died["cause"]


def test_kept_sources_in_the_project_are_none_of_its_own(
    cli: Cli, fruit: Callable[..., None], app: Project, world: World
) -> None:
    """With PID_DIR in the project: they are newer than the worker, and no change of it."""
    world.env["CLAUDE_TEMPORAL_PID_DIR"] = str(app.path("pids"))
    fruit(ONE_WORKER)
    cli.json("ensure-worker")
    (folder,) = app.path("pids").glob("*.sources")
    for _ in range(1000):
        if (folder / "sources.json").exists():
            break
    assert cli.json("monitor-worker-health")["stale_files"] == []
    cli.json("kill-worker")
    assert not folder.exists()


def test_unbound_activity_is_warned_of(cli: Cli, fruit: Callable[..., None], app: Project) -> None:
    fruit("""client = await connect()
    await Worker(client, task_queue=ONE, activities=[Kitchen.wash]).run()""")
    ready = cli.json("ensure-worker")
    assert ready["verdict"] == "ready"
    assert "activity 'wash' (worker.py:" in ready["warning"]
    health = cli.json("monitor-worker-health")
    assert health["verdict"] == "healthy" and "without its object" in health["warnings"][0]


def test_limits_are_told_where_health_is_asked(
    cli: Cli, fruit: Callable[..., None], app: Project
) -> None:
    fruit("""client = await connect()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        await Worker(
            client, task_queue=ONE, activities=[cut, weigh], activity_executor=pool,
            max_concurrent_activities=20, max_task_queue_activities_per_second=0.5,
        ).run()""")
    assert "warning" not in cli.json("ensure-worker")
    health = cli.json("monitor-worker-health")
    assert health["verdict"] == "healthy"
    threads, rate = health["warnings"]
    assert "takes 20 activities at a time, and has 2 threads" in threads
    assert "'cut' (worker.py:" in threads and "more" not in threads
    assert "0.5 activities a second" in rate


def test_two_workers_of_a_queue_that_register_different_types(
    cli: Cli, fruit: Callable[..., None], app: Project, world: World
) -> None:
    fruit(ONE_WORKER, name="plums.py")
    fruit(ONE_WORKER.replace("[Plum]", "[Plum, Pear]"), name="pears.py")
    del world.env["TEMPORAL_WORKER_CMD"]
    app.write(
        "temporal-skill.ini",
        "\n".join(
            [
                "[project]",
                "worker_cmd = none",
                *(
                    f"[worker {name}]\ncommand = {app.command(f'{name}.py')}"
                    for name in ("plums", "pears")
                ),
                "",
            ]
        ),
    )
    assert cli.json("ensure-worker")["verdict"] == "ready"
    listed = cli.json("list-workers")
    shapes.check(listed)
    (warning,) = listed["warnings"]
    assert "does not register workflow 'Pear' (pears.py:" in warning
    for row in cli.json("monitor-worker-health")["health"]:
        assert row["verdict"] == "healthy" and row["warnings"] == [warning]


def test_receipt_tells_what_is_registered(
    verify: Verify, server: DevServer, verifiable: Project
) -> None:
    detail = verify(0).detail("worker")
    assert "the server lists its poller" in detail and "it registers 1 workflow" in detail


# ---- secrets, and what may stand there ----


def test_no_secret_gets_in(cli: Cli, fruit: Callable[..., None], app: Project) -> None:
    secrets = ["key-4711", "header-4711", "password-4711"]
    fruit(
        """client = await connect(rpc_metadata={"authorization": "header-4711"})
    client.service_client.config.api_key = os.environ["ORCHARD_KEY"]
    await Worker(client, task_queue=ONE, workflows=[Plum], activities=[weigh]).run()"""
    )
    app.world.env["ORCHARD_KEY"] = "key-4711"
    app.world.env["DATABASE_URL"] = "postgres://u:password-4711@db/x"
    cli.json("ensure-worker")
    (path,) = passports(app.world)
    text = path.read_text()
    assert text and not any(secret in text for secret in secrets)


def test_hostile_lines_do_no_harm(cli: Cli, fruit: Callable[..., None], app: Project) -> None:
    """The project's own process may write there what it likes."""
    fruit(
        ONE_WORKER,
        before="""path = os.environ["TEMPORAL_SKILL_PROBE_FILE"]
    with open(path, "ab") as file:
        file.write(b"\\x00\\xff\\n{}\\n" + b"[" * 100000 + b"\\n")
        file.write(b'{"kind": "worker", "pid": 1, "start_ticks": "1", "task_queue": "x", "namespace": "y"}\\n')
        file.write(b'{"kind": "refused", "pid": ' + str(os.getpid()).encode() + b', "start_ticks": "1", ')
        file.write(b'"error": "\\\\u001b[2J\\\\u202e", "message": "' + b"m" * 10000 + b'"}\\n')""",
    )
    ran = cli("ensure-worker").expect(0)
    assert "\x1b" not in ran.out and "\u202e" not in ran.out
    assert cli.json("monitor-worker-health")["verdict"] == "healthy"
