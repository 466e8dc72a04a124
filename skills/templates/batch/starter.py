"""The starter: runs one batch of numbers and prints its summary."""

import argparse
import asyncio
import uuid

from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError

from shared import TASK_QUEUE, Batch, connect, leave
from workflow import BatchWorkflow


async def start(batch: Batch, timeout: float) -> None:
    client = await connect()
    handle = await client.start_workflow(
        BatchWorkflow.run, batch, id=f"batch-{uuid.uuid4()}", task_queue=TASK_QUEUE
    )
    print(f"Workflow: {handle.id}", flush=True)
    try:
        summary = await asyncio.wait_for(handle.result(), timeout)
    except TimeoutError:
        raise TimeoutError(
            f"no result within {timeout:g} s: does a worker poll task queue {TASK_QUEUE}?"
        ) from None
    for bad in summary.bad:
        print(f"Bad: {bad.reason}")
    print(f"Result: {summary.total} from {len(summary.squares)} of {len(batch.items)} items")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("items", nargs="*", default=["1", "2", "3"], help="numbers to square")
    parser.add_argument("--at-once", type=int, default=3, help="child workflows at the same time")
    parser.add_argument("--strict", action="store_true", help="let one bad item fail the batch")
    parser.add_argument(
        "--timeout", type=float, default=60.0, help="seconds to wait for the result"
    )
    given = parser.parse_args()
    batch = Batch(items=given.items, at_once=max(1, given.at_once), strict=given.strict)
    try:
        asyncio.run(start(batch, given.timeout))
    except WorkflowFailureError as error:
        leave(f"workflow failed: {error.cause}")
    except (ConnectionError, TimeoutError, RPCError) as error:
        leave(f"starter failed: {error}")
    leave()


if __name__ == "__main__":
    main()
