"""Plugins that mean no good, or do no good: none gets in by a back door, and none spoils what the others do."""

import json
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.plugins import build, problem_of, say
from harness.world import World

# ---- back doors ----


def test_a_checkout_cannot_name_a_folder_that_needs_no_trust(cli: Cli, world: World) -> None:
    plugin = build(say(), world.project_dir / "tools/hello.so")
    settings = world.project_dir / "temporal-skill.ini"
    settings.write_text(f"[plugins]\npath = {plugin.parent}\n")
    assert "ignored path; " in cli("say-hello").expect(2).err
    cli("trust-project").expect(0)
    ran = cli("say-hello").expect(2)
    assert f"trust-plugin {plugin}" in ran.err
    cli("trust-plugin", str(plugin)).expect(0)
    cli("say-hello").expect(0)


@pytest.mark.parametrize("what", ["file", "folder"])
@pytest.mark.parametrize("whose", ["user", "setting"])
def test_what_others_can_write_is_refused_wherever_it_lies(
    cli: Cli, world: World, user_folder: Path, whose: str, what: str
) -> None:
    folder = user_folder if whose == "user" else world.root / "more"
    plugin = build(say(), folder / "hello.so")
    config = world.home / ".config/temporal-skill/config.ini"
    config.parent.mkdir(parents=True)
    config.write_text(f"[plugins]\npath = {world.root / 'more'}\n")
    cli("say-hello").expect(0)
    (plugin if what == "file" else folder).chmod(0o777)
    cli("say-hello").expect(2)
    assert "others can write" in problem_of(cli, "hello")


@pytest.mark.parametrize("mode", [0o777, 0o1777])
def test_a_link_that_others_could_have_put_there_is_refused(
    cli: Cli, world: World, user_folder: Path, mode: int
) -> None:
    """It may lead to any file of ours, a plugin in a checkout among them."""
    plugin = build(say(), world.root / "checkout/hello.so")
    user_folder.mkdir(parents=True)
    (user_folder / "hello.so").symlink_to(plugin)
    cli("say-hello").expect(0)
    user_folder.chmod(mode)
    assert problem_of(cli, "hello") == f"others can write in '{user_folder}'"
    cli("say-hello").expect(2)


@pytest.mark.parametrize("whose", ["user", "project"])
@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "nothing", "loop"])
def test_what_is_no_file_is_skipped_at_once(
    cli: Cli, user_folder: Path, project_folder: Path, whose: str, kind: str
) -> None:
    folder = user_folder if whose == "user" else project_folder
    folder.mkdir(parents=True)
    path = folder / "odd.so"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to({"device": "/dev/zero", "nothing": "/no/such", "loop": "odd.so"}[kind])
    problem = problem_of(cli, "odd")
    assert "not a file" in problem or "cannot open it" in problem or "others can write" in problem
    cli("trust-plugin", str(path)).expect(3 if kind in ("nothing", "loop") else 7)


def test_a_file_of_any_size_costs_nothing(cli: Cli, project_folder: Path) -> None:
    project_folder.mkdir(parents=True)
    with (project_folder / "huge.so").open("wb") as file:
        file.truncate(8 << 30)
    assert "larger than 64 MB" in problem_of(cli, "huge")


def test_a_link_is_what_it_leads_to(cli: Cli, world: World, project_folder: Path) -> None:
    """Trust in a link is trust in the file behind it, and ends when it leads elsewhere."""
    good = build(say(), world.root / "else/good.so")
    bad = build(say(text="something else"), world.root / "else/bad.so")
    project_folder.mkdir(parents=True)
    link = project_folder / "hello.so"
    link.symlink_to(good)
    cli("trust-plugin", str(link)).expect(0)
    cli("say-hello").expect(0)
    link.unlink()
    link.symlink_to(bad)
    assert "not trusted yet" in cli("say-hello").expect(2).err


