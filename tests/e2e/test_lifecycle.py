"""Every second case of tests/lifecycle is told right; all of them with LIFECYCLE=all (make test-lifecycle)."""

import os
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).resolve().parents[1] / "lifecycle"
sys.path.insert(0, str(CASES))

import play  # noqa: E402

ALL = os.environ.get("LIFECYCLE") == "all"


@pytest.mark.parametrize(
    "name",
    list(play.cases())
    if ALL
    else [name for name, case in play.cases().items() if not case.get("slow")][::2],
)
def test_case(name: str, tmp_path: Path) -> None:
    outcome, found = play.look(name, play.cases()[name], tmp_path / name)
    answers = tmp_path / name / "answers.txt"
    assert (outcome, found) == ("right", []), answers.read_text() if answers.exists() else found
