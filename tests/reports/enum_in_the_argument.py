"""EXPECT: workflow task fails: the argument of activity 'bake' cannot be encoded, an object of type
Size (a plain Enum) is not JSON serializable. Make it a StrEnum (or pass its value), restart the
worker; it goes on by itself then.

A plain Enum in what the workflow gives to an activity.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "pizzas"


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


@dataclass
class Pizza:
    name: str
    size: Size


@activity.defn
async def bake(pizza: Pizza) -> str:
    return f"{pizza.name} {pizza.size}"


@workflow.defn
class Order:
    @workflow.run
    async def run(self, name: str) -> str:
        pizza = Pizza(name, Size.LARGE)
        return await workflow.execute_activity(  # HERE
            bake, pizza, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        await Worker(client, task_queue=Q, workflows=[Order], activities=[bake]).run()
    else:
        await client.start_workflow(Order.run, "napoli", id="pizza-1", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
