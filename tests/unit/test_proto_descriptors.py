"""Our temporal.proto against upstream's descriptors, as the Python SDK ships them.

Every message, field, enum and value in core/temporal/temporal.proto must be upstream's, with the
same name, number, type and cardinality: on the wire nothing else tells a wrong number from a right
one.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import temporalio.api
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorSet,
)

PROTO = Path(__file__).resolve().parents[2] / "core" / "temporal" / "temporal.proto"

# google.rpc.Status is not in the SDK; it has been frozen for years.
STATUS = DescriptorProto(
    name="Status",
    field=[
        FieldDescriptorProto(
            name="code",
            number=1,
            type=FieldDescriptorProto.TYPE_INT32,
            label=FieldDescriptorProto.LABEL_OPTIONAL,
        ),
        FieldDescriptorProto(
            name="message",
            number=2,
            type=FieldDescriptorProto.TYPE_STRING,
            label=FieldDescriptorProto.LABEL_OPTIONAL,
        ),
        FieldDescriptorProto(
            name="details",
            number=3,
            type=FieldDescriptorProto.TYPE_MESSAGE,
            type_name=".google.protobuf.Any",
            label=FieldDescriptorProto.LABEL_REPEATED,
        ),
    ],
)


def load_upstream() -> descriptor_pool.DescriptorPool:
    for module in pkgutil.walk_packages(temporalio.api.__path__, "temporalio.api."):
        # The service modules need google.api, which the SDK leaves out; the messages are elsewhere.
        service = ".cloud." in module.name or module.name.endswith(".service_pb2")
        if module.name.endswith("_pb2") and not service:
            importlib.import_module(module.name)
    return descriptor_pool.Default()


def load_ours(directory: Path) -> descriptor_pb2.FileDescriptorProto:
    protoc = shutil.which("protoc")
    assert protoc, "protoc is needed: Debian package protobuf-compiler"
    output = directory / "temporal.bin"
    subprocess.run(
        [protoc, f"--proto_path={PROTO.parent}", f"--descriptor_set_out={output}", PROTO.name],
        check=True,
    )
    return FileDescriptorSet.FromString(output.read_bytes()).file[0]


def upstream_packages() -> dict[str, str]:
    """The upstream package of each top-level name: the comment above its group says it."""
    packages: dict[str, str] = {}
    package = ""
    for line in PROTO.read_text().splitlines():
        if heading := re.fullmatch(r"// ((?:temporal|google)\.[a-z0-9.]+)", line):
            package = heading[1]
        elif name := re.match(r"(?:message|enum) (\w+) \{", line):
            packages[name[1]] = package
    return packages


def upstream_message(pool: descriptor_pool.DescriptorPool, full_name: str) -> DescriptorProto:
    if full_name == "google.rpc.Status":
        return STATUS
    message = DescriptorProto()
    pool.FindMessageTypeByName(full_name).CopyToProto(message)
    return message


def type_of(field: FieldDescriptorProto, names: dict[str, str]) -> str:
    """The kind of a field, message and enum types by their full upstream name."""
    if field.type in (FieldDescriptorProto.TYPE_MESSAGE, FieldDescriptorProto.TYPE_ENUM):
        name = field.type_name.lstrip(".")
        first, *rest = name.removeprefix("pb.").split(".")
        if name.startswith("pb."):
            name = ".".join([names[first], first, *rest])
        return name
    return FieldDescriptorProto.Type.Name(field.type)


def check_message(
    ours: DescriptorProto,
    theirs: DescriptorProto,
    names: dict[str, str],
    path: str,
    problems: list[str],
) -> None:
    fields = {field.name: field for field in theirs.field}
    for field in ours.field:
        where = f"{path}.{field.name}"
        upstream = fields.get(field.name)
        if upstream is None:
            problems.append(f"{where}: upstream has no such field")
            continue
        if field.number != upstream.number:
            problems.append(f"{where}: number {field.number}, upstream {upstream.number}")
        if field.label != upstream.label:
            problems.append(f"{where}: one of the two is repeated")
        if type_of(field, names) != type_of(upstream, {}):
            # An enum that we do not name is an int32, the same on the wire.
            unnamed = (
                field.type == FieldDescriptorProto.TYPE_INT32
                and upstream.type == FieldDescriptorProto.TYPE_ENUM
            )
            if not unnamed:
                kinds = f"{type_of(field, names)}, upstream {type_of(upstream, {})}"
                problems.append(f"{where}: type {kinds}")
        one_of = ours.oneof_decl[field.oneof_index].name if field.HasField("oneof_index") else ""
        its = (
            theirs.oneof_decl[upstream.oneof_index].name
            if upstream.HasField("oneof_index") and not upstream.proto3_optional
            else ""
        )
        if one_of != its:
            problems.append(f"{where}: in oneof '{one_of}', upstream in '{its}'")
    nested = {message.name: message for message in theirs.nested_type}
    for message in ours.nested_type:
        where = f"{path}.{message.name}"
        if message.name not in nested:
            problems.append(f"{where}: upstream has no such message")
        elif message.options.map_entry != nested[message.name].options.map_entry:
            problems.append(f"{where}: only one of the two is a map")
        else:
            check_message(message, nested[message.name], names, where, problems)


def check_enum(
    ours: EnumDescriptorProto, theirs: EnumDescriptorProto, path: str, problems: list[str]
) -> None:
    numbers = {value.name: value.number for value in theirs.value}
    for value in ours.value:
        if numbers.get(value.name) != value.number:
            problems.append(
                f"{path}.{value.name}: {value.number}, upstream {numbers.get(value.name)}"
            )


def deviations(
    ours: descriptor_pb2.FileDescriptorProto, pool: descriptor_pool.DescriptorPool
) -> list[str]:
    names = upstream_packages()
    problems: list[str] = []
    for message in ours.message_type:
        full_name = f"{names[message.name]}.{message.name}"
        try:
            theirs = upstream_message(pool, full_name)
        except KeyError:
            problems.append(f"{full_name}: upstream has no such message")
            continue
        check_message(message, theirs, names, full_name, problems)
    for enum in ours.enum_type:
        full_name = f"{names[enum.name]}.{enum.name}"
        their_enum = EnumDescriptorProto()
        try:
            pool.FindEnumTypeByName(full_name).CopyToProto(their_enum)
        except KeyError:
            problems.append(f"{full_name}: upstream has no such enum")
            continue
        check_enum(enum, their_enum, full_name, problems)
    return problems


@pytest.fixture(scope="module")
def upstream() -> descriptor_pool.DescriptorPool:
    return load_upstream()


@pytest.fixture
def ours(tmp_path: Path) -> descriptor_pb2.FileDescriptorProto:
    return load_ours(tmp_path)


def test_every_message_is_upstreams(
    ours: descriptor_pb2.FileDescriptorProto, upstream: descriptor_pool.DescriptorPool
) -> None:
    assert len(ours.message_type) > 100
    assert len(ours.enum_type) > 10
    assert deviations(ours, upstream) == []


def find(
    file: descriptor_pb2.FileDescriptorProto, message: str, field: str
) -> FieldDescriptorProto:
    its = next(found for found in file.message_type if found.name == message)
    return next(found for found in its.field if found.name == field)


@pytest.mark.parametrize("change", ["name", "number", "type", "label", "oneof", "message", "enum"])
def test_a_deviation_is_found(
    change: str,
    ours: descriptor_pb2.FileDescriptorProto,
    upstream: descriptor_pool.DescriptorPool,
) -> None:
    field = find(ours, "PendingActivityInfo", "attempt")
    if change == "name":
        field.name = "attempts"
    elif change == "number":
        field.number = 99
    elif change == "type":
        field.type = FieldDescriptorProto.TYPE_INT64
    elif change == "label":
        field.label = FieldDescriptorProto.LABEL_REPEATED
    elif change == "oneof":
        find(ours, "Outcome", "failure").ClearField("oneof_index")
    elif change == "message":
        find(ours, "PendingActivityInfo", "last_failure").type_name = ".pb.Payload"
    elif change == "enum":
        ours.enum_type[0].value[3].number = 77
    assert len(deviations(ours, upstream)) == 1


def test_protobuf_c_can_read_it(ours: descriptor_pb2.FileDescriptorProto) -> None:
    """protobuf-c 1.4 refuses proto3's optional, and we speak no services through it."""
    assert ours.package == "pb"
    assert ours.syntax == "proto3"
    assert not ours.service
    assert not any(
        field.proto3_optional for message in ours.message_type for field in message.field
    )
