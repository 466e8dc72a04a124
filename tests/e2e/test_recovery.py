"""Recovery that works: what `next` says is done literally, and the workflow completes.

Each test breaks a scratch project in one way, lets the program name the trouble, mends the file, and runs the
printed commands one after another through a shell, as an agent would paste them."""

import json
import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import PendingActivityState

from conftest import MakeProject
from harness import processes
from harness.cli import DEADLINE_SECONDS, Cli
from harness.client import Loop, Temporal
from harness.patient import TASK_TIMEOUT, Break, Patient, make_patient
from harness.server import DevServer
from harness.world import World


@pytest.fixture
def patient(
    world: World, cli: Cli, temporal: Temporal, make_project: MakeProject
) -> Iterator[Patient]:
    yield make_patient(world, cli, temporal, make_project)
    cli("kill-worker", "--grace", 1).expect(0)


# ---- the file is mended, the worker restarted, the workflow goes on ----


@dataclass(frozen=True)
class Case:
    name: str
    verdict: str
    breaks: tuple[Break, ...]
    type: str | None = None
    message: str = ""
    location: str = ""  # "workflow.py in run"; "workflow.py" alone: in no function
    worker_starts: bool = True
    signal: tuple[str, ...] = ()
    task_timeout: timedelta = TASK_TIMEOUT


PRICE = "        price = PRICES[what]\n"
TIMEOUT = "            start_to_close_timeout=timedelta(seconds=30),\n"


def in_workflow(bad: str, good: str = PRICE) -> tuple[Break, ...]:
    return (Break("workflow.py", good, bad),)


UNSANDBOXED = Break(
    "workflow.py",
    "@workflow.defn\nclass Order:",
    "@workflow.defn(sandboxed=False)\nclass Order:",
)

