"""watch-project: a change gives a fresh worker, a fresh run, and what changed; SIGINT leaves nothing."""

import json
import os
import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.world import World

Event = dict[str, Any]

# For a process that was told to end to have stopped a worker and a server.
END_SECONDS = 30.0


class Watching:
    """watch-project under way: its lines as they come."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout
        self.lines = process.stdout

    def event(self, name: str) -> Event:
        """The next event of that name; those before it are passed over."""
        seen = []
        for line in self.lines:
            event: Event = json.loads(line)
            if event.get("event") == name:
                return event
            seen.append(line)
        assert self.process.stderr
        raise AssertionError(f"no '{name}' among {seen}: {self.process.stderr.read()}")

    def interrupt(self, number: signal.Signals = signal.SIGINT) -> Event:
        """End it by a signal; the result object that it prints last."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=END_SECONDS)
        assert self.process.returncode == 130, out + err
        assert '"error"' not in err  # notes may stand there: a starter that crashes at its exit
        last: Event = json.loads(out.splitlines()[-1])
        return last


@pytest.fixture
def watch(cli: Cli, greeting: Project) -> Iterator[Callable[..., Watching]]:
    greeting.replace(
        "temporal-skill.ini",
        "starter_cmd = uv run starter CodeAgent",
        f"starter_cmd = {greeting.command('starter.py')} CodeAgent",
    )

    def start(*words: object) -> Watching:
        return Watching(cli.start("watch-project", "-o", "jsonl", *words))

    yield start


def test_a_change_changes_the_outcome(
    watch: Callable[..., Watching], world: World, server: DevServer, greeting: Project
) -> None:
    watching = watch()
    assert watching.event("worker")["verdict"] == "ready"
    first = watching.event("outcome")
    assert first["ok"] and first["changed"] is None
    assert first["outcome"] == 'GreetingWorkflow COMPLETED "Hello, CodeAgent!"'

    greeting.replace("activities.py", "{order.name}!", "{order.name}?")
    assert watching.event("change")["files"] == ["activities.py"]
    second = watching.event("outcome")
    assert second["changed"] is True
    assert second["outcome"] == 'GreetingWorkflow COMPLETED "Hello, CodeAgent?"'
    assert second["before"] == first["outcome"]

    # A comment changes no outcome, but the worker has to be fresh all the same.
    greeting.write("workflow.py", greeting.read("workflow.py") + "\n# a remark\n")
    assert watching.event("worker")["verdict"] == "ready"
    assert watching.event("outcome")["changed"] is False

    stopped = watching.interrupt()
    assert stopped["verdict"] == "stopped"
    assert (stopped["rounds"], stopped["changes"]) == (3, 1)
    assert world.running() == []


def test_broken_code_is_told_and_mended(
    watch: Callable[..., Watching], world: World, server: DevServer, greeting: Project
) -> None:
    watching = watch()
    watching.event("outcome")
    source = greeting.read("activities.py")
    greeting.write("activities.py", "import no_such_module\n" + source)
    died = watching.event("worker")
    assert died["verdict"] == "died"
    assert "no_such_module" in died["cause"]

    greeting.write("activities.py", source)
    assert watching.event("worker")["verdict"] == "ready"
    assert watching.event("outcome")["changed"] is False
    watching.interrupt()


def test_new_folder_and_uninteresting_files(
    watch: Callable[..., Watching], world: World, server: DevServer, greeting: Project
) -> None:
    watching = watch()
    watching.event("outcome")
    greeting.write("notes.txt", "nothing of interest")
    greeting.write("tests/test_more.py", "# a test\n")
    greeting.write(".venv/lib/x.py", "# a library\n")
    greeting.write("greetings/polite.py", "WORD = 'Hello'\n")
    assert watching.event("change")["files"] == ["greetings/polite.py"]
    watching.event("outcome")
    greeting.write("greetings/polite.py", "WORD = 'Howdy'\n")
    assert watching.event("change")["files"] == ["greetings/polite.py"]
    watching.interrupt()


def name_files(project: Project, *lines: str) -> None:
    ini = project.read("temporal-skill.ini")
    named = "".join(f"files = {line}\n" for line in lines)
    project.write("temporal-skill.ini", f"{ini}\n[watch]\n{named}")


