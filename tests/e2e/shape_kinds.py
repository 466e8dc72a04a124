"""What a stated shape of JSON is made of, and what is wrong with a value that should have it.

A shape is a type below, a dict of members ("name?": not always there), [shape] for a list, Map(shape) for names of
any kind, Or(shape, ...) for a choice. problems() names each member that is missing, unknown or of another kind."""

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

OTHER_POLLER = {
    "identity": str,
    "task_queue": str,
    "where": str,
    "version?": str,
    "stop?": str,
    "last_access_at": TIME,
}

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


def perhaps(shape: dict[str, Any]) -> dict[str, Any]:
    """The same members, none of them always there."""
    return {f"{name.rstrip('?')}?": kind for name, kind in shape.items()}


TEXT = Or(str, None)
SOMETIME = Or(TIME, None)
