"""Recovery of what is over: the file is mended, and what `next` says starts the workflow anew, which completes."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from harness.patient import Break, Patient, in_workflow

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
