"""What the JSON of each command is made of, for programs; skills/references/json.md says it to people.

A shape is a type below, a dict of members ("name?": not always there), [shape] for a list, Map(shape) for names of
any kind, Or(shape, ...) for a choice. check() names each member that is missing, unknown or of another kind."""

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Map:
    of: Any


class Or:
    def __init__(self, *shapes: Any) -> None:
        self.shapes = shapes


TIME = "RFC 3339 in UTC"
SECONDS = "seconds"
ID = "64-bit number as a string"
ANY = "any JSON"

TIME_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def is_of(value: Any, kind: Any) -> bool:
    if kind is ANY:
        return True
    if kind is TIME:
        return isinstance(value, str) and TIME_TEXT.fullmatch(value) is not None
    if kind is ID:
        return isinstance(value, str) and re.fullmatch(r"-?\d+", value) is not None
    if kind is SECONDS:
        return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0
    if kind is None:
        return value is None
    return isinstance(value, kind) and (kind is bool or not isinstance(value, bool))


def problems(value: Any, shape: Any, where: str) -> list[str]:
    if isinstance(shape, Or):
        found = [problems(value, one, where) for one in shape.shapes]
        return [] if [] in found else max(found, key=lambda one: -len(one))
    if isinstance(shape, Map):
        if not isinstance(value, dict):
            return [f"{where} is no object: {value!r}"]
        return [text for key in value for text in problems(value[key], shape.of, f"{where}.{key}")]
    if isinstance(shape, list):
        if not isinstance(value, list):
            return [f"{where} is no list: {value!r}"]
        rows = enumerate(value)
        return [text for i, row in rows for text in problems(row, shape[0], f"{where}[{i}]")]
    if not isinstance(shape, dict):
        return [] if is_of(value, shape) else [f"{where} is not {shape}: {value!r}"]
    if not isinstance(value, dict):
        return [f"{where} is no object: {value!r}"]
    known = {name.rstrip("?"): name for name in shape}
    texts = [
        f"{where}.{key} is missing"
        for key, name in known.items()
        if key == name and key not in value
    ]
    for key, member in value.items():
        if key in known:
            texts += problems(member, shape[known[key]], f"{where}.{key}")
        else:
            texts.append(f"{where}.{key} is in no statement: {member!r}")
    return texts


def check(answer: dict[str, Any]) -> None:
    """The whole result of a command against its statement."""
    command = answer["command"]
    assert command in SHAPES, f"no statement for {command}"
    shape = {"command": str, "verdict": str, "next": [str]} | SHAPES[command]
    found = problems(answer, shape, command)
    assert not found, "\n".join(found)


TEXT = Or(str, None)
SOMETIME = Or(TIME, None)

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
CAUSE = {"type": str, "message": str, "location": str}
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
WORKER = {
    "project": str,
    "project_dir": str,
    "pid": int,
    "pids": [int],
    "state": str,
    "started_at": TIME,
    "uptime?": SECONDS,
    "task_queues": [str],
    "polling": Or(bool, None),
    "tracked": bool,
    "found_by": str,
    "stale_files": [str],
    "log": TEXT,
    "address": TEXT,
}
STOPPED = {"address": str, "ours?": bool, "pid?": int, "stopped?": [int], "killed?": bool}
OPTION = {
    "name": str,
    "letter": TEXT,
    "type": str,
    "argument": TEXT,
    "help": str,
    "default": TEXT,
    "required": bool,
    "positional": bool,
    "choices?": [str],
    "minimum?": int | float,
    "maximum?": int | float,
}


def perhaps(shape: dict[str, Any]) -> dict[str, Any]:
    """The same members, none of them always there."""
    return {f"{name.rstrip('?')}?": kind for name, kind in shape.items()}


