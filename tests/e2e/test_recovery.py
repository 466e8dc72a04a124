"""Recovery that works: what `next` says is done literally, and the workflow goes on and completes.

Each test breaks a scratch project in one way, lets the program name the trouble, mends the file, and runs the
printed commands one after another through a shell, as an agent would paste them."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from harness.patient import PRICE, TASK_TIMEOUT, Break, Patient, in_workflow


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


TIMEOUT = "            start_to_close_timeout=timedelta(seconds=30),\n"


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
    patient.run(f"{patient.cli.typed} ensure-worker")
    patient.run(patient.offered(diagnosis, "reset-workflow"))
    patient.cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    patient.assert_completed(workflow_id)
