"""The file that a dev server keeps its workflows in: what can be wrong with it, told by its cause."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.client import Loop, Temporal
from harness.ports import free_port
from harness.project import Project
from harness.world import World


@pytest.fixture(autouse=True)
def stop_at_end(cli: Cli) -> Iterator[None]:
    yield
    cli("stop-server")


@pytest.fixture
def file(cli: Cli, world: World) -> Path:
    """One that a dev server has made and let go."""
    path = world.root / "kept.db"
    cli("ensure-server", "--headless", "--db-filename", path).expect(0)
    cli("stop-server").expect(0)
    return path


def refused(cli: Cli, path: Path) -> tuple[str, str]:
    ran = cli("ensure-server", "--headless", "--db-filename", path, "-o", "json").expect(4)
    assert ran.json["verdict"] == "died" and ran.json["log_tail"]
    return ran.error["message"], ran.error.get("hint", "")


# ---- at the start ----


def test_what_is_no_database_stays_where_it_is(cli: Cli, world: World) -> None:
    path = world.root / "notes.txt"
    path.write_text("not to be lost " * 100)
    message, hint = refused(cli, path)
    assert f"the file '{path}' is no SQLite database" in message
    assert "mv" not in hint and "rm" not in hint


def test_one_that_was_cut_off(cli: Cli, file: Path) -> None:
    os.truncate(file, 8192)
    message, hint = refused(cli, file)
    assert f"the database file '{file}' is damaged" in message
    subprocess.run(hint, shell=True, check=True)
    cli("ensure-server", "--headless", "--db-filename", file).expect(0)


def test_a_folder(cli: Cli, world: World) -> None:
    message, hint = refused(cli, world.root)
    assert f"'{world.root}' is a directory" in message
    assert f"--db-filename {world.root}/temporal.db" in hint


def test_a_folder_that_is_not_there(cli: Cli, world: World) -> None:
    path = world.root / "no/such folder/kept.db"
    message, hint = refused(cli, path)
    assert f"no folder '{path.parent}'" in message
    subprocess.run(hint, shell=True, check=True)
    cli("ensure-server", "--headless", "--db-filename", path).expect(0)


def test_an_empty_file(cli: Cli, world: World) -> None:
    path = world.root / "kept.db"
    path.touch()
    message, hint = refused(cli, path)
    assert f"'{path}' is empty" in message
    subprocess.run(hint, shell=True, check=True)
    cli("ensure-server", "--headless", "--db-filename", path).expect(0)


@pytest.mark.parametrize(
    "change", ["DROP TABLE namespaces", "ALTER TABLE namespaces RENAME COLUMN data TO other"]
)
def test_tables_of_another_version(cli: Cli, file: Path, change: str) -> None:
    with sqlite3.connect(file) as database:
        database.execute(change)
    message, _ = refused(cli, file)
    assert (
        f"'{file}' has not the tables that this version of the Temporal CLI works with" in message
    )


def test_one_that_another_program_has_locked(cli: Cli, file: Path) -> None:
    database = sqlite3.connect(file, isolation_level=None)
    database.execute("BEGIN EXCLUSIVE")
    message, _ = refused(cli, file)
    database.close()
    assert f"'{file}' is locked by" in message and f"(pid {os.getpid()})" in message


def test_two_servers_on_one_file_are_refused(cli: Cli, file: Path, world: World) -> None:
    """The CLI starts both, and each takes the other's work away."""
    first = cli.json("ensure-server", "--headless", "--db-filename", file)
    link = world.root / "link.db"
    link.symlink_to(file)
    other = f"127.0.0.1:{free_port()}"
    ran = cli("ensure-server", "--db-filename", link, "--address", other, "-o", "json").expect(4)
    assert (
        f"in use by the dev server at port {world.port} (pid {first['pid']})"
        in (ran.error["message"])
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small disk wants root")
def test_a_full_disk(cli: Cli, world: World, loop: Loop) -> None:
    disk = world.root / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", disk], check=True)
    try:
        message, hint = refused(cli, disk / "kept.db")
        assert f"the disk of the database file '{disk}/kept.db' is full" in message
        assert f"df -h {disk}" in hint
        (disk / "kept.db").unlink()
        subprocess.run(["mount", "-o", "remount,size=3m", disk], check=True)
        cli("ensure-server", "--headless", "--db-filename", disk / "kept.db").expect(0)
        Temporal(loop, world.address).start_workflow("Any", task_queue="nobody", id="kept")
        with (disk / "rest").open("wb", buffering=0) as rest, pytest.raises(OSError):
            while True:
                rest.write(bytes(4096))
        ran = cli("signal-workflow", "-w", "kept", "--name", "x", "-o", "json").expect(4)
        assert "has no room to write: the disk of its database file" in ran.error["message"]
        cli("stop-server").expect(0)
    finally:
        subprocess.run(["umount", "-l", disk], check=True)


def test_a_journal_left_behind_is_taken_in(cli: Cli, file: Path, world: World, loop: Loop) -> None:
    """SQLite does that by itself: what was done before a kill is there."""
    started = cli.json("ensure-server", "--headless", "--db-filename", file)
    Temporal(loop, world.address).start_workflow("Any", task_queue="nobody", id="kept")
    os.kill(started["pid"], 9)
    again = cli.json("ensure-server", "--headless", "--db-filename", file)
    assert again["verdict"] == "started"
    assert Temporal(loop, world.address).status("kept") == "RUNNING"


# ---- while it runs ----


def test_one_that_was_deleted_is_told_and_got_back(
    cli: Cli, file: Path, world: World, loop: Loop, greeting: Project
) -> None:
    pid = cli.json("ensure-server", "--headless", "--db-filename", file)["pid"]
    Temporal(loop, world.address).start_workflow("Any", task_queue="nobody", id="kept")
    shown = cli.json("show-server")
    assert shown["database"] == str(file) and "warning" not in shown
    file.unlink()

    what = f"(pid {pid}) cannot write any more: its database file '{file}' was deleted"
    hint = cli("signal-workflow", "-w", "kept", "--name", "x", "-o", "json").expect(4)
    assert what in hint.error["message"]
    assert what in cli("run-starter", "-o", "json").expect(4).error["message"]
    assert what in cli.json("show-server")["warning"]
    assert what in cli.json("ensure-server")["warning"]
    checks = {check["name"]: check for check in cli("doctor", "-o", "json").json["checks"]}
    assert what in checks["database"]["detail"]

    subprocess.run(hint.error["hint"], shell=True, check=True)
    cli("stop-server").expect(0)
    cli("ensure-server", "--headless", "--db-filename", file).expect(0)
    assert Temporal(loop, world.address).status("kept") == "RUNNING"


def test_one_that_was_moved_and_comes_back(cli: Cli, file: Path, world: World, loop: Loop) -> None:
    cli("ensure-server", "--headless", "--db-filename", file).expect(0)
    Temporal(loop, world.address).start_workflow("Any", task_queue="nobody", id="kept")
    moved = file.with_name("moved.db")
    file.rename(moved)
    shutil.copy(moved, file)
    assert "another was put in its place" in cli.json("show-server")["warning"]
    moved.rename(file)
    assert "warning" not in cli.json("show-server")
