"""The texts that go with the program: SKILL.md and the references say what is true of it."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

from harness.cli import Cli
from harness.skill import FOLDER, Skill, command_names
from harness.world import World, program, repository

# The limits of an Agent Skill; a token of English and code is seldom shorter than this many characters.
MOST_LINES = 500
MOST_TOKENS = 5000
CHARACTERS_OF_A_TOKEN = 3.2


def skill_text() -> str:
    return (repository() / "SKILL.md").read_text()


def front_matter() -> dict[str, str]:
    """Top-level keys, and metadata's as metadata.KEY."""
    head = skill_text().split("---\n")[1]
    fields: dict[str, str] = {}
    for line in head.splitlines():
        name, _, value = line.partition(":")
        if line.startswith("  "):
            fields[f"metadata.{name.strip()}"] = value.strip().strip('"')
        else:
            fields[name] = value.strip()
    return fields


def test_front_matter_is_an_agent_skills() -> None:
    fields = front_matter()
    known = {"name", "description", "license", "compatibility", "metadata", "allowed-tools"}
    assert {name for name in fields if "." not in name} == known
    assert fields["name"] == "temporal" == FOLDER.name
    assert 50 < len(fields["description"]) <= 1024
    assert len(fields["compatibility"]) <= 500
    assert fields["license"] == "MIT"
    tools = fields["allowed-tools"].split()
    assert tools == [f"Bash({FOLDER}/scripts/*:*)", f"Bash(~/{FOLDER}/scripts/*:*)", "Read"]


def test_agentskills_validate_passes(skill: Skill) -> None:
    skills_ref = importlib.import_module("skills_ref")
    assert skills_ref.validate(skill.folder) == []


def test_the_version_is_the_same_everywhere(cli: Cli) -> None:
    version = (repository() / "VERSION").read_text().strip()
    assert front_matter()["metadata.version"] == version
    assert f"## {version} " in (repository() / "CHANGELOG.md").read_text()
    assert cli("--version").expect(0).out.strip() == f"temporal-skill {version}"


def test_skill_is_short_enough() -> None:
    text = skill_text()
    assert len(text.splitlines()) < MOST_LINES
    assert len(text) / CHARACTERS_OF_A_TOKEN < MOST_TOKENS


def test_the_catalogue_is_current() -> None:
    script = repository() / "skills/write_catalogue.py"
    checked = subprocess.run(
        [sys.executable, str(script), str(program()), "--check"],
        capture_output=True,
        text=True,
    )
    assert checked.returncode == 0, checked.stderr


def test_every_command_has_a_script_and_a_row(cli: Cli) -> None:
    names = command_names(cli)
    rows = re.findall(r"^\| ([a-z-]+) \|", skill_text().split("## Catalogue")[1], re.MULTILINE)
    assert set(rows) - {"command", "---"} == names
    scripts = repository() / "skills/scripts"
    assert {path.stem for path in scripts.glob("*.sh")} == names
    assert all(os.access(path, os.X_OK) for path in scripts.glob("*.sh"))


def texts() -> dict[str, str]:
    paths = [repository() / "SKILL.md", *sorted((repository() / "skills/references").glob("*.md"))]
    return {path.name: path.read_text() for path in paths}


def test_links_lead_somewhere(skill: Skill) -> None:
    links = {
        link
        for text in texts().values()
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text)
    }
    assert links
    for link in links:
        assert (skill.folder / link).exists(), link
    linked = {Path(link).name for link in links}
    assert linked >= {path.name for path in (skill.folder / "references").iterdir()}


def test_commands_in_the_texts_exist(cli: Cli) -> None:
    names = command_names(cli)
    for file, text in texts().items():
        named = set(re.findall(r"\b([a-z][a-z-]+)\.sh\b", text))
        unknown = named - names
        assert not unknown, f"{file}: {unknown}"


def test_flags_in_the_texts_exist(cli: Cli) -> None:
    listed = cli.json("list-commands")
    common = {option["name"] for option in listed["global_options"]}
    flags = {
        command["name"]: common | {option["name"] for option in command["options"]} | {"help"}
        for command in listed["commands"]
    }
    for file, text in texts().items():
        for line in re.findall(r"scripts/([a-z-]+\.sh [^\n`]*)", text):
            name, _, words = line.partition(".sh ")
            words = words.split("#")[0].split(" -- ")[0].split("&&")[0]
            unknown = set(re.findall(r"--([a-z-]+)", words)) - flags[name]
            assert not unknown, f"{file}: {line}: {unknown}"


def ini_of(reference: str) -> str:
    (block,) = re.findall(r"```ini\n(.*?)```", texts()[reference], re.DOTALL)
    return str(block)


def test_the_recipe_of_the_reference_can_run(cli: Cli, world: World) -> None:
    path = world.root / "smoke.ini"
    path.write_text(ini_of("recipes.md"))
    cli("run-recipe", path, "--dry-run").expect(0)


def test_the_settings_of_the_reference_are_understood(cli: Cli, scratch: Path) -> None:
    ini = scratch / "temporal-skill.ini"
    ini.write_text(ini_of("configuration.md"))
    settings = {row["setting"]: row for row in cli.json("show-settings")["settings"]}
    assert settings["project.task_queue"]["value"] == "orders"
    # Its plan is read before anything is done: what is appended is all that is wrong with it.
    ini.write_text(ini_of("configuration.md") + "expect_nothing = 1\n")
    failed = cli("verify-project").expect(2)
    assert "unknown key 'expect_nothing' in [run broken]" in failed.err


def test_rows_of_json_lines_are_as_said(cli: Cli) -> None:
    said: dict[str, str] = {}
    command = ""
    for line in texts()["json.md"].splitlines():
        command = (re.findall(r"^([a-z]+-[a-z-]+) ", line) or [command])[0]
        if rows := re.findall(r"rows: (\w+)", line):
            said[command] = rows[0]
    assert len(said) > 5
    rows_of = {row["name"]: row["rows"] for row in cli.json("list-commands")["commands"]}
    assert said == {name: rows_of[name] for name in said}


def test_every_public_verdict_is_explained() -> None:
    header = (repository() / "include/temporal-skill/diagnosis.h").read_text()
    verdicts = re.findall(r"TSK_VERDICT_([A-Z_]+)", header)
    text = texts()["verdicts.md"]
    assert len(verdicts) > 20
    for verdict in verdicts:
        assert re.search(rf"\b{verdict.lower()}\b", text), verdict


def test_every_environment_variable_is_explained(cli: Cli) -> None:
    text = texts()["configuration.md"]
    for setting in cli.json("show-settings")["settings"]:
        for name in (setting["environment"] or "").split():
            if not name.startswith(("TEMPORAL_TLS", "TEMPORAL_CODEC_")):
                assert f"`{name}`" in text, name
