"""Search attributes, memo, and the values that a workflow draws by itself."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import SearchAttributeKey

COLOUR = SearchAttributeKey.for_keyword("Colour")


@workflow.defn
class Marked:
    def __init__(self) -> None:
        self.stage = 0

    @workflow.run
    async def run(self, colour: str) -> str:
        # begin
        workflow.upsert_search_attributes([COLOUR.value_set(colour)])
        await workflow.wait_condition(lambda: self.stage >= 1)
        # marked
        workflow.upsert_memo({"seen": str(workflow.uuid4()), "at": workflow.time()})
        await workflow.wait_condition(lambda: self.stage >= 2)
        await workflow.sleep(timedelta(seconds=3600 + workflow.random().randint(1, 9)))
        return colour

    @workflow.signal
    def go(self) -> None:
        self.stage += 1
