"""When a process that does not poll has done all that it is here for, and its end."""

import os
import sys
import threading
import time

# So long after its last worker was made, or the last replay ended, no further worker is expected.
QUIET_SECONDS = 0.3
# A program may ask the server something before it makes the next worker; one that asks again and
# again, till its worker is listed, say, is not waited for.
ASKING_SECONDS = 1.0

_changed = threading.Condition()
_touched = 0
_busy = 0
_begun = False
_last = time.monotonic()


def touch():
    """Something happened: what comes next may follow."""
    global _touched, _last
    with _changed:
        _touched += 1
        _last = time.monotonic()
        _changed.notify_all()


def asks():
    """The program asks the server for something."""
    global _touched
    with _changed:
        if time.monotonic() - _last < ASKING_SECONDS:
            _touched += 1
            _changed.notify_all()


def begin():
    """From now on the process ends once it is quiet."""
    global _begun
    with _changed:
        if _begun:
            return
        _begun = True
    threading.Thread(target=_watch, name="temporal-skill", daemon=True).start()


def busy(by):
    global _busy
    with _changed:
        _busy += by
    touch()


def _is_quiet():
    """Whether nothing happened for that long, and nothing is under way."""
    seen = _touched
    return not _changed.wait_for(lambda: _touched != seen, QUIET_SECONDS) and not _busy


def _watch():
    with _changed:
        while not _is_quiet():
            pass
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
