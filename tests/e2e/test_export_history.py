"""export-history: the files are what the SDK fetches, and what its replayer takes."""

import contextlib
import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import IndexedValueType
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest
from temporalio.client import WorkflowFailureError, WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from harness import eventful
from harness import workflows as simple
from harness.cli import Cli
from harness.client import Temporal
from harness.refusals import CODES, Refusing
from harness.server import DevServer
from harness.workflows import start
from harness.world import TOOLS, World

DEADLINE_SECONDS = 30.0


def fetched(temporal: Temporal, workflow_id: str, run_id: str | None = None) -> WorkflowHistory:
    handle = temporal.client.get_workflow_handle(workflow_id, run_id=run_id)
    history: WorkflowHistory = temporal.call(handle.fetch_history())
    return history


def check_file(temporal: Temporal, path: Path, workflow_id: str, run_id: str | None = None) -> Any:
    """The file is what the SDK has of it; returns that."""
    ours = json.loads(path.read_text())
    assert ours == json.loads(fetched(temporal, workflow_id, run_id).to_json())
    return ours


def replay(temporal: Temporal, path: Path, workflow_id: str, kinds: Any) -> None:
    history = WorkflowHistory.from_json(workflow_id, path.read_text())
    replayer = Replayer(workflows=list(kinds), workflow_runner=UnsandboxedWorkflowRunner())
    temporal.call(replayer.replay_workflow(history))


def types_of(history: Any) -> Counter[str]:
    return Counter(event["eventType"].removeprefix("EVENT_TYPE_") for event in history["events"])


# ---- one ----


@pytest.fixture
def worker(temporal: Temporal) -> Temporal:
    request = AddSearchAttributesRequest(namespace=temporal.namespace)
    request.search_attributes[eventful.COLOR.name] = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
    temporal.call(temporal.client.operator_service.add_search_attributes(request))
    temporal.start_worker(eventful.QUEUE, eventful.WORKFLOWS, eventful.ACTIVITIES)
    return temporal


EVERY_KIND = {
    "WORKFLOW_EXECUTION_STARTED",
    "WORKFLOW_EXECUTION_COMPLETED",
    "WORKFLOW_EXECUTION_SIGNALED",
    "WORKFLOW_TASK_SCHEDULED",
    "WORKFLOW_TASK_STARTED",
    "WORKFLOW_TASK_COMPLETED",
    "ACTIVITY_TASK_SCHEDULED",
    "ACTIVITY_TASK_STARTED",
    "ACTIVITY_TASK_COMPLETED",
    "ACTIVITY_TASK_FAILED",
    "ACTIVITY_TASK_CANCEL_REQUESTED",
    "ACTIVITY_TASK_CANCELED",
    "TIMER_STARTED",
    "TIMER_FIRED",
    "TIMER_CANCELED",
    "MARKER_RECORDED",
    "START_CHILD_WORKFLOW_EXECUTION_INITIATED",
    "CHILD_WORKFLOW_EXECUTION_STARTED",
    "CHILD_WORKFLOW_EXECUTION_COMPLETED",
    "CHILD_WORKFLOW_EXECUTION_FAILED",
    "CHILD_WORKFLOW_EXECUTION_CANCELED",
    "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED",
    "SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED",
    "EXTERNAL_WORKFLOW_EXECUTION_SIGNALED",
    "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED",
    "REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED",
    "UPSERT_WORKFLOW_SEARCH_ATTRIBUTES",
    "WORKFLOW_PROPERTIES_MODIFIED",
    "WORKFLOW_EXECUTION_UPDATE_ACCEPTED",
    "WORKFLOW_EXECUTION_UPDATE_COMPLETED",
}


def test_events_of_many_kinds(cli: Cli, worker: Temporal, world: World) -> None:
    peer = worker.start_workflow("Nobody", task_queue="nobody", id="peer").id
    handle = worker.start_workflow(
        "Eventful", peer, task_queue=eventful.QUEUE, id="eventful", memo={"m": "1"}
    )
    worker.call(handle.execute_update("adopt", 7))
    worker.call(handle.signal("note", {"n": [1, None, "é"]}))
    worker.result(handle)
    ran = cli("export-history", "-w", "eventful").expect(0)
    history = check_file(worker, world.root / "eventful.json", "eventful")
    path = world.root / "eventful.json"
    assert ran.out == f"{len(history['events'])} events of 'eventful' in '{path}'\n"
    assert set(types_of(history)) >= EVERY_KIND
    replay(worker, path, "eventful", eventful.WORKFLOWS)
    # The other side of it.
    cli("export-history", "-w", peer, "--file", "peer").expect(0)
    assert types_of(check_file(worker, world.root / "peer", peer))["WORKFLOW_EXECUTION_SIGNALED"]


