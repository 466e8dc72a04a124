"""rehearse-change with programs of all kinds: those that hang, end, fork, send; and those that are not in Python."""

import os
import shlex
import signal
import socket
from collections.abc import Iterator

import pytest
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter

from harness.cli import Cli
from harness.client import Temporal
from harness.codec import CODEC, converter
from harness.parcels import Parcels, folders_left
from harness.world import World


@pytest.fixture(autouse=True)
def nothing_is_left(world: World) -> Iterator[None]:
    yield
    assert world.leftovers() == []
    assert folders_left(world.pid_dir) == []


def fits(cli: Cli, count: int = 1) -> None:
    told = cli.json("rehearse-change", "--timeout", 50)
    assert (told["looked_at"], told["fit"], told["not_looked_at"]) == (count, count, 0), told


# ---- that make no worker ----

HANGS = {
    "in a coroutine": {"before": "await asyncio.Event().wait()"},
    "in a call": {"before": "threading.Event().wait()"},
    "at a database": {
        "head": "import socket; silent = socket.create_server(('127.0.0.1', 0))",
        "before_client": "socket.create_connection(silent.getsockname()).recv(1)",
    },
    "before main": {"head": "threading.Event().wait()"},
}


@pytest.mark.parametrize("where", HANGS)
def test_one_that_hangs(cli: Cli, parcels: Parcels, where: str) -> None:
    parcels.write(**HANGS[where])
    told = cli("rehearse-change", "--timeout", 4).expect(5)
    assert "made no worker in time, and was stopped" in told.err


def test_one_that_ends_at_import(cli: Cli, parcels: Parcels) -> None:
    parcels.project.write("flows.py", "raise SystemExit('no database configured')")
    told = cli("rehearse-change").expect(1)
    assert "ended (exit 1) and made no worker" in told.err and "no database configured" in told.err


def test_one_with_an_error(cli: Cli, parcels: Parcels) -> None:
    parcels.write(before="flows.nobody()")
    told = cli("rehearse-change").expect(1)
    assert "AttributeError" in told.err and "worker.py:" in told.err


def test_one_that_the_sdk_refuses(cli: Cli, parcels: Parcels) -> None:
    parcels.write(extra=", max_concurrent_activities=0, activity_executor=7")
    parcels.change(("async def pack", "def pack"))
    told = cli("rehearse-change").expect(1)
    assert "cannot rehearse" in told.err and "made no worker" in told.err


def test_one_that_makes_a_worker_and_does_not_run_it(cli: Cli, parcels: Parcels) -> None:
    parcels.write(made="return")
    assert "made a worker and did not run it" in cli("rehearse-change").expect(1).err


