"""What a scenario is: a workflow, how it is brought into trouble, and the diagnosis it must get."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from steps import Step
from workers.shared import QUEUE_SERVED


@dataclass(frozen=True)
class Expected:
    """The diagnosis. What is None is not checked: there is more than one right answer."""

    status: str
    verdict: str
    stalled: bool = False  # whether find-stalled-workflows must list it
    recovering: bool = False
    root_cause_type: str | None = None
    root_cause_message: str | None = None  # a part of it, or all of it where exact
    exact: bool = False
    location: str | None = None  # "file.py:function"
    mentions: tuple[str, ...] = ()  # text that must be somewhere in the answer


@dataclass(frozen=True)
class Scenario:
    name: str
    why: str  # what is special about it
    expected: Expected
    workflow: str = ""  # its type; empty where another scenario starts it
    args: tuple[Any, ...] = ()
    queue: str = QUEUE_SERVED
    steps: tuple[Step, ...] = ()
    workflow_id: str = ""  # by default made of the name
    after_handover: bool = False  # started when its queue's worker has been replaced
    when_polled: bool = False  # started when its queue's worker polls: the time it has is short
    options: dict[str, Any] = field(default_factory=dict)  # of Client.start_workflow
    started_by: str = ""  # the scenario whose workflow starts this one
    suffix: str = ""  # its workflow id is that one's and this
    first_run: bool = False  # the run that was started, not the latest of its chain
