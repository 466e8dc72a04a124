import os
from datetime import timedelta
from temporalio import activity, workflow

with workflow.unsafe.imports_passed_through():
    import native

QUEUE = "crash-in-a-native-module"


@activity.defn
async def copy(name: str) -> int:
    if os.environ.get("CRASH") == "activity":
        native.broken_call()
    return len(name)


@workflow.defn
class Backup:
    @workflow.run
    async def run(self, name: str) -> int:
        return await workflow.execute_activity(copy, name, start_to_close_timeout=timedelta(seconds=30))
