"""Writes inputs for the fuzz targets to begin with: seeds.py FOLDER, where each target has a folder of its name."""

import json
import re
import sys
from pathlib import Path
from random import Random

from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.api.enums.v1 import (
    EventType,
    TimeoutType,
    UpdateWorkflowExecutionLifecycleStage,
    WorkflowExecutionStatus,
)
from temporalio.api.errordetails.v1 import NamespaceNotFoundFailure
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.api.workflowservice.v1 import (
    CountWorkflowExecutionsResponse,
    DescribeNamespaceResponse,
    DescribeTaskQueueResponse,
    DescribeWorkflowExecutionResponse,
    GetSystemInfoResponse,
    GetWorkflowExecutionHistoryResponse,
    ListWorkersResponse,
    ListWorkflowExecutionsResponse,
    QueryWorkflowResponse,
    UpdateWorkflowExecutionResponse,
)

REPOSITORY = Path(__file__).resolve().parents[2]
# As fuzz_answers.c reads it.
WITH_CODEC, ERROR = 0x40, 0x80

TRACE = """Traceback (most recent call last):
  File "/app/.venv/lib/python3.11/site-packages/temporalio/worker/_activity.py", line 400, in _run
    return await impl.execute_activity(input)
  File "/app/activities.py", line 17, in charge
    raise KeyError("customer")
KeyError: 'customer'
"""
LOG = f"""2026-01-01T10:00:00Z INFO worker started, polling orders
\x1b[33mWARN\x1b[0m temporalio_sdk_core: Failed handling activation on workflow with run ID 3f1c
Completing activity as failed ({{'activity_id': '1', 'attempt': 2}})
{TRACE}
During handling of the above exception, another exception occurred:

{TRACE.replace("KeyError: 'customer'", "shop.errors.Lost: no customer")}
  + Exception Group Traceback (most recent call last):
  |   File "/app/worker.py", line 9, in <module>
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
ModuleNotFoundError: No module named 'temporalio'
"""

# Results that tell of an error, and some that only look so.
RESULTS = [
    '{"status": "error", "message": "no such order"}',
    '{"success": false, "errors": ["a"], "error_count": 2}',
    '{"statusCode": 503, "body": "Service Unavailable"}',
    '"Error: could not charge"',
    '"the order could not be found"',
    '"3 orders, 0 errors"',
    '[{"ok": true}, {"result": {"failed": 1, "error": null}}]',
]
STALLED = [
    ["WORKFLOW_TASK_FAILED", "WORKFLOW_TASK_STARTED", "WORKFLOW_TASK_SCHEDULED"],
    ["WORKFLOW_TASK_TIMED_OUT", "WORKFLOW_TASK_STARTED", "WORKFLOW_TASK_SCHEDULED"],
    ["WORKFLOW_TASK_SCHEDULED", "WORKFLOW_EXECUTION_STARTED"],
    ["ACTIVITY_TASK_SCHEDULED", "WORKFLOW_TASK_COMPLETED", "WORKFLOW_TASK_STARTED"],
    ["TIMER_STARTED", "WORKFLOW_TASK_COMPLETED", "WORKFLOW_TASK_STARTED"],
    ["WORKFLOW_EXECUTION_SIGNALED", "WORKFLOW_TASK_COMPLETED", "TIMER_STARTED"],
    ["START_CHILD_WORKFLOW_EXECUTION_INITIATED", "WORKFLOW_TASK_COMPLETED"],
    ["WORKFLOW_TASK_COMPLETED", "WORKFLOW_TASK_STARTED", "WORKFLOW_TASK_SCHEDULED"],
]

RECIPE = """[recipe]
name = fuzz
summary = all keys
[parameter text]
default = a b
type = words
required = false
choices = a b
[parameter number]
type = integer
[parameter document]
type = json
default = {}
[step first]
command = some -t ${text} --list $${plain
with = --number ${number}
when = ${text} is not ''
capture = id /items/0/id
capture_optional = line match id: ([a-z]+)
expect = /items/0/id is not ''
accept = 1 3
on_failure = run mend
[step second]
program = echo ${id} ${text}
timeout = 2m
capture = started workflow
on_failure = continue
[rescue mend]
command = some -t x
then = continue
[cleanup last]
command = some -t ${id}
"""


PATHS = """
[project]
dependencies = ["x @ {root:parent:uri}/x", "-e file:///srv/y%20z#egg=y"] # "both"
[tool.uv.sources]
"a.b" = [{ path = '../x', editable = true }, { workspace = true }]
"""


def chunk(data: bytes) -> bytes:
    return len(data).to_bytes(2, "little") + data


def answer(message: Message) -> bytes:
    return b"\0" + chunk(message.SerializeToString())


