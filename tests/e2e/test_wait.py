"""wait-for-workflow-status and get-workflow-result; with the regressions of the first, shell-script, catalogue."""

import json
from datetime import timedelta
from typing import Any

import pytest

from harness.cli import Cli
from harness.client import Temporal
from harness.workflows import QUEUE, start

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


def test_what_ended_badly_is_told_as_the_analysis_tells_it(cli: Cli, worked: Temporal) -> None:
    """Its last event alone says neither why a workflow timed out, nor of what kind a failure is."""
    nobody = worked.start_workflow("Nobody", task_queue="nobody", run_timeout=timedelta(seconds=1))
    ids = [start(worked, "Fail", "declined"), start(worked, "RetryFor", 1), nobody.id]
    for workflow_id in ids:
        ended = cli.json("wait-for-workflow-status", "-w", workflow_id, "--no-stall-check", code=1)
        analyzed = cli.json("analyze-workflow-error", "-w", workflow_id)
        for answer in (ended, cli.json("get-workflow-result", "-w", workflow_id, code=1)):
            assert answer["verdict"] == analyzed["verdict"], answer
            assert answer["root_cause"] == analyzed["root_cause"], answer


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
    words = ["wait-for-workflow-status", "-w", start(worked, "Open"), "--timeout", "3"]
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
    assert (answer["status"], answer["verdict"]) == ("FAILED", "workflow_failed")
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
