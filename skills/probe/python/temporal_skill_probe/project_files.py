"""Which files are a project's own, and not Python's, a library's or ours."""

import os
import sys
import sysconfig


def _folders():
    paths = sysconfig.get_paths()
    found = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    found.add(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    found.update(
        path for path in sys.path if path.endswith(("site-packages", "dist-packages"))
    )
    return tuple(os.path.realpath(path) + os.sep for path in found)


_LIBRARIES = _folders()


def is_of_project(path):
    return not path.startswith("<") and not os.path.realpath(path).startswith(
        _LIBRARIES
    )
