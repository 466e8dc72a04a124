"""serve-mcp: the commands as tools, with the official client of the Model Context Protocol and with lines by hand."""

import asyncio
import json
import signal
from collections.abc import Callable, Iterator
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from mcp import Client, MCPError
from temporalio import workflow
from temporalio.api.workflowservice.v1 import GetWorkflowExecutionHistoryRequest
from temporalio.client import WorkflowHandle

from harness import processes
from harness.cli import Cli
from harness.client import Temporal
from harness.mcp import LEGACY, META, MODERN, Lines, McpServer, content
from harness.project import Project
from harness.server import DevServer
from harness.world import World

NOT_SERVED = {"serve-mcp", "watch-project", "completion"}
OpenLines = Callable[..., Lines]
Handle = WorkflowHandle[Any, Any]


@workflow.defn
class Returns:
    @workflow.run
    async def run(self, value: Any) -> Any:
        return value


@pytest.fixture
def mcp(cli: Cli) -> McpServer:
    return McpServer(cli)


@pytest.fixture
def lines(cli: Cli) -> Iterator[OpenLines]:
    opened: list[Lines] = []

    def open_lines(*words: str, initialize: bool = True) -> Lines:
        opened.append(Lines(cli, *words, initialize=initialize))
        return opened[-1]

    yield open_lines
    for line in opened:
        line.close()


@pytest.fixture
def nobody(temporal: Temporal) -> Handle:
    """A workflow that no worker takes."""
    return temporal.start_workflow("Nobody", task_queue="nobody")


def waiting(handle: Handle, seconds: float = 50) -> dict[str, Any]:
    return {"workflow_id": handle.id, "no_stall_check": True, "timeout": seconds}


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    return content(await client.call_tool(tool, arguments))


def code_of(error: pytest.ExceptionInfo[MCPError]) -> int:
    return error.value.error.code


# ---- what there is ----


@pytest.mark.parametrize(("mode", "version"), [("auto", MODERN), ("legacy", LEGACY)])
def test_the_tools_are_the_commands(cli: Cli, mcp: McpServer, mode: str, version: str) -> None:
    async def work(client: Client) -> Any:
        assert client.protocol_version == version
        assert client.server_info is not None and client.server_info.name == "temporal-skill"
        assert client.instructions and "ensure-worker" in client.instructions
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in mcp.play(work, mode=mode)}
    commands = {row["name"]: row for row in cli.json("list-commands")["commands"]}
    assert set(tools) == set(commands) - NOT_SERVED
    for name, tool in tools.items():
        command = commands[name]
        assert tool.description and tool.description.startswith(command["summary"]), name
        hints = tool.annotations
        assert hints is not None, name
        assert hints.read_only_hint == ("changes" not in command["needs"]), name
        assert bool(hints.destructive_hint) == ("destroys" in command["needs"]), name
        check_schema(command, tool.input_schema)


JSON_TYPES: dict[str, Any] = {
    "flag": "boolean",
    "string": "string",
    "choice": "string",
    "integer": "integer",
    "duration": ["number", "string"],
    "list": "array",
    "rest": "array",
}


def check_schema(command: dict[str, Any], schema: dict[str, Any]) -> None:
    """The schema is one, says what the option table says, and takes the defaults that it names."""
    jsonschema.Draft202012Validator.check_schema(schema)
    properties = schema["properties"]
    for option in command["options"]:
        name = option["name"].replace("-", "_")
        if name in ("follow", "watch"):
            assert name not in properties
            continue
        found = properties[name]
        assert found["description"].startswith(option["help"]), (command["name"], name)
        assert (name in schema.get("required", [])) == option["required"], (command["name"], name)
        assert found.get("enum") == option.get("choices"), (command["name"], name)
        if option["type"] != "json":
            assert found["type"] == JSON_TYPES[option["type"]], (command["name"], name)
        if "default" in found:
            jsonschema.validate(found["default"], found)
            assert str(found["default"]) == option["default"], (command["name"], name)
    assert {"address", "namespace", "project_dir", "command_timeout"} <= set(properties)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"no_such_argument": 1}, schema)


# ---- the whole way ----


