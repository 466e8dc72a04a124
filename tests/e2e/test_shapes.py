"""The JSON of every command, run for real, against the statement in shapes.py."""

import json
import shlex
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from temporalio.client import Client

from harness import processes
from harness.cli import Cli
from harness.client import Loop, Temporal, register_namespace
from harness.project import Project, template_sources
from harness.server import DevServer
from harness.workflows import ACTIVITIES, QUEUE, WORKFLOWS, start
from harness.world import World, program, repository
from shapes import SHAPES, WITHOUT_OBJECT, check, check_line


@dataclass
class Stage:
    """One namespace with a workflow of each kind, a worker for them, and a project with a worker of its own."""

    cli: Cli
    world: World
    temporal: Temporal
    ids: dict[str, str]

    def words(self, line: str) -> list[str]:
        """{fresh}: an open workflow that nobody else uses; {give}, {bug}, ...: those of the stage."""
        if "{fresh}" in line:
            fresh = start(self.temporal, "Open")
            # An answer shows that its first task is done.
            handle = self.temporal.client.get_workflow_handle(fresh)
            assert self.temporal.call(handle.query("get_value")) is None
            line = line.replace("{fresh}", fresh)
        for name, workflow_id in self.ids.items():
            line = line.replace(f"{{{name}}}", workflow_id)
        return shlex.split(line)


def make_world(loop: Loop, server: DevServer, root: Path) -> World:
    world = World(root)
    namespace = f"shapes-{world.id[:12]}"

    async def register() -> None:
        await register_namespace(await Client.connect(server.address), namespace)

    loop.call(register())
    world.use_address(server.address, namespace)
    return world


CLOCK = """from datetime import datetime
from temporalio import workflow

@workflow.defn
class Clock:
    @workflow.run
    async def run(self) -> str:
        return str(datetime.now())
"""

# Each member that a step may have.
RECIPE = """[recipe]
name = trial
summary = steps of every kind

[step number]
program = echo 7
capture = seven match ([0-9]+)

[step never]
program = echo ${seven}
when = ${seven} is 8

[step mended]
program = false
on_failure = run mender

[step last]
command = get-workflow-result -w no-such

[rescue mender]
program = true
"""


@pytest.fixture(scope="module")
def stage(
    loop: Loop, shared_server: DevServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stage]:
    world = make_world(loop, shared_server, tmp_path_factory.mktemp("shapes") / "world")
    cli, temporal = Cli(world), Temporal(loop, shared_server.address, world.namespace)
    temporal.start_worker(QUEUE, WORKFLOWS, ACTIVITIES)
    sources = template_sources("greeting", "greeting", f"greeting-{world.id[:12]}")
    project = Project(world, world.root / "greeting", sources).use()
    project.replace("temporal-skill.ini", "uv run starter", project.command("starter.py"))
    ids = {
        "give": start(temporal, "Give", {"n": 1}),
        "fail": start(temporal, "Fail", "no"),
        "open": start(temporal, "Open"),
        "bug": start(temporal, "Bug"),
        "retry": start(temporal, "RetryFor", 0),
        "sleep": start(temporal, "Sleep", 300.0),
        "error": start(temporal, "Give", {"status": "error"}),
        "alone": temporal.start_workflow("Give", 1, task_queue="nobody").id,
    }
    for name in ("give", "fail", "error"):
        cli("wait-for-workflow-status", "-w", ids[name], "--status", "COMPLETED,FAILED").expect(0)
    for name in ("bug", "retry", "alone"):
        cli("wait-for-workflow-status", "-w", ids[name]).expect(6)
    (world.root / "broken").mkdir()
    (world.root / "clock.py").write_text(CLOCK)
    project.write(".temporal-skill/recipes/trial.ini", RECIPE)
    (world.root / "ids").write_text(f"{ids['give']}\nno-such\n")
    cli("ensure-worker").expect(0)
    yield Stage(cli, world, temporal, ids)
    cli("kill-all-workers")
    temporal.close()
    cli.close()
    processes.kill(world.leftovers())