def test_it_is_what_the_temporal_cli_writes(
    cli: Cli, worked: Temporal, world: World, server: DevServer
) -> None:
    workflow_id = start(worked, "RetryFor", 2)
    cli("wait-for-workflow-status", "-w", workflow_id).expect(1)
    cli("export-history", "-w", workflow_id, "--file", "ours.json").expect(0)
    shown = cli_of_temporal(server, world, "workflow", "show", "-w", workflow_id, "-o", "json")
    assert json.loads((world.root / "ours.json").read_text()) == json.loads(shown)


def cli_of_temporal(server: DevServer, world: World, *words: str) -> str:
    command = [str(TOOLS / "temporal"), *words, "--address", server.address]
    command += ["--namespace", world.namespace]
    return subprocess.run(command, env=world.env, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("kind", "argument"),
    [("Fail", "no"), ("Again", 2), ("RetryFor", 2), ("Give", {"n": 1.5})],
)
def test_ends_of_every_kind_are_replayed(
    cli: Cli, worked: Temporal, world: World, kind: str, argument: Any
) -> None:
    handle = worked.start_workflow(kind, argument, task_queue=simple.QUEUE)
    workflow_id = handle.id
    with contextlib.suppress(WorkflowFailureError):
        worked.result(handle)
    row = cli.json("export-history", "-w", workflow_id)["histories"][0]
    path = Path(row["file"])
    history = check_file(worked, path, workflow_id, row["run_id"])
    assert row["events"] == len(history["events"])
    assert row["bytes"] == path.stat().st_size
    assert row["workflow_type"] == kind
    replay(worked, path, workflow_id, simple.WORKFLOWS)


def test_each_run_of_a_chain(cli: Cli, worked: Temporal, world: World) -> None:
    first = worked.start_workflow("Again", 1, task_queue=simple.QUEUE, id="chain")
    worked.result(first)
    run_id = first.result_run_id or ""
    words = ("export-history", "-w", "chain", "-r", run_id, "--file", "first.json")
    (row,) = cli.json(*words)["histories"]
    assert (row["run_id"], row["status"]) == (run_id, "CONTINUED_AS_NEW")
    history = check_file(worked, world.root / "first.json", "chain", run_id)
    assert types_of(history)["WORKFLOW_EXECUTION_CONTINUED_AS_NEW"] == 1
    replay(worked, world.root / "first.json", "chain", simple.WORKFLOWS)


def test_a_cancelled_and_a_terminated_one(cli: Cli, worked: Temporal, world: World) -> None:
    for command, end in (
        ("cancel-workflow", "WORKFLOW_EXECUTION_CANCELED"),
        ("terminate-workflow", "WORKFLOW_EXECUTION_TERMINATED"),
    ):
        workflow_id = start(worked, "Open", id=command)
        cli(command, "-w", workflow_id, "--reason", "so").expect(0)
        cli("wait-for-workflow-status", "-w", workflow_id, "--status", "CANCELED,TERMINATED")
        cli("export-history", "-w", workflow_id).expect(0)
        history = check_file(worked, world.root / f"{command}.json", workflow_id)
        assert types_of(history)[end] == 1
        replay(worked, world.root / f"{command}.json", workflow_id, simple.WORKFLOWS)


def test_a_history_of_several_pages(cli: Cli, worker: Temporal, world: World) -> None:
    handle = worker.start_workflow("Timers", 300, task_queue=eventful.QUEUE, id="long")
    assert worker.result(handle) == 300
    (row,) = cli.json("export-history", "-w", "long")["histories"]
    assert row["events"] > 600
    check_file(worker, Path(row["file"]), "long")
    replay(worker, Path(row["file"]), "long", eventful.WORKFLOWS)


