"""The program where it was put: by make install, and by install-skill into a project; the texts that go with it."""

import fcntl
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.skill import FOLDER, Skill
from harness.world import World, program, repository

# The limits of an Agent Skill; a token of English and code is seldom shorter than this many characters.
MOST_LINES = 500
MOST_TOKENS = 5000
CHARACTERS_OF_A_TOKEN = 3.2


def make(*words: str, env: dict[str, str]) -> None:
    """Run a target of the Makefile with what is built already: a test compiles nothing."""
    done = subprocess.run(
        ["make", "--no-print-directory", "-o", "all", f"BUILD={program().parent}", *words],
        cwd=repository(),
        env=env,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def files_below(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if not p.is_dir())


def command_names(cli: Cli) -> set[str]:
    return {command["name"] for command in cli.json("list-commands")["commands"]}


@pytest.fixture
def scratch(world: World) -> Path:
    """A project whose path has a blank and letters beyond ASCII."""
    project = world.root / "mein Projekt é"
    project.mkdir()
    world.use_project(project)
    return project


@pytest.fixture
def skill(cli: Cli, world: World, scratch: Path) -> Iterator[Skill]:
    cli("install-skill", "--project", scratch).expect(0)
    made = Skill(world, scratch)
    yield made
    made.close()


# ---- make install ----


@pytest.fixture
def dest(world: World) -> Path:
    """DESTDIR after make install PREFIX=/opt/ts."""
    folder = world.root / "dest"
    make("install", "PREFIX=/opt/ts", f"DESTDIR={folder}", env=world.env)
    return folder


def test_make_install_runs_with_an_empty_environment(dest: Path, world: World) -> None:
    path = dest / "opt/ts/bin/temporal-skill"
    done = subprocess.run(
        [path, "list-plugins", "-o", "json"], env={}, cwd="/", capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    plugins = json.loads(done.stdout)["plugins"]
    names = {plugin["name"] for plugin in plugins}
    assert {"server", "worker", "workflow", "skill"} <= names
    assert [p["problem"] for p in plugins] == [None] * len(plugins)
    assert all(p["path"].startswith(str(dest)) for p in plugins)


def test_make_install_finds_channel_templates_and_scripts(
    dest: Path, cli: Cli, world: World
) -> None:
    cli.path = str(dest / "opt/ts/bin/temporal-skill")
    unreachable = cli("show-server", "--address", "127.0.0.1:1")
    assert unreachable.code == 4
    assert "connection refused" in unreachable.err
    cli("new-project", world.root / "made").expect(0)
    assert (world.root / "made/worker.py").exists()
    cli.path = str(dest / "opt/ts/share/temporal-skill/skills/scripts/show-settings.sh")
    assert cli("-o", "json").expect(0).json["verdict"] == "ok"


def test_install_skill_works_from_an_installation(
    dest: Path, cli: Cli, world: World, scratch: Path
) -> None:
    cli.path = str(dest / "opt/ts/bin/temporal-skill")
    cli("install-skill").expect(0)
    shutil.rmtree(dest)
    skill = Skill(world, scratch)
    assert skill.run("list-plugins", "-o", "json").expect(0).json["verdict"] == "ok"
    skill.close()


def test_make_uninstall_removes_it_all(dest: Path, world: World) -> None:
    assert files_below(dest)
    make("uninstall", "PREFIX=/opt/ts", f"DESTDIR={dest}", env=world.env)
    assert files_below(dest) == []


def test_make_uninstall_leaves_the_plugins_of_others(dest: Path, world: World) -> None:
    theirs = dest / "opt/ts/lib/temporal-skill/plugins/theirs.so"
    theirs.write_text("not ours")
    make("uninstall", "PREFIX=/opt/ts", f"DESTDIR={dest}", env=world.env)
    assert files_below(dest) == [str(theirs.relative_to(dest))]


PLUGIN = """
#include <temporal-skill/client.h>
#include <temporal-skill/diagnosis.h>
#include <temporal-skill/payload.h>
#include <temporal-skill/process.h>

static enum tsk_status greet(struct tsk_call *call, const void *options)
{
	(void)options;
	tsk_verdict(call, "ok", "greetings from a plugin");
	return TSK_OK;
}
static const char *const examples[] = { "temporal-skill greet", NULL };
static const struct tsk_command greet_command = {
	.name = "greet", .summary = "greet", .examples = examples, .run = greet };
static const struct tsk_command *const commands[] = { &greet_command, NULL };
TSK_PLUGIN(.name = "greeter", .summary = "greet", .commands = commands);
"""


def test_a_plugin_compiles_against_the_installation(dest: Path, cli: Cli, world: World) -> None:
    source = world.root / "greeter.c"
    source.write_text(PLUGIN)
    folder = Path(world.env["XDG_DATA_HOME"]) / "temporal-skill/plugins"
    folder.mkdir(parents=True)
    flags = subprocess.run(
        ["pkg-config", "--cflags", "temporal-skill"],
        env=world.env
        | {
            "PKG_CONFIG_PATH": f"{dest}/opt/ts/lib/pkgconfig",
            "PKG_CONFIG_SYSROOT_DIR": str(dest),
        },
        capture_output=True,
        text=True,
        check=True,
    ).stdout.replace(f"-I{dest}/usr", "-I/usr")
    assert f"-I{dest}/opt/ts/include" in flags
    compiled = subprocess.run(
        ["gcc", "-std=c17", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", *flags.split()]
        + ["-o", str(folder / "greeter.so"), str(source)],
        capture_output=True,
        text=True,
    )
    assert compiled.returncode == 0, compiled.stderr
    cli.path = str(dest / "opt/ts/bin/temporal-skill")
    assert "greetings from a plugin" in cli("greet").expect(0).out


# ---- install-skill ----


def test_install_skill_makes_a_folder_that_stands_alone(skill: Skill, cli: Cli) -> None:
    files = skill.files()
    assert {"SKILL.md", "LICENSE", "bin/temporal-skill", "bin/channel.so"} <= files
    assert {f"scripts/{name}.sh" for name in command_names(cli)} <= files
    assert not [name for name in files if "cache" in name]
    ran = skill.run("list-plugins", "-o", "json").expect(0).json
    assert all(p["path"].startswith(str(skill.folder)) for p in ran["plugins"])
    names = {Path(p["path"]).name for p in cli.json("list-plugins")["plugins"]}
    assert {Path(p["path"]).name for p in ran["plugins"]} == names


def test_install_skill_says_what_it_did(cli: Cli, scratch: Path) -> None:
    ran = cli.json("install-skill", "--project", scratch)
    assert ran["verdict"] == "installed"
    assert ran["directory"] == str(scratch / FOLDER)
    assert ran["version"] == (repository() / "VERSION").read_text().strip()
    manifest = json.loads((scratch / FOLDER / ".manifest.json").read_text())
    assert ran["files"] == len(manifest["files"])
    assert ran["kept"] == []


def test_install_skill_next_command_runs_in_the_project(cli: Cli, scratch: Path) -> None:
    ran = cli("install-skill", "-o", "json", cwd=scratch).expect(0)
    command = ran.json["next"][0]
    assert command == f"{FOLDER}/scripts/ensure-server.sh"
    assert os.access(scratch / command, os.X_OK)


def test_ensure_server_runs_from_a_fresh_skill(skill: Skill, world: World) -> None:
    started = skill.run("ensure-server", "--headless").expect(0)
    assert world.address in started.out
    skill.run("stop-server").expect(0)


def test_scripts_run_from_another_directory(skill: Skill, world: World) -> None:
    path = skill.scripts / "show-settings.sh"
    ran = skill.run_path(path, "-o", "json", cwd=world.home).expect(0)
    assert ran.json["verdict"] == "ok"


def test_scripts_run_through_links(skill: Skill, world: World) -> None:
    one, all_of_them = world.root / "one.sh", world.root / "alle skripte"
    one.symlink_to(skill.scripts / "list-commands.sh")
    all_of_them.symlink_to(skill.scripts)
    skill.run_path(one).expect(0)
    skill.run_path(all_of_them / "list-commands.sh").expect(0)


def test_scripts_pass_words_untouched(skill: Skill) -> None:
    word = "a 'b' \"c\" $HOME * \\ é"
    failed = skill.run("list-commands", word).expect(2)
    assert word in failed.err


def test_scripts_name_the_next_commands_as_scripts(skill: Skill, world: World) -> None:
    failed = skill.run("show-server", "--address", "127.0.0.1:1").expect(4)
    assert f"{FOLDER}/scripts/ensure-server.sh" in failed.err
    link = world.root / "one.sh"
    link.symlink_to(skill.scripts / "show-server.sh")
    failed = skill.run_path(link, "--address", "127.0.0.1:1").expect(4)
    assert f"'{skill.scripts}'/ensure-server.sh" in failed.err


def test_scripts_without_their_program_say_so(skill: Skill) -> None:
    (skill.folder / "bin/temporal-skill").unlink()
    failed = skill.run("list-commands").expect(4)
    assert "install-skill" in failed.err


def test_install_skill_again_updates(skill: Skill, cli: Cli) -> None:
    before = skill.files()
    manifest = json.loads((skill.folder / ".manifest.json").read_text())
    gone = skill.folder / "references/of-an-older-version.md"
    gone.write_text("old")
    manifest["files"].append("references/of-an-older-version.md")
    manifest["version"] = "0.0.1"
    (skill.folder / ".manifest.json").write_text(json.dumps(manifest))
    (skill.folder / "SKILL.md").write_text("damaged")
    (skill.folder / "bin/channel.so").unlink()

    ran = cli.json("install-skill")
    assert (ran["verdict"], ran["previous_version"]) == ("updated", "0.0.1")
    assert skill.files() == before
    assert (skill.folder / "SKILL.md").read_text() == (repository() / "SKILL.md").read_text()
    assert os.listdir(skill.folder.parent) == ["temporal"]


def test_install_skill_updates_itself(skill: Skill) -> None:
    before = skill.files()
    assert skill.run("install-skill", "-o", "json").expect(0).json["verdict"] == "updated"
    assert skill.files() == before
    skill.run("list-commands").expect(0)


def test_update_keeps_what_others_added(skill: Skill, cli: Cli) -> None:
    (skill.folder / "recipes").mkdir(exist_ok=True)
    added = skill.folder / "recipes/our own.ini"
    added.write_text("mine")
    link = skill.folder / "notes"
    link.symlink_to("/nonexistent/notes")
    ran = cli.json("install-skill")
    assert ran["kept"] == ["notes", "recipes/our own.ini"]
    assert added.read_text() == "mine"
    assert os.readlink(link) == "/nonexistent/notes"


def test_remove_takes_only_what_was_installed(skill: Skill, cli: Cli) -> None:
    added = skill.folder / "scripts/mine.sh"
    added.write_text("mine")
    ran = cli.json("install-skill", "--remove")
    assert (ran["verdict"], ran["kept"]) == ("removed", ["scripts/mine.sh"])
    assert skill.files() == {"scripts/mine.sh"}


def test_remove_by_its_own_script_leaves_nothing(skill: Skill, scratch: Path) -> None:
    skill.run("install-skill", "--remove").expect(0)
    assert files_below(scratch) == []
    assert not skill.folder.exists()


def test_remove_where_nothing_is(cli: Cli, scratch: Path) -> None:
    assert cli.json("install-skill", "--remove")["verdict"] == "absent"
    assert os.listdir(scratch) == []


@pytest.mark.parametrize("words", [(), ("--remove",), ("--dry-run",)])
def test_a_foreign_folder_is_refused_and_untouched(
    cli: Cli, scratch: Path, words: tuple[str, ...]
) -> None:
    folder = scratch / FOLDER
    folder.mkdir(parents=True)
    (folder / "SKILL.md").write_text("another skill")
    failed = cli("install-skill", *words, "-o", "json").expect(7)
    assert str(folder) in failed.error["message"]
    assert failed.error["hint"].startswith("mv ")
    assert files_below(scratch) == [str(FOLDER / "SKILL.md")]
    assert (folder / "SKILL.md").read_text() == "another skill"


def test_a_link_in_its_place_is_not_followed(cli: Cli, scratch: Path, world: World) -> None:
    elsewhere = world.root / "elsewhere"
    elsewhere.mkdir()
    (scratch / FOLDER).parent.mkdir(parents=True)
    (scratch / FOLDER).symlink_to(elsewhere)
    cli("install-skill").expect(7)
    assert os.listdir(elsewhere) == []


def test_a_manifest_that_names_files_elsewhere_harms_nobody(
    skill: Skill, cli: Cli, world: World
) -> None:
    victim = world.root / "victim"
    victim.write_text("precious")
    (skill.folder / "out").symlink_to(world.root)
    manifest = json.loads((skill.folder / ".manifest.json").read_text())
    manifest["files"] += ["../../../../victim", str(victim), "out/victim"]
    (skill.folder / ".manifest.json").write_text(json.dumps(manifest))
    cli("install-skill", "--remove").expect(0)
    assert victim.read_text() == "precious"
    assert skill.files() == {"out"}


def test_what_a_killed_installation_left_is_taken_away(skill: Skill, cli: Cli) -> None:
    left = skill.folder.parent / ".temporal.new"
    (left / "bin").mkdir(parents=True)
    (left / "bin/temporal-skill").write_text("half")
    shutil.copy(skill.folder / ".manifest.json", left)
    cli("install-skill").expect(0)
    assert os.listdir(skill.folder.parent) == ["temporal"]


def test_two_at_once_do_not_mix(skill: Skill, cli: Cli) -> None:
    before = skill.files()
    lock = os.open(skill.folder.parent, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    assert "another install-skill" in cli("install-skill").expect(4).err
    os.close(lock)
    assert skill.files() == before
    cli("install-skill").expect(0)


def test_dry_run_changes_nothing(cli: Cli, scratch: Path) -> None:
    ran = cli.json("install-skill", "--dry-run")
    assert (ran["verdict"], ran["dry_run"]) == ("dry_run", True)
    assert os.listdir(scratch) == []
    cli("install-skill").expect(0)
    before = files_below(scratch)
    cli("install-skill", "--remove", "--dry-run").expect(0)
    assert files_below(scratch) == before


def test_install_skill_for_the_user(cli: Cli, world: World, scratch: Path) -> None:
    ran = cli.json("install-skill", "--user")
    assert ran["directory"] == str(world.home / FOLDER)
    assert os.listdir(scratch) == []


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--user", "--project", "x"), "exclude each other"),
        (("--project", "no such folder"), "no such folder"),
        (("--remvoe",), "--remove"),
    ],
)
def test_install_skill_wrong_usage(cli: Cli, words: tuple[str, ...], said: str) -> None:
    assert said in cli("install-skill", *words).expect(2).err


def test_install_skill_is_refused_when_read_only(cli: Cli, scratch: Path) -> None:
    cli("install-skill", "--read-only").expect(7)
    assert os.listdir(scratch) == []


# ---- the texts ----


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
