"""What is said of an activity whose heartbeats do not get out is the same while an attempt runs and between two."""

import sys
import time
import tomllib
from pathlib import Path

import pytest

REPORTS = Path(__file__).resolve().parents[1] / "reports"
sys.path.insert(0, str(REPORTS))

import look  # noqa: E402

STARTED, SCHEDULED = 2, 1


def wait_for_state(stage: look.Stage, state: int, attempt: int) -> int:
    """The attempt that is in that state, from that one on."""
    deadline = time.monotonic() + look.PATIENCE
    while time.monotonic() < deadline:
        for one in stage.loop.call(stage.describe()).pending_activities:
            if one.state == state and one.attempt >= attempt and one.HasField("last_failure"):
                return int(one.attempt)
        time.sleep(look.GLANCE)
    raise AssertionError("it never came to that")


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("legacy_call_in_async", "do not block the event loop (legacy_call_in_async.py:35"),
        ("never_heartbeats", "call activity.heartbeat() more often"),
    ],
)
def test_advice_is_the_same_at_each_moment(name: str, advice: str, tmp_path: Path) -> None:
    expected = tomllib.loads((REPORTS / "reports.toml").read_text())[name]
    stage = look.Stage(name, expected, tmp_path)
    said = []
    try:
        stage.open()
        for step in expected["steps"]:
            stage.step(step)
        attempt = 2
        for state in (SCHEDULED, STARTED, SCHEDULED, STARTED):
            attempt = wait_for_state(stage, state, attempt)
            for command in (["analyze-workflow-error", "-w", expected["ask"]], ["diagnose"]):
                answer = stage.cli(*command, "-o", "json").json
                rows = answer.get("findings", [answer])
                said.append((command[0], rows[0]["recovery"][0]))
    finally:
        stage.close()
    assert all(line.startswith(advice) for _, line in said), said
    assert len({line for _, line in said}) == 1, said
