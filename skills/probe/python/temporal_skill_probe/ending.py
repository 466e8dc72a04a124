"""When a process that does not poll has done all that it is here for, and its end."""

import atexit
import os
import sys
import threading

# So long after its last worker was made, or the last replay ended, no further worker is expected.
QUIET_SECONDS = 0.3

_changed = threading.Condition()
_touched = 0
_busy = 0
_begun = False
_last_words = []


def touch():
    """Something happened: what comes next may follow."""
    global _touched
    with _changed:
        _touched += 1
        _changed.notify_all()


def begin():
    """From now on the process ends once it is quiet."""
    global _begun
    with _changed:
        if _begun:
            return
        _begun = True
    atexit.register(_say_last_words)
    threading.Thread(target=_watch, name="temporal-skill", daemon=True).start()


def busy(by):
    global _busy
    with _changed:
        _busy += by
    touch()


def at_end(function):
    """What is to be said before the process ends, however it does."""
    _last_words.append(function)


def _say_last_words():
    while _last_words:
        _last_words.pop(0)()


def _watch():
    with _changed:
        while True:
            seen = _touched
            if not _changed.wait_for(lambda: _touched != seen, QUIET_SECONDS) and not _busy:
                break
    _say_last_words()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
