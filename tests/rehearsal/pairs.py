"""Rehearses edits of workflows that have open runs, then really replaces their worker, and compares.

python tests/rehearsal/pairs.py [--jobs N] [--keep DIR] [--samples CHECKOUT] [WORKFLOW[/EDIT] ...]
"""

import argparse
import asyncio
import os
import shlex
import shutil
import sys
import time
import tomllib
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from temporalio.api.enums.v1 import EventType, IndexedValueType, TimeoutType  # noqa: E402
from temporalio.api.operatorservice.v1 import AddSearchAttributesRequest  # noqa: E402
from temporalio.api.workflowservice.v1 import (  # noqa: E402
    DescribeWorkflowExecutionRequest,
)
from temporalio.client import WorkflowHandle, WorkflowUpdateStage  # noqa: E402
from temporalio.service import RPCError, RPCStatusCode  # noqa: E402

from harness import processes  # noqa: E402
from harness.cli import Cli  # noqa: E402
from harness.client import Loop, Temporal  # noqa: E402
from harness.server import DevServer  # noqa: E402
from harness.workers import records  # noqa: E402
from harness.world import World  # noqa: E402

PATIENCE = float(os.environ.get("PATIENCE", 120))
GLANCE = 0.1
QUEUE = "work"

UNDER_WAY = (
    EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED,
    EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED,
)

Handle = WorkflowHandle[Any, Any]
Case = dict[str, Any]


@dataclass
class Outcome:
    """right: what was named is what broke; wrong: not so; not there: it did not come to that."""

    kind: str
    found: list[str] = field(default_factory=list)
    runs: int = 0
    broke: int = 0


def cases(samples: Path | None = None) -> dict[str, Case]:
    table: dict[str, Case] = tomllib.loads((HERE / "pairs.toml").read_text())
    if samples:
        for name, case in tomllib.loads((HERE / "samples.toml").read_text()).items():
            table[f"samples-{name}"] = {**case, "checkout": samples}
    return table


def pairs(table: dict[str, Case]) -> Iterator[tuple[str, str]]:
    for name, case in table.items():
        for edit in case["edit"]:
            yield name, edit["name"]


# ---- the project ----


class Sources:
    """The project's folder, and the edits of its files."""

    def __init__(self, folder: Path, name: str, case: Case, python: str = sys.executable) -> None:
        self.folder = folder
        self.python = python
        self.main = case.get("file", f"{case.get('module', name)}.py")
        folder.mkdir(parents=True)
        shutil.copy(HERE / "serve.py", folder)
        for path in case.get("copy", [self.main]):
            self._bring(case, path)
        self.change(case.get("first", []))
        words = case.get("worker", ["serve.py", QUEUE, Path(self.main).stem])
        command = shlex.join([python, *words])
        (folder / "temporal-skill.ini").write_text(f"[project]\nworker_cmd = {command}\n")

    def _bring(self, case: Case, path: str) -> None:
        """From the checkout of the samples, a template, or flows/."""
        if "template" in case:
            text = (HERE.parents[1] / "skills/templates" / case["template"] / path).read_text()
            text = text.replace("{{name}}", "project").replace("{{task_queue}}", QUEUE)
            (self.folder / path).write_text(text)
            return
        source = case.get("checkout", HERE / "flows") / path
        to = self.folder / path
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, to) if source.is_dir() else shutil.copy(source, to)

    def change(self, changes: list[list[str]]) -> None:
        for before, after, *file in changes:
            path = self.folder / (file[0] if file else self.main)
            text = path.read_text()
            assert before in text, f"{path.name} has no {before!r}"
            path.write_text(text.replace(before, after))

    def move(self) -> None:
        """All that it has into another file, from which the first imports it."""
        path = self.folder / self.main
        path.rename(path.with_name(f"moved_{path.name}"))
        path.write_text(f"from moved_{path.stem} import *  # noqa: F403\n")


# ---- the runs ----


@dataclass
class Run:
    spec: Case
    handle: Handle
    marker: int = 0  # its last event before the worker was replaced
    attempt: int = 0  # of its task at that time
    poked: int = 0


