"""The JSON of the commands about projects, recipes, plugins and the program itself; see shapes.py."""

from typing import Any

from shape_kinds import ANY, OTHER_POLLER, SECONDS, TEXT, Map, Or, perhaps
from shapes_of_workflows import RESULT, WORKFLOW

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

SHAPES: dict[str, dict[str, Any]] = {
    "verify-project": {
        "project": str,
        "project_dir": str,
        "steps": [{"name": str, "ok": bool, "seconds": SECONDS, "detail": str}],
        "workflows": [perhaps(WORKFLOW | RESULT) | {"run": str}],
        "versions": Map(TEXT),
        "seconds": SECONDS,
        "other_pollers": [OTHER_POLLER],
        "warning?": str,
        "receipts?": [TEXT],
    },
    "check-workflows": {
        "workflows": int,
        "files": int,
        "findings": [
            {
                "level": str,
                "rule": str,
                "place": str,
                "message": str,
                "fix": TEXT,
                "workflow": TEXT,
                "function": TEXT,
                "tool": TEXT,
            }
        ],
        "not_run": [str],
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
                "set_by": [str],
            }
        ],
        "ignored": [{"setting": str, "value": TEXT, "origin": str, "until": str}],
        "project_trusted": bool,
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
    "watch-project": {
        "project_dir": str,
        "rounds": int,
        "changes": int,
        "outcome": TEXT,
    },
    "doctor": {
        "project_dir": str,
        "checks": [
            {
                "name": str,
                "state": str,
                "ok": Or(bool, None),
                "needed": bool,
                "value": TEXT,
                "detail": TEXT,
                "fix": TEXT,
            }
        ],
    },
    "list-recipes": {
        "recipes": [
            {
                "name": str,
                "origin": str,
                "summary": str,
                "parameters": [str],
                "steps": int,
                "path": str,
                "problem?": str,
                "instead_of?": str,
            }
        ]
    },
    "show-recipe": {
        "name": str,
        "summary": str,
        "details": str,
        "origin": str,
        "path": str,
        "parameters": [
            {
                "name": str,
                "type": str,
                "required": bool,
                "default": TEXT,
                "choices": [str],
                "summary": str,
            }
        ],
        "steps": [
            {
                "name": str,
                "kind": str,
                "summary": str,
                "runs": str,
                "when": TEXT,
                "captures": [str],
                "on_failure": str,
                "line": int,
            }
        ],
        "problems": [str],
    },
    "run-recipe": {
        "recipe": str,
        "origin": str,
        "path": str,
        "steps": [
            {
                "name": str,
                "kind": str,
                "ok?": Or(bool, None),
                "detail?": str,
                "words?": [str],
                "exit_status?": int,
                "seconds?": SECONDS,
                "result?": ANY,
                "error?": str,
                "output?": str,
                "captured?": Map(str),
                "mended_by?": str,
                "runs?": str,
                "only?": str,
            }
        ],
        "seconds?": SECONDS,
        "failed_step?": TEXT,
        "values?": Map(str),
        "problems?": [str],
    },
    "new-plugin": {"files": [str], "plugin": str, "plugin_dir": str},
    "trust-plugin": {"path": str, "key": str},
    "untrust-plugin": {"path": str},
    "trust-project": {
        "path": str,
        "key": str,
        "with_credentials": bool,
        "settings": [{"setting": str, "value": TEXT, "origin": str}],
    },
    "untrust-project": {"path": str},
}

# What watch-project prints as it goes, by its "event".
EVENTS: dict[str, dict[str, Any]] = {
    "worker": {"verdict": str, "evidence?": TEXT, "cause?": TEXT},
    "worker_died": {"name?": str, "cause": str, "log": str},
    "server_back": {},
    "change": {"files": [str]},
    "outcome": {
        "ok": bool,
        "changed": Or(bool, None),
        "verdict": str,
        "outcome": str,
        "before?": str,
        "workflows?": [WORKFLOW | RESULT | {"problem?": str}],
    },
}
