"""Activities, signals, an update and a query in turn."""

from datetime import timedelta

from temporalio import activity, workflow
from temporalio.exceptions import ApplicationError

SHORT = timedelta(seconds=60)


@activity.defn
async def reserve(who: str) -> str:
    if who == "held":
        # Its next attempt is far away: the run stays before the end of its first activity.
        raise ApplicationError("not now", next_retry_delay=timedelta(hours=1))
    return f"{who}'s"


@activity.defn
async def charge(who: str) -> int:
    return len(who)


@activity.defn
async def ship(who: str) -> str:
    return f"to {who}"


@activity.defn
async def weigh(who: str) -> int:
    return 1


@workflow.defn
class Order:
    def __init__(self) -> None:
        self.approved = self.packed = False
        self.notes: list[str] = []

    @workflow.run
    async def run(self, who: str) -> str:
        # begin
        await workflow.execute_activity(reserve, who, start_to_close_timeout=SHORT)
        await workflow.wait_condition(lambda: self.approved)
        # approved
        await workflow.execute_activity(charge, who, start_to_close_timeout=SHORT)
        if who == "rich":
            # rich
            await workflow.execute_activity(weigh, who, start_to_close_timeout=SHORT)
        await workflow.wait_condition(lambda: self.packed)
        result = await workflow.execute_activity(ship, who, start_to_close_timeout=SHORT)
        # end
        return result

    @workflow.signal
    def approve(self) -> None:
        self.approved = True

    @workflow.signal
    def pack(self) -> None:
        self.packed = True

    @workflow.update
    async def note(self, text: str) -> int:
        # noted
        self.notes.append(text)
        return len(self.notes)

    @workflow.update
    async def estimate(self, who: str) -> int:
        return await workflow.execute_activity(weigh, who, start_to_close_timeout=SHORT)

    @workflow.query
    def state(self) -> str:
        return "approved" if self.approved else "new"
