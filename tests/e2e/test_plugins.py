"""Plugins that others wrote: trust, the interface across versions, broken ones, and the guide word for word."""

import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from harness.cli import Cli, Ran
from harness.client import Temporal
from harness.guide import script
from harness.plugins import build, problem_of, say
from harness.server import DevServer
from harness.workflows import start
from harness.world import World, program, repository

# ---- trust ----


def trusted(cli: Cli, plugin: Path) -> Ran:
    return cli("trust-plugin", str(plugin)).expect(0)


def test_a_projects_plugin_runs_only_once_it_is_trusted(cli: Cli, project_folder: Path) -> None:
    plugin = build(say(), project_folder / "hello.so")
    ran = cli("say-hello").expect(2)
    assert "not trusted yet" in ran.err and f"trust-plugin {plugin}" in ran.err
    trusted(cli, plugin)
    assert cli.json("say-hello")["where"] == "project"


def test_the_note_of_what_was_skipped_has_the_command_to_paste(
    cli: Cli, world: World, project_folder: Path
) -> None:
    """The program is not on the PATH here, and the path has a blank."""
    build(say(), project_folder / "my hello.so")
    (line,) = re.findall(r"^note: .* then: (.*)$", cli("say-hello").expect(2).err, re.MULTILINE)
    subprocess.run(line, shell=True, env=world.env, cwd=world.root, check=True)
    cli("say-hello").expect(0)


def test_a_folder_that_cannot_be_meant_is_told(cli: Cli, world: World) -> None:
    config = world.home / ".config/temporal-skill/config.ini"
    config.parent.mkdir(parents=True)
    config.write_text("[plugins]\npath = ~/plugins:/nonexistent\n")
    (line,) = cli("list-plugins").expect(0).err.splitlines()
    assert (
        line == f"note: plugin folder '~/plugins' is skipped: its path is not absolute ({config}:2)"
    )


def test_a_changed_plugin_asks_again(cli: Cli, project_folder: Path) -> None:
    plugin = build(say(), project_folder / "hello.so")
    trusted(cli, plugin)
    cli("say-hello").expect(0)
    build(say(text="something else"), plugin)
    assert "not trusted yet" in cli("say-hello").expect(2).err


def test_a_moved_plugin_asks_again(cli: Cli, project_folder: Path) -> None:
    plugin = build(say(), project_folder / "hello.so")
    trusted(cli, plugin)
    plugin.rename(project_folder / "other.so")
    assert "not trusted yet" in cli("say-hello").expect(2).err


def test_untrust_wins(cli: Cli, project_folder: Path) -> None:
    plugin = build(say(), project_folder / "hello.so")
    trusted(cli, plugin)
    cli("untrust-plugin", str(plugin)).expect(0)
    assert "it is denied" in cli("say-hello").expect(2).err
    build(say(text="new content"), plugin)
    assert "it is denied" in cli("say-hello").expect(2).err
    trusted(cli, plugin)
    cli("say-hello").expect(0)


def test_what_is_not_there_yet_can_be_denied(cli: Cli, world: World, project_folder: Path) -> None:
    project_folder.mkdir(parents=True)
    link = world.root / "link"
    link.symlink_to(world.project_dir)
    cli("untrust-plugin", "one.so", cwd=project_folder).expect(0)
    cli("untrust-plugin", f"{link}/.temporal-skill/plugins/two.so").expect(0)
    cli("untrust-plugin", "no/such/folder/hello.so").expect(3)
    for name in ("one", "two"):
        build(say(f"say-{name}"), project_folder / f"{name}.so")
        assert problem_of(cli, name) == "it is denied (untrust-plugin)"


@pytest.mark.parametrize("what", ["file", "folder", "project"])
def test_what_others_can_write_is_refused(
    cli: Cli, world: World, project_folder: Path, what: str
) -> None:
    plugin = build(say(), project_folder / "hello.so")
    trusted(cli, plugin)
    writable = {"file": plugin, "folder": project_folder, "project": world.project_dir}[what]
    writable.chmod(0o777)
    assert "others can write" in cli("say-hello").expect(2).err
    assert "others can write" in cli("trust-plugin", str(plugin)).expect(7).err


def test_a_list_of_trust_that_others_can_write_counts_for_nothing(
    cli: Cli, world: World, project_folder: Path
) -> None:
    trusted(cli, build(say(), project_folder / "hello.so"))
    listed = world.home / ".local/share/temporal-skill/trusted"
    assert listed.stat().st_mode & 0o022 == 0
    listed.chmod(0o666)
    assert "others can write" in cli("say-hello").expect(2).err


def test_trust_of_nothing_is_an_error(cli: Cli) -> None:
    cli("trust-plugin", "/no/such/plugin.so").expect(3)


