"""The shipped recipes, on the real thing."""

import json
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType

from conftest import MakeProject
from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project, template_sources
from harness.recipes import by_name
from harness.server import DevServer
from harness.world import World


@workflow.defn
class Echo:
    @workflow.run
    async def run(self, answer: Any) -> Any:
        return answer


@pytest.fixture
def ready(greeting: Project) -> Project:
    greeting.replace(
        "temporal-skill.ini",
        "starter_cmd = uv run starter CodeAgent",
        f"starter_cmd = {greeting.command('starter.py')} CodeAgent",
    )
    return greeting


def test_clean_start(cli: Cli, world: World, server: DevServer, ready: Project) -> None:
    before = cli.json("ensure-worker")
    out = cli("run-recipe", "clean-start", "--set", "expect=Hello, CodeAgent!").expect(0).out
    assert out.startswith("recipe 'clean-start' passed: 4 steps in ")
    workers = cli.json("list-workers")["workers"]
    assert [worker["polling"] for worker in workers] == [True]
    assert workers[0]["pid"] != before["pid"]
    failed = cli.json("run-recipe", "clean-start", "--set", "expect=Goodbye", code=1)
    assert failed["failed_step"] == "starter"
    cli("kill-worker").expect(0)


def test_debug_stalled_workflow(
    cli: Cli, server: DevServer, temporal: Temporal, ready: Project
) -> None:
    ran = cli.json("run-recipe", "debug-stalled-workflow")
    assert [step["ok"] for step in ran["steps"]][-1] is None  # nothing is stalled

    temporal.start_workflow("GreetingWorkflow", {"name": "x"}, task_queue="nobody", id="lost")
    handle = temporal.client.get_workflow_handle("lost")
    assert temporal.call(handle.describe()).status
    ran = cli.json("run-recipe", "debug-stalled-workflow", "--set", "workflow_id=lost")
    assert by_name(ran)["analyze"]["result"]["verdict"] == "no_workflow_worker"
    assert by_name(ran)["find"]["ok"] is None
    assert any("ensure-worker" in command for command in ran["next"])


def test_clear_stalled_environment(
    cli: Cli, world: World, server: DevServer, temporal: Temporal, ready: Project
) -> None:
    temporal.start_workflow("NoSuchWorkflow", task_queue=f"greeting-{world.id[:12]}", id="stuck")
    cli("ensure-worker").expect(0)
    cli("wait-for-workflow-status", "-w", "stuck", "--timeout", 30).expect(6)
    ran = cli.json("run-recipe", "clear-stalled-environment", "--set", "terminate=true")
    steps = by_name(ran)
    assert [row["workflow_id"] for row in steps["find"]["result"]["stalled"]] == ["stuck"]
    assert steps["cancel"]["result"]["done"] == 1
    assert temporal.status("stuck") == "TERMINATED"
    cli("kill-worker").expect(0)


def test_test_interactive_workflow(
    cli: Cli, world: World, server: DevServer, make_project: MakeProject
) -> None:
    sources = template_sources("approval", "approval", f"approval-{world.id[:12]}")
    project = make_project(sources, "approval").use()
    ran = cli.json(
        *("run-recipe", "test-interactive-workflow", "--set", "name=decide"),
        *("--set", f"starter={project.command('starter.py')}"),
        *("--set", 'data={"approved": false, "by": "finance"}'),
    )
    assert json.loads(ran["values"]["result"])["state"] == "rejected"
    assert ran["steps"][-1]["name"] == "worker-stop"
    assert world.running() == []

    wrong = cli.json(
        *("run-recipe", "test-interactive-workflow", "--set", "name=dceide"),
        *("--set", f"starter={project.command('starter.py')}"),
        code=3,
    )
    assert wrong["failed_step"] == "interact"
    assert "decide" in by_name(wrong)["interact"]["detail"]
    assert world.running() == []


def test_check_recent_results(cli: Cli, server: DevServer, temporal: Temporal) -> None:
    temporal.start_worker("answers", [Echo])
    good = temporal.start_workflow("Echo", {"status": "ok"}, task_queue="answers", id="good")
    temporal.result(good)
    assert cli.json("wait-for-workflow-status", "-w", "good")["reached"]
    cli("run-recipe", "check-recent-results", "--set", "workflow_id=good").expect(0)
    bad = temporal.start_workflow("Echo", {"status": "error"}, task_queue="answers", id="bad")
    temporal.result(bad)
    while len(cli.json("list-recent-workflows", "--status", "COMPLETED")["workflows"]) < 2:
        pass
    ran = cli.json("run-recipe", "check-recent-results", "--set", "workflow_id=bad", code=1)
    steps = by_name(ran)
    assert ran["failed_step"] == "recent"
    assert "suspicious" in steps["recent"]["detail"]
    assert not steps["result"]["ok"]


async def timer_fired(temporal: Temporal, workflow_id: str) -> None:
    handle = temporal.client.get_workflow_handle(workflow_id)
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED:
            return


@pytest.fixture
def nondeterministic(
    cli: Cli, world: World, server: DevServer, temporal: Temporal, ready: Project
) -> str:
    """The id of a workflow whose code was changed under it; the new code is what is wanted."""
    source = ready.read("workflow.py")
    ready.replace(
        "workflow.py",
        "        if order.wait:",
        "        await workflow.sleep(0.01)\n        if order.wait:",
    )
    cli("ensure-worker").expect(0)
    started = cli("run-starter", "-o", "json", "--", ready.python, "starter.py", "--wait", "x")
    workflow_id: str = started.expect(0).json["workflows"][0]["workflow_id"]
    cli("signal-workflow", "-w", workflow_id, "--name", "update_greeting", "--input", '"Hi"')
    temporal.call(timer_fired(temporal, workflow_id))
    ready.write("workflow.py", source)  # the timer in the history has no place in it
    cli("ensure-worker").expect(0)
    cli("signal-workflow", "-w", workflow_id, "--name", "finish").expect(0)
    cli("wait-for-workflow-status", "-w", workflow_id, "--timeout", 40).expect(6)
    assert cli.json("analyze-workflow-error", "-w", workflow_id)["verdict"] == "nondeterminism"
    return workflow_id


def test_recover_nondeterminism_by_starting_anew(
    cli: Cli, temporal: Temporal, nondeterministic: str
) -> None:
    ran = cli.json(
        "run-recipe", "recover-nondeterminism", "--set", f"workflow_id={nondeterministic}"
    )
    assert [step["name"] for step in ran["steps"] if step["ok"]] == [
        *("diagnosis", "terminate", "worker", "starter", "new-result"),
    ]
    assert temporal.status(nondeterministic) == "TERMINATED"
    assert temporal.status(ran["values"]["new_workflow_id"]) == "COMPLETED"
    # Once terminated it is not ill any more, and nothing is done to it.
    again = cli.json(
        *("run-recipe", "recover-nondeterminism", "--set", f"workflow_id={nondeterministic}"),
        code=1,
    )
    assert again["failed_step"] == "diagnosis"
    assert len(again["steps"]) == 1
    cli("kill-worker").expect(0)


def test_recover_nondeterminism_by_reset(
    cli: Cli, temporal: Temporal, nondeterministic: str
) -> None:
    cli.json(
        *("run-recipe", "recover-nondeterminism", "--set", f"workflow_id={nondeterministic}"),
        *("--set", "how=reset", "--set", "timeout=30"),
    )
    result = cli.json("get-workflow-result", "-w", nondeterministic)
    assert result["result"] == "Hi, x!"
    cli("kill-worker").expect(0)