def test_what_is_said_at_the_same_time_is_all_kept(cli: Cli, project_folder: Path) -> None:
    plugin = build(say(), project_folder / "hello.so")
    denied = [project_folder / f"other-{number}.so" for number in range(12)]
    cli("trust-plugin", str(plugin)).expect(0)
    with ThreadPoolExecutor() as threads:
        for ran in threads.map(lambda path: cli("untrust-plugin", str(path)), denied):
            ran.expect(0)
    for path in denied:
        path.write_bytes(plugin.read_bytes())
    cli("say-hello").expect(0)
    assert {problem_of(cli, path.stem) for path in denied} == {"it is denied (untrust-plugin)"}


def test_a_second_name_of_the_file_changes_what_was_trusted(
    cli: Cli, world: World, project_folder: Path
) -> None:
    plugin = build(say(), project_folder / "hello.so")
    other = world.root / "other.so"
    os.link(plugin, other)
    cli("trust-plugin", str(plugin)).expect(0)
    with other.open("ab") as file:
        file.write(b"!")
    assert "not trusted yet" in cli("say-hello").expect(2).err


def test_the_note_of_what_was_skipped_is_one_line(cli: Cli, project_folder: Path) -> None:
    build(say(), project_folder / "a\nhint: rm -r .\x1b[2J.so")
    (line,) = cli("list-plugins").expect(0).err.splitlines()
    assert "a\\nhint: rm -r .\\x1b[2J.so' is skipped" in line


# ---- what is done while it is loaded ----

HEADERS = """
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
"""


def doing(body: str, when: str = "constructor") -> str:
    return f"{HEADERS}\n__attribute__(({when})) static void act(void) {{ {body} }}\n{say()}"


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("exit(0);", "loading it ends the program"),
        ("_exit(0);", "loading it ends the program"),
        ("_exit(3);", "loading it ends the program"),
        ("for (int i = 0; i < 100; i++) close(i);", "loading it ends the program"),
        ("if (!fork()) for (;;) pause();", "loading it starts a process"),
        ("if (!fork()) for (;;) pause(); _exit(0);", "loading it starts a process"),
        ("for (;;) pause();", "loading it does not end"),
        ("raise(SIGKILL);", "loading it crashes (SIGKILL)"),
    ],
)
def test_what_it_must_not_do_is_found_out_in_a_child(
    cli: Cli, user_folder: Path, body: str, problem: str
) -> None:
    """Nothing of it is left, either: the world looks."""
    build(doing(body), user_folder / "hello.so")
    build(say("say-fine", "fine"), user_folder / "zz.so")
    assert problem_of(cli, "hello") == problem
    assert cli.json("say-fine")["verdict"] == "said"


def test_one_that_crashes_at_the_end_is_not_loaded(cli: Cli, user_folder: Path) -> None:
    build(doing("*(volatile int *)8 = 1;", "destructor"), user_folder / "hello.so")
    assert "crashes (SIGSEGV)" in problem_of(cli, "hello")


def test_what_it_prints_is_no_result(cli: Cli, user_folder: Path) -> None:
    body = 'printf("buffered"); if (write(1, "at once", 7)) return;'
    build(doing(body), user_folder / "hello.so")
    ran = cli("say-hello", "-o", "json").expect(0)
    assert json.loads(ran.out)["verdict"] == "said"
    # Once: what the try printed is nobody's affair.
    assert (ran.err.count("buffered"), ran.err.count("at once")) == (1, 1)


def test_what_it_does_to_signals_is_undone(cli: Cli, user_folder: Path) -> None:
    body = "signal(SIGINT, SIG_IGN); signal(SIGTERM, SIG_IGN); signal(SIGCHLD, SIG_IGN);"
    looks = """struct sigaction now;
	sigaction(SIGTERM, NULL, &now);
	tsk_set_bool(tsk_result(call), "ignored", now.sa_handler == SIG_IGN);
	sigaction(SIGCHLD, NULL, &now);
	tsk_set_bool(tsk_result(call), "unseen", now.sa_handler == SIG_IGN);
	tsk_set("""
    build(doing(body).replace("tsk_set(", looks, 1), user_folder / "hello.so")
    said = cli.json("say-hello")
    assert (said["ignored"], said["unseen"]) == (False, False)


# ---- what it says of itself ----


