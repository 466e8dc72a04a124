"""check-workflows: what is told of a project's workflow code before any of it runs."""

import textwrap
from pathlib import Path
from typing import Any

import pytest

from conftest import MakeProject
from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.verify import Verify
from harness.world import World, repository

FLOW = """\
import time
from datetime import timedelta
from temporalio import workflow
from shop.tools import stamp

@workflow.defn
class Order:
    @workflow.run
    async def run(self, name: str) -> str:
        return f"{name} {stamp()}"

@workflow.defn
class Mail:
    @workflow.run
    async def run(self) -> None:
        await workflow.execute_activity("send", start_to_close_timeout=timedelta(seconds=3))
"""
TOOLS = "import time\n\ndef stamp() -> float:\n    return time.time()\n"


def said(cli: Cli, *words: object, code: int = 0) -> dict[str, Any]:
    answer: dict[str, Any] = cli.json("check-workflows", *words, code=code)
    return answer


def rules(answer: dict[str, Any]) -> list[tuple[str, str]]:
    return [(row["rule"], row["place"]) for row in answer["findings"]]


@pytest.fixture
def shop(make_project: MakeProject, world: World) -> Project:
    made = make_project({"shop/flow.py": FLOW, "shop/tools.py": TOOLS}, "shop")
    world.use_project(made.directory)
    return made


def test_a_project_that_breaks_the_rules(cli: Cli, shop: Project) -> None:
    answer = said(cli, code=1)
    assert answer["verdict"] == "errors"
    assert (answer["workflows"], answer["files"]) == (2, 1)
    assert answer["not_run"] == []
    assert answer["findings"] == [
        {
            "level": "error",
            "rule": "clock",
            "place": "shop/tools.py:4",
            "message": "'time.time()' reads the machine's clock, which another replay finds changed",
            "fix": "workflow.time()",
            "workflow": "Order",
            "function": "stamp",
            "tool": None,
        }
    ]
    out = cli("check-workflows").expect(1).out.splitlines()
    assert out[0].startswith("1 finding in 1 of 2 workflows; first: shop/tools.py:4: 'time.time()'")


def test_a_project_that_does_not(cli: Cli, greeting: Project) -> None:
    assert said(cli)["verdict"] == "ok"
    out = cli("check-workflows").expect(0).out
    assert out.splitlines()[0].endswith("in 1 file: nothing found")


@pytest.mark.parametrize("template", ["approval", "batch", "greeting"])
def test_the_templates_are_clean(cli: Cli, template: str) -> None:
    answer = said(cli, repository() / "skills/templates" / template)
    assert (answer["verdict"], answer["findings"]) == ("ok", [])
    assert answer["workflows"] > 0


def test_only_what_is_asked_for(cli: Cli, shop: Project) -> None:
    shop.write("shop/other.py", FLOW.replace("stamp()", "id(self)").replace("Order", "Other"))
    assert rules(said(cli, code=1)) == [
        ("clock", "shop/tools.py:4"),
        ("memory-address", "shop/other.py:10"),
    ]
    assert rules(said(cli, "--level", "error", code=1)) == [("clock", "shop/tools.py:4")]
    warned = said(cli, "--rule", "memory-address")
    assert (warned["verdict"], rules(warned)) == (
        "warnings",
        [("memory-address", "shop/other.py:10")],
    )
    only = said(cli, shop.path("shop/other.py"))
    assert (only["workflows"], rules(only)) == (2, [("memory-address", "shop/other.py:10")])
    folder = said(cli, shop.path("shop"), code=1)
    assert len(folder["findings"]) == 2
    error = cli("check-workflows", "nowhere.py", "-o", "json").expect(3).error
    assert error["message"] == "cannot look at 'nowhere.py': no such file"


def test_a_line_that_is_meant_so(cli: Cli, shop: Project) -> None:
    shop.replace("shop/tools.py", "time.time()", "time.time()  # temporal-skill: ignore clock")
    assert said(cli)["verdict"] == "ok"


def test_no_workflows(cli: Cli, world: World, make_project: MakeProject) -> None:
    world.use_project(make_project({"main.py": "print(1)\n"}, "none").directory)
    assert said(cli)["verdict"] == "no_workflows"


def test_a_file_that_is_no_python(cli: Cli, shop: Project) -> None:
    shop.write("shop/new.py", "from temporalio import workflow\nclass (:\n")
    (line,) = said(cli, code=1)["not_run"]
    assert line.startswith("not read: shop/new.py:2: ")


def test_nothing_of_the_project_is_imported(cli: Cli, shop: Project) -> None:
    trap = f"open({str(shop.path('ran'))!r}, 'w').close()\n"
    for name in ("shop/flow.py", "shop/tools.py"):
        shop.write(name, trap + shop.read(name))
    for name in ("ast.py", "json.py", "sitecustomize.py", "workflow_rules.py", "shop/__init__.py"):
        shop.write(name, trap)
    said(cli, code=1)
    assert not shop.path("ran").exists()


def test_without_python(cli: Cli, world: World, shop: Project, tmp_path: Path) -> None:
    world.env["PATH"] = str(tmp_path)
    error = cli("check-workflows", "-o", "json").expect(4).error
    assert error["message"] == "cannot look at workflow code: no python3 on PATH"


# ---- the project's own linters ----

