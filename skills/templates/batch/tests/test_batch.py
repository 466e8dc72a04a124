"""The activity alone, and the workflows on a private dev server where the Temporal CLI is there."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
from temporalio.client import Client, WorkflowFailureError, WorkflowHandle
from temporalio.exceptions import ApplicationError, ChildWorkflowError
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment
from temporalio.worker import Worker

from activities import square
from shared import TASK_QUEUE, BadItem, Batch, Progress, Summary
from workflow import BatchWorkflow, ItemWorkflow

CLI = shutil.which("temporal")
needs_cli = pytest.mark.skipif(CLI is None, reason="the Temporal CLI is not on PATH")


@asynccontextmanager
async def client_with_worker() -> AsyncIterator[Client]:
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=CLI) as environment:
        with ThreadPoolExecutor(4) as threads:
            async with Worker(
                environment.client,
                task_queue=TASK_QUEUE,
                workflows=[BatchWorkflow, ItemWorkflow],
                activities=[square],
                activity_executor=threads,
            ):
                yield environment.client


async def start(client: Client, batch: Batch) -> WorkflowHandle[BatchWorkflow, Summary]:
    return await client.start_workflow(
        BatchWorkflow.run, batch, id=str(uuid.uuid4()), task_queue=TASK_QUEUE
    )


def test_square() -> None:
    assert ActivityEnvironment().run(square, "-7") == 49
    with pytest.raises(ApplicationError) as refused:
        ActivityEnvironment().run(square, "two")
    assert refused.value.type == "NotANumber"
    assert refused.value.non_retryable


@needs_cli
def test_batch_workflow() -> None:
    async def play() -> None:
        async with client_with_worker() as client:
            lenient = await start(client, Batch(items=["1", "two", "3"], at_once=2))
            assert await lenient.result() == Summary(
                total=10,
                squares={"1": 1, "3": 9},
                bad=[BadItem(item="two", reason="'two' is not a number")],
            )
            assert await lenient.query(BatchWorkflow.progress) == Progress(done=3, of=3)

            strict = await start(client, Batch(items=["1", "two"], strict=True))
            with pytest.raises(WorkflowFailureError) as failed:
                await strict.result()
            assert isinstance(failed.value.cause, ChildWorkflowError)

            assert await (await start(client, Batch(items=[]))).result() == Summary()

    asyncio.run(play())
