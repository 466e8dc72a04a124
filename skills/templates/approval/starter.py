"""The starter: asks for an approval and returns; with --decide, decides it and awaits the end."""

import argparse
import asyncio
import uuid

from temporalio.client import WorkflowFailureError, WorkflowUpdateFailedError
from temporalio.service import RPCError

from shared import TASK_QUEUE, Decision, Request, connect, leave
from workflow import ApprovalWorkflow


async def start(request: Request, decision: Decision | None, timeout: float) -> None:
    client = await connect()
    handle = await client.start_workflow(
        ApprovalWorkflow.run, request, id=f"approval-{uuid.uuid4()}", task_queue=TASK_QUEUE
    )
    print(f"Workflow: {handle.id}", flush=True)
    if decision is None:
        return
    try:
        await asyncio.wait_for(handle.execute_update(ApprovalWorkflow.decide, decision), timeout)
        status = await asyncio.wait_for(handle.result(), timeout)
    except TimeoutError:
        raise TimeoutError(
            f"no answer within {timeout:g} s: does a worker poll task queue {TASK_QUEUE}?"
        ) from None
    print(f"Result: {status.state} by {status.by}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("subject", nargs="?", default="a new chair", help="what is asked for")
    parser.add_argument(
        "--expires-in", type=float, default=3600.0, help="seconds until it is too late to decide"
    )
    parser.add_argument("--decide", choices=["approve", "reject"], help="decide it at once")
    parser.add_argument("--by", default="starter", help="who decides")
    parser.add_argument("--timeout", type=float, default=60.0, help="seconds to wait for answers")
    given = parser.parse_args()
    request = Request(subject=given.subject, expires_in=given.expires_in)
    decision = Decision(approved=given.decide == "approve", by=given.by) if given.decide else None
    try:
        asyncio.run(start(request, decision, given.timeout))
    except (WorkflowFailureError, WorkflowUpdateFailedError) as error:
        leave(f"workflow failed: {error.cause}")
    except (ConnectionError, TimeoutError, RPCError) as error:
        leave(f"starter failed: {error}")
    leave()


if __name__ == "__main__":
    main()