CASES = [
    Case(
        "workflow_not_registered",
        "missing_workflow",
        (Break("worker.py", "workflows=[Order, ", "workflows=["),),
        "NotFoundError",
        "Workflow class Order is not registered",
    ),
    Case(
        "sandbox_at_run_time",
        "sandbox_violation",
        in_workflow("        price = random.randint(7, 7)\n"),
        "RestrictedWorkflowAccessError",
        "random.randint",
        "workflow.py in run",
    ),
    Case(
        "sandbox_at_worker_start",
        "sandbox_violation",
        in_workflow("LIMIT = random.randint(100, 200)\n", "LIMIT = 100\n"),
        "RestrictedWorkflowAccessError",
        "random.randint",
        "workflow.py",
        worker_starts=False,
    ),
    Case(
        "code_bug",
        "workflow_task_failure",
        in_workflow('        price = PRICES["price of " + what]\n'),
        "KeyError",
        "'price of pears'",
        "workflow.py in run",
    ),
    Case(
        "result_cannot_be_serialized",
        "workflow_task_failure",
        (
            Break(
                "workflow.py",
                "async def run(self, what: str) -> str:\n        price",
                "async def run(self, what: str):\n        price",
            ),
            Break("workflow.py", 'return f"{what}: {receipt}"', "return object()"),
        ),
        "TypeError",
        "not JSON serializable",
    ),
    Case(
        "arguments_of_another_type",
        "workflow_task_failure",
        in_workflow(
            "run(self, what: Parcel) -> str:\n        price",
            "run(self, what: str) -> str:\n        price",
        ),
        "TypeError",
        "Cannot convert to dataclass",
    ),
    Case(
        "deadlock",
        "workflow_task_failure",
        (UNSANDBOXED, *in_workflow("        time.sleep(4)\n" + PRICE)),
        "_DeadlockError",
        "didn't yield within 2 second",
    ),
    Case(
        "activity_without_timeout",
        "workflow_task_failure",
        in_workflow("", TIMEOUT),
        "ValueError",
        "start_to_close_timeout",
        "workflow.py in run",
    ),
    Case(
        "unknown_search_attribute",
        "workflow_task_failure",
        in_workflow('        workflow.upsert_search_attributes({"Nobody": ["x"]})\n' + PRICE),
        "WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES",
        "Nobody",
    ),
    Case(
        "signal_handler_bug",
        "workflow_task_failure",
        in_workflow("self.notes[0] = text", "self.notes.append(text)"),
        "IndexError",
        "list assignment index out of range",
        "workflow.py in note",
        signal=("note", "in a hurry"),
    ),
    Case(
        "worker_crashes",
        "workflow_task_timeout",
        (UNSANDBOXED, *in_workflow("        os._exit(3)\n")),
        "TIMEOUT_TYPE_START_TO_CLOSE",
        task_timeout=timedelta(seconds=3),
    ),
    Case(
        "worker_blocks",
        "workflow_task_timeout",
        (
            UNSANDBOXED,
            *in_workflow("        time.sleep(600)\n"),
            Break("worker.py", "activities=[charge],", "activities=[charge], debug_mode=True,"),
        ),
        "TIMEOUT_TYPE_START_TO_CLOSE",
        task_timeout=timedelta(seconds=3),
    ),
    Case(
        "activity_not_registered",
        "missing_activity",
        (Break("worker.py", "activities=[charge]", "activities=[refund]"),),
        "NotFoundError",
        "Activity function charge",
    ),
    Case(
        "activity_fails",
        "activity_retrying",
        (
            Break(
                "activities.py", 'return f"paid {price}"', 'raise ConnectionError("gateway down")'
            ),
        ),
        "ConnectionError",
        "gateway down",
        "activities.py in charge",
    ),
    Case(
        "activity_takes_too_long",
        "activity_retrying",
        (
            Break("activities.py", 'return f"paid {price}"', "time.sleep(20)"),
            Break("workflow.py", "=timedelta(seconds=30)", "=timedelta(seconds=1)"),
        ),
        "TIMEOUT_TYPE_START_TO_CLOSE",
    ),
    Case(
        "worker_polls_another_queue",
        "no_workflow_worker",
        (Break("worker.py", 'task_queue="orders', 'task_queue="order'),),
    ),
    Case(
        "worker_cannot_import",
        "no_workflow_worker",
        (Break("worker.py", "import logging\n", "import logging\nimport moduel_with_typo\n"),),
        "ModuleNotFoundError",
        "moduel_with_typo",
        "worker.py",
        worker_starts=False,
    ),
    Case(
        "worker_is_no_python",
        "no_workflow_worker",
        (Break("worker.py", "import logging\n", "  import logging\n"),),
        "IndentationError",
        "unexpected indent",
        "worker.py",
        worker_starts=False,
    ),
    Case(
        "worker_without_activities",
        "no_activity_worker",
        (Break("worker.py", "        activities=[charge],\n", ""),),
    ),
]


def matches(location: str, wanted: str) -> bool:
    file, _, function = wanted.partition(" in ")
    return location.startswith(file + ":") and location.partition(" in ")[2] == function


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_it_goes_on_after_the_fix(patient: Patient, case: Case) -> None:
    patient.damage(*case.breaks)
    patient.cli("ensure-worker").expect(0 if case.worker_starts else 1)
    workflow_id = patient.start("Order", "pears", task_timeout=case.task_timeout)
    if case.signal:
        patient.temporal.call(patient.handle(workflow_id).signal(case.signal[0], case.signal[1]))
    diagnosis = patient.wait_stalled(workflow_id)
    assert diagnosis["verdict"] == case.verdict, diagnosis
    cause = diagnosis["root_cause"]
    if case.type:
        assert cause["type"] == case.type, diagnosis
    assert case.message in cause["message"], diagnosis
    assert not case.location or matches(cause["location"], case.location), diagnosis
    patient.mend()
    patient.do_next(workflow_id, diagnosis)
    patient.assert_completed(workflow_id)


# ---- an activity on a queue of its own ----


