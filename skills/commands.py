"""What list-commands says of the program's own commands."""

import json
import os
import subprocess
import tempfile
from typing import Any


def commands(program: str) -> list[dict[str, Any]]:
    """The rows of list-commands, without the plugins of whoever calls this."""
    with tempfile.TemporaryDirectory() as empty:
        listed = subprocess.run(
            [os.path.abspath(program), "list-commands", "-o", "json"],
            check=True,
            stdout=subprocess.PIPE,
            cwd=empty,
            env={"PATH": os.environ["PATH"], "HOME": empty},
        )
    rows: list[dict[str, Any]] = json.loads(listed.stdout)["commands"]
    return rows
