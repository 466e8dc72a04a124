import ctypes


def broken_call() -> None:
    ctypes.string_at(0)