def test_worker_takes_the_other_queue(patient: Patient) -> None:
    """As `next` says: a worker for that queue."""
    patient.damage(
        *in_workflow(f'            task_queue="{patient.queue}-billing",\n' + TIMEOUT, TIMEOUT)
    )
    patient.cli("ensure-worker").expect(0)
    workflow_id = patient.start("Order", "pears")
    diagnosis = patient.wait_stalled(workflow_id)
    assert diagnosis["verdict"] == "no_activity_worker", diagnosis
    patient.project.replace(
        "worker.py",
        "        await stop.wait()\n",
        f"""        async with Worker(
            client,
            task_queue="{patient.queue}-billing",
            activities=[charge],
            activity_executor=ThreadPoolExecutor(4),
        ):
            await stop.wait()
""",
    )
    patient.do_next(workflow_id, diagnosis)
    patient.assert_completed(workflow_id)


def test_activity_leaves_the_other_queue(patient: Patient) -> None:
    """As `recovery` offers: without the queue in the code, the activity that waits there is started anew."""
    patient.damage(
        *in_workflow(f'            task_queue="{patient.queue}-billing",\n' + TIMEOUT, TIMEOUT)
    )
    patient.cli("ensure-worker").expect(0)
    workflow_id = patient.start("Order", "pears")
    diagnosis = patient.wait_stalled(workflow_id)
    patient.mend()
    patient.run(f"{patient.cli.path} ensure-worker")
    patient.run(patient.offered(diagnosis, "reset-workflow"))
    patient.cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    patient.assert_completed(workflow_id)


# ---- code that does not fit the history ----

CHANGED = Break(
    "workflow.py",
    "        await workflow.sleep(5)\n",
    "        await workflow.execute_activity(charge, 1, start_to_close_timeout=timedelta(seconds=9))\n",
)


@pytest.fixture
def changed(patient: Patient) -> tuple[Patient, str, dict[str, Any]]:
    """A workflow whose code was changed while it slept, and its diagnosis."""
    patient.cli("ensure-worker").expect(0)
    patient.starts_anew("Naps")
    workflow_id = patient.start("Naps")
    patient.temporal.call(patient.until_event(workflow_id, "TIMER_STARTED"))
    patient.damage(CHANGED)
    patient.cli("ensure-worker").expect(0)
    diagnosis = patient.wait_stalled(workflow_id)
    assert diagnosis["verdict"] == "nondeterminism", diagnosis
    assert "TMPRL1100" in diagnosis["root_cause"]["message"], diagnosis
    return patient, workflow_id, diagnosis


def test_nondeterminism_terminate_and_start_anew(
    changed: tuple[Patient, str, dict[str, Any]],
) -> None:
    patient, workflow_id, diagnosis = changed
    patient.do_next(workflow_id, diagnosis)
    assert patient.temporal.status(workflow_id) == "TERMINATED"
    patient.assert_new_completed("Naps", "awake")


def test_nondeterminism_reset_to_the_last_good_task(
    changed: tuple[Patient, str, dict[str, Any]],
) -> None:
    patient, workflow_id, diagnosis = changed
    patient.run(patient.offered(diagnosis, "reset-workflow"))
    patient.cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    patient.assert_completed(workflow_id, "awake")
    assert patient.run_ids(workflow_id) != [diagnosis["run_id"]]


def test_nondeterminism_change_taken_back(changed: tuple[Patient, str, dict[str, Any]]) -> None:
    patient, workflow_id, diagnosis = changed
    patient.mend()
    patient.cli("ensure-worker").expect(0)
    patient.check_recovering(workflow_id, "nondeterminism")
    patient.cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    patient.assert_completed(workflow_id, "awake")
    assert patient.run_ids(workflow_id) == [diagnosis["run_id"]]


# ---- the next attempt is far away: the reset gets it going at once ----

LONG = timedelta(minutes=2)  # a server takes no longer timeout of a workflow task


