"""Lines of JSON for temporal-skill: one for each thing that was seen, each written at once."""

import json
import os
import sys
import threading
import time

_lock = threading.Lock()


def start_ticks():
    """When this process started, as the kernel counts; 0 where it does not say."""
    try:
        with open("/proc/self/stat", "rb") as stat:
            return int(stat.read().rsplit(b") ", 1)[1].split()[19])
    except (OSError, ValueError, IndexError):
        return 0


def write(kind, **values):
    """Adds a line; one that cannot be written is lost, and the project goes on."""
    line = {
        "kind": kind,
        "pid": os.getpid(),
        "start_ticks": str(start_ticks()),
        **values,
    }
    data = (json.dumps(line, ensure_ascii=True, default=str) + "\n").encode()
    path = os.environ.get("TEMPORAL_SKILL_PROBE_FILE")
    if not path:
        return
    try:
        with _lock:
            to = os.open(
                path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600
            )
            try:
                # Other processes of the worker write here, too: whole lines or none.
                os.write(to, data)
            finally:
                os.close(to)
    except OSError as error:
        sys.stderr.write(f"temporal-skill: cannot write '{path}': {error.strerror}\n")


def now_ns():
    return time.time_ns()
