"""Scenarios that completed: with a result that is one, or with one that tells of a failure."""

from __future__ import annotations

from typing import Any

from temporalio.client import WorkflowExecutionStatus as Status

import steps
from scenario import Expected, Scenario
from steps import Step
from workers import shared
from workers.shared import Call


def completed(
    name: str,
    why: str,
    workflow: str,
    args: tuple[Any, ...],
    verdict: str = "ok",
    before: tuple[Step, ...] = (),
    mentions: tuple[str, ...] = (),
    **more: Any,
) -> Scenario:
    expected = Expected("COMPLETED", verdict, mentions=mentions)
    way = (*before, steps.until_closed(Status.COMPLETED))
    return Scenario(name, why, expected, workflow, args, steps=way, **more)


RESULTS = [
    completed("result_text", "plain", "Returns", ("Hello, CodeAgent!",)),
    completed("result_none", "nothing is a result too", "Returns", (None,)),
    completed("result_empty_list", "likewise", "Returns", ([],)),
    completed("result_megabyte", "1 MB of text", "ReturnsMegabyte", ()),
    completed(
        "result_encrypted",
        "cannot be read, so cannot be judged",
        "Returns",
        ({"status": "error"},),
        queue=shared.QUEUE_ENCRYPTED,
    ),
    *(
        completed(f"healthy_{name}", "speaks of errors, but has none", "Returns", (value,))
        for name, value in (
            ("no_errors", {"errors": [], "error": None, "message": "no error found"}),
            ("text", "Processed 3 orders without errors"),
            ("rate", {"error_rate": 0.0, "failed": 0, "success": True}),
            ("empty_error", {"status": "ok", "error": "", "result": 12}),
            ("order", {"item": "Error Handling in Python, 2nd edition", "state": "shipped"}),
        )
    ),
    *(
        completed(
            f"false_positive_{name}",
            "completed, but the result tells of a failure",
            "Returns",
            (value,),
            "false_positive_result",
            mentions=(mention,),
        )
        for name, value, mention in (
            ("status", {"status": "error", "order": 7}, "status"),
            ("success", {"success": False, "error": "card declined"}, "card declined"),
            ("error", {"result": None, "error": "timeout talking to warehouse"}, "warehouse"),
            ("text", "Error: could not reach the payment gateway", "gateway"),
            ("object", {"error": {"code": 402, "message": "payment required"}}, "payment required"),
            ("errors", {"processed": 2, "errors": ["row 3: bad date"]}, "bad date"),
            ("failed", {"status": "FAILED", "reason": "no stock"}, "no stock"),
        )
    ),
    completed(
        "completed_after_failed_task",
        "the failure is still in its history",
        "FailsOnce",
        (False,),
    ),
    completed(
        "completed_after_activity_retries",
        "two attempts failed, which the history does not tell",
        "CallActivities",
        ([Call("recovers", [3])],),
    ),
    completed(
        "completed_after_unhandled_command",
        "a failed workflow task with a harmless cause",
        "UnhandledCommand",
        (False,),
    ),
    Scenario(
        "completed_beside_its_call",
        "it does not await the activity that it started",
        Expected("COMPLETED", "left_undone", mentions=("works_silently",)),
        "CallsAside",
        (Call("works_silently"), False),
        steps=(steps.until_closed(Status.COMPLETED),),
    ),
    completed("completed_huge", "3,000 events", "HugeHistory", (shared.HUGE_HISTORY, "end")),
    completed(
        "completed_by_signal",
        "it was told",
        "Approval",
        (),
        before=(steps.until_idle(), steps.signal("approve")),
    ),
    completed(
        "completed_by_update",
        "likewise",
        "Approval",
        (),
        before=(steps.until_idle(), steps.send_update("approve_by_update", "Ann")),
    ),
]