class Runs:
    """The open workflows of one pair."""

    def __init__(self, temporal: Temporal, case: Case) -> None:
        self.temporal = temporal
        self.case = case
        self.all: dict[str, Run] = {}
        self.ended: list[int] = []  # workers before the last

    def start(self, cold: bool) -> None:
        chosen = [spec for spec in self.case["run"] if bool(spec.get("cold")) == cold]
        self.temporal.call(self._start(chosen), PATIENCE * 2)

    async def _start(self, specs: list[Case]) -> None:
        await asyncio.gather(*(self._start_one(spec) for spec in specs))

    async def _start_one(self, spec: Case) -> None:
        client = self.temporal.client
        kind: str = spec.get("type") or self.case["type"]
        handle: Handle = await client.start_workflow(
            kind,
            args=spec.get("args", []),
            id=spec["id"],
            task_queue=self.case.get("queue", QUEUE),
            cron_schedule=spec.get("cron", ""),
            start_delay=timedelta(seconds=spec["delay"]) if "delay" in spec else None,
        )
        run = self.all[spec["id"]] = Run(spec, client.get_workflow_handle(handle.id))
        if spec.get("cold"):
            return
        if "do" in spec:
            # That comes before what it is told.
            ready = spec.get("ready", ["WORKFLOW_TASK_COMPLETED", 1])
            await self._until(run, self._has_come_to(*ready))
        for act in spec.get("do", []):
            await self._act(run, act)
        await self._until(run, self._is_stuck if spec.get("stuck") else self._is_settled)

    def add(self, ids: list[str]) -> None:
        for one in ids:
            self.all[one] = Run({}, self.temporal.client.get_workflow_handle(one))

    def act_late(self) -> None:
        async def act() -> None:
            for run in self.all.values():
                if "late" in run.spec:
                    await self._act(run, run.spec["late"])

        self.temporal.call(act(), PATIENCE)

    async def _act(self, run: Run, act: list[Any]) -> None:
        kind, *words = act
        if kind == "cancel":
            await run.handle.cancel()
        elif kind == "until":
            await self._until(run, self._has_come_to(*words))
        elif kind == "signal":
            await run.handle.signal(words[0], args=words[1:])
            # One after the other: each in a task of its own.
            if "late" not in run.spec:
                await self._until(run, self._idle)
        elif kind == "begin-update":
            stage = WorkflowUpdateStage.ACCEPTED
            await run.handle.start_update(words[0], args=words[1:], wait_for_stage=stage)
        else:
            await run.handle.execute_update(words[0], args=words[1:])

    # ---- looking ----

    async def _until(self, run: Run, holds: Any) -> None:
        deadline = time.monotonic() + PATIENCE
        while not await holds(run):
            if time.monotonic() > deadline:
                names = [EventType.Name(e.event_type)[11:] for e in await self.events(run)]
                raise TimeoutError(f"{run.handle.id}: {holds.__name__}: {names}")
            await asyncio.sleep(GLANCE)

    async def events(self, run: Run) -> list[Any]:
        return list((await run.handle.fetch_history()).events)

    async def pending_attempt(self, run: Run) -> int | None:
        """Of its task; None: it has none."""
        client = self.temporal.client
        request = DescribeWorkflowExecutionRequest(namespace=client.namespace)
        request.execution.workflow_id = run.handle.id
        told = await client.workflow_service.describe_workflow_execution(request)
        return (
            told.pending_workflow_task.attempt if told.HasField("pending_workflow_task") else None
        )

    def _has_come_to(self, kind: str, count: int) -> Any:
        wanted = EventType.Value(f"EVENT_TYPE_{kind}")

        async def has_come_to(run: Run) -> bool:
            events = await self.events(run)
            found = [one.event_type for one in events]
            return (
                self._is_its_run(run, events)
                and found.count(wanted) >= count
                and await self._idle(run)
            )

        return has_come_to

    async def _idle(self, run: Run) -> bool:
        return await self.pending_attempt(run) is None

    def _is_its_run(self, run: Run, events: list[Any]) -> bool:
        """Of those that continue as new, the second."""
        started = events[0].workflow_execution_started_event_attributes
        return not run.spec.get("chain") or bool(started.continued_execution_run_id)

    async def _is_stuck(self, run: Run) -> bool:
        return (await self.pending_attempt(run) or 0) > 1

    async def _is_settled(self, run: Run) -> bool:
        """Its newest events are those that its row waits for, and no task is under way."""
        spec = run.spec
        events = await self.events(run)
        kinds = [EventType.Name(one.event_type).removeprefix("EVENT_TYPE_") for one in events]
        if kinds.count(spec["until"]) < spec.get("count", 1):
            return False
        if "with" in spec and spec["with"] not in kinds:
            return False
        if spec.get("idle"):
            return True
        if not self._is_its_run(run, events):
            return False
        return (
            kinds[-1] in ("WORKFLOW_TASK_COMPLETED", spec["until"])
            and await self.pending_attempt(run) is None
        ) or (kinds[-1] != "WORKFLOW_TASK_SCHEDULED" and await self._quiet(run, kinds))

    async def _quiet(self, run: Run, kinds: list[str]) -> bool:
        """Nothing of it is left to do but what waits."""
        return "WORKFLOW_TASK_COMPLETED" in kinds and await self.pending_attempt(run) is None

    def until_listed(self) -> None:
        async def listed() -> None:
            deadline = time.monotonic() + PATIENCE
            wanted = set(self.all)
            while True:
                found = {
                    one.id
                    async for one in self.temporal.client.list_workflows(
                        "ExecutionStatus = 'Running'"
                    )
                }
                if wanted <= found:
                    return
                if time.monotonic() > deadline:
                    raise TimeoutError(f"not listed: {wanted - found}")
                await asyncio.sleep(GLANCE)

        self.temporal.call(listed(), PATIENCE * 2)

    # ---- what becomes of them ----

    def mark(self) -> None:
        async def mark() -> None:
            client = self.temporal.client
            for run in self.all.values():
                # Whatever comes of it, it is this run that is looked at.
                told = await client.get_workflow_handle(run.handle.id).describe()
                run.handle = client.get_workflow_handle(run.handle.id, run_id=told.run_id)
                events = await self.events(run)
                # An attempt that is under way is listed, and its numbers are given again.
                while events[-1].event_type in UNDER_WAY:
                    events.pop()
                run.marker = events[-1].event_id

        self.temporal.call(mark(), PATIENCE)

    def fates(self) -> dict[str, str]:
        """By id: "" where it goes on, or why its task fails."""

        async def all_of_them() -> dict[str, str]:
            found = await asyncio.gather(*(self._fate(run) for run in self.all.values()))
            return dict(zip(self.all, found, strict=True))

        return self.temporal.call(all_of_them(), PATIENCE * 2)

    async def _fate(self, run: Run) -> str:
        if run.spec.get("idle"):
            return ""
        run.attempt = await self.pending_attempt(run) or 0
        try:
            await run.handle.signal("nudge")
        except RPCError as error:
            if error.status != RPCStatusCode.NOT_FOUND:
                raise
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            fate = await self._fate_now(run)
            if fate is not None:
                return fate
            await asyncio.sleep(GLANCE)
        names = [EventType.Name(e.event_type)[11:] for e in await self.events(run)]
        raise TimeoutError(
            f"{run.handle.id}: neither fails nor goes on: {names}, {run}, "
            f"attempt {await self.pending_attempt(run)}"
        )

    def _of_the_dead(self, events: list[Any], started: int) -> bool:
        """The server gave it to a worker whose end it had not noticed."""
        return any(
            one.workflow_task_started_event_attributes.identity.startswith(f"{pid}@")
            for one in events
            if one.event_id == started
            for pid in self.ended
        )

    async def _fate_now(self, run: Run) -> str | None:
        events = [one for one in await self.events(run) if one.event_id > run.marker]
        for event in events:
            if event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED:
                failed = event.workflow_task_failed_event_attributes
                return f"{failed.cause}: {failed.failure.message}"
            timed_out = event.workflow_task_timed_out_event_attributes
            if (
                event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT
                and timed_out.timeout_type == TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE
                and not self._of_the_dead(events, timed_out.started_event_id)
            ):
                return "timed out"
        for event in events:
            name = event.WhichOneof("attributes")
            if name.startswith("workflow_execution_signaled") and (
                event.workflow_execution_signaled_event_attributes.signal_name == "nudge"
            ):
                run.poked = event.event_id
            elif run.poked and event.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED:
                return ""
        attempt = await self.pending_attempt(run)
        if attempt is not None and attempt >= run.attempt + 2 and attempt > 2:
            return f"attempt {attempt}"
        if not run.poked and attempt is None:
            closed = (await run.handle.describe()).close_time
            return "" if closed else None
        return None


