"""The starter: runs one greeting and prints its result; with --wait, leaves it open for signals."""

import argparse
import asyncio
import uuid

from temporalio.client import WorkflowFailureError
from temporalio.service import RPCError

from shared import TASK_QUEUE, GreetingInput, connect, leave
from workflow import GreetingWorkflow


async def start(name: str, wait: bool, timeout: float) -> None:
    client = await connect()
    handle = await client.start_workflow(
        GreetingWorkflow.run,
        GreetingInput(name=name, wait=wait),
        id=f"greeting-{uuid.uuid4()}",
        task_queue=TASK_QUEUE,
    )
    print(f"Workflow: {handle.id}", flush=True)
    if wait:
        return
    try:
        result = await asyncio.wait_for(handle.result(), timeout)
    except TimeoutError:
        raise TimeoutError(
            f"no result within {timeout:g} s: does a worker poll task queue {TASK_QUEUE}?"
        ) from None
    print(f"Result: {result}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="?", default="World", help="whom to greet")
    parser.add_argument(
        "--wait", action="store_true", help="start it open, until the signal finish, and return"
    )
    parser.add_argument(
        "--timeout", type=float, default=60.0, help="seconds to wait for the result"
    )
    given = parser.parse_args()
    try:
        asyncio.run(start(given.name, given.wait, given.timeout))
    except WorkflowFailureError as error:
        leave(f"workflow failed: {error.cause}")
    except (ConnectionError, TimeoutError, RPCError) as error:
        leave(f"starter failed: {error}")
    leave()


if __name__ == "__main__":
    main()
