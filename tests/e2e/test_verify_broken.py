"""verify-project on what is broken on purpose: the right step is named, nothing is left, the receipt is there."""

import json
import shlex
import signal
import sys
from collections.abc import Callable

import pytest

from harness.cli import Cli
from harness.processes import wait_gone
from harness.project import Project
from harness.server import DevServer
from harness.verify import START, VERIFY_SECONDS, Hook, Verify, own_starter
from harness.world import World

START_HELLO = START.replace('"x", wait=True', '"x"')


def prepend(project: Project, *lines: str) -> None:
    """Put lines before the project's plan."""
    ini = project.read("temporal-skill.ini")
    project.write("temporal-skill.ini", "".join(f"{line}\n" for line in lines) + ini)


def python(code: str) -> str:
    return shlex.join([sys.executable, "-c", code])


# ---- checks ----


def test_check_that_fails(verify: Verify, server: DevServer, verifiable: Project) -> None:
    prepend(
        verifiable,
        "[verify]",
        f"check = {python('print(1)')}",
        f"check = {python('import sys; sys.exit(chr(98) + chr(97) + chr(100))')}",
        f"check = {python('open(chr(120), chr(119))')}",
    )
    verified = verify(1)
    assert len(verified.failed) == 1 and verified.failed[0].startswith("check: ")
    assert verified.detail(verified.failed[0]) == "exit status 1: bad\n"
    # No worker was started, so that none needs a stop.
    assert [step["ok"] for step in verified.result["steps"]] == [True, True, True, False, True]
    assert not verifiable.path("x").exists()


def test_check_that_hangs(verify: Verify, server: DevServer, verifiable: Project) -> None:
    hangs = "import subprocess; print(7, flush=True); subprocess.run([chr(115) + 'leep', '1000'])"
    prepend(verifiable, "[verify]", f"check = {python(hangs)}", "check_timeout = 500ms")
    verified = verify(1)
    detail = verified.detail(verified.failed[0])
    assert detail.startswith("it did not end within 500 ms and was stopped; it printed: 7")


def test_check_that_is_not_there(verify: Verify, server: DevServer, verifiable: Project) -> None:
    prepend(verifiable, "[verify]", "check = no-such-linter .")
    verified = verify(4)
    assert verified.failed == ["check: no-such-linter ."]
    assert "no-such-linter" in verified.detail(verified.failed[0])


BACKGROUND = "subprocess.Popen(['sleep', '1000'], start_new_session={own}, stdout=log, stderr=log)"


@pytest.mark.parametrize("own", [False, True])
def test_processes_that_a_check_and_a_starter_leave(
    verify: Verify, server: DevServer, world: World, verifiable: Project, own: bool
) -> None:
    """They are no part of what is proved, and nothing of it may be left."""
    leave = "import subprocess; log = subprocess.DEVNULL; " + BACKGROUND.format(own=own)
    prepend(verifiable, "[verify]", f"check = {python(leave)}")
    verifiable.write("starter.py", f"{leave}\n{verifiable.read('starter.py')}")
    verified = verify(1)
    assert verified.failed == ["leftovers"]
    assert verified.detail("leftovers").count("sleep") == 3  # of one check and two starters
    assert world.running() == []


# ---- workers ----


def test_worker_that_ignores_sigterm(
    verify: Verify, server: DevServer, verifiable: Project
) -> None:
    verifiable.replace("worker.py", "number, stop.set", "number, print")
    verified = verify(1)
    assert verified.failed == ["worker stop"]
    assert "was killed" in verified.detail("worker stop")


def unsandbox(project: Project) -> None:
    """Let its workflows do what workflows must not."""
    runner = "workflow_runner=UnsandboxedWorkflowRunner(), debug_mode=True"
    project.replace("worker.py", "workflows=[", f"{runner}, workflows=[")
    project.replace("worker.py", "import Worker", "import UnsandboxedWorkflowRunner, Worker")


def test_worker_that_dies_while_its_workflow_waits(
    verify: Verify, server: DevServer, verifiable: Project
) -> None:
    unsandbox(verifiable)
    verifiable.replace("workflow.py", "self._greeting = greeting", "import os\n        os._exit(3)")
    verified = verify(1)
    assert verified.failed == ["interactive: query current_greeting", "worker stop"]
    assert "the worker has ended" in verified.detail(verified.failed[0], -1)
    assert verified.receipt["workflows"][1]["status"] == "RUNNING"