# The command line, its exit code, and a member that tells that it was this case.
CASES: list[tuple[str, int, dict[str, Any]]] = [
    ("ensure-server", 0, {"verdict": "running"}),
    ("show-server", 0, {"ours": False}),
    ("list-workers", 0, {}),
    ("monitor-worker-health", 0, {"verdict": "healthy"}),
    ("show-worker-log", 0, {"running": True}),
    ("show-worker-log --errors", 0, {}),
    ("run-starter", 0, {"verdict": "ok"}),
    ("run-starter --expect Nothing", 1, {"expected_text_found": False}),
    (
        f"run-starter -- {shlex.quote(sys.executable)} -c 1/0",
        1,
        {"cause": "ZeroDivisionError: division by zero"},
    ),
    ("run", 0, {"verdict": "ok", "server": "running", "worker": "running"}),
    (f"run -- {shlex.quote(sys.executable)} -c 1/0", 1, {"verdict": "failed"}),
    ("wait-for-workflow-status -w {give}", 0, {"reached": True}),
    ("wait-for-workflow-status -w {fail}", 1, {"status": "FAILED"}),
    ("wait-for-workflow-status -w {open} --timeout 200ms", 5, {"verdict": "timeout"}),
    ("wait-for-workflow-status -w {bug}", 6, {"stalled": True}),
    ("get-workflow-result -w {give}", 0, {"result": {"n": 1}}),
    ("get-workflow-result -w {error}", 1, {"suspicious": True}),
    ("get-workflow-result -w {fail}", 1, {"status": "FAILED"}),
    ("get-workflow-result -w {open}", 1, {"status": "RUNNING"}),
    ("describe-workflow -w {give}", 0, {"status": "COMPLETED"}),
    ("describe-workflow -w {fail}", 0, {"status": "FAILED"}),
    ("describe-workflow -w {retry}", 0, {"status": "RUNNING"}),
    ("describe-workflow -w {alone}", 0, {"status": "RUNNING"}),
    ("analyze-workflow-error -w {give}", 0, {"verdict": "ok"}),
    ("analyze-workflow-error -w {fail}", 0, {"verdict": "workflow_failed"}),
    ("analyze-workflow-error -w {bug}", 0, {"verdict": "workflow_task_failure"}),
    ("analyze-workflow-error -w {sleep}", 0, {"verdict": "waiting_timer"}),
    ("diagnose -w {alone} --check", 1, {"verdict": "no_workflow_worker"}),
    ("diagnose", 0, {"verdict": "trouble"}),
    ("diagnose --check", 1, {"verdict": "trouble"}),
    ("find-stalled-workflows", 0, {}),
    ("find-stalled-workflows --check", 1, {}),
    ("list-recent-workflows", 0, {"verdict": "ok"}),
    ("list-recent-workflows --results", 0, {"verdict": "suspicious"}),
    ("list-recent-workflows --status CANCELED --workflow-type Nothing", 0, {"verdict": "none"}),
    ("show-workflow-history -w {give}", 0, {}),
    ("show-workflow-history -w {retry}", 0, {}),
    ("show-workflow-history -w {sleep}", 0, {}),
    ("export-history -w {give} --directory {root}", 0, {"verdict": "exported"}),
    ("export-history --query \"WorkflowType='Nothing'\"", 1, {"verdict": "none"}),
    ("rehearse-change", 0, {"verdict": "nothing"}),
    ("show-workflow-stack -w {open}", 0, {}),
    ("interact -w {open}", 0, {"queries": ["broken", "get_value"]}),
    ("interact -w {open} --name get_value", 0, {"kind": "query"}),
    ("signal-workflow -w {open} --name set_value --input 5", 0, {"kind": "signal"}),
    ("query-workflow -w {open} --name get_value", 0, {"kind": "query"}),
    ("update-workflow -w {fresh} --name replace --input 7", 0, {"answer": None}),
    ("update-workflow -w {open} --name replace --input -1", 1, {"verdict": "failed"}),
    ("cancel-workflow -w {fresh}", 0, {"verdict": "cancel_requested"}),
    ("cancel-workflow -w {give}", 1, {"verdict": "closed"}),
    ("terminate-workflow -w {fresh}", 0, {}),
    ("terminate-workflow -w {give}", 1, {"verdict": "closed"}),
    ("reset-workflow -w {fresh}", 0, {}),
    ("bulk-cancel-workflows --dry-run", 0, {"verdict": "dry_run"}),
    ("bulk-cancel-workflows --pattern ^{fresh}$", 0, {"done": 1}),
    ("bulk-cancel-workflows --query \"WorkflowId='{fresh}'\"", 0, {}),
    ("bulk-cancel-workflows --pattern no-such-id", 0, {"verdict": "none"}),
    ("bulk-cancel-workflows --workflow-ids {root}/ids", 1, {"done": 0, "failed": 2}),
    ("list-commands", 0, {}),
    ("list-plugins", 0, {}),
    ("show-settings", 0, {}),
    ("new-project shaped", 0, {"project": "shaped"}),
    ("install-skill --project {root} --dry-run", 0, {"verdict": "dry_run"}),
    ("stop-server", 1, {"verdict": "not_ours"}),
    ("doctor {root}/greeting", 0, {}),
    ("doctor {root}/broken", 1, {"verdict": "missing"}),
    ("check-workflows --project-dir {root}/greeting", 0, {"verdict": "ok"}),
    ("check-workflows --project-dir {root}/broken", 0, {"verdict": "no_workflows"}),
    ("check-workflows {root}/clock.py", 1, {"verdict": "errors"}),
    ("list-recipes", 0, {"verdict": "ok"}),
    ("show-recipe clean-start", 0, {"name": "clean-start"}),
    ("show-recipe recover-nondeterminism", 0, {"problems": []}),
    ("run-recipe clean-start --dry-run", 0, {"verdict": "dry_run"}),
    ("run-recipe debug-stalled-workflow --set workflow_id={bug}", 0, {"failed_step": None}),
    ("run-recipe debug-stalled-workflow", 0, {"verdict": "passed"}),
    ("run-recipe trial", 3, {"failed_step": "last"}),
    ("run-recipe check-recent-results --set workflow_id={error}", 1, {"verdict": "failed"}),
    ("new-plugin shapely", 0, {"plugin": "shapely"}),
    ("trust-plugin {plugin}", 0, {"verdict": "trusted"}),
    ("untrust-plugin {plugin}", 0, {"verdict": "denied"}),
    ("trust-project --project-dir {root}/greeting", 0, {"verdict": "trusted"}),
    ("untrust-project --project-dir {root}/greeting", 0, {"verdict": "denied"}),
]


