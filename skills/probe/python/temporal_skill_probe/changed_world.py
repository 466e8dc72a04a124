"""Gives a process another clock, PID or seed of chance, to see what a workflow's commands depend on."""

import datetime
import os
import random
import time


def change(words):
    """words: "clock=SECONDS,pid=N,random=N", each of which may be left out."""
    for word in words.split(","):
        what, _, value = word.partition("=")
        _CHANGES[what](int(value))


def _change_pid(pid):
    os.getpid = lambda: pid


def _change_clock(seconds):
    """The clock shows that time and stands still: two replays differ by nothing else."""
    original = datetime.datetime
    epoch = original(1970, 1, 1)
    time.time = lambda: float(seconds)
    time.time_ns = lambda: seconds * 10**9

    class AsBefore(type):
        def __instancecheck__(cls, value):
            return isinstance(value, original)

        def __subclasscheck__(cls, kind):
            return issubclass(kind, original)

    class Elsewhen(original, metaclass=AsBefore):
        @classmethod
        def now(cls, tz=None):
            return original.fromtimestamp(seconds, tz)

        @classmethod
        def utcnow(cls):
            return epoch + datetime.timedelta(seconds=seconds)

        @classmethod
        def today(cls):
            return original.fromtimestamp(seconds)

    datetime.datetime = Elsewhen


_CHANGES = {"pid": _change_pid, "clock": _change_clock, "random": random.seed}