# ---- a pair ----


class Pair:
    def __init__(self, server: DevServer, name: str, case: Case, edit: Case, root: Path) -> None:
        self.case, self.edit, self.root = case, edit, root
        self.world = World(root)
        self.world.project_dir.rmdir()
        python = os.environ.get("REHEARSAL_PYTHON", sys.executable)
        self.sources = Sources(self.world.project_dir, name, case, python)
        self._register(server)
        self.cli = Cli(self.world)
        self.temporal = Temporal(server.loop, server.address, self.world.namespace)
        self.runs = Runs(self.temporal, case)
        self.told: list[str] = []
        self.pids: list[int] = []

    def _register(self, server: DevServer) -> None:
        server.take_in(self.world)
        if not self.case.get("attributes"):
            return
        client = Temporal(server.loop, server.address, self.world.namespace).client
        request = AddSearchAttributesRequest(namespace=self.world.namespace)
        for name in self.case["attributes"]:
            request.search_attributes[name] = IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD
        server.loop.call(client.operator_service.add_search_attributes(request))

    def start_worker(self, *words: str) -> Any:
        ran = self.ask("ensure-worker", "--timeout", 100, *words)
        self.runs.ended += [one for one in self.pids if one not in self.runs.ended]
        self.pids = [record["pid"] for record in records(self.world)]
        return ran

    def ask(self, *words: object) -> Any:
        ran = self.cli(*words, timeout=PATIENCE * 2)
        self.told.append(str(ran))
        return ran

    def prepare(self) -> None:
        self.start_worker().expect(0)
        self.runs.start(cold=False)
        self.runs.add(self.case.get("also", []))
        if "spoil" in self.case:
            self.sources.change(self.case["spoil"])
            self.runs.mark()
            self.start_worker("--no-rehearse").expect(0)
            self.told.append(f"spoilt: {self.runs.fates()}")
        specs = self.case["run"]
        if any("late" in spec or spec.get("cold") for spec in specs):
            self.ask("kill-worker").expect(0)
            self.runs.act_late()
            self.runs.start(cold=True)
        self.runs.until_listed()

    def rehearse(self) -> Any:
        if self.edit.get("move"):
            self.sources.move()
        self.sources.change(self.edit["change"])
        return self.ask("rehearse-change", "-o", "json")

    def replace(self) -> dict[str, str] | None:
        """None: the worker does not start."""
        self.runs.mark()
        ran = self.start_worker("--no-rehearse")
        if ran.code:
            return None
        fates = self.runs.fates()
        self.told += [f"{one}: {fate or 'goes on'}" for one, fate in fates.items()]
        return fates

    def look(self) -> Outcome:
        self.prepare()
        rehearsed = self.rehearse()
        fates = self.replace()
        if fates is None or self.edit.get("dies"):
            # It told so, too, and named no run.
            right = fates is None and rehearsed.code and "cannot rehearse" in rehearsed.err
            return Outcome("right" if right else "wrong", [] if right else ["of a dead worker"])
        rehearsed.expect(1 if any(fates.values()) else 0)
        return self.compare(rehearsed.json, fates)

    def compare(self, rehearsed: Any, fates: dict[str, str]) -> Outcome:
        named = {
            one: row["reason"] for row in rehearsed.get("breaks", []) for one in row["workflow_ids"]
        }
        found = []
        for one, fate in fates.items():
            if fate and one not in named:
                found.append(f"not named: {one}, which fails with {fate}")
            elif not fate and one in named:
                found.append(f"named, and goes on: {one} ({named[one]})")
            elif fate.startswith("24:") != (named.get(one) == "nondeterminism") and fate[:1] != "a":
                found.append(f"another reason: {one}: {named.get(one)}, {fate}")
        expected = set(self.edit.get("breaks", []))
        really = {one for one, fate in fates.items() if fate}
        # Other versions of the SDK take some edits otherwise.
        if expected != really and "REHEARSAL_PYTHON" not in os.environ:
            found.append(f"expected to break: {sorted(expected)}; did: {sorted(really)}")
        if rehearsed["looked_at"] < len(fates):
            found.append(f"looked at {rehearsed['looked_at']} of {len(fates)}")
        return Outcome("wrong" if found else "right", found, len(fates), len(really))

    def close(self) -> list[str]:
        self.cli("kill-all-workers")
        self.cli.close()
        self.temporal.close()
        (self.root / "answers.txt").write_text("\n".join(self.told))
        left = self.world.leftovers()
        processes.kill(left)
        folders = [one.name for one in self.world.pid_dir.glob("rehearsal*") if one.is_dir()]
        return [f"left running: {one}" for one in left] + [f"left: {one}" for one in folders]