def test_files_that_the_project_names(
    watch: Callable[..., Watching], world: World, server: DevServer, greeting: Project
) -> None:
    name_files(greeting, "*.yaml !skip.yaml 'my texts/*.txt'", "tests/data/*.json **/prompts")
    watching = watch()
    watching.event("outcome")
    for uninteresting in ("skip.yaml", "more/app.yaml", "tests/x.json", ".git/app.yaml", "a.json"):
        greeting.write(uninteresting, "nothing of interest")
    for path in ("app.yaml", "tests/data/x.json", "my texts/hello.txt", "shop/prompts/de/x.md"):
        greeting.write(path, "new")
        assert watching.event("change")["files"] == [path]
        watching.event("outcome")
        greeting.write(path, "changed")
        assert watching.event("change")["files"] == [path]
        watching.event("outcome")
    greeting.write(".env", "A=1\n")
    assert watching.event("change")["files"] == [".env"]
    watching.event("outcome")
    greeting.path("app.yaml").unlink()
    assert watching.event("change")["files"] == ["app.yaml"]
    watching.event("outcome")
    watching.interrupt()
    assert world.running() == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("files = app.yaml ../secrets/*", "bad glob '../secrets/*': it leads out of the project"),
        ("files = v[0-9.txt", "bad glob 'v[0-9.txt': its '[' is not closed"),
        ("files =", "'files' has no glob"),
        ("flies = x", "unknown key 'flies' in [watch]; it has: files"),
    ],
)
def test_bad_globs_are_told_with_their_place(
    cli: Cli, world: World, greeting: Project, line: str, said: str
) -> None:
    path = greeting.write("temporal-skill.ini", f"[watch]\n{line}\n")
    message = cli("watch-project", "-o", "json").expect(2).error["message"]
    assert message == f"{path}:2: {said}"
    assert world.running() == [] and not world.log_dir.exists()


def test_links_lead_to_nothing_outside(
    watch: Callable[..., Watching], world: World, server: DevServer, greeting: Project
) -> None:
    outside = world.root / "outside"
    outside.mkdir()
    greeting.path("linked").symlink_to(outside)
    name_files(greeting, "**", "linked/**")
    watching = watch()
    watching.event("outcome")
    (outside / "x.txt").write_text("elsewhere")
    greeting.write("notes.txt", "here")
    assert watching.event("change")["files"] == ["notes.txt"]
    watching.event("outcome")
    watching.interrupt()


# Starts its command, and once more when somebody writes to the FIFO `again`.
RELOADER = """
import signal, subprocess, sys
child = subprocess.Popen(sys.argv[1:])
signal.signal(signal.SIGTERM, lambda *_: (child.terminate(), sys.exit(0)))
while True:
    open("again").read()
    child.terminate()
    child.wait()
    child = subprocess.Popen(sys.argv[1:])
"""


def test_worker_that_a_reloader_starts_anew_has_not_died(
    watch: Callable[..., Watching], world: World, server: DevServer, greeting: Project
) -> None:
    os.mkfifo(greeting.path("again"))
    greeting.write("reloader", RELOADER)
    words = [greeting.python, "reloader", greeting.python, "worker.py"]
    world.env["TEMPORAL_WORKER_CMD"] = shlex.join(words)
    watching = watch()
    watching.event("outcome")
    greeting.path("again").write_text("\n")
    restarted = json.loads(watching.lines.readline())
    assert (restarted["event"], restarted["verdict"]) == ("worker", "restarted")
    greeting.write("workflow.py", greeting.read("workflow.py") + "\n# a remark\n")
    assert watching.event("worker")["verdict"] == "ready"
    watching.event("outcome")
    watching.interrupt()
    assert world.running() == []


def test_files_that_an_editor_replaces(
    watch: Callable[..., Watching], world: World, server: DevServer, greeting: Project
) -> None:
    """A save is a new file that takes the name of the old one, which is kept aside first or not."""
    watching = watch()
    watching.event("outcome")
    source = greeting.read("activities.py")
    new = greeting.write(".activities.py.swp", source.replace("{order.name}!", "{order.name}?"))
    new.rename(greeting.path("activities.py"))
    assert watching.event("change")["files"] == ["activities.py"]
    assert "CodeAgent?" in watching.event("outcome")["outcome"]

    greeting.path("activities.py").rename(greeting.path("activities.py~"))
    greeting.write("activities.py", source)
    assert "activities.py" in watching.event("change")["files"]
    assert "CodeAgent!" in watching.event("outcome")["outcome"]
    # The file of that name is another one by now, and is watched still.
    greeting.write("activities.py", source.replace("{order.name}!", "{order.name}."))
    assert "CodeAgent." in watching.event("outcome")["outcome"]
    watching.interrupt(signal.SIGTERM)
    assert world.running() == []


