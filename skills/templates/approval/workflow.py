"""Workflows: what happens in which order. Deterministic, so no clocks, files or network here."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from activities import publish_report
    from shared import Decision, Report, Request, State, Status


@workflow.defn
class ApprovalWorkflow:
    """Waits for a decision, and no longer than the request allows."""

    def __init__(self) -> None:
        self._status = Status()

    @workflow.run
    async def run(self, request: Request) -> Status:
        try:
            await workflow.wait_condition(
                lambda: self._status.state != State.WAITING,
                timeout=timedelta(seconds=request.expires_in),
            )
        except TimeoutError:
            # No decision came: from here on none is accepted, see the validator.
            self._status.state = State.EXPIRED
        await workflow.execute_activity(
            publish_report,
            Report(subject=request.subject, status=self._status),
            start_to_close_timeout=timedelta(seconds=10),
            retry_policy=RetryPolicy(maximum_attempts=5),
        )
        # Whoever sent a decision gets its answer before the workflow ends.
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._status

    @workflow.update
    def decide(self, decision: Decision) -> State:
        self._status.state = State.APPROVED if decision.approved else State.REJECTED
        self._status.by = decision.by
        return self._status.state

    @decide.validator
    def check_decision(self, decision: Decision) -> None:
        if self._status.state != State.WAITING:
            raise ApplicationError(f"it is {self._status.state} already", type="TooLate")
        if not decision.by:
            raise ApplicationError("who decides? 'by' is empty", type="Anonymous")

    @workflow.signal
    def comment(self, text: str) -> None:
        self._status.comments.append(text)

    @workflow.query
    def status(self) -> Status:
        return self._status
