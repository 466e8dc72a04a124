"""run: server and worker for the length of one command."""

import json
import os
import signal
from typing import Any

import pytest

from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.verify import START, Hook, own_starter
from harness.workers import records
from harness.world import World


def run(cli: Cli, *words: object, code: int = 0) -> Any:
    """Before the command, whose words all that follow are."""
    return cli("run", "-o", "json", *words).expect(code).json


def steps(answer: dict[str, list[dict[str, str]]]) -> list[str]:
    return [step["name"] for step in answer["steps"]]


def test_all_that_was_missing_is_started_and_stopped(
    cli: Cli, world: World, verifiable: Project
) -> None:
    answer = run(cli, "--expect", "Hello, Ada!", "--", verifiable.python, "starter.py", "Ada")
    assert (answer["verdict"], answer["server"], answer["worker"]) == ("ok", "started", "started")
    assert answer["workflows"][0]["status"] == "COMPLETED" and answer["next"] == []
    wanted = ["server", "worker", "command", "worker stop", "server stop", "leftovers"]
    assert steps(answer) == wanted and all(step["ok"] for step in answer["steps"])
    assert world.running() == [] and records(world) == []


def test_what_runs_is_used_and_stays(cli: Cli, verifiable: Project, server: DevServer) -> None:
    ready = cli.json("ensure-worker")
    ran = cli("run").expect(0)
    assert "started for it" not in ran.out
    answer = run(cli)
    assert (answer["server"], answer["worker"]) == ("running", "running")
    (worker,) = cli.json("list-workers")["workers"]
    assert worker["pid"] == ready["pid"]
    # An old one is replaced, and the new one stays.
    verifiable.write("workflow.py", verifiable.read("workflow.py") + "# changed\n")
    answer = run(cli)
    assert (answer["verdict"], answer["worker"]) == ("ok", "replaced")
    (worker,) = cli.json("list-workers")["workers"]
    assert worker["pid"] != ready["pid"] and worker["stale_files"] == []
    cli("kill-worker").expect(0)


@pytest.mark.parametrize(
    ("command", "code", "verdict", "said"),
    [
        ("exit 0", 0, "ok", "exited with 0 and started no workflow"),
        ("exit 3", 1, "failed", "exited with 3"),
        ("{starter} && exit 3", 1, "failed", "the command exited with 3: "),
        # As a Python before 3.14 may end whose workflows are all well.
        ("{starter}; kill -SEGV $$", 0, "ok", "1 completed"),
        ("exec no-such-program", 1, "failed", "exited with 127"),
    ],
)
def test_how_the_command_ended_counts(
    cli: Cli,
    verifiable: Project,
    server: DevServer,
    command: str,
    code: int,
    verdict: str,
    said: str,
) -> None:
    script = command.format(starter=verifiable.command("starter.py"))
    ran = cli("run", "--", "sh", "-c", script).expect(code)
    assert said in ran.out.splitlines()[0]
    assert run(cli, "--", "sh", "-c", script, code=code)["verdict"] == verdict


def test_a_workflow_that_fails_is_analyzed_while_its_server_is_there(
    cli: Cli, world: World, verifiable: Project
) -> None:
    verifiable.replace(
        "activities.py",
        "    return ",
        "    raise ApplicationError('no ink', non_retryable=True)\n    return ",
    )
    verifiable.replace(
        "activities.py", "from ", "from temporalio.exceptions import ApplicationError\nfrom "
    )
    answer = run(cli, "--", verifiable.python, "starter.py", code=1)
    assert answer["verdict"] == "failed"
    assert answer["root_cause"]["message"] == "no ink"
    assert answer["root_cause"]["location"].startswith("activities.py:")
    assert answer["recovery"] and answer["next"] == []
    assert world.running() == []


def test_nothing_runs_after_a_build_that_fails(cli: Cli, world: World, verifiable: Project) -> None:
    answer = run(cli, "--build", "sh -c 'echo no such file; exit 2'", "--", "touch", "ran", code=1)
    assert steps(answer) == ["build", "leftovers"]
    assert "no such file" in answer["steps"][0]["detail"]
    assert not verifiable.path("ran").exists() and world.running() == []


def test_a_worker_that_dies_is_told_and_the_server_stopped(
    cli: Cli, world: World, verifiable: Project
) -> None:
    verifiable.write("worker.py", "raise SystemExit('no token')\n")
    ran = cli("run", "--", "touch", "ran").expect(1)
    assert "the command did not run: worker: it died at its start: " in ran.out
    assert "; a server started for it, and is stopped again" in ran.out.splitlines()[0]
    assert not verifiable.path("ran").exists() and world.running() == []


def test_worker_and_starter_in_one(cli: Cli, world: World, verifiable: Project) -> None:
    answer = run(cli, "--no-worker", "--", "true")
    assert steps(answer) == ["server", "command", "server stop", "leftovers"]
    assert answer["worker"] == "none"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_it_is_ended(
    cli: Cli, world: World, verifiable: Project, number: signal.Signals
) -> None:
    """Also where it has no time to stop anything: what it started ends with it."""
    hook = Hook(world.root / "there")
    own_starter(verifiable, f"{START}{hook.code}\nawait asyncio.Event().wait()")
    tool = cli.start("run", "-o", "json", "--", verifiable.python, "own.py")
    hook.wait(tool)
    assert len(records(world)) == 1
    os.kill(tool.pid, number)
    out, err = tool.communicate(timeout=60)
    if number != signal.SIGKILL:
        assert tool.returncode == 130, err
        assert json.loads(out)["verdict"] == "interrupted"
    else:
        world.wait_idle(60)
    assert world.running() == [] and records(world) == []
    hook.close()


def test_expected_text_counts_also_without_a_workflow(
    cli: Cli, verifiable: Project, server: DevServer
) -> None:
    ran = cli("run", "--no-worker", "--expect", "done", "--", "echo", "half").expect(1)
    assert ran.out.startswith("the command did not print 'done': ")
    answer = run(cli, "--no-worker", "--expect", "done", "--", "echo", "done")
    assert [step["ok"] for step in answer["steps"]] == [True, True, True]


def test_two_at_once_do_not_stop_what_the_other_uses(
    cli: Cli, world: World, verifiable: Project
) -> None:
    """The second has its turn when the first has stopped what it had started."""
    go = verifiable.path("go")
    hook = Hook(world.root / "there")
    wait = f"{hook.code}\nimport os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.05)"
    verifiable.write("late.py", f"{wait}\n{verifiable.read('starter.py')}")
    first = cli.start("run", "-o", "json", "--", verifiable.python, "late.py")
    hook.wait(first)
    second = cli.start("run", "-o", "json", "--", verifiable.python, "starter.py")
    go.write_text("")
    for process in (first, second):
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, out + err
        assert json.loads(out)["workflows"][0]["status"] == "COMPLETED"
    assert world.running() == []
    hook.close()


@pytest.mark.parametrize("command", ["true", "starter"])
def test_what_is_left_running_is_stopped_and_told(
    cli: Cli, world: World, verifiable: Project, server: DevServer, command: str
) -> None:
    """It is no failure of what was run, with a workflow or without."""
    words = ["true"] if command == "true" else [verifiable.python, "starter.py"]
    answer = run(cli, "--build", "sh -c 'sleep 1000 & :'", "--", *words)
    assert answer["verdict"] == "ok" and "'sleep' (" in answer["warning"]
    assert [step["ok"] for step in answer["steps"] if step["name"] == "command"] == [True]
    assert world.running() == [] or not [p for p in world.running() if "sleep" in p.command]
