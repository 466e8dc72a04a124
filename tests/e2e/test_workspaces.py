"""A worker whose workflows come from a neighbour: another member of its workspace, a path that it declares."""

import json
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

import pytest

from conftest import MakeProject
from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.workers import queue_of
from harness.world import TOOLS, World

FLOWS = """
from datetime import timedelta
from temporalio import activity, workflow

TASK_QUEUE = {queue!r}

@activity.defn
async def weigh(name: str) -> int:
    return len(name)

@workflow.defn
class Plum:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(
            weigh, name, start_to_close_timeout=timedelta(seconds=10)
        )
"""

WORKER = """
import asyncio, os
from temporalio.client import Client
from temporalio.worker import Worker
from common.flows import TASK_QUEUE, Plum, weigh

async def main() -> None:
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]
    )
    await Worker(client, task_queue=TASK_QUEUE, workflows=[Plum], activities=[weigh]).run()

if __name__ == "__main__":
    asyncio.run(main())
"""

STARTER = """
import asyncio, os, uuid
from temporalio.client import Client
from common.flows import TASK_QUEUE, Plum

async def main() -> None:
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]
    )
    print(await client.execute_workflow(Plum.run, "abc", id=str(uuid.uuid4()), task_queue=TASK_QUEUE))

asyncio.run(main())
"""

MEMBER = """
[project]
name = "{name}"
version = "0.1.0"
dependencies = [{dependencies}]
{more}
[build-system]
requires = ["uv_build"]
build-backend = "uv_build"
"""

INI = """
[project]
worker_cmd = {python} -m shipper.worker
starter_cmd = {python} -m shipper.starter
"""


def member(name: str, *dependencies: str, more: str = "") -> str:
    listed = ", ".join(f'"{dependency}"' for dependency in dependencies)
    return MEMBER.format(name=name, dependencies=listed, more=more)


def make_environment(world: World, folder: Path) -> Path:
    """A virtual environment that has the SDK of the tests'."""
    command = [str(TOOLS / "uv"), "venv", "--quiet", "--offline", str(folder)]
    subprocess.run(command, check=True, env=world.env)
    (packages,) = folder.glob("lib/python*/site-packages")
    library = Path(sysconfig.get_path("purelib"))
    (packages / "tests.pth").write_text(f"{library}\n")
    (about,) = library.glob("temporalio-*.dist-info")
    (packages / about.name).symlink_to(about)
    return folder / "bin/python"


def install(world: World, python: Path, *words: object) -> None:
    """As uv does it, but for what comes from an index."""
    command = [str(TOOLS / "uv"), "pip", "install", "--quiet", "--offline", "--no-deps"]
    command += ["--python", str(python), *map(str, words)]
    subprocess.run(command, check=True, env=world.env)


@pytest.fixture
def shipper(make_project: MakeProject, world: World, server: DevServer) -> Project:
    """A uv workspace of three members; `shipper`, in use, takes its workflows from `common`."""
    root = make_project(
        {
            "pyproject.toml": '[tool.uv.workspace]\nmembers = ["packages/*"]\n',
            "packages/common/pyproject.toml": member("common", "temporalio"),
            "packages/common/src/common/__init__.py": "",
            "packages/common/src/common/flows.py": FLOWS.format(queue=queue_of(world)),
            "packages/other/pyproject.toml": member("other", "temporalio"),
            "packages/other/src/other/__init__.py": "",
            "packages/shipper/pyproject.toml": member(
                "shipper", "common", more="[tool.uv.sources]\ncommon = { workspace = true }\n"
            ),
            "packages/shipper/src/shipper/__init__.py": "",
            "packages/shipper/src/shipper/worker.py": WORKER,
            "packages/shipper/src/shipper/starter.py": STARTER,
        },
        "ws",
    )
    python = make_environment(world, root.path(".venv"))
    for name in ("common", "other", "shipper"):
        install(world, python, "-e", root.path(f"packages/{name}"))
    shutil.rmtree(world.home / ".cache", ignore_errors=True)
    made = Project(world, root.path("packages/shipper"), {})
    made.write("temporal-skill.ini", INI.format(python=python))
    world.use_project(made.directory)
    return made


def rows(cli: Cli, code: int = 0) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in cli.json("doctor", code=code)["checks"]}