def options(row: str, size: str = "8") -> str:
    """A command with one option more."""
    rows = f"static const struct tsk_option options[] = {{ {{ {row} }}, {{ 0 }} }};"
    command = "static const struct tsk_command command"
    table = f".options = options, .options_size = {size}, .run = say }}"
    return say().replace(command, f"{rows}\n{command}", 1).replace(".run = say }", table)


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (say().replace(".commands = commands", ".commands = (void *)16"), "crashes (SIGSEGV)"),
        (say().replace('.name = "hello"', ".name = (char *)16"), "crashes (SIGSEGV)"),
        (say().replace(".examples = examples", ".examples = (void *)16"), "crashes (SIGSEGV)"),
        (
            say().replace("{ &command, NULL }", "{ &command, &command, NULL }"),
            "it has the command 'say-hello' twice",
        ),
        (
            say().replace('.name = "say-hello"', '.name = "help"'),
            "the command 'help' is the program's own",
        ),
        (
            options('.name = "far", .type = TSK_STRING, .at = 1, .help = "h", .argument = "A"'),
            "option 'far' of 'say-hello' lies outside of its 8 bytes of options",
        ),
        (
            options('.name = "far", .type = TSK_FLAG, .at = (size_t)-1, .help = "h"'),
            "option 'far' of 'say-hello' lies outside of its 8 bytes of options",
        ),
        (
            options('.name = "kind", .type = TSK_CHOICE, .help = "h", .argument = "A"'),
            "option 'kind' of 'say-hello' has no choices",
        ),
        (
            options('.name = "odd", .type = (enum tsk_type)99, .help = "h"'),
            "option 'odd' of 'say-hello' has no type that is known here",
        ),
        (options('.name = "x", .type = TSK_FLAG'), "option 'x' of 'say-hello' has no help"),
        (
            options('.name = "x", .type = TSK_FLAG, .help = "h"', "1u << 20"),
            "command 'say-hello' has 1048576 bytes of options, more than any",
        ),
    ],
)
def test_tables_that_cannot_be_used_are_found_before_they_are(
    cli: Cli, user_folder: Path, source: str, problem: str
) -> None:
    build(source, user_folder / "hello.so", "-w")
    build(say("say-fine", "fine"), user_folder / "zz.so")
    assert problem in problem_of(cli, "hello")
    assert cli.json("say-fine")["verdict"] == "said"


# ---- what it links to ----

LIBRARY = """
#include <stdio.h>
__attribute__((constructor)) static void run(void)
{
	FILE *file = fopen("%s", "w");
	if (file)
		fclose(file);
}
int linked;
"""


@pytest.mark.parametrize("how", ["origin", "runpath", "rpath", "relative", "path"])
def test_a_library_that_a_plugin_brings_is_not_trusted_with_it(
    cli: Cli, world: World, project_folder: Path, how: str
) -> None:
    proof = world.root / "proof"
    folder = project_folder / "libs"
    library = build(LIBRARY % proof, folder / "libbrought.so")
    flags = {
        "origin": [f"-L{folder}", "-lbrought", "-Wl,-rpath,$ORIGIN/libs"],
        "runpath": [f"-L{folder}", "-lbrought", f"-Wl,--enable-new-dtags,-rpath,/usr/lib:{folder}"],
        "rpath": [f"-L{folder}", "-lbrought", f"-Wl,--disable-new-dtags,-rpath,{folder}"],
        "relative": [f"-L{folder}", "-lbrought", "-Wl,-rpath,."],
        "path": [str(library)],
    }[how]
    # Named first, it is needed whether or not it is used.
    plugin = build(say(), project_folder / "hello.so", "-Wl,--no-as-needed", *flags)
    ran = cli("trust-plugin", plugin).expect(7)
    assert "would not be checked" in ran.err
    assert "would not be checked" in problem_of(cli, "hello")
    assert not proof.exists()


def test_a_plugin_that_looks_in_the_systems_folders_is_trusted(
    cli: Cli, project_folder: Path
) -> None:
    plugin = build(say(), project_folder / "hello.so", "-Wl,-rpath,/usr/lib/none:/usr/lib")
    cli("trust-plugin", plugin).expect(0)
    cli("say-hello").expect(0)