def test_the_greeting_project_from_nothing_to_its_result(
    mcp: McpServer, world: World, greeting: Project
) -> None:
    async def work(client: Client) -> None:
        server = await call(client, "ensure-server", headless=True)
        assert (server["verdict"], server["exit_code"]) == ("started", 0)
        worker = await call(client, "ensure-worker", timeout=40)
        assert worker["verdict"] == "ready"
        command = [greeting.python, "starter.py", "--wait", "MCP"]
        started = await call(client, "run-starter", command=command, timeout="40s")
        workflow_id = started["workflows"][0]["workflow_id"]
        for name, value in (("update_greeting", "Howdy"), ("finish", None)):
            given = {} if value is None else {"input": value}
            signaled = await call(
                client, "signal-workflow", workflow_id=workflow_id, name=name, **given
            )
            assert signaled["exit_code"] == 0
        waited = await call(client, "wait-for-workflow-status", workflow_id=workflow_id)
        assert (waited["status"], waited["reached"]) == ("COMPLETED", True)
        result = await call(client, "get-workflow-result", workflow_id=workflow_id)
        assert result["result"] == "Howdy, MCP!"
        assert result["exit_name"] == "ok"
        assert (await call(client, "kill-worker"))["stopped"]
        assert (await call(client, "stop-server"))["verdict"] == "stopped"

    mcp.play(work)
    assert world.running() == []


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
            client.call_tool("wait-for-workflow-status", waiting(nobody), progress_callback=tell)
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


def test_two_calls_run_side_by_side(mcp: McpServer, temporal: Temporal, nobody: Handle) -> None:
    """The first ends only after the second has, which is asked for later."""

    async def work(client: Client) -> None:
        wait = asyncio.create_task(call(client, "wait-for-workflow-status", **waiting(nobody)))
        second = await call(client, "terminate-workflow", workflow_id=nobody.id, reason="enough")
        assert second["exit_code"] == 0
        first = await wait
        assert (first["status"], first["exit_code"]) == ("TERMINATED", 1)

    mcp.play(work)


def test_a_call_beyond_the_most_is_refused(lines: OpenLines, nobody: Handle) -> None:
    server = lines()
    for _ in range(16):
        server.call("wait-for-workflow-status", **waiting(nobody))
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
            client, "wait-for-workflow-status", **waiting(nobody), interval="3", status="RUNNING"
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


# ---- read-only ----


def test_read_only_serves_only_what_changes_nothing(mcp: McpServer, nobody: Handle) -> None:
    async def work(client: Client) -> None:
        tools = (await client.list_tools()).tools
        assert {"describe-workflow", "diagnose", "list-workers"} <= {tool.name for tool in tools}
        assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)
        assert (await client.list_prompts()).prompts == []
        refused = await client.call_tool("terminate-workflow", {"workflow_id": nobody.id})
        assert refused.is_error
        assert content(refused)["exit_name"] == "denied"
        assert "read-only" in content(refused)["error"]["message"]
        state = await call(client, "describe-workflow", workflow_id=nobody.id)
        assert state["status"] == "RUNNING"

    mcp.play(work, "--read-only")


def test_flags_of_the_server_hold_for_its_calls(
    cli: Cli, mcp: McpServer, server: DevServer, world: World
) -> None:
    """Also the secret ones, which appear on no command line."""
    del world.env["TEMPORAL_ADDRESS"]

    async def work(client: Client) -> None:
        said = await call(client, "show-settings", namespace="given")
        rows = {row["setting"]: row for row in said["settings"]}
        assert rows["connection.address"]["value"] == server.address
        assert rows["connection.namespace"]["value"] == "given"
        assert rows["connection.api_key"]["origin"] == "environment TEMPORAL_API_KEY"
        assert rows["connection.grpc_meta"]["value"].split() == ["a=1", "b=2"]

    words = ["--address", server.address, "--namespace", "other", "--api-key", "sesame"]
    mcp.play(work, *words, "--grpc-meta", "a=1", "--grpc-meta", "b=2")


# ---- mistakes ----