def test_plugins_of_the_user_and_of_the_setting_are_loaded(
    cli: Cli, world: World, user_folder: Path
) -> None:
    build(say("say-user", "user"), user_folder / "user.so")
    build(say("say-setting", "setting"), world.root / "more/setting.so")
    config = world.home / ".config/temporal-skill/config.ini"
    config.parent.mkdir(parents=True)
    config.write_text(f"[plugins]\npath = /nonexistent:{world.root / 'more'}\n")
    cli("say-user").expect(0)
    cli("say-setting").expect(0)


# ---- the interface ----


def test_a_plugin_built_with_the_first_headers_runs(cli: Cli, user_folder: Path) -> None:
    build(say(), user_folder / "hello.so", headers="tests/plugins/abi1")
    assert cli.json("say-hello")["verdict"] == "said"


def layout_of(headers: str, names: str) -> dict[str, int]:
    """Constants, and places and sizes in structs, of the headers in one folder, asked by what those in another name."""
    text = "".join(path.read_text() for path in sorted((repository() / names).rglob("*.h")))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    asked: dict[str, str] = {}
    for body in re.findall(r"^enum \w+ \{(.*?)\};", text, re.DOTALL | re.MULTILINE):
        asked |= {name: name for name in re.findall(r"\bTSK_\w*[A-Z]\b", body)}
    for struct, body in re.findall(r"^struct (\w+) \{(.*?)^\};", text, re.DOTALL | re.MULTILINE):
        members = re.sub(r"\(\*(\w+)\)\(.*?\)", r"\1", body, flags=re.DOTALL)
        for name in re.findall(r"(\w+)\s*[,;]", members):
            asked[f"{struct}.{name}"] = f"offsetof(struct {struct}, {name})"
            asked[f"{struct}.{name} size"] = f"sizeof(((struct {struct} *)0)->{name})"
        asked[f"{struct} size"] = f"sizeof(struct {struct})"
    prints = "".join(f'printf("{name}=%zu\\n", (size_t)({what}));' for name, what in asked.items())
    source = "#include <temporal-skill/result.h>\n#include <stdio.h>\n"
    source += f"int main(void) {{ {prints} }}"
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "layout"
        words = ["gcc", "-std=gnu17", f"-I{repository() / headers}", "-o", str(made), "-xc", "-"]
        subprocess.run(words, input=source, text=True, check=True)
        lines = subprocess.check_output([str(made)], text=True).splitlines()
    return {name: int(value) for name, value in (line.split("=") for line in lines)}


def test_what_a_plugin_was_compiled_with_stays_where_it_was() -> None:
    first = layout_of("tests/plugins/abi1", "tests/plugins/abi1")
    now = layout_of("include", "tests/plugins/abi1")
    assert {"TSK_SETTING_FULL", "tsk_option.global", "tsk_command.run", "tsk_view size"} <= {*first}
    # The one that says how large it is.
    assert now.pop("tsk_plugin size") >= first.pop("tsk_plugin size")
    assert now == first


BROKEN = {
    "newer": (
        say().replace(
            "TSK_PLUGIN(", "#undef TSK_PLUGIN_ABI\n#define TSK_PLUGIN_ABI 99u\nTSK_PLUGIN("
        ),
        "it needs a newer temporal-skill",
    ),
    "short": (
        say()
        .replace(
            "TSK_PLUGIN(",
            '__attribute__((visibility("default"))) const struct tsk_plugin tsk_plugin = { .abi = 1, .size = 8,',
        )
        .replace("commands);", "commands };"),
        "too few to be one",
    ),
    "taken": (say(name="ensure-server"), "command 'ensure-server' is already that of"),
    "symbol": ("int tsk_other;", "it exports no tsk_plugin"),
    "missing": (
        say().replace(
            "tsk_verdict(call", "extern int nowhere(void); if (nowhere()) tsk_verdict(call"
        ),
        "undefined symbol: nowhere",
    ),
    "crash": (
        say()
        + "\n__attribute__((constructor)) static void die(void) { *(volatile int *)8 = 1; }\n",
        "loading it crashes (SIGSEGV)",
    ),
    "abort": (
        say()
        + "\n#include <stdlib.h>\n__attribute__((constructor)) static void die(void) { abort(); }\n",
        "loading it crashes (SIGABRT)",
    ),
    "badname": (say(name="Say Hello"), "is not lower-case words with dashes"),
    "noexample": (
        say()
        .replace(".examples = examples, ", "")
        .replace("static const char *const examples", "const char *const unused"),
        "has no run, summary or example",
    ),
    "text": ("", ""),
}


@pytest.mark.parametrize("kind", [kind for kind in BROKEN if kind != "text"])
def test_a_broken_plugin_is_skipped_and_the_rest_goes_on(
    cli: Cli, user_folder: Path, kind: str
) -> None:
    source, words = BROKEN[kind]
    build(source, user_folder / f"{kind}.so", "-Wno-unused-variable")
    build(say("say-fine", "fine"), user_folder / "zz.so")
    assert words in problem_of(cli, kind)
    cli("say-fine").expect(0)


def test_a_file_that_is_no_object_is_skipped(cli: Cli, user_folder: Path) -> None:
    user_folder.mkdir(parents=True)
    (user_folder / "text.so").write_text("not an object")
    assert problem_of(cli, "text")


