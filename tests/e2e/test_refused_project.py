"""One kind of question is denied while a project is looked at, checked or verified: what is said then."""

from collections.abc import Iterator
from typing import Any

import pytest

from harness.cli import Cli
from harness.project import Project
from harness.refusals import CODES, Refusing
from harness.server import DevServer
from harness.world import World

DENIED = CODES["PERMISSION_DENIED"]
METHODS = [
    "GetSystemInfo",
    "DescribeNamespace",
    "DescribeTaskQueue",
    "ListWorkers",
    "CountWorkflowExecutions",
    "ListWorkflowExecutions",
    "DescribeWorkflowExecution",
    "GetWorkflowExecutionHistoryReverse",
    "GetWorkflowExecutionHistory",
]


@pytest.fixture
def relay(server: DevServer, world: World) -> Iterator[Refusing]:
    """The worker speaks to it as well, and is refused nothing: it never asks those."""
    with Refusing(server.port, "", DENIED) as made:
        world.use_address(made.address, world.namespace)
        yield made


def denied(cli: Cli, relay: Refusing, method: str, *words: str) -> tuple[int, int, Any, str]:
    """How often it was refused, the exit code, the answer (None: there is none) and what stderr says."""
    relay.refuse(method)
    ran = cli(*words, "-o", "json")
    return relay.refused, ran.code, ran.json if ran.out else None, ran.err


def is_named(answer: Any, method: str) -> bool:
    return any(row["question"] == method for row in answer.get("not_answered", []))


def test_looking_at_a_project(cli: Cli, relay: Refusing, greeting: Project) -> None:
    cli("ensure-worker").expect(0)
    asked = set()
    for method in METHODS:
        for words in (["monitor-worker-health"], ["doctor"], ["list-workers"]):
            refused, code, answer, err = denied(cli, relay, method, *words)
            if not refused:
                continue
            asked.add((words[0], method))
            assert answer is not None, (words, method, err)
            assert is_named(answer, method), (words, method, answer)
            if words[0] == "monitor-worker-health" and method == "DescribeTaskQueue":
                assert (answer["verdict"], code) == ("unclear", 1), answer
    cli("kill-worker")
    assert ("monitor-worker-health", "DescribeTaskQueue") in asked, asked
    assert ("doctor", "DescribeNamespace") in asked, asked


@pytest.mark.parametrize("method", METHODS)
def test_verifying_a_project(cli: Cli, relay: Refusing, verifiable: Project, method: str) -> None:
    """It is not verified where the outcome could not be read; else what was not is named."""
    refused, code, answer, err = denied(cli, relay, method, "verify-project")
    cli("kill-worker")
    if not refused:
        return
    if code == 0:
        assert answer is not None and is_named(answer, method), (answer, err)
    else:
        assert method in str(answer) + err or is_named(answer or {}, method), (answer, err)
