"""A worker whose workflows block: it notices (deadlock detection) or, told so, does not."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from temporalio.client import Client
from temporalio.worker import Worker

from workers.serve import serve
from workers.shared import QUEUE_DEADLOCK, QUEUE_HANG
from workers.unsandboxed import Blocks


def make(client: Client) -> Sequence[Worker]:
    if "unnoticed" not in sys.argv:
        return [Worker(client, task_queue=QUEUE_DEADLOCK, workflows=[Blocks])]
    # debug_mode switches deadlock detection off, as TEMPORAL_DEBUG does; the event loop hangs too.
    return [Worker(client, task_queue=QUEUE_HANG, workflows=[Blocks], debug_mode=True)]


if __name__ == "__main__":
    serve(make)
