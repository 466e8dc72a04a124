"""Several runs under one id: what is said of one must not lead to another."""

import shlex
import sys
from typing import Any

import pytest

from harness.cli import Cli
from harness.ending import LEAVE
from harness.project import Project
from harness.server import DevServer

# The first run is terminated at once, so that no look finds it waiting; the second one stays open.
STARTER = """
import asyncio, os
from temporalio.client import Client

async def main():
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]
    )
    first = await client.start_workflow("Nobody", id="twice", task_queue="nobody")
    await first.terminate()
    while not [run async for run in client.list_workflows("ExecutionStatus = 'Terminated'")]:
        pass
    await client.start_workflow("Nobody", id="twice", task_queue="nobody")

asyncio.run(main())
"""


@pytest.fixture
def run(cli: Cli, server: DevServer, make_project: Any) -> Any:
    project: Project = make_project({"starter.py": STARTER + LEAVE}).use()
    return cli("run-starter", "--", sys.executable, project.directory / "starter.py").expect(1)


def test_next_commands_name_the_run_that_is_meant(cli: Cli, run: Any) -> None:
    (line,) = (line for line in run.out.splitlines() if line.startswith("next: "))
    analysis = cli(*shlex.split(line)[2:], "-o", "json").expect(0).json
    assert (analysis["workflow_id"], analysis["status"]) == ("twice", "TERMINATED")
    seen = set()
    for line in cli("diagnose").expect(0).out.splitlines():
        if line.startswith("next: "):
            seen.add(cli(*shlex.split(line)[2:], "-o", "json").expect(0).json["status"])
    # Of several runs of one workflow diagnose tells of the newest.
    assert seen == {"RUNNING"}
