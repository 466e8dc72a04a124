"""What the JSON of each command is made of, for programs; skills/references/json.md says it to people.

The statements are in shapes_of_*.py, what they are made of in shape_kinds.py."""

from typing import Any

import shapes_of_projects
import shapes_of_workers
import shapes_of_workflows
from shape_kinds import TIME, problems

SHAPES = shapes_of_workers.SHAPES | shapes_of_workflows.SHAPES | shapes_of_projects.SHAPES

# Of a project of several workers, and the list that has a row of each.
SEVERAL = shapes_of_workers.SEVERAL
EACH = ("workers", "health")

# A question that the server refused, or whose answer was lost; any command may have some.
NOT_ANSWERED = {"question": str, "about": str, "reason": str, "count": int}

# Those that print no object of ours, and why.
WITHOUT_OBJECT = {
    "completion": "a script for a shell, in every output format",
    "serve-mcp": "messages of the Model Context Protocol",
}


def check(answer: dict[str, Any]) -> None:
    """The whole result of a command against its statement."""
    command = answer["command"]
    assert command in SHAPES, f"no statement for {command}"
    several = command in SEVERAL and any(isinstance(answer.get(key), list) for key in EACH)
    shape = {
        "command": str,
        "verdict": str,
        "next": [str],
        "not_answered?": [NOT_ANSWERED],
    } | (SEVERAL if several else SHAPES)[command]
    found = problems(answer, shape, command)
    assert not found, "\n".join(found)


def check_line(command: str, line: dict[str, Any]) -> None:
    """A line that a command prints on its way."""
    if command == "watch-project":
        shape = {"event": str, "at": TIME} | shapes_of_projects.EVENTS[line["event"]]
    else:
        shape = shapes_of_workers.LINES[command]
    found = problems(line, shape, command)
    assert not found, "\n".join(found)