SHAPES: dict[str, dict[str, Any]] = {
    "ensure-server": {
        "address": str,
        "namespace": str,
        "server_version": str,
        "pid?": int,
        "ours?": bool,
        "ui?": TEXT,
        "seconds": SECONDS,
        "log?": TEXT,
    },
    "show-server": {
        "address": str,
        "namespace": str,
        "server_version": str,
        "namespaces": [str],
        "ours": bool,
        "pid?": int,
        "started_at?": TIME,
        "uptime?": SECONDS,
        "ui": TEXT,
        "log": TEXT,
        "started_as": TEXT,
    },
    "stop-server": STOPPED,
    "ensure-worker": {
        "project": str,
        "pid": int,
        "worker_pid?": int,
        "task_queues": [str],
        "evidence?": TEXT,
        "seconds": SECONDS,
        "stopped": [int],
        "log": str,
        "warning?": str,
        "exit_status?": int,
        "cause?": str,
        "root_cause?": CAUSE,
        "remedy?": str,
        "log_tail?": [str],
    },
    "kill-worker": {"project": str, "stopped": [int], "killed": int},
    "kill-all-workers": {
        "workers": [
            {
                "project": str,
                "project_dir": str,
                "stopped": [int],
                "killed": int,
                "problem": TEXT,
            }
        ],
        "server?": {"command": str, "verdict": str, "next": [str]} | STOPPED,
    },
    "list-workers": {
        "workers": [WORKER],
        "server": {
            "address": str,
            "reachable": bool,
            "server_version?": str,
            "ours?": bool,
            "pid?": int,
        },
    },
    "monitor-worker-health": {
        "project": str,
        "workers": int,
        "pid?": int,
        "started_at?": TIME,
        "tracked?": bool,
        "task_queues": [str],
        "polling": Or(bool, None),
        "slots": Or(
            None,
            {
                "workflow_used": int,
                "workflow_free": int,
                "activity_used": int,
                "activity_free": int,
                "workflow_pollers": int,
                "activity_pollers": int,
                "as_of": TIME,
            },
        ),
        "failing_workflows?": int,
        "log_errors": int,
        "last_errors": [str],
        "last_error?": str,
        "stale_files": [str],
        "log": TEXT,
    },
    "show-worker-log": {
        "project": str,
        "log": str,
        "running": bool,
        "count": int,
        "lines": [str],
    },
    "run-starter": {
        "exit_status": int,
        "seconds": SECONDS,
        "output": str,
        "log": str,
        "workflows": [WORKFLOW | RESULT | {"problem?": str}],
        "cause?": str,
        "expected_text_found?": bool,
    }
    | perhaps(ANALYSIS),
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
    "analyze-workflow-error": ANALYSIS,
    # With a workflow the same, without one the environment.
    "diagnose": perhaps(ANALYSIS)
    | {
        "server?": {"address": str, "namespace": str, "version": str, "summary": str},
        "workers?": [WORKER],
        "worker_lines?": [str],
        "unhandled_signals?": [str],
        "findings?": [
            {
                "verdict": str,
                "stalled": bool,
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
        "workflows": [
            {"workflow_id": str, "run_id": str, "outcome": str, "message?": str},
        ],
    },
    "verify-project": {
        "project": str,
        "project_dir": str,
        "steps": [{"name": str, "ok": bool, "seconds": SECONDS, "detail": str}],
        "workflows": [perhaps(WORKFLOW | RESULT) | {"run": str}],
        "versions": Map(TEXT),
        "seconds": SECONDS,
        "receipts?": [TEXT],
    },
    "list-commands": {
        "commands": [
            {
                "name": str,
                "plugin": str,
                "summary": str,
                "details": TEXT,
                "needs": [str],
                "options": [OPTION],
                "examples": [str],
                "rows": TEXT,
            }
        ],
        "global_options": [OPTION],
    },
    "list-plugins": {
        "plugins": [
            {
                "name": str,
                "summary": TEXT,
                "origin": str,
                "commands": int,
                "path": str,
                "problem": TEXT,
            }
        ]
    },
    "show-settings": {
        "settings": [
            {
                "setting": str,
                "value": TEXT,
                "origin": str,
                "environment": TEXT,
                "flag": TEXT,
                "meaning": str,
            }
        ]
    },
    "install-skill": {
        "directory": str,
        "previous_version": TEXT,
        "dry_run": bool,
        "kept": [str],
        "version?": str,
        "files?": int,
    },
    "new-project": {
        "files": [str],
        "project": str,
        "project_dir": str,
        "template": str,
        "task_queue": str,
    },
}
