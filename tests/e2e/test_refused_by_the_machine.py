"""What the machine or its rights refuse is no wrong usage: 7 where rights do, 4 where something ran out or broke."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.client import Temporal
from harness.kill_at import KillAt
from harness.project import Project
from harness.world import World

CODES = {
    errno.EACCES: 7,
    errno.EPERM: 7,
    errno.EROFS: 4,
    errno.ENOSPC: 4,
    errno.EIO: 4,
    errno.EMFILE: 4,
    errno.ENFILE: 4,
    errno.ENOMEM: 4,
}
CALLED = {7: "denied", 4: "unavailable"}


@pytest.fixture
def kill_at(world: World) -> KillAt:
    return KillAt(world.root)


def refuse(cli: Cli, kill_at: KillAt, words: tuple[str, ...], call: str, on: str) -> None:
    for error, code in CODES.items():
        ran = cli(*words, "-o", "json", env=kill_at.fails(call, error, on)).expect(code)
        assert ran.error["code"] == CALLED[code]
        assert os.strerror(error) in ran.error["message"]


@pytest.mark.parametrize("call", ["__realpath_chk", "stat"])
def test_the_folder_of_a_skill(cli: Cli, scratch: Path, kill_at: KillAt, call: str) -> None:
    folder = scratch / "place-of-it"
    folder.mkdir()
    refuse(cli, kill_at, ("install-skill", "--project", str(folder)), call, "place-of-it")
    assert os.listdir(folder) == []
    cli("install-skill", "--project", scratch / "nowhere").expect(2)
    cli("install-skill", "--project", __file__).expect(2)


@pytest.mark.parametrize(
    ("call", "on"), [("mkdtemp", "fresh.tsk-"), ("chmod", "fresh.tsk-"), ("rename", "fresh")]
)
@pytest.mark.parametrize("command", ["new-plugin", "new-project"])
def test_what_is_made_of_a_template(
    cli: Cli, scratch: Path, kill_at: KillAt, command: str, call: str, on: str
) -> None:
    before = set(os.listdir(scratch))
    refuse(cli, kill_at, (command, str(scratch / "fresh")), call, on)
    assert set(os.listdir(scratch)) == before
    cli(command, scratch / "no/such/folder/fresh").expect(2)


def test_a_page_that_cannot_be_created(
    cli: Cli, temporal: Temporal, scratch: Path, kill_at: KillAt
) -> None:
    temporal.start_workflow("Parcel", task_queue="nobody", id="paged")
    words = ("show-workflow-history", "-w", "paged", "--html")
    refuse(cli, kill_at, (*words, "a-place/page.html"), "access", "a-place")
    cli(*words, "nowhere/page.html").expect(2)


def test_ids_that_cannot_be_opened(
    cli: Cli, temporal: Temporal, scratch: Path, kill_at: KillAt
) -> None:
    ids = scratch / "ids-of-mine"
    ids.write_text("x\n")
    words = ("bulk-cancel-workflows", "--workflow-ids")
    for call in ("access", "open"):
        refuse(cli, kill_at, (*words, str(ids)), call, "ids-of-mine")
    cli(*words, "nowhere").expect(2)


def test_a_receipt_that_cannot_be_written(cli: Cli, app: Project, kill_at: KillAt) -> None:
    words = ("verify-project", "--receipt")
    refuse(cli, kill_at, (*words, "a-place/receipt.md"), "access", "a-place")
    cli(*words, "nowhere/receipt.md").expect(2)


def test_a_project_folder_that_cannot_be_looked_at(cli: Cli, app: Project, kill_at: KillAt) -> None:
    refuse(
        cli,
        kill_at,
        ("ensure-worker", "--project-dir", str(app.directory)),
        "stat",
        app.directory.name,
    )
    cli("ensure-worker", "--project-dir", "/nowhere").expect(2)


def test_files_that_are_given(cli: Cli, app: Project, kill_at: KillAt) -> None:
    app.write("input-of-it.json", "1")
    app.write(".temporal-skill/recipes/touches.ini", "[recipe]\nname = touches\n")
    given, recipe = app.path("input-of-it.json"), app.path(".temporal-skill/recipes/touches.ini")
    for words, on in (
        (
            ("signal-workflow", "-w", "x", "--name", "y", "--input", f"@{given}"),
            "input-of-it",
        ),
        (("run-recipe", "touches"), "touches.ini"),
        (("run-recipe", str(recipe)), "touches.ini"),
    ):
        refuse(cli, kill_at, words, "open", on)


def test_an_ini_file(cli: Cli, app: Project, kill_at: KillAt) -> None:
    """Also where access says that it may be read, as AppArmor has it."""
    app.write("temporal-skill.ini", "[project]\n")
    refuse(cli, kill_at, ("list-workers",), "open", "temporal-skill.ini")
    app.path("temporal-skill.ini").unlink()
    refuse(cli, kill_at, ("list-workers",), "access", "temporal-skill.ini")


def test_a_trace(cli: Cli, world: World, kill_at: KillAt) -> None:
    path = world.root / "trace-of-it"
    refuse(cli, kill_at, ("show-settings", "--trace", f"all:{path}"), "open", "trace-of-it")


def test_what_cannot_be_looked_at_does_not_lie_about(
    cli: Cli, scratch: Path, kill_at: KillAt
) -> None:
    """A file whose lock cannot be told is not left in a folder that is then somebody's project."""
    failed = 0
    for number in range(1, 40):
        broken = kill_at.environment("fstat", number) | {"FAIL_WITH": str(errno.EIO)}
        ran = cli("new-plugin", scratch / "fresh", env=broken)
        failed += ran.code == 4
        assert [path.name for path in scratch.rglob("*.tsk-*")] == []
        shutil.rmtree(scratch / "fresh", ignore_errors=True)
    assert failed
