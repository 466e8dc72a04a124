"""Who only asks what would be done changes nothing, and is not refused."""

import pytest

from harness.cli import Cli
from harness.server import DevServer


@pytest.mark.parametrize(
    "words",
    [
        ("bulk-cancel-workflows", "--pattern", "."),
        ("run-recipe", "clean-start"),
        ("install-skill",),
    ],
)
def test_it_is_allowed_where_changes_are_not(
    cli: Cli, server: DevServer, words: tuple[str, ...]
) -> None:
    cli(*words, "--read-only").expect(7)
    cli(*words, "--read-only", "--dry-run=false").expect(7)
    cli(*words, "--read-only", "--dry-run").expect(0)


def test_of_a_server_elsewhere(cli: Cli) -> None:
    words = ["bulk-cancel-workflows", "--pattern", ".", "--address", "no-such-host.invalid:7233"]
    cli(*words).expect(7)
    cli(*words, "--dry-run").expect(4)
