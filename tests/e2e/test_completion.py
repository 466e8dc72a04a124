"""Completion of command lines in each shell, by scripts made from the tables."""

import shlex
import subprocess
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.client import Temporal
from harness.world import World

# Line, what must be proposed, what must not.
CASES = [
    ("ens", {"ensure-server", "ensure-worker"}, {"list-workers"}),
    ("ensure-worker --ti", {"--timeout"}, {"--task-queue"}),
    ("--namespace x ensure-w", {"ensure-worker"}, {"ensure-server"}),
    ("show-settings -o j", {"json", "jsonl"}, {"text"}),
    ("--output=j", {"json", "jsonl"}, {"text"}),
    ("completion ", {"bash", "zsh", "fish"}, {"ensure-server"}),
    ("wait-for-workflow-status --status T", {"TERMINATED", "TIMED_OUT"}, {"RUNNING"}),
    ("show-recipe clean", {"clean-start"}, {"debug-stalled-workflow"}),
]


@pytest.fixture(params=["bash", "zsh", "fish"])
def shell(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def script(cli: Cli, world: World, shell: str) -> Path:
    """The script, and the program under its own name on the PATH."""
    folder = world.root / "bin"
    folder.mkdir()
    (folder / "temporal-skill").symlink_to(cli.path)
    world.env["PATH"] = f"{folder}:{world.env['PATH']}"
    path = world.root / f"completion.{shell}"
    path.write_text(cli("completion", shell).expect(0).out)
    return path


# The completion system of zsh works only while a line is edited: what the function calls is put in its place.
ZSH = """
compdef() { : }
compadd() { while [[ $1 != -- ]]; do shift; done; shift; print -rl -- ${(M)@:#${PREFIX}*} }
_describe() { local -a names=(${${(P)2}%%:*}); print -rl -- ${(M)names:#${PREFIX}*} }
compset() { PREFIX=${PREFIX##$~2} }
_files() { : }
"""


def propose(world: World, script: Path, shell: str, line: str) -> set[str]:
    line = f"temporal-skill {line}"
    source = f"source {shlex.quote(str(script))}"
    if shell == "bash":
        text = (
            f"{source}; COMP_WORDBREAKS=' :='\n"
            f"COMP_LINE={shlex.quote(line)} COMP_POINT={len(line)}; _temporal_skill\n"
            'printf "%s\\n" "${COMPREPLY[@]}"'
        )
    elif shell == "zsh":
        before, _, last = line.rpartition(" ")
        words = [*shlex.split(before), last]
        text = f"{ZSH}\n{source}\nwords=({shlex.join(words)})\n"
        text += f"CURRENT={len(words)} PREFIX={shlex.quote(last)}\n_temporal_skill"
    else:
        text = f"{source}; complete -C {shlex.quote(line)}"
    command = {"bash": ["bash", "--norc"], "zsh": ["zsh", "-f"], "fish": ["fish", "-N"]}[shell]
    ran = subprocess.run(
        [*command, "-c", text],
        env=world.env,
        cwd=world.root,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.stderr == "", f"{line}: {ran.stderr}"
    words = [row.split("\t")[0] for row in ran.stdout.splitlines()]
    # fish names the flag again that stands before the '='.
    return {word.removeprefix("--output=") for word in words if word}


@pytest.mark.parametrize(("line", "wanted", "unwanted"), CASES)
def test_words_are_proposed(
    world: World, script: Path, shell: str, line: str, wanted: set[str], unwanted: set[str]
) -> None:
    proposed = propose(world, script, shell, line)
    assert wanted <= proposed
    assert not unwanted & proposed


def test_workflow_ids_are_asked_from_the_server(
    world: World, temporal: Temporal, script: Path, shell: str
) -> None:
    for name in ("order:one", "order:two", "other"):
        temporal.start_workflow("Nobody", task_queue="nobody", id=f"{name}-{world.id[:8]}")
    # Behind the last colon, where bash puts it; the other shells replace the whole word.
    head = "" if shell == "bash" else "order:"
    wanted = {f"{head}one-{world.id[:8]}", f"{head}two-{world.id[:8]}"}
    assert propose(world, script, shell, "describe-workflow -w order:") >= wanted
    many = propose(world, script, shell, "describe-workflow --workflow-id ")
    assert f"other-{world.id[:8]}" in many


def test_without_a_server_nothing_is_said(world: World, script: Path, shell: str) -> None:
    assert propose(world, script, shell, "describe-workflow -w ") == set()


def test_several_statuses(world: World, script: Path, shell: str) -> None:
    line = "list-recent-workflows --status COMPLETED,FA"
    # What stands before the comma is a word of its own to zsh.
    wanted = "FAILED" if shell == "zsh" else "COMPLETED,FAILED"
    assert propose(world, script, shell, line) == {wanted}


def test_the_scripts_are_clean(cli: Cli, world: World, shell: str, script: Path) -> None:
    checks = {"bash": ["bash", "-n"], "zsh": ["zsh", "-n"], "fish": ["fish", "-n"]}
    subprocess.run([*checks[shell], script], check=True)


def test_every_command_and_flag_is_there(cli: Cli, shell: str) -> None:
    text = cli("completion", shell).expect(0).out
    for command in cli.json("list-commands")["commands"]:
        assert command["name"] in text
        for option in command["options"]:
            flag = f"-l {option['name']}" if shell == "fish" else f"--{option['name']}"
            assert option["positional"] or flag in text, (command["name"], flag)
