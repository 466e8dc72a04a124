"""Recovery of code that does not fit the history: each way that `next` and `recovery` offer, done literally."""

from typing import Any

import pytest

from harness.patient import Break, Patient

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
