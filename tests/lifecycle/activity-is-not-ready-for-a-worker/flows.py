from datetime import timedelta

from temporalio import activity, workflow  # noqa: F401


def charge_card(name: str) -> str:
    return f"Hello, {name}!"


@workflow.defn
class Greet:
    @workflow.run
    async def run(self, name: str) -> str:
        return await workflow.execute_activity("charge_card", name, start_to_close_timeout=timedelta(seconds=10))
