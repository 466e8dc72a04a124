"""The activity alone, and the workflow on a private dev server where the Temporal CLI is there."""

import asyncio
import shutil
import uuid
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
from temporalio.client import Client
from temporalio.testing import ActivityEnvironment, WorkflowEnvironment
from temporalio.worker import Worker

from activities import compose_greeting
from shared import TASK_QUEUE, ComposeGreetingInput, GreetingInput
from workflow import GreetingWorkflow

CLI = shutil.which("temporal")
needs_cli = pytest.mark.skipif(CLI is None, reason="the Temporal CLI is not on PATH")


@asynccontextmanager
async def client_with_worker() -> AsyncIterator[Client]:
    async with await WorkflowEnvironment.start_local(dev_server_existing_path=CLI) as environment:
        with ThreadPoolExecutor(2) as threads:
            async with Worker(
                environment.client,
                task_queue=TASK_QUEUE,
                workflows=[GreetingWorkflow],
                activities=[compose_greeting],
                activity_executor=threads,
            ):
                yield environment.client


def test_compose_greeting() -> None:
    order = ComposeGreetingInput(greeting="Hello", name="CodeAgent")
    assert ActivityEnvironment().run(compose_greeting, order) == "Hello, CodeAgent!"


@needs_cli
def test_greeting_workflow() -> None:
    async def play() -> None:
        async with client_with_worker() as client:
            plain = await client.execute_workflow(
                GreetingWorkflow.run,
                GreetingInput(name="CodeAgent"),
                id=str(uuid.uuid4()),
                task_queue=TASK_QUEUE,
            )
            assert plain == "Hello, CodeAgent!"

            waiting = await client.start_workflow(
                GreetingWorkflow.run,
                GreetingInput(name="CodeAgent", wait=True),
                id=str(uuid.uuid4()),
                task_queue=TASK_QUEUE,
            )
            assert await waiting.query(GreetingWorkflow.current_greeting) == "Hello"
            await waiting.signal(GreetingWorkflow.update_greeting, "Howdy")
            assert await waiting.query(GreetingWorkflow.current_greeting) == "Howdy"
            await waiting.signal(GreetingWorkflow.finish)
            assert await waiting.result() == "Howdy, CodeAgent!"

    asyncio.run(play())
