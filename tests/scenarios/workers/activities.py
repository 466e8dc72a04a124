"""Activities: some work, most fail, each in a way of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any, NoReturn

from temporalio import activity
from temporalio.exceptions import ApplicationError

from workers.shared import LONG_MESSAGE, Order


class GatewayDown(Exception):
    """A project's own exception type."""


class NotFoundError(Exception):
    """Named as the SDK's, which says that an activity or workflow is not registered."""


@activity.defn
async def quick(value: str = "done") -> str:
    return value


@activity.defn
async def charge_card(amount: int) -> NoReturn:
    raise ConnectionError(f"payment gateway refused {amount} EUR")


@activity.defn
async def fail_then_hang() -> None:
    if activity.info().attempt == 1:
        raise ConnectionError("payment gateway closed the connection")
    await asyncio.Event().wait()


@activity.defn
async def reserve_stock(item: str) -> NoReturn:
    raise ApplicationError(f"{item} is sold out", type="OutOfStock", non_retryable=True)


@activity.defn
async def untyped_error() -> NoReturn:
    raise ApplicationError("an application error without a type", non_retryable=True)


@activity.defn
async def call_gateway() -> NoReturn:
    try:
        raise OSError(111, "gateway socket closed")
    except OSError as error:
        raise GatewayDown("could not charge") from error


@activity.defn
async def find_device(number: int) -> NoReturn:
    raise NotFoundError(f"device {number} is not registered")


@activity.defn
async def silent_error() -> NoReturn:
    raise ValueError()


@activity.defn
async def verbose_error() -> NoReturn:
    raise RuntimeError("begin " + "x" * LONG_MESSAGE + " end")


@activity.defn
async def odd_text_error() -> NoReturn:
    raise RuntimeError('две строки\nsecond "line" \x1b[31mred\x1b[0m \u2028 😀')


@activity.defn
async def return_object() -> object:
    return object()


@activity.defn
async def ship_order(order: Order) -> int:
    return order.number


@activity.defn
async def recovers(attempts: int) -> str:
    if activity.info().attempt < attempts:
        raise TimeoutError("the database was starting up")
    return "recovered"


@activity.defn
async def back_off_long() -> NoReturn:
    raise ApplicationError(
        "rate limit reached", type="RateLimited", next_retry_delay=timedelta(hours=1)
    )


@activity.defn
async def works_with_heartbeats() -> None:
    while True:
        activity.heartbeat("still at it")
        await asyncio.sleep(0.5)


@activity.defn
async def works_silently() -> None:
    await asyncio.Event().wait()


@activity.defn
async def complete_elsewhere() -> NoReturn:
    activity.raise_complete_async()


@activity.defn
async def signal_own_workflow(wanted: bool) -> None:
    """As a local activity: the signal arrives while the workflow task is being worked on."""
    if wanted:
        info = activity.info()
        assert info.workflow_id
        await activity.client().get_workflow_handle(info.workflow_id).signal("poke")


ALL: list[Callable[..., Any]] = [
    quick,
    charge_card,
    fail_then_hang,
    reserve_stock,
    untyped_error,
    call_gateway,
    find_device,
    silent_error,
    verbose_error,
    odd_text_error,
    return_object,
    ship_order,
    recovers,
    back_off_long,
    works_with_heartbeats,
    works_silently,
    complete_elsewhere,
    signal_own_workflow,
]
