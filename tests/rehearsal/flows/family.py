"""A workflow with children, that signals and cancels others."""

from temporalio import workflow
from temporalio.common import WorkflowIDReusePolicy
from temporalio.workflow import ParentClosePolicy


@workflow.defn
class Kid:
    def __init__(self) -> None:
        self.done = False

    @workflow.run
    async def run(self, name: str) -> str:
        # kid begins
        await workflow.wait_condition(lambda: self.done)
        return name

    @workflow.signal
    def finish(self) -> None:
        self.done = True


@workflow.defn
class Aunt(Kid):
    @workflow.run
    async def run(self, name: str) -> str:
        await workflow.wait_condition(lambda: self.done)
        return "aunt"


@workflow.defn
class Mother:
    def __init__(self) -> None:
        self.stage = 0

    @workflow.run
    async def run(self, name: str) -> str:
        # begin
        kid = await workflow.start_child_workflow(
            Kid.run,
            name,
            id=f"{name}-kid",
            parent_close_policy=ParentClosePolicy.ABANDON,
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
        )
        await workflow.wait_condition(lambda: self.stage >= 1)
        # told
        await kid.signal(Kid.finish)
        await workflow.wait_condition(lambda: self.stage >= 2)
        other = workflow.get_external_workflow_handle("nobody-there")
        try:
            await other.cancel()
        except Exception:
            workflow.logger.info("nobody")
        # cancelled
        await workflow.wait_condition(lambda: self.stage >= 3)
        return await kid

    @workflow.signal
    def go(self) -> None:
        self.stage += 1
