"""Workflows that began with earlier code must go on with this one: their histories still replay.

A file is named by its workflow's id. One more:
temporal-skill export-history -w ID --directory tests/histories
"""

import asyncio
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory
from temporalio.worker import Replayer

from workflow import BatchWorkflow, ItemWorkflow

HISTORIES = sorted(Path(__file__).parent.glob("histories/*.json"))


@pytest.mark.parametrize("path", HISTORIES, ids=lambda path: path.stem)
def test_history_replays(path: Path) -> None:
    history = WorkflowHistory.from_json(path.stem, path.read_text())
    asyncio.run(Replayer(workflows=[BatchWorkflow, ItemWorkflow]).replay_workflow(history))
