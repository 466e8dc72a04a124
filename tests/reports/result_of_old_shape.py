"""EXPECT: workflow task fails: the result of activity 'buy' in the history has no 'carrier', which
the new Ticket demands: it cannot be decoded any more. Give the field a default (or make it
optional), restart the worker; it goes on by itself then.

Steps: worker, start, worker2, poke. Only the dataclass was changed.
"""

import asyncio
import os
import sys
from dataclasses import dataclass
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "tickets"


@dataclass
class OldTicket:
    number: int


@dataclass
class Ticket:
    number: int
    carrier: str


@activity.defn
async def buy(seat: str) -> OldTicket:
    return OldTicket(len(seat))


class Base:
    def __init__(self) -> None:
        self.left = False

    @workflow.signal
    def leave(self) -> None:
        self.left = True

    async def travel(self, kind: type[OldTicket] | type[Ticket]) -> int:
        limit = timedelta(seconds=10)
        ticket = await workflow.execute_activity(
            "buy", "12a", result_type=kind, start_to_close_timeout=limit
        )
        await workflow.wait_condition(lambda: self.left)
        return int(ticket.number)


@workflow.defn(name="Trip")
class OldTrip(Base):
    @workflow.run
    async def run(self) -> int:
        return await self.travel(OldTicket)


@workflow.defn(name="Trip")
class Trip(Base):
    @workflow.run
    async def run(self) -> int:
        return await self.travel(Ticket)


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1].startswith("worker"):
        trip = Trip if sys.argv[1] == "worker2" else OldTrip
        await Worker(client, task_queue=Q, workflows=[trip], activities=[buy]).run()
    elif sys.argv[1] == "poke":
        await client.get_workflow_handle("trip-8").signal("leave")
    else:
        await client.start_workflow("Trip", id="trip-8", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
