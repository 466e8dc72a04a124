"""The skill as install-skill puts it into a project: its scripts run there; it is updated, kept and removed."""

import fcntl
import json
import os
import shutil
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.plugins import build
from harness.skill import FOLDER, Skill, command_names
from harness.world import World, files_below, repository


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


CONSTRUCTOR = """
#include <stdio.h>
__attribute__((constructor)) static void run(void)
{
	FILE *file = fopen("%s", "w");
	if (file)
		fclose(file);
}
"""


def test_an_update_runs_nothing_that_lies_beside_the_older_copy(
    skill: Skill, cli: Cli, world: World
) -> None:
    """A checkout can bring an older copy, its manifest, and more files in the folders that the program loads from."""
    proof = world.root / "proof"
    places = ["bin/plugins/evil.so", "bin/evil.so", "lib/temporal-skill/plugins/evil.so"]
    for place in places:
        build(CONSTRUCTOR % proof, skill.folder / place)
    for recipe in ("skills/recipes/clean-start.ini", "../skills/recipes/clean-start.ini"):
        (skill.folder / recipe).parent.mkdir(parents=True)
        (skill.folder / recipe).write_text("[recipe]\n")
        (skill.folder / recipe).parent.with_name("templates").mkdir()
    kept = cli.json("install-skill", "--project", skill.project)["kept"]
    assert set(places) <= set(kept)
    assert not proof.exists()
    for script in ("list-plugins", "list-recipes"):
        assert skill.run(script).expect(0)
    assert not proof.exists()
    assert not (skill.folder / "bin/plugins/evil.so").exists()
    assert (skill.folder / "kept/bin/plugins/evil.so").exists()
    rows = {row["name"]: row for row in skill.run("list-recipes", "-o", "json").json["recipes"]}
    assert rows["clean-start"]["path"] == str(skill.folder / "recipes/clean-start.ini")


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
