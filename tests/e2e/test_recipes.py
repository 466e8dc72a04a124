"""Recipes: found, checked as a whole before anything runs, run step by step, cleaned up after."""

import json
import shlex
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
from temporalio import workflow
from temporalio.api.enums.v1 import EventType

from conftest import MakeProject
from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project, template_sources
from harness.server import DevServer
from harness.world import World

SHIPPED = [
    "check-recent-results",
    "clean-start",
    "clear-stalled-environment",
    "debug-stalled-workflow",
    "recover-nondeterminism",
    "test-interactive-workflow",
]

# Prints its words, each in a line of its own as JSON, then ends as `exit=N` says.
SAY = """\
import json, sys
code = 0
for word in sys.argv[1:]:
    print(json.dumps(word))
    if word.startswith("exit="):
        code = int(word[5:])
sys.exit(code)
"""


@workflow.defn
class Echo:
    @workflow.run
    async def run(self, answer: Any) -> Any:
        return answer


@pytest.fixture
def say(world: World) -> str:
    """The command line of a program that shows what words it got."""
    path = world.root / "say.py"
    path.write_text(SAY)
    return shlex.join([sys.executable, str(path)])


def write(folder: Path, name: str, text: str, heading: bool = True) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.ini"
    begin = f"[recipe]\nname = {name}\nsummary = a test\n" if heading else ""
    path.write_text(begin + text)
    return path


@pytest.fixture
def recipe(world: World) -> Any:
    """Writes the project's recipe `trial`; returns its path."""

    def make(text: str) -> Path:
        return write(world.project_dir / ".temporal-skill/recipes", "trial", text)

    return make


def run(cli: Cli, code: int, *words: object) -> Any:
    return cli.json("run-recipe", "trial", *words, code=code)


def by_name(ran: Any) -> dict[str, Any]:
    return {step["name"]: step for step in ran["steps"]}


def printed(step: Any) -> list[str]:
    return [json.loads(line) for line in step["output"].splitlines()]


# ---- which there are ----


def test_shipped_recipes_are_listed_and_sound(cli: Cli) -> None:
    listed = cli.json("list-recipes")
    assert [row["name"] for row in listed["recipes"]] == SHIPPED
    for row in listed["recipes"]:
        assert row["origin"] == "shipped"
        assert "problem" not in row
        shown = cli.json("show-recipe", row["name"])
        assert shown["problems"] == []
        assert shown["summary"] == row["summary"]
        assert shown["steps"]


def test_the_nearest_of_a_name_is_taken(cli: Cli, world: World, say: str) -> None:
    user = Path(world.env["XDG_CONFIG_HOME"]) / "temporal-skill/recipes"
    project = world.project_dir / ".temporal-skill/recipes"
    step = f"[step one]\nprogram = {say} "
    write(user, "clean-start", step + "user")
    write(user, "mine", step + "user")
    rows = {row["name"]: row for row in cli.json("list-recipes")["recipes"]}
    assert rows["clean-start"]["origin"] == "user"
    assert rows["clean-start"]["instead_of"].endswith("skills/recipes/clean-start.ini")
    write(project, "mine", step + "project")
    rows = {row["name"]: row for row in cli.json("list-recipes")["recipes"]}
    assert rows["mine"]["origin"] == "project"
    assert printed(cli.json("run-recipe", "mine")["steps"][0]) == ["project"]
    assert printed(cli.json("run-recipe", f"{user}/mine.ini")["steps"][0]) == ["user"]


def test_unknown_recipe(cli: Cli) -> None:
    error = cli("run-recipe", "clean-strat", "-o", "json").expect(3).error
    assert "did you mean 'clean-start'" in error["message"]
    assert "list-recipes" in error["hint"]


# ---- what is wrong is found before anything runs ----


BAD = """\
[parameter queue]
required = true
summary = the queue
[parameter queue]
kind = text
[step one]
program = {say} ran
on_failure = rescue
[step two]
command = ensure-serve
[step three]
command = wait-for-workflow-status --workflow-id x --statsu COMPLETED
[step four]
command = find-stalled-workflows --min-attempts many --limit ${{limit}}
captur = x /y
[step five]
command = get-workflow-result
[step one]
command = kill-worker now
[step six]
summary = nothing to do
[step seven]
program = {say} "open
capture = a match ([0-9]
[stop eight]
command = kill-worker
[step nine]
command = run-recipe clean-start
on_failure = run mender
expect = verdict ok
[cleanup ten]
command = show-worker-log --follow
on_failure = continue
"""


