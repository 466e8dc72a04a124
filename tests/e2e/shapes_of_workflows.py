"""The JSON of the commands about workflows; see shapes.py."""

from typing import Any

from shape_kinds import ANY, ID, SECONDS, SOMETIME, TEXT, TIME, Map, perhaps
from shapes_of_workers import CAUSE, WORKER

WORKFLOW = {
    "workflow_id": str,
    "run_id": str,
    "workflow_type": str,
    "task_queue": str,
    "status": str,
    "started_at": TIME,
    "closed_at": SOMETIME,
    "link": TEXT,
}
ROOT_CAUSE = CAUSE | {"stack_trace": str}
RESULT = {
    "encoding?": str,
    "result?": ANY,
    "suspicious?": bool,
    "suspicious_because?": TEXT,
    "root_cause?": ROOT_CAUSE,
    "new_run_id?": str,
}
DIAGNOSIS = {
    "stalled": bool,
    "recovering": bool,
    "attention": bool,
    "attempts": int,
    "next_attempt_at": SOMETIME,
    "root_cause": ROOT_CAUSE,
    "chain": [{"type": str, "message": str}],
    "evidence": [str],
    "recovery": [str],
}
# What a diagnosis says of the workflow itself.
SUBJECT = {key: WORKFLOW[key] for key in list(WORKFLOW)[:5]}
ANALYSIS = SUBJECT | DIAGNOSIS
MESSAGE = {
    "workflow_id": str,
    "kind": str,
    "name": str,
    "answer?": ANY,
    "update_id?": str,
    "root_cause?": ROOT_CAUSE,
}

RUN_STARTER: dict[str, Any] = {
    "exit_status?": int,
    "pid?": int,
    "seconds": SECONDS,
    "output": str,
    "log": str,
    "workflows": [WORKFLOW | RESULT | {"problem?": str}],
    "cause?": str,
    "expected_text_found?": bool,
    "crashed_at_exit?": bool,
    "started_by?": str,
    "attached_because?": str,
} | perhaps(ANALYSIS)

