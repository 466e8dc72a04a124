"""serve-mcp: messages that are none, bad requests, the protocol's eras, and the end."""

import json
import signal
from typing import Any

import pytest
from mcp import Client

from conftest import Handle, OpenLines
from harness import processes
from harness.cli import Cli
from harness.mcp import LEGACY, META, MODERN, McpServer, call, content, waiting
from harness.world import World

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


@pytest.mark.parametrize("number", ["7", '"seven"'])
def test_half_a_character_is_told_to_who_sent_it(lines: OpenLines, number: str) -> None:
    """As json.dumps writes what a model made of an emoji that it cut in two."""
    server = lines()
    arguments = '{"workflow_id":"order-\\ud83d"}'
    params = f'{{"name":"describe-workflow","arguments":{arguments}}}'
    server.write(
        f'{{"jsonrpc":"2.0","id":{number},"method":"tools/call","params":{params}}}'.encode()
    )
    answer = server.read()
    assert answer["id"] == json.loads(number)
    assert (answer["error"]["code"], answer["error"]["message"]) == (
        -32600,
        "a string has half a surrogate pair",
    )
    assert server.ask("ping")["result"] == {}


@pytest.mark.parametrize(
    ("number", "method", "params"),
    [
        ("a\0b", "ping", {}),
        (7, "ping\0", {}),
        (7, "resources/read", {"uri": "skill:SKILL.md\0x"}),
        (7, "prompts/get", {"name": "clean-start\0x"}),
        (7, "prompts/get", {"name": "clean-start", "arguments": {"expect": "a\0b"}}),
        (7, "tools/call", {"name": "show-settings\0x"}),
        (7, "tools/call", {"name": "show-settings", "arguments": {"full\0x": True}}),
        (7, "tools/call", {"name": "show-settings\0x", "arguments": {}}),
    ],
)
def test_a_nul_is_refused_and_ends_no_name(
    lines: OpenLines, number: str | int, method: str, params: object
) -> None:
    server = lines()
    server.write({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
    answer = server.read()
    assert answer["id"] == (None if number == "a\0b" else number)
    assert answer["error"] == {"code": -32600, "message": "a string has a NUL character"}
    server.write({"jsonrpc": "2.0", "method": "notifications/cancelled\0"})
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
        ("terminate-workflow", {"workflow_id": "order\0-17"}, "has a NUL character"),
        ("run-starter", {"command": ["uv", "a\0b"]}, "has a NUL character"),
    ],
)
def test_arguments_of_the_wrong_kind_are_told_to_the_agent(
    mcp: McpServer, tool: str, arguments: dict[str, Any], message: str
) -> None:
    """As an error of the tool: hosts keep errors of the protocol to themselves."""

    async def work(client: Client) -> None:
        answer = await client.call_tool(tool, arguments)
        assert answer.is_error
        said = content(answer)
        assert (said["command"], said["exit_code"], said["exit_name"]) == (tool, 2, "usage")
        assert message in said["error"]["message"]

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
    used = server.call("wait-for-workflow-status", **waiting(nobody.id))
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
    for token in (1, 2):
        wait = {"name": "wait-for-workflow-status", "arguments": waiting(nobody.id)}
        server.send("tools/call", wait | {"_meta": {"progressToken": token}})
    ping = server.send("ping")
    # What tells its progress has begun to run.
    running: set[int] = set()
    while ping or len(running) < 2:
        message = server.read()
        if message.get("id") == ping:
            ping = 0
        else:
            running.add(message["params"]["progressToken"])
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
