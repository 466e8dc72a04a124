"""run-starter with a starter that starts nothing new: it attaches to a workflow that is there, in each way there is."""

import pytest

from conftest import MakeProject
from harness.cli import Cli, Ran
from harness.client import Temporal
from harness.ending import LEAVE
from harness.project import Project
from harness.verify import Verify, own_starter
from harness.workflows import QUEUE
from harness.world import World

BEGIN = f"""
import asyncio, os, sys
from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateStage
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import WorkflowAlreadyStartedError

QUEUE, DAY = "{QUEUE}", "2026-11-30"

async def main():
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"])
    USE = WorkflowIDConflictPolicy.USE_EXISTING
"""
END = "\n\nasyncio.run(main())\n" + LEAVE

USE_EXISTING = """
    handle = await client.start_workflow("Open", id="report-1", task_queue=QUEUE, id_conflict_policy=USE)
    print("report workflow:", handle.id)
"""
SAYS_NOTHING = """
    handle = await client.start_workflow("Open", id="report-1", task_queue=QUEUE, id_conflict_policy=USE)
    print("ok")
"""
SIGNALS = """
    await client.start_workflow(
        "Open", id="report-1", task_queue=QUEUE, start_signal="set_value", start_signal_args=[7])
"""
UPDATES = """
    start = WithStartWorkflowOperation("Open", id="report-1", task_queue=QUEUE, id_conflict_policy=USE)
    await client.execute_update_with_start_workflow("replace", 8, start_workflow_operation=start)
"""
CATCHES = """
    try:
        await client.start_workflow("Open", id="report-1", task_queue=QUEUE)
    except WorkflowAlreadyStartedError as error:
        print(f"{error.workflow_id} is there already")
"""
WAITS = """
    await client.execute_workflow("Open", id=f"report-{DAY}", task_queue=QUEUE, id_conflict_policy=USE)
"""


def run(cli: Cli, project: Project, *words: str, code: int = 0) -> Ran:
    program = ["--", project.python, "starter.py"]
    return cli("-o", "json", "run-starter", *words, *program).expect(code)


def source(body: str) -> dict[str, str]:
    return {"starter.py": BEGIN + body + END}


@pytest.fixture(autouse=True)
def there(worked: Temporal) -> str:
    """The run that is there."""
    handle = worked.start_workflow("Open", id="report-1", task_queue=QUEUE)
    return str(handle.first_execution_run_id)


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (USE_EXISTING, "its output names 'report-1'"),
        (CATCHES, "its output names 'report-1'"),
        (SAYS_NOTHING, "its source (starter.py:13) names 'report-1'"),
        (SIGNALS, "its signal 'set_value' is in its history (event "),
        (UPDATES, "its update 'replace' is in its history (event "),
    ],
    ids=["use-existing", "caught", "says-nothing", "signal-with-start", "update-with-start"],
)
def test_the_workflow_that_is_there_is_named(
    cli: Cli, make_project: MakeProject, there: str, body: str, shown: str
) -> None:
    project = make_project(source(body), "starting").use()
    said = cli("run-starter", "--", project.python, "starter.py").expect(0).out
    headline = said.splitlines()[0]
    assert "started nothing new" in headline and f"(run {there}, since 20" in headline
    assert headline.endswith(": 1 running") and "'report-1'" in headline
    # What only words tell is not said as if it were known.
    assert ("it attached to" in headline) == ("history" in shown)
    assert shown in said


def test_its_own_is_no_other(cli: Cli, make_project: MakeProject) -> None:
    own = USE_EXISTING.replace("report-1", "report-2")
    project = make_project(source(own), "starting").use()
    answer = run(cli, project).json
    assert "attached_because" not in answer
    assert answer["workflows"][0]["workflow_id"] == "report-2"


@pytest.mark.parametrize(
    "said",
    ["nothing to do", "report-10 and my-report-1", "report-1.pdf written to out/report-1", ""],
)
def test_who_starts_nothing_started_nothing(cli: Cli, make_project: MakeProject, said: str) -> None:
    project = make_project({"starter.py": f"print({said!r})\n"}, "starting").use()
    answer = run(cli, project, code=1).json
    assert answer["verdict"] == "no_workflow"


def test_what_it_waits_for_is_told(cli: Cli, worked: Temporal, make_project: MakeProject) -> None:
    """It says nothing until the workflow ends, which its source names but for the day."""
    day = worked.start_workflow("Open", id="report-2026-11-30", task_queue=QUEUE)
    project = make_project(source(WAITS.replace("{DAY}", "{DAY:>10}")), "starting").use()
    # Two are of the pattern "report-…": which one, nothing tells.
    answer = run(cli, project, "--timeout", "7", code=5).json
    assert answer["workflows"] == []
    worked.call(worked.client.get_workflow_handle("report-1").terminate())
    answer = run(cli, project, "--timeout", "7", code=5).json
    assert answer["attached_because"] == ("its source (starter.py:13) names 'report-2026-11-30'")
    assert answer["workflows"][0]["run_id"] == day.first_execution_run_id
    assert any("diagnose -w report-2026-11-30" in line for line in answer["next"])


def test_who_waits_for_one_that_cannot_move_is_told_so(
    cli: Cli, worked: Temporal, make_project: MakeProject
) -> None:
    worked.start_workflow("Bug", id="stuck-1", task_queue=QUEUE)
    waits = WAITS.replace("report-{DAY}", "stuck-1")
    project = make_project(source(waits), "starting").use()
    answer = run(cli, project, "--timeout", "7", code=6).json
    assert answer["verdict"] == "workflow_task_failure"
    assert answer["attached_because"].endswith("names 'stuck-1'")


def test_a_run_that_has_ended(cli: Cli, worked: Temporal, make_project: MakeProject) -> None:
    """Where the output says that it was there already."""
    handle = worked.start_workflow("Give", "done", id="once-1", task_queue=QUEUE)
    worked.call(handle.result())
    body = "print('once-1 was done already')\n"
    project = make_project({"starter.py": body}, "starting").use()
    answer = run(cli, project).json
    assert answer["verdict"] == "ok"
    assert answer["workflows"][0]["status"] == "COMPLETED"
    project.write("starter.py", "print('see once-1')\n")
    assert run(cli, project, code=1).json["verdict"] == "no_workflow"


AGAIN = """
from temporalio.common import WorkflowIDConflictPolicy
handle = await client.start_workflow(
    GreetingWorkflow.run, GreetingInput(name="x"), id="hello-again", task_queue=TASK_QUEUE,
    id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
)
print("workflow", handle.id)
"""
STEPS = "step = signal finish\n"


def test_verification_goes_on_with_it(
    verify: Verify, verifiable: Project, world: World, worked: Temporal
) -> None:
    own_starter(verifiable, AGAIN)
    ini = verifiable.read("temporal-skill.ini")
    verifiable.write("temporal-skill.ini", ini + STEPS)
    started = worked.start_workflow(
        "GreetingWorkflow",
        {"name": "x", "wait": True},
        id="hello-again",
        task_queue=f"greeting-{world.id[:12]}",
    )
    verified = verify(0)
    assert "was there before: its output names 'hello-again'" in verified.detail("hello: starter")
    assert str(started.first_execution_run_id) in verified.detail("hello: starter")