def test_what_was_never_written_is_not_in_it(cli: Cli, worked: Temporal, world: World) -> None:
    workflow_id = start(worked, "Bug", id="bug")
    cli("wait-for-workflow-status", "-w", workflow_id).expect(6)
    cli("export-history", "-w", workflow_id).expect(0)
    events = json.loads((world.root / "bug.json").read_text())["events"]
    assert events[-1]["eventType"] == "EVENT_TYPE_WORKFLOW_TASK_FAILED"
    assert all("taskId" in event for event in events)


# ---- files ----

IDS = {
    "order-17": "order-17.json",
    "with blank": "with%20blank.json",
    "a/b/../../c": "a%2Fb%2F..%2F..%2Fc.json",
    "..": "%2E..json",
    ".": "%2E.json",
    "/etc/passwd": "%2Fetc%2Fpasswd.json",
    "-rf": "%2Drf.json",
    "größe-✓": "gr%C3%B6%C3%9Fe-%E2%9C%93.json",
    "100%": "100%25.json",
    "a~b": "a%7Eb.json",
    "new\nline": "new%0Aline.json",
}


@pytest.mark.parametrize("workflow_id", IDS)
def test_odd_ids_make_names_of_files(
    cli: Cli, worked: Temporal, world: World, workflow_id: str
) -> None:
    start(worked, "Give", 1, id=workflow_id)
    cli("wait-for-workflow-status", f"--workflow-id={workflow_id}").expect(0)
    words = ("export-history", f"--workflow-id={workflow_id}", "--directory", "out")
    (row,) = cli.json(*words)["histories"]
    assert row["file"] == str(world.root / "out" / IDS[workflow_id])
    assert os.listdir(world.root / "out") == [IDS[workflow_id]]
    check_file(worked, Path(row["file"]), workflow_id)


def test_long_ids_differ_in_their_files(cli: Cli, temporal: Temporal, world: World) -> None:
    ids = ["x" * 999 + "1", "x" * 999 + "2", "é" * 499]
    for workflow_id in ids:
        temporal.start_workflow("Nobody", task_queue="nobody", id=workflow_id)
        cli("export-history", "-w", workflow_id, "--directory", "out").expect(0)
    assert len(os.listdir(world.root / "out")) == 3


def test_a_file_is_replaced_and_no_link_followed(
    cli: Cli, nobody: Any, temporal: Temporal, world: World
) -> None:
    kept, link = world.root / "kept.json", world.root / "link.json"
    kept.write_text("mine")
    link.symlink_to(kept)
    for _ in range(2):
        cli("export-history", "-w", nobody.id, "--file", link).expect(0)
        assert kept.read_text() == "mine"
        assert not link.is_symlink()
        check_file(temporal, link, nobody.id)
    assert sorted(world.root.glob("*.tsk-*")) == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ((), 2),
        (("-w", "x", "--query", "WorkflowType='Y'"), 2),
        (("--query", "WorkflowType='Y'", "--file", "f"), 2),
        (("--query", "WorkflowType='Y'", "-r", "r"), 2),
        (("-w", "x", "--file", "f", "--directory", "d"), 2),
        (("-w", "x", "--directory", ""), 2),
        (("-w", "x", "--file", ""), 2),
        (("-w", "{id}", "--file", "no/such/folder/f"), 2),
        (("-w", "{id}", "--file", "a-folder/"), 2),
        (("-w", "{id}", "--directory", "no/such/folder"), 2),
        (("-w", "{id}", "--directory", "a-file"), 2),
        (("-w", "{id}", "--file", "a-file/f"), 2),
        (("-w", "{id}", "--read-only"), 7),
        (("-w", "no-such"), 3),
        (("-w", "{id}", "-r", "01a22b1c-425b-72fe-b709-79d3db0675c5"), 3),
        (("--query", "this is no query"), 2),
    ],
)
def test_what_is_refused(
    cli: Cli, nobody: Any, world: World, words: tuple[str, ...], code: int
) -> None:
    (world.root / "a-file").write_text("mine")
    (world.root / "a-folder").mkdir()
    before = set(os.listdir(world.root))
    ran = cli("export-history", *(word.replace("{id}", nobody.id) for word in words)).expect(code)
    assert ran.err and not ran.out
    assert set(os.listdir(world.root)) == before
    assert (world.root / "a-file").read_text() == "mine"


def test_without_a_server_nothing_is_made(cli: Cli, world: World) -> None:
    cli("export-history", "-w", "x", "--directory", "out").expect(4)
    assert not (world.root / "out").exists()


