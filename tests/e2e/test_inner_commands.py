"""A command that runs others passes on what they say, not the bare word of their verdict."""

import json
from typing import Any

import pytest

from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project
from harness.server import DevServer
from harness.workers import queue_of, worker_source
from harness.workflows import start

# Its queue is not the one that the project's INI file names.
WRONG_QUEUE = 'print("queue: the-real-one", flush=True)'

pytestmark = pytest.mark.usefixtures("stop_workers")


def run_recipe(cli: Cli, step: str, code: int) -> dict[str, Any]:
    recipes = cli.world.root / "recipes"
    recipes.mkdir()
    path = recipes / "trial.ini"
    path.write_text(f"[recipe]\nname = trial\nsummary = one\n[step one]\ncommand = {step}\n")
    row: dict[str, Any] = cli.json("run-recipe", path, code=code)["steps"][0]
    return row


def test_step_of_a_recipe_says_the_headline(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Give", 7)
    cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    words = f"describe-workflow -w {workflow_id}"
    headline = cli(*words.split()).expect(0).out.splitlines()[0]
    row = run_recipe(cli, words, 0)
    assert row["detail"].startswith(headline)
    assert row["result"]["headline"] == headline


def test_step_that_answers_no_says_the_headline(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Fail", "card 4711 was declined")
    words = f"wait-for-workflow-status -w {workflow_id}"
    row = run_recipe(cli, words, 1)
    assert row["detail"].startswith(f"'{workflow_id}' is FAILED, not COMPLETED: CardDeclined")


def mistaken(app: Project) -> str:
    """A project whose worker polls another queue than its settings say."""
    app.write("worker.py", worker_source("the-real-one", before=WRONG_QUEUE))
    ini = f"[project]\ntask_queue = {queue_of(app.world)}\n"
    app.write("temporal-skill.ini", ini + "[run hello]\nstarter = false\n")
    return f"not '{queue_of(app.world)}'"


def test_step_of_a_verification_says_the_headline(
    cli: Cli, server: DevServer, app: Project
) -> None:
    wanted = mistaken(app)
    failed = cli.json("verify-project", code=1)
    (step,) = (step for step in failed["steps"] if step["name"] == "worker")
    assert "the-real-one" in step["detail"] and wanted in step["detail"]


def test_watching_says_why_there_is_no_worker(cli: Cli, server: DevServer, app: Project) -> None:
    wanted = mistaken(app)
    ran = cli("watch-project", "--rounds", "1", "-o", "jsonl")
    events = [json.loads(line) for line in ran.out.splitlines()]
    (worker,) = (event for event in events if event.get("event") == "worker")
    assert worker["verdict"] == "wrong_queue"
    assert "the-real-one" in worker["cause"] and wanted in worker["cause"]
