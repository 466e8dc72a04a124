"""The table of the server's words against the API's descriptors, as the Python SDK ships them.

Every value of an enumeration by which the server tells of trouble has a row in
core/diagnosis/server_words_*.c; an enumeration that is new in the API must be judged first.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
import temporalio.api.enums.v1
from google.protobuf.descriptor import EnumDescriptor

TABLES = sorted(
    (Path(__file__).resolve().parents[2] / "core" / "diagnosis").glob("server_words_*.c")
)

# These say nothing of trouble: what they are instead.
SILENT = {
    "ActivityExecutionStatus": "standalone activities, which this program does not look at",
    "ActivityIdConflictPolicy": "standalone activities",
    "ActivityIdReusePolicy": "standalone activities",
    "ArchivalState": "a setting",
    "BatchOperationState": "of a batch, told by the command that made it",
    "BatchOperationType": "of a request",
    "BuildIdTaskReachability": "the versioning before deployments",
    "CommandType": "from the worker to the server",
    "DeploymentReachability": "the versioning before deployments",
    "DescribeTaskQueueMode": "of a request",
    "EncodingType": "of bytes",
    "ExecutionType": "of a link",
    "FastForwardPollingResult": "time skipping, in tests only",
    "HistoryEventFilterType": "of a request",
    "IndexedValueType": "of a search attribute",
    "NexusOperationExecutionStatus": "standalone operations, which this program does not look at",
    "NexusOperationIdConflictPolicy": "standalone operations",
    "NexusOperationIdReusePolicy": "standalone operations",
    "NexusOperationWaitStage": "of a request",
    "QueryRejectCondition": "of a request",
    "ResetReapplyExcludeType": "of a request",
    "ResetReapplyType": "of a request",
    "ResetType": "of a request",
    "Severity": "of an advertisement",
    "TaskQueueKind": "of a queue",
    "TaskQueueType": "of a queue",
    "TaskReachability": "the versioning before deployments",
    "WorkerVersioningMode": "of a worker",
    "WorkflowRuleActionScope": "of a request",
}


def enums() -> dict[str, EnumDescriptor]:
    found: dict[str, EnumDescriptor] = {}
    for module in pkgutil.iter_modules(temporalio.api.enums.v1.__path__):
        if module.name.endswith("_pb2"):
            loaded = importlib.import_module(f"temporalio.api.enums.v1.{module.name}")
            found.update(loaded.DESCRIPTOR.enum_types_by_name)
    return found


def rows() -> list[str]:
    return [
        name
        for table in TABLES
        for name in re.findall(r'\{\s*"([A-Z][A-Z0-9_]+)",', table.read_text())
    ]


@pytest.mark.parametrize("name", sorted(enums()))
def test_every_value_has_a_row(name: str) -> None:
    values = [value.name for value in enums()[name].values if value.number]
    known = set(rows())
    if name in SILENT:
        assert not known.intersection(values), f"{name} is said to be silent, and has rows"
    else:
        assert [value for value in values if value not in known] == []


def test_every_row_is_a_value_and_there_once() -> None:
    values = {value.name for enum in enums().values() for value in enum.values}
    found = rows()
    assert found
    assert [name for name in found if name not in values] == []
    assert len(found) == len(set(found))


def test_what_is_silent_is_in_the_api() -> None:
    assert sorted(SILENT) == sorted(set(SILENT) & set(enums()))
