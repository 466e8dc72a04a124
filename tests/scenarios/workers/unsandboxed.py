"""Workflows outside the sandbox: they reach what the sandbox would keep from them."""

from __future__ import annotations

import os
import time
from pathlib import Path

from temporalio import workflow

_failed_once: set[str] = set()


@workflow.defn(sandboxed=False)
class FailsOnce:
    """Its first task fails; the retry succeeds. The process remembers, the workflow does not."""

    def __init__(self) -> None:
        self.done = False

    @workflow.run
    async def run(self, wait: bool) -> str:
        run_id = workflow.info().run_id
        if run_id not in _failed_once:
            _failed_once.add(run_id)
            raise KeyError("configuration")
        if wait:
            await workflow.wait_condition(lambda: self.done)
        return "fine at the second attempt"

    @workflow.signal
    def finish(self) -> None:
        self.done = True


@workflow.defn(sandboxed=False)
class Blocks:
    """Holds the thread that runs it. With deadlock detection: an error; without: a timeout."""

    @workflow.run
    async def run(self, length: float) -> None:
        time.sleep(length)


@workflow.defn(sandboxed=False)
class KillsWorker:
    @workflow.run
    async def run(self) -> None:
        os._exit(3)


@workflow.defn(sandboxed=False)
class KillsWorkerOnce:
    """A file remembers, as the process cannot."""

    def __init__(self) -> None:
        self.done = False

    @workflow.run
    async def run(self) -> None:
        memory = Path(workflow.info().run_id)  # in the worker's own folder
        if not memory.exists():
            memory.touch()
            os._exit(3)
        await workflow.wait_condition(lambda: self.done)

    @workflow.signal
    def finish(self) -> None:
        self.done = True
