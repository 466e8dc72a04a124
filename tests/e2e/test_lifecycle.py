"""Every case of tests/lifecycle is told right; the slow ones with LIFECYCLE=all (make test-lifecycle)."""

import os
import sys
from pathlib import Path

import pytest

CASES = Path(__file__).resolve().parents[1] / "lifecycle"
sys.path.insert(0, str(CASES))

import play  # noqa: E402

ALL = os.environ.get("LIFECYCLE") == "all"


@pytest.mark.parametrize(
    "name", [name for name, case in play.cases().items() if ALL or not case.get("slow")]
)
def test_case(name: str, tmp_path: Path) -> None:
    outcome, found = play.look(name, play.cases()[name], tmp_path / name)
    answers = tmp_path / name / "answers.txt"
    assert (outcome, found) == ("right", []), answers.read_text() if answers.exists() else found
