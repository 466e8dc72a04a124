"""Workflows whose workflow task cannot succeed: bugs in the code, in handlers, in results."""

from __future__ import annotations

import asyncio
import random
from datetime import datetime, timedelta
from typing import Any, NoReturn

from temporalio import workflow

from workers.shared import LONG_MESSAGE, MEGABYTE, Order


class Inventory:
    """Somewhere for an AttributeError to come from."""


def _deepest() -> NoReturn:
    prices: dict[str, int] = {}
    raise LookupError(str(prices["apples"]))


def _wrapped() -> NoReturn:
    try:
        _deepest()
    except KeyError as error:
        raise RuntimeError("could not price the order") from error


@workflow.defn
class CodeBug:
    """The bug is chosen by the argument, each in a method of its own."""

    @workflow.run
    async def run(self, bug: str) -> Any:
        return await getattr(self, bug)()

    async def key_error(self) -> Any:
        stock: dict[str, int] = {"apples": 3}
        return stock["pears"]

    async def attribute_error(self) -> Any:
        inventory: Any = Inventory()
        return inventory.count_items()

    async def type_error(self) -> Any:
        totals: list[Any] = [1, "2"]
        return sum(totals)

    async def silent_error(self) -> Any:
        raise ValueError

    async def verbose_error(self) -> Any:
        raise ValueError("begin " + "y" * LONG_MESSAGE + " end")

    async def wrapped_error(self) -> Any:
        _wrapped()

    async def missing_module(self) -> Any:
        return __import__("module_that_is_not_installed")

    async def activity_without_timeout(self) -> Any:
        return await workflow.execute_activity("quick")

    async def duplicate_activity_id(self) -> Any:
        timeout = timedelta(minutes=1)
        for _ in range(2):
            workflow.start_activity(
                "works_silently", activity_id="same", start_to_close_timeout=timeout
            )
        await workflow.wait_condition(lambda: False)

    async def unknown_search_attribute(self) -> Any:
        workflow.upsert_search_attributes({"NobodyRegisteredThis": ["value"]})
        await workflow.wait_condition(lambda: False)

    async def result_object(self) -> Any:
        return object()

    async def result_too_large(self) -> Any:
        return "z" * (5 * MEGABYTE)

    async def to_thread(self) -> Any:
        return await asyncio.to_thread(len, "not in a workflow")

    async def result_of_another_type(self) -> Any:
        minute = timedelta(minutes=1)
        order: Order = await workflow.execute_activity(
            "quick", start_to_close_timeout=minute, result_type=Order
        )
        return order.number

    async def after_timer(self) -> Any:
        await workflow.sleep(0.1)
        raise NotImplementedError("second step")


@workflow.defn
class Forbidden:
    """What the sandbox forbids, met while the workflow runs."""

    @workflow.run
    async def run(self, what: str) -> Any:
        if what == "open":
            return read_settings()
        if what == "random":
            return roll_dice()
        return str(datetime.now())


def read_settings() -> str:
    with open("/etc/hostname") as file:
        return file.read()


def roll_dice() -> float:
    return random.random()


@workflow.defn
class TakesOrder:
    @workflow.run
    async def run(self, order: Order) -> int:
        return order.number


@workflow.defn
class HandlerBugs:
    """Healthy until a handler with a bug is called."""

    def __init__(self) -> None:
        self.done = False

    @workflow.run
    async def run(self, busy: bool) -> None:
        if busy:
            hour = timedelta(hours=1)
            await workflow.execute_activity("works_silently", start_to_close_timeout=hour)
        await workflow.wait_condition(lambda: self.done)

    @workflow.signal
    def add_item(self, item: str) -> None:
        empty: list[str] = []
        empty[3] = item

    @workflow.update
    async def change_address(self, address: str) -> str:
        # Accepted before it fails. One that fails at once is forgotten after some 20 s.
        await workflow.sleep(0.1)
        return {"home": "x"}[address]

    @workflow.query
    def total(self) -> int:
        raise ZeroDivisionError("no items to divide by")


ALL = [CodeBug, Forbidden, TakesOrder, HandlerBugs]
