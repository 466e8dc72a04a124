"""A call that is killed between two steps leaves nothing that the next one does not understand."""

import fcntl
import os
import re
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.kill_at import KillAt
from harness.project import Project
from harness.skill import Skill
from harness.workers import queue_of
from harness.world import World

KILLED = -9


@pytest.fixture
def kill_at(world: World) -> KillAt:
    return KillAt(world.root)


def points(call: str) -> list[int]:
    few = {
        "unlink": [1, 2, 40, 109, 110],
        "rmdir": [1, 2, 5, *range(6, 24)],
        "mkdir": [1, 2, 3, 5, 9],
    }
    return few.get(call, [1, 2, 3])


@pytest.mark.parametrize("call", ["unlink", "rmdir", "mkdir", "fsync", "rename", "renameat2"])
@pytest.mark.parametrize("kept", [False, True])
def test_a_killed_update_of_the_skill_is_repeated_and_removed(
    cli: Cli, scratch: Path, kill_at: KillAt, call: str, kept: bool
) -> None:
    folder = scratch / ".claude/skills"
    struck = 0
    for number in points(call):
        cli("install-skill").expect(0)
        note = folder / "temporal/NOTES.md"
        if kept:
            note.write_text("mine")
        struck += cli("install-skill", env=kill_at.environment(call, number)).code == KILLED
        cli("install-skill").expect(0)
        assert os.listdir(folder) == ["temporal"]
        assert not kept or note.read_text() == "mine"
        struck += cli("install-skill", env=kill_at.environment(call, number)).code == KILLED
        cli("install-skill", "--remove").expect(0)
        assert os.listdir(folder) == (["temporal"] if kept else [])
        assert not kept or os.listdir(folder / "temporal") == ["NOTES.md"]
    assert struck


@pytest.mark.parametrize("call", ["unlink", "rmdir"])
def test_a_killed_removal_of_the_skill_is_repeated(
    cli: Cli, scratch: Path, kill_at: KillAt, call: str
) -> None:
    struck = 0
    for number in points(call):
        cli("install-skill").expect(0)
        ran = cli("install-skill", "--remove", env=kill_at.environment(call, number))
        struck += ran.code == KILLED
        cli("install-skill", "--remove").expect(0)
        assert os.listdir(scratch / ".claude/skills") == []
    assert struck


@pytest.mark.parametrize("call", ["mkdir", "fchmod", "fsync", "rename", "write"])
def test_a_killed_first_installation_is_repeated(
    cli: Cli, scratch: Path, kill_at: KillAt, call: str
) -> None:
    struck = 0
    for number in points(call):
        struck += cli("install-skill", env=kill_at.environment(call, number)).code == KILLED
        cli("install-skill").expect(0)
        assert os.listdir(scratch / ".claude/skills") == ["temporal"]
        cli("install-skill", "--remove").expect(0)
    assert struck


def test_files_that_stayed_are_no_foreign_skill(skill: Skill, cli: Cli) -> None:
    note = skill.folder / "NOTES.md"
    note.write_text("mine")
    cli("install-skill", "--remove").expect(0)
    assert cli.json("install-skill", "--remove")["verdict"] == "absent"
    assert cli.json("install-skill")["kept"] == ["NOTES.md"]
    cli("install-skill", "--remove").expect(0)
    assert note.read_text() == "mine"


