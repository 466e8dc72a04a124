"""doctor: what is missing is named, with what mends it; what is fine is not complained about."""

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conftest import MakeProject
from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.world import TOOLS, World

Row = dict[str, Any]


def check(cli: Cli, code: int, *words: object) -> dict[str, Row]:
    """The checks by name."""
    said = cli.json("doctor", *words, code=code)
    return {row["name"]: row for row in said["checks"]}


@pytest.fixture
def settled(greeting: Project) -> Project:
    """The greeting project, whose starter needs no uv either."""
    greeting.replace(
        "temporal-skill.ini",
        "starter_cmd = uv run starter CodeAgent",
        f"starter_cmd = {greeting.command('starter.py')}",
    )
    return greeting


def test_all_is_there(cli: Cli, server: DevServer, settled: Project) -> None:
    said = cli.json("doctor")
    assert said["verdict"] == "ok", [row for row in said["checks"] if not row["ok"]]
    rows = {row["name"]: row for row in said["checks"]}
    assert set(rows) == {
        *("uv", "python", "sdk", "temporal-cli", "server", "namespace", "clock"),
        *("log-directory", "pid-directory", "records", "servers", "workers", "programs", "plugins"),
        *("layout", "dependencies", "worker-command", "starter-command", "address", "task-queue"),
        "workflow-code",
    }
    for row in rows.values():
        assert row["ok"] and row["state"] == "ok" and row["fix"] is None, row
    for name in ("uv", "python", "sdk", "temporal-cli", "server"):
        assert rows[name]["value"][0].isdigit(), rows[name]


def test_nothing_is_changed(cli: Cli, world: World, server: DevServer, settled: Project) -> None:
    check(cli, 0)
    assert not world.log_dir.exists()
    assert not world.pid_dir.exists()


def test_text_is_worst_first(cli: Cli, world: World, settled: Project) -> None:
    out = cli("doctor").expect(1).out.splitlines()
    assert out[0] == "1 of 21 checks failed that are needed: server"
    assert out[2].lstrip().startswith("server ")
    assert "connection refused" in out[2]
    assert out[-1].startswith("next: ") and "ensure-server" in out[-1]


def test_server_down(cli: Cli, settled: Project) -> None:
    rows = check(cli, 1)
    assert rows["server"]["state"] == "missing"
    assert rows["server"]["fix"] == "temporal-skill ensure-server"
    assert rows["namespace"]["ok"] is None
    assert rows["namespace"]["state"] == "skipped"


def test_namespace_missing(cli: Cli, world: World, server: DevServer, settled: Project) -> None:
    world.env["CLAUDE_TEMPORAL_NAMESPACE"] = "nowhere"
    rows = check(cli, 1)
    assert rows["server"]["ok"]
    assert rows["namespace"]["state"] == "missing"
    assert "--namespace nowhere" in rows["namespace"]["fix"]
    assert "'default'" in rows["namespace"]["detail"]


def test_tools_missing(cli: Cli, world: World, server: DevServer, greeting: Project) -> None:
    world.env["PATH"] = "/usr/bin:/bin"
    del world.env["TEMPORAL_WORKER_CMD"]
    greeting.replace("temporal-skill.ini", "worker_cmd = uv run worker\n", "")
    rows = check(cli, 1)
    assert rows["uv"]["state"] == "missing"
    assert "astral.sh/uv" in rows["uv"]["fix"]
    assert rows["temporal-cli"]["state"] == "missing"
    assert rows["temporal-cli"]["fix"]
    assert rows["worker-command"]["detail"] == "there is no program 'uv'"


def fake_cli(world: World, text: str) -> None:
    path = world.root / "temporal"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    world.env["TEMPORAL_CLI"] = str(path)


def test_cli_too_old(cli: Cli, world: World, server: DevServer, settled: Project) -> None:
    fake_cli(world, "echo 'temporal version 0.11.0 (server 1.22.4) (ui 2.21.2)'")
    row = check(cli, 1)["temporal-cli"]
    assert row["value"] == "0.11.0"
    assert "too old" in row["detail"]


def test_cli_with_an_old_server_is_a_warning(
    cli: Cli, world: World, server: DevServer, settled: Project
) -> None:
    fake_cli(world, "echo 'temporal version 1.3.0 (Server 1.27.1, UI 2.36.0)'")
    row = check(cli, 0)["temporal-cli"]
    assert row["state"] == "warning"
    assert not row["needed"]


def test_cli_that_does_not_run(cli: Cli, world: World, server: DevServer, settled: Project) -> None:
    fake_cli(world, "echo broken >&2; exit 3")
    row = check(cli, 1)["temporal-cli"]
    assert "exit status 3: broken" in row["detail"]


