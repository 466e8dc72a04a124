"""Colours are for terminals, and for whoever asks for them; never with NO_COLOR."""

import os
import pty
import subprocess

import pytest

from harness.cli import Cli
from harness.world import World

ESCAPE = "\x1b["


def on_a_terminal(cli: Cli, world: World, *words: str, **env: str) -> str:
    """What the program writes to a terminal that is its stdout and stderr."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [cli.path, *words],
        env=world.env | {"TERM": "xterm"} | env,
        cwd=world.root,
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    try:
        while some := os.read(ours, 65536):
            written += some
    except OSError:  # The other end is closed.
        pass
    os.close(ours)
    process.wait(timeout=60)
    return written.decode()


@pytest.mark.parametrize("words", [("list-workers",), ("no-such-command",)])
def test_terminal_and_pipe(cli: Cli, world: World, words: tuple[str, ...]) -> None:
    assert ESCAPE in on_a_terminal(cli, world, *words)
    ran = cli(*words)
    assert ESCAPE not in ran.out + ran.err
    for off in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert ESCAPE not in on_a_terminal(cli, world, *words, **off)


def test_the_flag(cli: Cli, world: World) -> None:
    assert ESCAPE not in on_a_terminal(cli, world, "list-workers", "--color", "never")
    plain = cli("list-workers").expect(0).out
    colored = cli("list-workers", "--color=always").expect(0).out
    assert ESCAPE in colored
    assert ESCAPE not in cli("list-workers", "--color=always", env={"NO_COLOR": "1"}).out
    assert ESCAPE not in cli("list-workers", "--color=always", "-o", "json").out
    for escape in ("\x1b[1m", "\x1b[36m", "\x1b[0m"):
        colored = colored.replace(escape, "")
    assert colored == plain
