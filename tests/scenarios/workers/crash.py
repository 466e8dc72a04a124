"""A worker that dies of its workflow: started again each time, as a supervisor would, or not."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from temporalio.client import Client
from temporalio.worker import Worker

from workers.serve import serve
from workers.shared import QUEUE_CRASH, QUEUE_CRASH_ONCE
from workers.unsandboxed import KillsWorker, KillsWorkerOnce

RESTARTS = 500  # a crash a second is the most there can be; the corpus never lives that long


def make(client: Client) -> Sequence[Worker]:
    queue = QUEUE_CRASH_ONCE if "once" in sys.argv else QUEUE_CRASH
    return [Worker(client, task_queue=queue, workflows=[KillsWorker, KillsWorkerOnce])]


def supervise() -> None:
    for _ in range(RESTARTS):
        child = os.fork()  # before any thread is started, and the imports are paid for once
        if child == 0:
            return serve(make)
        _, status = os.waitpid(child, 0)
        if os.waitstatus_to_exitcode(status) == 0:
            return None
    return None


if __name__ == "__main__":
    if "once" in sys.argv:
        serve(make)
    else:
        supervise()