def test_worker_of_an_earlier_run(
    cli: Cli, verify: Verify, server: DevServer, verifiable: Project
) -> None:
    """With code of that time: a fresh one takes its place."""
    verifiable.replace("activities.py", "{order.name}!", "{order.name}?")
    before = cli.json("ensure-worker")
    verifiable.replace("activities.py", "{order.name}?", "{order.name}!")
    verify(0)
    assert wait_gone(before["pid"], 0)


# ---- starters and workflows ----


def test_starter_whose_workflow_fails_after_it(
    verify: Verify, server: DevServer, verifiable: Project
) -> None:
    verifiable.replace(
        "activities.py",
        "    return ",
        "    import time\n    from temporalio.exceptions import ApplicationError\n    time.sleep(2)\n"
        '    raise ApplicationError("no ink", type="NoInk", non_retryable=True)\n    return ',
    )
    own_starter(verifiable, START_HELLO + "print('Hello, x!')")
    ini = verifiable.read("temporal-skill.ini")
    verifiable.write("temporal-skill.ini", ini + "expect_output = Hello, x!\n")
    verified = verify(1)
    assert verified.failed == ["hello: status"]
    assert verified.detail("hello: status") == "FAILED, expected COMPLETED: NoInk: no ink"


def test_run_that_is_to_time_out_because_it_cannot_move(
    verify: Verify, server: DevServer, verifiable: Project
) -> None:
    """The starter is told that its workflow cannot move, which is how the time gets over."""
    verifiable.replace("workflow.py", "        if order.wait:", "        order.no_such_thing()")
    verifiable.replace(
        "workflow.py",
        "            await workflow.wait_condition",
        "        await workflow.wait_condition",
    )
    own_starter(
        verifiable,
        """
from datetime import timedelta
handle = await client.start_workflow(
    GreetingWorkflow.run, GreetingInput(name="x"), id=f"hello-{uuid.uuid4()}",
    task_queue=TASK_QUEUE, execution_timeout=timedelta(seconds=8),
)
""",
    )
    ini = verifiable.read("temporal-skill.ini")
    verifiable.write("temporal-skill.ini", ini + "expect_status = TIMED_OUT\n")
    verified = verify(0)
    assert verified.detail("hello: status") == "TIMED_OUT with AttributeError"


def test_each_workflow_of_a_starter_counts(
    verify: Verify, server: DevServer, verifiable: Project
) -> None:
    """The first is fine; the second, which the starter did not wait for, is not."""
    verifiable.replace(
        "activities.py",
        "    return ",
        "    from temporalio.exceptions import ApplicationError\n    import time\n"
        '    if order.name == "y":\n        time.sleep(2)\n'
        '        raise ApplicationError("no ink", type="NoInk", non_retryable=True)\n    return ',
    )
    own_starter(
        verifiable, START_HELLO + "await handle.result()" + START_HELLO.replace('"x"', '"y"')
    )
    verified = verify(1)
    assert verified.failed == ["hello: other workflows"]
    assert "NoInk" in verified.detail("hello: other workflows")
    assert [row["status"] for row in verified.receipt["workflows"]] == ["COMPLETED", "FAILED"]


RETRIED = """\
    from temporalio.exceptions import ApplicationError
    if activity.info().attempt < 6:
        raise ApplicationError("no ink", type="NoInk", next_retry_delay=timedelta(milliseconds=300))
    return """


def test_activity_that_is_tried_often(
    verify: Verify, server: DevServer, verifiable: Project
) -> None:
    """By design: then the errors in the worker's log are declared, and the run's own deadline counts."""
    verifiable.replace(
        "activities.py", "from temporalio", "from datetime import timedelta\nfrom temporalio"
    )
    verifiable.replace("activities.py", "    return ", RETRIED)
    verifiable.replace("workflow.py", "maximum_attempts=5", "maximum_attempts=0")
    own_starter(verifiable, START_HELLO)
    verified = verify(1)
    assert verified.failed == ["hello: worker log"]
    assert verified.detail("hello: worker log").startswith("5 errors, the first: ")
    assert verified.detail("hello: status") == "COMPLETED"
    ini = verifiable.read("temporal-skill.ini")
    verifiable.write("temporal-skill.ini", ini + "expect_log_error = NoInk: no (ink|paper)\n")
    verify(0)
    verifiable.replace("activities.py", "attempt < 6", "attempt < 1_000_000")
    verifiable.write("temporal-skill.ini", ini.replace("timeout = 60", "timeout = 6"))
    verified = verify(1)
    assert verified.failed[0] == "hello: status"
    assert "NoInk" in verified.detail("hello: status")


