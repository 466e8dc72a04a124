"""Recipes: found, and checked as a whole before anything runs."""

from pathlib import Path

from harness.cli import Cli
from harness.recipes import Trial, by_name, printed, write_recipe
from harness.world import World

SHIPPED = [
    "check-recent-results",
    "clean-start",
    "clear-stalled-environment",
    "debug-stalled-workflow",
    "recover-nondeterminism",
    "test-interactive-workflow",
]

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
    write_recipe(user, "clean-start", step + "user")
    write_recipe(user, "mine", step + "user")
    rows = {row["name"]: row for row in cli.json("list-recipes")["recipes"]}
    assert rows["clean-start"]["origin"] == "user"
    ran = cli("run-recipe", "clean-start", "--dry-run").expect(0)
    assert f"the user's recipe 'clean-start' stands before the shipped one: {user}" in ran.err
    assert "stands before" not in cli("run-recipe", "mine", "--dry-run").expect(0).err
    assert rows["clean-start"]["instead_of"].endswith("skills/recipes/clean-start.ini")
    write_recipe(project, "mine", step + "project")
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
command = stop-server now
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


def test_every_problem_is_told_with_its_line(cli: Cli, say: str, trial: Trial) -> None:
    path = trial.write(BAD.format(say=say))
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
        "unknown flag '--statsu'; did you mean '--status'?",
    )
    told("captur = x /y", "did you mean 'capture'?")
    told("command = get-workflow-result", "missing flag '--workflow-id'")
    told("[step one]", "a second step 'one'; the first is on line 9", 2)
    told("command = stop-server now", "'stop-server' takes no argument 'now'")
    told("[step six]", "neither command nor program")
    told("capture = a match ([0-9]", "bad regular expression")
    told("[stop eight]", "did you mean 'step'?")
    told("command = run-recipe clean-start", "cannot be a step of a recipe")
    told("on_failure = run mender", "there is no [rescue mender]")
    told("expect = verdict ok", "expect is /POINTER is [not] VALUE")
    told("command = show-worker-log --follow", "'--follow' never ends")
    assert any("'limit' is no parameter" in p for p in problems)
    assert any("bad number 'many' of '--min-attempts'" in p for p in problems)
    assert any("quote" in p for p in problems)
    assert "steps" not in ran.json
    assert ran.error["code"] == "usage"
    assert ran.error["message"] == ran.json["problems"][0]


def test_a_broken_recipe_is_listed_with_its_problem(cli: Cli, trial: Trial) -> None:
    path = trial.write("[step one]\ncommand = nonsense\n")
    listed = cli.json("list-recipes")
    assert listed["verdict"] == "problems"
    row = next(row for row in listed["recipes"] if row["name"] == "trial")
    assert row["problem"].startswith(f"{path}:5: unknown command 'nonsense'")


def test_values_that_do_not_fit(cli: Cli, trial: Trial, say: str) -> None:
    trial.write(
        "[parameter number]\ntype = integer\ndefault = 3\n"
        "[parameter time]\ntype = duration\n"
        "[parameter data]\ntype = json\n"
        "[parameter how]\nchoices = fast slow\ndefault = fast\n"
        f"[step one]\nprogram = {say} ${{number}}\n"
    )
    trial.run(0)
    trial.run(0, "--set", "number=-4", "--set", "time=1.5m", "--set", 'data={"a": 1}')
    for bad in ("number=x", "time=soon", "data={", "how=well", "nmuber=1", "number"):
        ran = cli("run-recipe", "trial", "--set", bad, "-o", "json").expect(2)
        assert bad.partition("=")[0] in ran.error["message"]
    assert "did you mean 'number'" in cli("run-recipe", "trial", "-s", "nmuber=1").expect(2).err


def test_dry_run_runs_nothing(world: World, trial: Trial) -> None:
    trial.write(
        "[parameter file]\nrequired = true\n"
        "[step one]\nprogram = touch ${file}\ncapture = x match (.*)\n"
        "[step two]\nprogram = touch ${x}\nwhen = ${file} is nothing\n"
        "[cleanup three]\ncommand = kill-worker\n"
    )
    ran = trial.run(0, "--dry-run", "--set", f"file={world.root}/a b")
    assert ran["verdict"] == "dry_run"
    rows = by_name(ran)
    assert rows["one"]["runs"] == f"touch '{world.root}/a b'"
    assert rows["two"]["runs"] == "touch ${x}"
    assert rows["two"]["only"].startswith("skipped: not when")
    assert rows["three"]["runs"] == "temporal-skill kill-worker"
    assert not (world.root / "a b").exists()