SHAPES: dict[str, dict[str, Any]] = {
    "run-starter": RUN_STARTER,
    "run": perhaps(RUN_STARTER)
    | {
        "steps": [{"name": str, "ok": bool, "seconds": SECONDS, "detail": str}],
        "server": str,
        "worker": str,
        "warning?": str,
    },
    "wait-for-workflow-status": WORKFLOW
    | RESULT
    | perhaps(DIAGNOSIS)
    | {"reached": bool, "waited_seconds": SECONDS},
    "get-workflow-result": WORKFLOW | RESULT,
    "describe-workflow": WORKFLOW
    | RESULT
    | {
        "history_length": int,
        "history_bytes": int,
        "parent_workflow_id": str,
        "cron": str,
        "cancel_requested": bool,
        "pending_workflow_task?": {
            "state": str,
            "attempt": int,
            "scheduled_at": TIME,
            "started_at": SOMETIME,
        },
        "pending_activities": [
            {
                "activity_id": str,
                "type": str,
                "state": str,
                "attempt": int,
                "maximum_attempts?": int,
                "task_queue": str,
                "last_worker": str,
                "last_started_at": SOMETIME,
                "next_attempt_at": SOMETIME,
                "last_failure?": str,
            }
        ],
        "pending_children": [{"workflow_id": str, "run_id": str, "workflow_type": str}],
        "reported_problems": [str],
    },
    "analyze-workflow-error": ANALYSIS | {"symptoms?": str},
    # With a workflow the same, without one the environment.
    "diagnose": perhaps(ANALYSIS)
    | {
        "symptoms?": str,
        "server?": {"address": str, "namespace": str, "version": str, "summary": str},
        "workers?": [WORKER],
        "worker_lines?": [str],
        "warning?": str,
        "unhandled_signals?": [str],
        "findings?": [
            {
                "verdict": str,
                "stalled": bool,
                "attention": bool,
                "count": int,
                "workflow_ids": [str],
                "workflow_type": str,
                "task_queue": str,
                "status": str,
                "attempts": int,
                "root_cause": CAUSE,
                "recovery": [str],
                "next": [str],
            }
        ],
        "schedules?": [
            {
                "schedule_id": str,
                "workflow_type": str,
                "paused": bool,
                "note": str,
                "trouble": str,
                "skipped": int,
                "running": [str],
                "recovery": str,
            }
        ],
        "report?": [str],
        "healthy?": Map(int),
        "fine?": str,
    },
    "find-stalled-workflows": {
        "scanned": int,
        "unanswered": int,
        "stalled": [
            {
                "workflow_id": str,
                "run_id": str,
                "workflow_type": str,
                "task_queue": str,
                "verdict": str,
                "attempts": int,
                "next_attempt_at": SOMETIME,
                "root_cause": CAUSE,
            }
        ],
        "by_verdict": Map(int),
        "not_stalled": Map(int),
        "groups": [
            {
                "verdict": str,
                "count": int,
                "attempts": int,
                "cause": str,
                "workflows": str,
                "recovery": str,
            }
        ],
        "others": TEXT,
    },
    "list-recent-workflows": {
        "since": TIME,
        "counts": Map(int),
        "workflows": [
            {key: kind for key, kind in WORKFLOW.items() if key != "link"}
            | {
                "seconds?": SECONDS,
                "result?": ANY,
                "suspicious?": bool,
                "problem?": TEXT,
            }
        ],
    },
    "show-workflow-history": {
        "workflow_id": str,
        "run_id": str,
        "workflow_type": str,
        "status": str,
        "events": [
            {
                "id": ID,
                "at": TIME,
                "after": str,
                "type": str,
                "detail": str,
                "input?": ANY,
                "result?": ANY,
                "root_cause?": CAUSE,
            }
        ],
        "html?": TEXT,
    },
    "export-history": {
        "histories": [
            {
                "workflow_id": str,
                "run_id": str,
                "workflow_type": str,
                "status": str,
                "events": int,
                "bytes": int,
                "file": str,
                "unknown_fields?": int,
                "replaced_texts?": int,
            }
        ],
        "not_exported": [{"workflow_id": str, "run_id": str, "problem": str}],
        "more": bool,
    },
    "rehearse-change": perhaps(
        {
            "looked_at": int,
            "fit": int,
            "broken": int,
            "not_looked_at": int,
            "breaks?": [
                {
                    "count": int,
                    "reason": str,
                    "workflow_type": str,
                    "why": str,
                    "place?": str,
                    "event_id?": int,
                    "message": str,
                    "workflow_ids": [str],
                    "remedy": str,
                }
            ],
            "remedies?": [str],
            "others?": [str],
            "stuck?": {"count": int, "get_past": int, "workflow_ids": [str]},
            "repaired?": str,
            "changed_files?": [str],
            "warning?": str,
            "log?": str,
        }
    ),
    "show-workflow-stack": {
        "workflow_id": str,
        "stack": str,
        "waits": [{"task": str, "location": TEXT, "code": TEXT}],
    },
    "signal-workflow": MESSAGE,
    "query-workflow": MESSAGE,
    "update-workflow": MESSAGE,
    "interact": perhaps(MESSAGE)
    | {"workflow_id": str, "signals?": [str], "updates?": [str], "queries?": [str]},
    "cancel-workflow": WORKFLOW,
    "terminate-workflow": WORKFLOW,
    "reset-workflow": WORKFLOW | {"new_run_id": str, "event_id": ID},
    "bulk-cancel-workflows": {
        "batch_job_id?": str,
        "selected": int,
        "done": int,
        "failed": int,
        "unknown": int,
        "not_sent": int,
        "problem?": str,
        "workflows": [
            {"workflow_id": str, "run_id": str, "outcome": str, "message?": str},
        ],
    },
}
