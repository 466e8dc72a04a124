"""The command line itself: mistakes, settings, formats, and every command's description of itself."""

import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
from typing import Any

import pytest

from harness.cli import Cli
from harness.processes import wait_connected
from harness.server import DevServer
from harness.world import TOOLS, World, repository

TYPES = {"flag", "string", "integer", "duration", "choice", "json", "list", "rest"}
NEEDS = {"server", "project", "changes", "destroys"}


def commands(cli: Cli) -> list[dict[str, Any]]:
    listed: list[dict[str, Any]] = cli.json("list-commands")["commands"]
    return listed


# ---- every command ----


def test_every_command_describes_itself(cli: Cli) -> None:
    listed = commands(cli)
    assert len(listed) >= 30
    for command in listed:
        name = command["name"]
        assert command["summary"] and command["summary"][0].islower(), name
        assert not command["summary"].endswith("."), name
        assert command["plugin"], name
        assert set(command["needs"]) <= NEEDS, name
        assert command["examples"], name
        letters = [o["letter"] for o in command["options"] if o["letter"]]
        assert len(letters) == len(set(letters)), name
        for option in command["options"]:
            assert option["type"] in TYPES, (name, option)
            assert option["help"], (name, option)
            assert option["type"] == "flag" or option["argument"], (name, option)
            assert (option["type"] == "choice") == bool(option.get("choices")), (name, option)


def test_every_command_has_help_without_a_server(cli: Cli) -> None:
    for command in commands(cli):
        shown = cli(command["name"], "--help").expect(0).out
        assert shown.startswith(f"{command['name']}: {command['summary']}\n")
        for option in command["options"]:
            if not option["positional"]:
                assert f"--{option['name']}" in shown, (command["name"], option["name"])
        assert "exit status: 0 ok" in shown
        # The texts are broken between words; a flag's row is as long as its help.
        prose = shown.split("\n      --")[0].splitlines()
        assert max(map(len, prose)) <= 110, command["name"]


def test_every_command_rejects_an_unknown_flag(cli: Cli) -> None:
    for command in commands(cli):
        ran = cli(command["name"], "--no-such-flag-at-all").expect(2)
        assert "unknown flag '--no-such-flag-at-all'" in ran.err
        assert ran.out == ""


def test_every_example_parses(cli: Cli) -> None:
    """Each example names its own command, and only flags that it has."""
    globals_ = {f"--{o['name']}" for o in cli.json("list-commands")["global_options"]}
    for command in commands(cli):
        flags = {f"--{o['name']}" for o in command["options"]} | globals_ | {"--help"}
        flags |= {f"-{o['letter']}" for o in command["options"] if o["letter"]} | {"-o", "-n"}
        for example in command["examples"]:
            words = shlex.split(example)
            assert words[:2] == ["temporal-skill", command["name"]], example
            for word in words[2:]:
                if word == "--":
                    break
                if word.startswith("-") and word != "-":
                    assert word.split("=")[0] in flags, example


def test_every_command_has_its_script(cli: Cli) -> None:
    scripts = repository() / "skills/scripts"
    for command in commands(cli):
        script = scripts / f"{command['name']}.sh"
        assert os.access(script, os.X_OK), script
        assert len(script.read_text().splitlines()) == 2


# ---- mistakes ----


def test_an_unknown_command_names_the_nearest(cli: Cli) -> None:
    ran = cli("ensure-workr").expect(2)
    assert ran.err == "error: unknown command 'ensure-workr'; did you mean 'ensure-worker'?\n"


def test_the_old_names_work(cli: Cli) -> None:
    assert cli("list-commands.sh").expect(0).out == cli("list-commands").expect(0).out


