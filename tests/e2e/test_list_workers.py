"""list-workers and kill-all-workers: the workers of every project."""

from typing import Any

import pytest

from conftest import MakeProject, StartServer
from harness import processes
from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.workers import (
    SAY_UP,
    end,
    queue_of,
    records,
    start_by_hand,
    wait_for_line,
    worker_source,
)
from harness.world import World

# A worker that a test leaves running is its normal outcome; the world would call it a leftover.
pytestmark = pytest.mark.usefixtures("stop_workers")


# ---- list-workers ----


def test_list_shows_stale_code_by_name(cli: Cli, app: Project) -> None:
    cli("ensure-worker").expect(0)
    assert cli.json("list-workers")["workers"][0]["stale_files"] == []
    app.write("activities.py", "x = 1\n")
    listed = cli.json("list-workers")
    assert listed["workers"][0]["stale_files"] == ["activities.py"]
    assert any("ensure-worker" in command for command in listed["next"])
    cli("ensure-worker").expect(0)
    assert cli.json("list-workers")["workers"][0]["stale_files"] == []


def test_list_has_the_stated_shape(cli: Cli, app: Project) -> None:
    queue = queue_of(app.world)
    ready = cli.json("ensure-worker", "--task-queue", queue)
    listed = cli.json("list-workers")
    (row,) = listed["workers"]
    assert row["project"] == "app"
    assert row["project_dir"] == str(app.directory)
    assert row["pid"] == ready["pid"]
    assert row["pids"] == [ready["pid"]]
    assert row["state"] == "running"
    assert row["started_at"].endswith("Z")
    assert row["uptime"] >= 0
    assert row["task_queues"] == [queue]
    assert row["polling"] is True
    assert row["tracked"] is True
    assert row["log"] == ready["log"]
    assert listed["server"]["address"] == app.world.address
    assert listed["server"]["reachable"] is True
    assert cli("list-workers", "-o", "jsonl").expect(0).rows == [row | {"uptime": any_number()}]


def any_number() -> Any:
    class AnyNumber:
        def __eq__(self, other: object) -> bool:
            return isinstance(other, (int, float))

    return AnyNumber()


def test_list_works_without_a_server(cli: Cli, app: Project, world: World) -> None:
    ready = cli.json("ensure-worker", "--task-queue", queue_of(world))
    listed = cli.json("list-workers", "--address", f"127.0.0.1:{world.port}")
    (row,) = listed["workers"]
    assert (row["pid"], row["state"], row["polling"]) == (ready["pid"], "running", None)
    assert listed["server"]["reachable"] is False
    assert any("ensure-server" in command for command in listed["next"])


def test_list_without_workers(cli: Cli, server: DevServer, world: World) -> None:
    listed = cli.json("list-workers")
    assert (listed["verdict"], listed["workers"]) == ("none", [])
    assert not world.pid_dir.exists()


def test_list_all_shows_workers_of_other_projects(
    cli: Cli, app: Project, make_project: MakeProject
) -> None:
    other = make_project({"worker.py": worker_source("other", before=SAY_UP)}, "other")
    hand = start_by_hand(other, "worker.py")
    try:
        wait_for_line(hand, "up")
        assert cli.json("list-workers")["workers"] == []
        rows = cli.json("list-workers", "--all")["workers"]
        row = next(row for row in rows if row["pid"] == hand.pid)
        assert (row["project"], row["tracked"]) == ("other", False)
    finally:
        end(hand)


# ---- kill-all-workers ----


@pytest.fixture
def two_projects(
    cli: Cli, server: DevServer, make_project: MakeProject
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Workers of two projects, by the answers of ensure-worker."""
    answers = []
    for name in ("first", "second"):
        project = make_project({"worker.py": worker_source(name)}, name).use()
        answers.append(cli.json("ensure-worker", "--task-queue", name))
        assert project.name == answers[-1]["project"]
    return answers[0], answers[1]


def test_kill_all_stops_every_project(
    cli: Cli, world: World, two_projects: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    killed = cli.json("kill-all-workers")
    assert killed["verdict"] == "stopped"
    stopped = {row["project"]: row["stopped"] for row in killed["workers"]}
    assert stopped == {"first": [two_projects[0]["pid"]], "second": [two_projects[1]["pid"]]}
    assert records(world) == [] and world.running() == []
    assert cli.json("kill-all-workers")["verdict"] == "nothing_running"


def test_kill_all_of_one_project(
    cli: Cli, two_projects: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    cli("kill-all-workers", "--project", "first").expect(0)
    assert not processes.runs(two_projects[0]["pid"])
    assert processes.runs(two_projects[1]["pid"])
    again = cli("kill-all-workers", "--project", "first").expect(0)
    assert again.out.splitlines()[0] == "no worker of 'first' runs: nothing to stop"


def test_kill_all_goes_on_after_one_that_cannot_be_locked(
    cli: Cli, world: World, two_projects: tuple[dict[str, Any], dict[str, Any]]
) -> None:
    (lock,) = [path for path in world.pid_dir.glob("*.lock") if "first" in path.name]
    lock.unlink()
    lock.mkdir()
    killed = cli.json("kill-all-workers", code=1)
    assert killed["verdict"] == "failed"
    rows = {row["project"]: row for row in killed["workers"]}
    assert rows["first"]["stopped"] == [] and lock.name in rows["first"]["problem"]
    assert rows["second"]["stopped"] == [two_projects[1]["pid"]]
    assert processes.runs(two_projects[0]["pid"])
    lock.rmdir()
    assert cli.json("kill-all-workers")["workers"][0]["stopped"] == [two_projects[0]["pid"]]


def test_kill_all_with_our_server(cli: Cli, make_project: MakeProject, world: World) -> None:
    make_project({"worker.py": worker_source("q")}, "app").use()
    server = cli.json("ensure-server", "--headless")
    worker = cli.json("ensure-worker", "--task-queue", "q")
    cli("kill-all-workers").expect(0)
    assert processes.runs(server["pid"]) and not processes.runs(worker["pid"])
    killed = cli.json("kill-all-workers", "--include-server")
    assert killed["server"]["verdict"] == "stopped"
    assert not processes.runs(server["pid"])
    assert world.running() == []


def test_kill_all_leaves_a_foreign_server(
    cli: Cli, make_project: MakeProject, world: World, private_server: StartServer
) -> None:
    foreign = private_server()
    make_project({"worker.py": worker_source("q")}, "app").use()
    worker = cli.json("ensure-worker", "--task-queue", "q")
    killed = cli.json("kill-all-workers", "--include-server", code=1)
    assert killed["server"]["verdict"] == "not_ours"
    assert not processes.runs(worker["pid"])
    assert foreign.process.poll() is None