def assert_goes_on_at_once(patient: Patient, workflow_id: str, verdict: str) -> None:
    """The new worker is there, the next attempt far away: recovering, waited for, and hastened by `next`."""
    diagnosis = patient.cli.json("diagnose", "-w", workflow_id)
    assert diagnosis["verdict"] == verdict, diagnosis
    assert diagnosis["recovering"] and not diagnosis["stalled"], diagnosis
    due = datetime.fromisoformat(diagnosis["next_attempt_at"])
    assert due > datetime.now(UTC) + LONG / 2, diagnosis
    found = patient.cli.json("find-stalled-workflows")
    assert (found["stalled"], found["not_stalled"]) == ([], {verdict: 1}), found
    patient.cli("wait-for-workflow-status", "-w", workflow_id, "-T", 3).expect(5)
    for command in diagnosis["next"]:
        patient.run(command)
    patient.assert_completed(workflow_id)


def test_reset_gets_a_task_going_at_once(patient: Patient) -> None:
    patient.damage(*in_workflow('        price = PRICES["price of " + what]\n'))
    patient.cli("ensure-worker").expect(0)
    workflow_id = patient.start("Order", "pears", task_timeout=LONG)
    stalled = patient.wait_stalled(workflow_id)
    patient.mend()
    patient.cli("ensure-worker").expect(0)
    assert_goes_on_at_once(patient, workflow_id, "workflow_task_failure")
    assert patient.run_ids(workflow_id)[:-1] == [stalled["run_id"]]


def test_next_hastens_before_the_fix_as_well(patient: Patient) -> None:
    """An agent that mends the file and pastes what it was told before waits no longer than one that asks again."""
    patient.damage(*in_workflow('        price = PRICES["price of " + what]\n'))
    patient.cli("ensure-worker").expect(0)
    workflow_id = patient.start("Order", "pears", task_timeout=LONG)
    diagnosis = patient.wait_stalled(workflow_id)
    patient.mend()
    patient.do_next(workflow_id, diagnosis)
    patient.assert_completed(workflow_id)


def test_activity_that_backs_off_long_is_tried_at_once(patient: Patient) -> None:
    patient.damage(
        Break("activities.py", 'return f"paid {price}"', 'raise ConnectionError("gateway down")'),
        Break(
            "workflow.py",
            "initial_interval=timedelta(seconds=1)",
            "initial_interval=timedelta(hours=1)",
        ),
    )
    patient.cli("ensure-worker").expect(0)
    workflow_id = patient.start("Order", "pears")
    patient.temporal.call(patient.until(workflow_id, has_failed_activity))
    patient.mend()
    patient.cli("ensure-worker").expect(0)
    assert_goes_on_at_once(patient, workflow_id, "activity_retrying")
    assert len(patient.run_ids(workflow_id)) == 1


def has_failed_activity(answer: Any) -> bool:
    return any(activity.HasField("last_failure") for activity in answer.pending_activities)


@pytest.fixture
def patient_elsewhere(
    world: World, cli: Cli, loop: Loop, make_project: MakeProject, tmp_path: Path
) -> Iterator[Patient]:
    """On a server with the default gaps between attempts, which no command of ours started."""
    server = DevServer.start(loop, tmp_path / "server.log", port=world.port, dynamic_config=())
    temporal = Temporal(loop, server.address)
    yield make_patient(world, cli, temporal, make_project)
    cli("kill-worker", "--grace", 1).expect(0)
    temporal.close()
    server.stop()


def test_reset_on_a_server_with_long_gaps(patient_elsewhere: Patient) -> None:
    """The gap grows with each attempt; when it is long, the reset is offered, before that it is not."""
    patient = patient_elsewhere
    patient.damage(*in_workflow('        price = PRICES["price of " + what]\n'))
    patient.cli("ensure-worker").expect(0)
    workflow_id = patient.start("Order", "pears", task_timeout=timedelta(seconds=1))
    early = patient.wait_stalled(workflow_id)
    assert not any("reset-workflow" in command for command in early["next"]), early
    # Attempts 4, 5 and 6 begin 2, 8 and 19 seconds after the first; the 7th is due 20 s after the 6th.
    work = patient.until(workflow_id, lambda answer: answer.pending_workflow_task.attempt >= 6)
    patient.temporal.call(work, timeout=DEADLINE_SECONDS)
    # By now the attempt has read the broken code, whether it is mended at once or not.
    diagnosis = patient.wait_stalled(workflow_id)
    assert any("reset-workflow" in command for command in diagnosis["next"]), diagnosis
    patient.mend()
    patient.do_next(workflow_id, diagnosis)
    patient.assert_completed(workflow_id)
    assert patient.run_ids(workflow_id)[:-1] == [diagnosis["run_id"]]


