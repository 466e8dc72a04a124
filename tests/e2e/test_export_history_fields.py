"""export-history before a server that sends every field there is, some that are not known yet, and what is damaged."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from temporalio.api.enums.v1 import EventType, WorkflowExecutionStatus
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import History, HistoryEvent
from temporalio.api.workflow.v1 import WorkflowExecutionInfo
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionResponse,
    GetWorkflowExecutionHistoryRequest,
    GetWorkflowExecutionHistoryResponse,
    ListWorkflowExecutionsResponse,
)
from temporalio.client import WorkflowHistory

from harness.answering import Answering
from harness.cli import Cli, Ran
from harness.world import World

RUN_ID = "3f1c0000-0000-7000-8000-000000000000"

# Values of each kind; which one a field gets changes with the variant.
NUMBERS = [1, -1, 2**31 - 1, -(2**31), 300]
LONG_NUMBERS = [1, -1, 2**63 - 1, -(2**63), 2**53 + 1]
TEXTS = ["x", 'größe ✓ \0 "\\/ \n\x7f\u2028', "a" * 200, "\U0001f600"]
BYTES = [b"\0", b"\xff\xfe", b"a" * 10000, bytes(range(256))]
REALS = [0.1, -2.5, 1e300, 5e-324, 1 / 3]
FLOATS = [0.5, 0.1, 1e30, -1.5, 1e-30]


def value_of(field: Any, variant: int) -> Any:
    kinds: dict[int, list[Any]] = {
        FieldDescriptor.TYPE_INT32: NUMBERS,
        FieldDescriptor.TYPE_UINT32: [1, 2**32 - 1, 300],
        FieldDescriptor.TYPE_INT64: LONG_NUMBERS,
        FieldDescriptor.TYPE_BOOL: [True],
        FieldDescriptor.TYPE_STRING: TEXTS,
        FieldDescriptor.TYPE_BYTES: BYTES,
        FieldDescriptor.TYPE_DOUBLE: REALS,
        FieldDescriptor.TYPE_FLOAT: FLOATS,
    }
    if field.enum_type:
        numbers = [value.number for value in field.enum_type.values if value.number]
        # A value that nobody knows yet is a number.
        numbers.append(4711)
        return numbers[(variant + field.number) % len(numbers)]
    values = kinds[field.type]
    return values[(variant + field.number) % len(values)]


def fill(message: Message, variant: int, path: tuple[Any, ...] = ()) -> None:
    """Each field, and of each oneof the one that the variant chooses."""
    if message.DESCRIPTOR.full_name in ("google.protobuf.Timestamp", "google.protobuf.Duration"):
        times = [(1, 5), (1704067200, 123456789), (3, 500000000), (7, 1000), (0, 0)]
        seconds, nanos = times[variant % len(times)]
        message.seconds, message.nanos = seconds, nanos  # type: ignore[attr-defined]
        return
    inside = (*path, message.DESCRIPTOR)
    for field in message.DESCRIPTOR.fields:
        choices = field.containing_oneof.fields if field.containing_oneof else [field]
        if choices[variant % len(choices)] is not field:
            continue
        if field.message_type and field.message_type in inside:
            continue
        fill_field(message, field, variant, inside)


def fill_field(message: Message, field: Any, variant: int, inside: tuple[Any, ...]) -> None:
    its = getattr(message, field.name)
    if field.message_type and field.message_type.GetOptions().map_entry:
        value = field.message_type.fields_by_name["value"]
        for key in ("b", "", "ä\n"):
            if value.message_type:
                fill(its[key], variant, inside)
            else:
                its[key] = value_of(value, variant)
    elif field.is_repeated and field.message_type:
        for more in range(2):
            fill(its.add(), variant + more, inside)
    elif field.is_repeated:
        its.extend([value_of(field, variant), value_of(field, variant + 1)])
    elif field.message_type:
        its.SetInParent()
        fill(its, variant, inside)
    else:
        setattr(message, field.name, value_of(field, variant))


ATTRIBUTES = [field.name for field in HistoryEvent.DESCRIPTOR.oneofs[0].fields]


def full_history(variant: int) -> History:
    """An event of each kind; all of their oneofs get their turn within as many variants as the largest has members."""
    history = History()
    for attributes in ATTRIBUTES:
        event = history.events.add()
        fill(event, variant)
        # Else it may look like what was never written.
        event.task_id = 2**62
        event.ClearField("attributes")
        getattr(event, attributes).SetInParent()
        fill(getattr(event, attributes), variant, (HistoryEvent.DESCRIPTOR,))
    return history


def described(workflow_id: str = "order-17") -> DescribeWorkflowExecutionResponse:
    answer = DescribeWorkflowExecutionResponse()
    answer.workflow_execution_info.CopyFrom(info(workflow_id))
    return answer


def info(workflow_id: str) -> WorkflowExecutionInfo:
    its = WorkflowExecutionInfo(
        status=WorkflowExecutionStatus.WORKFLOW_EXECUTION_STATUS_COMPLETED,
    )
    its.execution.workflow_id, its.execution.run_id = workflow_id, RUN_ID
    its.type.name = "Order"
    return its


def pages(*histories: History) -> Callable[[bytes], bytes]:
    """A page each, in turn."""

    def answer(question: bytes) -> bytes:
        asked = GetWorkflowExecutionHistoryRequest.FromString(question)
        page = int(asked.next_page_token or b"0")
        given = GetWorkflowExecutionHistoryResponse(history=histories[page])
        if page + 1 < len(histories):
            given.next_page_token = str(page + 1).encode()
        return given.SerializeToString()

    return answer


def export(cli: Cli, history: Callable[[bytes], bytes] | Message, *words: str) -> Ran:
    answers: dict[str, Any] = {
        "DescribeWorkflowExecution": described(),
        "GetWorkflowExecutionHistory": history,
    }
    with Answering(answers) as server:
        return cli("export-history", "-w", "order-17", "--address", server.address, *words)


# The largest oneof that is not the events' own has ten members.
@pytest.mark.parametrize("variant", range(10))
def test_every_field_is_in_the_file(cli: Cli, world: World, variant: int) -> None:
    history = full_history(variant)
    (row,) = export(cli, pages(history), "-o", "json").expect(0).json["histories"]
    assert row["events"] == len(ATTRIBUTES)
    assert "unknown_fields" not in row and "replaced_texts" not in row
    text = Path(row["file"]).read_text()
    assert json.loads(text) == json.loads(MessageToJson(history))
    assert list(WorkflowHistory.from_json("order-17", text).events) == list(history.events)


def test_all_oneofs_had_their_turn() -> None:
    seen: set[str] = set()

    def look(message: Descriptor) -> None:
        for field in message.fields:
            if field.full_name in seen:
                continue
            if field.containing_oneof and message is not HistoryEvent.DESCRIPTOR:
                assert len(field.containing_oneof.fields) <= 10
            seen.add(field.full_name)
            if field.message_type:
                look(field.message_type)

    look(History.DESCRIPTOR)
    assert len(seen) > 600


def test_pages_are_joined(cli: Cli, world: World) -> None:
    several = [full_history(variant) for variant in range(3)]
    export(cli, pages(several[0], History(), *several[1:])).expect(0)
    whole = History()
    for history in several:
        whole.events.extend(history.events)
    text = (world.root / "order-17.json").read_text()
    assert json.loads(text) == json.loads(MessageToJson(whole))


def test_what_is_not_known_is_said(cli: Cli, world: World) -> None:
    """A newer server: fields, a kind of event."""
    history = History()
    event = history.events.add(event_id=1, event_type=EventType.EVENT_TYPE_TIMER_FIRED)
    event.timer_fired_event_attributes.timer_id = "1"
    # timer_fired_event_attributes { 4000: "new" }, and 4001: 7 of an event of type 900
    event.timer_fired_event_attributes.MergeFromString(b"\x82\xfa\x01\x03new")
    history.events.add(event_id=2).MergeFromString(b"\x18\x84\x07\x88\xfa\x01\x07")
    ran = export(cli, pages(history)).expect(0)
    assert ran.out == (
        f"2 events of 'order-17' in '{world.root}/order-17.json'; without 2 fields that this "
        "version does not know (field 4000 of TimerFiredEventAttributes)\n"
    )
    events = json.loads((world.root / "order-17.json").read_text())["events"]
    assert events[0]["timerFiredEventAttributes"] == {"timerId": "1"}
    assert events[1] == {"eventId": "2", "eventType": 900}
    (row,) = export(cli, pages(history), "-o", "json").expect(0).json["histories"]
    assert row["unknown_fields"] == 2


def test_what_is_no_utf8_is_said(cli: Cli, world: World) -> None:
    history = History()
    history.events.add(event_id=1).timer_fired_event_attributes.timer_id = "ab"
    raw = pages(history)(b"")
    ran = export(cli, lambda _: raw.replace(b"ab", b"a\xff")).expect(0)
    assert "; 1 text that was no UTF-8" in ran.out
    assert "a\ufffd" in (world.root / "order-17.json").read_text()


def deep(links: int) -> History:
    failure = Failure(message="no")
    for _ in range(links):
        failure = Failure(message="no", cause=failure)
    history = History()
    history.events.add(event_id=1).activity_task_failed_event_attributes.failure.CopyFrom(failure)
    return history


def test_failures_as_deep_as_the_sdk_reads_them(cli: Cli, world: World) -> None:
    export(cli, pages(deep(80))).expect(0)
    text = (world.root / "order-17.json").read_text()
    assert WorkflowHistory.from_json("x", text).events == deep(80).events


def varint(value: int) -> bytes:
    head = bytearray()
    while value > 0x7F:
        head.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*head, value])


def nested(depth: int) -> bytes:
    """Failures in one another; Python's own code does not write them that deep."""
    failed = HistoryEvent.DESCRIPTOR.fields_by_name["activity_task_failed_event_attributes"]
    cause = Failure.DESCRIPTOR.fields_by_name["cause"]
    inner = b""
    for number in (*[cause.number] * depth, 1, failed.number, 1, 1):
        inner = varint(number << 3 | 2) + varint(len(inner)) + inner
    return inner


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (b"\x0a\x7f", "cannot read the server's answer"),
        (b"\x0a\x02\x0a\x7f", "cannot read the server's answer"),
        (b"\x0b", "cannot read the server's answer"),
        # An event's time of three bytes that are no message; one beyond the year 9999.
        (b"\x0a\x07\x0a\x05\x12\x03\xff\xff\xff", "damaged"),
        (b"\x0a\x0b\x0a\x09\x12\x07\x08\xff\xff\xff\xff\xff\x7f", "no time"),
        (nested(100000), "too deeply"),
    ],
)
def test_what_is_damaged_makes_no_file(cli: Cli, world: World, answer: bytes, problem: str) -> None:
    ran = export(cli, lambda _: answer).expect(4)
    assert "cannot export the history of 'order-17'" in ran.err and problem in ran.err
    assert not (world.root / "order-17.json").exists()


