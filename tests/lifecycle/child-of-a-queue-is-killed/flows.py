from datetime import timedelta

from temporalio import activity, workflow


@activity.defn
async def send_mail(to: str) -> str:
    return f"mailed {to}"


@workflow.defn
class Order:
    @workflow.run
    async def run(self, to: str) -> str:
        return await workflow.execute_activity(
            send_mail,
            to,
            task_queue="child-of-a-queue-mail",
            start_to_close_timeout=timedelta(seconds=30),
        )
