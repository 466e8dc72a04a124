"""Workflows: what happens in which order. Deterministic, so no clocks, files or network here."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

with workflow.unsafe.imports_passed_through():
    from activities import compose_greeting
    from shared import ComposeGreetingInput, GreetingInput


@workflow.defn
class GreetingWorkflow:
    def __init__(self) -> None:
        self._greeting = "Hello"
        self._finished = False

    @workflow.run
    async def run(self, order: GreetingInput) -> str:
        if order.wait:
            await workflow.wait_condition(lambda: self._finished)
        return await workflow.execute_activity(
            compose_greeting,
            ComposeGreetingInput(greeting=self._greeting, name=order.name),
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=5),
        )

    @workflow.signal
    def update_greeting(self, greeting: str) -> None:
        self._greeting = greeting

    @workflow.signal
    def finish(self) -> None:
        self._finished = True

    @workflow.query
    def current_greeting(self) -> str:
        return self._greeting
