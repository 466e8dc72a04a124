"""Recovery where the next attempt is far away: what `next` says gets the workflow going at once."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from conftest import MakeProject
from harness.cli import DEADLINE_SECONDS, Cli
from harness.client import Loop, Temporal
from harness.patient import Break, Patient, has_failed_activity, in_workflow, make_patient
from harness.server import DevServer
from harness.world import World

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
