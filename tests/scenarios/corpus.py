"""The corpus: every scenario, and what must hold of the set as a whole."""

from __future__ import annotations

from corpus_closed import CLOSED
from corpus_moving import MOVING
from corpus_stalled import STALLED
from scenario import Scenario

ALL: list[Scenario] = [*STALLED, *MOVING, *CLOSED]


def named(*names: str) -> list[Scenario]:
    """The scenarios of these names, in this order."""
    by_name = {scenario.name: scenario for scenario in ALL}
    return [by_name[name] for name in names]