@pytest.mark.parametrize(
    ("line", "code", "message"),
    [
        (b"oops", -32700, "not JSON"),
        (b'{"jsonrpc":"2.0","id":1', -32700, "not JSON"),
        (b'{"jsonrpc":"2.0","id":1} {}', -32700, "not JSON"),
        (b'{"jsonrpc":"2.0","id":1,"method":"\xff"}', -32700, "not JSON"),
        (b"[" * 2000 + b"]" * 2000, -32700, "not JSON"),
        (b"[]", -32600, "one JSON object"),
        (b"7", -32600, "one JSON object"),
        (b'{"id":1,"method":"ping"}', -32600, "jsonrpc"),
        (b'{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600, "jsonrpc"),
        (b'{"jsonrpc":"2.0","id":1}', -32600, "method"),
        (b'{"jsonrpc":"2.0","id":1,"method":7}', -32600, "method"),
        (b'{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, "'id'"),
        (b'{"jsonrpc":"2.0","id":1.5,"method":"ping"}', -32600, "'id'"),
        (b'{"jsonrpc":"2.0","id":[1],"method":"ping"}', -32600, "'id'"),
        (b'{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}', -32602, "'params'"),
    ],
)
def test_what_is_no_request_is_told(lines: OpenLines, line: bytes, code: int, message: str) -> None:
    server = lines()
    server.write(line)
    error = server.read()["error"]
    assert error["code"] == code
    assert message in error["message"]
    assert server.ask("ping")["result"] == {}


@pytest.mark.parametrize(
    ("method", "params", "code", "message"),
    [
        ("no/such", {}, -32601, "no/such"),
        ("server/discover", {}, -32601, "server/discover"),
        ("tools/call", {}, -32602, "'name'"),
        ("tools/call", {"name": 5}, -32602, "'name'"),
        ("tools/call", {"name": "no-such"}, -32602, "unknown tool 'no-such'"),
        ("tools/call", {"name": "serve-mcp"}, -32602, "unknown tool"),
        ("tools/call", {"name": "show-settings", "arguments": []}, -32602, "'arguments'"),
        ("tools/list", {"cursor": "x"}, -32602, "cursor"),
        ("resources/read", {}, -32602, "'uri'"),
        ("resources/read", {"uri": "file:///etc/passwd"}, -32002, "no resource"),
        ("prompts/get", {}, -32602, "'name'"),
        ("prompts/get", {"name": "no-such"}, -32602, "unknown prompt"),
        ("prompts/get", {"name": "clean-start", "arguments": {"x": "y"}}, -32602, "'x'"),
        ("prompts/get", {"name": "clean-start", "arguments": {"expect": 1}}, -32602, "'expect'"),
        ("prompts/get", {"name": "recover-nondeterminism"}, -32602, "'workflow_id' is missing"),
        ("initialize", {}, -32602, "'protocolVersion'"),
    ],
)
def test_a_bad_request_gets_its_error(
    lines: OpenLines, method: str, params: object, code: int, message: str
) -> None:
    error = lines().ask(method, params)["error"]
    assert error["code"] == code
    assert message in error["message"]


@pytest.mark.parametrize(
    ("tool", "arguments", "message"),
    [
        ("describe-workflow", {}, "'workflow_id' of 'describe-workflow' is missing"),
        ("describe-workflow", {"workflow_id": None}, "is missing"),
        ("describe-workflow", {"workflow_id": 5}, "must be a string, not a number"),
        ("describe-workflow", {"workflowid": "x"}, "did you mean 'workflow_id'?"),
        ("describe-workflow", {"workflow-id": "x"}, "no argument 'workflow-id'"),
        ("list-recent-workflows", {"minutes": "5"}, "must be an integer, not a string"),
        ("list-recent-workflows", {"minutes": 1.5}, "must be an integer"),
        ("list-recent-workflows", {"results": "yes"}, "must be a boolean, not a string"),
        ("run-starter", {"command": "uv run starter"}, "must be an array of strings"),
        ("run-starter", {"command": ["uv", 1]}, "must be an array of strings"),
        ("run-starter", {"timeout": True}, "must be a number or a string, not a boolean"),
        ("show-settings", {"address": {}}, "must be a string, not an object"),
        ("monitor-worker-health", {"watch": True}, "no argument 'watch'"),
    ],
)
def test_arguments_of_the_wrong_kind_are_refused(
    mcp: McpServer, tool: str, arguments: dict[str, Any], message: str
) -> None:
    async def work(client: Client) -> None:
        with pytest.raises(MCPError) as error:
            await client.call_tool(tool, arguments)
        assert code_of(error) == -32602
        assert message in error.value.error.message

    mcp.play(work)


def test_words_of_an_agent_never_become_flags(cli: Cli, mcp: McpServer, world: World) -> None:
    async def work(client: Client) -> None:
        for name in ("--help", "-h", "--dry-run", "a=b --user"):
            said = content(await client.call_tool("show-recipe", {"name": name}))
            assert said["exit_name"] == "not_found", said
        said = await call(client, "describe-workflow", workflow_id="--help", address="127.0.0.1:1")
        assert said["exit_name"] == "unavailable"

    mcp.play(work)


def test_a_message_that_is_too_long_is_refused_and_skipped(lines: OpenLines) -> None:
    server = lines()
    server.write(b'{"x":"' + b"x" * (33 << 20) + b'"}')
    assert server.read()["error"]["code"] == -32700
    assert server.ask("ping")["result"] == {}


def test_an_id_in_use_is_refused(lines: OpenLines, nobody: Handle) -> None:
    server = lines()
    used = server.call("wait-for-workflow-status", **waiting(nobody))
    server.write({"jsonrpc": "2.0", "id": used, "method": "ping"})
    assert server.read()["error"]["code"] == -32600


# ---- eras ----


@pytest.mark.parametrize(
    ("asked", "given"),
    [(LEGACY, LEGACY), ("2025-06-18", "2025-06-18"), ("1999-01-01", LEGACY), (MODERN, LEGACY)],
)
def test_initialize_agrees_on_a_version(lines: OpenLines, asked: str, given: str) -> None:
    server = lines(initialize=False)
    params = {"protocolVersion": asked, "capabilities": {}, "clientInfo": {}}
    result = server.ask("initialize", params)["result"]
    assert result["protocolVersion"] == given
    assert set(result["capabilities"]) == {"tools", "resources", "prompts"}


def test_requests_of_no_era_are_refused(lines: OpenLines) -> None:
    server = lines(initialize=False)
    assert server.ask("tools/list")["error"]["code"] == -32602
    assert server.ask("ping")["result"] == {}
    capabilities = "io.modelcontextprotocol/clientCapabilities"
    version = "io.modelcontextprotocol/protocolVersion"
    for meta in (META | {capabilities: 1}, META | {version: 1}):
        assert server.ask("tools/list", {"_meta": meta})["error"]["code"] == -32602
    error = server.ask("tools/list", {"_meta": META | {version: "1999-01-01"}})["error"]
    assert error["code"] == -32022
    assert error["data"]["requested"] == "1999-01-01"
    assert error["data"]["supported"][:2] == [MODERN, LEGACY]


def test_modern_results_say_what_they_are(lines: OpenLines) -> None:
    server = lines(initialize=False)
    discovered = server.ask("server/discover", {"_meta": META})["result"]
    assert MODERN in discovered["supportedVersions"]
    for method in ("server/discover", "tools/list", "resources/list", "prompts/list"):
        result = server.ask(method, {"_meta": META})["result"]
        assert result["resultType"] == "complete"
        assert result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"] == "temporal-skill"
        assert result["ttlMs"] >= 0 and result["cacheScope"] == "private"
    assert server.ask("ping", {"_meta": META})["error"]["code"] == -32601


def test_a_subscription_is_acknowledged_and_ended(lines: OpenLines) -> None:
    server = lines(initialize=False)
    key = "io.modelcontextprotocol/subscriptionId"
    wanted = {"_meta": META, "notifications": {"toolsListChanged": True}}
    numbers = []
    for _ in range(2):
        numbers.append(server.send("subscriptions/listen", wanted))
        told = server.read()
        assert told["method"] == "notifications/subscriptions/acknowledged"
        assert told["params"] == {"_meta": {key: numbers[-1]}, "notifications": {}}
    cancelled = {"requestId": numbers[0], "reason": "enough"}
    server.write({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": cancelled})
    assert "result" in server.ask("tools/list", {"_meta": META})
    assert server.process.stdin is not None
    server.process.stdin.close()
    last = server.read()
    assert (last["id"], last["result"]["_meta"][key]) == (numbers[1], numbers[1])


# ---- the end ----


@pytest.mark.parametrize("how", ["input", "SIGTERM", "SIGINT"])
def test_its_calls_end_with_the_server(
    lines: OpenLines, world: World, nobody: Handle, how: str
) -> None:
    server = lines()
    for _ in range(2):
        server.call("wait-for-workflow-status", **waiting(nobody))
    assert server.ask("ping")["result"] == {}
    children = [p for p in world.running() if "wait-for-workflow-status" in p.command]
    assert len(children) == 2
    if how == "input":
        status, _ = server.end()
        assert status == 0
    else:
        server.process.send_signal(signal.Signals[how])
        _, err = server.process.communicate(timeout=30)
        assert server.process.returncode == 130
        assert f"interrupted by {how}".encode() in err
    assert [p for p in children if processes.runs(p.pid)] == []


# ---- resources and prompts ----


def test_resources_are_the_skill_the_logs_and_the_receipts(mcp: McpServer, world: World) -> None:
    receipts = world.project_dir / ".temporal-skill/receipts"
    receipts.mkdir(parents=True)
    (receipts / "run 1.json").write_text('{"verdict": "passed"}')
    (receipts / "secret.json").symlink_to("/etc/hostname")
    world.log_dir.mkdir(mode=0o700)
    (world.log_dir / "worker-app.log").write_bytes(b"\x1b[31mred\x1b[0m\xff\n")
    (world.log_dir / "huge.log").write_text("line\n" * 100_000 + "last\n")

    async def work(client: Client) -> None:
        rows = {row.uri: row for row in (await client.list_resources()).resources}
        scheme = "temporal-skill:///"
        assert f"{scheme}skill/SKILL.md" in rows
        assert f"{scheme}skill/references/verdicts.md" in rows
        assert f"{scheme}receipts/secret.json" not in rows
        receipt = rows[f"{scheme}receipts/run%201.json"]
        assert (receipt.mime_type, receipt.size) == ("application/json", 21)
        assert await read(client, receipt.uri) == '{"verdict": "passed"}'
        assert (await read(client, f"{scheme}skill/SKILL.md")).startswith("---\nname: temporal")
        assert await read(client, f"{scheme}logs/worker-app.log") == (
            "\\x1b[31mred\\x1b[0m\ufffd\n"
        )
        huge = await read(client, f"{scheme}logs/huge.log")
        assert huge.endswith("line\nlast\n") and len(huge) <= 100 * 1024
        for uri in ("receipts/secret.json", "receipts/../../../etc/passwd", "logs/none.log"):
            with pytest.raises(MCPError) as error:
                await read(client, scheme + uri)
            assert code_of(error) == -32602

    mcp.play(work)


async def read(client: Client, uri: str) -> str:
    contents = (await client.read_resource(uri)).contents[0]
    text: str = contents.text  # type: ignore[union-attr]
    return text


def test_logs_that_others_could_write_are_not_shown(mcp: McpServer, world: World) -> None:
    world.log_dir.mkdir()
    world.log_dir.chmod(0o777)
    (world.log_dir / "worker-app.log").write_text("not ours\n")

    async def work(client: Client) -> list[str]:
        return [row.uri for row in (await client.list_resources()).resources]

    assert not any("/logs/" in uri for uri in mcp.play(work))


def test_prompts_are_the_recipes(cli: Cli, mcp: McpServer) -> None:
    recipes = {row["name"]: row for row in cli.json("list-recipes")["recipes"]}

    async def work(client: Client) -> None:
        prompts = {prompt.name: prompt for prompt in (await client.list_prompts()).prompts}
        assert set(prompts) == {n for n, row in recipes.items() if not row.get("problem")}
        for name, prompt in prompts.items():
            given = prompt.arguments or []
            names = [a.name + ("!" if a.required else "") for a in given]
            assert names == recipes[name]["parameters"]
            assert prompt.description == recipes[name]["summary"]
        got = await client.get_prompt("clean-start", {"expect": "Hello, Ada!"})
        text = got.messages[0].content.text  # type: ignore[union-attr]
        assert '{"name":"clean-start","set":["expect=Hello, Ada!"]}' in text
        assert "- worker: temporal-skill ensure-worker" in text

    mcp.play(work)
