"""Troubles from public reports, made anew in small: what is said of them is right.

tests/reports/look.py judges by tests/reports/reports.toml; a trouble that is told right comes into
the list here, and has to stay so."""

import os
import sys
import tomllib
from pathlib import Path

import pytest

REPORTS = Path(__file__).resolve().parents[1] / "reports"
sys.path.insert(0, str(REPORTS))

import look  # noqa: E402

TOLD = [
    # what diagnose lists though it moves
    "activity_on_hold",
    "attempt_lost_for_an_hour",
    "nexus_handler_throws",
    "nexus_nobody_there",
    "renews_itself",
    "workflow_on_hold",
    # who ended it
    "child_history_too_long",
    "child_left_behind",
    "history_too_long",
    "replaced_by_the_next_start",
    "reset_away",
    "task_answer_too_large",
    # the causes that the server names
    "cancel_of_nobody",
    "child_id_taken",
    "local_activity_unknown",
    "method_without_object",
    "plain_exception",
    "signal_of_nobody",
    "too_many_at_once",
    "updates_hang",
    "wait_gave_up",
    # why nothing is tried again
    "longer_than_allowed",
    "only_attempt_lost",
    "wrong_name_of_the_type",
    # whether what it waits for can come
    "signal_before_run",
    "update_waits_in_vain",
    # cancelled, and what holds it up
    "cancel_taken_for_failure",
    "never_hears_of_it",
    # completed is not done
    "errors_thrown_away",
    # who is there
    "child_elsewhere",
    "worker_in_another_namespace",
    # what became of an attempt
    "died_with_last_attempt",
    "never_heartbeats",
    "legacy_call_in_async",
    # code that does not do the same at each run
    "cached_in_module",
    "patch_removed",
    # what only the logs tell
    "details_of_the_error",
    "heartbeat_not_encodable",
    "result_too_large",
    # what repeats
    "cron_fails_each_time",
    "retried_as_a_whole",
    "schedule_stopped_itself",
    # of later looks
    "error_is_wrapped",
    "result_of_old_shape",
    "nobody_completes_it",
    "two_workers_one_queue",
    "opened_twice",
    "sleeps_as_told",
    "schedule_without_times",
    "exits_with_a_number",
    "heartbeats_are_not_enough",
    "queue_of_the_tutorial",
    "each_waits_for_the_other",
    "keys_become_text",
    "id_of_another",
    "deadline_of_its_own",
    "child_never_began",
    "lock_not_given_back",
    "queue_full_of_its_own",
    "signals_itself",
    "whole_result_too_large",
    "year_of_runs",
]

