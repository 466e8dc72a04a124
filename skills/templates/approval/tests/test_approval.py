"""The activity alone, and the workflow on a private dev server where the Temporal CLI is there."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment
from temporalio.worker import Worker

from activities import publish_report
from shared import TASK_QUEUE, Decision, Report, Request, State, Status
from workflow import ApprovalWorkflow

CLI = shutil.which("temporal")
needs_cli = pytest.mark.skipif(CLI is None, reason="the Temporal CLI is not on PATH")


@asynccontextmanager
async def client_with_worker() -> AsyncIterator[Client]:
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=CLI) as environment:
        with ThreadPoolExecutor(2) as threads:
            async with Worker(
                environment.client,
                task_queue=TASK_QUEUE,
                workflows=[ApprovalWorkflow],
                activities=[publish_report],
                activity_executor=threads,
            ):
                yield environment.client


async def ask(client: Client, expires_in: float) -> WorkflowHandle[ApprovalWorkflow, Status]:
    return await client.start_workflow(
        ApprovalWorkflow.run,
        Request(subject="a new chair", expires_in=expires_in),
        id=str(uuid.uuid4()),
        task_queue=TASK_QUEUE,
    )


async def refusal(handle: WorkflowHandle[ApprovalWorkflow, Status], decision: Decision) -> str:
    """The type of the error that rejects a decision."""
    with pytest.raises(WorkflowUpdateFailedError) as rejected:
        await handle.execute_update(ApprovalWorkflow.decide, decision)
    assert isinstance(rejected.value.cause, ApplicationError)
    return rejected.value.cause.type or ""


def test_publish_report() -> None:
    environment = ActivityEnvironment()
    expired = Report("a new chair", Status(state=State.EXPIRED))
    assert environment.run(publish_report, expired) == "a new chair: expired"
    approved = Report("a new chair", Status(state=State.APPROVED, by="finance"))
    assert environment.run(publish_report, approved) == "a new chair: approved by finance"


@needs_cli
def test_approval_workflow() -> None:
    async def play() -> None:
        async with client_with_worker() as client:
            handle = await ask(client, expires_in=60)
            await handle.signal(ApprovalWorkflow.comment, "the old one is broken")
            assert await refusal(handle, Decision(approved=True, by="")) == "Anonymous"
            waiting = await handle.query(ApprovalWorkflow.status)
            assert waiting == Status(comments=["the old one is broken"])
            answer = await handle.execute_update(
                ApprovalWorkflow.decide, Decision(approved=False, by="finance")
            )
            assert answer == State.REJECTED
            assert await handle.result() == Status(
                state=State.REJECTED, by="finance", comments=["the old one is broken"]
            )

            late = await ask(client, expires_in=0.1)
            assert await late.result() == Status(state=State.EXPIRED)

    asyncio.run(play())