def test_every_problem_is_told_with_its_line(cli: Cli, world: World, say: str, recipe: Any) -> None:
    path = recipe(BAD.format(say=say))
    ran = cli("run-recipe", "trial", "-o", "json").expect(2)
    problems = [problem.removeprefix(f"{path}:") for problem in ran.json["problems"]]
    lines = BAD.splitlines()

    def told(line: str, text: str, nth: int = 1) -> None:
        number = [at + 4 for at, found in enumerate(lines) if found == line][nth - 1]
        assert [p for p in problems if p.startswith(f"{number}: ") and text in p], (
            f"{number}: {text} is not in {problems}"
        )

    told("[parameter queue]", "it needs --set queue=VALUE: the queue")
    told("[parameter queue]", "a second parameter 'queue'; the first is on line 4", 2)
    told("kind = text", "unknown key 'kind' in [parameter]")
    told("on_failure = rescue", "stop, continue or run NAME")
    told("command = ensure-serve", "did you mean 'ensure-server'?")
    told(
        "command = wait-for-workflow-status --workflow-id x --statsu COMPLETED",
        "has no flag '--statsu'; did you mean '--status'?",
    )
    told("captur = x /y", "did you mean 'capture'?")
    told("command = get-workflow-result", "'get-workflow-result' needs --workflow-id")
    told("[step one]", "a second step 'one'; the first is on line 9", 2)
    told("command = kill-worker now", "'kill-worker' takes no argument 'now'")
    told("[step six]", "neither command nor program")
    told("capture = a match ([0-9]", "bad regular expression")
    told("[stop eight]", "did you mean 'step'?")
    told("command = run-recipe clean-start", "cannot be a step of a recipe")
    told("on_failure = run mender", "there is no [rescue mender]")
    told("expect = verdict ok", "expect is /POINTER is [not] VALUE")
    told("command = show-worker-log --follow", "'--follow' never ends")
    assert any("'limit' is no parameter" in p for p in problems)
    assert any("bad value 'many' of '--min-attempts'" in p for p in problems)
    assert any("quote" in p for p in problems)
    assert "steps" not in ran.json
    assert ran.error["code"] == "usage"
    assert ran.error["message"] == ran.json["problems"][0]


def test_a_broken_recipe_is_listed_with_its_problem(cli: Cli, recipe: Any) -> None:
    path = recipe("[step one]\ncommand = nonsense\n")
    listed = cli.json("list-recipes")
    assert listed["verdict"] == "problems"
    row = next(row for row in listed["recipes"] if row["name"] == "trial")
    assert row["problem"].startswith(f"{path}:5: unknown command 'nonsense'")


def test_values_that_do_not_fit(cli: Cli, recipe: Any, say: str) -> None:
    recipe(
        "[parameter number]\ntype = integer\ndefault = 3\n"
        "[parameter time]\ntype = duration\n"
        "[parameter data]\ntype = json\n"
        "[parameter how]\nchoices = fast slow\ndefault = fast\n"
        f"[step one]\nprogram = {say} ${{number}}\n"
    )
    run(cli, 0)
    run(cli, 0, "--set", "number=-4", "--set", "time=1.5m", "--set", 'data={"a": 1}')
    for bad in ("number=x", "time=soon", "data={", "how=well", "nmuber=1", "number"):
        ran = cli("run-recipe", "trial", "--set", bad, "-o", "json").expect(2)
        assert bad.partition("=")[0] in ran.error["message"]
    assert "did you mean 'number'" in cli("run-recipe", "trial", "-s", "nmuber=1").expect(2).err


def test_dry_run_runs_nothing(cli: Cli, world: World, recipe: Any) -> None:
    recipe(
        "[parameter file]\nrequired = true\n"
        "[step one]\nprogram = touch ${file}\ncapture = x match (.*)\n"
        "[step two]\nprogram = touch ${x}\nwhen = ${file} is nothing\n"
        "[cleanup three]\ncommand = kill-worker\n"
    )
    ran = run(cli, 0, "--dry-run", "--set", f"file={world.root}/a b")
    assert ran["verdict"] == "dry_run"
    rows = by_name(ran)
    assert rows["one"]["runs"] == f"touch '{world.root}/a b'"
    assert rows["two"]["runs"] == "touch ${x}"
    assert rows["two"]["only"].startswith("skipped: not when")
    assert rows["three"]["runs"] == "temporal-skill kill-worker"
    assert not (world.root / "a b").exists()