@pytest.mark.parametrize(
    ("name", "directory"), [("log-directory", "logs"), ("pid-directory", "pids")]
)
def test_directory_that_others_can_write(
    cli: Cli, world: World, server: DevServer, settled: Project, name: str, directory: str
) -> None:
    path = world.root / directory
    path.mkdir()
    path.chmod(0o777)
    row = check(cli, 1)[name]
    assert "others can write" in row["detail"]
    subprocess.run(row["fix"], shell=True, check=True)
    assert check(cli, 0)[name]["ok"]


def test_directory_that_is_a_link(
    cli: Cli, world: World, server: DevServer, settled: Project
) -> None:
    world.log_dir.symlink_to(world.home)
    row = check(cli, 1)["log-directory"]
    assert "symbolic link" in row["detail"]
    assert "CLAUDE_TEMPORAL_LOG_DIR" in row["fix"]


def test_stale_record_and_old_code(
    cli: Cli, world: World, server: DevServer, settled: Project
) -> None:
    worker = cli.json("ensure-worker")
    assert check(cli, 0)["workers"]["ok"]

    settled.write("activities.py", settled.read("activities.py") + "\n# changed\n")
    row = check(cli, 0)["workers"]
    assert row["state"] == "warning"
    assert "activities.py" in row["detail"]
    assert row["fix"] == "temporal-skill ensure-worker"

    world.sweep()
    rows = check(cli, 0)
    assert str(worker["pid"]) in rows["records"]["detail"]
    subprocess.run(rows["records"]["fix"], shell=True, check=True)
    assert check(cli, 0)["records"]["ok"]


def test_server_left_at_another_address(
    cli: Cli, world: World, server: DevServer, settled: Project
) -> None:
    other = f"127.0.0.1:{world.port}"
    cli("ensure-server", "--address", other, "--namespace", "default", "--headless").expect(0)
    try:
        row = check(cli, 0)["servers"]
        assert row["state"] == "warning"
        assert row["fix"] == f"temporal-skill stop-server --address {other}"
    finally:
        cli("stop-server", "--address", other).expect(0)
    assert check(cli, 0)["servers"]["ok"]


def test_plugin_that_cannot_be_loaded(
    cli: Cli, world: World, server: DevServer, settled: Project
) -> None:
    folder = Path(world.env["XDG_DATA_HOME"]) / "temporal-skill/plugins"
    folder.mkdir(parents=True)
    (folder / "broken.so").write_text("not an object")
    row = check(cli, 0)["plugins"]
    assert row["state"] == "warning"
    assert "broken.so" in row["detail"]
    assert row["fix"] == f"rm {folder}/broken.so"


# ---- the project ----


def test_no_project(cli: Cli, world: World, server: DevServer) -> None:
    world.env["TEMPORAL_WORKER_CMD"] = "true"
    rows = check(cli, 1)
    assert rows["layout"]["state"] == "missing"
    for part in ("worker.py", "starter.py", "workflow.py"):
        assert part in rows["layout"]["detail"]
    del world.env["CLAUDE_TEMPORAL_PROJECT_DIR"]
    assert check(cli, 0)["layout"]["state"] == "skipped"


def test_layout_by_content(
    cli: Cli, world: World, server: DevServer, make_project: MakeProject
) -> None:
    project = make_project(
        {
            "pyproject.toml": '[project]\nname = "x"\ndependencies = ["temporalio"]\n',
            "pkg/flows.py": "from temporalio import workflow\n@workflow.defn\nclass A: ...\n",
            "_orders/run.py": "Worker(\n    client,\n    task_queue=QUEUE,\n)\n",
            "_orders/names.py": 'QUEUE = "jobs"\n',
            "go.py": 'client.start_workflow("A", id="x", task_queue="jobs")\n',
        }
    ).use()
    world.env["TEMPORAL_WORKER_CMD"] = project.command("_orders/run.py")
    project.write("temporal-skill.ini", f"[run a]\nstarter = {project.command('go.py')}\n")
    rows = check(cli, 0)
    assert "worker: _orders/run.py" in rows["layout"]["detail"]
    assert "starter: go.py" in rows["layout"]["detail"]
    assert "workflows: pkg/flows.py" in rows["layout"]["detail"]
    assert rows["task-queue"]["value"] == "'jobs'"
    assert rows["task-queue"]["ok"]


def test_dependency_not_declared(cli: Cli, server: DevServer, settled: Project) -> None:
    settled.replace("pyproject.toml", '"temporalio>=1.30,<2"', "")
    row = check(cli, 0)["dependencies"]
    assert row["state"] == "warning"  # this interpreter has it all the same
    assert row["fix"] == "uv add temporalio"


def test_worker_command_that_uv_does_not_find(
    cli: Cli, world: World, server: DevServer, settled: Project
) -> None:
    world.env["TEMPORAL_WORKER_CMD"] = "uv run serve"
    row = check(cli, 1)["worker-command"]
    assert "'serve'" in row["detail"]
    assert row["fix"].endswith("worker_cmd = uv run worker")
    world.env["TEMPORAL_WORKER_CMD"] = "uv run --with rich python worker.py"
    assert check(cli, 0)["worker-command"]["ok"]
    world.env["TEMPORAL_WORKER_CMD"] = "uv run wroker.py"
    assert "no 'wroker.py'" in check(cli, 1)["worker-command"]["detail"]


