"""serve-mcp: resources and prompts."""

import pytest
from mcp import Client, MCPError

from harness.cli import Cli
from harness.mcp import McpServer
from harness.world import World


def code_of(error: pytest.ExceptionInfo[MCPError]) -> int:
    return error.value.error.code


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
