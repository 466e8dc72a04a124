"""The scenarios of tests/scenarios on a real server, for as long as tests look at them."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .world import TOOLS, World, repository

BUILD_SECONDS = 600.0  # it takes 20, where nothing else runs on the machine
STOP_SECONDS = 120.0


@dataclass
class Scenes:
    """The scenarios as they stand: their workers run until the tests end."""

    rows: list[dict[str, Any]]
    seconds: float


@contextmanager
def scenes_of(script: str, world: World, *names: str) -> Iterator[Scenes]:
    """Those of tests/scenarios/SCRIPT (of these names only), in the world's namespace."""
    begun = time.monotonic()
    out = world.root / "scenarios.json"
    path = repository() / "tests/scenarios" / script
    with (world.root / "scenarios.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, path, world.address, world.namespace, out, *names],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=world.env | {"TMPDIR": str(world.root), "PATH": f"{TOOLS}:{os.environ['PATH']}"},
            cwd=world.root,
        )
    assert process.stdin and process.stdout
    try:
        answered, _, _ = select.select([process.stdout], [], [], BUILD_SECONDS)
        said = process.stdout.readline().decode() if answered else "nothing"
        assert said.startswith("ready"), said + Path(log.name).read_text(errors="replace")
        yield Scenes(json.loads(out.read_text()), time.monotonic() - begun)
    finally:
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        finally:
            process.kill()
            process.wait()
            process.stdout.close()
