"""The project templates: each passes its own checks, and verify-project at once."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import MakeProject
from harness.cli import Cli
from harness.project import Project, template_sources
from harness.server import DevServer
from harness.world import World, repository

TEMPLATES = sorted(path.name for path in (repository() / "skills/templates").iterdir())


@pytest.fixture
def make_from(world: World, make_project: MakeProject) -> MakeProject:
    """A project from a template, as new-project writes it, run without uv."""

    def make(template: str) -> Project:
        sources = template_sources(template, template, f"{template}-{world.id[:12]}")
        project = make_project(sources, template).use()
        ini = project.read("temporal-skill.ini")
        project.write(
            "temporal-skill.ini", ini.replace("uv run starter", project.command("starter.py"))
        )
        return project

    return make


def run_in(directory: Path, *words: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *words],
        cwd=directory,
        env={
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(directory.parent),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"


def test_there_are_three() -> None:
    assert TEMPLATES == ["approval", "batch", "greeting"]


@pytest.mark.parametrize("template", TEMPLATES)
def test_new_project_writes_it(cli: Cli, world: World, template: str) -> None:
    made = cli.json("new-project", world.root / "made", "--template", template)
    assert "temporal-skill.ini" in made["files"]
    for name in made["files"]:
        assert "{{" not in (world.root / "made" / name).read_text(), name


@pytest.mark.parametrize("template", TEMPLATES)
def test_static_checks_and_its_own_tests(cli: Cli, world: World, template: str) -> None:
    project = world.root / "made"
    cli("new-project", project, "--template", template).expect(0)
    run_in(project, "ruff", "check", "--no-cache", ".")
    run_in(project, "ruff", "format", "--no-cache", "--check", ".")
    run_in(project, "mypy", "--strict", "--cache-dir", str(world.root / "mypy"), ".")
    run_in(project, "pytest", "-q", "-p", "no:cacheprovider")


@pytest.mark.parametrize("template", TEMPLATES)
def test_verify_project_passes(
    cli: Cli, server: DevServer, make_from: MakeProject, template: str
) -> None:
    make_from(template)
    verified = cli.json("verify-project", timeout=120)
    assert verified["verdict"] == "passed"
    assert len(verified["workflows"]) >= 2


def test_approval_verification_notices_a_wrong_answer(
    cli: Cli, server: DevServer, make_from: MakeProject
) -> None:
    project = make_from("approval")
    project.replace("workflow.py", "State.APPROVED if decision.approved", "State.WAITING if True")
    verified = cli.json("verify-project", code=1, timeout=120)
    wrong = [step for step in verified["steps"] if not step["ok"]]
    assert wrong[0]["name"] == "approved: update decide"
    assert '"waiting"' in wrong[0]["detail"]


def test_batch_verification_notices_a_wrong_sum(
    cli: Cli, server: DevServer, make_from: MakeProject
) -> None:
    project = make_from("batch")
    project.replace("activities.py", "number * number", "number + number")
    verified = cli.json("verify-project", code=1, timeout=120)
    wrong = [step for step in verified["steps"] if not step["ok"]]
    assert wrong[0]["name"] == "fan-out: starter"
    assert "Result: 30" in wrong[0]["detail"]


# A thread of the SDK that hands over an answer goes on running Python, for as long as there is a Python: what happens
# by chance where the interpreter ends within the microseconds after the last answer then happens every time.
LATE = """
import asyncio.selector_events, threading, time

loop = asyncio.selector_events.BaseSelectorEventLoop
wake = loop._write_to_self

def wake_and_stay(self):
    wake(self)
    while threading.get_ident() != threading.main_thread().ident:
        time.sleep(0.001)

loop._write_to_self = wake_and_stay
"""


@pytest.mark.parametrize("template", TEMPLATES)
def test_worker_and_starter_end_well_while_the_sdk_hands_over(
    cli: Cli, world: World, server: DevServer, make_from: MakeProject, template: str
) -> None:
    project = make_from(template)
    late = project.write("late/sitecustomize.py", LATE).parent
    with subprocess.Popen(
        [project.python, "worker.py"],
        cwd=project.directory,
        env=world.env | {"PYTHONPATH": str(late)},
        stderr=subprocess.PIPE,
        text=True,
    ) as worker:
        assert worker.stderr is not None
        said = []
        for line in worker.stderr:
            said.append(line)
            if "worker ready" in line:
                break
        worker.terminate()
        said.append(worker.stderr.read())
    assert worker.returncode == 0, said

    cli("ensure-worker").expect(0)
    words = ["--decide", "approve"] if template == "approval" else []
    started = subprocess.run(
        [project.python, "starter.py", *words],
        cwd=project.directory,
        env=world.env | {"PYTHONPATH": str(late)},
        capture_output=True,
        text=True,
    )
    cli("kill-worker").expect(0)
    assert "Result: " in started.stdout, started.stdout + started.stderr
    assert started.returncode == 0, started.stderr
