"""What the corpus and the workers both know: task queues, arguments of generic workflows."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

QUEUE_SERVED = "scenarios"  # the healthy worker's, which has nearly all workflows
QUEUE_DEADLOCK = "scenarios-deadlock"
QUEUE_HANG = "scenarios-hang"
QUEUE_CRASH = "scenarios-crash"
QUEUE_CRASH_ONCE = "scenarios-crash-once"
QUEUE_VERSIONS = "scenarios-versions"
QUEUE_ENCODED = "scenarios-encoded"
QUEUE_ENCRYPTED = "scenarios-encrypted"
QUEUE_DYING = "scenarios-dying"
QUEUE_WORKFLOWS_ONLY = "scenarios-workflows-only"
QUEUE_ACTIVITIES_ONLY = "scenarios-activities-only"
QUEUE_PINNED = "scenarios-pinned"
QUEUE_ONE_SLOT = "scenarios-one-slot"
QUEUE_UNSERVED = "scenarios-unserved"  # no worker, ever
QUEUE_MISSPELT = "scenario"  # likewise; one letter short of the served one

MEGABYTE = 1_000_000
LONG_MESSAGE = 100_000
HUGE_HISTORY = 3_000


@dataclass
class Call:
    """One activity call: what to call and the options that the scenario is about (seconds)."""

    activity: str
    args: list[Any] = field(default_factory=list)
    queue: str | None = None
    start_to_close: float | None = 600
    schedule_to_start: float | None = None
    schedule_to_close: float | None = None
    heartbeat: float | None = None
    attempts: int = 0
    interval: float = 0.3
    local: bool = False


@dataclass
class Child:
    """One child workflow: its type, argument, id suffix and the options that matter."""

    workflow: str
    suffix: str
    args: list[Any] = field(default_factory=list)
    queue: str | None = None
    run_timeout: float | None = None
    task_timeout: float | None = None


@dataclass
class Order:
    """An argument that is a mapping on the wire: text in its place cannot be decoded."""

    number: int
    items: list[str]


def seconds(value: float | None) -> timedelta | None:
    return None if value is None else timedelta(seconds=value)
