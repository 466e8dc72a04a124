"""One workflow: waiting, results, messages, ending; with the regressions of the first, shell-script, catalogue."""

import asyncio
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from temporalio import activity, workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

from harness.cli import Cli
from harness.client import Temporal

QUEUE = "work"


@activity.defn
def fail_always(text: str) -> str:
    raise ValueError(text)


@activity.defn
def greet(name: str) -> str:
    return f"Hello, {name}!"


@workflow.defn
class Give:
    """Ends at once with its argument as result."""

    @workflow.run
    async def run(self, value: Any) -> Any:
        return value


@workflow.defn
class Fail:
    @workflow.run
    async def run(self, text: str) -> None:
        raise ApplicationError(text, type="CardDeclined")


@workflow.defn
class Open:
    """Stays open until it is told what to return."""

    def __init__(self) -> None:
        self.value: Any = None
        self.done = False

    @workflow.run
    async def run(self) -> Any:
        await workflow.wait_condition(lambda: self.done)
        return self.value

    @workflow.signal
    def set_value(self, value: Any) -> None:
        self.value = value

    @workflow.signal
    def finish(self) -> None:
        self.done = True

    @workflow.query
    def get_value(self) -> Any:
        return self.value

    @workflow.query
    def broken(self) -> Any:
        raise RuntimeError("this query never works")

    @workflow.update
    async def replace(self, value: int) -> Any:
        if value < 0:
            raise ApplicationError("negative values are not taken", type="Negative")
        before, self.value = self.value, value
        return before


@workflow.defn
class Again:
    """Continues as new until the count is down."""

    @workflow.run
    async def run(self, left: int) -> str:
        if left:
            workflow.continue_as_new(left - 1)
        return "last"


@workflow.defn
class RetryFor:
    @workflow.run
    async def run(self, attempts: int) -> str:
        return await workflow.execute_activity(
            fail_always,
            "the gateway refused",
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(
                initial_interval=timedelta(milliseconds=50),
                backoff_coefficient=1,
                maximum_attempts=attempts,
            ),
        )


@workflow.defn
class Bug:
    @workflow.run
    async def run(self) -> str:
        orders: dict[str, str] = {}
        return orders["customer"]