def test_no_command_is_a_mistake(cli: Cli) -> None:
    assert "hint: " in cli().expect(2).err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["wait-for-workflow-status"], "missing flag '--workflow-id'"),
        (["wait-for-workflow-status", "--workflow-id"], "missing value of '--workflow-id'"),
        (["wait-for-workflow-status", "-w", "x", "--timeout", "soon"], "bad duration 'soon'"),
        (["wait-for-workflow-status", "-w", "x", "--status", "DONE"], "bad status 'DONE'"),
        (["list-recent-workflows", "--minutes", "-3"], "out of range"),
        (["list-recent-workflows", "--minutes", "x"], "bad number 'x'"),
        (["signal-workflow", "-w", "x", "--name", "s", "--input", "{oops}"], "bad JSON in"),
        (["signal-workflow", "-w", "x", "--name", "s", "--input", "@/none"], "/none"),
        (["show-settings", "-o", "yaml"], "expected text, json or jsonl"),
        (["show-settings", "extra"], "takes no argument 'extra'"),
        (["show-settings", "--address", "nowhere:port"], "expected HOST:PORT"),
        (["bulk-cancel-workflows", "--pattern", "["], "bad pattern '['"),
        (["bulk-cancel-workflows", "--pattern", ""], "empty value of '--pattern'"),
        (["bulk-cancel-workflows", "--query", ""], "empty value of '--query'"),
        (["terminate-workflow", "-w", "x", "-r", ""], "empty value of '-r'"),
    ],
)
def test_bad_words_are_refused_before_anything_is_done(
    cli: Cli, words: list[str], message: str
) -> None:
    ran = cli(*words).expect(2)
    assert message in ran.err
    assert ran.out == ""


def test_errors_are_json_where_the_output_is(cli: Cli) -> None:
    error = cli("show-settings", "--nope", "-o", "json").expect(2).error
    assert error["code"] == "usage"
    assert "--nope" in error["message"]


def test_bad_environment_value_is_named(cli: Cli) -> None:
    ran = cli("show-settings", env={"TEMPORAL_TLS": "maybe"}).expect(2)
    assert "environment TEMPORAL_TLS" in ran.err


def test_bad_ini_line_is_named(cli: Cli, world: World) -> None:
    ini = world.project_dir / "temporal-skill.ini"
    ini.write_text("[project]\nwork_cmd = x\n")
    ran = cli("show-settings").expect(2)
    assert f"{ini}:2: unknown key 'work_cmd' in [project]; did you mean 'worker_cmd'?" in ran.err
    ini.write_text("[prject]\nx = y\n")
    assert f"{ini}:2: unknown section [prject]" in cli("show-settings").expect(2).err
    ini.write_text("worker_cmd = x\n")
    assert (
        f"{ini}:1: 'worker_cmd' stands before any [section]" in cli("show-settings").expect(2).err
    )


# ---- settings ----


def settings(cli: Cli, *words: str) -> dict[str, dict[str, str]]:
    rows = cli.json("show-settings", *words)["settings"]
    return {row["setting"]: row for row in rows}


def test_settings_tell_value_and_origin(cli: Cli, world: World) -> None:
    config = world.home / ".config/temporal-skill/config.ini"
    config.parent.mkdir(parents=True)
    config.write_text("[server]\ntemporal_cli = /opt/temporal\n[project]\nworker_cmd = user\n")
    (world.project_dir / "temporal-skill.ini").write_text("[project]\nworker_cmd = project ; x\n")
    rows = settings(cli, "--namespace", "flagged")
    assert rows["connection.namespace"]["value"] == "flagged"
    assert rows["connection.namespace"]["origin"] == "flag --namespace"
    assert rows["connection.address"]["origin"] == "environment TEMPORAL_ADDRESS"
    assert rows["server.temporal_cli"]["origin"] == f"{config}:2"
    assert rows["project.worker_cmd"]["value"] == "project ; x"
    assert rows["connection.connect_timeout"]["origin"] == "default"


def test_settings_without_a_value_share_a_line(cli: Cli) -> None:
    """Half of them have none: each is named, and those that are chosen have their rows."""
    out = cli("show-settings", "--client-authority", "x").expect(0).out
    rows = {
        row["setting"]: row
        for row in cli.json("show-settings", "--client-authority", "x")["settings"]
    }
    (unset,) = (line for line in out.splitlines() if line.startswith("not set: "))
    names = unset.removeprefix("not set: ").split(", ")
    assert names == [
        name for name, row in rows.items() if not row["value"] and row["origin"] == "default"
    ]
    listed = [line.split()[0] for line in out.splitlines()[2:] if line != unset]
    assert listed == [name for name in rows if name not in names]
    assert "connection.api_key" in names and "connection.client_authority" in listed
    whole = cli("show-settings", "--full").expect(0).out.splitlines()[2:]
    assert [line.split()[0] for line in whole] == list(rows)


