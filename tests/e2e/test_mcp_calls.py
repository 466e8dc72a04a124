"""serve-mcp: calls that take long, side by side, cancelled; and what is answered."""

import asyncio
import json
import os
import select
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from temporalio import workflow
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest

from conftest import Handle, OpenLines
from harness import processes
from harness.cli import DEADLINE_SECONDS
from harness.client import Temporal
from harness.mcp import McpServer, call, content, waiting
from harness.server import DevServer
from harness.world import World


@workflow.defn
class Returns:
    @workflow.run
    async def run(self, value: Any) -> Any:
        return value


# ---- long calls ----


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_a_wait_tells_its_progress_and_can_be_cancelled(
    mcp: McpServer, world: World, nobody: Handle, mode: str
) -> None:
    seen: list[tuple[float, float | None, str | None]] = []

    async def work(client: Client) -> None:
        twice = asyncio.Event()

        async def tell(progress: float, total: float | None, message: str | None) -> None:
            seen.append((progress, total, message))
            if len(seen) == 2:
                twice.set()

        wait = asyncio.create_task(
            client.call_tool("wait-for-workflow-status", waiting(nobody.id), progress_callback=tell)
        )
        await asyncio.wait_for(twice.wait(), 30)
        children = [p for p in world.running() if "wait-for-workflow-status" in p.command]
        assert len(children) == 1
        wait.cancel()
        with pytest.raises(asyncio.CancelledError):
            await wait
        gone = await asyncio.to_thread(processes.wait_gone, children[0].pid, 10.0)
        assert gone, "the cancelled call still runs"
        assert (await call(client, "show-settings"))["exit_code"] == 0

    mcp.play(work, mode=mode)
    values = [value for value, _, _ in seen]
    assert values == sorted(set(values)) and values[0] > 0
    assert seen[0][1] == 50
    assert all(message for _, _, message in seen)


DEAF = """\
import os, signal, subprocess, sys
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_IGN)
if len(sys.argv) == 1:
    subprocess.Popen([sys.executable, __file__, "child"])
else:
    with open("told", "w") as told:
        told.write("deaf")
while True:
    signal.pause()
"""


@pytest.mark.parametrize("how", ["cancelled", "input ends"])
def test_a_program_that_hears_no_signal_ends_with_its_call(
    lines: OpenLines, world: World, server: DevServer, how: str
) -> None:
    (world.project_dir / "deaf.py").write_text(DEAF)
    os.mkfifo(world.project_dir / "told")
    mcp = lines()
    number = mcp.call("run-starter", command=[sys.executable, "deaf.py"])
    assert wait_for_word(world.project_dir / "told") == b"deaf"
    programs = [process for process in world.running() if "deaf.py" in process.command]
    assert len(programs) == 3  # the command that runs the starter names it, too
    if how == "cancelled":
        cancelled = {"requestId": number}
        mcp.write({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled})
    else:
        assert mcp.end()[0] == 0
    for process in programs:
        assert processes.wait_gone(process.pid, 20), process


def wait_for_word(fifo: Path) -> bytes:
    descriptor = os.open(fifo, os.O_RDWR)
    try:
        ready, _, _ = select.select([descriptor], [], [], DEADLINE_SECONDS)
        assert ready, "nobody writes"
        return os.read(descriptor, 100)
    finally:
        os.close(descriptor)


def test_two_calls_run_side_by_side(mcp: McpServer, temporal: Temporal, nobody: Handle) -> None:
    """The first ends only after the second has, which is asked for later."""

    async def work(client: Client) -> None:
        wait = asyncio.create_task(call(client, "wait-for-workflow-status", **waiting(nobody.id)))
        second = await call(client, "terminate-workflow", workflow_id=nobody.id, reason="enough")
        assert second["exit_code"] == 0
        first = await wait
        assert (first["status"], first["exit_code"]) == ("TERMINATED", 1)

    mcp.play(work)


def test_a_call_beyond_the_most_is_refused(lines: OpenLines, nobody: Handle) -> None:
    server = lines()
    for _ in range(16):
        server.call("wait-for-workflow-status", **waiting(nobody.id))
    refused = server.call("show-settings")
    answer = server.read()
    assert (answer["id"], answer["error"]["code"]) == (refused, -32603)
    assert "16 calls are running" in answer["error"]["message"]
    assert server.end()[0] == 0


# ---- answers ----