def test_a_server_elsewhere_is_only_asked(cli: Cli, world: World) -> None:
    """Not refused as a change of it: it cannot be reached."""
    ran = cli("export-history", "-w", "x", "--address", "192.0.2.1:7233").expect(4)
    assert "--allow-remote-changes" not in ran.err


# ---- many ----


def await_listed(temporal: Temporal, query: str, count: int) -> None:
    """The list follows what happens within a moment."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while temporal.call(temporal.client.count_workflows(query)).count < count:
        assert time.monotonic() < deadline


def test_many_by_a_query(cli: Cli, worked: Temporal, world: World) -> None:
    for n in range(70):
        start(worked, "Give", n, id=f"many-{n}")
    start(worked, "Fail", "no", id="other")
    query = "WorkflowType = 'Give' AND ExecutionStatus = 'Completed'"
    await_listed(worked, query, 70)
    answer = cli.json("export-history", "--query", query, "--directory", "out")
    files = {row["workflow_id"]: Path(row["file"]) for row in answer["histories"]}
    assert answer["not_exported"] == [] and answer["more"] is False
    assert set(files) == {f"many-{n}" for n in range(70)}
    assert {path.name for path in files.values()} == set(os.listdir(world.root / "out"))
    for workflow_id, path in files.items():
        check_file(worked, path, workflow_id)
    out = cli("export-history", "--query", query, "--directory", "out").expect(0).out
    events = sum(row["events"] for row in answer["histories"])
    assert out == f"70 histories ({events} events) in '{world.root / 'out'}'\n"
    # A limit cuts the list, and that is said.
    ran = cli("export-history", "--query", query, "--directory", "few", "--limit", "3").expect(0)
    assert "--limit" in ran.err
    assert len(os.listdir(world.root / "few")) == 3
    rows = cli("export-history", "--query", query, "--directory", "few", "-o", "jsonl").expect(0)
    assert len(rows.rows) == 70


def test_runs_of_one_id_have_files_of_their_own(cli: Cli, worked: Temporal, world: World) -> None:
    worked.result(worked.start_workflow("Again", 2, task_queue=simple.QUEUE, id="chain"))
    start(worked, "Give", 1, id="alone")
    query = "WorkflowType IN ('Again', 'Give')"
    await_listed(worked, query, 4)
    answer = cli.json("export-history", "--query", query, "--directory", "out")
    names = {Path(row["file"]).name: row for row in answer["histories"]}
    assert len(names) == 4 == len(os.listdir(world.root / "out"))
    for name, row in names.items():
        assert name in ("alone.json", f"chain~{row['run_id']}.json")
        check_file(worked, Path(row["file"]), row["workflow_id"], row["run_id"])


def test_none_matches(cli: Cli, server: DevServer, world: World) -> None:
    words = ("--query", "WorkflowType = 'Nothing'", "--directory", "out")
    answer = cli.json("export-history", *words, code=1)
    assert (answer["verdict"], answer["histories"]) == ("none", [])
    assert not (world.root / "out").exists()


def test_a_file_that_cannot_be_written_ends_it(cli: Cli, temporal: Temporal, world: World) -> None:
    for n in range(3):
        temporal.start_workflow("Nobody", task_queue="nobody", id=f"stuck-{n}")
        (world.root / f"out/stuck-{n}.json/in-the-way").mkdir(parents=True)
    await_listed(temporal, "WorkflowType='Nobody'", 3)
    ran = cli("export-history", "--query", "WorkflowType='Nobody'", "--directory", "out")
    assert ran.code not in (0, 1)
    assert ran.out.startswith("0 of 3 histories written: cannot write '")


# ---- a server that refuses ----


@pytest.fixture
def refusing(server: DevServer) -> Iterator[Refusing]:
    code = CODES["PERMISSION_DENIED"]
    with Refusing(server.port, "GetWorkflowExecutionHistory", code) as relay:
        yield relay


def test_what_is_refused_is_told(cli: Cli, nobody: Any, refusing: Refusing, world: World) -> None:
    words = ("export-history", "--address", refusing.address, "--directory", "out")
    ran = cli(*words, "-w", nobody.id).expect(7)
    assert f"cannot export the history of '{nobody.id}'" in ran.err
    assert os.listdir(world.root / "out") == []
