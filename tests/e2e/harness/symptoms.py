"""What --save-symptoms wrote of a scenario, as a file of tests/symptoms: without what is of this machine or run."""

import json
import re
import socket
import sys
from pathlib import Path
from typing import Any

from .world import World, repository

# Of a longer text its begin and its end are kept: where what went wrong is told, and where in the code it was.
LONGEST = 5000
END = 1500


def shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: shortened(its) for name, its in value.items()}
    if isinstance(value, list):
        return [shortened(its) for its in value]
    if isinstance(value, str) and len(value) > LONGEST:
        return f"{value[: LONGEST - END]} ... {value[-END:]}"
    return value


def scrubbed(text: str, world: World) -> str:
    places = {
        str(world.root): "/tmp/world",
        str(repository() / ".deps"): "/venv",
        str(Path(sys.prefix).resolve()): "/venv",
        str(Path(sys.base_prefix).resolve()): "/usr",
        str(repository()): "/app",
        world.namespace: "default",
        world.address: "localhost:7233",
        f"@{socket.gethostname()}": "@this-host",
    }
    for place in sorted(places, key=len, reverse=True):
        text = text.replace(place, places[place])
    return re.sub(r"/tmp/world/scenarios-\w+", "/tmp/world/scenarios", text)


def keep(symptoms: Path, row: dict[str, Any], directory: Path, world: World) -> None:
    """Leave it in the directory, with what the scenario expects."""
    recorded = shortened(json.loads(scrubbed(symptoms.read_text(), world)))
    expected = {name: value for name, value in row["expected"].items() if value}
    whole = {"why": row["why"], "expected": expected, **recorded}
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / f"{row['name']}.json"
    path.write_text(json.dumps(whole, indent="\t", ensure_ascii=False) + "\n")