def test_a_clash_names_both_files(cli: Cli, user_folder: Path) -> None:
    one = build(say(), user_folder / "a.so")
    build(say(), user_folder / "b.so")
    problem = problem_of(cli, "b")
    assert str(one) in problem
    cli("say-hello").expect(0)


def test_no_commands_and_two_hundred(cli: Cli, user_folder: Path) -> None:
    none = say().replace("{ &command, NULL }", "{ NULL, &command }")
    build(none, user_folder / "none.so")
    rows = ", ".join(f"&commands_{n}" for n in range(200))
    many = say().replace(
        "static const struct tsk_command *const commands[] = { &command, NULL };",
        "\n".join(
            f'static const struct tsk_command commands_{n} = {{ .name = "say-{n}", .summary = "say", '
            ".examples = examples, .run = say };"
            for n in range(200)
        )
        + f"static const struct tsk_command *const commands[] = {{ &command, {rows}, NULL }};",
    )
    build(many, user_folder / "many.so")
    assert problem_of(cli, "none") == problem_of(cli, "many") == ""
    names = [row["name"] for row in cli.json("list-commands")["commands"]]
    assert names == sorted(names) and len([n for n in names if n.startswith("say-")]) == 201
    cli("say-199").expect(0)


def test_a_built_in_command_needs_no_foreign_plugin(cli: Cli, user_folder: Path) -> None:
    """What is built in runs without looking at them, so that a broken one is no noise there."""
    user_folder.mkdir(parents=True)
    (user_folder / "text.so").write_text("not an object")
    assert cli("show-settings").expect(0).err == ""


# What no command of ours needs: how many requests were sent, and the next event of a run.
WATCHES = """
	const char *id = getenv("WATCHED");
	int64_t length = 0;
	tsk_set_number(tsk_result(call), "before", tsk_requests_sent(call));
	if (tsk_wait_event(call, id, "", 1, tsk_deadline(call, 30000), &length))
		return tsk_error(call);
	tsk_set_number(tsk_result(call), "length", length);
	tsk_set_number(tsk_result(call), "sent", tsk_requests_sent(call));
	/* After the event that closes it there is no other. */
	enum tsk_status status = tsk_wait_event(call, id, "", 1000, tsk_deadline(call, 30000), &length);
	tsk_set_number(tsk_result(call), "status", status);
	tsk_set_number(tsk_result(call), "whole", length);
"""


def test_a_plugin_waits_for_events_and_counts_requests(
    cli: Cli, user_folder: Path, worked: Temporal
) -> None:
    head = "#include <temporal-skill/client.h>\n#include <stdlib.h>\n"
    build(head + say().replace("(void)options;", "(void)options;" + WATCHES), user_folder / "w.so")
    cli.world.env["WATCHED"] = start(worked, "Give", 7)
    seen = cli.json("say-hello")
    assert (seen["before"], seen["status"]) == (0, 0)
    assert seen["sent"] >= 1
    assert 2 <= seen["length"] <= seen["whole"]


# ---- the guide ----


def installed(world: World) -> dict[str, str]:
    prefix = world.root / "prefix"
    words = ["make", "-C", str(repository()), "install", f"PREFIX={prefix}"]
    words.append(f"BUILD={os.path.relpath(program().parent, repository())}")
    subprocess.run(words, check=True, capture_output=True)
    world.env["PATH"] = f"{prefix}/bin:{world.env['PATH']}"
    return world.env | {"PKG_CONFIG_PATH": f"{prefix}/lib/pkgconfig"}


def test_the_guide_word_for_word(world: World, server: DevServer) -> None:
    env = installed(world)
    guide = (repository() / "skills/references/plugins.md").read_text()
    assert re.findall(r"^```(\w+)", guide, re.M) == ["sh", "c", "c", "sh"]
    done = subprocess.run(
        ["sh", "-eux"],
        input=script(guide),
        text=True,
        env=env,
        cwd=world.project_dir,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout
    # The kit's own test reaches the server.
    assert "4 passed, 0 failed" in done.stdout
    for words, code in (
        (["orders-report", "-t", "x"], 0),
        (["late-orders", "--older-than", "0"], 0),
    ):
        done = subprocess.run(
            ["temporal-skill", *words],
            env=env,
            cwd=world.project_dir,
            capture_output=True,
            text=True,
            executable=shutil.which("temporal-skill", path=env["PATH"]),
        )
        assert done.returncode == code, done


def test_new_plugin_refuses_bad_names(cli: Cli, world: World) -> None:
    for name in ("Orders", "my plugin", "1st", str(world.root / "x_y")):
        cli("new-plugin", name).expect(2)
    made = cli.json("new-plugin", str(world.root / "my-orders"))
    assert "test_my_orders.c" in made["files"]
    assert os.listdir(world.root / "my-orders")
    cli("new-plugin", str(world.root / "my-orders")).expect(2)
