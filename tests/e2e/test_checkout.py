"""A checkout is somebody else's word: what its files may say before anybody trusted them, and after."""

import os
import shlex
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from harness.catcher import Catcher, catching
from harness.cli import Cli, Ran
from harness.tls import Authority, Certificate
from harness.world import World, repository

KEY = "KEY-OF-THE-USER"
# Nobody listens for most of these calls, which then wait for as long as they may; but for those that are to arrive.
PATIENT = ["--client-connect-timeout", "30"]
# They run what the project says when they are asked for, or go on until they are ended.
ASKED_TO_RUN = {
    "ensure-worker",
    "run",
    "run-starter",
    "run-recipe",
    "verify-project",
    "watch-project",
}
OWN = {"ensure-server", "start-server", "serve-mcp", "trust-project", "untrust-project"}


def with_profile(world: World, text: str) -> None:
    file = world.home / ".config/temporalio/temporal.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text)


class Checkout:
    """A project of somebody else's, whose marker programs write down that they ran."""

    def __init__(self, world: World, cli: Cli) -> None:
        self.world, self.cli = world, cli
        self.folder = world.project_dir
        self.ini = self.folder / "temporal-skill.ini"
        self.proof = world.root / "proof"
        for name in ("evil.sh", ".venv/bin/python"):
            program = self.folder / name
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text(f'#!/bin/sh\necho "$0 $*" >>{self.proof}\necho "{{}}"\n')
            program.chmod(0o755)
        for name in ("csv.py", "json.py", "email.py"):
            (self.folder / name).write_text(f"open({str(self.proof)!r}, 'a').write('imported')\n")
        (self.folder / "empty.toml").write_text("[profile.default]\n[profile.production]\n")
        # What the world says of itself is left to the INI files here.
        for name in ("TEMPORAL_ADDRESS", "CLAUDE_TEMPORAL_LOG_DIR", "CLAUDE_TEMPORAL_PID_DIR"):
            del world.env[name]
        user = world.home / ".config/temporal-skill"
        user.mkdir(parents=True)
        self.user_ini = user / "config.ini"
        self.of_user("")

    def of_user(self, text: str) -> None:
        server = f"[server]\nlog_dir = {self.world.log_dir}\npid_dir = {self.world.pid_dir}\n"
        dead = f"[connection]\nconnect_timeout = 100ms\naddress = 127.0.0.1:{self.world.port}\n"
        self.user_ini.write_text(server + dead + text)

    def says(self, section: str, *lines: str) -> None:
        self.ini.write_text("\n".join([f"[{section}]", *lines, ""]))

    def run(self, *words: object, **options: Any) -> Ran:
        return self.cli(*words, **{"cwd": self.folder, **options})

    def ran(self) -> str:
        return self.proof.read_text() if self.proof.exists() else ""

    def row(self, setting: str, **options: Any) -> Any:
        ran = self.run("show-settings", "-o", "json", **options).expect(0)
        return next(row for row in ran.json["settings"] if row["setting"] == setting)


@pytest.fixture
def checkout(world: World, cli: Cli) -> Checkout:
    return Checkout(world, cli)