# ---- programs ----


def test_a_value_is_one_word_and_no_shell_sees_it(
    cli: Cli, world: World, recipe: Any, say: str
) -> None:
    recipe(
        "[parameter text]\n[parameter words]\ntype = words\n[parameter none]\n"
        f"[step one]\nprogram = {say} ${{text}} -x-${{text}}-y $${{text}} '${{none}}' ${{words}} end\n"
        "with = --left ${none}\nwith = --right ${text}\n"
    )
    nasty = "a b; touch owned $(touch owned) `touch owned` \"'\\ ${none} é"
    ran = run(cli, 0, "--set", f"text={nasty}", "--set", "words=one 'two 2' three")
    assert printed(ran["steps"][0]) == [
        *(nasty, f"-x-{nasty}-y", "${text}", "", "one", "two 2", "three", "end"),
        *("--right", nasty),
    ]
    assert not list(world.root.rglob("owned"))


def test_where_a_program_runs(cli: Cli, world: World, server: DevServer, recipe: Any) -> None:
    script = "import os; print(os.getcwd(), os.environ['TEMPORAL_ADDRESS'], os.environ['TEMPORAL_NAMESPACE'])"
    recipe(f'[step one]\nprogram = {sys.executable} -c "{script}"\n')
    ran = run(cli, 0, "--namespace", "other")
    assert ran["steps"][0]["output"].split() == [str(world.project_dir), world.address, "other"]


def test_captures_of_a_program(cli: Cli, recipe: Any, say: str) -> None:
    recipe(
        f"[step one]\nprogram = {say} 'version 1.2.3' 'id: a b'\n"
        'capture = version match version ([0-9.]+)\ncapture = line match ^"id.*$\n'
        "capture_optional = none match nothing like that\n"
        f"[step two]\nprogram = {say} ${{version}} ${{line}} [${{none}}]\n"
        '[step three]\nprogram = echo {"list": [1, 9007199254740993]}\n'.replace('"', '\\"')
        + "capture = big /list/1\n"
        f"[step four]\nprogram = {say} ${{big}}\n"
    )
    ran = run(cli, 0)
    rows = by_name(ran)
    assert printed(rows["two"]) == ["1.2.3", '"id: a b"', "[]"]
    assert printed(rows["four"]) == ["9007199254740993"]
    assert rows["one"]["captured"] == {"version": "1.2.3", "line": '"id: a b"', "none": ""}
    assert ran["values"]["version"] == "1.2.3"


def test_a_capture_that_finds_nothing_fails_the_step(cli: Cli, recipe: Any, say: str) -> None:
    recipe(f"[step one]\nprogram = {say} x\ncapture = y match (z)\n")
    ran = run(cli, 1)
    assert ran["failed_step"] == "one"
    assert "has no match of '(z)'" in ran["steps"][0]["detail"]


def test_failures(cli: Cli, recipe: Any, say: str) -> None:
    recipe(
        f"[step accepted]\nprogram = {say} exit=7\naccept = 7 8\n"
        f"[step ignored]\nprogram = {say} exit=3\non_failure = continue\ncapture = never match (no)\n"
        f"[step skipped]\nprogram = {say} ${{never}}\n"
        f"[step mended]\nprogram = {say} exit=4\non_failure = run mender\n"
        f"[step stops]\nprogram = {say} boom exit=5\n"
        f"[step unreached]\nprogram = {say} x\n"
        f"[rescue mender]\nprogram = {say} mending\n"
        f"[cleanup sweep]\nprogram = {say} exit=6\n"
        f"[cleanup sweep-again]\nprogram = {say} ${{never}}\n"
        f"[cleanup last]\nprogram = {say} done\n"
    )
    ran = run(cli, 1)
    rows = by_name(ran)
    order = [step["name"] for step in ran["steps"]]
    assert order == [
        *("accepted", "ignored", "skipped", "mended", "mender", "stops"),
        *("sweep", "sweep-again", "last"),
    ]
    assert [rows[name]["ok"] for name in order] == [
        *(True, False, None, False, True, False),
        *(False, None, True),
    ]
    assert rows["mended"]["mended_by"] == "mender"
    assert rows["skipped"]["detail"] == "skipped: 'never' was not captured"
    assert rows["stops"]["exit_status"] == 5
    assert ran["failed_step"] == "ignored"
    assert ran["verdict"] == "failed"


