"""What holds for every command of the catalogue, command by command; and what the other files leave out."""

import json
import shlex
import subprocess
from typing import Any

import pytest

from conftest import MakeProject
from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project
from harness.server import DevServer
from harness.workers import queue_of, worker_source
from harness.workflows import start
from harness.world import World, program

listed = subprocess.run(
    [str(program()), "list-commands", "-o", "json"], capture_output=True, text=True, check=False
)
COMMANDS: list[dict[str, Any]] = json.loads(listed.stdout)["commands"] if listed.stdout else []


def names_of(*needs: str) -> list[str]:
    return [one["name"] for one in COMMANDS if set(needs) <= set(one["needs"])]


def example_of(name: str) -> list[str]:
    """The words of the last example, which is the shortest or the most careful one."""
    (command,) = (one for one in COMMANDS if one["name"] == name)
    return shlex.split(command["examples"][0])[1:]


# How to ask for one workflow that is not there.
ABOUT_ONE = {
    "analyze-workflow-error": [],
    "cancel-workflow": [],
    "describe-workflow": [],
    "diagnose": [],
    "export-history": [],
    "get-workflow-result": [],
    "interact": ["--name", "x"],
    "query-workflow": ["--name", "x"],
    "rehearse-change": [],
    "reset-workflow": [],
    "show-workflow-history": [],
    "show-workflow-stack": [],
    "signal-workflow": ["--name", "x"],
    "terminate-workflow": [],
    "update-workflow": ["--name", "x"],
    "wait-for-workflow-status": [],
}


def test_the_commands_about_one_workflow_are_all_here() -> None:
    takers = [
        one["name"]
        for one in COMMANDS
        if any(option["name"] == "workflow-id" for option in one["options"])
    ]
    assert sorted(takers) == sorted(ABOUT_ONE)


# ---- exit 3, 4, 7: of each command that can ----


@pytest.mark.parametrize("name", ABOUT_ONE)
def test_missing_workflow_is_not_found(cli: Cli, server: DevServer, name: str) -> None:
    ran = cli(name, "-w", "no-such", *ABOUT_ONE[name], "-o", "json").expect(3)
    assert ran.error["code"] == "not_found"
    assert "no-such" in ran.error["message"]


@pytest.mark.parametrize("name", ABOUT_ONE)
def test_workflow_must_be_named(cli: Cli, name: str) -> None:
    """Without one, some look at everything, and so need the server."""
    of_all = name in ("diagnose", "rehearse-change")
    ran = cli(name, *ABOUT_ONE[name], "-o", "json").expect(4 if of_all else 2)
    assert of_all or "--workflow-id" in ran.error["message"]


# They begin with a server of their own making.
ENSURE_ONE = {"run", "run-recipe", "verify-project", "watch-project"}


@pytest.mark.parametrize("name", sorted(set(names_of("server")) - ENSURE_ONE))
def test_without_a_server_it_is_unavailable(cli: Cli, make_project: MakeProject, name: str) -> None:
    make_project({"worker.py": "", "ids.txt": "a\n"}).use()
    words = [word for word in example_of(name) if word != "--watch"]
    if name == "monitor-worker-health":
        # A report of what is wrong, and that is it.
        assert "ensure-server" in cli(*words).expect(1).out
        return
    ran = cli(*words, "-o", "json") if "--" not in words else cli("-o", "json", *words)
    assert ran.expect(4).error["code"] == "unavailable"
    assert ran.out == ""


@pytest.mark.parametrize("name", names_of("changes"))
def test_read_only_is_refused(cli: Cli, name: str) -> None:
    # What only looks is not refused.
    words = [word for word in example_of(name) if word != "--dry-run"]
    ran = cli("--read-only", *words).expect(7)
    assert "read-only" in ran.err
    assert ran.out == ""


def test_what_only_looks_leaves_no_trace(
    cli: Cli, world: World, greeting: Project, temporal: Temporal
) -> None:
    """Not even a folder for logs, or a claim on the name of one: whoever may not change anything may look."""

    def everything() -> dict[str, int]:
        return {str(path): path.lstat().st_mtime_ns for path in world.root.rglob("*")}

    workflow_id = temporal.start_workflow("Nobody", task_queue="nobody").id
    before = everything()
    for name in sorted(set(names_of()) - set(names_of("changes"))):
        words = ABOUT_ONE.get(name, example_of(name)[1:])
        about = ["-w", workflow_id] if name in ABOUT_ONE else []
        endless = {"--watch", "--follow"}
        cli(name, *about, *(w for w in words if w not in endless), "--command-timeout", "2s")
        assert everything() == before, name


# ---- exit 5, 6, 130: what the other files leave out ----


def test_update_that_waits_too_long(cli: Cli, temporal: Temporal) -> None:
    workflow_id = start(temporal, "Open")
    words = ["update-workflow", "-w", workflow_id, "--name", "replace", "--input", "1"]
    cli(*words, "--timeout", "500ms").expect(5)