def test_starter_that_is_not_there(verify: Verify, server: DevServer, verifiable: Project) -> None:
    verifiable.write("temporal-skill.ini", "[run hello]\nstarter = no-such-starter\n")
    verified = verify(4)
    assert verified.failed == ["hello: starter"]
    assert "no-such-starter" in verified.detail("hello: starter")


def test_starter_that_starts_nothing(
    verify: Verify, server: DevServer, verifiable: Project
) -> None:
    verifiable.write("temporal-skill.ini", f"[run hello]\nstarter = {python('print(1)')}\n")
    verified = verify(1)
    assert verified.failed == ["hello: starter"]
    assert "started no workflow" in verified.detail("hello: starter")


def test_server_cli_that_is_not_there(verify: Verify, verifiable: Project) -> None:
    verified = verify(4, TEMPORAL_CLI="no-such-cli")
    assert verified.failed == ["server"]
    assert "no-such-cli" in verified.detail("server")


# ---- interrupted ----

HANG = "import time; time.sleep(1000)"


def hang_in_check(project: Project, tell: str) -> str:
    prepend(project, "[verify]", f"check = {python(tell + HANG)}")
    return "check: "


def hang_in_worker(project: Project, tell: str) -> str:
    project.write("worker.py", f"{tell}{HANG}\n")
    return "worker"


def hang_in_query(project: Project, tell: str) -> str:
    own_starter(project, START)
    ini = project.read("temporal-skill.ini")
    project.write("temporal-skill.ini", ini + "step = query wait\n")
    body = f"{tell}{HANG}  # temporal-skill: ignore"
    project.replace(
        "workflow.py",
        "    @workflow.query",
        f"    @workflow.query\n    def wait(self) -> str:\n        {body}\n        return ''\n\n"
        "    @workflow.query",
    )
    unsandbox(project)
    return "hello: query wait"


@pytest.mark.parametrize("hang", [hang_in_check, hang_in_worker, hang_in_query])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_in_each_phase(
    verify: Verify,
    cli: Cli,
    world: World,
    verifiable: Project,
    hang: Callable[[Project, str], str],
    number: signal.Signals,
    hook: Hook,
) -> None:
    """With a server of its own, which is stopped, too."""
    step = hang(verifiable, f"{hook.code}; ")
    process = cli.start(*verify.words)
    hook.wait(process)
    process.send_signal(number)
    out, err = process.communicate(timeout=VERIFY_SECONDS)
    assert process.returncode == 130, err
    verified = verify.read(json.loads(out))
    assert verified.failed[0].startswith(step)
    assert verified.result["verdict"] == "failed"
    assert world.running() == []


def test_interrupted_while_the_workflow_runs(
    verify: Verify, cli: Cli, server: DevServer, world: World, verifiable: Project
) -> None:
    own_starter(verifiable, START)
    process = cli.start(*verify.words, "--verbose")
    assert process.stderr
    while "hello: starter" not in (line := process.stderr.readline()):
        assert line
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=VERIFY_SECONDS)
    assert process.returncode == 130, err
    verified = verify.read(json.loads(out))
    assert verified.failed == ["hello: status"]
    assert verified.receipt["workflows"][0]["status"] == "RUNNING"
    assert world.running() == []


def test_interrupted_twice_while_it_cleans_up(
    verify: Verify, cli: Cli, world: World, verifiable: Project, hook: Hook
) -> None:
    """The first ends the run; a worker that takes its time to end makes the second come while it is stopped."""
    verifiable.replace("worker.py", "number, stop.set", f"number, lambda: {hook.code}")
    own_starter(verifiable, START)
    process = cli.start(*verify.words, "--verbose")
    assert process.stderr
    while "hello: starter" not in (line := process.stderr.readline()):
        assert line
    process.send_signal(signal.SIGINT)
    hook.wait(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=VERIFY_SECONDS)
    assert process.returncode == 130, err
    verified = verify.read(json.loads(out))
    assert "worker stop" in verified.failed
    assert world.running() == []
