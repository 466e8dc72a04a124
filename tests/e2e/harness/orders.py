"""A project of two workers: one has the workflow, the other, on a queue of its own, the activity that it calls."""

from .project import Project
from .workers import queue_of
from .world import World

WORKFLOW_SIDE = """
import asyncio, os, sys
from datetime import timedelta
from temporalio import workflow
from temporalio.client import Client
from temporalio.worker import Worker

@workflow.defn
class Order:
    @workflow.run
    async def run(self) -> str:
        return await workflow.execute_activity(
            "mail", task_queue=MAIL_QUEUE, start_to_close_timeout=timedelta(seconds=30)
        )

async def main():
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]
    )
    await Worker(client, task_queue=PARENT_QUEUE, workflows=[Order]).run()

MAIL_QUEUE, PARENT_QUEUE = "%(mail)s", "%(parent)s"
if __name__ == "__main__":
    asyncio.run(main())
"""
ACTIVITY_SIDE = """
import asyncio, os
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

@activity.defn
async def mail() -> str:
    return "sent"

async def main():
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]
    )
    await Worker(client, task_queue="%(mail)s", activities=[mail]).run()

if __name__ == "__main__":
    asyncio.run(main())
"""
STARTER = """
import asyncio, os, uuid
from temporalio.client import Client

async def main():
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]
    )
    handle = await client.start_workflow("Order", id=str(uuid.uuid4()), task_queue="%(parent)s")
    print(handle.id, await handle.result())

asyncio.run(main())
"""
DIES = "import nothing_such\n"


def queues_of(world: World) -> dict[str, str]:
    return {name: f"{name}-{queue_of(world)}" for name in ("parent", "mail")}


def sections(project: Project, *more: str) -> None:
    """The first says which queue it polls; that of the other is found out."""
    queues = queues_of(project.world)
    lines = [
        "[worker parent]",
        f"command = {project.command('parent.py')}",
        f"task_queue = {queues['parent']}",
        "[worker mail]",
        f"command = {project.command('mail.py')}",
        *more,
    ]
    project.write("temporal-skill.ini", "\n".join(lines) + "\n")


def sources_of(world: World) -> dict[str, str]:
    queues = queues_of(world)
    return {
        "parent.py": WORKFLOW_SIDE % queues,
        "mail.py": ACTIVITY_SIDE % queues,
        "starter.py": STARTER % queues,
    }
