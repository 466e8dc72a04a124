"""Recovery where mending the code is not all there is to do: what stands in a history, runs that are retried, a worker
that is stopped."""

import os
import signal
from datetime import timedelta

from temporalio.common import RetryPolicy

from harness.patient import Break, Patient, in_workflow

FAILS_FOR_GOOD = Break(
    "activities.py",
    'return f"paid {price}"',
    'raise ApplicationError("card refused", type="CardRefused", non_retryable=True)',
)
IMPORTED = Break(
    "activities.py",
    "from temporalio import activity\n",
    "from temporalio import activity\nfrom temporalio.exceptions import ApplicationError\n",
)
CAUGHT = (
    Break("workflow.py", "        receipt = await", "        try:\n         receipt = await"),
    Break(
        "workflow.py",
        '        return f"{what}: {receipt}"\n',
        "        except Exception as error:\n"
        '            raise ValueError("cannot charge") from error\n'
        '        return f"{what}: {receipt}"\n',
    ),
)


def test_failure_that_stands_in_the_history(patient: Patient) -> None:
    """The activity has failed for good, and the workflow's own exception only fails its task."""
    patient.project.replace("workflow.py", CAUGHT[0].good, CAUGHT[0].bad)
    patient.project.replace("workflow.py", CAUGHT[1].good, CAUGHT[1].bad)
    patient.damage(IMPORTED, FAILS_FOR_GOOD)
    patient.cli("ensure-worker").expect(0)
    workflow_id = patient.start("Order", "pears")
    diagnosis = patient.wait_stalled(workflow_id)
    assert diagnosis["verdict"] == "workflow_task_failure", diagnosis
    assert any("stands in its history" in line for line in diagnosis["recovery"]), diagnosis
    patient.mend()
    patient.cli("ensure-worker").expect(0)
    patient.run(patient.offered(diagnosis, "reset-workflow"))
    patient.cli("wait-for-workflow-status", "-w", workflow_id, "-T", 60).expect(0)
    patient.assert_completed(workflow_id)


def test_runs_that_are_retried(patient: Patient) -> None:
    """The next run takes the new code by itself."""
    patient.damage(*in_workflow('        raise ApplicationError("no price", type="NoPrice")\n'))
    patient.cli("ensure-worker").expect(0)
    again = RetryPolicy(initial_interval=timedelta(seconds=1), backoff_coefficient=1)
    workflow_id = patient.start("Order", "pears", retry_policy=again)
    patient.temporal.call(patient.until(workflow_id, is_a_later_run))
    diagnosis = patient.cli.json("diagnose", "-w", workflow_id)
    assert diagnosis["attention"], diagnosis
    assert diagnosis["root_cause"]["type"] == "NoPrice", diagnosis
    patient.mend()
    for command in diagnosis["next"]:
        patient.run(command)
    patient.cli("wait-for-workflow-status", "-w", workflow_id, "-T", 60).expect(0)
    patient.assert_completed(workflow_id)


def is_a_later_run(answer: object) -> bool:
    info = answer.workflow_execution_info  # type: ignore[attr-defined]
    return bool(info.first_run_id != info.execution.run_id)


def test_worker_that_is_stopped(patient: Patient) -> None:
    pid = patient.cli.json("ensure-worker")["worker_pid"]
    os.kill(pid, signal.SIGSTOP)
    try:
        workflow_id = patient.start("Order", "pears")
        diagnosis = patient.wait_stalled(workflow_id)
        assert any("stopped" in line for line in diagnosis["evidence"] + diagnosis["recovery"])
        for command in diagnosis["next"]:
            patient.run(command)
        patient.assert_completed(workflow_id)
    finally:
        if os.path.exists(f"/proc/{pid}"):
            os.kill(pid, signal.SIGCONT)
