"""Python imports this at its start, where temporal-skill has put this folder first on PYTHONPATH.

It steps aside at once: the sitecustomize that it hides is loaded, and this folder leaves sys.path.
Without TEMPORAL_SKILL_PROBE it does nothing else.
"""

import os
import sys


def _step_aside():
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != here]


def _load_hidden():
    from importlib.machinery import PathFinder
    from importlib.util import module_from_spec

    spec = PathFinder.find_spec("sitecustomize")
    if spec is None or spec.loader is None:
        return
    module = module_from_spec(spec)
    sys.modules["sitecustomize"] = module
    spec.loader.exec_module(module)


def _begin():
    if not os.environ.get("TEMPORAL_SKILL_PROBE"):
        _step_aside()
        return
    try:
        import temporal_skill_probe
    except Exception as error:  # noqa: BLE001
        # A broken probe must not cost the project its worker.
        sys.stderr.write(f"temporal-skill: no passport: {error!r}\n")
        _step_aside()
        return
    _step_aside()
    temporal_skill_probe.begin()


_begin()
_load_hidden()
if os.environ.get("TEMPORAL_SKILL_PROBE_SOURCES"):
    sys.modules["temporal_skill_probe"].run_old_main()
