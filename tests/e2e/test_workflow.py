"""Workflows described, ended, reset and listed; with the regressions of the first, shell-script, catalogue."""

import time
from typing import Any

import pytest

from harness.cli import Cli
from harness.client import Temporal
from harness.workflows import start

# ---- describe, cancel, terminate, reset ----


def test_describe(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "RetryFor", 0)
    cli("wait-for-workflow-status", "-w", workflow_id).expect(6)
    answer = cli.json("describe-workflow", "-w", workflow_id)
    pending = answer["pending_activities"][0]
    assert pending["type"] == "fail_always"
    assert pending["attempt"] >= 2
    assert pending["last_failure"] == "ValueError: the gateway refused"
    cli("describe-workflow", "-w", "no-such").expect(3)


@pytest.mark.parametrize(
    "workflow_id", ["with blank", "-lead", 'it\'s "quoted"', "größe-✓", "a/b?c=d&e", "%s%n$HOME"]
)
def test_odd_workflow_ids(cli: Cli, worked: Temporal, workflow_id: str) -> None:
    start(worked, "Give", 1, id=workflow_id)
    assert cli.json("wait-for-workflow-status", "-w", workflow_id)["workflow_id"] == workflow_id
    cli("get-workflow-result", f"--workflow-id={workflow_id}").expect(0)
    assert cli.json("diagnose", "-w", workflow_id)["workflow_id"] == workflow_id


def test_cancel_and_terminate(cli: Cli, worked: Temporal) -> None:
    one, two = start(worked, "Open"), start(worked, "Open")
    assert cli.json("cancel-workflow", "-w", one, "--reason", "r")["verdict"] == "cancel_requested"
    cli("wait-for-workflow-status", "-w", one, "--status", "CANCELED").expect(0)
    assert cli.json("cancel-workflow", "-w", one, code=1)["verdict"] == "closed"
    cli("terminate-workflow", "-w", two, "--reason", "gone wrong").expect(0)
    answer = cli.json("get-workflow-result", "-w", two, code=1)
    assert answer["status"] == "TERMINATED"
    assert "gone wrong" in cli("get-workflow-result", "-w", two).expect(1).out
    cli("terminate-workflow", "-w", "no-such").expect(3)


