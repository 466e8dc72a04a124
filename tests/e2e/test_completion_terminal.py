"""Completion as somebody has it who types on a terminal and presses Tab: what was completed is then run."""

import os
import select
import shlex
import subprocess
import time

import pytest

from harness.cli import Cli
from harness.world import World

# Without the files of whoever runs this; {folder} holds the script as it is installed.
SHELLS = {
    "bash": (["bash", "--noprofile", "--norc", "-i"], ". {folder}/temporal-skill"),
    "zsh": (["zsh", "-f", "-i"], "fpath=({folder} $fpath); autoload -Uz compinit; compinit -D -u"),
    "fish": (["fish", "-N", "-i"], "source {folder}/temporal-skill.fish"),
}
FILES = {"bash": "temporal-skill", "zsh": "_temporal-skill", "fish": "temporal-skill.fish"}
SECONDS = 60.0


class Terminal:
    """A shell that takes what is typed for a person's."""

    def __init__(self, world: World, words: list[str]) -> None:
        self.end, other = os.openpty()
        self.shell = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *words],
            stdin=other,
            stdout=other,
            stderr=other,
            env=world.env | {"TERM": "dumb"},
            cwd=world.root,
        )
        os.close(other)
        self.seen = ""

    def run(self, typed: str) -> str:
        """What came until the mark behind the typed line was printed; the terminal's echo has it with quotes."""
        os.write(self.end, f"{typed}; echo the''-end\n".encode())
        before, deadline = self.seen, time.monotonic() + SECONDS
        while "the-end" not in (new := self.seen.removeprefix(before)):
            ready, _, _ = select.select([self.end], [], [], deadline - time.monotonic())
            assert ready, new
            self.seen += os.read(self.end, 65536).decode(errors="replace")
        return new

    def close(self) -> None:
        os.close(self.end)
        self.shell.kill()
        self.shell.wait()


@pytest.mark.parametrize("shell", SHELLS)
def test_tab_completes_every_word_of_a_line(cli: Cli, world: World, shell: str) -> None:
    folder = world.root / "bin"
    folder.mkdir()
    (folder / "temporal-skill").symlink_to(cli.path)
    world.env["PATH"] = f"{folder}:{world.env['PATH']}"
    scripts = world.root / "completion"
    scripts.mkdir()
    (scripts / FILES[shell]).write_text(cli("completion", shell).expect(0).out)
    words, setup = SHELLS[shell]
    terminal = Terminal(world, words)
    try:
        terminal.run(setup.format(folder=shlex.quote(str(scripts))))
        for _ in range(2):
            # No letter more: the program takes none of these words as they are typed.
            said = terminal.run("temporal-skill show-rec\tclean-st\t--outp\tjsonl")
            assert '{"name":"old-workers"' in said
    finally:
        terminal.close()
