"""Sets the scenarios up on a server: build.py ADDRESS NAMESPACE OUT.json [NAME...]

With names only these, and what they need. Writes what each workflow must be diagnosed as, prints
"ready" and keeps the workers running until its stdin ends or it gets SIGTERM. Prints why and exits 1
where a workflow does not get there."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from temporalio.client import Client

import corpus
from scenario import Scenario
from stage import Cast, Stage, StepTimeout
from steps import Handover
from workers.shared import Child

LISTED_WITHIN = 300.0  # seconds for visibility to know what the workflows know
RPC_TIMEOUT = timedelta(
    seconds=120
)  # the server and all workers start at once on perhaps two cores


class Director:
    """Plays all scenarios at once."""

    def __init__(self, stage: Stage, scenarios: Sequence[Scenario]) -> None:
        self.stage = stage
        self.scenarios = scenarios
        self.casts: dict[str, Cast] = {}
        self.played = {scenario.name: asyncio.Event() for scenario in scenarios}
        stage.expected_at_handover = Counter(
            step.queue
            for scenario in scenarios
            for step in scenario.steps
            if isinstance(step, Handover)
        )

    def workflow_id(self, scenario: Scenario) -> str:
        if scenario.started_by:
            return self.casts[scenario.started_by].handle.id + scenario.suffix
        return scenario.workflow_id or f"scenario-{scenario.name}"

    async def enter(self, scenario: Scenario) -> Cast:
        """Starts its workflow, or waits until the scenario that starts it has been played."""
        client = self.stage.client
        if scenario.started_by:
            await self.played[scenario.started_by].wait()
            handle = client.get_workflow_handle(self.workflow_id(scenario))
            return Cast(self.stage, handle, None)
        if scenario.after_handover:
            await self.stage.handover_done(scenario.queue).wait()
        if scenario.when_polled:
            await self.stage.until_polled(scenario.queue)
        handle = await client.start_workflow(
            scenario.workflow,
            args=list(scenario.args),
            id=self.workflow_id(scenario),
            task_queue=scenario.queue,
            rpc_timeout=RPC_TIMEOUT,
            **scenario.options,
        )
        return Cast(
            self.stage, handle, handle.first_execution_run_id if scenario.first_run else None
        )

    async def play(self, scenario: Scenario) -> dict[str, Any]:
        cast = self.casts[scenario.name] = await self.enter(scenario)
        try:
            for step in scenario.steps:
                await step(cast)
        finally:
            self.played[scenario.name].set()
        info = (await cast.describe()).workflow_execution_info
        return {
            "name": scenario.name,
            "why": scenario.why,
            "workflow_id": cast.handle.id,
            "run_id": info.execution.run_id,
            "first_run": scenario.first_run,
            "task_queue": scenario.queue,
            "expected": asdict(scenario.expected),
        }

    async def play_all(self) -> list[dict[str, Any]]:
        queues = {scenario.queue for scenario in self.scenarios if scenario.workflow}
        queues |= {
            argument.queue
            for scenario in self.scenarios
            for argument in scenario.args
            if isinstance(argument, Child) and argument.queue
        }
        await self.stage.start_workers(queues)
        plays = (self.play(scenario) for scenario in self.scenarios)
        outcomes = await asyncio.gather(*plays, return_exceptions=True)
        errors = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
        if errors:
            raise ExceptionGroup("not all workflows got where they should", errors)
        rows = [outcome for outcome in outcomes if not isinstance(outcome, BaseException)]
        await self.until_listed(rows)
        return rows

    async def until_listed(self, rows: Sequence[dict[str, Any]]) -> None:
        """Lists are made from a store of their own, which may be a moment behind."""
        deadline = time.monotonic() + LISTED_WITHIN
        wanted = {(row["run_id"], row["expected"]["status"]) for row in rows}
        while True:
            listed = {
                (item.run_id, item.status.name)
                async for item in self.stage.client.list_workflows(page_size=1000)
                if item.status
            }
            if wanted <= listed:
                return
            if time.monotonic() > deadline:
                raise StepTimeout(f"not listed: {sorted(wanted - listed)}")
            await asyncio.sleep(0.1)


async def until_told() -> None:
    """Until stdin ends or SIGTERM comes."""
    loop = asyncio.get_running_loop()
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)

    def read() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        loop.call_soon_threadsafe(told.set)

    threading.Thread(target=read, daemon=True).start()
    await told.wait()


async def build(address: str, namespace: str, out: Path, scenarios: Sequence[Scenario]) -> int:
    begin = time.monotonic()
    directory = Path(tempfile.mkdtemp(prefix="scenarios-"))
    client = await Client.connect(address, namespace=namespace)
    stage = Stage(client, directory)
    try:
        rows = await Director(stage, scenarios).play_all()
        part = out.with_suffix(".part")
        part.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
        part.replace(out)
        print(f"ready: {len(rows)} scenarios in {time.monotonic() - begin:.1f} s", flush=True)
        await until_told()
    except ExceptionGroup as errors:
        for error in errors.exceptions:
            print(f"build.py: {error!r}", file=sys.stderr)
        print(f"build.py: the workers' logs are in {directory}", file=sys.stderr)
        return 1
    finally:
        await stage.stop()
    shutil.rmtree(directory, ignore_errors=True)
    return 0


def run(scenarios: Sequence[Scenario]) -> None:
    if len(sys.argv) < 4:
        sys.exit(f"usage: {sys.argv[0]} ADDRESS NAMESPACE OUT.json [NAME...]")
    address, namespace, out, *names = sys.argv[1:]
    if names:
        scenarios = corpus.with_what_they_need(*names)
    status = asyncio.run(build(address, namespace, Path(out), scenarios))
    sys.stdout.flush()
    os._exit(status)  # the SDK's own threads have crashed interpreters at their exit


if __name__ == "__main__":
    run(corpus.ALL)