@pytest.mark.parametrize(("line", "code", "members"), CASES, ids=[case[0] for case in CASES])
def test_json_is_as_stated(stage: Stage, line: str, code: int, members: dict[str, Any]) -> None:
    places = {"{root}": stage.world.root, "{plugin}": program().parent / "plugins/worker.so"}
    for place, path in places.items():
        line = line.replace(place, shlex.quote(str(path)))
    words = stage.words(line)
    answer = stage.cli("-o", "json", *words).expect(code).json
    check(answer)
    assert members.items() <= answer.items(), answer


def test_json_of_starting_and_stopping_workers(stage: Stage) -> None:
    """In this order: what one leaves is what the next one finds."""
    cli, root = stage.cli, stage.world.root
    project = root / "workers"
    project.mkdir()
    words = ["--project-dir", project, "-o", "json"]
    check(cli("monitor-worker-health", *words).expect(1).json)
    check(cli("kill-worker", *words).expect(0).json)
    died = (
        cli("ensure-worker", *words, "--worker-cmd", shlex.join([sys.executable, "nope.py"]))
        .expect(1)
        .json
    )
    assert died["verdict"] == "died"
    check(died)
    words = ["--project-dir", root / "greeting", "-o", "json"]
    check(cli("ensure-worker", *words).expect(0).json)
    check(cli("kill-worker", *words).expect(0).json)
    check(cli("ensure-worker", *words).expect(0).json)
    check(cli("kill-all-workers", "-o", "json").expect(0).json)
    check(cli("ensure-worker", *words).expect(0).json)


