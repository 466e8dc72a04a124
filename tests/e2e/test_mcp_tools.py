"""serve-mcp: what tools there are, their schemas, and what they cost an agent."""

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from mcp import Client

from harness.cli import Cli
from harness.mcp import LEGACY, MODERN, McpServer

NOT_SERVED = {"serve-mcp", "watch-project", "completion"}


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