def test_secrets_are_masked(cli: Cli) -> None:
    ran = cli("show-settings", env={"TEMPORAL_API_KEY": "sesame-open"}).expect(0)
    assert "sesame" not in ran.out + ran.err
    assert "(secret)" in ran.out


def test_profile_of_the_temporal_cli_is_the_weakest_source(cli: Cli, world: World) -> None:
    toml = world.home / "temporal.toml"
    toml.write_text('[profile.prod]\naddress = "profile:1"\nnamespace = "pns"\napi_key = "k"\n')
    env = {"TEMPORAL_CONFIG_FILE": str(toml), "TEMPORAL_PROFILE": "prod"}
    del world.env["CLAUDE_TEMPORAL_NAMESPACE"], world.env["TEMPORAL_NAMESPACE"]
    out = cli("show-settings", "-o", "json", env=env).expect(0).json["settings"]
    rows = {row["setting"]: row for row in out}
    assert rows["connection.namespace"]["value"] == "pns"
    assert rows["connection.namespace"]["origin"] == f"{toml} [profile.prod]"
    assert rows["connection.address"]["origin"] == "environment TEMPORAL_ADDRESS"


# ---- server ----


def test_unreachable_server_is_told_at_once_with_what_would_start_one(cli: Cli) -> None:
    ran = cli("describe-workflow", "-w", "x").expect(4)
    assert "cannot reach the Temporal server at" in ran.err
    assert "ensure-server" in ran.err
    assert ran.out == ""


def test_a_server_that_is_silent_ends_within_the_connect_timeout(cli: Cli, world: World) -> None:
    """It takes connections and never answers."""
    with socket.create_server(("127.0.0.1", world.port)):
        ran = cli("describe-workflow", "-w", "x", "--client-connect-timeout", "1").expect(4)
        assert world.address in ran.err


def test_a_missing_namespace_is_named(cli: Cli, server: DevServer) -> None:
    ran = cli("list-recent-workflows", "-n", "no-such-namespace").expect(3)
    assert "no-such-namespace" in ran.err


@pytest.mark.parametrize(
    "command",
    [
        "cancel-workflow -w x",
        "run-starter",
        "run-recipe clean-start",
        "verify-project",
        "watch-project",
    ],
)
def test_changes_on_another_machine_need_leave(cli: Cli, command: str) -> None:
    """Also where a command only leads to others that change something there, or to programs that might."""
    ran = cli(*command.split(), "--address", "192.0.2.1:7233").expect(7)
    assert "allow-remote-changes" in ran.err and not ran.out


def test_read_only_refuses_every_change(cli: Cli) -> None:
    assert "read-only" in cli("cancel-workflow", "-w", "x", "--read-only").expect(7).err


@pytest.mark.parametrize(
    ("users", "projects", "address"),
    [
        ("read_only = true", "read_only = false", "127.0.0.1:1"),
        ("allow_remote_changes = false", "allow_remote_changes = true", "192.0.2.1:7233"),
    ],
)
def test_a_checkout_cannot_loosen_what_its_user_decided(
    cli: Cli, world: World, users: str, projects: str, address: str
) -> None:
    user = world.home / ".config/temporal-skill/config.ini"
    user.parent.mkdir(parents=True)
    user.write_text(f"[safety]\n{users}\n")
    (world.project_dir / "temporal-skill.ini").write_text(f"[safety]\n{projects}\n")
    cli("cancel-workflow", "-w", "x", "--address", address).expect(7)
    name = users.split(" ")[0]
    row = next(
        row for row in cli.json("show-settings")["settings"] if row["setting"] == f"safety.{name}"
    )
    assert row["origin"] == f"{user}:2"


