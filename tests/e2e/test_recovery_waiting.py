"""Recovery of what waits: for a worker that is gone, a pause, a child, a signal, an answer to a cancellation."""

import json
import os
import signal
from typing import Any

from temporalio.api.enums.v1 import PendingActivityState

from harness import processes
from harness.patient import Break, Patient, has_failed_activity, in_workflow


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
