"""Scenarios whose workflow task fails or times out again and again: all stalled."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import steps
from scenario import Expected, Scenario
from steps import Step
from workers import shared
from workers.shared import Call

SECOND = timedelta(seconds=1)


# Where a busy machine lets the first attempt time out, the server hears of no failure at all.
PATIENT = {"task_timeout": 60 * SECOND}


def task_fails(
    name: str,
    why: str,
    workflow: str,
    args: tuple[Any, ...],
    type: str | None,
    message: str | None,
    verdict: str = "workflow_task_failure",
    before: tuple[Step, ...] = (),
    exact: bool = False,
    location: str | None = None,
    **more: Any,
) -> Scenario:
    """A workflow whose task fails again and again."""
    expected = Expected(
        "RUNNING",
        verdict,
        stalled=True,
        root_cause_type=type,
        root_cause_message=message,
        exact=exact,
        location=location,
    )
    way = (*before, steps.until_task_attempt(2))
    return Scenario(name, why, expected, workflow, args, steps=way, **more)


def code_bug(name: str, type: str, message: str, exact: bool = False, **more: Any) -> Scenario:
    location = more.pop("location", f"broken.py:{name}")
    return task_fails(
        f"bug_{name}",
        "a bug in the workflow's code",
        "CodeBug",
        (name,),
        type,
        message,
        exact=exact,
        location=location,
        **more,
    )


SANDBOX = "RestrictedWorkflowAccessError"

TASKS = [
    code_bug("key_error", "KeyError", "'pears'", exact=True),
    code_bug("attribute_error", "AttributeError", "has no attribute 'count_items'"),
    code_bug("type_error", "TypeError", "unsupported operand"),
    code_bug("silent_error", "ValueError", "", exact=True),
    code_bug("verbose_error", "ValueError", "begin yyyy"),
    code_bug("wrapped_error", "KeyError", "'apples'", exact=True, location="broken.py:_deepest"),
    code_bug("missing_module", "ModuleNotFoundError", "module_that_is_not_installed"),
    code_bug("activity_without_timeout", "ValueError", "start_to_close_timeout"),
    code_bug("after_timer", "NotImplementedError", "second step", exact=True),
    code_bug("to_thread", "NotImplementedError", "", exact=True),
    code_bug("result_of_another_type", "TypeError", "Cannot convert to dataclass", location=None),
    task_fails(
        "local_activity_not_registered",
        "the workflow's own task fails of it",
        "CallActivities",
        ([Call("print_label", local=True)],),
        "ValueError",
        "Activity function print_label is not registered on this worker",
        verdict="missing_activity",
        location="flows.py:call",
    ),
    task_fails(
        "duplicate_activity_id",
        "the server refuses a command",
        "CodeBug",
        ("duplicate_activity_id",),
        "WORKFLOW_TASK_FAILED_CAUSE_SCHEDULE_ACTIVITY_DUPLICATE_ID",
        "ActivityID: same",
    ),
    task_fails(
        "unknown_search_attribute",
        "the server refuses a command",
        "CodeBug",
        ("unknown_search_attribute",),
        "WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES",
        "NobodyRegisteredThis",
    ),
    task_fails(
        "result_cannot_be_serialized",
        "the code is done, its result is no JSON",
        "CodeBug",
        ("result_object",),
        "TypeError",
        "object is not JSON serializable",
    ),
    task_fails(
        "result_too_large",
        "more than the server takes",
        "CodeBug",
        ("result_too_large",),
        "PayloadsTooLarge",
        "[TMPRL1103]",
    ),
    task_fails(
        "arguments_of_another_type",
        "text where an object is wanted",
        "TakesOrder",
        ("order 7",),
        "TypeError",  # the cause of "Failed decoding arguments"
        "Cannot convert to dataclass",
    ),
    task_fails(
        "signal_handler_bug",
        "idle and healthy until the signal came",
        "HandlerBugs",
        (False,),
        "IndexError",
        "list assignment index out of range",
        before=(steps.until_idle(), steps.signal("add_item", "pear")),
        location="broken.py:add_item",
    ),
    task_fails(
        "signal_handler_bug_beside_activity",
        "an activity is in progress, but its result could not be used",
        "HandlerBugs",
        (True,),
        "IndexError",
        "list assignment index out of range",
        before=(steps.until_activity(state=steps.STARTED), steps.signal("add_item", "pear")),
        location="broken.py:add_item",
    ),
    task_fails(
        "signal_argument_of_another_type",
        "a signal without the argument that its handler wants",
        "HandlerBugs",
        (False,),
        "TypeError",
        "add_item",
        before=(steps.until_idle(), steps.signal("add_item")),
    ),
    task_fails(
        "update_handler_bug",
        "idle and healthy until the update came",
        "HandlerBugs",
        (False,),
        "KeyError",
        "'work'",
        before=(steps.until_idle(), steps.send_update("change_address", "work")),
        location="broken.py:change_address",
    ),
    task_fails(
        "workflow_not_registered",
        "a worker polls, but without this type",
        "Invoicing",
        (),
        "NotFoundError",
        "Workflow class Invoicing is not registered on this worker",
        verdict="missing_workflow",
    ),
    task_fails(
        "workflow_not_registered_encrypted",
        "only the type of the failure can be read",
        "Invoicing",
        (),
        "NotFoundError",
        "Encoded failure",
        verdict="missing_workflow",
        queue=shared.QUEUE_ENCRYPTED,
        options=PATIENT,
    ),
    task_fails(
        "bug_encrypted",
        "only the type of the failure can be read",
        "CodeBug",
        ("key_error",),
        "KeyError",
        "Encoded failure",
        queue=shared.QUEUE_ENCRYPTED,
        options=PATIENT,
    ),
    *(
        task_fails(
            f"sandbox_{what}",
            "forbidden in a workflow, found at run time",
            "Forbidden",
            (what,),
            SANDBOX,
            f"Cannot access {name}",
            verdict="sandbox_violation",
            location=location,
        )
        for what, name, location in (
            ("open", "__builtins__.open", "broken.py:read_settings"),
            ("random", "random.random", "broken.py:roll_dice"),
            ("clock", "datetime.datetime.now", "broken.py:run"),
        )
    ),
    task_fails(
        "deadlock",
        "blocks its thread for longer than the SDK allows",
        "Blocks",
        (3,),
        "_DeadlockError",
        "[TMPRL1101]",
        queue=shared.QUEUE_DEADLOCK,
    ),
    task_fails(
        "huge_history_bug",
        "the failure is at the end of 3,000 events",
        "HugeHistory",
        (shared.HUGE_HISTORY, "bug"),
        "KeyError",
        "'last page'",
        exact=True,
        location="flows.py:run",
    ),
    task_fails(
        "bug_and_cancel_requested",
        "cannot act on its cancellation because its task fails",
        "CodeBug",
        ("key_error",),
        "KeyError",
        "'pears'",
        before=(steps.until_task_attempt(2), steps.cancel()),
    ),
    *(
        task_fails(
            f"nondeterminism_{name.lower()}",
            "the first version's history, the second version's code",
            name,
            (),
            "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR",
            "[TMPRL1100]",
            verdict="nondeterminism",
            before=(
                steps.until_idle(),
                steps.Handover(shared.QUEUE_VERSIONS),
                steps.signal("go"),
            ),
            queue=shared.QUEUE_VERSIONS,
        )
        for name in ("Changed", "Shortened")
    ),
    *(
        task_fails(
            name,
            why,
            workflow,
            args,
            "TIMEOUT_TYPE_START_TO_CLOSE",
            None,
            verdict="workflow_task_timeout",
            queue=queue,
            options={"task_timeout": SECOND},
        )
        for name, why, workflow, args, queue in (
            (
                "worker_crashes",
                "and is started again each time",
                "KillsWorker",
                (),
                shared.QUEUE_CRASH,
            ),
            ("worker_crashed", "and stays dead", "KillsWorker", (), shared.QUEUE_CRASH_ONCE),
            ("worker_hangs", "unnoticed by the SDK", "Blocks", (3600,), shared.QUEUE_HANG),
        )
    ),
]

ODD_IDS = [
    task_fails(
        f"odd_id_{name}",
        "a workflow id that a shell, a terminal or a parser may trip over",
        "CodeBug",
        ("key_error",),
        "KeyError",
        "'pears'",
        workflow_id=workflow_id,
    )
    for name, workflow_id in (
        ("blanks", "order 42  (second try)"),
        ("quotes", """it's "the" `order`"""),
        ("unicode", "заказ-№7-注文-😀"),
        ("dash", "--workflow-id"),
        ("shell", "$(reboot);&|<>*?\\"),
        ("escape", "red\x1b[31m\tid"),
        ("equals", "-w=x"),
        ("slash", "orders/2024/../7%2F?x#y"),
        ("long", "long-" * 180),
    )
]