def test_a_project_may_ask_for_more_care_than_its_user(cli: Cli, world: World) -> None:
    user = world.home / ".config/temporal-skill/config.ini"
    user.parent.mkdir(parents=True)
    user.write_text("[safety]\nread_only = false\n")
    (world.project_dir / "temporal-skill.ini").write_text("[safety]\nread_only = true\n")
    cli("cancel-workflow", "-w", "x").expect(7)
    cli("cancel-workflow", "-w", "x", "--read-only=false", "--address", "127.0.0.1:1").expect(4)


def test_command_timeout_bounds_the_whole(cli: Cli, temporal: Any) -> None:
    handle = temporal.start_workflow("Nobody", task_queue="nobody")
    words = ["wait-for-workflow-status", "-w", handle.id, "--no-stall-check"]
    cli(*words, "--command-timeout", "300ms").expect(5)


def test_interrupted_wait_ends_at_once_with_130(cli: Cli, temporal: Any) -> None:
    handle = temporal.start_workflow("Nobody", task_queue="nobody")
    process = cli.start(
        "wait-for-workflow-status", "-w", handle.id, "--no-stall-check", "--verbose"
    )
    # Its connection to the server is the sign that it waits.
    wait_connected(process.pid, temporal.address)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "interrupted by SIGINT" in err


# ---- where it is called from ----


def test_temporal_runs_it_as_an_extension(cli: Cli, world: World, server: DevServer) -> None:
    folder = world.root / "bin"
    folder.mkdir()
    (folder / "temporal-skill").symlink_to(cli.path)
    env = world.env | {"PATH": f"{folder}:{world.env['PATH']}"}
    words = ["ensure-server", "-o", "json", "--address", world.address, "-n", world.namespace]
    ran = subprocess.run(
        [str(TOOLS / "temporal"), "skill", *words], env=env, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    mine, its = cli(*words).expect(0).json, json.loads(ran.stdout)
    for answer in (mine, its):
        del answer["seconds"], answer["next"]
    assert its == mine


def test_next_commands_name_the_program_as_it_can_be_called(cli: Cli, world: World) -> None:
    made = cli.json("new-project", str(world.root / "one"))
    assert made["next"][0].startswith(f"{cli.typed} verify-project ")
    folder = world.root / "bin"
    folder.mkdir()
    (folder / "temporal-skill").symlink_to(cli.path)
    env = {"PATH": f"{folder}:{world.env['PATH']}"}
    made = cli("new-project", str(world.root / "two"), "-o", "json", env=env).expect(0).json
    assert made["next"][0].startswith("temporal-skill verify-project ")


def test_hostile_text_does_not_reach_the_terminal(cli: Cli) -> None:
    ran = cli("describe-workflow", "-w", "x", "--bad\x1b[2J\x07flag").expect(2)
    assert "\x1b" not in ran.err
    assert "\\x1b[2J\\x07" in ran.err


def test_output_is_ascii_where_the_locale_is_not_utf8(cli: Cli, world: World) -> None:
    ran = cli("new-project", str(world.root / "grüße/x"), env={"LANG": "C", "LC_ALL": "C"})
    ran.expect(2)
    assert ran.err.isascii()


def test_new_project_is_whole_or_not_at_all(cli: Cli, world: World) -> None:
    target = world.root / "app"
    made = cli.json("new-project", str(target))
    assert sorted(made["files"]) == sorted(
        str(p.relative_to(target)) for p in target.rglob("*") if p.is_file()
    )
    assert "{{" not in "".join(p.read_text() for p in target.rglob("*") if p.is_file())
    before = (target / "worker.py").read_text()
    (target / "worker.py").write_text("mine")
    assert "exists already" in cli("new-project", str(target)).expect(2).err
    assert (target / "worker.py").read_text() == "mine" != before
    assert "no template 'nope'" in cli("new-project", "x", "--template", "nope").expect(2).err
    assert "bad project name" in cli("new-project", str(world.root / "a b")).expect(2).err
    assert [p.name for p in world.root.iterdir() if "new-" in p.name] == []
    shutil.rmtree(target)
    target.mkdir()
    cli("new-project", str(target)).expect(0)
