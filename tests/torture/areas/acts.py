"""The commands that change something: how each is called, from what, and how one sees that it did what it says."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from harness import plugins
from harness.project import template_sources

from .stage import PYTHON, Ran, Scene, still_running

Problems = list[tuple[str, str]]


def nothing(scene: Scene) -> None:
    return None


def no_problems(scene: Scene) -> Problems:
    return []


@dataclass(frozen=True)
class Act:
    name: str
    words: tuple[str, ...]
    prepare: Callable[[Scene], None] = nothing
    # What is wrong with what it left, where it says that all went well.
    done: Callable[[Scene], Problems] = no_problems
    code: int = 0
    # Of the same once more, where it is another.
    again: int = 0
    # Done already, it refuses.
    once: bool = False
    # Starts or needs processes: takes seconds, not milliseconds.
    heavy: bool = False
    # Only in the long form.
    slow: bool = False
    # What it starts is to end with it, however it ends.
    foreground: bool = False


# ---- the skill ----

SKILL = ".claude/skills/temporal"


def install(scene: Scene) -> None:
    assert scene.run("install-skill").code == 0


def install_with_notes(scene: Scene) -> None:
    install(scene)
    (scene.world.project_dir / SKILL / "NOTES.md").write_text("mine\n")


def skill_works(scene: Scene) -> Problems:
    program = scene.world.project_dir / SKILL / "bin/temporal-skill"
    if not program.exists():
        return [("lost", "no skill is there")]
    ran = scene.run("list-commands", program=program)
    return [] if ran.code == 0 else [("broken skill", ran.text)]


def skill_works_and_notes_are_kept(scene: Scene) -> Problems:
    notes = scene.world.project_dir / SKILL / "NOTES.md"
    if not notes.exists() or notes.read_text() != "mine\n":
        return [("lost", "the user's file NOTES.md is gone")]
    return skill_works(scene)


def skill_is_gone(scene: Scene) -> Problems:
    left = scene.world.project_dir / SKILL
    return [("left", f"{left} is still there")] if left.exists() else []


# ---- plugins ----

PLUGIN = ".temporal-skill/plugins/hello.so"


def put_plugin(scene: Scene) -> None:
    built = scene.stage.folder / "hello.so"
    if not built.exists():
        plugins.build(plugins.say(), built)
    target = scene.world.project_dir / PLUGIN
    target.parent.mkdir(parents=True)
    shutil.copy(built, target)


def put_trusted_plugin(scene: Scene) -> None:
    put_plugin(scene)
    assert scene.run("trust-plugin", PLUGIN).code == 0


def plugin_loads(scene: Scene) -> Problems:
    ran = scene.run("say-hello")
    return [] if ran.code == 0 and "hello" in ran.out else [("no success", ran.text)]


def plugin_does_not_load(scene: Scene) -> Problems:
    ran = scene.run("say-hello")
    return [] if ran.code == 2 else [("no success", ran.text)]


# ---- what is made of templates ----


def is_made(name: str, files: tuple[str, ...]) -> Callable[[Scene], Problems]:
    def check(scene: Scene) -> Problems:
        folder = scene.world.project_dir / name
        missing = [file for file in files if not (folder / file).exists()]
        return [("half made", f"{folder} lacks {missing}")] if missing else []

    return check


# ---- the server ----


def start_server(scene: Scene) -> None:
    ran = scene.run("ensure-server", "--headless")
    assert ran.code == 0, ran.text


def server_answers(scene: Scene) -> Problems:
    ran = scene.run("show-server", "-o", "json")
    if ran.code != 0:
        return [("no success", f"the server does not answer: {ran.text}")]
    ours = json.loads(ran.out).get("ours")
    return [] if ours else [("nobody's server", ran.out)]


def nothing_runs(scene: Scene) -> Problems:
    left = still_running(scene)
    return [("left running", left)] if left else []


# ---- the worker ----


def use_project(scene: Scene) -> None:
    scene.use_server()
    scene.make_project()


def start_worker(scene: Scene) -> None:
    use_project(scene)
    ran = scene.run("ensure-worker")
    assert ran.code == 0, ran.text


def one_worker(scene: Scene) -> Problems:
    running = [process for process in scene.world.running() if "worker.py" in process.command]
    if len(running) != 1:
        return [("not one worker", "; ".join(map(str, running)) or "none runs")]
    ran = scene.run("list-workers", "-o", "json")
    told = [row["pid"] for row in json.loads(ran.out)["workers"]] if ran.code == 0 else []
    return [] if running[0].pid in told else [("unseen", f"{running[0]} is not in {ran.text}")]


# ---- what runs in the foreground ----

RECIPE = """\
[recipe]
name = touches
summary = for a test
[step one]
program = touch one
[step two]
program = touch two
[cleanup last]
program = touch cleaned
"""


def put_recipe(scene: Scene) -> None:
    use_project(scene)
    assert scene.project
    scene.project.write(".temporal-skill/recipes/touches.ini", RECIPE)


def recipe_ran(scene: Scene) -> Problems:
    assert scene.project
    missing = [name for name in ("one", "two", "cleaned") if not scene.project.path(name).exists()]
    return [("no success", f"the steps did not run: {missing}")] if missing else []


def put_greeting(scene: Scene) -> None:
    scene.use_server()
    sources = template_sources("greeting", "greeting", scene.queue)
    project = scene.make_project(sources, "greeting")
    ini = project.read("temporal-skill.ini")
    project.write(
        "temporal-skill.ini", ini.replace("uv run starter", project.command("starter.py"))
    )


def only_the_server(scene: Scene) -> Problems:
    left = still_running(scene)
    return [("left running", left)] if left else []


# ---- workflows ----

WORKFLOWS = 3


def workflow_ids(scene: Scene) -> list[str]:
    return [f"parcel-{scene.world.id[:12]}-{i}" for i in range(WORKFLOWS)]


def start_workflows(scene: Scene) -> None:
    scene.use_server()
    for name in workflow_ids(scene):
        scene.temporal.start_workflow("Parcel", task_queue="nobody", id=name)
    ids = scene.world.project_dir / "ids"
    ids.write_text("".join(f"{name}\n" for name in workflow_ids(scene)))


def workflows_ended(scene: Scene) -> Problems:
    running = [name for name in workflow_ids(scene) if scene.temporal.status(name) == "RUNNING"]
    return [("no success", f"still running: {running}")] if running else []


def start_one_workflow(scene: Scene) -> None:
    scene.use_server()
    scene.temporal.start_workflow(
        "Parcel", task_queue="nobody", id="page-of-torture", id_conflict_policy=_USE
    )


def page_is_whole(scene: Scene) -> Problems:
    page = scene.world.project_dir / "page.html"
    text = page.read_text() if page.exists() else ""
    return (
        [] if text.rstrip().endswith("</html>") else [("half written", f"{len(text)} characters")]
    )


def _use_existing() -> object:
    from temporalio.common import WorkflowIDConflictPolicy

    return WorkflowIDConflictPolicy.USE_EXISTING


_USE = _use_existing()

PROJECT_FILES = ("temporal-skill.ini", "pyproject.toml", "README.md", ".gitignore")
PAGE = ("show-workflow-history", "-w", "page-of-torture", "--html", "page.html")
BULK = ("bulk-cancel-workflows", "--terminate", "--workflow-ids", "ids")
GREETING = ("verify-project", "--receipt", "receipt.md", "--receipt", "receipt.html")
STARTER = ("run-starter", "--timeout", "20", "--", "/bin/true")

ACTS = (
    Act("install-skill", ("install-skill",), done=skill_works),
    Act(
        "install-skill again",
        ("install-skill",),
        install_with_notes,
        skill_works_and_notes_are_kept,
    ),
    Act("install-skill --remove", ("install-skill", "--remove"), install, skill_is_gone),
    Act("trust-plugin", ("trust-plugin", PLUGIN), put_plugin, plugin_loads),
    Act("untrust-plugin", ("untrust-plugin", PLUGIN), put_trusted_plugin, plugin_does_not_load),
    Act("new-project", ("new-project", "fresh"), done=is_made("fresh", PROJECT_FILES), once=True),
    Act("new-plugin", ("new-plugin", "fresh"), done=is_made("fresh", ("Makefile",)), once=True),
    Act("kill-worker of none", ("kill-worker",), use_project, nothing_runs),
    Act("stop-server of none", ("stop-server",), done=nothing_runs),
    Act("show-workflow-history --html", PAGE, start_one_workflow, page_is_whole),
    Act("bulk-cancel-workflows", BULK, start_workflows, workflows_ended, again=1),
    Act("run-recipe", ("run-recipe", "touches"), put_recipe, recipe_ran, foreground=True),
    Act("run-starter", STARTER, use_project, code=1, foreground=True, heavy=True, slow=True),
    Act("ensure-server", ("ensure-server", "--headless"), done=server_answers, heavy=True),
    Act("stop-server", ("stop-server",), start_server, nothing_runs, heavy=True, slow=True),
    Act("ensure-worker", ("ensure-worker",), use_project, one_worker, heavy=True),
    Act("ensure-worker again", ("ensure-worker",), start_worker, one_worker, heavy=True, slow=True),
    Act("kill-worker", ("kill-worker",), start_worker, nothing_runs, heavy=True, slow=True),
    Act(
        "kill-all-workers", ("kill-all-workers",), start_worker, nothing_runs, heavy=True, slow=True
    ),
    Act("verify-project", GREETING, put_greeting, only_the_server, heavy=True, slow=True),
)


def chosen(long: bool) -> Iterator[Act]:
    for act in ACTS:
        if long or not act.slow:
            yield act


def cannot_build_plugins() -> bool:
    return subprocess.run(["gcc", "--version"], capture_output=True).returncode != 0


__all__ = [
    "ACTS",
    "Act",
    "PYTHON",
    "Problems",
    "Ran",
    "chosen",
    "nothing_runs",
    "start_server",
    "use_project",
]
