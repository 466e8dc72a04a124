"""The scenarios that stay open, rehearsed with the code that they run on: named are those whose task fails as it is."""

import os
import shlex
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from temporalio.api.workflowservice.v1 import DescribeWorkflowExecutionRequest
from temporalio.client import Client

import corpus
from harness import processes
from harness.cli import Cli
from harness.client import Loop, Temporal
from harness.scenes import Scenes, scenes_of
from harness.server import DevServer
from harness.world import World, repository

SCENARIOS = repository() / "tests/scenarios"
PATIENT = 170.0

# By their queue's program, as tests/scenarios/stage.py has them.
PROGRAMS = {
    "scenarios": "healthy",
    "scenarios-versions": "version_two",
    "scenarios-deadlock": "stuck",
}

# Stuck in the workflow's task, or waiting.
VERDICTS = {
    "workflow_task_failure",
    "nondeterminism",
    "sandbox_violation",
    "missing_workflow",
    "missing_activity",
    "waiting_signal",
}
NAMES = [
    scenario.name
    for scenario in corpus.ALL
    if scenario.queue in PROGRAMS
    and scenario.expected.status == "RUNNING"
    and scenario.expected.verdict in VERDICTS
    and scenario.workflow
    and not scenario.name.startswith(("odd_", "huge_"))
]

# Their task is done; it is the server that refuses what it asks for.
REFUSED_BY_THE_SERVER = {
    "scenario-duplicate_activity_id",
    "scenario-result_too_large",
    "scenario-unknown_search_attribute",
}
# Its first attempt fails in each new process.
RECOVERS = {"scenario-recovered_after_failed_task"}


@pytest.fixture(scope="module")
def scenes(
    shared_server: DevServer, loop: Loop, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Scenes, World]]:
    world = World(tmp_path_factory.mktemp("stage") / "world")
    shared_server.take_in(world)
    with scenes_of("build.py", world, *NAMES) as made:
        yield made, world
    processes.kill(world.leftovers())


# The others take a minute; make test-rehearsal has them.
SHORT = ["scenarios-versions"]


@pytest.mark.parametrize("queue", PROGRAMS if os.environ.get("REHEARSAL") == "all" else SHORT)
def test_named_are_those_that_fail(scenes: tuple[Scenes, World], loop: Loop, queue: str) -> None:
    made, world = scenes
    command = f"{shlex.quote(sys.executable)} -m workers.{PROGRAMS[queue]} {world.address} {world.namespace}"
    # It ends with its standard input.
    (world.project_dir / "run.sh").write_text(
        f"cd {shlex.quote(str(SCENARIOS))} && sleep 1000 | {command}\n"
    )
    words = ("rehearse-change", "--all", "--worker-cmd", "sh run.sh", "-o", "json")
    ran = Cli(world)(*words, timeout=PATIENT)
    assert ran.out, ran
    breaks = ran.json.get("breaks", [])
    named = {one: row["why"] for row in breaks for one in row["workflow_ids"]}
    rows = [row for row in made.rows if row["task_queue"] == queue]
    assert rows, {row["task_queue"] for row in made.rows}
    temporal = Temporal(loop, world.address, world.namespace)
    fails = {row["workflow_id"] for row in rows if temporal.call(fails_now(temporal.client, row))}
    wrong = {one: "not named" for one in fails - set(named) - REFUSED_BY_THE_SERVER}
    ids = {row["workflow_id"] for row in rows}
    wrong |= {one: named[one] for one in set(named) & ids - fails - RECOVERS}
    assert not wrong, (wrong, ran.out)


async def fails_now(client: Client, row: dict[str, Any]) -> bool:
    request = DescribeWorkflowExecutionRequest(namespace=client.namespace)
    request.execution.workflow_id = row["workflow_id"]
    told = await client.workflow_service.describe_workflow_execution(request)
    return told.pending_workflow_task.attempt > 1
