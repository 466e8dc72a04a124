"""A few cases of each area of `make torture`, so that what the long form would find shows in every run."""

from collections.abc import Callable
from pathlib import Path

import pytest

from areas.area import details, table
from harness.world import program
from run import AREAS, torture


@pytest.mark.parametrize("name", AREAS)
def test_area(name: str, record_property: Callable[[str, object], None]) -> None:
    area = torture(name, Path(program()).resolve(), long=False)
    record_property("summary", table([area]))
    assert area.tried or area.skipped, "nothing was tried"
    assert not area.wrong, "\n" + details([area])