def test_an_edit_in_another_member_makes_the_worker_stale(
    cli: Cli, shipper: Project, stop_workers: None
) -> None:
    cli("ensure-worker").expect(0)
    assert cli.json("run-starter")["workflows"][0]["result"] == 3
    assert cli.json("monitor-worker-health")["verdict"] == "healthy"
    # What it does not depend on is none of its code.
    shipper.write("../other/src/other/more.py", "x = 1\n")
    assert cli.json("monitor-worker-health")["verdict"] == "healthy"

    shipper.replace("../common/src/common/flows.py", "len(name)", "len(name) + 5")
    changed = ["../common/src/common/flows.py"]
    health = cli.json("monitor-worker-health", code=1)
    assert (health["verdict"], health["stale_files"]) == ("stale_code", changed)
    (worker,) = cli.json("list-workers")["workers"]
    assert worker["stale_files"] == changed
    assert "../common/src/common/flows.py changed" in rows(cli)["workers"]["detail"]
    assert cli.json("run-starter")["workflows"][0]["result"] == 3

    cli("ensure-worker").expect(0)
    assert cli.json("run-starter")["workflows"][0]["result"] == 8
    assert cli.json("monitor-worker-health")["verdict"] == "healthy"


def test_what_a_member_brings_is_not_missing(cli: Cli, shipper: Project) -> None:
    found = rows(cli)
    assert found["layout"]["ok"], found["layout"]
    assert "workflows: ../common/src/common/flows.py" in found["layout"]["detail"]
    assert found["dependencies"]["ok"]
    assert found["dependencies"]["detail"] == "../common/pyproject.toml brings it"
    assert found["task-queue"]["ok"], found["task-queue"]
    assert found["python"]["detail"].endswith("ws/.venv/bin/python")

    # It has to be one that is depended on.
    shipper.write("pyproject.toml", member("shipper"))
    shipper.write("src/shipper/worker.py", "from temporalio.worker import Worker\nWorker()\n")
    shipper.write("src/shipper/starter.py", "client.execute_workflow(1)\n")
    found = rows(cli, code=1)
    assert found["layout"]["state"] == "missing"
    assert "no workflows" in found["layout"]["detail"]


def test_a_copy_is_not_loaded_from_its_folder(
    cli: Cli, shipper: Project, world: World, stop_workers: None
) -> None:
    """Installed without -e: edits come to nothing before it is installed anew."""
    python = Path(shipper.read("temporal-skill.ini").split()[3])
    install(world, python, "--reinstall", shipper.path("../common"))
    shipper.write(
        "pyproject.toml",
        member("shipper", "common", more='[tool.uv.sources]\ncommon = { path = "../common" }\n'),
    )
    cli("ensure-worker").expect(0)
    shipper.replace("../common/src/common/flows.py", "len(name)", "len(name) + 5")
    assert cli.json("monitor-worker-health")["verdict"] == "healthy"
    assert rows(cli)["layout"]["ok"]


def test_what_is_only_installed_counts_where_it_is_imported(
    cli: Cli, shipper: Project, stop_workers: None
) -> None:
    """As after `pip install -e ../common`: no file of the project says so."""
    shipper.write("pyproject.toml", member("shipper"))
    shipper.write("requirements.txt", "temporalio\n")
    cli("ensure-worker").expect(0)
    shipper.write("../other/src/other/more.py", "x = 1\n")
    assert cli.json("monitor-worker-health")["verdict"] == "healthy"
    shipper.replace("../common/src/common/flows.py", "len(name)", "len(name) + 5")
    health = cli.json("monitor-worker-health", code=1)
    assert health["stale_files"] == ["../common/src/common/flows.py"]


def test_edits_in_another_member_are_watched(cli: Cli, shipper: Project) -> None:
    process = cli.start("watch-project", "-o", "jsonl", "--rounds", 2)
    assert process.stdout
    seen = []
    for line in process.stdout:
        seen.append(json.loads(line))
        if seen[-1].get("event") == "outcome" and not seen[-1]["changed"]:
            shipper.replace("../common/src/common/flows.py", "len(name)", "len(name) + 5")
    assert process.wait() == 0
    (change,) = [event for event in seen if event.get("event") == "change"]
    assert change["files"] == ["../common/src/common/flows.py"]
    outcomes = [event["outcome"] for event in seen if event.get("event") == "outcome"]
    assert outcomes == ["Plum COMPLETED 3", "Plum COMPLETED 8"]