def test_many_changes_at_once(
    watch: Callable[..., Watching], world: World, server: DevServer, greeting: Project
) -> None:
    """As a checkout of another branch makes them: few rounds, not one for each file, and the last state is run."""
    watching = watch()
    watching.event("outcome")
    for number in range(300):
        greeting.write(f"generated/part{number % 10}/m{number}.py", f"N = {number}\n")
    greeting.replace("activities.py", "{order.name}!", "{order.name}?")
    while "CodeAgent?" not in watching.event("outcome")["outcome"]:
        pass
    greeting.write("generated/part7/m7.py", "N = 0\n")
    while watching.event("change")["files"] != ["generated/part7/m7.py"]:
        pass
    watching.event("outcome")
    assert watching.interrupt(signal.SIGTERM)["rounds"] < 10
    assert world.running() == []


def test_worker_that_dies_meanwhile(
    watch: Callable[..., Watching], world: World, server: DevServer, greeting: Project, cli: Cli
) -> None:
    watching = watch()
    watching.event("outcome")
    cli("kill-worker").expect(0)
    watching.event("worker_died")
    greeting.write("workflow.py", greeting.read("workflow.py") + "\n# a remark\n")
    assert watching.event("worker")["verdict"] == "ready"
    watching.interrupt()


def test_interrupted_while_the_starter_runs(
    watch: Callable[..., Watching], world: World, server: DevServer, greeting: Project
) -> None:
    greeting.write(
        "starter.py",
        "import pathlib, signal\npathlib.Path('began').touch()\nsignal.pause()\n",
    )
    watching = watch()
    watching.event("worker")
    stopped = watching.interrupt()
    assert stopped["verdict"] == "stopped"
    assert world.running() == []


def test_rounds_end_it_and_its_own_server(
    cli: Cli, watch: Callable[..., Watching], world: World, greeting: Project
) -> None:
    ran = cli("watch-project", "--rounds", 1).expect(0)
    lines = ran.out.splitlines()
    assert lines[0].startswith("worker ready: ")
    assert lines[1] == 'outcome: GreetingWorkflow COMPLETED "Hello, CodeAgent!"'
    assert "the worker and the server are stopped" in lines[2]
    assert world.running() == []


def test_command_timeout_ends_it_cleanly(
    cli: Cli, watch: Callable[..., Watching], world: World, server: DevServer
) -> None:
    ran = cli("watch-project", "--command-timeout", 6).expect(5)
    assert "the worker is stopped" in ran.out
    assert world.running() == []


def test_server_that_cannot_be_started(
    cli: Cli, watch: Callable[..., Watching], world: World, greeting: Project
) -> None:
    world.env["TEMPORAL_CLI"] = "no-such-cli"
    ran = cli("watch-project", "-o", "json").expect(4)
    assert "no-such-cli" in ran.error["message"]
    assert world.running() == []


@pytest.mark.parametrize("limit", ["max_inotify_watches", "max_inotify_instances"])
def test_without_the_kernels_help_it_looks_itself(
    limit: str, cli: Cli, world: World, server: DevServer, greeting: Project
) -> None:
    """The limits of inotify are used up: here for a user namespace of its own."""
    within = ["unshare", "--user", "--map-root-user", "sh", "-c"]
    if subprocess.run(
        [*within, f"echo 1 > /proc/sys/user/{limit}"], capture_output=True
    ).returncode:
        pytest.skip("no leave to make a user namespace")
    greeting.replace(
        "temporal-skill.ini",
        "starter_cmd = uv run starter CodeAgent",
        f"starter_cmd = {greeting.command('starter.py')} CodeAgent",
    )
    name_files(greeting, "prompts !prompts/draft.txt")
    none = f'echo 0 > /proc/sys/user/{limit} && exec "$0" "$@"'
    process = subprocess.Popen(
        [*within, none, cli.path, "watch-project", "-o", "jsonl"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=world.env,
        cwd=greeting.directory,
        text=True,
        start_new_session=True,
    )
    cli.started.append(process)
    watching = Watching(process)
    assert process.stderr
    assert "looked at every second" in process.stderr.readline()
    assert "no file matches 'prompts' of [watch] yet" in process.stderr.readline()
    assert watching.event("outcome")["ok"]
    greeting.replace("activities.py", "{order.name}!", "{order.name}?")
    assert watching.event("change")["files"] == ["activities.py"]
    assert watching.event("outcome")["changed"] is True
    greeting.write("another.py", "")
    assert watching.event("change")["files"] == ["another.py"]
    assert watching.event("outcome")["changed"] is False
    greeting.path("another.py").unlink()
    assert watching.event("change")["files"] == ["another.py"]
    watching.event("outcome")
    greeting.write("prompts/de/hello.txt", "Hallo")
    assert watching.event("change")["files"] == ["prompts/de/hello.txt"]
    watching.event("outcome")
    greeting.write("prompts/draft.txt", "nothing of interest")
    greeting.write(".env", "A=1\n")
    assert watching.event("change")["files"] == [".env"]
    watching.event("outcome")
    assert watching.interrupt()["verdict"] == "stopped"
    assert world.running() == []
