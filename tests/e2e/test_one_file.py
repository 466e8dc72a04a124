"""One file that runs worker and workflow and ends, as most samples do: a starter, and no worker to keep."""

import json
from typing import Any

import pytest

from conftest import MakeProject
from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.workers import one_program, queue_of, worker_source
from harness.world import World


def hello(world: World, seconds: float = 0) -> str:
    return one_program(queue_of(world), seconds)


@pytest.fixture
def sample(make_project: MakeProject, world: World, server: DevServer) -> Project:
    made = make_project({"hello.py": hello(world), "requirements.txt": "temporalio\n"}, "sample")
    world.use_project(made.directory)
    return made


def rows(cli: Cli, code: int = 0) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in cli.json("doctor", code=code)["checks"]}


def test_doctor_takes_it_for_a_starter(cli: Cli, sample: Project) -> None:
    found = rows(cli)
    assert found["worker-command"]["value"] == "none"
    assert "hello.py is worker and starter in one" in found["worker-command"]["detail"]
    assert found["starter-command"]["value"] == "python hello.py"
    assert found["starter-command"]["ok"]
    assert found["task-queue"]["ok"]


def test_doctor_says_what_is_wrong_with_it_as_worker(
    cli: Cli, world: World, sample: Project
) -> None:
    world.env["TEMPORAL_WORKER_CMD"] = "python hello.py"
    row = rows(cli, code=1)["worker-command"]
    assert "runs to its end" in row["detail"]
    assert row["fix"] == "in temporal-skill.ini, [project]: worker_cmd = none"
    # Where there is a worker, that one is meant.
    sample.write("jobs/main.py", worker_source(queue_of(world)))
    row = rows(cli, code=1)["worker-command"]
    assert row["fix"].endswith("worker_cmd = python jobs/main.py")


def test_ensure_worker_refuses(cli: Cli, sample: Project) -> None:
    error = cli("ensure-worker", "-o", "json").expect(2).error
    assert "'sample' keeps no worker: hello.py is worker and starter in one" in error["message"]
    assert error["hint"].replace("'", "").endswith("temporal-skill run-starter -- python hello.py")
    (following,) = cli.json("monitor-worker-health", code=1)["next"]
    assert following.replace("'", "").endswith("temporal-skill run-starter")


@pytest.mark.parametrize("seconds", [0, 2])
def test_polls_is_not_the_last_word(
    cli: Cli, world: World, sample: Project, seconds: float
) -> None:
    """Ended before the server showed its poller, or after: it ran to its end in both cases."""
    sample.write("hello.py", hello(world, seconds))
    world.env["TEMPORAL_WORKER_CMD"] = "python hello.py"
    said = cli.json("ensure-worker", code=1)
    assert said["verdict"] == "ran_to_end"
    assert "worker_cmd = none" in said["remedy"]
    (following,) = said["next"]
    assert following.replace("'", "").endswith("temporal-skill run-starter -- python hello.py")
    assert world.running() == []
    headline = cli("verify-project").expect(1).out.splitlines()[0]
    assert "hello.py is worker and starter in one" in headline
    assert "worker_cmd = none" in headline
    cli("kill-worker").expect(0)


def test_one_that_is_still_at_work_is_told_as_that(
    cli: Cli, world: World, sample: Project, stop_workers: None
) -> None:
    sample.write("hello.py", hello(world, 3600))
    world.env["TEMPORAL_WORKER_CMD"] = "python hello.py"
    said = cli.json("ensure-worker")
    assert said["verdict"] == "ready"
    assert said["warning"].startswith("hello.py runs its workflow itself")


def test_one_that_fails_is_no_program_that_ran_to_its_end(
    cli: Cli, world: World, sample: Project
) -> None:
    sample.replace(
        "hello.py", "        print(await", "        raise KeyError(1)\n        print(await"
    )
    world.env["TEMPORAL_WORKER_CMD"] = "python hello.py"
    said = cli.json("ensure-worker", code=1)
    assert said["verdict"] == "died"
    assert "KeyError" in said["cause"]
    cli("kill-worker").expect(0)


def test_it_is_verified_without_a_worker(cli: Cli, sample: Project) -> None:
    said = cli.json("verify-project")
    steps = {step["name"]: step for step in said["steps"]}
    assert steps["worker"]["ok"]
    assert "hello.py is worker and starter in one" in steps["worker"]["detail"]
    assert steps["starter: result"]["detail"] == "3"
    assert "worker stop" not in steps


def test_none_is_a_word(cli: Cli, world: World, sample: Project) -> None:
    """Whatever the sources look like: a worker that is kept elsewhere."""
    sample.write("other/worker.py", worker_source(queue_of(world)))
    sample.write(
        "temporal-skill.ini", "[project]\nworker_cmd = none\nstarter_cmd = python hello.py\n"
    )
    error = cli("ensure-worker", "-o", "json").expect(2).error
    assert "worker_cmd = none (" in error["message"]
    assert error["hint"].replace("'", "").endswith("temporal-skill run-starter")
    said = cli.json("verify-project")
    (step,) = (step for step in said["steps"] if step["name"] == "worker")
    assert "worker_cmd = none" in step["detail"]
    assert rows(cli)["worker-command"]["value"] == "none"
    # For once another one.
    cli("ensure-worker", "--worker-cmd", "python other/worker.py").expect(0)
    cli("kill-worker").expect(0)


def test_run_and_watch_start_none(cli: Cli, sample: Project) -> None:
    said = cli("run", "-o", "json", "--", "python", "hello.py").expect(0).json
    assert said["worker"] == "none"
    assert said["verdict"] == "ok"
    ran = cli("watch-project", "--rounds", 1, "-o", "jsonl").expect(0)
    events = [json.loads(line) for line in ran.out.splitlines()]
    assert events[0]["event"] == "worker"
    assert events[0]["verdict"] == "none_kept"
    assert events[1]["outcome"] == "Plum COMPLETED 3"
    assert cli.json("run-starter")["workflows"][0]["result"] == 3