# ---- text: said once, and what can be pasted ----


def test_text_says_each_thing_once(cli: Cli, worked: Temporal) -> None:
    failed, bug, waits = start(worked, "Fail", "no"), start(worked, "Bug"), start(worked, "Open")
    cli("wait-for-workflow-status", "-w", failed, "--status", "FAILED").expect(0)
    cli("wait-for-workflow-status", "-w", bug).expect(6)
    out = cli("wait-for-workflow-status", "-w", waits, "--timeout", "200ms").expect(5).out
    assert out.splitlines()[0].count(waits) == 1 and ": it waits" in out
    out = cli("analyze-workflow-error", "-w", failed).expect(0).out
    assert "CardDeclined" in out.splitlines()[0]
    assert "root cause:" not in out and "message:" not in out
    out = cli("interact", "-w", waits).expect(0).out
    assert "\nsignals: finish, set_value\n" in out
    (line,) = (line for line in out.splitlines() if line.startswith("next: "))
    # The first one listed fails by itself; what counts is that it is a command with valid words.
    assert subprocess.run(
        shlex.split(line.removeprefix("next: ")),
        env=cli.world.env, capture_output=True, check=False,
    ).returncode in (0, 1)  # fmt: skip


def test_log_lines_win_over_the_usual_number(
    cli: Cli, make_project: MakeProject, server: DevServer, world: World
) -> None:
    say = 'print("\\n".join(f"line {i}" for i in range(200)), flush=True)'
    app = make_project({"worker.py": worker_source(queue_of(world), before=say)}, "app").use()
    try:
        cli("ensure-worker", "--task-queue", queue_of(world)).expect(0)
        out = cli("show-worker-log", "--lines", "100").expect(0).out
        assert out.splitlines()[1:101] == [f"  line {i}" for i in range(100, 200)]
        assert len(cli("show-worker-log").expect(0).out.splitlines()) == 41
        assert app.directory.is_dir()
    finally:
        cli("kill-worker")


# ---- regressions of the first, shell-script, catalogue that no other file pins down ----


def test_regression_cancelling_nothing_is_no_success(
    cli: Cli, worked: Temporal, world: World
) -> None:
    """The server says yes to a request for a workflow that has ended; nothing was cancelled."""
    ended = start(worked, "Give", 1)
    cli("wait-for-workflow-status", "-w", ended).expect(0)
    ids = world.root / "ids.txt"
    ids.write_text(f"{ended}\n")
    answer = cli.json("bulk-cancel-workflows", "--workflow-ids", ids, code=1)
    assert (answer["done"], answer["failed"]) == (0, 1)
    assert answer["workflows"][0]["outcome"] == "failed"
    assert "COMPLETED" in answer["workflows"][0]["message"]


def test_regression_nothing_to_cancel_is_said(cli: Cli, worked: Temporal) -> None:
    answer = cli.json("bulk-cancel-workflows", "--pattern", "no-such-id")
    assert (answer["verdict"], answer["done"]) == ("none", 0)


def test_regression_bulk_cancel_needs_no_terminal(cli: Cli, worked: Temporal) -> None:
    """cli gives none: standard input is /dev/null, and a question would end it."""
    workflow_id = start(worked, "Open")
    cli("wait-for-workflow-status", "-w", workflow_id, "--status", "RUNNING").expect(0)
    answer = cli.json("bulk-cancel-workflows", "--pattern", f"^{workflow_id}$", "--terminate")
    assert answer["workflows"][0]["outcome"] == "terminated"


def test_regression_ready_worker_needs_no_ten_seconds(
    cli: Cli, make_project: MakeProject, server: DevServer, world: World
) -> None:
    """The first script slept ten seconds at every start: it would miss this deadline."""
    make_project({"worker.py": worker_source(queue_of(world))}, "app").use()
    try:
        words = ["ensure-worker", "--task-queue", queue_of(world), "--timeout", "9.5"]
        assert cli.json(*words)["verdict"] == "ready"
    finally:
        cli("kill-worker")


def test_regression_the_recorded_pid_is_the_workers(
    cli: Cli, make_project: MakeProject, server: DevServer, world: World
) -> None:
    """Once the shell's: the worker lived on after "stopped gracefully"."""
    app: Project = make_project({"worker.py": worker_source(queue_of(world))}, "app").use()
    command = shlex.join(["sh", "-c", f"{app.command('worker.py')}; true"])
    ready = cli.json("ensure-worker", "--task-queue", queue_of(world), "--worker-cmd", command)
    assert ready["worker_pid"] != ready["pid"]
    assert set(cli.json("kill-worker")["stopped"]) >= {ready["pid"], ready["worker_pid"]}
    assert not world.running()
