from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def weigh(name: str) -> int:
    return len(name)


# The workflow's own code is read anew for each run, by the sandbox; an activity's is what the worker started with.
@workflow.defn
class Plum:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(
            weigh, name, start_to_close_timeout=timedelta(seconds=20)
        )
