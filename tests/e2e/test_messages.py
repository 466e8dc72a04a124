"""Signals, queries, updates, and interact, which chooses between them."""

from typing import Any

from harness.cli import Cli
from harness.client import Temporal
from harness.workflows import start


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
    """The server does not say why there is no answer; a worker whose task fails looks the same."""
    words = ["query-workflow", "-w", start(temporal, "Open"), "--name", "get_value"]
    err = cli(*words, "--timeout", "1").expect(5).err
    assert "no worker took it, or its workflow task fails" in err and "diagnose" in err


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
