"""serve-mcp: what tools there are, their schemas, and what they cost an agent."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from mcp import Client

from conftest import OpenLines
from harness.cli import Cli
from harness.mcp import LEGACY, MODERN, McpServer, call
from harness.server import DevServer

NEVER = {"serve-mcp", "watch-project", "completion"}
UPKEEP = {
    "export-history",
    "install-skill",
    "list-commands",
    "list-plugins",
    "new-plugin",
    "trust-plugin",
    "untrust-plugin",
    "trust-project",
    "untrust-project",
    "run",
}
SHARED = {"address", "namespace", "project_dir", "command_timeout"}
# An agent pays for them in each session, whether it calls one or not.
MOST_BYTES = 15_000


@pytest.mark.parametrize(("mode", "version"), [("auto", MODERN), ("legacy", LEGACY)])
@pytest.mark.parametrize(("words", "missing"), [((), UPKEEP), (("--tools", "all"), set())])
def test_the_tools_are_the_commands(
    cli: Cli, mcp: McpServer, mode: str, version: str, words: tuple[str, ...], missing: set[str]
) -> None:
    async def work(client: Client) -> Any:
        assert client.protocol_version == version
        assert client.server_info is not None and client.server_info.name == "temporal-skill"
        assert client.instructions and "ensure-worker" in client.instructions
        return client.instructions, (await client.list_tools()).tools

    instructions, listed = mcp.play(work, *words, mode=mode)
    tools = {tool.name: tool for tool in listed}
    commands = {row["name"]: row for row in cli.json("list-commands")["commands"]}
    assert set(tools) == set(commands) - NEVER - missing
    for name, tool in tools.items():
        command = commands[name]
        assert tool.description and tool.description.startswith(command["summary"]), name
        hints = tool.annotations
        assert hints is not None, name
        assert bool(hints.read_only_hint) == ("changes" not in command["needs"]), name
        assert bool(hints.destructive_hint) == ("destroys" in command["needs"]), name
        check_schema(command, tool.input_schema, instructions)
    for name in SHARED:
        assert f" {name}, " in instructions


def test_the_list_is_short(lines: OpenLines) -> None:
    server = lines()
    server.send("tools/list")
    assert len(server.read_line()) < MOST_BYTES


@pytest.mark.parametrize(
    ("choice", "tools"),
    [
        ("describe-workflow", {"describe-workflow"}),
        ("server,doctor", {"ensure-server", "show-server", "stop-server", "doctor"}),
        ("trust-plugin", {"trust-plugin"}),
    ],
)
def test_tools_can_be_chosen(lines: OpenLines, choice: str, tools: set[str]) -> None:
    server = lines("--tools", choice)
    listed = server.ask("tools/list")["result"]["tools"]
    assert {tool["name"] for tool in listed} == tools
    server.call("list-recipes")
    assert "unknown tool" in server.read()["error"]["message"]
    assert server.ask("prompts/list")["result"]["prompts"] == []


@pytest.mark.parametrize(
    ("choice", "message"),
    [
        ("wrkflow", "did you mean 'workflow'?"),
        ("serve-mcp", "no tool and no plugin 'serve-mcp'"),
        ("workflow,,debug", "no tool and no plugin ''"),
        ("", "empty value of '--tools'"),
    ],
)
def test_a_choice_of_what_is_no_tool_is_told(cli: Cli, choice: str, message: str) -> None:
    assert message in cli("serve-mcp", "--tools", choice).expect(2).err


def test_what_is_not_listed_is_taken_all_the_same(mcp: McpServer, server: DevServer) -> None:
    """The shared flags, the old names, and durations as text."""

    async def work(client: Client) -> None:
        said = await call(client, "diagnose", check=True, namespace="none-such")
        assert said["exit_name"] == "not_found"
        said = await call(client, "show-settings", command_timeout="20s", project_dir="/")
        rows = {row["setting"]: row["value"] for row in said["settings"]}
        assert (rows["output.command_timeout"], rows["project.dir"]) == ("20s", "/")

    mcp.play(work)


JSON_TYPES: dict[str, Any] = {
    "flag": "boolean",
    "string": "string",
    "choice": "string",
    "integer": "integer",
    "duration": "number",
    "list": "array",
    "rest": "array",
}


# Neither for an agent nor in its way; what an option's text says is said once for many tools.
UNLISTED = {
    ("analyze-workflow-error", "save-symptoms"),
    ("analyze-workflow-error", "with-payloads"),
    ("bulk-cancel-workflows", "limit"),
    ("bulk-cancel-workflows", "workflow-ids"),
    ("check-workflows", "level"),
    ("check-workflows", "linters"),
    ("check-workflows", "rule"),
    ("diagnose", "check"),
    ("diagnose", "save-symptoms"),
    ("diagnose", "with-payloads"),
    ("ensure-server", "create-namespace"),
    ("ensure-server", "dynamic-config-value"),
    ("ensure-server", "headless"),
    ("ensure-server", "log-level"),
    ("ensure-server", "search-attribute"),
    ("ensure-server", "ttl"),
    ("ensure-server", "ui-port"),
    ("ensure-server", "with-parent"),
    ("ensure-worker", "name"),
    ("ensure-worker", "no-rehearse"),
    ("ensure-worker", "rehearse"),
    ("ensure-worker", "ttl"),
    ("ensure-worker", "with-parent"),
    ("find-stalled-workflows", "check"),
    ("find-stalled-workflows", "limit"),
    ("find-stalled-workflows", "min-attempts"),
    ("get-workflow-result", "raw"),
    ("interact", "input"),
    ("interact", "query-name"),
    ("interact", "signal-name"),
    ("interact", "update-name"),
    ("kill-worker", "grace"),
    ("kill-worker", "name"),
    ("monitor-worker-health", "name"),
    ("query-workflow", "raw"),
    ("rehearse-change", "all"),
    ("rehearse-change", "closed"),
    ("rehearse-change", "history"),
    ("rehearse-change", "if-changed"),
    ("rehearse-change", "limit"),
    ("rehearse-change", "name"),
    ("rehearse-change", "quick"),
    ("rehearse-change", "timeout"),
    ("rehearse-change", "worker-cmd"),
    ("reset-workflow", "first"),
    ("show-worker-log", "name"),
    ("show-workflow-history", "html"),
    ("show-workflow-history", "reverse"),
    ("show-workflow-stack", "timeout"),
    ("stop-server", "grace"),
    ("wait-for-workflow-status", "interval"),
}


def check_schema(command: dict[str, Any], schema: dict[str, Any], instructions: str) -> None:
    """The schema is one, says what the option table says, and takes the defaults that it names."""
    jsonschema.Draft202012Validator.check_schema(schema)
    properties = schema["properties"]
    for option in command["options"]:
        name = option["name"].replace("-", "_")
        here = (command["name"], option["name"])
        if option["name"] in ("follow", "watch") or here in UNLISTED:
            assert name not in properties, here
            continue
        found = properties[name]
        if "description" in found:
            assert found["description"].startswith(option["help"]), here
        else:
            assert f" {name}, {option['help']}" in instructions, here
        assert (name in schema.get("required", [])) == option["required"], here
        assert found.get("enum") == option.get("choices"), here
        if option["type"] != "json":
            assert found["type"] == JSON_TYPES[option["type"]], here
        if "default" in found:
            jsonschema.validate(found["default"], found)
            assert str(found["default"]) == option["default"], here
    jsonschema.validate({name: None for name in SHARED} | example(schema), schema)


def example(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: "x" for name in schema.get("required", [])}
