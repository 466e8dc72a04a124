"""One allocation fails: a command ends with its exit code and a word, and never by a signal."""

import subprocess
from pathlib import Path

import pytest

from harness.cli import Cli
from harness.server import DevServer
from harness.world import World, repository

# With the last of them settings and plugins are read, and the channel to the server is set up.
FAILURES = 160


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = tmp_path_factory.mktemp("hook") / "fault.so"
    words = ["gcc", "-std=gnu17", "-O1", "-fPIC", "-shared", "-U_FORTIFY_SOURCE", "-o", str(built)]
    source = repository() / "tests/torture/fault_hook.c"
    subprocess.run([*words, str(source), "-ldl"], check=True, capture_output=True)
    return built


@pytest.mark.parametrize("command", ["monitor-worker-health"])
def test_each_allocation_in_turn(
    cli: Cli, world: World, server: DevServer, hook: Path, command: str
) -> None:
    plain = cli(command).code
    for number in range(1, FAILURES):
        env = {
            "LD_PRELOAD": str(hook),
            "FAULT_GROUP": "memory",
            "FAULT_AT": str(number),
            "FAULT_DO": str(12),
        }
        ran = cli(command, env=env)
        assert ran.code in (plain, 4, 70), f"allocation {number}: {ran}"
        assert ran.code == plain or "error: " in ran.err, f"allocation {number}: {ran}"
