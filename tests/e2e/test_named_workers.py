"""Several workers in one project, each of a name: [worker NAME] in its INI file."""

import json
import shlex
from typing import Any

import pytest

import shapes
from harness import processes
from harness.cli import Cli
from harness.client import Temporal
from harness.orders import ACTIVITY_SIDE, DIES, queues_of, sections
from harness.project import Project
from harness.workers import (
    end,
    one_program,
    queue_of,
    records,
    start_by_hand,
    wait_for_poller,
    worker_source,
)
from harness.workflows import Give

# A worker that a test leaves running is its normal outcome; the world would call it a leftover.
pytestmark = pytest.mark.usefixtures("stop_workers")


def by_name(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    assert len({row["name"] for row in rows}) == len(rows)
    return {row["name"]: row for row in rows}


def listed(cli: Cli) -> dict[str, dict[str, Any]]:
    return by_name(cli.json("list-workers")["workers"])


# ---- ensure-worker ----


def test_one_fresh_worker_of_each(cli: Cli, orders: Project, temporal: Temporal) -> None:
    queues = queues_of(orders.world)
    first = cli.json("ensure-worker")
    shapes.check(first)
    assert first["verdict"] == "ready" and first["stopped"] == []
    assert set(first["task_queues"]) == set(queues.values())
    rows = by_name(first["workers"])
    for name, queue in queues.items():
        assert rows[name]["verdict"] == "ready" and rows[name]["task_queues"] == [queue]
        assert f"{rows[name]['worker_pid']}@" in rows[name]["evidence"]
        assert rows[name]["log"] == str(orders.world.log_dir / f"worker-orders-{name}.log")
        assert rows[name]["other_pollers"] == []
    order = temporal.start_workflow("Order", task_queue=queues["parent"])
    assert temporal.result(order) == "sent"

    again = cli.json("ensure-worker")
    assert set(again["stopped"]) == {row["pid"] for row in rows.values()}
    assert {record["pid"] for record in records(orders.world)} == {
        row["pid"] for row in again["workers"]
    }


def test_one_of_them_alone(cli: Cli, orders: Project) -> None:
    before = by_name(cli.json("ensure-worker")["workers"])
    ready = cli.json("ensure-worker", "mail")
    shapes.check(ready)
    assert ready["name"] == "mail" and ready["stopped"] == [before["mail"]["pid"]]
    assert processes.runs(before["parent"]["pid"])
    rows = listed(cli)
    assert rows["parent"]["pid"] == before["parent"]["pid"]
    assert rows["mail"]["pid"] == ready["pid"]
    text = cli("ensure-worker", "mail").expect(0).out
    assert text.startswith("worker 'mail' of 'orders' polls ")


def test_a_queue_names_the_one_that_polls_it(cli: Cli, orders: Project) -> None:
    """As advice does: a section says it, or the last run."""
    before = by_name(cli.json("ensure-worker")["workers"])
    for name, queue in queues_of(orders.world).items():
        ready = cli.json("ensure-worker", "--task-queue", queue)
        assert ready["name"] == name and ready["stopped"] == [before[name]["pid"]]


def test_one_that_dies_is_told_and_the_others_stay(cli: Cli, orders: Project) -> None:
    orders.write("mail.py", DIES)
    told = cli.json("ensure-worker", code=1)
    shapes.check(told)
    rows = by_name(told["workers"])
    assert told["verdict"] == rows["mail"]["verdict"] == "died"
    assert rows["parent"]["verdict"] == "ready" and processes.runs(rows["parent"]["pid"])
    assert "nothing_such" in rows["mail"]["cause"] and rows["mail"]["exit_status"] == 1
    assert any(command.endswith("ensure-worker mail") for command in told["next"])
    first_line = cli("ensure-worker").expect(1).out.splitlines()[0]
    assert first_line.startswith("1 of 2 workers of 'orders' is not ready: 'mail' died ")
    assert "nothing_such" in first_line and "'parent' polls" in first_line

    # Mended, it alone is started.
    orders.write("mail.py", ACTIVITY_SIDE % queues_of(orders.world))
    parent = listed(cli)["parent"]["pid"]
    assert cli.json("ensure-worker", "mail")["verdict"] == "ready"
    assert listed(cli)["parent"]["pid"] == parent


def test_one_that_dies_below_what_lives_on(cli: Cli, orders: Project) -> None:
    orders.write("mail.py", DIES)
    command = orders.command("mail.py")
    loop = shlex.quote(f"while true; do {command}; done")
    orders.replace("temporal-skill.ini", command, f"bash -c {loop}")
    told = cli.json("ensure-worker", code=1)
    shapes.check(told)
    rows = by_name(told["workers"])
    assert rows["mail"]["verdict"] == "died" and "nothing_such" in rows["mail"]["cause"]
    assert "starts it anew each time it dies" in rows["mail"]["supervised"]
    assert rows["parent"]["verdict"] == "ready"
    cli("kill-worker").expect(0)


def test_one_that_was_killed_may_have_been_so_for_its_memory(cli: Cli, orders: Project) -> None:
    orders.replace("temporal-skill.ini", orders.command("mail.py"), "sh -c 'kill -9 $$'")
    rows = by_name(cli.json("ensure-worker", code=1)["workers"])
    assert rows["mail"]["cause"].startswith("it was killed (SIGKILL)")
    assert rows["parent"]["verdict"] == "ready"


@pytest.mark.parametrize("seconds", [0, 2])
def test_one_that_runs_to_its_end_is_a_starter(cli: Cli, orders: Project, seconds: float) -> None:
    orders.write("mail.py", one_program(queues_of(orders.world)["mail"], seconds))
    told = cli.json("ensure-worker", code=1)
    shapes.check(told)
    rows = by_name(told["workers"])
    assert told["verdict"] == rows["mail"]["verdict"] == "ran_to_end"
    assert rows["mail"]["remedy"].endswith("temporal-skill.ini, remove [worker mail]")
    assert rows["parent"]["verdict"] == "ready" and processes.runs(rows["parent"]["pid"])
    assert any(line.endswith(orders.command("mail.py")) for line in told["next"])
    first_line = cli("ensure-worker").expect(1).out.splitlines()[0]
    assert "'mail' ran to its end after " in first_line and "'parent' polls" in first_line
    alone = cli.json("ensure-worker", "mail", code=1)
    assert alone["verdict"] == "ran_to_end" and alone["name"] == "mail"


def test_late_is_worse_than_dead(cli: Cli, orders: Project) -> None:
    orders.write("mail.py", DIES)
    orders.write("parent.py", "import signal\nsignal.pause()\n")
    ran = cli("ensure-worker", "--timeout", 4, "-o", "json").expect(5)
    rows = by_name(ran.json["workers"])
    assert ran.json["verdict"] == rows["parent"]["verdict"] == "not_ready"
    assert rows["mail"]["verdict"] == "died"
    assert "the worker 'parent' did not get ready within 4" in ran.error["message"]


def test_two_on_one_queue_are_no_rivals(cli: Cli, orders: Project) -> None:
    orders.write("mail.py", worker_source(queues_of(orders.world)["parent"]))
    rows = by_name(cli.json("ensure-worker")["workers"])
    for row in rows.values():
        assert row["task_queues"] == [queues_of(orders.world)["parent"]]
        # What they register differs, and that is another matter.
        assert row["other_pollers"] == [] and "does not register" in row["warning"]
        assert "takes its tasks" not in row["warning"]
    # Nor is one that stays while the other is replaced.
    assert cli.json("ensure-worker", "mail")["other_pollers"] == []


def test_worker_cmd_is_one_more(cli: Cli, orders: Project) -> None:
    orders.write("worker.py", worker_source(queue_of(orders.world)))
    sections(orders, "[project]", f"worker_cmd = {orders.command('worker.py')}")
    rows = by_name(cli.json("ensure-worker")["workers"])
    assert list(rows) == ["parent", "mail", "default"]
    assert cli.json("kill-worker", "default")["stopped"] == [rows["default"]["pid"]]


@pytest.mark.parametrize("place", ["project", "environment"])
def test_worker_cmd_none_leaves_the_sections(cli: Cli, orders: Project, place: str) -> None:
    if place == "project":
        sections(orders, "[project]", "worker_cmd = none")
    else:
        orders.world.env["TEMPORAL_WORKER_CMD"] = "none"
    checks = {row["name"]: row["ok"] for row in cli("doctor", "-o", "json").json["checks"]}
    assert {name for name in checks if name.startswith("worker-command")} == {
        "worker-command parent",
        "worker-command mail",
    }
    assert list(by_name(cli.json("ensure-worker")["workers"])) == ["parent", "mail"]
    assert cli.json("monitor-worker-health")["workers"] == 2


def test_names_of_their_own(cli: Cli, orders: Project, temporal: Temporal) -> None:
    """As many as there are workers are theirs; one more is somebody else's."""
    queues = queues_of(orders.world)
    for name in queues:
        orders.replace(f"{name}.py", '_ADDRESS"], ', f"_ADDRESS\"], identity='the-{name}', ")
    sections(orders, f"task_queue = {queues['mail']}")
    rows = by_name(cli.json("ensure-worker")["workers"])
    for name, row in rows.items():
        assert row["task_queues"] == [queues[name]] and f"the-{name}" in row["evidence"]
        assert row["maybe_ours"] == [f"the-{name}"] and "warning" not in row
    seen = cli.json("list-workers")
    shapes.check(seen)
    assert sorted(seen["maybe_ours"]) == ["the-mail", "the-parent"]
    assert seen["ours_of_them"] == 2
    assert "names of their own" not in cli("list-workers").out
    temporal.start_worker(queues["mail"], [Give], identity="worker-of-ann")
    wait_for_poller(cli, queues["mail"], "worker-of-ann")
    headline = cli("list-workers").out.splitlines()[0]
    assert "3 pollers have names of their own" in headline
    assert "2 are this project's workers, and the others take their tasks, too" in headline


def test_one_that_was_started_by_hand_is_known_by_its_command(cli: Cli, orders: Project) -> None:
    rows = by_name(cli.json("ensure-worker")["workers"])
    cli("kill-worker", "mail").expect(0)
    by_hand = start_by_hand(orders, "mail.py")
    try:
        while listed(cli).get("mail", {}).get("polling") is not True:
            pass
        assert listed(cli)["mail"]["pid"] == by_hand.pid
        assert cli.json("ensure-worker", "mail")["stopped"] == [by_hand.pid]
        assert processes.runs(rows["parent"]["pid"])
    finally:
        end(by_hand)


# ---- names ----


def test_a_name_that_is_not_there(cli: Cli, orders: Project) -> None:
    for command in ("ensure-worker", "kill-worker", "monitor-worker-health", "show-worker-log"):
        error = cli(command, "mial", "-o", "json").expect(3).error
        assert error["message"].endswith("did you mean 'mail'? It has: parent, mail")
    assert not any(orders.world.pid_dir.glob("worker-*.json"))
    orders.write("temporal-skill.ini", "")
    error = cli("ensure-worker", "mail", "-o", "json").expect(3).error
    assert "no [worker mail] in its temporal-skill.ini" in error["message"]


def test_what_is_of_one_goes_with_its_name(cli: Cli, orders: Project) -> None:
    error = cli("ensure-worker", "--worker-cmd", "x", "-o", "json").expect(2).error
    assert "has several: parent, mail" in error["message"]
    error = cli("ensure-worker", "--task-queue", "x", "-o", "json").expect(2).error
    assert error["message"].endswith("is known to poll 'x': name one of parent, mail")
    given = ("--worker-cmd", orders.command("parent.py"), "--task-queue")
    queue = queues_of(orders.world)["parent"]
    assert cli.json("ensure-worker", "mail", *given, queue)["task_queues"] == [queue]
    (record,) = records(orders.world)
    assert record["name"] == "orders/mail" and "parent.py" in record["command"]


WRONG = [
    ("[worker a]\ncomand = x\n", 2, "did you mean 'command'?"),
    ("[worker a]\n", 1, "[worker a] has no 'command'"),
    ("[worker a b]\ncommand = x\n", 1, "bad name of a worker 'a b'"),
    ("[worker a]\ncommand = x\n[worker a]\ncommand = y\n", 3, "a second [worker a]"),
]


@pytest.mark.parametrize(("ini", "line", "said"), WRONG, ids=[row[2] for row in WRONG])
def test_a_wrong_section_is_told_before_anything_is_done(
    cli: Cli, orders: Project, ini: str, line: int, said: str
) -> None:
    path = orders.write("temporal-skill.ini", ini)
    for command in ("ensure-worker", "list-workers", "kill-worker"):
        message = cli(command, "-o", "json").expect(2).error["message"]
        assert message.startswith(f"{path}:{line}: ") and said in message
    assert not orders.world.pid_dir.exists()


# ---- kill-worker, list-workers ----


def test_one_is_stopped_or_all(cli: Cli, orders: Project) -> None:
    rows = by_name(cli.json("ensure-worker")["workers"])
    killed = cli.json("kill-worker", "mail")
    shapes.check(killed)
    assert killed["names"] == ["mail"] and killed["stopped"] == [rows["mail"]["pid"]]
    left = cli.json("list-workers")
    shapes.check(left)
    assert left["missing"] == ["mail"] and [row["name"] for row in left["workers"]] == ["parent"]
    assert any(command.endswith("ensure-worker mail") for command in left["next"])
    assert cli.json("kill-worker", "mail")["verdict"] == "nothing_running"
    cli("ensure-worker", "mail").expect(0)
    killed = cli.json("kill-worker")
    assert set(killed["names"]) == {"parent", "mail"}
    assert records(orders.world) == []


def test_list_shows_each_with_its_name(cli: Cli, orders: Project) -> None:
    cli("ensure-worker").expect(0)
    rows = listed(cli)
    for name, queue in queues_of(orders.world).items():
        assert rows[name]["project"] == "orders" and rows[name]["task_queues"] == [queue]
        assert rows[name]["polling"] is True
    text = cli("list-workers").expect(0).out
    assert text.startswith("2 workers running\n") and "ensure-worker" not in text
    assert text.splitlines()[1].split()[:2] == ["project", "name"]
    killed = cli.json("kill-all-workers")
    shapes.check(killed)
    assert {row["name"] for row in killed["workers"]} == {"parent", "mail"}


def test_one_whose_section_is_gone_is_still_known(cli: Cli, orders: Project) -> None:
    rows = by_name(cli.json("ensure-worker")["workers"])
    orders.write("temporal-skill.ini", orders.read("temporal-skill.ini").split("[worker mail]")[0])
    assert listed(cli)["mail"]["pid"] == rows["mail"]["pid"]
    assert cli.json("kill-worker", "mail")["stopped"] == [rows["mail"]["pid"]]
    cli("ensure-worker", "mail").expect(3)


def test_a_lost_record_is_made_up_for_by_the_mark(cli: Cli, orders: Project) -> None:
    rows = by_name(cli.json("ensure-worker")["workers"])
    for path in orders.world.pid_dir.glob("worker-*.json"):
        if json.loads(path.read_text())["name"] == "orders/mail":
            path.unlink()
    assert listed(cli)["mail"]["found_by"] == "mark"
    assert cli.json("ensure-worker", "mail")["stopped"] == [rows["mail"]["pid"]]
    assert processes.runs(rows["parent"]["pid"])


# ---- monitor-worker-health, show-worker-log ----


def test_health_of_each_and_the_worst_of_all(cli: Cli, orders: Project) -> None:
    cli("ensure-worker").expect(0)
    well = cli.json("monitor-worker-health")
    shapes.check(well)
    assert well["verdict"] == "healthy" and well["workers"] == 2
    assert {row["verdict"] for row in well["health"]} == {"healthy"}
    assert cli("monitor-worker-health").expect(0).out.startswith("2 workers of 'orders' healthy: ")

    orders.write("mail.py", orders.read("mail.py") + "\n")
    stale = cli.json("monitor-worker-health", code=1)
    # Both may import what was changed.
    assert {row["verdict"] for row in stale["health"]} == {"stale_code"}
    cli("ensure-worker", "mail").expect(0)
    cli("kill-worker", "parent").expect(0)
    sick = cli.json("monitor-worker-health", code=1)
    shapes.check(sick)
    rows = by_name(sick["health"])
    assert sick["verdict"] == rows["parent"]["verdict"] == "no_worker"
    assert rows["mail"]["verdict"] == "healthy"
    assert any(command.endswith("ensure-worker parent") for command in sick["next"])
    text = cli("monitor-worker-health").expect(1).out
    assert text.startswith("1 of 2 workers of 'orders' not healthy: no worker 'parent' of 'orders'")

    one = cli.json("monitor-worker-health", "mail")
    shapes.check(one)
    assert one["name"] == "mail" and one["verdict"] == "healthy"


def test_health_of_one_without_a_section(cli: Cli, orders: Project) -> None:
    cli("ensure-worker").expect(0)
    orders.write("temporal-skill.ini", orders.read("temporal-skill.ini").split("[worker mail]")[0])
    sick = cli.json("monitor-worker-health", code=1)
    assert sick["verdict"] == by_name(sick["health"])["mail"]["verdict"] == "no_section"
    assert any(command.endswith("kill-worker mail") for command in sick["next"])


def test_watch_tells_of_each(cli: Cli, orders: Project) -> None:
    cli("ensure-worker").expect(0)
    watch = cli.start("monitor-worker-health", "--watch", "-o", "jsonl", "--command-timeout", 30)
    assert watch.stdout is not None
    told = [json.loads(watch.stdout.readline()) for _ in range(2)]
    assert [row["name"] for row in told] == ["parent", "mail"]
    cli("kill-worker", "mail").expect(0)
    last = json.loads(watch.stdout.readline())
    # Its end is seen before or after its record is removed.
    if last["verdict"] == "dead":
        last = json.loads(watch.stdout.readline())
    assert (last["name"], last["verdict"]) == ("mail", "no_worker")
    watch.terminate()
    watch.communicate()


def test_the_log_that_tells_most(cli: Cli, orders: Project) -> None:
    orders.write("mail.py", DIES)
    cli("ensure-worker").expect(1)
    shown = cli.json("show-worker-log")
    shapes.check(shown)
    assert shown["name"] == "mail" and "nothing_such" in shown["lines"][-1]
    assert [row["name"] for row in shown["others"]] == ["parent"]
    first_line = cli("show-worker-log").expect(0).out.splitlines()[0]
    assert first_line.startswith("'mail', which has died (of parent, mail): the last ")
    parent = cli.json("show-worker-log", "parent")
    assert parent["name"] == "parent" and parent["running"] is True
    assert parent["log"].endswith("/worker-orders-parent.log")
