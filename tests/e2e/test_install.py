"""The program where make install put it, and taken back."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.skill import Skill
from harness.world import World, files_below, program, repository


def make(*words: str, env: dict[str, str], umask: int = 0o022) -> None:
    """Run a target of the Makefile with what is built already: a test compiles nothing."""
    build = os.path.relpath(program().parent, repository())  # make knows no blanks in names
    done = subprocess.run(
        ["make", "--no-print-directory", "-o", "all", f"BUILD={build}", *words],
        cwd=repository(),
        env=env,
        umask=umask,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


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


def test_everybody_can_read_what_a_careful_root_installs(world: World) -> None:
    folder = world.root / "dest"
    folder.mkdir()
    make("install", "PREFIX=/opt/ts", f"DESTDIR={folder}", env=world.env, umask=0o077)
    for path in folder.rglob("*"):
        wanted = 0o555 if path.is_dir() else 0o444
        assert path.stat().st_mode & wanted == wanted, path


def test_make_uninstall_removes_it_all(dest: Path, world: World) -> None:
    assert files_below(dest)
    make("uninstall", "PREFIX=/opt/ts", f"DESTDIR={dest}", env=world.env)
    assert files_below(dest) == []


def test_make_uninstall_leaves_the_plugins_of_others(dest: Path, world: World) -> None:
    theirs = dest / "opt/ts/lib/temporal-skill/plugins/theirs.so"
    theirs.write_text("not ours")
    make("uninstall", "PREFIX=/opt/ts", f"DESTDIR={dest}", env=world.env)
    assert files_below(dest) == [str(theirs.relative_to(dest))]


def test_a_tree_may_lie_below_a_folder_with_a_blank(world: World) -> None:
    tree = world.root / "a tree"
    (tree / "skills").mkdir(parents=True)
    for name in ("Makefile", "VERSION"):
        shutil.copy(repository() / name, tree)
    done = subprocess.run(
        ["make", "build/skills"], cwd=tree, env=world.env, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tree / "build/skills").resolve() == tree / "skills"


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
