"""What a rehearsal names is what breaks: a few pairs of tests/rehearsal, or all (make test-rehearsal)."""

import os
import sys
from pathlib import Path

import pytest

from harness.server import DevServer

PAIRS = Path(__file__).resolve().parents[1] / "rehearsal"
sys.path.insert(0, str(PAIRS))

import pairs  # noqa: E402

SAMPLES = os.environ.get("REHEARSAL_SAMPLES")
TABLE = pairs.cases(Path(SAMPLES) if SAMPLES else None)
ALL = os.environ.get("REHEARSAL") == "all"


@pytest.mark.parametrize(
    ("name", "edit"),
    list(pairs.pairs(TABLE) if ALL else pairs.short(TABLE)),
    ids=lambda value: str(value),
)
def test_pair(shared_server: DevServer, name: str, edit: str, tmp_path: Path) -> None:
    outcome = pairs.look(shared_server, name, TABLE[name], edit, tmp_path / "pair")
    answers = tmp_path / "pair/answers.txt"
    assert (outcome.kind, outcome.found) == ("right", []), answers.read_text()
