"""Values that are wrong by themselves are wrong usage, and not 'no such workflow'."""

import pytest

from harness.cli import Cli
from harness.server import DevServer


@pytest.mark.parametrize(
    "words",
    [
        ["bulk-cancel-workflows", "--workflow-ids", "/no/such/file"],
        ["show-workflow-history", "-w", "x", "--html", "/no/such/folder/page.html"],
        ["list-recent-workflows", "--status", ""],
        ["list-recent-workflows", "--status", "RUNNING,,FAILED"],
        ["wait-for-workflow-status", "-w", "x", "--status", ""],
        ["signal-workflow", "-w", "x", "--name", "y", "--input", "@/no/such/file"],
    ],
)
def test_wrong_values_are_usage(cli: Cli, server: DevServer, words: list[str]) -> None:
    cli(*words).expect(2)
