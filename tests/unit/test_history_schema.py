"""The table by which a history becomes JSON against upstream's descriptors, as the Python SDK ships them.

What is missing from it would be missing from every exported history.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path

from google.protobuf.descriptor import Descriptor
from temporalio.api.history.v1 import History

REPOSITORY = Path(__file__).resolve().parents[2]
TABLE = REPOSITORY / "core" / "temporal" / "history_schema.c"
ROW = re.compile(r'\{"(\w+)", (-?\d+)[,}]')

Names = dict[str, dict[str, int]]


def stated(text: str) -> Names:
    """What the table has: the fields of each message, the values of each enum."""
    blocks = re.findall(r"\[\] = \{ /\* (\S+) \*/\n(.*?) \};", text, flags=re.DOTALL)
    return {
        name: {member: int(number) for member, number in ROW.findall(rows)} for name, rows in blocks
    }


def upstream() -> Names:
    names: Names = {}

    def add(message: Descriptor) -> None:
        if message.full_name in names or message.full_name.startswith("google.protobuf."):
            return
        names[message.full_name] = {field.json_name: field.number for field in message.fields}
        for field in message.fields:
            if field.message_type:
                add(field.message_type)
            if field.enum_type:
                names[field.enum_type.full_name] = {
                    value.name: value.number for value in field.enum_type.values
                }

    add(History.DESCRIPTOR)
    return {name: members for name, members in names.items() if members}


def test_the_table_is_what_its_script_writes() -> None:
    script = runpy.run_path(str(REPOSITORY / "skills" / "write_history_schema.py"))
    assert TABLE.read_text() == script["table"](), "run `make history-schema`"


def test_all_of_a_history_is_in_the_table() -> None:
    names = upstream()
    assert len(names) > 120
    assert stated(TABLE.read_text()) == names


def test_a_deviation_is_found() -> None:
    text = TABLE.read_text()
    for old, new in [
        ('{"eventTime", 2,', '{"eventTime", 9,'),
        ('{"eventTime",', '{"time",'),
        ('{"eventTime", 2, TIMESTAMP, 0, 0, 0},', ""),
        ('{"EVENT_TYPE_TIMER_FIRED", 18}', '{"EVENT_TYPE_TIMER_FIRED", 19}'),
    ]:
        assert old in text
        assert stated(text.replace(old, new)) != upstream()