@workflow.defn
class Sleep:
    @workflow.run
    async def run(self, seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "slept"


WORKFLOWS = [Give, Fail, Open, Again, RetryFor, Bug, Sleep]


@pytest.fixture
def worked(temporal: Temporal) -> Temporal:
    temporal.start_worker(QUEUE, WORKFLOWS, [fail_always, greet])
    return temporal


def start(temporal: Temporal, kind: str, *args: Any, **options: Any) -> str:
    handle = temporal.start_workflow(kind, *args, task_queue=QUEUE, **options)
    workflow_id: str = handle.id
    return workflow_id


# ---- wait-for-workflow-status ----


def test_wait_for_completed(cli: Cli, worked: Temporal) -> None:
    answer = cli.json("wait-for-workflow-status", "-w", start(worked, "Give", 7))
    assert (answer["status"], answer["reached"], answer["result"]) == ("COMPLETED", True, 7)


def test_wait_is_told_at_once(cli: Cli, worked: Temporal) -> None:
    """It is the close that ends the wait, and not a look now and then."""
    workflow_id = start(worked, "Sleep", 1.0)
    answer = cli.json("wait-for-workflow-status", "-w", workflow_id)
    assert answer["reached"] is True
    described = cli.json("describe-workflow", "-w", workflow_id)
    assert described["closed_at"] > described["started_at"]


def test_regression_waiting_for_running_succeeds(cli: Cli, worked: Temporal) -> None:
    answer = cli.json(
        "wait-for-workflow-status", "-w", start(worked, "Open"), "--status", "RUNNING"
    )
    assert answer["status"] == "RUNNING"


@pytest.mark.parametrize("spelling", ["TIMED_OUT", "TimedOut", "timed-out"])
def test_regression_waiting_for_timed_out_succeeds(
    cli: Cli, worked: Temporal, spelling: str
) -> None:
    workflow_id = start(worked, "Open", execution_timeout=timedelta(seconds=1))
    answer = cli.json("wait-for-workflow-status", "-w", workflow_id, "--status", spelling)
    assert answer["status"] == "TIMED_OUT"


def test_regression_missing_workflow_is_told_at_once(cli: Cli, worked: Temporal) -> None:
    error = cli("wait-for-workflow-status", "-w", "no-such", "-o", "json").expect(3).error
    assert error["code"] == "not_found"
    assert "no-such" in error["message"]


def test_wait_ends_when_the_workflow_ends_otherwise(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Fail", "card 4711 was declined")
    answer = cli.json("wait-for-workflow-status", "-w", workflow_id, code=1)
    assert (answer["status"], answer["reached"]) == ("FAILED", False)
    assert answer["root_cause"]["type"] == "CardDeclined"
    ran = cli("wait-for-workflow-status", "-w", workflow_id).expect(1)
    assert ran.out.splitlines()[0] == (
        f"'{workflow_id}' is FAILED, not COMPLETED: CardDeclined: card 4711 was declined"
    )


def test_wait_for_one_of_several(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Fail", "x")
    cli("wait-for-workflow-status", "-w", workflow_id, "--status", "completed,failed").expect(0)


def test_wait_follows_continue_as_new_but_not_with_a_run_id(cli: Cli, worked: Temporal) -> None:
    handle = worked.start_workflow("Again", 3, task_queue=QUEUE)
    assert cli.json("wait-for-workflow-status", "-w", handle.id)["result"] == "last"
    words = ["wait-for-workflow-status", "-w", handle.id, "-r", handle.first_execution_run_id]
    assert cli.json(*words, code=1)["status"] == "CONTINUED_AS_NEW"


def test_wait_times_out_and_says_what_is_true(cli: Cli, worked: Temporal) -> None:
    words = ["wait-for-workflow-status", "-w", start(worked, "Open"), "--timeout", "300ms"]
    answer = cli.json(*words, code=5)
    assert (answer["status"], answer["verdict"]) == ("RUNNING", "timeout")
    assert "waits for a signal" in cli(*words).expect(5).out


def test_wait_gives_up_on_a_workflow_that_cannot_move(cli: Cli, worked: Temporal) -> None:
    answer = cli.json("wait-for-workflow-status", "-w", start(worked, "Bug"), code=6)
    assert answer["verdict"] == "workflow_task_failure"
    assert answer["root_cause"]["type"] == "KeyError"
    assert "run" in answer["root_cause"]["location"]


def test_wait_gives_up_without_a_worker(cli: Cli, temporal: Temporal) -> None:
    workflow_id = start(temporal, "Give", 1)
    answer = cli.json("wait-for-workflow-status", "-w", workflow_id, code=6)
    assert answer["verdict"] == "no_workflow_worker"
    words = ["wait-for-workflow-status", "-w", workflow_id, "--no-stall-check", "--timeout", "1"]
    cli(*words).expect(5)


def test_wait_sees_a_stall_that_comes_later(cli: Cli, worked: Temporal) -> None:
    answer = cli.json("wait-for-workflow-status", "-w", start(worked, "RetryFor", 0), code=6)
    assert answer["verdict"] == "activity_retrying"
    assert answer["root_cause"] | {"stack_trace": ""} == {
        "type": "ValueError",
        "message": "the gateway refused",
        "location": answer["root_cause"]["location"],
        "stack_trace": "",
    }


def test_wait_for_failed_lets_retries_run_out(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "RetryFor", 6)
    answer = cli.json("wait-for-workflow-status", "-w", workflow_id, "--status", "FAILED")
    assert answer["root_cause"]["type"] == "ValueError"


def test_interval_is_kept_and_ignored(cli: Cli, worked: Temporal) -> None:
    words = ["wait-for-workflow-status", "-w", start(worked, "Give", 1), "--interval", "5"]
    assert "--interval is ignored" in cli(*words).expect(0).err


# ---- get-workflow-result ----


@pytest.mark.parametrize(
    "value",
    [{"a": [1, 2.5, None]}, "text", 9007199254740993, None, "ünï\u0000\U0001f600", [], True],
)
def test_results_come_back_digit_for_digit(cli: Cli, worked: Temporal, value: Any) -> None:
    workflow_id = start(worked, "Give", value)
    cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    assert cli.json("get-workflow-result", "-w", workflow_id)["result"] == value
    assert json.loads(cli("get-workflow-result", "-w", workflow_id, "--raw").expect(0).out) == value


def test_regression_raw_is_json(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Give", {"n": 1})
    cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    assert cli("get-workflow-result", "-w", workflow_id, "--raw").expect(0).out == '{"n":1}\n'


def test_regression_failed_and_running_are_not_success(cli: Cli, worked: Temporal) -> None:
    failed, running = start(worked, "Fail", "no"), start(worked, "Open")
    cli("wait-for-workflow-status", "-w", failed, "--status", "FAILED").expect(0)
    answer = cli.json("get-workflow-result", "-w", failed, code=1)
    assert (answer["status"], answer["verdict"]) == ("FAILED", "failed")
    assert cli.json("get-workflow-result", "-w", running, code=1)["status"] == "RUNNING"
    ran = cli("get-workflow-result", "-w", failed, "--raw").expect(1)
    assert ran.out == ""
    assert "CardDeclined" in ran.err
    cli("get-workflow-result", "-w", "no-such").expect(3)


def test_a_result_that_looks_like_an_error_is_said(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Give", {"status": "error", "message": "Failed to process"})
    cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    answer = cli.json("get-workflow-result", "-w", workflow_id, code=1)
    assert answer["verdict"] == "false_positive_result"
    assert answer["suspicious"] is True
    assert "status" in answer["suspicious_because"]


def test_a_healthy_result_with_the_word_error_is_fine(cli: Cli, worked: Temporal) -> None:
    value: dict[str, Any] = {"errors": [], "error": None, "message": "no error found"}
    workflow_id = start(worked, "Give", value)
    cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    assert cli.json("get-workflow-result", "-w", workflow_id)["suspicious"] is False


# ---- messages ----


def test_signal_query_update(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Open")
    cli("signal-workflow", "-w", workflow_id, "--name", "set_value", "--input", "[1]").expect(0)
    assert cli.json("query-workflow", "-w", workflow_id, "--name", "get_value")["answer"] == [1]
    words = ["update-workflow", "-w", workflow_id, "--name", "replace", "--input"]
    assert cli.json(*words, "5")["answer"] == [1]
    rejected = cli.json(*words, "-1", code=1)
    assert rejected["root_cause"]["type"] == "Negative"
    raw = cli("query-workflow", "-w", workflow_id, "--name", "get_value", "--raw").expect(0)
    assert raw.out == "5\n"


def test_a_mistyped_name_is_not_sent(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Open")
    ran = cli("signal-workflow", "-w", workflow_id, "--name", "set_valeu", "--input", "1").expect(3)
    assert "did you mean 'set_value'?" in ran.err
    assert cli.json("query-workflow", "-w", workflow_id, "--name", "get_value")["answer"] is None
    for command in ("query-workflow", "update-workflow"):
        assert "it has: " in cli(command, "-w", workflow_id, "--name", "zzz").expect(3).err.lower()


def test_input_from_file_and_standard_input(cli: Cli, worked: Temporal, world: Any) -> None:
    workflow_id = start(worked, "Open")
    words = ["signal-workflow", "-w", workflow_id, "--name", "set_value", "--input"]
    ask = ["query-workflow", "-w", workflow_id, "--name", "get_value"]
    file = world.root / "value.json"
    file.write_text('{"from": "file"}')
    cli(*words, f"@{file}").expect(0)
    assert cli.json(*ask)["answer"] == {"from": "file"}
    cli(*words, "-", input='{"from": "stdin"}').expect(0)
    assert cli.json(*ask)["answer"] == {"from": "stdin"}


def test_a_query_that_fails_says_why(cli: Cli, worked: Temporal) -> None:
    ran = cli("query-workflow", "-w", start(worked, "Open"), "--name", "broken").expect(1)
    assert "this query never works" in ran.err


def test_a_query_without_a_worker_ends(cli: Cli, temporal: Temporal) -> None:
    words = ["query-workflow", "-w", start(temporal, "Open"), "--name", "get_value"]
    assert "diagnose" in cli(*words, "--timeout", "1").expect(5).err


def test_interact_chooses_by_what_the_workflow_lists(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Open")
    talk = ["interact", "--workflow-id", workflow_id]
    listed = cli.json(*talk)
    assert listed["signals"] == ["finish", "set_value"]
    assert listed["updates"] == ["replace"]
    assert listed["queries"] == ["broken", "get_value"]
    cli(*talk, "--signal-name", "set_value", "--data", '{"approved": true}').expect(0)
    assert cli.json(*talk, "--name", "get_value")["answer"] == {"approved": True}
    assert cli.json(*talk, "--name", "replace", "--data", "3")["kind"] == "update"
    assert cli.json(*talk, "--name", "finish")["kind"] == "signal"
    cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    workflow_id = start(worked, "Open")
    ran = cli("interact", "-w", workflow_id, "--name", "get_valu").expect(3)
    assert "did you mean 'get_value'?" in ran.err
    cli("interact", "-w", workflow_id, "--name", "x", "--query-name", "y").expect(2)


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
