"""Where /proc is not mounted: a chroot, some sandboxes."""

import subprocess

import pytest

from harness.cli import Cli

# A mount namespace of its own, in which /proc is an empty folder.
WITHOUT_PROC = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /proc && exec "$@"', "sh"]


@pytest.fixture
def without_proc() -> list[str]:
    if subprocess.run([*WITHOUT_PROC, "true"], capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount")
    return WITHOUT_PROC


@pytest.mark.parametrize("words", [["--version"], ["--help"], ["show-settings"], ["list-plugins"]])
def test_what_needs_no_process_works(cli: Cli, without_proc: list[str], words: list[str]) -> None:
    plain = cli(*words).expect(0)
    ran = subprocess.run(
        [*without_proc, cli.path, *words],
        capture_output=True,
        text=True,
        env=cli.world.env,
        cwd=cli.world.root,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout == plain.out