def error(code: int, text: str, details: bytes = b"") -> bytes:
    return bytes([ERROR | (code - 1)]) + chunk(text.encode()) + chunk(details)


def payloads(text: str, encoding: str = "json/plain") -> Payloads:
    payload = Payload(metadata={"encoding": encoding.encode()}, data=text.encode())
    return Payloads(payloads=[payload])


def failure() -> Failure:
    made = Failure(message="Activity task failed")
    made.activity_failure_info.activity_type.name = "charge"
    made.cause.message = "'customer'"
    made.cause.stack_trace = TRACE
    made.cause.application_failure_info.type = "KeyError"
    made.cause.cause.message = "timed out"
    made.cause.cause.timeout_failure_info.timeout_type = TimeoutType.Value(
        "TIMEOUT_TYPE_START_TO_CLOSE"
    )
    return made


def described() -> DescribeWorkflowExecutionResponse:
    made = DescribeWorkflowExecutionResponse()
    info = made.workflow_execution_info
    info.execution.workflow_id, info.execution.run_id = "order-17", "3f1c"
    info.type.name, info.task_queue = "Order", "orders"
    info.status = WorkflowExecutionStatus.Value("WORKFLOW_EXECUTION_STATUS_RUNNING")
    info.start_time.seconds = 1799999000
    info.search_attributes.indexed_fields["TemporalReportedProblems"].data = b'["cause=x"]'
    made.execution_config.default_workflow_task_timeout.seconds = 10
    activity = made.pending_activities.add()
    activity.activity_id, activity.activity_type.name, activity.attempt = "1", "charge", 5
    activity.last_failure.CopyFrom(failure())
    child = made.pending_children.add()
    child.workflow_id, child.workflow_type_name = "child", "Parcel"
    made.pending_workflow_task.attempt = 3
    return made


def event(number: int, kind: str) -> HistoryEvent:
    """One of each type, with some of what such events have."""
    made = HistoryEvent(event_id=number, task_id=number, event_type=EventType.Value(kind))
    made.event_time.seconds = 1799999000 + number
    name = kind.removeprefix("EVENT_TYPE_").lower() + "_event_attributes"
    attributes = getattr(made, name, None)
    if attributes is None:
        return made
    attributes.SetInParent()
    for field in attributes.DESCRIPTOR.fields:
        if field.message_type and field.message_type.name == "Failure":
            getattr(attributes, field.name).CopyFrom(failure())
        elif field.message_type and field.message_type.name == "Payloads":
            getattr(attributes, field.name).CopyFrom(payloads('{"amount": 17}'))
        elif field.name in ("activity_id", "timer_id", "signal_name", "identity"):
            setattr(attributes, field.name, "100@elsewhere")
        elif field.name in ("scheduled_event_id", "started_event_id", "initiated_event_id"):
            setattr(attributes, field.name, max(1, number - 1))
    return made


def sealed_failure() -> Failure:
    """Its texts lie in a payload, as the SDK's failure converter puts them there."""
    made = Failure(message="Encoded failure")
    made.application_failure_info.type = "KeyError"
    texts = json.dumps({"message": "'customer'", "stack_trace": TRACE})
    made.encoded_attributes.CopyFrom(payloads(texts).payloads[0])
    made.cause.message = "Encoded failure"
    made.cause.encoded_attributes.CopyFrom(payloads("secret", "binary/encrypted").payloads[0])
    return made


def closed(status: str) -> bytes:
    made = described()
    info = made.workflow_execution_info
    info.status = WorkflowExecutionStatus.Value(f"WORKFLOW_EXECUTION_STATUS_{status}")
    info.close_time.seconds = 1799999900
    made.ClearField("pending_activities")
    made.ClearField("pending_children")
    made.ClearField("pending_workflow_task")
    return answer(made)


def completed(result: str) -> bytes:
    page = history(["EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED"])
    last = page.history.events[0].workflow_execution_completed_event_attributes
    last.result.CopyFrom(payloads(result))
    return answer(page)


def history(kinds: list[str]) -> GetWorkflowExecutionHistoryResponse:
    made = GetWorkflowExecutionHistoryResponse()
    made.history.events.extend(event(number + 1, kind) for number, kind in enumerate(kinds))
    return made


def workflows() -> ListWorkflowExecutionsResponse:
    made = ListWorkflowExecutionsResponse(next_page_token=b"more")
    made.executions.append(described().workflow_execution_info)
    return made


def queue() -> DescribeTaskQueueResponse:
    made = DescribeTaskQueueResponse()
    made.pollers.add().identity = "100@elsewhere"
    return made