def test_a_rescue_may_end_it(cli: Cli, recipe: Any, say: str) -> None:
    text = (
        f"[step one]\nprogram = {say} exit=1\non_failure = run look\n"
        f"[step two]\nprogram = {say} two\n[rescue look]\nprogram = {say} looking\n"
    )
    recipe(text)
    assert run(cli, 0)["verdict"] == "passed"
    recipe(text + "then = stop\n")
    ran = run(cli, 1)
    assert [step["name"] for step in ran["steps"]] == ["one", "look"]
    assert ran["failed_step"] == "one"


def test_a_program_past_its_deadline(cli: Cli, world: World, recipe: Any) -> None:
    recipe(
        "[parameter time]\ndefault = 200ms\n"
        "[step one]\nprogram = sleep 60\ntimeout = ${time}\n[cleanup two]\nprogram = true\n"
    )
    ran = run(cli, 1)
    assert "did not end within 200 ms" in ran["steps"][0]["detail"]
    assert [step["name"] for step in ran["steps"]] == ["one", "two"]
    assert world.running() == []


def test_a_program_that_is_not_there(cli: Cli, recipe: Any) -> None:
    recipe("[step one]\nprogram = no-such-program\n")
    ran = run(cli, 1)
    assert "no-such-program" in ran["steps"][0]["detail"]


def test_conditions(cli: Cli, recipe: Any, say: str) -> None:
    recipe(
        "[parameter a]\ndefault = x\n[parameter empty]\n"
        + "".join(
            f"[step s{at}]\nprogram = {say}\nwhen = {when}\n"
            for at, when in enumerate(
                ["${a}", "${empty}", "${a} is x", "${a} is not x", "${empty} is ''", "${a} is y"]
            )
        )
    )
    assert [step["ok"] for step in run(cli, 0)["steps"]] == [True, None, True, None, True, None]


def test_interrupted_recipe_runs_its_cleanups(cli: Cli, world: World, recipe: Any) -> None:
    recipe(
        "[step one]\nprogram = sleep 60\non_failure = continue\n[step two]\nprogram = true\n"
        f"[cleanup three]\nprogram = touch {world.root}/cleaned\n[cleanup four]\ncommand = kill-worker\n"
    )
    process = cli.start("run-recipe", "trial", "--verbose", "-o", "json")
    assert process.stderr
    while "step 'one'" not in (line := process.stderr.readline()):
        assert line
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    ran = json.loads(out)
    assert ran["verdict"] == "interrupted"
    assert [(step["name"], step["ok"]) for step in ran["steps"]] == [
        *(("one", False), ("three", True), ("four", True)),
    ]
    assert (world.root / "cleaned").exists()
    assert world.running() == []


# ---- commands ----


def test_a_commands_result_is_whole(
    cli: Cli, server: DevServer, temporal: Temporal, recipe: Any
) -> None:
    temporal.start_worker("numbers", [Echo])
    handle = temporal.start_workflow(
        *("Echo", {"id": 9007199254740993, "a/b": {"~": ["x", {"text": 'say "hi"\n'}]}}),
        task_queue="numbers",
        id="--address",
    )
    temporal.result(handle)
    recipe(
        "[parameter id]\nrequired = true\n"
        "[step one]\ncommand = get-workflow-result -w ${id}\n"
        "expect = /status is COMPLETED\nexpect = /verdict is not failed\n"
        "capture = number /result/id\ncapture = text /result/a~1b/~0/1/text\n"
        "capture = whole /result/a~1b\ncapture_optional = none /result/nothing\n"
        "[step two]\ncommand = get-workflow-result --workflow-id ${id}\nexpect = /result/id is 1\n"
    )
    ran = cli("run-recipe", "trial", "--set", "id=--address", "-o", "json").expect(1)
    rows = by_name(ran.json)
    assert '"id":9007199254740993' in ran.out.replace(" ", "")
    assert rows["one"]["captured"] == {
        "number": "9007199254740993",
        "text": 'say "hi"\n',
        "whole": '{"~":["x",{"text":"say \\"hi\\"\\n"}]}',
        "none": "",
    }
    assert rows["two"]["detail"] == "/result/id is '9007199254740993', expected '1'"


