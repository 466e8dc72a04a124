"""Workers as people start them: a part of the table of tests/launchers (make test-launchers has all of it)."""

import sys
import tomllib
from pathlib import Path

import pytest

from harness.world import TOOLS

LAUNCHERS = Path(__file__).resolve().parents[1] / "launchers"
sys.path.insert(0, str(LAUNCHERS))

import table  # noqa: E402

SHORT = [
    "uv-run",
    "bash-script",
    "honcho-start",
    "watchfiles",
    "supervisord",
    "while-true",
    "background",
]


@pytest.mark.parametrize("name", SHORT)
def test_launcher(name: str, tmp_path: Path) -> None:
    launchers = tomllib.loads((LAUNCHERS / "launchers.toml").read_text())
    trial = table.Trial(name, launchers[name], tmp_path / name, TOOLS.parent)
    try:
        row = trial.play()
    finally:
        trial.close()
    assert not [why for use, why in row.items() if use.endswith("?")], "\n".join(trial.told)
