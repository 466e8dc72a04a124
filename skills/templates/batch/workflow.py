"""Workflows: what happens in which order. Deterministic, so no clocks, files or network here."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ChildWorkflowError, FailureError

with workflow.unsafe.imports_passed_through():
    from activities import square
    from shared import BadItem, Batch, Progress, Summary


def root_message(error: FailureError) -> str:
    """What the innermost failure of a chain says."""
    while isinstance(error.cause, FailureError):
        error = error.cause
    return error.message


@workflow.defn
class ItemWorkflow:
    """One item; a workflow of its own, so that it can grow steps and be looked at alone."""

    @workflow.run
    async def run(self, item: str) -> int:
        return await workflow.execute_activity(
            square,
            item,
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=5),
        )


@workflow.defn
class BatchWorkflow:
    """A child workflow for each item, some at a time, and a summary of what came out."""

    def __init__(self) -> None:
        self._progress = Progress(done=0, of=0)

    @workflow.run
    async def run(self, batch: Batch) -> Summary:
        self._progress.of = len(batch.items)
        places = asyncio.Semaphore(batch.at_once)
        outcomes = await asyncio.gather(
            *(self._item(number, item, batch, places) for number, item in enumerate(batch.items))
        )
        summary = Summary()
        for item, outcome in zip(batch.items, outcomes, strict=True):
            if isinstance(outcome, BadItem):
                summary.bad.append(outcome)
            else:
                summary.squares[item] = outcome
                summary.total += outcome
        return summary

    async def _item(
        self, number: int, item: str, batch: Batch, places: asyncio.Semaphore
    ) -> int | BadItem:
        async with places:
            try:
                outcome: int | BadItem = await workflow.execute_child_workflow(
                    ItemWorkflow.run, item, id=f"{workflow.info().workflow_id}-{number}"
                )
            except ChildWorkflowError as error:
                if batch.strict:
                    raise
                outcome = BadItem(item=item, reason=root_message(error))
        self._progress.done += 1
        return outcome

    @workflow.query
    def progress(self) -> Progress:
        return self._progress