@pytest.fixture(scope="module")
def stranger(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """Whose authority lies in the checkout."""
    return Authority(tmp_path_factory.mktemp("stranger") / "authority", "stranger")


@pytest.fixture(scope="module")
def certificate(stranger: Authority) -> Certificate:
    return stranger.issue("here", "DNS:localhost,IP:127.0.0.1")


@pytest.fixture
def plain() -> Iterator[Catcher]:
    with catching() as catcher:
        yield catcher


@pytest.fixture
def secure(certificate: Certificate) -> Iterator[Catcher]:
    with catching(certificate) as catcher:
        yield catcher


# ---- one table says who may set what ----

# A value that is not the default, and is harmless where it counts.
SAMPLES = {
    "connection.address": "127.1:1",
    "connection.tls": "true",
    "connection.tls_disable_host_verification": "true",
    "connection.grpc_meta": "a=b",
    "connection.codec_endpoint": "http://127.0.0.1:1/",
    "connection.codec_header": "a=b",
    "connection.profile": "production",
    "connection.config_file": "{project}/empty.toml",
    "connection.connect_timeout": "7",
    "connection.ui_address": "http://127.0.0.1:1",
    "output.command_timeout": "77",
    "output.format": "json",
    "project.passport": "false",
    "project.rehearse": "refuse",
    "output.color": "never",
    "output.trace": "all:{root}/trace",
    "project.dir": "{root}",
    "server.log_dir": "{root}/elsewhere",
    "server.pid_dir": "{root}/elsewhere",
    "server.temporal_cli": "temporal-of-another-name",
    "plugins.path": "/nonexistent",
    "safety.read_only": "true",
    "safety.allow_remote_changes": "true",
}
FLAGS = {"output.quiet", "output.verbose", "output.full"}


def test_every_setting_has_the_sources_that_the_table_says(checkout: Checkout) -> None:
    """Settings times sources: what counts is what show-settings says of who may set it."""
    with_profile(checkout.world, "[profile.default]\n[profile.production]\n")
    settings = checkout.run("show-settings", "-o", "json").expect(0).json["settings"]
    names = [row["setting"] for row in settings]
    assert set(SAMPLES) | FLAGS <= set(names)
    tried = 0
    for row in settings:
        name = row["setting"]
        sample = SAMPLES.get(name, "true" if name in FLAGS else "text")
        value = sample.format(project=checkout.folder, root=checkout.world.root)
        section, key = name.split(".")
        line = f"\n[{section}]\n{key} = {value}\n"
        for source in ("flag", "environment", "project", "trusted project", "user"):
            words, env, origin = [], {}, ""
            checkout.ini.unlink(missing_ok=True)
            checkout.of_user("")
            if source == "flag" and row["flag"]:
                words, origin = [f"{row['flag']}={value}"], f"flag {row['flag']}"
            elif source == "environment" and row["environment"]:
                variable = row["environment"].split(" ")[0]
                env, origin = {variable: value}, f"environment {variable}"
            elif source == "user":
                checkout.of_user(line)
                origin = str(checkout.user_ini)
            elif "project" in source:
                checkout.ini.write_text(line)
                origin = str(checkout.ini)
                if source == "trusted project":
                    checkout.run("trust-project", "--read-only=false").expect(0)
            if not origin:
                assert source not in row["set_by"], (name, source)
                continue
            if name == "project.dir" and source != "user":
                # The world's environment would win; and then the file is another project's.
                continue
            if name == "output.format":
                words.append("--quiet=false")
            tried += 1
            hide = {"CLAUDE_TEMPORAL_NAMESPACE": "", "TEMPORAL_NAMESPACE": ""}
            ran = checkout.run("show-settings", *words, "-o", "json", env=hide | env)
            if name == "output.format":
                # -o is a flag itself.
                continue
            rows = {one["setting"]: one for one in ran.expect(0).json["settings"]}
            counts = rows[name]["origin"].startswith(origin)
            may = source in row["set_by"]
            if name == "safety.read_only" and source in ("project", "trusted project"):
                may = True  # it is the stricter value
            if name == "project.dir":
                may = False  # the environment's is stronger
            assert counts == may, (name, source, rows[name], ran.err)
            if "project" in source and not may:
                ignored = {one["setting"]: one for one in ran.json["ignored"]}
                assert ignored[name]["origin"].startswith(origin)
                assert "trust-project" in ran.err
    assert tried > 120


def test_the_reference_says_what_the_table_says(cli: Cli) -> None:
    page = (repository() / "skills/references/configuration.md").read_text()
    rows = cli.json("show-settings")["settings"]
    listed = dict(
        line.strip("| ").split(" | ")[:2] for line in page.splitlines() if line.startswith("| `[")
    )
    words = {
        ("project", "trusted project"): "yes",
        ("project within bounds", "trusted project"): "within bounds",
        ("trusted project",): "once trusted",
        ("project within bounds",): "only stricter",
        (): "never",
    }
    expected = {}
    for row in rows:
        section, key = row["setting"].split(".")
        projects = tuple(source for source in row["set_by"] if "project" in source)
        expected[f"`[{section}] {key}`"] = words[projects]
    assert listed == expected


# ---- before trust nothing runs and nothing is reached ----


def looking_commands(cli: Cli) -> list[list[str]]:
    """Every command that does not run worker or starter by itself, with the words of its first example."""
    lines = []
    for command in cli.json("list-commands")["commands"]:
        if command["name"] in ASKED_TO_RUN | OWN:
            continue
        words = shlex.split(command["examples"][0].split("|")[0].split(">")[0])
        lines.append(words[1:])
    for words in lines:
        if words[0] in ("install-skill", "kill-worker", "kill-all-workers"):
            words.append("--dry-run")
    return [
        *lines,
        ["--help"],
        ["--version"],
        ["help", "doctor"],
        ["shwo-settings"],
        ["show-settings", "--read-only"],
        ["doctor", "--help"],
    ]


HOSTILE = [
    ("server", "temporal_cli = ./evil.sh", "connection", "config_file = ./empty.toml"),
    ("connection", "config_file = ./empty.toml"),
    ("connection", "profile = production"),
    ("connection", "address = {remote}"),
    ("connection", "address = {remote}", "connection", "tls = true"),
    ("connection", "address = {local}", "connection", "tls = true"),
    ("connection", "tls_ca_path = ./stranger.pem", "connection", "address = {local}"),
    ("connection", "tls_disable_host_verification = true", "connection", "address = {local}"),
    ("connection", "tls_server_name = localhost", "connection", "address = {local}"),
    ("connection", "codec_endpoint = http://{local}/"),
    ("connection", "codec_endpoint = https://{local}/"),
    ("connection", "ui_address = http://{local}/"),
    ("connection", "client_authority = evil", "connection", "address = {remote}"),
    ("connection", "grpc_meta = a=b", "connection", "address = {remote}"),
    ("connection", "api_key = theirs", "connection", "address = {remote}"),
    ("plugins", "path = {project}"),
    ("output", "quiet = true", "server", "temporal_cli = ./evil.sh"),
    ("project", "worker_cmd = ./evil.sh", "project", "starter_cmd = ./evil.sh"),
    ("project", "worker_cmd = .venv/bin/python worker.py"),
]


@pytest.mark.parametrize("lines", HOSTILE, ids=["; ".join(lines[1::2]) for lines in HOSTILE])
def test_before_trust_nothing_runs_and_no_secret_is_sent(
    checkout: Checkout, stranger: Authority, secure: Catcher, lines: tuple[str, ...]
) -> None:
    (checkout.folder / "stranger.pem").write_bytes(stranger.path.read_bytes())
    text = ""
    for section, line in zip(lines[::2], lines[1::2], strict=True):
        line = line.format(remote=secure.remote, local=secure.local, project=checkout.folder)
        text += f"[{section}]\n{line}\n"
    checkout.ini.write_text(text)
    secrets = {"TEMPORAL_API_KEY": KEY, "TEMPORAL_CODEC_AUTH": KEY}
    words: list[str]
    for words in looking_commands(checkout.cli):
        ran = checkout.run(*words, env=secrets)
        assert not checkout.ran(), (words, checkout.ran(), ran)
        assert ran.code not in (70, 139, 134), ran
        assert not secure.has(KEY), (words, secure.requests)
        if "{remote}" in "".join(lines):
            assert secure.accepted == 0, (words, ran)


def test_a_completion_reaches_nothing_of_an_untrusted_checkout(
    checkout: Checkout, plain: Catcher
) -> None:
    checkout.ini.write_text(
        f"[connection]\naddress = {plain.local}\n[server]\ntemporal_cli = ./evil.sh\n"
    )
    line = "temporal-skill describe-workflow --workflow-id "
    text = (
        f"source <({checkout.cli.typed} completion bash)\n"
        f"COMP_LINE={shlex.quote(line)} COMP_POINT={len(line)}\n"
        f'temporal-skill() {{ {checkout.cli.typed} "$@"; }}\n_temporal_skill\n'
    )
    folder = checkout.world.root / "bin"
    folder.mkdir()
    (folder / "temporal-skill").symlink_to(checkout.cli.path)
    env = checkout.world.env | {"PATH": f"{folder}:{checkout.world.env['PATH']}"}
    subprocess.run(["bash", "-c", text], env=env, cwd=checkout.folder, timeout=60, check=True)
    assert plain.accepted == 0 and not checkout.ran()
    # The command itself asks there, as everywhere on this machine.
    checkout.run("list-recent-workflows")
    assert plain.reached()


def test_what_is_ignored_is_said_in_one_line_whatever_the_checkout_says_of_quiet(
    checkout: Checkout,
) -> None:
    checkout.ini.write_text(
        "[output]\nquiet = true\n[server]\ntemporal_cli = ./evil.sh\n[connection]\nprofile = x\n"
        "[safety]\nallow_remote_changes = true\n"
    )
    for words in (["list-recipes"], ["show-settings"], ["list-workers"], ["no-such-command"]):
        lines = [row for row in checkout.run(*words).err.splitlines() if "ignored" in row]
        (line,) = lines
        assert "temporal_cli, profile" in line and "allow_remote_changes" in line
        assert line.endswith("trust-project")


# ---- after trust it counts, after an edit it is asked again ----


def test_trust_counts_until_the_file_changes(checkout: Checkout) -> None:
    checkout.ini.write_text(
        "[server]\ntemporal_cli = ./evil.sh\n[connection]\nconfig_file = ./empty.toml\n"
    )
    trusted = checkout.run("trust-project", "-o", "json").expect(0).json
    assert trusted["verdict"] == "trusted" and len(trusted["settings"]) == 2
    assert not checkout.ran()
    checkout.run("show-settings").expect(0)
    assert "config get" in checkout.ran()
    checkout.proof.unlink()
    checkout.ini.write_text(checkout.ini.read_text() + "# changed\n")
    assert "trust-project" in checkout.run("show-settings").expect(0).err
    assert not checkout.ran()
    checkout.run("trust-project").expect(0)
    assert checkout.run("list-recipes").expect(0).err == ""
    checkout.run("untrust-project").expect(0)
    checkout.proof.unlink()
    assert "trust-project" in checkout.run("show-settings").expect(0).err
    assert not checkout.ran()


def test_trust_is_of_one_place(checkout: Checkout) -> None:
    checkout.says("server", "temporal_cli = temporal-2")
    checkout.run("trust-project").expect(0)
    other = checkout.world.root / "other"
    other.mkdir()
    (other / "temporal-skill.ini").write_bytes(checkout.ini.read_bytes())
    assert "trust-project" in checkout.run("show-settings", "--project-dir", other).err


def test_trusted_address_is_reached(checkout: Checkout, plain: Catcher) -> None:
    checkout.says("connection", f"address = {plain.remote}")
    checkout.run("list-recent-workflows").expect(4)
    assert plain.accepted == 0
    checkout.run("trust-project").expect(0)
    checkout.run("list-recent-workflows").expect(4)
    assert plain.reached()


def test_an_address_of_this_machine_needs_no_trust(checkout: Checkout, plain: Catcher) -> None:
    checkout.says("connection", f"address = {plain.local}")
    assert "trust" not in checkout.run("list-recent-workflows").expect(4).err
    assert plain.reached()


@pytest.mark.parametrize("trusted", [False, True])
def test_safety_is_only_tightened(checkout: Checkout, trusted: bool) -> None:
    checkout.of_user("[safety]\nread_only = true\n")
    checkout.says("safety", "read_only = false", "allow_remote_changes = true")
    if trusted:
        checkout.run("trust-project", "--read-only=false").expect(0)
    checkout.run("cancel-workflow", "-w", "x").expect(7)
    words = ["--read-only=false", "--address", "192.0.2.1:7233"]
    checkout.run("cancel-workflow", "-w", "x", *words).expect(7)


@pytest.mark.parametrize(
    ("folder", "counts"),
    [
        ("{project}/logs", True),
        ("./logs", True),
        ("{project}/a/b/../../../c", False),
        ("{project}/way/logs", False),
        ("{root}/elsewhere", False),
        ("/tmp/claude-temporal-logs-x", False),
        ("../logs", False),
    ],
)
def test_a_folder_for_logs_lies_in_the_project(
    checkout: Checkout, folder: str, counts: bool
) -> None:
    (checkout.folder / "a/b").mkdir(parents=True)
    (checkout.folder / "way").symlink_to(checkout.world.home)
    folder = folder.format(project=checkout.folder, root=checkout.world.root)
    checkout.says("server", f"log_dir = {folder}")
    row = checkout.row("server.log_dir")
    assert (row["origin"].startswith(str(checkout.ini))) == counts, row


# ---- a secret belongs to the address it came with ----


@pytest.mark.parametrize("way", ["tls_ca_path = ./stranger.pem", "tls = true", "skip", "name"])
@pytest.mark.parametrize("whose", ["environment", "user", "profile", "metadata", "certificate"])
@pytest.mark.parametrize("trusted", [False, True])
def test_a_secret_of_the_user_does_not_go_to_the_address_of_a_checkout(
    checkout: Checkout,
    stranger: Authority,
    secure: Catcher,
    way: str,
    whose: str,
    trusted: bool,
) -> None:
    (checkout.folder / "stranger.pem").write_bytes(stranger.path.read_bytes())
    line = {"skip": "tls_disable_host_verification = true", "name": "tls_server_name = localhost"}
    checkout.says("connection", f"address = {secure.local}", line.get(way, way))
    env, place = {}, ""
    mine = stranger.issue(f"mine-{os.getpid()}")
    if whose == "environment":
        env, place = {"TEMPORAL_API_KEY": KEY}, "environment TEMPORAL_API_KEY"
    elif whose == "user":
        checkout.user_ini.write_text(
            f"[connection]\naddress = mine.example:7233\napi_key = {KEY}\nconnect_timeout = 1\n"
        )
        place = f"{checkout.user_ini}:3"
    elif whose == "metadata":
        checkout.user_ini.write_text(f"[connection]\ngrpc_meta = authorization=Bearer {KEY}\n")
        place = f"{checkout.user_ini}:2"
    elif whose == "certificate":
        env = {
            "TEMPORAL_TLS_CLIENT_CERT_PATH": str(mine.path),
            "TEMPORAL_TLS_CLIENT_KEY_PATH": str(mine.key),
        }
        place = "environment TEMPORAL_TLS_CLIENT_KEY_PATH"
    else:
        profile = f'[profile.default]\naddress = "mine.example:7233"\napi_key = "{KEY}"\n'
        with_profile(checkout.world, profile)
        place = "[profile.default]"
    if trusted:
        checkout.run("trust-project").expect(0)
    for words in (["list-workers"], ["list-recent-workflows", "--read-only"], ["diagnose"]):
        ran = checkout.run(*words, env=env).expect(7)
        assert place in ran.err and f"{checkout.ini}:2" in ran.err
        assert f"hint: add --address {secure.local}, where" in ran.err
        assert secure.accepted == 0
    # Whoever says the address himself, and what makes it safe, is not held up.
    flags = ["--address", secure.local, "--tls-ca-path", stranger.path, *PATIENT]
    if trusted:
        flags += [
            "--tls=true",
            "--tls-server-name=localhost",
            "--tls-disable-host-verification=false",
        ]
    ran = checkout.run("list-recent-workflows", *flags, env=env)
    assert ran.code != 7 and secure.reached(), ran
    if whose != "certificate":
        assert secure.gets(KEY)


def test_with_credentials_a_trusted_project_gets_them(
    checkout: Checkout, stranger: Authority, secure: Catcher
) -> None:
    (checkout.folder / "stranger.pem").write_bytes(stranger.path.read_bytes())
    checkout.says("connection", f"address = {secure.local}", "tls_ca_path = ./stranger.pem")
    checkout.run("trust-project", "--with-credentials").expect(0)
    checkout.run("list-recent-workflows", *PATIENT, env={"TEMPORAL_API_KEY": KEY})
    assert secure.gets(KEY)


@pytest.mark.parametrize("line", ["tls_ca_path = ./stranger.pem", "tls_server_name = localhost"])
def test_a_checkout_has_no_say_in_whose_certificate_passes(
    checkout: Checkout, stranger: Authority, secure: Catcher, line: str
) -> None:
    """Address and key are the user's: an authority of the checkout would let anyone in between."""
    (checkout.folder / "stranger.pem").write_bytes(stranger.path.read_bytes())
    checkout.says("connection", line)
    env = {"TEMPORAL_API_KEY": KEY, "TEMPORAL_ADDRESS": secure.local}
    ran = checkout.run("list-recent-workflows", env=env)
    assert ran.code != 0 and not secure.has(KEY)
    checkout.run("trust-project").expect(0)
    ran = checkout.run("list-recent-workflows", env=env).expect(7)
    assert "environment TEMPORAL_API_KEY" in ran.err and f"{checkout.ini}:2" in ran.err
    assert ran.err.endswith("trust-project --with-credentials\n")
    assert not secure.has(KEY)


def test_everyday_dev_server_of_the_project_beside_a_key_in_the_environment(
    checkout: Checkout, plain: Catcher
) -> None:
    """A key is only ever sent over TLS: on this machine, without TLS, it is kept back and nothing is refused."""
    checkout.says("connection", f"address = {plain.local}")
    ran = checkout.run("list-recent-workflows", env={"TEMPORAL_API_KEY": KEY}).expect(4)
    assert "is not sent to" in ran.err
    assert plain.reached() and not plain.has(KEY)
    assert checkout.row("connection.api_key", env={"TEMPORAL_API_KEY": KEY})["value"] == ""


def test_metadata_go_over_plain_connections_and_are_refused_there(
    checkout: Checkout, plain: Catcher
) -> None:
    checkout.of_user(f"[connection]\ngrpc_meta = authorization={KEY}\n")
    checkout.says("connection", f"address = {plain.local}")
    checkout.run("list-recent-workflows").expect(7)
    assert plain.accepted == 0


def test_environment_and_flags_complete_one_another(
    checkout: Checkout, stranger: Authority, secure: Catcher
) -> None:
    env = {"TEMPORAL_API_KEY": KEY, "TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(stranger.path)}
    checkout.run("list-recent-workflows", "--address", secure.local, *PATIENT, env=env)
    assert secure.gets(KEY)


def test_codec_of_a_checkout_gets_nothing(checkout: Checkout, plain: Catcher) -> None:
    checkout.says("connection", f"codec_endpoint = http://{plain.local}/")
    assert checkout.row("connection.codec_endpoint")["value"] == ""
    checkout.run("trust-project").expect(0)
    env = {"TEMPORAL_CODEC_AUTH": f"Bearer {KEY}"}
    ran = checkout.run("list-recent-workflows", env=env).expect(7)
    assert "environment TEMPORAL_CODEC_AUTH" in ran.err and f"{checkout.ini}:2" in ran.err
    assert plain.accepted == 0


# ---- plugins and recipes ----


def test_sections_of_a_plugin_that_is_not_trusted_yet_lock_nothing(
    checkout: Checkout, project_folder: Path
) -> None:
    from harness.plugins import build, say

    source = say().replace(".commands = commands", ".commands = commands, .sections = sections")
    source = source.replace(
        "TSK_PLUGIN", 'static const char *const sections[] = { "greeter", NULL };\nTSK_PLUGIN'
    )
    plugin = build(source, project_folder / "hello.so")
    checkout.says("greeter", "word = hello")
    for words in (["list-plugins"], ["show-settings"], ["list-recipes"]):
        assert "[greeter] belongs to no plugin" in checkout.run(*words).expect(0).err
    checkout.run("trust-plugin", plugin).expect(0)
    checkout.run("say-hello").expect(0)
    checkout.run("untrust-plugin", plugin).expect(0)
    checkout.run("list-recipes").expect(0)
    plugin.unlink()
    assert "unknown section [greeter]" in checkout.run("list-recipes").expect(2).err


def test_a_recipe_that_takes_a_shipped_name_is_told_also_when_quiet(checkout: Checkout) -> None:
    recipe = checkout.folder / ".temporal-skill/recipes/clean-start.ini"
    recipe.parent.mkdir(parents=True)
    recipe.write_text(
        "[recipe]\nname = clean-start\nsummary = not what you think\n"
        "[step one]\nprogram = ./evil.sh\n"
    )
    checkout.says("output", "quiet = true")
    ran = checkout.run("run-recipe", "clean-start", "--quiet")
    assert "the project's recipe 'clean-start' stands before the shipped one" in ran.err


# ---- files are files ----

KINDS = ["fifo", "zero", "directory", "socket", "link out", "huge"]


def put(kind: str, path: Path, elsewhere: Path) -> socket.socket | None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "zero":
        path.symlink_to("/dev/zero")
    elif kind == "directory":
        path.mkdir()
    elif kind == "huge":
        with path.open("wb") as file:
            file.truncate(64 << 30)
    elif kind == "link out":
        elsewhere.write_text("[output]\nquiet = true\n[profile.default]\n")
        path.symlink_to(elsewhere)
    else:
        # Names of sockets are short: it is bound from within its folder.
        made = socket.socket(socket.AF_UNIX)
        here = Path.cwd()
        os.chdir(path.parent)
        made.bind(path.name)
        os.chdir(here)
        return made
    return None


READERS: dict[str, tuple[str, list[str]]] = {
    "settings": ("temporal-skill.ini", ["show-settings"]),
    "recipe": (".temporal-skill/recipes/odd.ini", ["run-recipe", "odd", "--dry-run"]),
    "recipe by path": ("odd.ini", ["run-recipe", "./odd.ini", "--dry-run"]),
    "input": (
        "input.json",
        ["signal-workflow", "-w", "x", "--name", "y", "--input", "@input.json"],
    ),
    "ids": ("ids.txt", ["bulk-cancel-workflows", "--workflow-ids", "ids.txt"]),
    "authority": ("ca.pem", ["list-recent-workflows", "--tls-ca-path", "ca.pem"]),
    "certificate": ("c.pem", ["list-recent-workflows", "--tls-cert-path", "c.pem"]),
    "profile": ("temporal.toml", ["show-settings", "--config-file", "temporal.toml"]),
    "plugin": (
        ".temporal-skill/plugins/odd.so",
        ["trust-plugin", ".temporal-skill/plugins/odd.so"],
    ),
}
# The user names these files himself, and may keep them elsewhere.
OF_THE_USER = {"input", "ids", "authority", "certificate", "profile", "plugin"}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reader", READERS)
def test_what_is_no_file_is_refused_at_once(checkout: Checkout, reader: str, kind: str) -> None:
    if kind == "link out" and reader in OF_THE_USER:
        pytest.skip("named by the user")
    name, words = READERS[reader]
    held = put(kind, checkout.folder / name, checkout.world.root / "elsewhere")
    limit = ["prlimit", f"--as={1 << 30}", checkout.cli.path, *words]
    ran = subprocess.run(
        limit,
        env=checkout.world.env,
        cwd=checkout.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    if held:
        held.close()
    assert ran.returncode in (1, 2, 4, 7), ran
    said = ran.stdout + ran.stderr
    wanted = {
        "huge": ("more than", "larger than"),
        "link out": ("leads out of the project",),
        "zero": ("leads out of the project", "not a regular file", "not a file"),
    }.get(kind, ("not a regular file", "not a file", "No such device"))
    assert any(word in said for word in wanted), said


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["pyproject.toml", "worker.py", ".venv/pyvenv.cfg", ".env"])
def test_what_is_only_looked_at_holds_nobody_up(checkout: Checkout, name: str, kind: str) -> None:
    held = put(kind, checkout.folder / name, checkout.world.root / "elsewhere")
    for words in (["doctor"], ["show-settings"], ["list-workers"]):
        ran = checkout.run(*words)
        assert ran.code in (0, 1, 4), ran
    if held:
        held.close()


def test_what_a_sandbox_hides_counts_as_empty(checkout: Checkout) -> None:
    checkout.ini.symlink_to("/dev/null")
    # Bound over it, as bwrap does, it is no link; a link to it leads out.
    checkout.run("show-settings").expect(2)
    checkout.cli("show-settings", "--config-file", "/dev/null").expect(2)


def test_a_pipe_of_the_shell_is_taken(checkout: Checkout) -> None:
    text = f"{checkout.cli.typed} signal-workflow -w x --name y --input @<(echo '[1')"
    ran = subprocess.run(
        ["bash", "-c", text],
        env=checkout.world.env,
        cwd=checkout.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 2 and "bad JSON" in ran.stderr
