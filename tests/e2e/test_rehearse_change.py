"""rehearse-change: which runs break with the code as it is on disk, in words and in JSON, and which are looked at."""

import json
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.parcels import FLOWS, Parcels, folders_left, worker_file
from harness.ports import free_port
from harness.project import Project
from harness.world import World

RENAMED = ("send", "post")


@pytest.fixture(autouse=True)
def nothing_is_left(world: World) -> object:
    yield
    assert folders_left(world.pid_dir) == []
    assert world.leftovers() == []


# ---- the answer ----


def test_what_fits(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("one", "two")
    before = parcels.events("one")
    assert cli("rehearse-change").expect(0).out == "2 running workflows fit the code as it is now\n"
    assert cli.json("rehearse-change") == {
        "command": "rehearse-change",
        "verdict": "fits",
        "looked_at": 2,
        "fit": 2,
        "broken": 0,
        "not_looked_at": 0,
        "next": [],
    }
    assert parcels.events("one") == before


def test_what_breaks(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("waits", sent=("sent-1",))
    parcels.begin(sent=("sent-2",))
    parcels.change(RENAMED)
    ran = cli("rehearse-change").expect(1)
    place = "flows.py:32 in run"
    assert ran.out.splitlines()[0] == (
        "2 of 3 running workflows break with the code as it is now: the history has activity send "
        f"(event 15), the code asks for activity post, at {place} (sent-2, sent-1)"
    )
    assert "mend: keep the earlier way for runs that went it, behind workflow.patched" in ran.out
    told = cli.json("rehearse-change", code=1)
    assert (told["looked_at"], told["fit"], told["broken"]) == (3, 1, 2)
    (row,) = told["breaks"]
    assert (row["count"], row["reason"], row["workflow_type"]) == (2, "nondeterminism", "Parcel")
    assert row["place"] == place and sorted(row["workflow_ids"]) == ["sent-1", "sent-2"]
    assert "[TMPRL1100]" in row["message"]
    assert Path(told["log"]).is_file()


def test_breaks_of_several_kinds(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("waits", sent=("sent-1", "sent-2"))
    parcels.change(RENAMED, ("# packed", "if workflow.info().workflow_id == 'waits': int('x')"))
    ran = cli("rehearse-change").expect(1)
    lines = ran.out.splitlines()
    assert lines[0].startswith("3 of 3 running workflows break")
    assert any(
        line.startswith("also:") and "invalid literal" in line and "(waits)" in line
        for line in lines
    )


def test_no_run_at_all(cli: Cli, parcels: Parcels) -> None:
    told = cli("rehearse-change").expect(0)
    assert told.out == f"no running workflow of '{parcels.queue}': nothing to rehearse\n"


# ---- which ----


def test_one_by_its_id(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("waits", sent=("sent",))
    parcels.change(RENAMED)
    assert cli.json("rehearse-change", "-w", "waits")["looked_at"] == 1
    assert cli.json("rehearse-change", "-w", "sent", code=1)["broken"] == 1
    cli("rehearse-change", "-w", "nobody").expect(3)


def test_those_of_a_query(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("waits", sent=("sent",))
    parcels.change(RENAMED)
    assert cli.json("rehearse-change", "--query", "WorkflowId = 'waits'")["looked_at"] == 1
    both = cli.json("rehearse-change", "--query", "WorkflowType = 'Parcel'", code=1)
    assert (both["looked_at"], both["broken"]) == (2, 1)
    cli("rehearse-change", "--query", "no query at all").expect(2)


def test_closed_ones_too(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("waits", sent=("gone",))
    temporal = parcels.temporal
    temporal.call(temporal.client.get_workflow_handle("gone").terminate())
    parcels.change(RENAMED)
    assert cli.json("rehearse-change")["looked_at"] == 1
    told = cli.json("rehearse-change", "--closed", code=1)
    assert told["looked_at"] == 2 and told["breaks"][0]["workflow_ids"] == ["gone"]


@pytest.mark.parametrize("words", [("-w", "x", "--closed"), ("--query", "x", "--history", "y")])
def test_one_way_to_choose_at_a_time(cli: Cli, parcels: Parcels, words: tuple[str, ...]) -> None:
    assert "one of them at a time" in cli("rehearse-change", *words).expect(2).err


def test_of_many_those_that_matter(cli: Cli, parcels: Parcels) -> None:
    """One that is stuck, then the newest, the oldest and one between."""
    parcels.begin("oldest")
    parcels.begin("stuck")
    parcels.begin(*(f"early-{i}" for i in range(3)))
    parcels.begin("middle")
    parcels.begin(*(f"late-{i}" for i in range(4)))
    parcels.begin("newest")
    stop = parcels.temporal.start_worker(parcels.queue, [broken_parcel()])
    parcels.temporal.call(
        parcels.temporal.client.get_workflow_handle("stuck").signal("go"),
    )
    parcels.is_stuck("stuck")
    stop()
    parcels.change(("# begin", "int('x')"))
    told = cli.json("rehearse-change", "--limit", "4", code=1)
    assert told["looked_at"] == 4 and told["not_looked_at"] == 7
    assert sorted(told["breaks"][0]["workflow_ids"]) == ["middle", "newest", "oldest", "stuck"]
    assert "7 more were not looked at (--limit, --all)" in told["warning"]
    told = cli.json("rehearse-change", "--limit", "4", "--all", code=1)
    assert (told["looked_at"], told["not_looked_at"]) == (11, 0)


def broken_parcel() -> type:
    from harness.broken_parcel import Parcel

    return Parcel


# ---- exported histories ----


@pytest.fixture
def exported(cli: Cli, parcels: Parcels) -> Path:
    """A folder with them; and from now on there is no server."""
    parcels.begin("waits", sent=("sent",))
    folder = parcels.project.directory / "histories"
    cli("export-history", "--query", "WorkflowType = 'Parcel'", "--directory", folder).expect(0)
    parcels.project.world.use_address(f"127.0.0.1:{free_port()}")
    return folder


def test_exported_ones_without_a_server(cli: Cli, parcels: Parcels, exported: Path) -> None:
    fits = cli("rehearse-change", "--history", exported).expect(0)
    assert fits.out == "2 exported histories fit the code as it is now\n"
    parcels.change(RENAMED)
    told = cli.json("rehearse-change", "--history", exported, code=1)
    assert told["breaks"][0]["workflow_ids"] == ["sent"]
    assert cli.json("rehearse-change", "--history", exported / "waits.json")["fit"] == 1
    files = ("--history", exported / "waits.json", "--history", exported / "sent.json")
    assert cli.json("rehearse-change", *files, code=1)["looked_at"] == 2


def test_of_a_type_that_nobody_has(cli: Cli, parcels: Parcels, exported: Path) -> None:
    parcels.change(("Parcel", "Letter"))
    told = cli.json("rehearse-change", "--history", exported, code=1)
    assert told["breaks"][0]["reason"] == "unregistered" and told["broken"] == 2


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[1, 2]", "its first event is not the start"),
        ('{"events": []}', "its first event is not the start"),
        ('{"events": [{"eventId": "1"}]}', "its first event is not the start"),
    ],
)
def test_what_is_no_history(cli: Cli, parcels: Parcels, text: str, why: str) -> None:
    path = parcels.project.write("bad.json", text)
    told = cli("rehearse-change", "--history", path).expect(2)
    assert "is no exported history" in told.err and why in told.err


def test_damaged_histories_do_not_end_it(cli: Cli, parcels: Parcels, exported: Path) -> None:
    history = json.loads((exported / "waits.json").read_text())
    del history["events"][3:]
    (exported / "cut.json").write_text(json.dumps(history))
    history["events"][2]["eventType"] = "EVENT_TYPE_OF_THE_FUTURE"
    (exported / "odd.json").write_text(json.dumps(history))
    told = cli.json("rehearse-change", "--history", exported, code=1)
    assert told["looked_at"] == 4 and told["fit"] >= 2
    assert all(row["reason"] in ("error", "workflow_task_failure") for row in told["breaks"]), told


def test_no_file_in_the_folder(cli: Cli, parcels: Parcels) -> None:
    parcels.project.write("empty/readme.txt", "x")
    told = cli("rehearse-change", "--history", parcels.project.path("empty")).expect(2)
    assert "no file in it ends in .json" in told.err
    cli("rehearse-change", "--history", parcels.project.path("not-there")).expect(2)


# ---- several workers ----


def test_several_workers_of_a_project(cli: Cli, parcels: Parcels) -> None:
    project = parcels.project
    parcels.begin("letter", queue="letters")
    parcels.begin("box", queue="boxes")
    for name in ("letters", "boxes"):
        project.write(f"{name}.py", worker_file(name))
    sections(project, letters="letters.py", boxes="boxes.py")
    assert cli.json("rehearse-change")["looked_at"] == 2
    parcels.change(("import flows", "import new_flows as flows"), file="boxes.py")
    project.write("new_flows.py", FLOWS.replace("pack", "wrap"))
    told = cli.json("rehearse-change", code=1)
    assert told["looked_at"] == 2 and told["breaks"][0]["workflow_ids"] == ["box"]
    assert cli.json("rehearse-change", "letters")["looked_at"] == 1
    assert cli.json("rehearse-change", "boxes", code=1)["looked_at"] == 1
    assert "no worker 'bags'" in cli("rehearse-change", "bags").expect(3).err
    one = cli("rehearse-change", "--worker-cmd", project.command("letters.py")).expect(2)
    assert "has several" in one.err


def sections(project: Project, **files: str) -> None:
    del project.world.env["TEMPORAL_WORKER_CMD"]
    lines = [
        f"[worker {name}]\ncommand = {project.command(file)}\n" for name, file in files.items()
    ]
    project.write("temporal-skill.ini", "".join(lines))


def test_several_workers_in_one_process(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("here")
    parcels.begin("there", queue="other")
    parcels.write(
        before='second = Worker(client, task_queue="other", workflows=flows.WORKFLOWS,'
        " activities=flows.ACTIVITIES); asyncio.create_task(second.run())"
    )
    assert cli.json("rehearse-change")["looked_at"] == 2


def test_several_workers_one_after_the_other(cli: Cli, parcels: Parcels) -> None:
    """Each waits for the one before: what the later ones have is not known till those have answered."""
    parcels.begin("here")
    parcels.begin("there", queue="other")
    parcels.write(
        before='second = Worker(client, task_queue="other", workflows=flows.WORKFLOWS,'
        " activities=flows.ACTIVITIES); await second.__aenter__()"
    )
    assert cli.json("rehearse-change")["looked_at"] == 2


def test_the_code_names_another_namespace(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("here")
    parcels.change(('os.environ["TEMPORAL_NAMESPACE"]', '"default"'), file="worker.py")
    told = cli.json("rehearse-change")
    assert (
        f"polls in namespace 'default', and '{parcels.temporal.namespace}' was looked at"
        in (told["warning"])
    )


def test_the_code_names_its_server(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("here")
    parcels.write(address=repr(parcels.temporal.address))
    assert cli.json("rehearse-change")["looked_at"] == 1