BUILT = '[build-system]\nrequires = ["setuptools"]\n'
SCRIPT = BUILT + '[project.scripts]\nserve = "orders.worker:main"\n'


@pytest.mark.parametrize(
    ("path", "imports", "more", "command"),
    [
        ("jobs/worker.py", "from activities import x", "", "uv run python jobs/worker.py"),
        ("src/worker.py", "from activities import x", "", "uv run python src/worker.py"),
        (
            "orders/worker.py",
            "from orders.activities import x",
            "",
            "uv run python -m orders.worker",
        ),
        ("orders/jobs/worker.py", "from . import x", "", "uv run python -m orders.jobs.worker"),
        ("orders/worker.py", "from orders2 import x", "", "uv run python orders/worker.py"),
        (
            "src/orders/worker.py",
            "import orders.activities",
            "",
            "env PYTHONPATH=src uv run python -m orders.worker",
        ),
        ("src/orders/worker.py", "from .a import x", BUILT, "uv run python -m orders.worker"),
        ("src/orders/worker.py", "from .a import x", SCRIPT, "uv run serve"),
    ],
)
def test_worker_command_that_fits_its_imports(
    cli: Cli,
    world: World,
    make_project: MakeProject,
    path: str,
    imports: str,
    more: str,
    command: str,
) -> None:
    """A module of a package does not run as a script."""
    project = '[project]\nname = "orders"\nversion = "0"\ndependencies = ["temporalio"]\n'
    sources = {path: f"{imports}\nWorker(client)\n", "pyproject.toml": project + more}
    make_project(sources, "orders").use()
    world.env.pop("TEMPORAL_WORKER_CMD", None)
    row = check(cli, 1)["worker-command"]
    assert row["fix"] == f"in temporal-skill.ini, [project]: worker_cmd = {command}"


def test_hard_coded_address(cli: Cli, server: DevServer, settled: Project) -> None:
    settled.replace(
        "shared.py",
        "await asyncio.wait_for(Client.connect(**config), CONNECT_SECONDS)",
        'await Client.connect("temporal.example:7233")',
    )
    row = check(cli, 1)["address"]
    assert "shared.py:" in row["detail"]
    assert "'temporal.example:7233'" in row["detail"]


def test_address_that_is_the_same_or_a_default(
    cli: Cli, world: World, server: DevServer, settled: Project
) -> None:
    port = world.address.rpartition(":")[2]
    settled.write(
        "connect.py",
        "import os\nfrom temporalio.client import Client\n"
        f'async def a(): return await Client.connect("localhost:{port}")\n'
        'async def b(): return await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "x:7233"))\n'
        '# Client.connect("elsewhere:7233")\n'
        'DATABASE = "db:5432"\n',
    )
    assert check(cli, 0)["address"]["ok"]


def test_queue_that_no_worker_has(cli: Cli, server: DevServer, settled: Project) -> None:
    settled.replace("starter.py", "task_queue=TASK_QUEUE", 'task_queue="greetings"')
    row = check(cli, 1)["task-queue"]
    assert "starter.py:" in row["detail"]
    assert "'greetings'" in row["detail"]
    settled.replace("worker.py", "task_queue=TASK_QUEUE,", 'task_queue=choose(["greetings"]),')
    assert check(cli, 0)["task-queue"]["state"] in ("ok", "skipped")


def test_directory_argument_and_its_absence(
    cli: Cli, world: World, server: DevServer, settled: Project
) -> None:
    world.use_project(world.project_dir)
    assert check(cli, 0, settled.directory)["layout"]["ok"]
    error = cli("doctor", world.root / "nowhere", "-o", "json").expect(2).error
    assert "nowhere" in error["message"]


def test_jsonl(cli: Cli, server: DevServer, settled: Project) -> None:
    rows = cli("doctor", "-o", "jsonl").expect(0).rows
    assert len(rows) == 21
    assert {"name", "state", "ok", "needed", "value", "detail", "fix"} == set(rows[0])


def test_interpreter_without_the_sdk(
    cli: Cli, world: World, server: DevServer, settled: Project
) -> None:
    bare = world.root / "bare/python3"
    bare.parent.mkdir()
    bare.write_text(f'#!/bin/sh\nexec "{TOOLS / "python"}" -I -S "$@"\n')
    bare.chmod(0o755)
    world.env["TEMPORAL_WORKER_CMD"] = f"{bare} worker.py"
    row = check(cli, 1)["sdk"]
    assert "cannot import temporalio" in row["detail"]
    assert os.fspath(bare) in row["fix"]
