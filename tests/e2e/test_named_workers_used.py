"""What runs a project's worker runs each of several: verify-project, run, watch-project, doctor."""

import json
import os
import signal
from typing import Any

import pytest

import shapes
from harness.cli import Cli
from harness.client import Temporal
from harness.orders import DIES, queues_of, sections
from harness.project import Project
from harness.workers import one_program, records, wait_for_poller
from harness.workflows import Give

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


def alone(orders: Project, *more: str) -> None:
    starter = f"starter_cmd = {orders.command('starter.py')}"
    sections(orders, *more, "[project]", starter, "[verify]", "alone = yes")


def test_those_that_are_alone_pass(cli: Cli, orders: Project) -> None:
    alone(orders)
    verified = cli.json("verify-project", timeout=120)
    shapes.check(verified)
    for name in ("alone", "still alone"):
        told = step(verified, name)["detail"]
        assert told.startswith("nobody else is seen to poll ")
        for queue in queues_of(orders.world).values():
            assert f"'{queue}'" in told


def test_those_with_names_of_their_own_are_alone(cli: Cli, orders: Project) -> None:
    queues = queues_of(orders.world)
    alone(orders, f"task_queue = {queues['mail']}")
    for name in queues:
        orders.replace(f"{name}.py", '_ADDRESS"], ', f"_ADDRESS\"], identity='the-{name}', ")
    verified = cli.json("verify-project", timeout=120)
    for name in ("alone", "still alone"):
        told = step(verified, name)["detail"]
        assert "'the-parent'" in told and "'the-mail'" in told
        assert told.endswith(" are taken for this project's workers")


@pytest.mark.parametrize("which", ["parent", "mail"])
def test_who_polls_the_queue_of_any_fails_it(
    cli: Cli, orders: Project, temporal: Temporal, which: str
) -> None:
    alone(orders)
    queue = queues_of(orders.world)[which]
    temporal.start_worker(queue, [Give], identity="77@other-host")
    wait_for_poller(cli, queue, 77)
    verified = cli.json("verify-project", code=1, timeout=120)
    told = step(verified, "alone")
    assert told["ok"] is False
    assert told["detail"].startswith(f"77@other-host polls '{queue}', too (on another")
    (row,) = verified["other_pollers"]
    assert (row["identity"], row["task_queue"]) == ("77@other-host", queue)
    # Without that wish it is a warning, whoever it is of.
    sections(orders, "[project]", f"starter_cmd = {orders.command('starter.py')}")
    verified = cli("verify-project", "-o", "json", timeout=120).json
    assert f"'{which}': 77@other-host polls" in verified["warning"]
    assert "77@other-host" in cli("run", "-o", "json", "--", "true").json["warning"]


def test_a_section_that_is_a_starter_fails_it_with_the_remedy(cli: Cli, orders: Project) -> None:
    orders.write("mail.py", one_program(queues_of(orders.world)["mail"]))
    verified = cli.json("verify-project", code=1, timeout=120)
    told = step(verified, "worker")["detail"]
    assert "'mail' ran to its end" in told and "remove [worker mail]" in told
    rows = {row["name"]: row for row in cli.json("doctor", code=1)["checks"]}
    assert "runs to its end" in rows["worker-command mail"]["detail"]
    assert rows["worker-command mail"]["fix"].endswith("remove [worker mail]")
    assert rows["worker-command parent"]["ok"]


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


def test_watch_goes_on_with_those_that_are_ready(cli: Cli, orders: Project) -> None:
    orders.write("mail.py", DIES)
    watch = cli.start("watch-project", "-o", "jsonl", "--command-timeout", 60)
    assert watch.stdout is not None
    told = json.loads(watch.stdout.readline())
    assert (told["event"], told["verdict"]) == ("worker", "died")
    (pid,) = [row["pid"] for row in records(orders.world) if row["name"] == "orders/parent"]
    os.kill(pid, signal.SIGKILL)
    died = json.loads(watch.stdout.readline())
    assert (died["event"], died["name"]) == ("worker_died", "parent")
    watch.terminate()
    out, _ = watch.communicate()
    assert json.loads(out.splitlines()[-1])["verdict"] == "stopped"
    assert records(orders.world) == []


def test_doctor_looks_at_each_command(cli: Cli, orders: Project) -> None:
    orders.replace("temporal-skill.ini", orders.command("mail.py"), "no-such-program mail.py")
    told = cli.json("doctor", code=1)
    rows = {row["name"]: row for row in told["checks"]}
    assert rows["worker-command parent"]["state"] == "ok"
    bad = rows["worker-command mail"]
    assert bad["state"] == "missing" and "no program 'no-such-program'" in bad["detail"]
    # And not that of another section.
    assert "[worker mail]: command = " in bad["fix"] and bad["fix"].endswith(" mail.py")


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