# ---- the worker is gone, the activity paused, the child stuck ----


def test_activity_whose_worker_was_killed(patient: Patient) -> None:
    patient.damage(
        Break("activities.py", 'return f"paid {price}"', "time.sleep(600)"),
        Break("workflow.py", "=timedelta(seconds=30)", "=timedelta(seconds=6)"),
    )
    pid = patient.cli.json("ensure-worker")["worker_pid"]
    workflow_id = patient.start("Order", "pears")
    patient.temporal.call(patient.until(workflow_id, has_started_activity))
    os.kill(pid, signal.SIGKILL)
    processes.wait_gone(pid, 10)
    diagnosis = patient.wait_stalled(workflow_id)
    assert diagnosis["verdict"] == "activity_in_progress", diagnosis
    patient.mend()
    patient.do_next(workflow_id, diagnosis)
    patient.assert_completed(workflow_id)


def has_started_activity(answer: Any) -> bool:
    started = PendingActivityState.PENDING_ACTIVITY_STATE_STARTED
    return any(activity.state == started for activity in answer.pending_activities)


def test_activity_paused(patient: Patient) -> None:
    patient.damage(
        Break("activities.py", 'return f"paid {price}"', 'raise ConnectionError("gateway down")')
    )
    patient.cli("ensure-worker").expect(0)
    workflow_id = patient.start("Order", "pears")
    patient.temporal.call(patient.until(workflow_id, has_failed_activity))
    patient.temporal.call(patient.pause_activity(workflow_id, "charge"))
    patient.temporal.call(patient.until(workflow_id, has_paused_activity))
    patient.mend()
    patient.cli("ensure-worker").expect(0)
    diagnosis = patient.cli.json("diagnose", "-w", workflow_id)
    assert diagnosis["verdict"] == "activity_paused", diagnosis
    patient.do_next(workflow_id, diagnosis)
    patient.assert_completed(workflow_id)


def has_paused_activity(answer: Any) -> bool:
    return any(activity.paused for activity in answer.pending_activities)


def test_child_is_stuck(patient: Patient) -> None:
    """`next` of the parent leads to the child, whose `next` makes both complete."""
    patient.damage(*in_workflow('        price = PRICES["price of " + what]\n'))
    patient.cli("ensure-worker").expect(0)
    workflow_id = patient.start("Hands", "pears")
    child_id = workflow_id + "/child"
    started = "CHILD_WORKFLOW_EXECUTION_STARTED"
    patient.temporal.call(patient.until_event(workflow_id, started))
    stalled = patient.wait_stalled(child_id)
    parent = patient.cli.json("diagnose", "-w", workflow_id)
    assert parent["verdict"] == "waiting_child", parent
    assert parent["root_cause"] == stalled["root_cause"], parent
    # The parent cannot end before its only child does.
    waited = patient.cli("wait-for-workflow-status", "-w", workflow_id, "-o", "json").expect(6)
    assert waited.json["root_cause"] == stalled["root_cause"], waited
    shown = json.loads(patient.run(f"{parent['next'][0]} -o json"))
    assert (shown["workflow_id"], shown["verdict"]) == (child_id, "workflow_task_failure"), shown
    patient.mend()
    patient.do_next(child_id, shown)
    patient.cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    patient.assert_completed(workflow_id)


def test_waiting_for_a_signal(patient: Patient) -> None:
    patient.cli("ensure-worker").expect(0)
    workflow_id = patient.start("Waits")
    patient.temporal.call(patient.until_event(workflow_id, "WORKFLOW_TASK_COMPLETED"))
    diagnosis = patient.cli.json("diagnose", "-w", workflow_id)
    assert diagnosis["verdict"] == "waiting_signal", diagnosis
    patient.do_next(workflow_id, diagnosis)
    patient.cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    patient.assert_completed(workflow_id, "released")