# Told right as well; `make test-reports` has them, too, as they take minutes.
MORE = [
    "child_terminated",
    "continued_without_argument",
    "handler_ends_it",
    "import_refused",
    "optional_argument_left_out",
    "signal_renamed",
    "step_dropped",
    "thread_in_workflow",
    "address_not_set",
    "child_not_registered",
    "key_rotated",
    "local_activity_too_slow",
    "process_of_the_pool_killed",
    "same_name_twice",
    "sticky_queue_left_behind",
    "stopped_by_a_deploy",
    "thread_never_comes_back",
    "approval_came_too_late",
    "argument_too_large",
    "arguments_one_by_one",
    "attribute_of_another_type",
    "change_fails_the_run",
    "checkpoint_comes_back_as_dict",
    "cron_waits_for_its_day",
    "enum_in_the_argument",
    "gives_up_too_soon",
    "input_does_not_fit",
    "intervals_swapped",
    "namespace_not_there",
    "nexus_id_taken",
    "no_activities_given",
    "reads_the_environment",
    "semaphore_of_another_loop",
    "throttled_for_good",
    "timeout_as_number",
    "type_unknown",
    "activity_renamed",
    "called_directly",
    "cancelled_by_itself",
    "child_fails",
    "child_out_of_time",
    "dead_connection",
    "errors_in_the_result",
    "flag_switched_on",
    "forgotten_activity",
    "not_decorated",
    "number_drawn_before",
    "pinned_to_nobody",
    "api_that_is_not_there",
    "asks_the_web",
    "await_forgotten",
    "condition_called_at_once",
    "forgot_to_return",
    "module_not_installed",
    "no_key_in_the_worker",
    "noted_in_a_local",
    "returns_a_coroutine",
    "type_of_a_timeout",
    "wants_a_mailer",
    "workflow_clock_in_activity",
    "approved_too_early",
    "child_wants_two",
    "class_not_marked",
    "database_at_localhost",
    "first_of_none",
    "id_by_chance",
    "key_refused",
    "not_json",
    "program_not_there",
    "reads_a_template",
    "second_never_runs",
    "time_without_zone",
    "waits_for_coroutines",
    "command_fails",
    "days_for_seconds",
    "loop_in_a_loop",
    "metrics_port_taken",
    "setting_not_there",
    "signal_breaks_the_task",
    "sleeps_the_thread",
    "step_inserted",
    "table_not_there",
    "tells_nobody",
    "tool_unknown",
    "activity_id_twice",
    "approved_at_the_parent",
    "asks_in_the_default_namespace",
    "back_to_unversioned",
    "began_again_with_a_late_call",
    "cancel_does_nothing",
    "cancel_stops_at_the_child",
    "cancelled_by_the_next_run",
    "caught_its_renewal",
    "changes_its_copy",
    "child_begins_anew",
    "child_was_cancelled",
    "class_renamed",
    "client_in_the_workflow",
    "condition_of_the_clock",
    "crashes_its_worker",
    "errors_are_encoded",
    "failed_is_a_result",
    "fails_before_the_activity",
    "first_of_the_union",
    "gave_up_after_five_turns",
    "generic_of_the_model",
    "heartbeats_too_seldom",
    "id_made_of_a_link",
    "interceptor_too_slow",
    "kept_in_memory",
    "lock_left_behind",
    "lost_between_two_runs",
    "memo_not_given",
    "name_of_the_wrapper",
    "no_client_in_the_thread",
    "no_heartbeat_yet",
    "no_main_guard",
    "no_run_of_it_ends_well",
    "no_time_left",
    "nobody_in_time",
    "one_heartbeat_a_file",
    "opened_in_another_thread",
    "page_in_the_error",
    "pause_taken_out",
    "pool_closed_too_soon",
    "prompt_too_long",
    "query_changes_state",
    "range_as_text",
    "schedule_of_the_old_queue",
    "skipped_in_replay",
    "sleeps_after_its_cancel",
    "stops_at_a_breakpoint",
    "streams_its_answer",
    "three_levels_down",
    "tries_on_its_own",
    "unbound_after_a_failure",
    "waits_for_another_workflow",
    "waits_in_a_loop",
    "zero_means_without_end",
    "only_for_activities",
    "pool_without_manager",
    "one_poller_only",
    "hint_left_out",
    "draws_a_winner",
    "activity_made_a_child",
    "one_child_of_many",
    "page_was_closed",
    "schedule_without_argument",
    "host_unknown",
    "no_loop_in_the_thread",
    "no_word_of_why",
    "group_in_the_activity",
    "approved_in_capitals",
    "certificate_as_path",
    "queue_not_in_the_table",
    "orm_in_async_activity",
    "model_leaves_a_field_out",
    "one_blip_ends_it",
    "team_was_deleted",
    "child_completed_before",
    "spelt_with_two_l",
    "queue_of_none",
    "ticker_never_ends",
    "no_type_given",
    "declined_card_again",
    "cause_in_the_group",
    "never_answers",
    "tuples_become_lists",
    "asks_for_a_long_wait",
    "no_time_for_a_retry",
    "run_timeout_over_retries",
    "reader_dies",
    "update_fails",
    "activity_will_not_stop",
    "cleanup_fails",
    "activity_not_awaited",
    "handler_abandoned",
    "slowed_by_its_queue",
    "worker_of_another_queue",
    "loop_blocked",
    "one_thread_for_all",
    "order_of_a_set",
    "decimal_result",
    "says_it_in_its_log",
    "heartbeat_too_large",
    "worker_dies_after_an_activity",
    "polls_in_a_loop",
    "schedule_skips",
    "activity_by_its_name",
    "group_of_failures",
    "heartbeats_from_a_thread",
    "schedule_used_up",
    "worker_frozen_by_an_activity",
    "pool_used_up",
    "cause_left_out",
    "one_of_many_fails",
    "file_on_the_other_disk",
    "inserted_already",
    "run_not_awaited",
    "key_means_tls",
    "job_never_done",
    "refund_fails_too",
    "order_of_arguments",
    "computes_without_await",
]


@pytest.mark.parametrize("name", [*TOLD, *(MORE if os.environ.get("REPORTS") == "all" else [])])
def test_trouble_is_told_right(name: str, tmp_path: Path) -> None:
    table = tomllib.loads((REPORTS / "reports.toml").read_text())
    outcome, found, calls = look.look(name, table[name], tmp_path)
    answers = tmp_path / name / "answers.txt"
    assert (outcome, found) == ("right", []), answers.read_text() if answers.exists() else found
    assert calls <= look.CALLS


MENDED = {
    "reader_dies": ('"six"', '"6"'),
    "update_waits_in_vain": ("await workflow.wait_condition(lambda: self.filed)", "pass"),
}


@pytest.mark.parametrize("name", MENDED)
def test_what_is_advised_gets_it_going(name: str, tmp_path: Path) -> None:
    """The code corrected, the worker restarted, the workflow reset: as the answer says."""
    expected = tomllib.loads((REPORTS / "reports.toml").read_text())[name]
    stage = look.Stage(name, expected, tmp_path)
    try:
        stage.open()
        for step in expected["steps"]:
            stage.step(step)
        advice = stage.cli("analyze-workflow-error", "-w", expected["ask"]).out
        assert "ensure-worker" in advice and "reset-workflow" in advice, advice
        code = stage.program.read_text()
        stage.program.write_text(code.replace(*MENDED[name]))
        stage.start_worker([], dies=False)
        stage.cli("reset-workflow", "-w", expected["ask"]).expect(0)
        stage.cli("wait-for-workflow-status", "-w", expected["ask"], timeout=150).expect(0)
    finally:
        stage.close()
