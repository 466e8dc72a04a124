"""A dev server of a user who is a number only, or whose HOME and directories are another's."""

import json
import os
import shlex
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.world import TOOLS, World, repository

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")

NUMBER = 54321
BECOME = ("setpriv", f"--reuid={NUMBER}", f"--regid={NUMBER}", "--clear-groups")


class Another:
    """The program, called by a user number that has no name, with an environment of its own."""

    def __init__(self, cli: Cli, folder: Path, address: str) -> None:
        self.path = cli.path
        self.folder = folder
        self.env = {
            "PATH": f"{TOOLS}:/usr/bin:/bin",
            "TEMPORAL_ADDRESS": address,
            "CLAUDE_TEMPORAL_LOG_DIR": str(folder / "logs"),
            "CLAUDE_TEMPORAL_PID_DIR": str(folder / "pids"),
        }

    def __call__(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*BECOME, self.path, *words],
            env=self.env | env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )


@pytest.fixture
def another(cli: Cli, world: World) -> Iterator[Another]:
    with tempfile.TemporaryDirectory() as folder:
        os.chown(folder, NUMBER, NUMBER)
        made = Another(cli, Path(folder), world.address)
        if made("--version").returncode:
            pytest.skip("another user cannot run what was built here")
        yield made
        made("stop-server")


@pytest.mark.parametrize(
    "env",
    [
        {},
        {"HOME": "/dev/null"},
        {"HOME": "/root", "TMPDIR": "/no/such/folder"},
        {"HOME": "/no/such/home"},
        {"HOME": "/", "USER": "somebody"},
    ],
)
def test_what_the_cli_needs_of_its_environment_is_there(
    another: Another, env: dict[str, str]
) -> None:
    ran = another("ensure-server", "--headless", **env)
    assert ran.returncode == 0, ran.stderr
    assert another("stop-server", **env).returncode == 0


def test_whose_the_directories_are_that_all_have(another: Another) -> None:
    """By default another's are not touched; one that was chosen is refused as ever."""
    # The repository may lie below /tmp itself.
    here = shlex.quote(str(repository()))
    script = f"""
        mount --bind {here} /mnt && mount -t tmpfs tmpfs /tmp && mkdir -p {here} && mount --bind /mnt {here}
        mkdir -m 700 /tmp/claude-temporal-logs /tmp/claude-temporal-pids
        cd / && {" ".join(BECOME)} sh -c '
            "$0" ensure-server --headless -o json && "$0" show-settings -o json &&
            "$0" stop-server -o json || exit 1
            CLAUDE_TEMPORAL_PID_DIR=/tmp/claude-temporal-pids "$0" ensure-server
            echo $?' {shlex.quote(str(another.path))}
    """
    env = {"PATH": another.env["PATH"], "TEMPORAL_ADDRESS": another.env["TEMPORAL_ADDRESS"]}
    ran = subprocess.run(
        ["unshare", "-m", "sh", "-ec", script], env=env, capture_output=True, text=True, timeout=120
    )
    assert ran.returncode == 0, ran.stderr
    started, settings, stopped, code = ran.stdout.splitlines()
    assert json.loads(started)["log"] == f"/tmp/claude-temporal-logs-{NUMBER}/server.log"
    rows = {row["setting"]: row for row in json.loads(settings)["settings"]}
    assert rows["server.pid_dir"]["value"] == f"/tmp/claude-temporal-pids-{NUMBER}"
    assert "'/tmp/claude-temporal-pids' is of user 0" in rows["server.pid_dir"]["origin"]
    assert json.loads(stopped)["verdict"] == "stopped"
    note = f"'/tmp/claude-temporal-logs-{NUMBER}' in place of '/tmp/claude-temporal-logs'"
    assert note in ran.stderr
    assert "cannot trust the directory '/tmp/claude-temporal-pids'" in ran.stderr
    assert code == "7"


@pytest.mark.parametrize(("mode", "why"), [(0o444, "is not writable"), (0o000, "cannot be opened")])
def test_a_database_file_that_rights_refuse(another: Another, mode: int, why: str) -> None:
    file = another.folder / "kept.db"
    words = ("ensure-server", "--headless", "--db-filename", str(file))
    assert another(*words).returncode == 0
    another("stop-server")
    file.chmod(mode)
    ran = another(*words)
    assert ran.returncode == 4
    assert f"the database file '{file}' {why}" in ran.stderr
    file.chmod(0o600)
    os.chown(another.folder, 0, 0)
    another.folder.chmod(0o755)
    ran = another(*words)
    assert f"the folder of the database file '{file}' is not writable" in ran.stderr
    new = another.folder / "new.db"
    ran = another(*words[:-1], str(new))
    assert f"the database file '{new}' cannot be made: its folder" in ran.stderr


def test_a_working_directory_that_was_removed(another: Another) -> None:
    """A server runs all the same; a name in that directory is none."""
    script = f'mkdir gone && cd gone && rmdir "$PWD" && {" ".join(BECOME)} "$0" "$@"'
    start = ["sh", "-c", script, another.path, "ensure-server", "--headless"]
    ran = subprocess.run(start, env=another.env, cwd=another.folder, timeout=120)
    assert ran.returncode == 0
    refused = subprocess.run(
        [*start, "--db-filename", "kept.db"],
        env=another.env,
        cwd=another.folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert refused.returncode == 2
    assert "cannot tell where '--db-filename kept.db' is" in refused.stderr