def test_exit_code_is_the_first_failed_commands(cli: Cli, server: DevServer, recipe: Any) -> None:
    recipe(
        "[step one]\ncommand = describe-workflow -w nobody\non_failure = continue\n"
        "[step two]\ncommand = show-server\n"
    )
    ran = run(cli, 3)
    assert ran["failed_step"] == "one"
    assert ran["steps"][1]["ok"]
    assert "nobody" in ran["steps"][0]["error"]


def test_read_only_refuses(cli: Cli, recipe: Any) -> None:
    recipe("[step one]\nprogram = true\n")
    cli("run-recipe", "trial", "--read-only").expect(7)
    cli("show-recipe", "trial", "--read-only").expect(0)


# ---- the shipped ones, on the real thing ----


@pytest.fixture
def ready(greeting: Project) -> Project:
    greeting.replace(
        "temporal-skill.ini",
        "starter_cmd = uv run starter CodeAgent",
        f"starter_cmd = {greeting.command('starter.py')} CodeAgent",
    )
    return greeting


def test_clean_start(cli: Cli, world: World, server: DevServer, ready: Project) -> None:
    before = cli.json("ensure-worker")
    out = cli("run-recipe", "clean-start", "--set", "expect=Hello, CodeAgent!").expect(0).out
    assert out.startswith("recipe 'clean-start' passed: 4 steps in ")
    workers = cli.json("list-workers")["workers"]
    assert [worker["polling"] for worker in workers] == [True]
    assert workers[0]["pid"] != before["pid"]
    failed = cli.json("run-recipe", "clean-start", "--set", "expect=Goodbye", code=1)
    assert failed["failed_step"] == "starter"
    cli("kill-worker").expect(0)


def test_debug_stalled_workflow(
    cli: Cli, server: DevServer, temporal: Temporal, ready: Project
) -> None:
    ran = cli.json("run-recipe", "debug-stalled-workflow")
    assert [step["ok"] for step in ran["steps"]][-1] is None  # nothing is stalled

    temporal.start_workflow("GreetingWorkflow", {"name": "x"}, task_queue="nobody", id="lost")
    handle = temporal.client.get_workflow_handle("lost")
    assert temporal.call(handle.describe()).status
    ran = cli.json("run-recipe", "debug-stalled-workflow", "--set", "workflow_id=lost")
    assert by_name(ran)["analyze"]["result"]["verdict"] == "no_workflow_worker"
    assert by_name(ran)["find"]["ok"] is None
    assert any("ensure-worker" in command for command in ran["next"])


def test_clear_stalled_environment(
    cli: Cli, world: World, server: DevServer, temporal: Temporal, ready: Project
) -> None:
    temporal.start_workflow("NoSuchWorkflow", task_queue=f"greeting-{world.id[:12]}", id="stuck")
    cli("ensure-worker").expect(0)
    cli("wait-for-workflow-status", "-w", "stuck", "--timeout", 30).expect(6)
    ran = cli.json("run-recipe", "clear-stalled-environment", "--set", "terminate=true")
    steps = by_name(ran)
    assert [row["workflow_id"] for row in steps["find"]["result"]["stalled"]] == ["stuck"]
    assert steps["cancel"]["result"]["done"] == 1
    assert temporal.status("stuck") == "TERMINATED"
    cli("kill-worker").expect(0)


def test_test_interactive_workflow(
    cli: Cli, world: World, server: DevServer, make_project: MakeProject
) -> None:
    sources = template_sources("approval", "approval", f"approval-{world.id[:12]}")
    project = make_project(sources, "approval").use()
    ran = cli.json(
        *("run-recipe", "test-interactive-workflow", "--set", "name=decide"),
        *("--set", f"starter={project.command('starter.py')}"),
        *("--set", 'data={"approved": false, "by": "finance"}'),
    )
    assert json.loads(ran["values"]["result"])["state"] == "rejected"
    assert ran["steps"][-1]["name"] == "worker-stop"
    assert world.running() == []

    wrong = cli.json(
        *("run-recipe", "test-interactive-workflow", "--set", "name=dceide"),
        *("--set", f"starter={project.command('starter.py')}"),
        code=3,
    )
    assert wrong["failed_step"] == "interact"
    assert "decide" in by_name(wrong)["interact"]["detail"]
    assert world.running() == []


