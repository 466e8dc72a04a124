"""serve-mcp with the official client: the whole way, what is served read-only, and the server's own flags."""

import asyncio
import shlex
import sys

import pytest
from mcp import Client

from conftest import Handle
from harness import processes
from harness.cli import Cli
from harness.mcp import McpServer, call, content
from harness.project import Project
from harness.server import DevServer
from harness.world import World

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


def test_a_story_of_an_agent_without_a_shell(mcp: McpServer, world: World) -> None:
    """From no project at all; each call names the project, as a server for several has it."""
    project = str(world.root / "hello")
    python = sys.executable
    there = {"project_dir": project}
    seen: list[float] = []

    async def work(client: Client) -> str:
        tools = {tool.name for tool in (await client.list_tools()).tools}
        assert {"new-project", "ensure-server", "wait-for-workflow-status"} <= tools
        await call(client, "new-project", name=project)
        assert (await call(client, "ensure-server", headless=True))["verdict"] == "started"
        worker = shlex.join([python, "worker.py"])
        ready = await call(client, "ensure-worker", worker_cmd=worker, **there)
        assert ready["verdict"] == "ready"
        starter = [python, "starter.py", "--wait", "Ada"]
        started = await call(client, "run-starter", command=starter, **there)
        workflow_id = str(started["workflows"][0]["workflow_id"])
        await give_up_waiting(client, workflow_id)
        listed = await call(client, "interact", workflow_id=workflow_id)
        assert "finish" in listed["signals"]
        await call(client, "signal-workflow", workflow_id=workflow_id, name="finish")
        await call(client, "wait-for-workflow-status", workflow_id=workflow_id)
        result = await call(client, "get-workflow-result", workflow_id=workflow_id)
        assert (result["result"], result["exit_name"]) == ("Hello, Ada!", "ok")
        return workflow_id

    async def give_up_waiting(client: Client, workflow_id: str) -> None:
        told = asyncio.Event()

        async def tell(progress: float, total: float | None, message: str | None) -> None:
            seen.append(progress)
            told.set()

        wait = asyncio.create_task(
            client.call_tool(
                "wait-for-workflow-status", {"workflow_id": workflow_id}, progress_callback=tell
            )
        )
        await asyncio.wait_for(told.wait(), 30)
        (child,) = [p for p in world.running() if "wait-for-workflow-status" in p.command]
        wait.cancel()
        with pytest.raises(asyncio.CancelledError):
            await wait
        assert await asyncio.to_thread(processes.wait_gone, child.pid, 10.0)

    async def look_only(client: Client) -> None:
        refused = await client.call_tool("kill-worker", there)
        assert refused.is_error
        assert content(refused)["exit_name"] == "denied"
        assert (await call(client, "list-workers", **there))["workers"]

    async def tidy_up(client: Client) -> None:
        assert (await call(client, "kill-worker", **there))["stopped"]
        assert (await call(client, "stop-server"))["verdict"] == "stopped"

    mcp.play(work)
    assert seen and seen[0] > 0
    mcp.play(look_only, "--read-only")
    mcp.play(tidy_up)
    assert world.running() == []


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


def test_read_only_of_a_project_holds_whatever_the_agent_calls_the_project(
    mcp: McpServer, world: World, nobody: Handle
) -> None:
    (world.project_dir / "temporal-skill.ini").write_text("[safety]\nread_only = true\n")
    elsewhere = world.root / "elsewhere"
    elsewhere.mkdir()

    async def work(client: Client) -> None:
        words = {"workflow_id": nobody.id, "project_dir": str(elsewhere)}
        refused = await client.call_tool("terminate-workflow", words)
        assert content(refused)["exit_name"] == "denied"
        state = await call(client, "describe-workflow", **words)
        assert state["status"] == "RUNNING"

    mcp.play(work)


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
        assert rows["connection.grpc_meta"]["value"].split() == ["a=(secret)", "b=(secret)"]

    words = ["--address", server.address, "--namespace", "other", "--api-key", "sesame"]
    mcp.play(work, *words, "--grpc-meta", "a=1", "--grpc-meta", "b=2")
