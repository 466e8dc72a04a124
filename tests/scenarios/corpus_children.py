"""Parents whose child, or one of its children, is in trouble, and these children."""

from __future__ import annotations

from typing import Any

import steps
from scenario import Expected, Scenario
from steps import Step
from workers.shared import Call, Child

DAY = 86_400

CHILD_STARTED: tuple[Step, ...] = (
    steps.until_event("CHILD_WORKFLOW_EXECUTION_STARTED"),
    steps.until_idle(),
)


def parent(
    name: str, why: str, root_cause: tuple[str, str], workflow: str, children: Any
) -> Scenario:
    """A workflow that waits for a child in trouble: the child's root cause is its own."""
    expected = Expected(
        "RUNNING",
        "waiting_child",
        root_cause_type=root_cause[0],
        root_cause_message=root_cause[1],
    )
    return Scenario(name, why, expected, workflow, (children,), steps=CHILD_STARTED)


NAPPERS = [Child("Naps", f"/child-{number}", [DAY]) for number in range(3)]
FAILING = Call("charge_card", [11])

PARENTS = [
    parent(
        "parent_of_child_that_went_on",
        "the child's first run is over, its second is stuck",
        ("IndexError", "list index out of range"),
        "CallChild",
        Child("GoesWrong", "/child", [0]),
    ),
    parent(
        "parent_of_parent",
        "the grandchild is stuck",
        ("ConnectionError", "payment gateway refused 11 EUR"),
        "CallChild",
        Child("CallChild", "/child", [Child("CallActivities", "/child", [[FAILING]])]),
    ),
    parent(
        "parent_of_parent_of_bug",
        "what is wrong with the grandchild stands in its history, which is the fifth question",
        ("KeyError", "'pears'"),
        "CallChild",
        Child("CallChild", "/child", [Child("CodeBug", "/child", ["key_error"])]),
    ),
    parent(
        "parent_of_many",
        "three of its four children are fine",
        ("KeyError", "'pears'"),
        "CallChildren",
        [*NAPPERS, Child("CodeBug", "/bug", ["key_error"])],
    ),
    parent(
        "parent_of_many_kinds",
        "the one of another kind is not fine",
        ("ConnectionError", "payment gateway refused 11 EUR"),
        "CallChildren",
        [*NAPPERS, Child("CallActivities", "/activity", [[FAILING]])],
    ),
]

# What else they started, healthy or fine itself.
COMPANY = [
    *(
        Scenario(
            f"child_between_{started_by}",
            "between the two",
            Expected("RUNNING", "waiting_child", root_cause_type=type),
            started_by=started_by,
            suffix="/child",
            steps=CHILD_STARTED,
        )
        for started_by, type in (
            ("parent_of_parent", "ConnectionError"),
            ("parent_of_parent_of_bug", "KeyError"),
        )
    ),
    *(
        Scenario(
            f"healthy_child_{napper.suffix[-1]}_of_{parent}",
            "one of its siblings is stuck",
            Expected("RUNNING", "waiting_timer"),
            started_by=parent,
            suffix=napper.suffix,
            steps=(steps.until_idle(),),
        )
        for parent in ("parent_of_many", "parent_of_many_kinds")
        for napper in NAPPERS
    ),
]


def stuck_child(
    started_by: str, suffix: str, verdict: str, root_cause: tuple[str, str], step: steps.Step
) -> Scenario:
    expected = Expected(
        "RUNNING",
        verdict,
        stalled=True,
        root_cause_type=root_cause[0],
        root_cause_message=root_cause[1],
    )
    return Scenario(
        f"child_of_{started_by}",
        "its parent is fine itself",
        expected,
        started_by=started_by,
        suffix=suffix,
        steps=(step,),
    )


REFUSED = "ConnectionError", "payment gateway refused 11 EUR"

STUCK_CHILDREN = [
    stuck_child(
        "parent_of_child_that_went_on",
        "/child",
        "workflow_task_failure",
        ("IndexError", "list index out of range"),
        steps.until_task_attempt(2),
    ),
    stuck_child(
        "parent_of_parent", "/child/child", "activity_retrying", REFUSED, steps.until_activity(3)
    ),
    stuck_child(
        "parent_of_parent_of_bug",
        "/child/child",
        "workflow_task_failure",
        ("KeyError", "'pears'"),
        steps.until_task_attempt(2),
    ),
    stuck_child(
        "parent_of_many",
        "/bug",
        "workflow_task_failure",
        ("KeyError", "'pears'"),
        steps.until_task_attempt(2),
    ),
    stuck_child(
        "parent_of_many_kinds",
        "/activity",
        "activity_retrying",
        REFUSED,
        steps.until_activity(3),
    ),
]