def look(server: DevServer, name: str, case: Case, edit_name: str, root: Path) -> Outcome:
    edit = next(one for one in case["edit"] if one["name"] == edit_name)
    pair = Pair(server, name, case, edit, root)
    try:
        outcome = pair.look()
    except Exception:
        pair.told.append(traceback.format_exc())
        outcome = Outcome("not there", [traceback.format_exc(limit=-2)])
    if left := pair.close():
        outcome = Outcome("wrong", [*outcome.found, *left])
    return outcome


# ---- the whole ----


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--jobs", type=int, default=2, help="how many at once")
    options.add_argument("--keep", type=Path, default=Path("rehearsal-play"))
    options.add_argument("--samples", type=Path, help="a checkout of temporalio/samples-python")
    options.add_argument("--short", action="store_true", help="the pairs of `make test` alone")
    options.add_argument("name", nargs="*")
    chosen = options.parse_args()
    table = cases(chosen.samples)
    todo = [
        (name, edit)
        for name, edit in pairs(table)
        if not chosen.name or name in chosen.name or f"{name}/{edit}" in chosen.name
    ]
    if chosen.short:
        todo = [pair for pair in todo if pair in set(short(table))]
    keep = chosen.keep.resolve()
    shutil.rmtree(keep, ignore_errors=True)
    keep.mkdir(parents=True)
    loop = Loop()
    server = DevServer.start(loop, keep / "server.log")
    try:
        return play_all(server, table, todo, keep, chosen.jobs)
    finally:
        server.stop()
        loop.close()


def short(table: dict[str, Case]) -> Iterator[tuple[str, str]]:
    for name, case in table.items():
        yield from ((name, edit["name"]) for edit in case["edit"] if edit.get("short"))


def play_all(
    server: DevServer, table: dict[str, Case], todo: list[tuple[str, str]], keep: Path, jobs: int
) -> int:
    counts = {"right": 0, "wrong": 0, "not there": 0}
    runs = broke = 0
    with ThreadPoolExecutor(jobs) as threads:
        outcomes = threads.map(
            lambda one: look(server, one[0], table[one[0]], one[1], keep / f"{one[0]}-{one[1]}"),
            todo,
        )
        for (name, edit), outcome in zip(todo, outcomes, strict=True):
            counts[outcome.kind] += 1
            runs, broke = runs + outcome.runs, broke + outcome.broke
            print(f"{outcome.kind}: {name}/{edit} ({outcome.broke} of {outcome.runs} break)")
            for one in outcome.found:
                print(f"    {one}", flush=True)
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    print(f"{runs} runs, {broke} of which broke")
    return 0 if counts["right"] == len(todo) else 1


if __name__ == "__main__":
    sys.exit(main())