def workers() -> ListWorkersResponse:
    made = ListWorkersResponse()
    heartbeat = made.workers_info.add().worker_heartbeat
    heartbeat.worker_identity, heartbeat.task_queue = "100@elsewhere", "orders"
    heartbeat.host_info.process_id = "100"
    return made


def answers() -> dict[str, bytes]:
    kinds = [
        name for name in EventType.DESCRIPTOR.values_by_name if not name.endswith("UNSPECIFIED")
    ]
    some = [history(kinds[at : at + 12]) for at in range(0, len(kinds), 12)]
    namespace = DescribeNamespaceResponse()
    namespace.namespace_info.name = "default"
    count = CountWorkflowExecutionsResponse(count=3)
    update = UpdateWorkflowExecutionResponse()
    update.stage = UpdateWorkflowExecutionLifecycleStage.Value(
        "UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED"
    )
    update.outcome.failure.CopyFrom(failure())
    handlers = '{"definition": {"type": "Order", "signalDefinitions": [{"name": "approve"}]}}'
    query = QueryWorkflowResponse(query_result=payloads(handlers))
    encoded = QueryWorkflowResponse(query_result=payloads("secret", "binary/encrypted"))
    missing = b"\x12\x00" + NamespaceNotFoundFailure(namespace="x").SerializeToString()
    one = answer(described())
    sealed = GetWorkflowExecutionHistoryResponse()
    sealed.history.events.append(event(7, "EVENT_TYPE_WORKFLOW_EXECUTION_FAILED"))
    attributes = sealed.history.events[0].workflow_execution_failed_event_attributes
    attributes.failure.CopyFrom(sealed_failure())
    made = {
        f"{what}-{at}": bytes([what]) + one + answer(page) + answer(queue())
        for what in (0, 1)
        for at, page in enumerate(some)
    }
    made["many"] = bytes([2]) + one * 3 + answer(some[0]) * 3
    made["lists"] = bytes([3]) + answer(workflows()) * 2 + answer(count)
    made["queue"] = bytes([4]) + answer(queue()) + answer(workers())
    made["handlers"] = bytes([5]) + answer(query) * 2
    codec = chunk(b'{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"MTc="}]}')
    made["codec"] = bytes([WITH_CODEC | 5]) + answer(query) + answer(encoded) + codec
    made["codec-failure"] = bytes([WITH_CODEC]) + one + answer(sealed) + codec
    made["sealed"] = bytes([1]) + closed("FAILED") + answer(sealed) + answer(queue())
    for result in RESULTS:
        name = f"completed-{len(made)}"
        made[name] = bytes([1]) + closed("COMPLETED") + completed(result) + answer(queue())
    for status in ("CANCELED", "TERMINATED", "CONTINUED_AS_NEW", "TIMED_OUT"):
        kinds_of = [f"EVENT_TYPE_WORKFLOW_EXECUTION_{status}", "EVENT_TYPE_WORKFLOW_TASK_COMPLETED"]
        made[status] = bytes([1]) + closed(status) + answer(history(kinds_of)) + answer(queue())
    # What stalls, newest event first, with somebody and with nobody at the queue.
    for at, newest in enumerate(STALLED):
        for pollers in (queue(), DescribeTaskQueueResponse()):
            page = answer(history([f"EVENT_TYPE_{kind}" for kind in newest]))
            made[f"stalled-{at}-{len(made)}"] = bytes([1]) + one + page + answer(pollers)
    made["update"] = bytes([6]) + answer(update) + error(9, "no")
    made["server"] = bytes([7]) + answer(GetSystemInfoResponse(server_version="1.32.0"))
    made["server"] += answer(namespace)
    made["refused"] = bytes([7]) + error(5, "Namespace x is not found.", missing)
    made["close"] = bytes([8]) + answer(some[0]) * 2
    made["end"] = bytes([9]) + error(5, "workflow execution already completed") * 4
    return made


def files(pattern: str) -> dict[str, bytes]:
    return {
        str(path.relative_to(REPOSITORY)).replace("/", "-"): path.read_bytes()
        for path in REPOSITORY.glob(pattern)
    }


def ini_blocks(reference: str) -> dict[str, bytes]:
    """The examples of a reference, which show each key."""
    text = (REPOSITORY / "skills/references" / reference).read_text()
    blocks = re.findall(r"```ini\n(.*?)```", text, re.DOTALL)
    return {f"{reference}-{at}": block.encode() for at, block in enumerate(blocks)}


