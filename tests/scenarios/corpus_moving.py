"""Scenarios that run and must not be called stalled: they wait by design, work, or recovered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import steps
from corpus_children import CHILD_STARTED, COMPANY, PARENTS
from scenario import Expected, Scenario
from steps import Step
from workers import shared
from workers.shared import Call, Child

HOUR = timedelta(hours=1)
DAY = 86_400


def moving(
    name: str,
    why: str,
    verdict: str,
    workflow: str,
    args: tuple[Any, ...] = (),
    steps: tuple[Step, ...] = (steps.until_idle(),),
    mentions: tuple[str, ...] = (),
    **more: Any,
) -> Scenario:
    expected = Expected("RUNNING", verdict, mentions=mentions)
    return Scenario(name, why, expected, workflow, args, steps=steps, **more)


WAITING = [
    moving("waits_for_signal", "by design", "waiting_signal", "Approval", mentions=("approve",)),
    moving(
        "waits_for_activity_then_signal",
        "its activity is done",
        "waiting_signal",
        "CallThenWait",
        (Call("quick"),),
        steps=(steps.until_event("ACTIVITY_TASK_COMPLETED"), steps.until_idle()),
        mentions=("release",),
    ),
    moving(
        "got_misspelt_signal",
        "the signal is in the history, but no handler knows it",
        "waiting_signal",
        "Approval",
        steps=(steps.until_idle(), steps.signal("aprove"), steps.until_idle()),
        mentions=("aprove", "approve"),
    ),
    moving(
        "got_other_signal",
        "a signal that has a handler, but not the one waited for",
        "waiting_signal",
        "Approval",
        steps=(steps.until_idle(), steps.signal("remark", "soon"), steps.until_idle()),
    ),
    moving(
        "rejected_update",
        "leaves no trace",
        "waiting_signal",
        "Approval",
        steps=(steps.until_idle(), steps.rejected_update("approve_by_update", "")),
    ),
    moving(
        "failing_query",
        "harmless, leaves no trace",
        "waiting_signal",
        "Approval",
        steps=(steps.until_idle(), steps.failing_query("failing")),
    ),
    moving("waits_for_timer", "by design", "waiting_timer", "Naps", (DAY,)),
    moving(
        "waits_for_signal_or_timer",
        "a condition with a deadline: both would do",
        "waiting_timer",
        "Approval",
        (DAY,),
    ),
    moving(
        "huge_history_timer",
        "the timer is at the end of 3,000 events",
        "waiting_timer",
        "HugeHistory",
        (shared.HUGE_HISTORY, "timer"),
        steps=(steps.until_history(shared.HUGE_HISTORY), steps.until_idle()),
    ),
    moving(
        "worker_died_while_waiting",
        "there is no task for a worker now, so none is missed",
        "waiting_signal",
        "Approval",
        steps=(steps.until_idle(), steps.Handover(shared.QUEUE_DYING)),
        queue=shared.QUEUE_DYING,
    ),
    moving(
        "start_delay",
        "its first task is due in an hour",
        "start_delayed",
        "Approval",
        steps=(steps.until_backoff(),),
        options={"start_delay": HOUR},
    ),
    moving(
        "start_delay_without_worker",
        "nobody polls its queue, but nobody needs to yet",
        "start_delayed",
        "Approval",
        steps=(steps.until_backoff(),),
        queue=shared.QUEUE_UNSERVED,
        options={"start_delay": HOUR},
    ),
    moving(
        "cron",
        "due at the next New Year",
        "start_delayed",
        "Approval",
        steps=(steps.until_backoff(),),
        options={"cron_schedule": "0 0 1 1 *"},
    ),
    Scenario(
        "workflow_retry_backoff",
        "the first run failed, the next begins in an hour",
        Expected("RUNNING", "start_delayed"),
        started_by="workflow_retried",
        steps=(steps.until_backoff(),),
    ),
    Scenario(
        "continued_as_new_latest",
        "the run after the one that continued as new",
        Expected("RUNNING", "waiting_signal"),
        started_by="continued_as_new",
        steps=(steps.until_idle(),),
    ),
    moving(
        "cancel_ignored",
        "the code swallows the cancellation",
        "cancel_requested",
        "IgnoresCancel",
        steps=(
            steps.until_idle(),
            steps.cancel(),
            steps.until_event("WORKFLOW_EXECUTION_CANCEL_REQUESTED"),
            steps.until_idle(),
        ),
    ),
]

CHILDREN = [
    *PARENTS,
    *COMPANY,
    moving(
        "parent_of_stuck_child",
        "fine itself: the child is not",
        "waiting_child",
        "CallChild",
        (Child("CodeBug", "/child", ["key_error"]),),
        steps=CHILD_STARTED,
        mentions=("scenario-parent_of_stuck_child/child",),
    ),
    moving(
        "parent_of_unserved_child",
        "fine itself: nobody runs the child",
        "waiting_child",
        "CallChild",
        (Child("Approval", "/child", queue=shared.QUEUE_UNSERVED),),
        steps=CHILD_STARTED,
        mentions=("scenario-parent_of_unserved_child/child",),
    ),
    moving(
        "parent_of_healthy_child",
        "both are fine",
        "waiting_child",
        "CallChild",
        (Child("Naps", "/child", [DAY]),),
        steps=CHILD_STARTED,
    ),
    Scenario(
        "healthy_child",
        "waits by design",
        Expected("RUNNING", "waiting_timer"),
        started_by="parent_of_healthy_child",
        suffix="/child",
        steps=(steps.until_idle(),),
    ),
]

WORKING = [
    moving(
        "long_activity_with_heartbeats",
        "healthy work",
        "activity_in_progress",
        "CallActivities",
        ([Call("works_with_heartbeats", heartbeat=30)],),
        steps=(steps.until_heartbeat(),),
    ),
    moving(
        "long_activity",
        "healthy work without heartbeats",
        "activity_in_progress",
        "CallActivities",
        ([Call("works_silently")],),
        steps=(steps.until_activity(state=steps.STARTED),),
    ),
    moving(
        "long_activity_under_deadline",
        "a timer runs beside it: both are waited for",
        "activity_in_progress",
        "CallWithDeadline",
        (Call("works_silently"),),
        steps=(steps.until_activity(state=steps.STARTED),),
    ),
    moving(
        "activity_completed_elsewhere",
        "the worker is done with it, somebody else will complete it",
        "activity_in_progress",
        "CallActivities",
        ([Call("complete_elsewhere")],),
        steps=(steps.until_activity(state=steps.STARTED),),
    ),
    moving(
        "activities_side_by_side",
        "several, all healthy",
        "activity_in_progress",
        "CallActivities",
        ([Call("works_silently"), Call("works_silently"), Call("quick")],),
        steps=(
            steps.until_event("ACTIVITY_TASK_COMPLETED"),
            steps.until_activity(state=steps.STARTED, pending=2),
        ),
    ),
    moving(
        "activity_waits_for_slot",
        "the only slot is taken: its queue has a poller, under a name that is no PID",
        "activity_in_progress",
        "CallActivities",
        ([Call("works_silently"), Call("works_silently")],),
        steps=(
            steps.until_activity(state=steps.STARTED, pending=2),
            steps.until_activity(state=steps.SCHEDULED, pending=2),
        ),
        queue=shared.QUEUE_ONE_SLOT,
    ),
    moving(
        "local_activity_works",
        "shows as a workflow task that is being worked on",
        "in_progress",
        "CallActivities",
        ([Call("works_silently", local=True)],),
        steps=(steps.until_task_held(),),
    ),
    moving(
        "activity_paused",
        "paused before anybody ran it",
        "activity_paused",
        "CallActivities",
        ([Call("quick", queue=shared.QUEUE_UNSERVED)],),
        steps=(
            steps.until_activity(),
            steps.pause_activity("quick"),
            steps.until_activity(state=steps.PAUSED),
        ),
    ),
    moving(
        "activity_paused_between_attempts",
        "it failed, then somebody paused it",
        "activity_paused",
        "CallActivities",
        ([Call("back_off_long")],),
        steps=(
            steps.until_activity(2),
            steps.pause_activity("back_off_long"),
            steps.until_activity(2, state=steps.PAUSED),
        ),
    ),
]

RECOVERED = [
    moving(
        "recovered_after_crash",
        "the task that timed out is still in its history",
        "waiting_signal",
        "KillsWorkerOnce",
        steps=(steps.until_event("WORKFLOW_TASK_TIMED_OUT"), steps.until_idle()),
        queue=shared.QUEUE_CRASH,
        options={"task_timeout": timedelta(seconds=1)},
    ),
    moving(
        "recovered_after_failed_task",
        "the failure is still in its history",
        "waiting_signal",
        "FailsOnce",
        (True,),
        steps=(steps.until_event("WORKFLOW_TASK_FAILED"), steps.until_idle()),
    ),
    moving(
        "recovered_activity",
        "it failed twice, then it worked",
        "waiting_signal",
        "CallThenWait",
        (Call("recovers", [3]),),
        steps=(steps.until_event("ACTIVITY_TASK_COMPLETED"), steps.until_idle()),
    ),
    moving(
        "unhandled_command",
        "a failed workflow task with a harmless cause",
        "waiting_signal",
        "UnhandledCommand",
        (True,),
        steps=(steps.until_event("WORKFLOW_TASK_FAILED"), steps.until_idle()),
    ),
    moving(
        "reset",
        "its history has a failed task, which is the reset",
        "waiting_signal",
        "Approval",
        steps=(
            steps.until_idle(),
            steps.signal("remark", "from before"),
            steps.until_idle(),
            steps.reset(4),
            steps.until_idle(),
        ),
    ),
    moving(
        "patched_change",
        "the second version's code with a patch for the first one's history",
        "waiting_signal",
        "Patched",
        steps=(
            steps.until_idle(),
            steps.Handover(shared.QUEUE_VERSIONS),
            steps.signal("go"),
            steps.until_idle(),
        ),
        queue=shared.QUEUE_VERSIONS,
    ),
    Scenario(
        "activity_recovering",
        "failed with the first version; the second is there, the next attempt due in an hour",
        Expected(
            "RUNNING",
            "activity_retrying",
            recovering=True,
            root_cause_type="PermissionError",
            root_cause_message="the key of version one has expired",
        ),
        "Rates",
        steps=(
            steps.until_activity(2),
            steps.Handover(shared.QUEUE_VERSIONS),
            steps.until_activities_polled(shared.QUEUE_VERSIONS),
        ),
        queue=shared.QUEUE_VERSIONS,
    ),
]

MOVING: list[Scenario] = [*WAITING, *CHILDREN, *WORKING, *RECOVERED]