def test_check_recent_results(cli: Cli, server: DevServer, temporal: Temporal) -> None:
    temporal.start_worker("answers", [Echo])
    good = temporal.start_workflow("Echo", {"status": "ok"}, task_queue="answers", id="good")
    temporal.result(good)
    assert cli.json("wait-for-workflow-status", "-w", "good")["reached"]
    cli("run-recipe", "check-recent-results", "--set", "workflow_id=good").expect(0)
    bad = temporal.start_workflow("Echo", {"status": "error"}, task_queue="answers", id="bad")
    temporal.result(bad)
    while len(cli.json("list-recent-workflows", "--status", "COMPLETED")["workflows"]) < 2:
        pass
    ran = cli.json("run-recipe", "check-recent-results", "--set", "workflow_id=bad", code=1)
    steps = by_name(ran)
    assert ran["failed_step"] == "recent"
    assert "suspicious" in steps["recent"]["detail"]
    assert not steps["result"]["ok"]


async def timer_fired(temporal: Temporal, workflow_id: str) -> None:
    handle = temporal.client.get_workflow_handle(workflow_id)
    async for event in handle.fetch_history_events(wait_new_event=True):
        if event.event_type == EventType.EVENT_TYPE_TIMER_FIRED:
            return


@pytest.fixture
def nondeterministic(
    cli: Cli, world: World, server: DevServer, temporal: Temporal, ready: Project
) -> str:
    """The id of a workflow whose code was changed under it; the new code is what is wanted."""
    source = ready.read("workflow.py")
    ready.replace(
        "workflow.py",
        "        if order.wait:",
        "        await workflow.sleep(0.01)\n        if order.wait:",
    )
    cli("ensure-worker").expect(0)
    started = cli("run-starter", "-o", "json", "--", ready.python, "starter.py", "--wait", "x")
    workflow_id: str = started.expect(0).json["workflows"][0]["workflow_id"]
    cli("signal-workflow", "-w", workflow_id, "--name", "update_greeting", "--input", '"Hi"')
    temporal.call(timer_fired(temporal, workflow_id))
    ready.write("workflow.py", source)  # the timer in the history has no place in it
    cli("ensure-worker").expect(0)
    cli("signal-workflow", "-w", workflow_id, "--name", "finish").expect(0)
    cli("wait-for-workflow-status", "-w", workflow_id, "--timeout", 40).expect(6)
    assert cli.json("analyze-workflow-error", "-w", workflow_id)["verdict"] == "nondeterminism"
    return workflow_id


def test_recover_nondeterminism_by_starting_anew(
    cli: Cli, temporal: Temporal, nondeterministic: str
) -> None:
    ran = cli.json(
        "run-recipe", "recover-nondeterminism", "--set", f"workflow_id={nondeterministic}"
    )
    assert [step["name"] for step in ran["steps"] if step["ok"]] == [
        *("diagnosis", "terminate", "worker", "starter", "new-result"),
    ]
    assert temporal.status(nondeterministic) == "TERMINATED"
    assert temporal.status(ran["values"]["new_workflow_id"]) == "COMPLETED"
    # Once terminated it is not ill any more, and nothing is done to it.
    again = cli.json(
        *("run-recipe", "recover-nondeterminism", "--set", f"workflow_id={nondeterministic}"),
        code=1,
    )
    assert again["failed_step"] == "diagnosis"
    assert len(again["steps"]) == 1
    cli("kill-worker").expect(0)


def test_recover_nondeterminism_by_reset(
    cli: Cli, temporal: Temporal, nondeterministic: str
) -> None:
    cli.json(
        *("run-recipe", "recover-nondeterminism", "--set", f"workflow_id={nondeterministic}"),
        *("--set", "how=reset", "--set", "timeout=30"),
    )
    result = cli.json("get-workflow-result", "-w", nondeterministic)
    assert result["result"] == "Hi, x!"
    cli("kill-worker").expect(0)
