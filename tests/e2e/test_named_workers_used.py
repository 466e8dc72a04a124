"""What runs a project's worker runs each of several: verify-project, run, watch-project, doctor."""

import json
import os
import signal
from typing import Any

import pytest

import shapes
from harness.cli import Cli
from harness.client import Temporal
from harness.orders import DIES, queues_of
from harness.project import Project
from harness.workers import records

pytestmark = pytest.mark.usefixtures("stop_workers")


def step(answer: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [row for row in answer["steps"] if row["name"] == name]
    return dict(found)


def test_verify_runs_all_and_stops_all(cli: Cli, orders: Project) -> None:
    for script in ("parent.py", "mail.py"):
        orders.replace(script, "async def main():\n", "async def main():\n    print('up')\n")
    proof = orders.path("proof.md")
    verified = cli.json("verify-project", "--receipt", proof, timeout=120)
    shapes.check(verified)
    ready = step(verified, "worker")["detail"]
    assert "'parent' polls" in ready and "'mail' polls" in ready
    assert [row["result"] for row in verified["workflows"]] == ["sent"]
    assert "worker log of 'parent'" in proof.read_text()
    assert "worker log of 'mail'" in proof.read_text()
    assert records(orders.world) == []


def test_verify_tells_which_one_died(cli: Cli, orders: Project) -> None:
    orders.write("mail.py", DIES)
    verified = cli.json("verify-project", code=1, timeout=120)
    told = step(verified, "worker")
    assert told["ok"] is False and "'mail' died" in told["detail"]
    assert "nothing_such" in told["detail"]
    assert records(orders.world) == []


def test_an_error_in_any_of_the_logs_counts(cli: Cli, orders: Project) -> None:
    orders.replace(
        "mail.py", 'return "sent"', "import logging; logging.error('lost'); return 'sent'"
    )
    verified = cli.json("verify-project", code=1, timeout=120)
    told = step(verified, "starter: worker log")
    assert "lost" in told["detail"] and "worker-orders-mail.log" in told["detail"]


def test_run_leaves_what_ran_and_stops_what_it_started(cli: Cli, orders: Project) -> None:
    ran = cli.json("run")
    assert ran["worker"] == "started" and records(orders.world) == []
    there = {row["pid"] for row in cli.json("ensure-worker")["workers"]}
    assert cli.json("run")["worker"] == "running"
    assert {record["pid"] for record in records(orders.world)} == there
    # Of which one is missing, all are replaced, and stay.
    cli("kill-worker", "mail").expect(0)
    assert cli.json("run")["worker"] == "replaced"
    assert len(records(orders.world)) == 2


def test_watch_tells_which_one_died(cli: Cli, orders: Project) -> None:
    watch = cli.start("watch-project", "-o", "jsonl", "--command-timeout", 60)
    assert watch.stdout is not None
    lines: list[dict[str, Any]] = []
    while not lines or lines[-1]["event"] != "outcome":
        lines.append(json.loads(watch.stdout.readline()))
    (ready,) = [line for line in lines if line["event"] == "worker"]
    assert "'parent' polls" in ready["evidence"] and "'mail' polls" in ready["evidence"]
    assert lines[-1]["ok"] is True
    (pid,) = [row["pid"] for row in records(orders.world) if row["name"] == "orders/mail"]
    os.kill(pid, signal.SIGKILL)
    died = json.loads(watch.stdout.readline())
    shapes.check_line("watch-project", died)
    assert (died["event"], died["name"]) == ("worker_died", "mail")
    watch.terminate()
    watch.communicate()
    assert records(orders.world) == []


def test_doctor_looks_at_each_command(cli: Cli, orders: Project) -> None:
    orders.replace("temporal-skill.ini", orders.command("mail.py"), "no-such-program mail.py")
    told = cli.json("doctor", code=1)
    rows = {row["name"]: row for row in told["checks"]}
    assert rows["worker-command parent"]["state"] == "ok"
    bad = rows["worker-command mail"]
    assert bad["state"] == "missing" and "no program 'no-such-program'" in bad["detail"]
    assert "[worker mail]: command = " in bad["fix"]


def test_diagnosis_reads_the_log_of_the_one_that_polls(
    cli: Cli, orders: Project, temporal: Temporal
) -> None:
    cli("ensure-worker").expect(0)
    for name, queue in queues_of(orders.world).items():
        temporal.start_workflow("Nobody", task_queue=queue, id=name)
        saved = orders.path(f"{name}.json")
        cli("analyze-workflow-error", "-w", name, "--save-symptoms", saved)
        log = json.loads(saved.read_text())["symptoms"]["worker_log"]
        assert log == str(orders.world.log_dir / f"worker-orders-{name}.log")