RUFF = """\
#!/bin/sh
echo "$@" >"{log}"
for last; do :; done
echo '[{{"code": "F841", "message": "unused", "filename": "'"$last"'", "location": {{"row": 3, "column": 1}},'
echo ' "fix": {{"message": "remove it"}}}}]'
exit 1
"""
MYPY = """\
#!/bin/sh
echo "$@" >"{log}"
echo 'shop/flow.py:10:5: error: Name "a" is not defined  [name-defined]'
echo 'shop/flow.py:10:5: note: of no interest'
exit 1
"""


def install(project: Project, name: str, script: str) -> Path:
    """A linter in the project's environment; the file that tells with which words it ran."""
    log = project.path(f"{name}.log")
    path = project.write(f".venv/bin/{name}", textwrap.dedent(script).format(log=log))
    path.chmod(0o755)
    return log


@pytest.fixture
def linted(shop: Project) -> Project:
    shop.write("pyproject.toml", "[tool.ruff]\nline-length = 99\n\n[tool.mypy]\nstrict = true\n")
    return shop


def test_linters_of_an_untrusted_project_do_not_run(cli: Cli, linted: Project) -> None:
    logs = [install(linted, "ruff", RUFF), install(linted, "mypy", MYPY)]
    (line,) = said(cli, code=1)["not_run"]
    assert line.startswith("ruff and mypy: the project is not trusted")
    assert not any(log.exists() for log in logs)


@pytest.mark.parametrize("way", ["trusted", "asked for"])
def test_linters_look_at_the_workflow_files(cli: Cli, linted: Project, way: str) -> None:
    logs = [install(linted, "ruff", RUFF), install(linted, "mypy", MYPY)]
    if way == "trusted":
        linted.write("temporal-skill.ini", "[project]\nname = shop\n")
        cli("trust-project").expect(0)
    answer = said(cli, *(["--linters"] if way == "asked for" else []), code=1)
    assert [
        (row["tool"], row["rule"], row["level"], row["place"], row["fix"])
        for row in answer["findings"]
    ] == [
        (None, "clock", "error", "shop/tools.py:4", "workflow.time()"),
        ("ruff", "F841", "warning", "shop/flow.py:3", "remove it"),
        ("mypy", "name-defined", "warning", "shop/flow.py:10", None),
    ]
    assert answer["not_run"] == []
    for log in logs:
        words = log.read_text().split()
        assert words[words.index("--") + 1 :] == [str(linted.path("shop/flow.py").resolve())]


def test_linters_that_are_not_there_or_fail(cli: Cli, world: World, linted: Project) -> None:
    install(linted, "ruff", "#!/bin/sh\necho 'error: unknown rule' >&2\nexit 2\n")
    answer = said(cli, "--linters", code=1)
    assert answer["not_run"] == [
        "ruff: exit status 2: error: unknown rule",
        "mypy: set up, and not installed in the project's environment",
    ]


# ---- in other commands ----


def doctor_row(cli: Cli) -> dict[str, Any]:
    rows = cli("doctor", "-o", "json").json["checks"]
    (row,) = [row for row in rows if row["name"] == "workflow-code"]
    found: dict[str, Any] = row
    return found


def test_doctor_warns(cli: Cli, shop: Project) -> None:
    row = doctor_row(cli)
    assert (row["state"], row["value"]) == ("warning", "2 workflows")
    assert row["detail"].startswith("1 finding in 1 of 2 workflows; first: shop/tools.py:4 ")
    assert row["fix"] == "temporal-skill check-workflows"
    shop.replace("shop/tools.py", "time.time()", "1.0")
    assert doctor_row(cli)["state"] == "ok"


def put_into_run(project: Project, line: str) -> None:
    """As the first line of the workflow's run method."""
    source = project.read("workflow.py")
    at = source.index("\n", source.index("    async def run(")) + 1
    project.write("workflow.py", f"{source[:at]}        {line}\n{source[at:]}")


def test_verify_project_has_a_step(verify: Verify, verifiable: Project) -> None:
    assert verify(0).detail("check_workflows").endswith("in 1 file: nothing found")


def test_verify_project_only_notes_a_warning(verify: Verify, verifiable: Project) -> None:
    put_into_run(verifiable, "hash(order.name)")
    assert "'hash()'" in verify(0).detail("check_workflows")


def test_verify_project_fails_at_an_error(verify: Verify, verifiable: Project) -> None:
    put_into_run(verifiable, "import os; os.getpid()")
    verified = verify(1)
    assert verified.failed == ["check_workflows"]
    assert "'os.getpid()'" in verified.detail("check_workflows")
    assert verified.result["next"][0].endswith(" check-workflows")


def test_what_a_running_worker_has_registered_is_looked_at(
    cli: Cli, server: DevServer, greeting: Project, stop_workers: None
) -> None:
    """Also where the sources are not searched: here in a folder called build."""
    put_into_run(greeting, "hash(order.name)")
    greeting.write("build/workflow.py", greeting.read("workflow.py"))
    greeting.path("workflow.py").unlink()
    worker = "import sys\nsys.path.insert(0, 'build')\n" + greeting.read("worker.py")
    greeting.write("worker.py", worker)
    assert said(cli)["workflows"] == 0
    cli("ensure-worker").expect(0)
    answer = said(cli)
    assert [row["place"].split(":")[0] for row in answer["findings"]] == ["build/workflow.py"]