def every_setting() -> dict[str, bytes]:
    """A value of each kind for each key of the table."""
    text = (REPOSITORY / "core/settings/table.c").read_text()
    rows = re.findall(r'ROW\(\w+,\s*"(\w+)",\s*"(\w+)"', text)
    return {
        f"all-{value}": "\n".join(f"[{s}]\n{k} = {value}" for s, k in rows).encode()
        for value in ("true", "10s", "localhost:1")
    } | {f"one-{s}-{k}": f"[{s}]\n{k} = auto\n".encode() for s, k in rows}


def recipes() -> dict[str, bytes]:
    document = '{"stalled": [{"workflow_id": "order\\u002d17", "n": 1.5, "a/b": null}]}'
    return (
        files("skills/recipes/*.ini")
        | ini_blocks("recipes.md")
        | {
            "pointer": b"/stalled/0/workflow_id\n" + document.encode(),
            "pointer-escaped": b"/stalled/0/a~1b\n" + document.encode(),
            "keys": RECIPE.encode(),
        }
    )


def frames() -> dict[str, bytes]:
    lines = [b"HTTP/2 200\r\n", b"content-type: application/grpc+proto\r\n"]
    trailers = [b"grpc-status: 5\r\n", b"grpc-message: not%20there\r\n"]
    trailers.append(b"grpc-status-details-bin: CAUSBG5vbmU\r\n")
    body = b"\0\0\0\0\x05hello"
    head = b"".join(b"\0" + chunk(line) for line in lines)
    message = b"\x01" + chunk(body[:3]) + b"\x01" + chunk(body[3:])
    error_end = b"".join(b"\0" + chunk(line) for line in trailers)
    made = {
        "answer": head + message + b"\0" + chunk(b"grpc-status: 0\r\n"),
        "error": head + error_end,
        "cut": head + b"\x01" + chunk(body[:3]) + b"\0" + chunk(b"grpc-status: 0\r\n"),
        "surplus": head + message * 2,
        "compressed": head + b"\x01" + chunk(b"\x01" + body[1:]),
        "long": head + b"\x01" + chunk(b"\0\xff\xff\xff\xffx"),
        "proxy": b"\0" + chunk(b"HTTP/1.1 503 Service Unavailable\r\n") + b"\x01" + chunk(b"no"),
        "other": b"\0"
        + chunk(b"HTTP/1.1 200 OK\r\n")
        + b"\0"
        + chunk(b"content-type: text/html\r\n"),
    }
    ends = {"ok": 0, "reset": 92, "timeout": 28, "refused": 7, "certificate": 60}
    return {
        f"{name}-{end}": bytes([code]) + pieces
        for name, pieces in made.items()
        for end, code in ends.items()
    }


def histories() -> dict[str, bytes]:
    """As fuzz_history.c reads them: a page a chunk."""
    kinds = [[f"EVENT_TYPE_{kind}" for kind in row] for row in STALLED]
    single = [chunk(history(row).SerializeToString()) for row in kinds]
    return {"pages": b"".join(single)} | {str(n): page for n, page in enumerate(single)}


def symptoms() -> dict[str, bytes]:
    """Choices of fuzz_classify.c: small bytes, each of which is a word of its list, a number or a flag."""
    return {str(at): bytes(Random(at).choices(range(39), k=2500)) for at in range(20)}


def seeds() -> dict[str, dict[str, bytes]]:
    words = "--address\nlocalhost:7233\neverything\n-fl\na\n--json={}\n--duration\n1m\nid\n--\nrest"
    return {
        "fuzz_answers": answers(),
        "fuzz_classify": symptoms(),
        "fuzz_failure": {
            "chain": failure().SerializeToString(),
            "sealed": sealed_failure().SerializeToString(),
        },
        "fuzz_frames": frames(),
        "fuzz_history": histories(),
        "fuzz_json_check": {
            "error": b'{"status": "error", "error": {"message": "no"}, "n": [1.5e3, "\\ud83d\\ude00"]}',
            "text": b"Error: could not charge",
        },
        "fuzz_options": {"all": words.encode()},
        "fuzz_pyproject": files("skills/templates/*/pyproject.toml")
        | files("skills/templates/*/worker.py")
        | {"paths": PATHS.encode()},
        "fuzz_recipe": recipes(),
        "fuzz_settings": files("skills/templates/*/temporal-skill.ini")
        | ini_blocks("configuration.md")
        | every_setting(),
        "fuzz_text": {"hostile": "\x40a'b<\"\x1b[31m\u202e\u00e9\n1m30s 100@elsewhere".encode()},
        "fuzz_worker_log": {"log": LOG.encode(), "trace": TRACE.encode()},
    }


def main() -> None:
    corpus = Path(sys.argv[1])
    for target, inputs in seeds().items():
        folder = corpus / target
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in inputs.items():
            (folder / f"seed-{name}").write_bytes(content)


if __name__ == "__main__":
    main()