@pytest.mark.parametrize("call", ["fchmod", "write", "fsync", "rename"])
def test_a_half_written_file_is_swept_by_the_next_call(
    cli: Cli, world: World, project_folder: Path, kill_at: KillAt, call: str
) -> None:
    """Also what is called like a temporary file, but is somebody's, stays."""
    trust = world.home / ".local/share/temporal-skill"
    trust.mkdir(parents=True, exist_ok=True)
    theirs = [trust / "trusted.backup", trust / "trusted.XXXXXX", trust / "notes.tsk-x"]
    for path in theirs:
        path.write_text("theirs")
    project_folder.mkdir(parents=True, exist_ok=True)
    plugin = project_folder / "x.so"
    plugin.write_bytes(b"no plugin")
    before = set(os.listdir(trust))
    ran = cli("trust-plugin", plugin, env=kill_at.environment(call, 1))
    assert ran.code == KILLED
    left = set(os.listdir(trust)) - before
    assert any(re.fullmatch(r"trusted\.tsk-\w{6}", name) for name in left), left
    cli("trust-plugin", plugin)
    assert not any("tsk-" in name for name in set(os.listdir(trust)) - before)
    assert all(path.read_text() == "theirs" for path in theirs)


def test_what_a_killed_new_project_left_is_swept(cli: Cli, world: World, kill_at: KillAt) -> None:
    theirs = world.root / "hello.tsk-ABCDE"
    theirs.mkdir()
    assert cli("new-project", "hello", env=kill_at.environment("write", 2)).code == KILLED
    assert [p for p in world.root.iterdir() if re.fullmatch(r"hello\.tsk-\w{6}", p.name)]
    cli("new-project", "hello").expect(0)
    assert not [p for p in world.root.iterdir() if re.fullmatch(r"hello\.tsk-\w{6}", p.name)]
    assert theirs.is_dir()


def test_a_file_in_the_making_is_not_swept(cli: Cli, world: World, project_folder: Path) -> None:
    """The lock says that its call lives, in whatever PID namespace."""
    trust = world.home / ".local/share/temporal-skill"
    trust.mkdir(parents=True, exist_ok=True)
    project_folder.mkdir(parents=True, exist_ok=True)
    plugin = project_folder / "x.so"
    plugin.write_bytes(b"no plugin")
    live, dead = trust / "trusted.tsk-aaaaaa", trust / "trusted.tsk-bbbbbb"
    dead.write_text("dead")
    with live.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        cli("trust-plugin", plugin)
        assert live.exists()
        assert not dead.exists()
    cli("untrust-plugin", plugin)
    assert not live.exists()


def test_the_logs_of_others_stay(cli: Cli, app: Project, world: World) -> None:
    log = world.log_dir / "worker-app.log"
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    theirs = Path(f"{log}.1")
    theirs.write_text("theirs")
    words = ["ensure-worker", "--task-queue", queue_of(world)]
    for _ in range(3):
        cli(*words).expect(0)
        with log.open("a") as text:
            text.write("a line\n")
    cli("kill-worker").expect(0)
    assert theirs.read_text() == "theirs"
    kept = sorted(path.name for path in log.parent.iterdir() if path.name.startswith(log.name))
    assert kept == [log.name, theirs.name, f"{log.name}.2"]


# ---- a disk that fills ----


def test_a_disk_that_fills_before_the_record_leaves_nothing_running(
    cli: Cli, app: Project, world: World, kill_at: KillAt
) -> None:
    words = ["ensure-worker", "--task-queue", queue_of(world)]
    error = cli(*words, "-o", "json", env=kill_at.full_disk("fsync", 1)).expect(4).error
    assert "No space left on device" in error["message"]
    assert world.running() == []


def test_a_disk_that_fills_between_two_records_is_told_with_what_runs(
    cli: Cli, app: Project, world: World, kill_at: KillAt
) -> None:
    words = ["ensure-worker", "--task-queue", queue_of(world)]
    # Between them it writes down who polls, which may be lost without a word.
    for number in range(3, 9):
        ran = cli(*words, "-o", "json", env=kill_at.full_disk("fsync", number)).expect(0)
        if "problem" in ran.json:
            break
        cli("kill-worker").expect(0)
    assert "No space left on device" in ran.json["problem"]
    assert f"the worker (pid {ran.json['pid']}) runs" in ran.err
    assert cli.json("kill-worker")["verdict"] == "stopped"
    assert world.running() == []
