"""ensure-worker replays the running workflows before it replaces a worker whose sources were changed."""

from typing import Any

import pytest

from harness.cli import Cli
from harness.parcels import Parcels
from harness.workers import records

pytestmark = pytest.mark.usefixtures("stop_workers")

CHANGE = ("send", "post")
STAYS = "the old worker stays (--no-rehearse replaces it): 1 of 2 running workflows breaks"


@pytest.fixture
def changed(cli: Cli, parcels: Parcels) -> int:
    """A worker runs; its file was changed since so that one of two runs breaks. The worker's PID."""
    parcels.begin("waits", sent=("sent",))
    cli("ensure-worker").expect(0)
    parcels.change(CHANGE)
    return pid_of(parcels)


def pid_of(parcels: Parcels) -> int:
    (record,) = records(parcels.project.world)
    pid: int = record["pid"]
    return pid


def setting(parcels: Parcels, value: str) -> None:
    parcels.project.write("temporal-skill.ini", f"[project]\nrehearse = {value}\n")


def test_it_warns(cli: Cli, parcels: Parcels, changed: int) -> None:
    told = cli("ensure-worker").expect(0)
    second = told.out.splitlines()[1]
    assert second.startswith("warning: 1 of 2 running workflows breaks with the code as it is now")
    assert "(sent)" in second and "what mends it:" in second
    assert pid_of(parcels) != changed


def test_its_json(cli: Cli, parcels: Parcels, changed: int) -> None:
    told: dict[str, Any] = cli.json("ensure-worker")["rehearsal"]
    assert (told["verdict"], told["looked_at"], told["broken"]) == ("breaks", 2, 1)


def test_a_change_that_fits(cli: Cli, parcels: Parcels, changed: int) -> None:
    parcels.change(("post", "send"), ("# begin", "# begins"))
    told = cli.json("ensure-worker")
    assert told["rehearsal"]["verdict"] == "fits" and "will_break" not in told


@pytest.mark.parametrize("how", ["flag", "file", "environment"])
def test_it_refuses(cli: Cli, parcels: Parcels, changed: int, how: str) -> None:
    words = ["--rehearse"] if how == "flag" else []
    if how == "file":
        setting(parcels, "refuse")
    if how == "environment":
        parcels.project.world.env["CLAUDE_TEMPORAL_REHEARSE"] = "refuse"
    told = cli("ensure-worker", *words).expect(1)
    assert STAYS in told.err
    assert pid_of(parcels) == changed
    listed = cli.json("list-workers")["workers"]
    assert [one["pid"] for one in listed] == [changed]
    # The one word that is stronger than a setting.
    cli("ensure-worker", "--no-rehearse").expect(0)
    assert pid_of(parcels) != changed


@pytest.mark.parametrize("how", ["flag", "file", "environment"])
def test_it_does_not_ask(cli: Cli, parcels: Parcels, changed: int, how: str) -> None:
    words = ["--no-rehearse"] if how == "flag" else []
    if how == "file":
        setting(parcels, "off")
    if how == "environment":
        parcels.project.world.env["CLAUDE_TEMPORAL_REHEARSE"] = "off"
    told = cli("ensure-worker", *words, "-o", "json").expect(0).json
    assert "rehearsal" not in told and "will_break" not in told


def test_another_word_than_these(cli: Cli, parcels: Parcels, changed: int) -> None:
    setting(parcels, "sometimes")
    cli("ensure-worker").expect(2)
    assert pid_of(parcels) == changed
    setting(parcels, "off")


def test_nothing_was_changed(cli: Cli, parcels: Parcels, changed: int) -> None:
    parcels.change(("post", "send"))
    assert "rehearsal" not in cli.json("ensure-worker")


def test_no_passport_no_rehearsal(cli: Cli, parcels: Parcels, changed: int) -> None:
    parcels.project.write("temporal-skill.ini", "[project]\npassport = false\n")
    assert "rehearsal" not in cli.json("ensure-worker")


HANG = 'os.environ.get("TEMPORAL_SKILL_PROBE") == "replay" and threading.Event().wait()'


@pytest.mark.parametrize("mode", ["warn", "refuse"])
def test_a_rehearsal_that_hangs(cli: Cli, parcels: Parcels, changed: int, mode: str) -> None:
    """It is left after five seconds, and the worker is started all the same."""
    setting(parcels, mode)
    parcels.write(before=HANG)
    answer = cli.json("ensure-worker")
    told = answer["rehearsal"]
    assert told["verdict"] == "not_rehearsed" and "made no worker in time" in told["headline"]
    assert answer["unrehearsed"].startswith("the running workflows were not replayed: ")
    assert pid_of(parcels) != changed


def test_a_program_that_makes_no_worker(cli: Cli, parcels: Parcels, changed: int) -> None:
    """With refuse the old worker stays: what is started in its place would not live."""
    parcels.project.write("flows.py", "import no_such_module\n")
    setting(parcels, "refuse")
    told = cli("ensure-worker").expect(1)
    assert "the old worker stays" in told.err and "no_such_module" in told.err
    assert pid_of(parcels) == changed


def test_the_second_of_two_workers(cli: Cli, parcels: Parcels) -> None:
    """Of several workers each is asked with its own sources."""
    del parcels.project.world.env["TEMPORAL_WORKER_CMD"]
    parcels.begin(sent=("sent",))
    command = parcels.project.command("worker.py")
    parcels.project.write(
        "temporal-skill.ini",
        f"[project]\nrehearse = refuse\n[worker a]\ncommand = {command}\n"
        f"task_queue = {parcels.queue}\n",
    )
    cli("ensure-worker").expect(0)
    before = pid_of(parcels)
    parcels.change(CHANGE)
    assert "the old worker stays" in cli("ensure-worker", "a").expect(1).err
    assert pid_of(parcels) == before