def test_one_with_threads_that_do_not_end(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("one")
    parcels.write(head="threading.Thread(target=threading.Event().wait).start()")
    fits(cli)


def test_one_that_ignores_the_polite_signal(cli: Cli, parcels: Parcels) -> None:
    parcels.write(
        head="import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)",
        before="threading.Event().wait()",
    )
    cli("rehearse-change", "--timeout", 4).expect(5)


# ---- that send requests ----

START = 'await client.start_workflow("Other", id="other", task_queue=QUEUE)'
SCHEDULE = (
    "from temporalio.client import Schedule, ScheduleActionStartWorkflow, ScheduleSpec; "
    'await client.create_schedule("daily", Schedule(action=ScheduleActionStartWorkflow('
    '"Other", id="other", task_queue=QUEUE), spec=ScheduleSpec()))'
)
SIGNAL = 'await client.get_workflow_handle("one").signal("go")'
TERMINATE = 'await client.get_workflow_handle("one").terminate()'


def nothing_has_changed(parcels: Parcels, events: int) -> None:
    async def schedules(client: Client) -> list[str]:
        return [one.id async for one in await client.list_schedules()]

    temporal = parcels.temporal
    assert temporal.call(schedules(temporal.client)) == []
    assert temporal.call(temporal.client.count_workflows()).count == 1
    assert parcels.events("one") == events


@pytest.mark.parametrize("request_", [START, SCHEDULE, SIGNAL, TERMINATE])
def test_what_would_change_something_is_not_sent(cli: Cli, parcels: Parcels, request_: str) -> None:
    parcels.begin("one")
    events = parcels.events("one")
    parcels.write(before=request_)
    told = cli("rehearse-change").expect(1)
    assert "before it makes a worker, which a rehearsal does not do" in told.err
    nothing_has_changed(parcels, events)


def test_nor_beside_the_worker(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("one")
    events = parcels.events("one")
    parcels.write(made=f"async with worker: {START}")
    told = cli.json("rehearse-change")
    assert told["fit"] == 1 and "was not sent" in told["warning"]
    nothing_has_changed(parcels, events)


def test_reading_is_allowed(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("one")
    parcels.write(
        before='await client.count_workflows(); await client.get_workflow_handle("one").describe()'
    )
    fits(cli)


def test_one_that_asks_without_an_end(cli: Cli, parcels: Parcels) -> None:
    """As the templates do it till their worker is listed, which never comes."""
    parcels.begin("one")
    parcels.write(
        head="async def ask(client):\n    while True:\n        await client.count_workflows()",
        made="asyncio.create_task(ask(client))",
    )
    told = cli("rehearse-change", "--timeout", 600, timeout=50).expect(0)
    assert told.out == "1 running workflow fits the code as it is now\n"


# ---- of other shapes ----

SHAPES = {
    "async with": {"made": "async with worker: await asyncio.Event().wait()"},
    "in a thread": {
        "start": "t = threading.Thread(target=lambda: asyncio.run(main())); t.start(); t.join()"
    },
    "in a spawned child": {
        "start": "import multiprocessing as m; m.set_start_method('spawn'); "
        "p = m.Process(target=run); p.start(); p.join()",
        "head": "def run(): asyncio.run(main())",
    },
    "in a forked child": {
        "start": "import multiprocessing as m; m.set_start_method('fork'); "
        "p = m.Process(target=run); p.start(); p.join()",
        "head": "def run(): asyncio.run(main())",
    },
    "in a program below": {
        "start": "import subprocess; "
        "sys.exit(asyncio.run(main()) if sys.argv[1:] else "
        "subprocess.call([sys.executable, __file__, 'x']))"
    },
    "a loop of one's own": {
        "start": "loop = asyncio.new_event_loop(); loop.run_until_complete(main())"
    },
    "a class of its own": {
        "head": "class Own(Worker):\n    pass\nWorker = Own",
    },
    "beside a web server": {
        "before": "await asyncio.start_server(lambda r, w: None, '127.0.0.1', 0)"
    },
    "unsandboxed": {
        "extra": ", workflow_runner=__import__('temporalio.worker').worker.UnsandboxedWorkflowRunner()"
    },
    "slow to come": {"head": "time.sleep(1)"},
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_of_programs(cli: Cli, parcels: Parcels, shape: str) -> None:
    parcels.begin("one")
    parcels.write(**SHAPES[shape])
    fits(cli)
    parcels.change(("pack", "wrap"))
    assert cli.json("rehearse-change", code=1)["broken"] == 1


@pytest.mark.parametrize(
    "command",
    [
        "watchfiles 'python worker.py' .",
        "sh -c 'exec python worker.py'",
        "sh -c 'python worker.py; true'",
        "env X=1 python -X dev worker.py",
        "python -m worker",
        "uv run --no-project --python PYTHON python worker.py",
    ],
)
def test_launchers(cli: Cli, parcels: Parcels, command: str) -> None:
    parcels.begin("one")
    parcels.project.world.env["UV_PYTHON_DOWNLOADS"] = "never"
    parcels.project.world.env["TEMPORAL_WORKER_CMD"] = command.replace(
        "PYTHON", shlex.quote(parcels.project.python)
    )
    fits(cli)


def test_the_address_as_an_argument(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("one")
    parcels.write(address="sys.argv[1]")
    script = f"{shlex.quote(parcels.project.python)} worker.py $TEMPORAL_ADDRESS"
    command = shlex.join(["sh", "-c", script])
    parcels.project.world.env["TEMPORAL_WORKER_CMD"] = command
    fits(cli)


def test_a_launcher_that_waits_for_the_server(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("one")
    parcels.project.write(
        "wait.sh",
        "host=${TEMPORAL_ADDRESS%:*} port=${TEMPORAL_ADDRESS##*:}\n"
        'until bash -c "exec 3<>/dev/tcp/$host/$port"; do :; done\n'
        f"exec {shlex.quote(parcels.project.python)} worker.py\n",
    )
    parcels.project.world.env["TEMPORAL_WORKER_CMD"] = "sh wait.sh"
    fits(cli)


def test_a_sitecustomize_of_its_own(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("one")
    parcels.project.write("site/sitecustomize.py", "import os; os.environ['OWN'] = 'yes'")
    parcels.project.world.env["PYTHONPATH"] = str(parcels.project.path("site"))
    parcels.write(before="assert os.environ['OWN'] == 'yes'; import temporalio")
    fits(cli)


def test_no_temporary_file_of_python_is_left(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("one")
    before = sorted(os.listdir(parcels.project.directory))
    fits(cli)
    assert sorted(os.listdir(parcels.project.directory)) == before


# ---- data ----


def test_payloads_of_a_codec(cli: Cli, parcels: Parcels, loop: object) -> None:
    other = Temporal(parcels.temporal.loop, parcels.temporal.address, parcels.temporal.namespace)
    other.client = encoded(other)
    parcels.begin("one", temporal=other)
    parcels.project.write("codec.py", CODEC)
    parcels.write(head="import codec", connect=", data_converter=codec.converter")
    fits(cli)
    # Without it the arguments cannot be read.
    parcels.write()
    told = cli.json("rehearse-change", code=1)
    assert told["breaks"][0]["reason"] == "workflow_task_failure"


def encoded(temporal: Temporal) -> Client:
    return temporal.call(
        Client.connect(temporal.address, namespace=temporal.namespace, data_converter=converter)
    )


def test_a_converter_and_interceptors(cli: Cli, parcels: Parcels) -> None:
    other = Temporal(parcels.temporal.loop, parcels.temporal.address, parcels.temporal.namespace)
    other.client = parcels.temporal.call(
        Client.connect(
            other.address, namespace=other.namespace, data_converter=pydantic_data_converter
        )
    )
    parcels.begin("one", temporal=other)
    parcels.project.write("watch.py", INTERCEPTOR)
    parcels.write(
        head="import watch; from temporalio.contrib.pydantic import pydantic_data_converter",
        connect=", data_converter=pydantic_data_converter",
        extra=", interceptors=[watch.Watch()]",
    )
    # The interceptor's own activity is not in the history.
    told = cli.json("rehearse-change", code=1)
    assert "activity watched" in told["breaks"][0]["why"]
    parcels.change(('"watched"', "None"), file="watch.py")
    fits(cli)


INTERCEPTOR = """
from datetime import timedelta
from temporalio import workflow
from temporalio.worker import Interceptor, WorkflowInboundInterceptor

NAME = "watched"


class Inbound(WorkflowInboundInterceptor):
    async def execute_workflow(self, input):
        if NAME:
            await workflow.execute_activity(NAME, start_to_close_timeout=timedelta(seconds=5))
        return await super().execute_workflow(input)


class Watch(Interceptor):
    def workflow_interceptor_class(self, input):
        return Inbound
"""


def test_results_that_are_of_another_type_now(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("one")
    parcels.change(("async def pack(name: str) -> str:", "async def pack(name: str) -> int:"))
    told = cli.json("rehearse-change", code=1)
    assert told["breaks"][0]["reason"] == "workflow_task_failure"
    assert "Expected value to be int" in told["breaks"][0]["why"]


# ---- that are not in Python, or are not to be asked ----


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("node worker.js", "'node' runs programs in another language"),
        ("go run ./worker", "'go' runs programs in another language"),
        ("env A=b /usr/bin/java -jar w.jar", "'java' runs programs in another language"),
        ("docker compose run worker", "what 'docker' starts runs elsewhere"),
        ("ssh other python worker.py", "what 'ssh' starts runs elsewhere"),
    ],
)
def test_what_is_plainly_not_to_be_asked(
    cli: Cli, parcels: Parcels, command: str, why: str
) -> None:
    told = cli("rehearse-change", "--worker-cmd", command).expect(1)
    assert "is no Python program of this machine" in told.err and why in told.err


@pytest.mark.parametrize("option", ["-I", "-E"])
def test_python_without_an_environment(cli: Cli, parcels: Parcels, option: str) -> None:
    """As it would have polled, it is stopped where it connects."""
    parcels.begin("one")
    events = parcels.events("one")
    parcels.change(
        ("import flows", "sys.path.insert(0, os.getcwd()); import flows"), file="worker.py"
    )
    command = parcels.project.command(option, "worker.py")
    told = cli("rehearse-change", "--worker-cmd", command).expect(1)
    assert "connects to the server without running Python's sitecustomize" in told.err
    assert parcels.events("one") == events
    assert pollers(parcels) == []


def test_and_with_the_address_in_its_code(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("one")
    parcels.write(address=repr(parcels.temporal.address))
    parcels.change(
        ("import flows", "sys.path.insert(0, os.getcwd()); import flows"), file="worker.py"
    )
    command = parcels.project.command("-I", "worker.py")
    told = cli("rehearse-change", "--worker-cmd", command).expect(1)
    assert "connects to the server without" in told.err


def test_a_program_that_ends_by_itself(cli: Cli, parcels: Parcels) -> None:
    told = cli("rehearse-change", "--worker-cmd", "sh -c 'echo no worker here; exit 3'").expect(1)
    assert "ended (exit 3) without running Python's sitecustomize" in told.err


def test_a_program_that_is_not_there(cli: Cli, parcels: Parcels) -> None:
    told = cli("rehearse-change", "--worker-cmd", "./nothing-here")
    assert told.code in (3, 4) and "nothing-here" in told.err, told


def pollers(parcels: Parcels) -> list[str]:
    """Of other processes than this."""
    from temporalio.api.enums.v1 import TaskQueueType
    from temporalio.api.taskqueue.v1 import TaskQueue
    from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest

    temporal = parcels.temporal
    request = DescribeTaskQueueRequest(
        namespace=temporal.namespace,
        task_queue=TaskQueue(name=parcels.queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    told = temporal.call(temporal.client.workflow_service.describe_task_queue(request))
    own = f"{os.getpid()}@"
    return [one.identity for one in told.pollers if not one.identity.startswith(own)]


# ---- ended from outside ----


@pytest.fixture
def waiting(parcels: Parcels) -> socket.socket:
    """Accepts once the program is there."""
    door = socket.create_server(("127.0.0.1", 0))
    address = door.getsockname()
    parcels.write(
        before_client=f"import socket; s = socket.create_connection({address!r})",
        before="threading.Event().wait()",
    )
    return door


def test_interrupted(cli: Cli, parcels: Parcels, waiting: socket.socket) -> None:
    process = cli.start("rehearse-change")
    waiting.accept()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 130
    waiting.close()


def test_killed(cli: Cli, parcels: Parcels, waiting: socket.socket, world: World) -> None:
    process = cli.start("rehearse-change")
    waiting.accept()
    process.kill()
    process.communicate(timeout=30)
    waiting.close()
    world.wait_idle(20)
    # What it left is taken away by the next one.
    parcels.write()
    cli("rehearse-change").expect(0)


def test_each_command_at_once(cli: Cli, parcels: Parcels) -> None:
    """Two at a time do not disturb each other."""
    parcels.begin("one")
    first, second = cli.start("rehearse-change"), cli.start("rehearse-change")
    for process in (first, second):
        assert "1 running workflow fits" in process.communicate(timeout=50)[0]
