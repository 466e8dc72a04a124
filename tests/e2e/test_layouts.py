"""The layouts that real projects have: what runs them is found, and their workers are known again."""

import shlex
import socket
import time
from typing import Any

import pytest

from conftest import MakeProject
from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.workers import queue_of, start_by_hand, worker_source
from harness.world import World

LONG_SECONDS = 60.0

PROJECT = '[project]\nname = "shop"\nversion = "0"\ndependencies = ["temporalio"]\n'
BUILT = '[build-system]\nrequires = ["hatchling"]\n'
POETRY = '[tool.poetry]\nname = "shop"\n[tool.poetry.dependencies]\ntemporalio = "*"\n'
IMPORTS = "from temporalio.client import Client\nfrom temporalio.worker import Worker\n"
WORKER = f"{IMPORTS}from shop import x\nawait Worker(client).run()\n"
WEB = f"{IMPORTS}import fastapi\napp = fastapi.FastAPI(lifespan=lifespan)\nasync with Worker(client):\n"
SERVED = f"{WEB}    await client.start_workflow(1)\n"
COMMAND = f"{IMPORTS}class Command(BaseCommand):\n    await Worker(client).run()\n"


def rows(cli: Cli, code: int = 0) -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in cli.json("doctor", code=code)["checks"]}


@pytest.mark.parametrize(
    ("sources", "command"),
    [
        ({"shop/work.py": WORKER, "uv.lock": ""}, "uv run python -m shop.work"),
        ({"shop/work.py": WORKER, "poetry.lock": ""}, "poetry run python -m shop.work"),
        ({"shop/work.py": WORKER, "pyproject.toml": POETRY}, "poetry run python -m shop.work"),
        ({"shop/work.py": WORKER, "pdm.lock": ""}, "pdm run python -m shop.work"),
        ({"shop/__main__.py": WORKER}, "uv run python -m shop"),
        ({"app.py": WEB}, "uv run python -m uvicorn app:app"),
        ({"src/shop/api.py": WEB}, "uv run python -m uvicorn --app-dir src shop.api:app"),
        (
            {"src/shop/api.py": WEB, "pyproject.toml": PROJECT + BUILT},
            "uv run python -m uvicorn shop.api:app",
        ),
        ({"api.py": f"{WEB}uvicorn.run(app)\n"}, "uv run python api.py"),
        (
            {"manage.py": "", "orders/management/commands/work.py": COMMAND},
            "uv run python manage.py work",
        ),
        (
            {"web/manage.py": "", "web/orders/management/commands/work.py": COMMAND},
            "uv run python web/manage.py work",
        ),
        ({"work.py": f"# /// script\n# ///\n{WORKER}"}, "uv run work.py"),
    ],
)
def test_the_command_that_fits(
    cli: Cli, world: World, make_project: MakeProject, sources: dict[str, str], command: str
) -> None:
    made = make_project({"pyproject.toml": PROJECT, **sources}, "shop")
    world.use_project(made.directory)
    row = rows(cli, code=1)["worker-command"]
    assert row["fix"] == f"in temporal-skill.ini, [project]: worker_cmd = {command}"


def test_an_environment_that_uv_does_not_look_into(
    cli: Cli, world: World, make_project: MakeProject
) -> None:
    sources = {"work.py": WORKER, "requirements.txt": "temporalio\n", "venv/bin/python": ""}
    world.use_project(make_project(sources, "shop").directory)
    row = rows(cli, code=1)["worker-command"]
    assert row["fix"].endswith("worker_cmd = venv/bin/python work.py")


def test_an_application_that_starts_workflows_is_no_starter(
    cli: Cli, world: World, make_project: MakeProject
) -> None:
    made = make_project({"pyproject.toml": PROJECT, "app.py": SERVED}, "shop")
    world.use_project(made.directory)
    row = rows(cli, code=1)["starter-command"]
    assert row["state"] == "skipped"
    assert row["detail"].startswith("app.py starts workflows, and stays")
    made.write("begin.py", f"{IMPORTS}await client.start_workflow(1)\n")
    row = rows(cli, code=1)["starter-command"]
    assert row["fix"].endswith("starter_cmd = uv run python begin.py")


APPLICATION = """
import asyncio, os, uuid
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

QUEUE = {queue!r}

@workflow.defn
class Plum:
    @workflow.run
    async def run(self, name: str) -> int:
        return len(name)

async def main() -> None:
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        name = (await reader.readline()).decode().strip()
        if name:
            size = await client.execute_workflow(
                Plum.run, name, id=str(uuid.uuid4()), task_queue=QUEUE
            )
            writer.write(f"{{size}}\\n".encode())
        writer.close()

    async with Worker(client, task_queue=QUEUE, workflows=[Plum]):
        server = await asyncio.start_server(answer, "127.0.0.1", {port})
        await server.serve_forever()

if __name__ == "__main__":
    asyncio.run(main())
"""

