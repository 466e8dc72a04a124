"""What rehearse-change says of runs that are stuck, of code that is not deterministic, and of the worker before."""

import types
from typing import Any

import pytest

from harness.cli import Cli
from harness.parcels import FLOWS, Parcels

PATIENT = 170.0

pytestmark = pytest.mark.usefixtures("stop_workers")


def spoil(parcels: Parcels, *ids: str, text: str) -> None:
    """A worker with that code takes their next task."""
    module: Any = types.ModuleType("spoilt_flows")
    exec(compile(text, "spoilt_flows.py", "exec"), module.__dict__)
    temporal = parcels.temporal
    stop = temporal.start_worker(parcels.queue, module.WORKFLOWS, module.ACTIVITIES)
    for one in ids:
        temporal.call(temporal.client.get_workflow_handle(one).signal("nudge"))
        parcels.is_stuck(one)
    stop()


# ---- do those that are stuck get past that place ----

SPOILT = {
    "nondeterminism": FLOWS.replace("pack", "wrap"),
    "an error": FLOWS.replace("# packed", "int('x')"),
    "no such type": FLOWS.replace("Parcel", "Letter"),
}


@pytest.mark.parametrize("kind", SPOILT)
def test_what_the_repair_does_for_the_stuck(cli: Cli, parcels: Parcels, kind: str) -> None:
    parcels.begin("one", "two")
    spoil(parcels, "one", text=SPOILT[kind])
    told = cli.json("rehearse-change")
    assert told["stuck"] == {"count": 1, "get_past": 1, "workflow_ids": ["one"]}
    assert told["repaired"] == "1 is stuck now and gets past that place with this code: one"
    parcels.project.write("flows.py", SPOILT[kind])
    told = cli.json("rehearse-change", code=1)
    assert told["stuck"]["get_past"] == 0
    assert told["repaired"] == ("no: 1 is stuck now, and stays so with this code: one")


def test_a_violation_of_the_sandbox(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("one")
    parcels.change(("# sent", "open('/etc/hostname').read()"))
    cli("ensure-worker").expect(0)
    handle = parcels.temporal.client.get_workflow_handle("one")
    parcels.temporal.call(handle.signal("go"))
    parcels.is_stuck("one")
    told = cli.json("rehearse-change", code=1)
    (row,) = told["breaks"]
    assert row["reason"] == "workflow_task_failure" and row["place"] == "flows.py:31 in run"
    assert "RestrictedWorkflowAccessError" in row["why"] and told["stuck"]["get_past"] == 0
    parcels.change(("open('/etc/hostname').read()", "pass"))
    told = cli.json("rehearse-change")
    assert told["stuck"]["get_past"] == 1


# ---- what else it depends on ----

DEPENDS = {
    "os.getpid()": "the number of its process (os.getpid)",
    "random.random()": "the random numbers of its process",
    "time.time()": "the clock of the machine (time.time, datetime.now)",
    "datetime.datetime.now()": "the clock of the machine (time.time, datetime.now)",
    "uuid.uuid4()": "chance: it differs from one replay to the next (uuid4, secrets, threads)",
    "'-'.join({'a', 'b', 'c', 'd', 'e', 'f', 'g'})": "the hash seed of its process: the order of a set",
    "hash('x')": "the hash seed of its process: the order of a set",
}


@pytest.mark.parametrize("value", DEPENDS)
def test_code_that_is_not_deterministic(cli: Cli, parcels: Parcels, value: str) -> None:
    """No file was changed: each process does otherwise."""
    parcels.write(
        extra=", workflow_runner=__import__('temporalio.worker').worker.UnsandboxedWorkflowRunner()"
    )
    parcels.change(
        (
            "from datetime import timedelta",
            "import datetime, os, random, time, uuid\nfrom datetime import timedelta",
        ),
        ("activity(pack,", f"activity(f'pack-{{{value}}}',"),
    ) if "'" not in value else parcels.change(
        ("activity(pack,", f'activity("pack-" + str({value}),')
    )
    cli("ensure-worker").expect(0)
    parcels.temporal.start_workflow("Parcel", "x", task_queue=parcels.queue, id="one")
    scheduled(parcels)
    told = cli("rehearse-change", timeout=PATIENT).expect(1)
    assert f"no file was changed: the workflow depends on {DEPENDS[value]}" in told.out


def scheduled(parcels: Parcels) -> None:
    handle = parcels.temporal.client.get_workflow_handle("one")
    for _ in range(3000):
        if parcels.temporal.call(handle.describe()).raw_description.pending_activities:
            parcels.until_listed("one")
            return
    raise AssertionError("no activity is scheduled")


def test_other_code_began_these_runs(cli: Cli, parcels: Parcels) -> None:
    """Of another checkout, say: what the worker was started with does not differ from what is on disk."""
    parcels.begin("one", text=FLOWS.replace("pack", "wrap"))
    cli("ensure-worker").expect(0)
    told = cli("rehearse-change", timeout=PATIENT).expect(1)
    assert "other code began these runs (an earlier deploy)" in told.out


# ---- tried with the code that they have known ----


def test_a_change_that_patched_would_mend(cli: Cli, parcels: Parcels) -> None:
    parcels.begin("waits", sent=("sent-1", "sent-2"))
    cli("ensure-worker").expect(0)
    parcels.change(("send", "post"))
    told = cli("rehearse-change", timeout=PATIENT).expect(1)
    assert "tried, all of them fit the code that the worker was started with" in told.out
    assert "changed: flows.py" in told.out


def test_runs_that_went_the_new_way_already(cli: Cli, parcels: Parcels) -> None:
    parcels.begin(sent=("old",))
    parcels.begin(sent=("new",), text=FLOWS.replace("send", "post"))
    cli("ensure-worker").expect(0)
    parcels.change(("send", "post"))
    told = cli("rehearse-change", timeout=PATIENT).expect(1)
    assert "tried, it fits the code that the worker was started with" in told.out
    assert "1 went the new way already and would break by that (new)" in told.out


def test_the_code_of_the_worker_before(cli: Cli, parcels: Parcels) -> None:
    """The worker that runs was started with the change: what the runs have known is one further back."""
    parcels.begin("waits", sent=("sent-1", "sent-2"))
    cli("ensure-worker").expect(0)
    parcels.change(("send", "post"))
    assert "will break" in cli("ensure-worker").expect(0).out or True
    mended = "tried, all of them fit the code that the worker before was started with"
    assert mended in cli("rehearse-change", timeout=PATIENT).expect(1).out
    # Another start with the same code takes nothing of that away.
    cli("ensure-worker").expect(0)
    assert mended in cli("rehearse-change", timeout=PATIENT).expect(1).out


def test_quick_looks_for_no_remedy(cli: Cli, parcels: Parcels) -> None:
    parcels.begin(sent=("sent",))
    cli("ensure-worker").expect(0)
    parcels.change(("send", "post"))
    told = cli("rehearse-change", "--quick").expect(1)
    assert "keep the earlier way for runs that went it" in told.out


def test_only_where_something_was_changed(cli: Cli, parcels: Parcels) -> None:
    parcels.begin(sent=("sent",))
    cli("ensure-worker").expect(0)
    told = cli("rehearse-change", "--if-changed").expect(0)
    assert told.out == "no source was changed since the worker was started\n"
    parcels.change(("send", "post"))
    cli("rehearse-change", "--if-changed", timeout=PATIENT).expect(1)
