"""Who else is on the queue: verify-project with `[verify] alone`, run, and the two working trees of two agents."""

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from conftest import MakeProject
from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project, template_sources
from harness.verify import Verify
from harness.workers import (
    SAY_UP,
    end,
    start_by_hand,
    wait_for_line,
    wait_for_poller,
    worker_source,
)
from harness.workflows import Give
from harness.world import World

pytestmark = pytest.mark.usefixtures("server", "stop_workers")


@pytest.fixture
def queue(verifiable: Project) -> str:
    return f"greeting-{verifiable.world.id[:12]}"


def plan(project: Project, alone: str) -> None:
    ini = project.read("temporal-skill.ini")
    project.write("temporal-skill.ini", f"{ini}\n[verify]\nalone = {alone}\n")


def test_one_that_is_alone_passes(verify: Verify, verifiable: Project, queue: str) -> None:
    plan(verifiable, "yes")
    # The worker of the verification before has ended; the server remembers it.
    for _ in range(2):
        verified = verify(0)
        for step in ("alone", "still alone"):
            assert verified.detail(step) == f"nobody else is seen to poll '{queue}'"
        assert verified.result["other_pollers"] == verified.receipt["other_pollers"] == []
        assert "<code>still alone</code>" in verified.markdown


def test_who_polls_as_well_fails_it_before_the_starter(
    verify: Verify, cli: Cli, verifiable: Project, queue: str, temporal: Temporal
) -> None:
    plan(verifiable, "yes")
    temporal.start_worker(queue, [Give], identity="77@other-host")
    wait_for_poller(cli, queue, 77)
    verified = verify(1)
    assert verified.failed == ["alone"]
    assert verified.detail("alone").startswith(f"77@other-host polls '{queue}', too (on another")
    names = [step["name"] for step in verified.result["steps"]]
    assert names == [*("server", "check_workflows", "worker", "alone", "worker stop", "leftovers")]
    (row,) = verified.result["other_pollers"]
    assert (row["identity"], row["task_queue"]) == ("77@other-host", queue)
    assert "at the step 'alone': 77@other-host polls" in verified.receipt["headline"]
    assert "77@other-host" in verified.markdown and "77@other-host" in verified.html.read_text()
    assert any("list-workers" in line for line in verified.result["next"])


# A starter that lets another worker begin, and waits until the server lists it.
LET_IN = """
import os, runpy, subprocess, sys
sys.path.insert(0, os.getcwd())
open("go", "w").write("go\\n")
address, namespace = os.environ["TEMPORAL_ADDRESS"], os.environ["TEMPORAL_NAMESPACE"]
describe = ["temporal", "task-queue", "describe", "--task-queue", "{queue}"]
describe += ["--address", address, "--namespace", namespace]
while "{pid}@" not in subprocess.run(describe, capture_output=True, text=True).stdout:
    pass
runpy.run_path("starter.py", run_name="__main__")
"""


def test_who_came_meanwhile_fails_it_in_the_end(
    verify: Verify, verifiable: Project, queue: str, make_project: MakeProject
) -> None:
    """Another agent's worker of the same code, which begins while the starter runs."""
    plan(verifiable, "yes")
    second = make_project(template_sources("greeting", "greeting", queue), "second")
    go = Path(verifiable.directory) / "go"
    os.mkfifo(go)
    other = subprocess.Popen(
        [
            "sh",
            "-c",
            f"read -r _ <{shlex.quote(str(go))}; exec {shlex.quote(str(second.python))} worker.py",
        ],
        cwd=second.directory,
        env=second.world.env,
        start_new_session=True,
        text=True,
    )
    verifiable.write("let_in.py", LET_IN.format(queue=queue, pid=other.pid))
    starter = verifiable.command("let_in.py")
    ini = verifiable.read("temporal-skill.ini")
    verifiable.write("temporal-skill.ini", f"{ini}\n[run in]\nstarter = {starter}\n")
    try:
        verified = verify(1)
    finally:
        end(other)
    assert verified.failed == ["still alone"]
    assert f"{other.pid}@" in verified.detail("still alone")


@pytest.mark.parametrize("alone", ["", "no"])
def test_without_that_wish_it_is_only_told(
    verify: Verify, cli: Cli, verifiable: Project, queue: str, temporal: Temporal, alone: str
) -> None:
    if alone:
        plan(verifiable, alone)
    temporal.start_worker(queue, [Give], identity="77@other-host")
    wait_for_poller(cli, queue, 77)
    # It takes no workflow of the project, and may be handed one: whether it passes is not of interest here.
    verified = verify.read(cli(*verify.words, timeout=120).json)
    detail = verified.detail("alone" if alone else "worker")
    assert "77@other-host polls" in detail
    assert ("77@other-host" in verified.result.get("warning", "")) == (not alone)
    assert not {"alone", "still alone", "worker"} & set(verified.failed)
    assert [row["identity"] for row in verified.result["other_pollers"]] == ["77@other-host"]


def test_worker_with_a_name_of_its_own(
    verify: Verify, cli: Cli, verifiable: Project, queue: str
) -> None:
    """It is said that it was taken for the project's own."""
    plan(verifiable, "yes")
    name = "identity='me' if 'worker' in sys.argv[0] else None, **config"
    verifiable.replace("shared.py", "connect(**config)", f"connect({name})")
    verifiable.replace("shared.py", "import os\n", "import os\nimport sys\n")
    verified = verify(0)
    assert verified.detail("alone").endswith("'me' is taken for this project's worker")


def test_run_tells_who_else_polls(
    cli: Cli, verifiable: Project, queue: str, temporal: Temporal
) -> None:
    temporal.start_worker(queue, [Give], identity="77@other-host")
    wait_for_poller(cli, queue, 77)
    for _ in range(2):
        answer = cli("run", "-o", "json", "--", "true").json
        assert f"77@other-host polls '{queue}', too" in answer["warning"]
        cli("ensure-worker")  # the second uses one that runs
    cli("kill-worker")


# ---- two agents ----


def git(directory: Path, *words: str) -> None:
    name = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "-C", str(directory), *name, *words], check=True, capture_output=True)


def test_worker_of_another_working_tree(cli: Cli, app: Project, world: World) -> None:
    app.write("worker.py", worker_source("shared-queue", before=SAY_UP))
    directory = Path(app.directory)
    git(directory, "init", "-q")
    git(directory, "add", "-A")
    git(directory, "commit", "-qm", "all")
    other = directory.parent / "second"
    git(directory, "worktree", "add", "-q", str(other))
    hand = start_by_hand(app, "worker.py", cwd=other)
    try:
        wait_for_line(hand, "up")
        ready = cli.json("ensure-worker", "--task-queue", "shared-queue")
        (row,) = ready["other_pollers"]
        assert row["where"] == f"here, in {other}, another working tree of this repository"
        assert f"{hand.pid}@" in cli("monitor-worker-health").out
        assert f"{hand.pid}@" in cli("list-workers").out.splitlines()[0]
        assert hand.poll() is None
    finally:
        end(hand)
    cli("kill-worker").expect(0)
