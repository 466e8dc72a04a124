"""Gives a process another clock or another PID, to see whether a workflow's commands depend on it."""

import datetime
import os
import time

_LATER_SECONDS = 7 * 3600 + 1234


def change(what):
    if what == "clock":
        _change_clock()
    elif what == "pid":
        pid = os.getpid() + 1
        os.getpid = lambda: pid


def _change_clock():
    real_time, real_time_ns = time.time, time.time_ns
    time.time = lambda: real_time() + _LATER_SECONDS
    time.time_ns = lambda: real_time_ns() + _LATER_SECONDS * 10**9
    later = datetime.timedelta(seconds=_LATER_SECONDS)
    original = datetime.datetime

    class AsBefore(type):
        def __instancecheck__(cls, value):
            return isinstance(value, original)

        def __subclasscheck__(cls, kind):
            return issubclass(kind, original)

    class datetime_of_later(original, metaclass=AsBefore):
        @classmethod
        def now(cls, tz=None):
            return original.now(tz) + later

        @classmethod
        def utcnow(cls):
            return original.utcnow() + later

        @classmethod
        def today(cls):
            return original.today() + later

    datetime.datetime = datetime_of_later
