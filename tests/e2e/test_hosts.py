"""What the hosts of the program take: manual pages, and the plugin for Claude Code with skill and MCP server."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mcp import Client

from harness.cli import Cli
from harness.mcp import McpServer, content
from harness.world import World, repository

# What a plugin's manifest may say, as Claude Code's own check has it.
MANIFEST = {"name", "version", "description", "author", "license", "keywords"}


def write(script: str, cli: Cli, folder: Path) -> Path:
    """Run one of the generators in skills/ as make does."""
    command = [sys.executable, str(repository() / "skills" / script), cli.path, str(folder)]
    env = {"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(command, check=True, env=env, capture_output=True)
    return folder


# ---- manual pages ----


@pytest.fixture
def pages(cli: Cli, world: World) -> dict[str, Path]:
    folder = write("write_man.py", cli, world.root / "man")
    return {path.stem: path for path in folder.glob("*.1")}


def test_each_command_has_its_manual_page(cli: Cli, pages: dict[str, Path]) -> None:
    listed = cli.json("list-commands")
    names = {f"temporal-skill-{command['name']}" for command in listed["commands"]}
    assert set(pages) == names | {"temporal-skill"}
    for command in listed["commands"]:
        text = pages[f"temporal-skill-{command['name']}"].read_text()
        for option in command["options"]:
            if not option["positional"]:
                assert f"--{option['name']}".replace("-", "\\-") in text
    for name in ("TEMPORAL_ADDRESS", "EXIT STATUS", "temporal\\-skill\\-ensure\\-server(1)"):
        assert name in pages["temporal-skill"].read_text()


def test_the_manual_pages_are_clean(world: World, pages: dict[str, Path]) -> None:
    for page in pages.values():
        ran = subprocess.run(
            ["groff", "-man", "-ww", "-z", "-Tutf8", page], capture_output=True, text=True
        )
        assert (ran.returncode, ran.stderr) == (0, ""), page
    shown = subprocess.run(
        ["groff", "-man", "-Tascii", "-P-c", pages["temporal-skill-ensure-worker"]],
        capture_output=True,
        text=True,
        check=True,
    )
    text = re.sub(".\b", "", shown.stdout)
    assert "temporal-skill ensure-worker [flags]" in text
    assert "--task-queue" in text


# ---- the plugin for Claude Code ----


@pytest.fixture
def plugin(cli: Cli, world: World) -> Path:
    made = write("assemble_plugin.py", cli, world.root / "made")
    # It works wherever it is put.
    return made.rename(world.root / "a plugin")


def test_the_plugin_has_the_shape_that_is_asked_for(plugin: Path) -> None:
    manifest = json.loads((plugin / ".claude-plugin/plugin.json").read_text())
    assert set(manifest) == MANIFEST
    assert re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", manifest["name"])
    assert manifest["version"] == (repository() / "VERSION").read_text().strip()
    assert isinstance(manifest["author"]["name"], str)
    assert os.listdir(plugin / ".claude-plugin") == ["plugin.json"]
    skill = (plugin / "skills/temporal/SKILL.md").read_text()
    front = skill.split("---\n")[1]
    assert re.search(r"^name: temporal$", front, re.MULTILINE)
    assert ".claude/skills" not in skill
    assert "${CLAUDE_PLUGIN_ROOT}/skills/temporal/scripts/NAME.sh" in skill


def test_its_server_and_its_scripts_run(cli: Cli, world: World, plugin: Path) -> None:
    servers = json.loads((plugin / ".mcp.json").read_text())["mcpServers"]
    (server,) = servers.values()
    cli.path = server["command"].replace("${CLAUDE_PLUGIN_ROOT}", str(plugin))
    assert server["args"] == ["serve-mcp"]

    async def work(client: Client) -> None:
        said = content(await client.call_tool("list-plugins", {}))
        assert {"mcp", "server", "workflow"} <= {row["name"] for row in said["plugins"]}
        assert all(row["path"].startswith(str(plugin)) for row in said["plugins"])

    McpServer(cli).play(work, "--tools", "all")
    for path in ("bin/temporal-skill", "skills/temporal/bin/temporal-skill"):
        cli.path = str(plugin / path)
        cli("list-plugins").expect(0)
    cli.path = str(plugin / "skills/temporal/scripts/list-plugins.sh")
    assert cli("-o", "json").expect(0).json["verdict"] == "ok"
