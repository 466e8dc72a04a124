"""Calls whose standard streams are closed or full."""

import json
import subprocess

import pytest

from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.world import World


def run_closed(
    cli: Cli, world: World, closed: str, *words: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", f'exec "$0" "$@" {closed}', cli.path, *words],
        env=world.env,
        cwd=world.root,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_file_of_ours(cli: Cli, world: World, closed: str) -> None:
    """What is opened next would take its number, and get what is printed."""
    started = run_closed(cli, world, closed, "ensure-server", "--headless")
    assert (started.returncode, started.stdout, started.stderr) == (0, "", "")
    for record in world.pid_dir.glob("*.json"):
        json.loads(record.read_text())
    for log in world.log_dir.glob("*.log"):
        assert "started Temporal server" not in log.read_text()
    assert cli.json("show-server")["ours"] is True
    shown = run_closed(cli, world, closed, "show-server")
    assert (shown.returncode, shown.stderr) == (0, "")
    cli("stop-server").expect(0)


def test_a_full_disk_is_told(cli: Cli, world: World) -> None:
    ran = run_closed(cli, world, ">/dev/full", "show-settings")
    assert ran.returncode != 0
    assert "cannot write the result: No space left on device" in ran.stderr


@pytest.mark.parametrize("more", [True, False])
def test_what_goes_on_ends_when_nobody_reads(
    cli: Cli, world: World, greeting: Project, server: DevServer, more: bool
) -> None:
    """As in `show-worker-log --follow | head -1`."""
    cli("ensure-worker").expect(0)
    following = cli.start("show-worker-log", "--follow", "--command-timeout", 50)
    assert following.stdout is not None
    assert following.stdout.readline()
    following.stdout.close()
    if more:
        with (world.log_dir / f"worker-{greeting.name}.log").open("a") as log:
            log.write("one more line\n")
    assert following.wait(timeout=40) == 130
    cli("kill-worker").expect(0)