def test_json_of_verify_project(stage: Stage) -> None:
    project = stage.world.root / "greeting"
    answer = stage.cli("verify-project", project, "-o", "json", timeout=120).expect(0).json
    check(answer)
    stage.cli("ensure-worker", "--project-dir", project).expect(0)


def test_rows_are_those_of_the_object(stage: Stage) -> None:
    """-o jsonl prints the list that list-commands names as rows."""
    rows = stage.cli("list-recent-workflows", "-o", "jsonl").expect(0).rows
    for row in rows:
        check({"command": "list-recent-workflows", "verdict": "", "next": [], "since": row["started_at"]}
              | {"counts": {}, "workflows": [row]})  # fmt: skip
    assert {row["workflow_id"] for row in rows} >= {stage.ids["give"], stage.ids["bug"]}


def test_errors_have_their_shape(stage: Stage) -> None:
    error = stage.cli("describe-workflow", "-w", "no-such", "-o", "json").expect(3).error
    assert set(error) == {"code", "message", "hint"} and error["code"] == "not_found"


def test_lines_of_watching_a_worker(stage: Stage) -> None:
    watch = stage.cli.start("monitor-worker-health", "--watch", "-o", "jsonl")
    assert watch.stdout is not None
    check_line("monitor-worker-health", json.loads(watch.stdout.readline()))
    watch.send_signal(signal.SIGINT)
    watch.communicate(timeout=30)


def test_lines_of_following_a_log(stage: Stage) -> None:
    words = ["show-worker-log", "--follow", "--command-timeout", "1", "-o", "jsonl"]
    rows = stage.cli(*words).expect(0).rows
    assert rows
    for row in rows:
        check_line("show-worker-log", row)


def test_lines_and_end_of_watching_a_project(stage: Stage) -> None:
    """A worker that comes, changes, cannot start, comes again and dies."""
    sources = template_sources("greeting", "watched", f"watched-{stage.world.id[:12]}")
    project = Project(stage.world, stage.world.root / "watched", sources)
    project.replace("temporal-skill.ini", "uv run starter", project.command("starter.py"))
    words = ["watch-project", project.directory, "--rounds", "3", "-o", "jsonl"]
    process = stage.cli.start(*words)
    assert process.stdout is not None
    seen = []
    for text in process.stdout:
        line = json.loads(text)
        if "command" in line:
            check(line)
            assert line["rounds"] == 3
            break
        check_line("watch-project", line)
        seen.append(line["event"])
        if seen.count("outcome") == 1 and line["event"] == "outcome":
            source = project.read("activities.py")
            project.write("activities.py", "import no_such_module\n" + source)
        if line.get("verdict") == "died":
            project.write("activities.py", source)
    process.communicate(timeout=60)
    assert seen == ["worker", "outcome", "change", "worker", "change", "worker", "outcome"]


def test_completion_is_a_script_in_every_format(stage: Stage) -> None:
    script = stage.cli("completion", "bash").expect(0).out
    assert stage.cli("completion", "bash", "-o", "json").expect(0).out == script


def test_every_command_has_a_stated_shape(stage: Stage) -> None:
    listed = {one["name"] for one in stage.cli.json("list-commands")["commands"]}
    assert listed == set(SHAPES) | set(WITHOUT_OBJECT)


def test_every_stated_command_is_a_case() -> None:
    cases = {case[0].split(" ")[0] for case in CASES}
    others = {"ensure-worker", "kill-worker", "kill-all-workers", "verify-project", "watch-project"}
    assert cases | others == set(SHAPES)


def test_the_reference_names_the_members() -> None:
    """json.md words for people what shapes.py says to programs."""
    text = (repository() / "skills/references/json.md").read_text()
    unsaid = [
        f"{command}: {name.rstrip('?')}"
        for command, shape in SHAPES.items()
        if f"\n{command} " in text
        for name in shape
        if name.rstrip("?") not in text
    ]
    assert not unsaid, json.dumps(unsaid, indent=1)
