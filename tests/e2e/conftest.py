"""The fixtures of the end-to-end tests.

world           private directories, environment and port; nothing it starts may outlive the test
cli             the program under test in that world: cli("ensure-worker", "--timeout", 20).expect(0)
server          a shared real server, in a namespace of the test's own; points the world at it
private_server  starts a server of the test's own, on the world's port or another
temporal        the SDK, connected to `server`: start_worker, start_workflow, call
make_project    a scratch Python project from {file name: text}
greeting        the greeting template as such a project, on a queue of its own, in use
user_folder     where the world's user has plugins; not made
project_folder  where its project has them; not made
nobody          a workflow that no worker takes
mcp             serve-mcp for the official client: mcp.play(work)
lines           serve-mcp for lines written by hand
trial           the project's recipe `trial`: trial.write(TEXT), trial.run(CODE, WORD, ...)
verify          verify-project with a receipt in each form: verify(0).receipt
hook            tells that a process of the project has come to a place: hook.code, hook.wait
verifiable      the greeting template in use, whose runs need no uv: what verify-project passes on
say             the command line of a program that shows what words it got
orders          a project of two workers, [worker parent] and [worker mail], in use
app             such a project whose worker says nothing, on a queue of its own, in use
worked          `temporal`, with a worker in this process for the workflows of harness.workflows
parcels         a project whose workflow stays open, in use, and runs of it that are open
patient         a scratch project to be broken and mended, in use, and its workflows
stop_workers    stops what is left of the world's workers in the end
scratch         an empty project, in use, whose path has a blank and letters beyond ASCII
skill           the skill, installed into it
"""

import shlex
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from temporalio.client import WorkflowHandle

from harness import processes
from harness.cli import Cli
from harness.client import Loop, Temporal
from harness.orders import sections, sources_of
from harness.parcels import FLOWS, Parcels
from harness.patient import Patient, make_patient
from harness.project import Project, template_sources
from harness.recipes import SAY, Trial
from harness.server import DevServer
from harness.skill import Skill
from harness.verify import Hook, Verify
from harness.workers import queue_of, worker_source
from harness.workflows import ACTIVITIES, QUEUE, WORKFLOWS
from harness.world import World

# Importing the client of the protocol takes a second, which only its tests are to pay.
if TYPE_CHECKING:
    from harness.mcp import Lines, McpServer

Handle = WorkflowHandle[Any, Any]
OpenLines = Callable[..., "Lines"]
MakeProject = Callable[..., Project]
StartServer = Callable[..., DevServer]

failed = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, and add its world's logs to the report."""
    report = yield
    if report.failed:
        item.stash[failed] = True
        world = getattr(item, "funcargs", {}).get("world")
        if isinstance(world, World):
            for name, text in world.logs().items():
                report.sections.append((f"log {name}", text))
    return report