def test_no_is_an_answer_and_not_an_error(mcp: McpServer, nobody: Handle) -> None:
    async def work(client: Client) -> None:
        await call(client, "terminate-workflow", workflow_id=nobody.id)
        ended = await client.call_tool("get-workflow-result", {"workflow_id": nobody.id})
        assert not ended.is_error
        assert content(ended)["exit_name"] == "negative"
        late = await client.call_tool(
            "wait-for-workflow-status", {"workflow_id": nobody.id, "status": "COMPLETED"}
        )
        assert not late.is_error
        assert content(late)["verdict"]

    mcp.play(work)


@pytest.mark.parametrize(
    ("tool", "arguments", "exit_code", "name", "message"),
    [
        ("describe-workflow", {"workflow_id": "none-such"}, 3, "not_found", "none-such"),
        ("list-recent-workflows", {"minutes": -3}, 2, "usage", "out of range"),
        (
            "query-workflow",
            {"workflow_id": "x", "name": "q", "timeout": "soon"},
            2,
            "usage",
            "soon",
        ),
        ("show-server", {"address": "127.0.0.1:1"}, 4, "unavailable", "127.0.0.1:1"),
    ],
)
def test_what_could_not_be_done_is_an_error_of_the_tool(
    mcp: McpServer,
    server: DevServer,
    tool: str,
    arguments: dict[str, Any],
    exit_code: int,
    name: str,
    message: str,
) -> None:
    async def work(client: Client) -> None:
        result = await client.call_tool(tool, arguments)
        assert result.is_error
        said = content(result)
        assert (said["exit_code"], said["exit_name"]) == (exit_code, name)
        assert said["error"]["code"] == name
        assert message in said["error"]["message"]

    mcp.play(work)


def test_notes_come_with_the_answer(mcp: McpServer, nobody: Handle) -> None:
    async def work(client: Client) -> None:
        said = await call(
            client, "wait-for-workflow-status", **waiting(nobody.id), interval="3", status="RUNNING"
        )
        assert any("interval" in note for note in said["notes"])

    mcp.play(work)


def test_raw_output_comes_as_text(mcp: McpServer, temporal: Temporal) -> None:
    temporal.start_worker("returns", [Returns])
    handle = temporal.start_workflow("Returns", {"a": [1]}, task_queue="returns")
    temporal.result(handle)

    async def work(client: Client) -> Any:
        arguments = {"workflow_id": handle.id, "raw": True}
        return await client.call_tool("get-workflow-result", arguments)

    result = mcp.play(work)
    assert json.loads(result.content[0].text) == {"a": [1]}
    assert json.loads(result.structured_content["output"]) == {"a": [1]}


def test_values_keep_their_digits(
    lines: OpenLines, temporal: Temporal, nobody: Handle, server: DevServer, world: World
) -> None:
    """Numbers beyond a double, keys and an id with escapes, a value too long for a command line."""
    long = json.dumps("x" * 300_000).encode()
    values = [b'{"n": 9007199254740993, "d": 0.10000000000000000001}', long]
    mcp = lines()
    for number, value in enumerate(values):
        mcp.write(
            b'{"jsonrpc":"2.0","id":"call \\u00e9 %d","method":"tools/call","params":{"name":'
            b'"signal-workflow","arguments":{"workflow_id":"%s","name":"s","\\u0069nput":%s}}}'
            % (number, nobody.id.encode(), value)
        )
        answer = mcp.read()
        assert answer["id"] == f"call é {number}"
        assert answer["result"]["structuredContent"]["exit_code"] == 0, answer
    sent = [
        event.workflow_execution_signaled_event_attributes for event in history(temporal, nobody)
    ]
    data = [signaled.input.payloads[0].data for signaled in sent if signaled.signal_name]
    assert data == values


def history(temporal: Temporal, handle: Handle) -> Any:
    request = GetWorkflowExecutionHistoryRequest(namespace=temporal.namespace)
    request.execution.workflow_id = handle.id
    asked = temporal.client.workflow_service.get_workflow_execution_history(request)
    return temporal.call(asked).history.events


def test_digits_of_a_result_are_kept_as_well(lines: OpenLines, temporal: Temporal) -> None:
    temporal.start_worker("returns", [Returns])
    handle = temporal.start_workflow("Returns", 9007199254740993, task_queue="returns")
    temporal.result(handle)
    mcp = lines()
    mcp.call("get-workflow-result", workflow_id=handle.id)
    assert b'"result":9007199254740993' in mcp.read_line()
