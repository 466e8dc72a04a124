"""The corpus: every scenario, and what must hold of the set as a whole."""

from __future__ import annotations

from corpus_closed import CLOSED
from corpus_moving import MOVING
from corpus_stalled import STALLED
from scenario import Scenario
from steps import Handover

ALL: list[Scenario] = [*STALLED, *MOVING, *CLOSED]


def named(*names: str) -> list[Scenario]:
    """The scenarios of these names, in this order."""
    by_name = {scenario.name: scenario for scenario in ALL}
    return [by_name[name] for name in names]


def with_what_they_need(*names: str) -> list[Scenario]:
    """These, and those without which they do not get where they should: whose workflow starts
    theirs, or is started by theirs; and whoever takes part in replacing the worker that is to serve
    them."""
    wanted = set(names)
    while True:
        chosen = [scenario for scenario in ALL if scenario.name in wanted]
        queues = {scenario.queue for scenario in chosen if scenario.after_handover}
        wanted |= {scenario.started_by for scenario in chosen if scenario.started_by}
        wanted |= {
            scenario.name
            for scenario in ALL
            if scenario.started_by in wanted
            or any(isinstance(step, Handover) and step.queue in queues for step in scenario.steps)
        }
        if len(wanted) == len(chosen):
            return chosen
