"""Scenarios that are over without a result: how they ended, and why."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from temporalio.client import WorkflowExecutionStatus as Status
from temporalio.common import RetryPolicy

import steps
from corpus_results import RESULTS
from scenario import Expected, Scenario
from steps import Step
from workers import shared
from workers.shared import Call, Child

SECOND = timedelta(seconds=1)


def failed(
    name: str,
    why: str,
    workflow: str,
    argument: Any,
    verdict: str,
    type: str | None,
    message: str | None,
    location: str | None = None,
    exact: bool = False,
    before: tuple[Step, ...] = (),
    **more: Any,
) -> Scenario:
    expected = Expected(
        "FAILED",
        verdict,
        root_cause_type=type,
        root_cause_message=message,
        location=location,
        exact=exact,
    )
    way = (*before, steps.until_closed(Status.FAILED))
    return Scenario(name, why, expected, workflow, (argument,), steps=way, **more)


WORKFLOW_FAILURES = [
    failed(
        "workflow_fails",
        "an ApplicationError with a type",
        "Fails",
        "typed",
        "workflow_failed",
        "CreditLimit",
        "credit limit exceeded",
        "flows.py:run",
        exact=True,
    ),
    failed(
        "workflow_fails_untyped",
        "an ApplicationError without a type",
        "Fails",
        "untyped",
        "workflow_failed",
        None,
        "something went wrong",
    ),
    failed(
        "workflow_fails_by_exception",
        "a type of exception that was declared a failure",
        "Fails",
        "python",
        "workflow_failed",
        "ValueError",
        "total is negative: -5",
        "flows.py:check_total",
        exact=True,
    ),
    failed(
        "workflow_fails_silently",
        "no message",
        "Fails",
        "silent",
        "workflow_failed",
        "ValueError",
        "",
        exact=True,
    ),
    failed(
        "workflow_fails_with_cause",
        "the cause is the root",
        "Fails",
        "caused",
        "workflow_failed",
        "ValueError",
        "total is negative: -7",
        "flows.py:check_total",
        exact=True,
    ),
    failed(
        "workflow_fails_deeply",
        "thirty causes, the last is the root",
        "Fails",
        "deep",
        "workflow_failed",
        "LookupError",
        "the very first",
        "flows.py:raise_through",
        exact=True,
    ),
    failed(
        "condition_timed_out",
        "nobody approved in time: a failure, not a timeout of the workflow",
        "Approval",
        0.5,
        "workflow_failed",
        "TimeoutError",  # its own cause, a CancelledError, is how asyncio ends a wait
        "",
        exact=True,
    ),
    failed(
        "workflow_retried",
        "the run that failed, before the one that waits for its retry",
        "Fails",
        "typed_retryable",
        "workflow_failed",
        "Overloaded",
        "try again later",
        exact=True,
        first_run=True,
        options={
            "retry_policy": RetryPolicy(initial_interval=timedelta(hours=1), maximum_attempts=3)
        },
    ),
    failed(
        "workflow_fails_encrypted",
        "the text is in encoded attributes, unreadable ones",
        "Fails",
        "typed",
        "workflow_failed",
        "CreditLimit",
        "Encoded failure",
        queue=shared.QUEUE_ENCRYPTED,
    ),
]

ACTIVITY_FAILURES = [
    failed(
        "retries_exhausted",
        "three attempts",
        "CallActivities",
        [Call("charge_card", [9], attempts=3)],
        "activity_failed",
        "ConnectionError",
        "payment gateway refused 9 EUR",
        "activities.py:charge_card",
        exact=True,
    ),
    failed(
        "activity_error_without_retry",
        "non-retryable",
        "CallActivities",
        [Call("reserve_stock", ["pear"])],
        "activity_failed",
        "OutOfStock",
        "pear is sold out",
        "activities.py:reserve_stock",
        exact=True,
    ),
    failed(
        "activity_error_without_type",
        "an ApplicationError that says no type",
        "CallActivities",
        [Call("untyped_error")],
        "activity_failed",
        None,
        "an application error without a type",
    ),
    failed(
        "activity_error_of_100_kB",
        "a message of 100 kB, kept in the history",
        "CallActivities",
        [Call("verbose_error", attempts=1)],
        "activity_failed",
        "RuntimeError",
        "begin xxxx",
    ),
    failed(
        "activity_error_rewrapped",
        "the workflow raises an error of its own from the activity's",
        "RewrapsActivityError",
        Call("charge_card", [8], attempts=1),
        "activity_failed",
        "ConnectionError",
        "payment gateway refused 8 EUR",
    ),
    failed(
        "local_activity_error",
        "a local activity's retries end",
        "CallActivities",
        [Call("charge_card", [7], local=True, attempts=2, interval=0.1)],
        "workflow_failed",  # as the chain in the history has no activity in it
        "ConnectionError",
        "payment gateway refused 7 EUR",
        "activities.py:charge_card",
        exact=True,
    ),
    failed(
        "activity_not_registered_once",
        "one attempt only, so the workflow has failed",
        "CallActivities",
        [Call("print_label", attempts=1)],
        "missing_activity",
        "NotFoundError",
        "Activity function print_label",
    ),
    *(
        failed(
            f"activity_{name}_timeout",
            why,
            "CallActivities",
            [call],
            "activity_timeout",
            f"TIMEOUT_TYPE_{name.upper()}",
            None,
        )
        for name, why, call in (
            (
                "start_to_close",
                "one attempt, too slow",
                Call("works_silently", start_to_close=1, attempts=1),
            ),
            (
                "schedule_to_start",
                "nobody fetched it in time",
                Call("quick", queue=shared.QUEUE_UNSERVED, schedule_to_start=1),
            ),
            (
                "heartbeat",
                "one attempt, without a heartbeat",
                Call("works_silently", heartbeat=1, attempts=1),
            ),
            (
                "schedule_to_close",
                "too slow over all, no failure beneath",
                Call("works_silently", start_to_close=None, schedule_to_close=1),
            ),
        )
    ),
    failed(
        "activity_fails_until_timeout",
        "a timeout over all attempts: the root is why they failed",
        "CallActivities",
        [Call("fail_then_hang", start_to_close=None, schedule_to_close=2)],
        "activity_timeout",
        "ConnectionError",
        "payment gateway closed the connection",
        exact=True,
    ),
    failed(
        "activity_fails_without_time_to_retry",
        "the next attempt would come after the timeout over all attempts",
        "CallActivities",
        [Call("charge_card", [6], schedule_to_close=5, interval=10)],
        "activity_failed",  # as the history has it: no timeout in the chain
        "ConnectionError",
        "payment gateway refused 6 EUR",
        exact=True,
    ),
]

CHILD_FAILURES = [
    failed(
        "child_fails",
        "the child's failure is the root",
        "CallChild",
        Child("Fails", "/child", ["python"]),
        "child_failed",
        "ValueError",
        "total is negative: -5",
        "flows.py:check_total",
        exact=True,
    ),
    failed(
        "grandchild_fails",
        "two levels of children, then an activity",
        "CallChild",
        Child(
            "CallChild",
            "/child",
            [Child("CallActivities", "/child", [[Call("reserve_stock", ["plum"])]])],
        ),
        "child_failed",
        "OutOfStock",
        "plum is sold out",
        "activities.py:reserve_stock",
        exact=True,
    ),
    failed(
        "child_timed_out",
        "the child's run timeout",
        "CallChild",
        Child("Naps", "/child", [3600], run_timeout=1),
        "child_failed",
        "TIMEOUT_TYPE_START_TO_CLOSE",
        None,
    ),
    failed(
        "child_timed_out_by_its_code",
        "the child's own task failed until its time was up",
        "CallChild",
        Child("CodeBug", "/child", ["key_error"], run_timeout=10),
        "child_failed",
        "KeyError",
        "'pears'",
        "broken.py:key_error",
        exact=True,
        queue=shared.QUEUE_WORKFLOWS_ONLY,
        when_polled=True,
    ),
    failed(
        "child_timed_out_without_worker",
        "nobody polls the child's queue",
        "CallChild",
        Child("Naps", "/child", [3600], queue=shared.QUEUE_UNSERVED, run_timeout=1),
        "child_failed",
        "TIMEOUT_TYPE_START_TO_CLOSE",
        f"no worker took its first task from '{shared.QUEUE_UNSERVED}'",
    ),
    failed(
        "child_terminated",
        "somebody ended the child",
        "CallChild",
        Child("Naps", "/child", [3600]),
        "child_failed",
        None,
        "Terminated",
        before=(steps.until_child(), steps.terminate("not needed any more", "/child")),
    ),
]

ENDED = [
    Scenario(
        "run_timeout",
        "its run may take two seconds",
        Expected("TIMED_OUT", "workflow_timed_out"),
        "Naps",
        (3600,),
        steps=(steps.until_closed(Status.TIMED_OUT),),
        queue=shared.QUEUE_WORKFLOWS_ONLY,  # whose worker has little else to do
        options={"run_timeout": 2 * SECOND},
        when_polled=True,
    ),
    Scenario(
        "execution_timeout",
        "the whole execution may take two seconds",
        Expected("TIMED_OUT", "workflow_timed_out"),
        "Approval",
        steps=(steps.until_closed(Status.TIMED_OUT),),
        queue=shared.QUEUE_WORKFLOWS_ONLY,
        options={"execution_timeout": 2 * SECOND},
        when_polled=True,
    ),
    Scenario(
        "timed_out_without_worker",
        "no worker ever began it",
        Expected("TIMED_OUT", "workflow_timed_out", mentions=(shared.QUEUE_UNSERVED,)),
        "Approval",
        queue=shared.QUEUE_UNSERVED,
        steps=(steps.until_closed(Status.TIMED_OUT),),
        options={"run_timeout": SECOND},
    ),
    Scenario(
        "timed_out_with_failing_task",
        "its code has a bug that never let it begin",
        Expected(
            "TIMED_OUT",
            "workflow_timed_out",
            mentions=("KeyError",),
        ),
        "CodeBug",
        ("key_error",),
        steps=(steps.until_closed(Status.TIMED_OUT),),
        queue=shared.QUEUE_WORKFLOWS_ONLY,
        options={"run_timeout": 10 * SECOND},
        when_polled=True,
    ),
    Scenario(
        "terminated",
        "with a reason",
        Expected("TERMINATED", "terminated", mentions=("budget is spent",)),
        "Approval",
        steps=(
            steps.until_idle(),
            steps.terminate("budget is spent"),
            steps.until_closed(Status.TERMINATED),
        ),
    ),
    Scenario(
        "terminated_with_failing_task",
        "over, whatever task it had",
        Expected("TERMINATED", "terminated", mentions=("gave up",)),
        "CodeBug",
        ("key_error",),
        steps=(
            steps.until_task_attempt(2),
            steps.terminate("gave up"),
            steps.until_closed(Status.TERMINATED),
        ),
    ),
    Scenario(
        "canceled",
        "it gave in",
        Expected("CANCELED", "canceled"),
        "Approval",
        steps=(steps.until_idle(), steps.cancel(), steps.until_closed(Status.CANCELED)),
    ),
    Scenario(
        "continued_as_new",
        "the run that went on in another",
        Expected("CONTINUED_AS_NEW", "continued_as_new"),
        "GoesOn",
        (0,),
        steps=(steps.until_closed(Status.CONTINUED_AS_NEW),),
        first_run=True,
    ),
]

CLOSED: list[Scenario] = [
    *RESULTS,
    *WORKFLOW_FAILURES,
    *ACTIVITY_FAILURES,
    *CHILD_FAILURES,
    *ENDED,
]
