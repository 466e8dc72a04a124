"""Writes core/temporal/history_schema.c: what a history's messages are, for the JSON of the SDKs.

From the descriptors of the installed temporalio package; with --check, only tells whether
the file is current.
"""

import sys
import textwrap
from pathlib import Path

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from temporalio.api.history.v1 import History

TABLE = Path(__file__).resolve().parents[1] / "core" / "temporal" / "history_schema.c"

KINDS = {
    FieldDescriptor.TYPE_DOUBLE: "DOUBLE",
    FieldDescriptor.TYPE_FLOAT: "FLOAT",
    FieldDescriptor.TYPE_INT32: "INT32",
    FieldDescriptor.TYPE_INT64: "INT64",
    FieldDescriptor.TYPE_UINT32: "UINT32",
    FieldDescriptor.TYPE_UINT64: "UINT64",
    FieldDescriptor.TYPE_BOOL: "BOOL",
    FieldDescriptor.TYPE_STRING: "STRING",
    FieldDescriptor.TYPE_BYTES: "BYTES",
    FieldDescriptor.TYPE_ENUM: "ENUM",
    FieldDescriptor.TYPE_MESSAGE: "MESSAGE",
}
# Those that have a JSON of their own; of others there is none in any history.
WELL_KNOWN = {
    "google.protobuf.Timestamp": "TIMESTAMP",
    "google.protobuf.Duration": "DURATION",
}
COLUMNS = 100
HEAD = """\
/* What the messages of a history are: written by `make history-schema` from upstream's
 * descriptors. */"""


class Schema:
    """All that can be reached from a history, each message and enum with its place in the table."""

    def __init__(self) -> None:
        self.messages: list[Descriptor] = []
        self.enums: list[EnumDescriptor] = []
        self._add(History.DESCRIPTOR)

    def _add(self, message: Descriptor) -> None:
        if message in self.messages:
            return
        if message.full_name.startswith("google."):
            raise SystemExit(f"no JSON is known here for {message.full_name}")
        self.messages.append(message)
        for field in message.fields:
            if field.message_type and field.message_type.full_name not in WELL_KNOWN:
                self._add(field.message_type)
            if field.enum_type and field.enum_type not in self.enums:
                self.enums.append(field.enum_type)

    def row(self, field: FieldDescriptor) -> str:
        if field.type not in KINDS:
            raise SystemExit(f"{field.full_name} is of a type that is not known here")
        kind, of = KINDS[field.type], 0
        if field.message_type and field.message_type.full_name in WELL_KNOWN:
            kind = WELL_KNOWN[field.message_type.full_name]
        elif field.message_type:
            of = self.messages.index(field.message_type)
        elif field.enum_type:
            of = self.enums.index(field.enum_type)
        flags = []
        if field.message_type and field.message_type.GetOptions().map_entry:
            flags.append("MAP")
            if (
                field.message_type.fields_by_name["key"].type
                != FieldDescriptor.TYPE_STRING
            ):
                raise SystemExit(
                    f"{field.full_name} is a map whose keys are no strings"
                )
        elif field.is_repeated:
            flags.append("REPEATED")
        elif field.has_presence and not field.message_type:
            flags.append("TOLD")
        one_of = 0
        if field.containing_oneof:
            one_of = 1 + field.containing_oneof.index
        row = [f'"{field.json_name}"', str(field.number), kind, "|".join(flags) or "0"]
        return "{" + ", ".join([*row, str(one_of), str(of)]) + "},"


def filled(rows: list[str]) -> str:
    """As many rows on a line as it takes; no row is broken."""
    text = " ".join(row.replace(" ", "\0") for row in rows)
    lines = textwrap.wrap(
        text, COLUMNS - 11, break_on_hyphens=False, break_long_words=False
    )
    return "\n".join("\t" + line.replace("\0", " ") for line in lines)


def table() -> str:
    schema = Schema()
    parts = [
        HEAD,
        '#include "history_schema.h"\n',
        "/* clang-format off */",
    ]
    for number, enum in enumerate(schema.enums):
        values = sorted(enum.values, key=lambda value: value.number)
        rows = [f'{{"{value.name}", {value.number}}},' for value in values]
        parts.append(
            f"static const struct schema_value values_{number}[] = {{"
            f" /* {enum.full_name} */\n{filled(rows)} }};"
        )
    rows = [
        f"{{values_{n}, {len(enum.values)}}}," for n, enum in enumerate(schema.enums)
    ]
    parts.append(f"const struct schema_enum history_enums[] = {{\n{filled(rows)}\n}};")
    for number, message in enumerate(schema.messages):
        if not message.fields:
            continue
        fields = sorted(message.fields, key=lambda field: field.number)
        rows = [schema.row(field) for field in fields]
        parts.append(
            f"static const struct schema_field fields_{number}[] = {{"
            f" /* {message.full_name} */\n{filled(rows)} }};"
        )
    rows = [
        f'{{"{message.name}", {f"fields_{n}" if message.fields else "NULL"},'
        f" {len(message.fields)}}},"
        for n, message in enumerate(schema.messages)
    ]
    parts.append(
        f"const struct schema_message history_messages[] = {{\n{filled(rows)}\n}};"
    )
    most = max(len(message.fields) for message in schema.messages)
    parts.append(
        f'_Static_assert({most} <= SCHEMA_FIELDS_MOST, "a message has more fields");'
    )
    return "\n".join(parts) + "\n"


def main() -> None:
    current = table()
    if sys.argv[1:] == ["--check"]:
        if not TABLE.exists() or TABLE.read_text() != current:
            raise SystemExit(f"{TABLE} is not current: run `make history-schema`")
        return
    TABLE.write_text(current)


if __name__ == "__main__":
    main()