REQUEST = """
import socket, sys
with socket.create_connection(("127.0.0.1", {port})) as made:
    made.sendall(f"{{sys.argv[1]}}\\n".encode())
    print(made.makefile().read())
"""


@pytest.fixture
def application(make_project: MakeProject, world: World, server: DevServer) -> Project:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    made = make_project(
        {
            "app.py": APPLICATION.format(queue=queue_of(world), port=port),
            "ask.py": REQUEST.format(port=port),
            "requirements.txt": "temporalio\n",
        },
        "web",
    )
    made.write(
        "temporal-skill.ini",
        f"[project]\nworker_cmd = {made.command('app.py')}\n"
        f"starter_cmd = {made.command('ask.py', 'abc')}\n",
    )
    world.use_project(made.directory)
    return made


def test_what_an_application_starts_for_the_starter_is_told(
    cli: Cli, application: Project, stop_workers: None
) -> None:
    worker = cli.json("ensure-worker")
    assert worker["verdict"] == "ready"
    for _ in range(2):  # each run tells of its own workflow
        said = cli.json("run-starter")
        (workflow,) = said["workflows"]
        assert (workflow["workflow_type"], workflow["result"]) == ("Plum", 3)
        assert f"pid {worker['pid']}" in said["started_by"]
    # A starter that asks for nothing has started nothing.
    ran = cli("run-starter", "-o", "json", "--", application.python, "-c", "pass").expect(1)
    assert ran.json["verdict"] == "no_workflow"
    cli("kill-worker").expect(0)
    assert cli.json("verify-project")["verdict"] == "passed"


def wait_for_queues(cli: Cli, queues: set[str]) -> dict[str, Any]:
    """Until the one worker of the list polls these queues."""
    deadline = time.monotonic() + LONG_SECONDS
    seen: list[dict[str, Any]] = []
    while time.monotonic() < deadline:
        seen = cli.json("list-workers")["workers"]
        if len(seen) == 1 and set(seen[0]["task_queues"]) == queues:
            return seen[0]
    raise AssertionError(f"no worker of {queues}: {seen}")


def test_another_worker_of_the_repository_is_listed_and_left_alone(
    cli: Cli, world: World, server: DevServer, make_project: MakeProject, stop_workers: None
) -> None:
    """Several workers lie in one repository; worker_cmd means one of them."""
    queue = queue_of(world)
    made = make_project(
        {
            "billing/main.py": worker_source(f"{queue}-billing"),
            "orders/main.py": worker_source(f"{queue}-orders"),
            "requirements.txt": "temporalio\n",
        },
        "repository",
    )
    made.write(
        "temporal-skill.ini",
        f"[project]\nworker_cmd = {shlex.quote(str(made.python))} -m billing.main\n",
    )
    world.use_project(made.directory)
    other = start_by_hand(made, "-m", "orders.main")
    try:
        found = wait_for_queues(cli, {f"{queue}-orders"})
        assert found["pid"] == other.pid
        assert not found["may_stop"]
        cli("ensure-worker").expect(0)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()


def test_queues_that_have_one_name_are_told_apart_by_their_import(
    cli: Cli, world: World, server: DevServer, make_project: MakeProject
) -> None:
    sources = {"requirements.txt": "temporalio\n"}
    for name in ("billing", "orders"):
        sources[f"{name}/shared.py"] = f'TASK_QUEUE = "{name}-queue"\n@workflow.defn\n'
        sources[f"{name}/work.py"] = (
            f"{IMPORTS}from {name}.shared import (\n    Plum,\n    TASK_QUEUE,\n)\n"
            "await Worker(client, task_queue=TASK_QUEUE).run()\n"
        )
        sources[f"{name}/begin.py"] = (
            f"{IMPORTS}from {name}.shared import Plum, TASK_QUEUE\n"
            "await client.start_workflow(1, task_queue=TASK_QUEUE)\n"
        )
    made = make_project(sources, "repository")
    world.use_project(made.directory)
    row = rows(cli, code=1)["task-queue"]
    assert row["ok"], row
    assert row["value"] == "'billing-queue', 'orders-queue'"
    made.replace("orders/begin.py", "task_queue=TASK_QUEUE", 'task_queue="oders-queue"')
    row = rows(cli, code=1)["task-queue"]
    assert row["detail"].startswith("orders/begin.py:4 starts on 'oders-queue'")


def test_several_queues_of_one_process_are_listed(
    cli: Cli, world: World, server: DevServer, make_project: MakeProject, stop_workers: None
) -> None:
    queue = queue_of(world)
    before = f"Worker(client, task_queue={queue + '-bulk'!r}, workflows=[Nothing]).run()"
    made = make_project(
        {
            "worker.py": worker_source(queue, before=f"asyncio.ensure_future({before})"),
            "requirements.txt": "temporalio\n",
        },
        "several",
    ).use()
    cli("ensure-worker").expect(0)
    assert wait_for_queues(cli, {queue, f"{queue}-bulk"})["project"] == made.name
