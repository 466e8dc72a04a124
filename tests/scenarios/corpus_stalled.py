"""Scenarios that cannot move until someone acts: find-stalled-workflows must list every one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import steps
from corpus_children import STUCK_CHILDREN
from corpus_tasks import ODD_IDS, TASKS
from scenario import Expected, Scenario
from workers import shared
from workers.shared import Call

SECOND = timedelta(seconds=1)


def activity_retries(
    name: str,
    why: str,
    call: Call,
    type: str | None,
    message: str | None,
    verdict: str = "activity_retrying",
    exact: bool = False,
    location: str | None = None,
    attempt: int = 3,
    mentions: tuple[str, ...] = (),
    **more: Any,
) -> Scenario:
    """A workflow that waits for an activity that fails again and again."""
    expected = Expected(
        "RUNNING",
        verdict,
        stalled=True,
        root_cause_type=type,
        root_cause_message=message,
        exact=exact,
        location=location,
        mentions=mentions,
    )
    way = (steps.until_activity(attempt),)
    return Scenario(name, why, expected, "CallActivities", ([call],), steps=way, **more)


def unserved(name: str, why: str, verdict: str, mentions: tuple[str, ...], **more: Any) -> Scenario:
    """A workflow whose next task nobody fetches."""
    expected = Expected("RUNNING", verdict, stalled=True, mentions=mentions)
    return Scenario(name, why, expected, **more)


ACTIVITIES = [
    activity_retries(
        "activity_fails",
        "the plain case: an outer system is down",
        Call("charge_card", [30]),
        "ConnectionError",
        "payment gateway refused 30 EUR",
        exact=True,
        location="activities.py:charge_card",
        mentions=("charge_card",),
    ),
    activity_retries(
        "activity_fails_with_cause",
        "the cause of the error is the root",
        Call("call_gateway"),
        "ConnectionRefusedError",
        "gateway socket closed",
        location="activities.py:call_gateway",
    ),
    activity_retries(
        "activity_fails_silently",
        "an exception without a message",
        Call("silent_error"),
        "ValueError",
        "",
        exact=True,
        location="activities.py:silent_error",
    ),
    activity_retries(
        "activity_fails_verbosely",
        "a message of 100 kB",
        Call("verbose_error"),
        "RuntimeError",  # the server keeps 4 kB of it, beneath "Failure exceeds size limit."
        "begin xxxx",
    ),
    activity_retries(
        "activity_fails_in_odd_text",
        "lines, quotes, terminal escapes and unicode in the message",
        Call("odd_text_error"),
        "RuntimeError",
        'second "line"',
    ),
    activity_retries(
        "activity_result_cannot_be_serialized",
        "the work is done again and again",
        Call("return_object"),
        "TypeError",
        "object is not JSON serializable",
    ),
    activity_retries(
        "activity_arguments_of_another_type",
        "text where an object is wanted",
        Call("ship_order", ["order 7"]),
        "TypeError",  # the cause of "Failed decoding arguments"
        "Cannot convert to dataclass",
    ),
    activity_retries(
        "activity_backs_off_long",
        "one failure, the next attempt in an hour",
        Call("back_off_long"),
        "RateLimited",
        "rate limit reached",
        attempt=2,
    ),
    activity_retries(
        "activity_times_out_again_and_again",
        "each attempt takes too long",
        Call("works_silently", start_to_close=1),
        "TIMEOUT_TYPE_START_TO_CLOSE",
        None,
        attempt=2,
    ),
    activity_retries(
        "activity_heartbeats_missing",
        "each attempt loses its heartbeat",
        Call("works_silently", heartbeat=1),
        "TIMEOUT_TYPE_HEARTBEAT",
        None,
        attempt=2,
    ),
    activity_retries(
        "activity_not_registered",
        "retried, so it resumes once it is registered",
        Call("print_label"),
        "NotFoundError",
        "Activity function print_label",
        verdict="missing_activity",
        mentions=("print_label",),
    ),
    activity_retries(
        "activity_finds_nothing",
        "an exception of the project's own that is named as the SDK's for what is not registered",
        Call("find_device", [12]),
        "NotFoundError",
        "device 12 is not registered",
        exact=True,
        location="activities.py:find_device",
    ),
    activity_retries(
        "activity_fails_encoded",
        "the text is in encoded attributes, readable ones",
        Call("charge_card", [30]),
        "ConnectionError",
        None,
        queue=shared.QUEUE_ENCODED,
    ),
    activity_retries(
        "activity_fails_encrypted",
        "the text is in encoded attributes, unreadable ones",
        Call("charge_card", [30]),
        "ConnectionError",
        "Encoded failure",
        queue=shared.QUEUE_ENCRYPTED,
    ),
    Scenario(
        "activity_fails_under_deadline",
        "a timer runs beside it, but does not help it",
        Expected(
            "RUNNING",
            "activity_retrying",
            stalled=True,
            root_cause_type="ConnectionError",
            root_cause_message="payment gateway refused 4 EUR",
            exact=True,
        ),
        "CallWithDeadline",
        (Call("charge_card", [4]),),
        steps=(steps.until_activity(3),),
    ),
    Scenario(
        "one_activity_of_several_fails",
        "its neighbours are fine",
        Expected(
            "RUNNING",
            "activity_retrying",
            stalled=True,
            root_cause_type="ConnectionError",
            root_cause_message="payment gateway refused 5 EUR",
            exact=True,
        ),
        "CallActivities",
        ([Call("works_silently"), Call("charge_card", [5]), Call("works_silently")],),
        steps=(steps.until_activity(3, pending=3),),
    ),
]

WORKERS = [
    unserved(
        "no_worker",
        "nobody ever polled this queue",
        "no_workflow_worker",
        (shared.QUEUE_MISSPELT,),
        workflow="Approval",
        queue=shared.QUEUE_MISSPELT,
        steps=(steps.until_task_pending(),),
    ),
    unserved(
        "no_worker_and_cancel_requested",
        "nobody is there to act on the cancellation",
        "no_workflow_worker",
        (shared.QUEUE_UNSERVED,),
        workflow="Approval",
        queue=shared.QUEUE_UNSERVED,
        steps=(steps.until_task_pending(), steps.cancel()),
    ),
    unserved(
        "worker_for_activities_only",
        "somebody polls the queue, but not for workflow tasks",
        "no_workflow_worker",
        (shared.QUEUE_ACTIVITIES_ONLY,),
        workflow="Approval",
        queue=shared.QUEUE_ACTIVITIES_ONLY,
        steps=(steps.until_task_pending(),),
    ),
    unserved(
        "worker_died_before_signal",
        "its task timed out on the dead worker's own queue, which is no crash",
        "no_workflow_worker",
        (shared.QUEUE_DYING,),
        workflow="Approval",
        queue=shared.QUEUE_DYING,
        steps=(
            steps.until_idle(),
            steps.Handover(shared.QUEUE_DYING),
            steps.signal("remark", "anybody there?"),
            steps.until_on_common_queue(),
        ),
    ),
    unserved(
        "worker_died_before_start",
        "the server still remembers the poller",
        "no_workflow_worker",
        (shared.QUEUE_DYING,),
        workflow="Approval",
        queue=shared.QUEUE_DYING,
        after_handover=True,
        steps=(steps.until_task_pending(),),
    ),
    unserved(
        "no_activity_worker",
        "nobody ever polled the activity's queue",
        "no_activity_worker",
        (shared.QUEUE_UNSERVED, "quick"),
        workflow="CallActivities",
        args=([Call("quick", queue=shared.QUEUE_UNSERVED)],),
        steps=(steps.until_activity(),),
    ),
    unserved(
        "no_worker_for_one_activity_of_several",
        "its neighbour is fine",
        "no_activity_worker",
        (shared.QUEUE_UNSERVED, "quick"),
        workflow="CallActivities",
        args=([Call("works_silently"), Call("quick", queue=shared.QUEUE_UNSERVED)],),
        steps=(steps.until_activity(state=steps.STARTED, pending=2),),
    ),
    unserved(
        "worker_for_workflows_only",
        "somebody polls the queue, but not for activities",
        "no_activity_worker",
        (shared.QUEUE_WORKFLOWS_ONLY, "quick"),
        workflow="CallActivities",
        args=([Call("quick")],),
        queue=shared.QUEUE_WORKFLOWS_ONLY,
        steps=(steps.until_activity(),),
    ),
    Scenario(
        "pinned_to_a_version",
        "a worker polls its queue, but not of the version that it is pinned to",
        Expected("RUNNING", "no_workflow_worker", stalled=True, mentions=("scenarios:1",)),
        "Approval",
        queue=shared.QUEUE_PINNED,
        steps=(
            steps.current_version("scenarios", "1"),
            steps.until_idle(),
            steps.Handover(shared.QUEUE_PINNED),
            steps.signal("remark", "nobody of that version hears it"),
            steps.until_on_common_queue(),
        ),
    ),
    Scenario(
        "not_of_the_current_version",
        "pinned to none, it goes to the current version, which nobody has any more",
        Expected(
            "RUNNING",
            "no_workflow_worker",
            stalled=True,
            mentions=("scenarios:1", "scenarios:2", "set-current-version"),
        ),
        "Approval",
        queue=shared.QUEUE_PINNED,
        steps=(steps.until_task_pending(),),
        after_handover=True,
        when_polled=True,
    ),
]

CHILDREN = [
    *STUCK_CHILDREN,
    Scenario(
        "child_with_bug",
        "the child of a parent that is itself fine",
        Expected(
            "RUNNING",
            "workflow_task_failure",
            stalled=True,
            root_cause_type="KeyError",
            root_cause_message="'pears'",
            exact=True,
        ),
        started_by="parent_of_stuck_child",
        suffix="/child",
        steps=(steps.until_task_attempt(2),),
    ),
    unserved(
        "child_without_worker",
        "a child on a queue that nobody polls",
        "no_workflow_worker",
        (shared.QUEUE_UNSERVED,),
        started_by="parent_of_unserved_child",
        suffix="/child",
        steps=(steps.until_task_pending(),),
    ),
]

IN_VAIN = [
    Scenario(
        "call_aside_fails",
        "a task that nobody awaits died, and nothing else ends the wait",
        Expected(
            "RUNNING",
            "waiting_in_vain",
            stalled=True,
            root_cause_type="OutOfStock",
            root_cause_message="pears is sold out",
            exact=True,
        ),
        "CallsAside",
        (Call("reserve_stock", ["pears"]), True),
        steps=(steps.until_event("ACTIVITY_TASK_FAILED"), steps.until_idle()),
    ),
]

STALLED: list[Scenario] = [*TASKS, *ODD_IDS, *ACTIVITIES, *WORKERS, *CHILDREN, *IN_VAIN]
