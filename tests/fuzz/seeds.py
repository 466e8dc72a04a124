"""Writes inputs for the fuzz targets to begin with: seeds.py FOLDER, where each target has a folder of its name."""

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
    made["codec"] = bytes([WITH_CODEC | 5]) + answer(encoded) + codec + answer(encoded) + codec
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


def frames() -> dict[str, bytes]:
    lines = [b"HTTP/2 200\r\n", b"content-type: application/grpc+proto\r\n"]
    trailers = [b"grpc-status: 5\r\n", b"grpc-message: not%20there\r\n"]
    trailers.append(b"grpc-status-details-bin: CAUSBG5vbmU\r\n")
    body = b"\0\0\0\0\x05hello"
    pieces = [b"\0" + chunk(line) for line in lines]
    pieces += [b"\x01" + chunk(body[:3]), b"\x01" + chunk(body[3:])]
    return {"answer": b"".join(pieces + [b"\0" + chunk(line) for line in trailers])}


def symptoms() -> dict[str, bytes]:
    """Choices of fuzz_classify.c: small bytes, each of which is a word of its list, a number or a flag."""
    return {str(at): bytes(Random(at).choices(range(39), k=2500)) for at in range(20)}


def seeds() -> dict[str, dict[str, bytes]]:
    words = "--address\nlocalhost:7233\neverything\n-fl\na\n--json={}\n--duration\n1m\nid\n--\nrest"
    return {
        "fuzz_answers": answers(),
        "fuzz_classify": symptoms(),
        "fuzz_failure": {"chain": failure().SerializeToString()},
        "fuzz_frames": frames(),
        "fuzz_json_check": {
            "error": b'{"status": "error", "error": {"message": "no"}, "n": [1.5e3, "\\ud83d\\ude00"]}',
            "text": b"Error: could not charge",
        },
        "fuzz_options": {"all": words.encode()},
        "fuzz_recipe": files("skills/recipes/*.ini"),
        "fuzz_settings": files("skills/templates/*/temporal-skill.ini"),
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
