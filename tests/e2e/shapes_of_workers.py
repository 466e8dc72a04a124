"""The JSON of the commands about servers and workers; see shapes.py."""

from typing import Any

from shape_kinds import OTHER_POLLER, SECONDS, TEXT, TIME, Or

CAUSE = {"type": str, "message": str, "location": str}
WORKER = {
    "project": str,
    "name?": str,
    "project_dir": str,
    "pid": int,
    "pids": [int],
    "state": str,
    "started_at": TIME,
    "uptime?": SECONDS,
    "task_queues": [str],
    "polling": Or(bool, None),
    "registers?": str,
    "tracked": bool,
    "found_by": str,
    "elsewhere?": str,
    "may_stop": bool,
    "evidence": str,
    "supervisor?": str,
    "stop_there?": str,
    "stale_files": [str],
    "log": TEXT,
    "address": TEXT,
}
AT_WORK = {"workflow_id": str, "activity": str, "attempt": int, "last_attempt": bool}
# What ensure-worker says of all, and of each, of several workers in a row of its own.
ROUND = {
    "seconds": SECONDS,
    "stopped": [int],
    "at_work?": [AT_WORK],
    "rehearsal?": {
        "verdict": str,
        "looked_at?": int,
        "broken?": int,
        "not_looked_at?": int,
        "headline": str,
    },
    "will_break?": str,
    "unrehearsed?": str,
    "ends_with_call?": str,
    "left_alone?": str,
    "supervised?": str,
    "ends?": str,
}
STARTED = {
    "name?": str,
    "pid": int,
    "worker_pid?": int,
    "task_queues": [str],
    "registers?": str,
    "evidence?": TEXT,
    "log": str,
    "warning?": str,
    "other_pollers?": [OTHER_POLLER],
    "maybe_ours?": [str],
    "ours_of_them?": int,
    "supervised?": str,
    "exit_status?": int,
    "cause?": str,
    "root_cause?": CAUSE,
    "remedy?": str,
    "log_tail?": [str],
}
HEALTH = {
    "pid?": int,
    "started_at?": TIME,
    "tracked?": bool,
    "task_queues": [str],
    "polling": Or(bool, None),
    "registers?": str,
    "warnings?": [str],
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
    "other_pollers": [OTHER_POLLER],
    "maybe_ours?": [str],
    "ours_of_them?": int,
    "log": TEXT,
}
STOPPED = {
    "address": str,
    "ours?": bool,
    "pid?": int,
    "stopped?": [int],
    "killed?": bool,
    "elsewhere?": str,
}

# Of a project with [worker NAME] sections, where none of them was named.
SEVERAL: dict[str, dict[str, Any]] = {
    "ensure-worker": {
        "project": str,
        "workers": [STARTED | {"name": str, "verdict": str, "headline": str}],
        "task_queues": [str],
        "remedies?": [str],
    }
    | ROUND,
    "monitor-worker-health": {
        "project": str,
        "workers": int,
        "health": [HEALTH | {"name": str, "verdict": str, "headline": str}],
    },
}

SHAPES: dict[str, dict[str, Any]] = {
    "ensure-server": {
        "address": str,
        "namespace": str,
        "server_version": str,
        "pid?": int,
        "ours?": bool,
        "ui?": TEXT,
        "namespaces?": [str],
        "seconds": SECONDS,
        "log?": TEXT,
        "warning?": str,
        "ends?": str,
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
        "database?": str,
        "warning?": str,
        "log": TEXT,
        "started_as": TEXT,
        "elsewhere?": str,
    },
    "stop-server": STOPPED,
    "ensure-worker": {"project": str} | ROUND | STARTED,
    "kill-worker": {
        "project": str,
        "names?": [str],
        "at_work?": [AT_WORK],
        "stopped": [int],
        "killed": int,
        "left_alone?": str,
        "supervised?": str,
        "undone?": str,
        "orphans?": str,
    },
    "kill-all-workers": {
        "workers": [
            {
                "project": str,
                "name?": str,
                "project_dir": str,
                "stopped": [int],
                "killed": int,
                "problem": TEXT,
            }
        ],
        "server?": {"command": str, "verdict": str, "headline": str, "next": [str]} | STOPPED,
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
        "other_pollers?": [OTHER_POLLER],
        "maybe_ours?": [str],
        "ours_of_them?": int,
        "missing?": [str],
        "warnings?": [str],
    },
    "monitor-worker-health": {"project": str, "name?": str, "workers": int} | HEALTH,
    "show-worker-log": {
        "project": str,
        "name?": str,
        "log": str,
        "running": bool,
        "count": int,
        "lines": [str],
        "bytes_looked_at?": int,
        "bytes?": int,
        "others?": [{"name": str, "running": bool, "errors": int, "log": TEXT}],
    },
}

# What a line of -o jsonl is where a command goes on and on, by "event" where it has one.
LINES: dict[str, dict[str, Any]] = {
    "monitor-worker-health": SHAPES["monitor-worker-health"]
    | {"at": TIME, "verdict": str, "headline": str},
    "show-worker-log": {"line": str},
}