def test_cancellation_not_acted_on(patient: Patient) -> None:
    patient.cli("ensure-worker").expect(0)
    patient.starts_anew("Stays")
    workflow_id = patient.start("Stays", True)
    patient.temporal.call(patient.until_event(workflow_id, "WORKFLOW_TASK_COMPLETED"))
    patient.cli("cancel-workflow", "-w", workflow_id).expect(0)
    patient.temporal.call(patient.until(workflow_id, acted_on_cancellation))
    diagnosis = patient.cli.json("diagnose", "-w", workflow_id)
    assert diagnosis["verdict"] == "cancel_requested", diagnosis
    patient.do_next(workflow_id, diagnosis)
    ended = patient.cli.json("diagnose", "-w", workflow_id)
    assert ended["verdict"] == "terminated", ended
    patient.do_next(workflow_id, ended)
    patient.assert_new_completed("Stays", "left")


def acted_on_cancellation(answer: Any) -> bool:
    """Started, two workflow tasks of three events each, the request in between."""
    return bool(answer.workflow_execution_info.history_length >= 8)


# ---- it is over: mended, and started anew ----

ONCE = Break("workflow.py", "backoff_coefficient=1)", "maximum_attempts=1)")


@dataclass(frozen=True)
class Over:
    name: str
    verdict: str
    breaks: tuple[Break, ...]
    options: dict[str, Any] = field(default_factory=dict)
    workflow: str = "Order"
    signal: str = ""


OVER = [
    Over(
        "activity_fails",
        "activity_failed",
        (ONCE, Break("activities.py", 'return f"paid {price}"', 'raise ConnectionError("down")')),
    ),
    Over(
        "activity_not_registered",
        "missing_activity",
        (ONCE, Break("worker.py", "activities=[charge]", "activities=[refund]")),
    ),
    Over(
        "activity_too_slow",
        "activity_timeout",
        (
            ONCE,
            Break("activities.py", 'return f"paid {price}"', "time.sleep(3)"),
            Break("workflow.py", "=timedelta(seconds=30)", "=timedelta(seconds=1)"),
        ),
    ),
    Over(
        "child_fails",
        "child_failed",
        (ONCE, Break("activities.py", 'return f"paid {price}"', 'raise ConnectionError("down")')),
        workflow="Hands",
    ),
    Over(
        "workflow_raises",
        "workflow_failed",
        in_workflow('        raise ApplicationError("no stock", type="OutOfStock")\n'),
    ),
    Over(
        "nobody_takes_it",
        "workflow_timed_out",
        (Break("worker.py", 'task_queue="orders', 'task_queue="order'),),
        options={"run_timeout": timedelta(seconds=1)},
    ),
    Over(
        "result_is_an_error",
        "false_positive_result",
        in_workflow('        return {"success": False, "error": "no price"}\n'),
    ),
]


@pytest.mark.parametrize("case", OVER, ids=lambda case: case.name)
def test_it_is_started_anew_after_the_fix(patient: Patient, case: Over) -> None:
    patient.damage(*case.breaks)
    patient.cli("ensure-worker").expect(0)
    patient.starts_anew(case.workflow, "pears")
    workflow_id = patient.start(case.workflow, "pears", **case.options)
    ended = "COMPLETED,FAILED,TIMED_OUT"
    patient.cli("wait-for-workflow-status", "-w", workflow_id, "-s", ended).expect(0)
    diagnosis = patient.cli.json("diagnose", "-w", workflow_id)
    assert diagnosis["verdict"] == case.verdict, diagnosis
    patient.mend()
    for command in diagnosis["next"]:
        # Shows the result, and says with its exit code again that it looks like an error.
        patient.run(command, negative="get-workflow-result" in command)
    patient.assert_new_completed(case.workflow, "pears: paid 7")
