"""--save-symptoms: what a verdict was made of, in a file for a report."""

import json
from pathlib import Path

from harness.cli import Cli
from harness.client import Temporal
from harness.workflows import QUEUE


def test_saves_what_was_known(cli: Cli, worked: Temporal, tmp_path: Path) -> None:
    """Of a result only whether it looks like an error, unless it is asked for."""
    handle = worked.start_workflow("Give", {"status": "error", "card": "4711"}, task_queue=QUEUE)
    worked.call(handle.result())
    file = tmp_path / "symptoms.json"
    words = "-w", handle.id, "--save-symptoms", file
    ran = cli("analyze-workflow-error", *words, "-o", "json").expect(0)
    assert ran.json["verdict"] == "false_positive_result" and ran.json["symptoms"] == str(file)
    assert "4711" not in file.read_text()
    known = json.loads(file.read_text())
    assert known["symptoms"]["workflow"]["workflow_id"] == handle.id and not known["payloads"]
    assert json.loads(known["symptoms"]["result_json"]) == {"error": "left out"}
    cli("diagnose", *words, "--with-payloads").expect(0)
    assert "4711" in file.read_text()


def test_refuses_what_does_not_go_together(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "symptoms.json"
    alone = cli("diagnose", "--save-symptoms", file).expect(2)
    assert "'--save-symptoms' goes with '--workflow-id'" in alone.err
    bare = cli("diagnose", "-w", "x", "--with-payloads").expect(2)
    assert "'--with-payloads' goes with '--save-symptoms'" in bare.err
    nowhere = tmp_path / "nowhere/symptoms.json"
    cli("analyze-workflow-error", "-w", "x", "--save-symptoms", nowhere).expect(2)
    cli("--read-only", "diagnose", "-w", "x", "--save-symptoms", file).expect(7)
    assert not file.exists()
