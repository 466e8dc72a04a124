"""TEMPORAL_SKILL_TRACE and --trace: what is done inside, a line each, without payloads or secrets."""

import os
import re
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.client import Temporal
from harness.project import Project
from harness.workflows import start

LINE = re.compile(r"^trace (rpc|diagnosis|process|plugins) \d+ \S")


def lines(text: str, part: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(f"trace {part} ")]


def test_requests_are_traced_with_ids_and_outcome(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Give", "the payload of Give")
    cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    ran = cli("get-workflow-result", "-w", workflow_id, "--trace", "rpc").expect(0)
    traced = lines(ran.err, "rpc")
    assert traced == ran.err.splitlines()
    described = [line for line in traced if f" DescribeWorkflowExecution {workflow_id}" in line]
    assert len(described) == 1
    assert re.search(r": OK, 1 try, \d+ ms, \d+ bytes out, [1-9]\d* in$", described[0]), described
    assert "payload of Give" not in ran.err
    missing = cli("get-workflow-result", "-w", "no such", "--trace", "rpc").expect(3)
    assert "'no such': NOT_FOUND, 1 try" in missing.err


def test_stdout_is_the_same_with_and_without(cli: Cli, worked: Temporal) -> None:
    workflow_id = start(worked, "Give", 7)
    cli("wait-for-workflow-status", "-w", workflow_id).expect(0)
    plain = cli("get-workflow-result", "-w", workflow_id).expect(0)
    traced = cli("get-workflow-result", "-w", workflow_id, "--trace", "all").expect(0)
    assert traced.out == plain.out
    assert plain.err == ""
    assert all(LINE.match(line) for line in traced.err.splitlines())


def test_processes_and_the_file(cli: Cli, app: Project, tmp_path: Path) -> None:
    log = tmp_path / "a trace.log"
    cli.world.env["TEMPORAL_SKILL_TRACE"] = f"process,plugins:{log}"
    ready = cli.json("ensure-worker")
    killed = cli("kill-worker").expect(0)
    text = log.read_text()
    assert killed.err == ""
    assert all(LINE.match(line) for line in text.splitlines()), text
    assert f" started {ready['pid']}: " in text
    assert f" SIGTERM to {ready['pid']} (" in text
    assert len(lines(text, "plugins")) >= 2 * 10
    assert lines(text, "rpc") == []
    assert log.stat().st_mode & 0o777 == 0o600


def test_no_secret_and_no_words_of_a_command_line(cli: Cli, app: Project, tmp_path: Path) -> None:
    log = tmp_path / "trace.log"
    cli("ensure-worker", "--trace", f"all:{log}").expect(0)
    cli(
        "list-workers",
        "--trace",
        f"all:{log}",
        "--api-key",
        "secret-of-mine",
        "--grpc-meta",
        "k=hidden",
    )
    cli("run-starter", "--trace", f"all:{log}", "--", "true", "word-of-the-starter")
    cli("kill-worker").expect(0)
    text = log.read_text()
    assert "started" in text
    for secret in ("secret-of-mine", "hidden", "word-of-the-starter"):
        assert secret not in text


@pytest.mark.parametrize("value", ["rpc,", ",rpc", "rcp", "rpc,worker", "all,all2:x", ":x", "rp"])
def test_what_names_no_part_is_refused(cli: Cli, value: str) -> None:
    ran = cli("show-settings", "--trace", value).expect(2)
    assert f"bad trace '{value}' (flag --trace): expected rpc, " in ran.err
    cli.world.env["TEMPORAL_SKILL_TRACE"] = value
    assert "(environment TEMPORAL_SKILL_TRACE)" in cli("list-commands").expect(2).err


def test_hostile_ids_stay_on_their_line(cli: Cli, worked: Temporal) -> None:
    ran = cli("describe-workflow", "-w", "a\nnext: touch F", "--trace", "rpc").expect(3)
    assert [line for line in ran.err.splitlines() if line.startswith("next:")] == []


@pytest.mark.parametrize("kind", ["folder", "fifo", "device"])
def test_only_regular_files_are_written(cli: Cli, tmp_path: Path, kind: str) -> None:
    place = tmp_path / kind
    if kind == "folder":
        place.mkdir()
    elif kind == "fifo":
        os.mkfifo(place)
    else:
        place = Path("/dev/null")
    ran = cli("list-plugins", "--trace", f"all:{place}").expect(2)
    assert "cannot write the trace to" in ran.err


def test_a_checkout_does_not_choose_it(cli: Cli, app: Project, tmp_path: Path) -> None:
    log = tmp_path / "chosen.log"
    app.write("temporal-skill.ini", f"[output]\ntrace = all:{log}\n")
    cli("list-workers")
    assert not log.exists()


def test_questions_and_the_verdict_after_each(cli: Cli, worked: Temporal) -> None:
    nobody = worked.start_workflow("Nobody", task_queue="nobody")
    ran = cli("analyze-workflow-error", "-w", nobody.id, "--trace", "diagnosis").expect(0)
    traced = [line.split(" ", 3)[3] for line in ran.err.splitlines()]
    assert "ask: who polls for its workflow tasks" in traced
    assert traced[-1].startswith(f"{nobody.id}: no_workflow_worker")
    assert len([line for line in traced if line.startswith(nobody.id)]) >= 2
    assert not [line for line in traced if "?" in line]