def test_of_many_the_others_are_there(cli: Cli, world: World) -> None:
    """A history that is damaged, and one that the server has no more."""
    listed = ListWorkflowExecutionsResponse()
    listed.executions.extend(info(workflow_id) for workflow_id in ("good", "bad", "fine"))

    def answer(question: bytes) -> bytes:
        asked = GetWorkflowExecutionHistoryRequest.FromString(question)
        return b"\x0b" if asked.execution.workflow_id == "bad" else whole

    whole = pages(full_history(0))(b"")
    answers: dict[str, Any] = {
        "ListWorkflowExecutions": listed,
        "GetWorkflowExecutionHistory": answer,
    }
    with Answering(answers) as server:
        words = ("export-history", "--query", "x = 1", "--address", server.address)
        ran = cli(*words, "-o", "json").expect(1)
        said = cli(*words).expect(1).out
    assert [row["workflow_id"] for row in ran.json["histories"]] == ["good", "fine"]
    (row,) = ran.json["not_exported"]
    assert row["workflow_id"] == "bad" and "cannot read" in row["problem"]
    assert ran.json["verdict"] == "partial"
    assert said.startswith(f"2 of 3 histories in '{world.root}'; 1 could not be read\n")
    assert "bad" in said.splitlines()[-1]


def test_a_server_without_end(cli: Cli, world: World) -> None:
    """Pages that never end: what may be held has a limit, and so has the time."""
    page = GetWorkflowExecutionHistoryResponse(next_page_token=b"0")
    ran = export(cli, page, "--command-timeout", "1s").expect(5)
    assert "no time left" in ran.err or "in time" in ran.err