def test_reset_goes_on_in_a_new_run(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Open")
    cli("signal-workflow", "-w", workflow_id, "--name", "set_value", "--input", "8").expect(0)
    old = cli.json("describe-workflow", "-w", workflow_id)["run_id"]
    answer = cli.json("reset-workflow", "-w", workflow_id)
    assert answer["new_run_id"] not in ("", old)
    assert cli.json("describe-workflow", "-w", workflow_id, "-r", old)["status"] == "TERMINATED"
    cli("signal-workflow", "-w", workflow_id, "--name", "finish").expect(0)
    assert cli.json("wait-for-workflow-status", "-w", workflow_id)["result"] == 8
    cli("reset-workflow", "-w", workflow_id, "--first", "--event-id", "4").expect(2)


# ---- history, stack, lists ----


def test_history_is_whole_and_readable(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Give", {"n": 1})
    cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    events = cli.json("show-workflow-history", "-w", workflow_id)["events"]
    assert events[0]["type"] == "WorkflowExecutionStarted"
    assert events[0]["input"] == {"n": 1}
    assert events[-1]["type"] == "WorkflowExecutionCompleted"
    words = ["show-workflow-history", "-w", workflow_id, "--reverse", "--limit", "1", "-o", "jsonl"]
    assert [row["id"] for row in cli(*words).expect(0).rows] == [events[-1]["id"]]


def test_stack(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Open")
    deadline = time.monotonic() + 20
    # Before its first task is done, no code of it waits anywhere.
    while not (answer := cli.json("show-workflow-stack", "-w", workflow_id))["stack"]:
        assert time.monotonic() < deadline
    assert "_run_top_level_workflow_function" in answer["stack"]
    assert "query: __stack_trace" not in answer["stack"]


def listed(cli: Cli, *words: str) -> dict[str, Any]:
    """The list follows the workflows' end within a moment."""
    deadline = time.monotonic() + 10
    while True:
        answer: dict[str, Any] = cli.json("list-recent-workflows", *words)
        if len(answer["workflows"]) >= 1 or time.monotonic() > deadline:
            return answer


def test_regression_every_status_filter_works(cli: Cli, worked: Temporal) -> None:
    failed, running = start(worked, "Fail", "no"), start(worked, "Open")
    cli("wait-for-workflow-status", "-w", failed, "--status", "FAILED").expect(0)
    for spelling in ("FAILED", "Failed", "WORKFLOW_EXECUTION_STATUS_FAILED"):
        answer = listed(cli, "--status", spelling, "--results")
        assert [row["workflow_id"] for row in answer["workflows"]] == [failed]
        assert answer["workflows"][0]["problem"] == "CardDeclined: no"
    answer = listed(cli, "--status", "running")
    assert [row["workflow_id"] for row in answer["workflows"]] == [running]
    assert answer["counts"] == {"RUNNING": 1}
    words = ["list-recent-workflows", "--status", "TIMED_OUT,Terminated", "--workflow-type", "it's"]
    assert cli.json(*words)["workflows"] == []


def test_regression_error_text_of_a_failed_task_is_there(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Bug")
    cli("wait-for-workflow-status", "-w", workflow_id).expect(6)
    out = cli("analyze-workflow-error", "--workflow-id", workflow_id).expect(0).out
    assert "KeyError" in out.splitlines()[0]
    assert "'customer'" in out


def test_regression_retries_and_missing_workers_are_seen(cli: Cli, worked: Temporal) -> None:
    retrying = start(worked, "RetryFor", 0)
    alone = worked.start_workflow("Give", 1, task_queue="nobody").id
    for workflow_id in (retrying, alone):
        cli("wait-for-workflow-status", "-w", workflow_id).expect(6)
    found = cli.json("find-stalled-workflows", "--check", code=1)
    verdicts = {row["workflow_id"]: row["verdict"] for row in found["stalled"]}
    assert verdicts == {retrying: "activity_retrying", alone: "no_workflow_worker"}


def test_diagnose_check(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Open")
    cli("diagnose", "--check").expect(0)
    cli("diagnose", "-w", workflow_id, "--check").expect(0)
    bug = start(worked, "Bug")
    cli("wait-for-workflow-status", "-w", bug).expect(6)
    cli("diagnose", "-w", bug, "--check").expect(1)
    ran = cli("diagnose", "--check").expect(1)
    assert bug in ran.out and "KeyError" in ran.out
    cli("diagnose", "-r", "x").expect(2)
    cli("diagnose", "-w", "no-such").expect(3)


# ---- bulk-cancel-workflows ----


def test_regression_bulk_cancel_by_pattern(cli: Cli, worked: Temporal) -> None:
    """The first script matched another column, asked a question, and reported success having cancelled nothing."""
    ours = [start(worked, "Open", id=f"order-{n}") for n in (1, 2)]
    other = start(worked, "Open", id="invoice-order")
    for workflow_id in [*ours, other]:
        cli("wait-for-workflow-status", "-w", workflow_id, "--status", "RUNNING").expect(0)
    words = ["bulk-cancel-workflows", "--pattern", "^order-[0-9]+$"]
    dry = cli.json(*words, "--dry-run")
    assert sorted(row["workflow_id"] for row in dry["workflows"]) == ours
    assert cli.json("describe-workflow", "-w", ours[0])["cancel_requested"] is False
    answer = cli.json(*words)
    assert {row["outcome"] for row in answer["workflows"]} == {"cancel_requested"}
    for workflow_id in ours:
        cli("wait-for-workflow-status", "-w", workflow_id, "--status", "CANCELED").expect(0)
    assert cli.json("describe-workflow", "-w", other)["status"] == "RUNNING"


def test_bulk_cancel_by_ids_tells_each_outcome(cli: Cli, worked: Temporal, world: Any) -> None:
    workflow_id = start(worked, "Open")
    ids = world.root / "ids.txt"
    ids.write_text(f"{workflow_id}\n\nno-such\n")
    answer = cli.json("bulk-cancel-workflows", "--workflow-ids", str(ids), "--terminate", code=1)
    outcomes = {row["workflow_id"]: row["outcome"] for row in answer["workflows"]}
    assert outcomes == {workflow_id: "terminated", "no-such": "not_found"}
    assert (answer["done"], answer["failed"]) == (1, 1)


def test_dry_run_tells_the_ids_that_cannot_be_cancelled(
    cli: Cli, worked: Temporal, world: Any
) -> None:
    workflow_id, ended = start(worked, "Open"), start(worked, "Give", 1)
    cli("wait-for-workflow-status", "-w", ended).expect(0)
    ids = world.root / "ids.txt"
    ids.write_text(f"{workflow_id}\n{ended}\nno-such\n")
    words = ["bulk-cancel-workflows", "--workflow-ids", str(ids), "--dry-run"]
    answer = cli.json(*words)
    outcomes = [row["outcome"] for row in answer["workflows"]]
    assert outcomes == ["selected", "failed", "not_found"]
    assert (answer["verdict"], answer["done"], answer["failed"]) == ("dry_run", 0, 2)
    assert cli(*words).expect(0).out.startswith("1 of 3 workflows would be asked to cancel")
    assert worked.status(workflow_id) == "RUNNING"


def test_bulk_cancel_by_query_follows_the_batch(cli: Cli, worked: Temporal) -> None:
    ids = sorted(start(worked, "Open") for _ in range(3))
    deadline = time.monotonic() + 10
    while True:
        words = ["bulk-cancel-workflows", "--query", "WorkflowType = 'Open'"]
        dry = cli.json(*words, "--dry-run")
        if len(dry["workflows"]) == 3 or time.monotonic() > deadline:
            break
    answer = cli.json(*words, "--terminate")
    assert sorted(row["workflow_id"] for row in answer["workflows"]) == ids
    assert {row["outcome"] for row in answer["workflows"]} == {"terminated"}
    for workflow_id in ids:
        assert cli.json("describe-workflow", "-w", workflow_id)["status"] == "TERMINATED"


def test_bulk_cancel_without_a_selector_takes_the_stalled_ones(cli: Cli, worked: Temporal) -> None:
    healthy, stalled = start(worked, "Open"), start(worked, "Bug")
    cli("wait-for-workflow-status", "-w", stalled).expect(6)
    ran = cli("bulk-cancel-workflows").expect(0)
    assert "1 of them cannot act on it" in ran.out
    answer = cli.json("bulk-cancel-workflows", "--terminate")
    assert [row["workflow_id"] for row in answer["workflows"]] == [stalled]
    assert cli.json("describe-workflow", "-w", healthy)["status"] == "RUNNING"
    deadline = time.monotonic() + 10
    while cli.json("bulk-cancel-workflows")["verdict"] != "none":
        assert time.monotonic() < deadline


def test_bulk_cancel_takes_one_selector(cli: Cli, worked: Temporal) -> None:
    cli("bulk-cancel-workflows", "--pattern", "x", "--query", "y").expect(2)