@pytest.fixture
def world(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[World]:
    made = World(tmp_path / "world")
    yield made
    left = made.leftovers()
    processes.kill(left)
    # After a failed test they are a consequence, and would only hide the cause.
    if left and not request.node.stash.get(failed, False):
        pytest.fail("left running:\n" + "\n".join(map(str, left)))


@pytest.fixture
def cli(world: World) -> Iterator[Cli]:
    made = Cli(world)
    yield made
    made.close()


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


@pytest.fixture(scope="session")
def shared_server(loop: Loop, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DevServer]:
    started = DevServer.start(loop, tmp_path_factory.mktemp("server") / "server.log")
    yield started
    started.stop()


@pytest.fixture
def server(shared_server: DevServer, world: World) -> DevServer:
    shared_server.take_in(world)
    return shared_server


@pytest.fixture
def private_server(loop: Loop, world: World) -> Iterator[StartServer]:
    started: list[DevServer] = []

    def start(port: int | None = None, options: tuple[str, ...] = ()) -> DevServer:
        log = world.root / f"private-server-{len(started)}.log"
        server = DevServer.start(loop, log, port=port or world.port, env=world.env, options=options)
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def temporal(loop: Loop, server: DevServer, world: World) -> Iterator[Temporal]:
    made = Temporal(loop, server.address, world.namespace)
    yield made
    made.close()


@pytest.fixture
def make_project(world: World) -> MakeProject:
    def make(sources: dict[str, str], name: str = "app") -> Project:
        return Project(world, world.root / name, sources)

    return make


@pytest.fixture
def orders(make_project: MakeProject, server: DevServer, world: World) -> Project:
    made = make_project(sources_of(world), "orders").use()
    del world.env["TEMPORAL_WORKER_CMD"]
    sections(made, "[project]", f"starter_cmd = {made.command('starter.py')}")
    return made


@pytest.fixture
def greeting(make_project: MakeProject, world: World) -> Project:
    queue = f"greeting-{world.id[:12]}"
    return make_project(template_sources("greeting", "greeting", queue), "greeting").use()


@pytest.fixture
def user_folder(world: World) -> Path:
    return world.home / ".local/share/temporal-skill/plugins"


@pytest.fixture
def project_folder(world: World) -> Path:
    return world.project_dir / ".temporal-skill/plugins"


@pytest.fixture
def nobody(temporal: Temporal) -> Handle:
    return temporal.start_workflow("Nobody", task_queue="nobody")


@pytest.fixture
def mcp(cli: Cli) -> "McpServer":
    from harness.mcp import McpServer

    return McpServer(cli)


@pytest.fixture
def lines(cli: Cli) -> Iterator[OpenLines]:
    from harness.mcp import Lines

    opened: list[Lines] = []

    def open_lines(*words: str, initialize: bool = True) -> Lines:
        opened.append(Lines(cli, *words, initialize=initialize))
        return opened[-1]

    yield open_lines
    for line in opened:
        line.close()


@pytest.fixture
def trial(cli: Cli, world: World) -> Trial:
    return Trial(cli, world)


@pytest.fixture
def say(world: World) -> str:
    path = world.root / "say.py"
    path.write_text(SAY)
    return shlex.join([sys.executable, str(path)])


@pytest.fixture
def app(make_project: MakeProject, server: DevServer, world: World) -> Project:
    return make_project({"worker.py": worker_source(queue_of(world))}, "app").use()


@pytest.fixture
def parcels(temporal: Temporal, make_project: MakeProject) -> Parcels:
    return Parcels(temporal, make_project({"flows.py": FLOWS}, "parcels").use())


@pytest.fixture
def worked(temporal: Temporal) -> Temporal:
    temporal.start_worker(QUEUE, WORKFLOWS, ACTIVITIES)
    return temporal


@pytest.fixture
def patient(
    world: World, cli: Cli, temporal: Temporal, make_project: MakeProject
) -> Iterator[Patient]:
    yield make_patient(world, cli, temporal, make_project)
    cli("kill-worker", "--grace", 1).expect(0)


@pytest.fixture
def stop_workers(cli: Cli) -> Iterator[None]:
    yield
    cli("kill-all-workers")


@pytest.fixture
def verify(cli: Cli, world: World) -> Verify:
    return Verify(cli, world)


@pytest.fixture
def hook(world: World) -> Iterator[Hook]:
    made = Hook(world.root / "hook")
    yield made
    made.close()


@pytest.fixture
def verifiable(world: World, make_project: MakeProject) -> Project:
    """The greeting template, run without uv, on a queue of its own."""
    sources = template_sources("greeting", "greeting", f"greeting-{world.id[:12]}")
    made = make_project(sources, "greeting").use()
    ini = made.read("temporal-skill.ini")
    made.write("temporal-skill.ini", ini.replace("uv run starter", made.command("starter.py")))
    return made


@pytest.fixture
def scratch(world: World) -> Path:
    """A project whose path has a blank and letters beyond ASCII."""
    project = world.root / "mein Projekt é"
    project.mkdir()
    world.use_project(project)
    return project


@pytest.fixture
def skill(cli: Cli, world: World, scratch: Path) -> Iterator[Skill]:
    cli("install-skill", "--project", scratch).expect(0)
    made = Skill(world, scratch)
    yield made
    made.close()
