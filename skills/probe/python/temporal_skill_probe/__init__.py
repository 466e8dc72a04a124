"""What temporal-skill has to say to a project's own Temporal SDK, from inside its process.

Environment:

TEMPORAL_SKILL_PROBE            describe, stop or replay
TEMPORAL_SKILL_PROBE_FILE       the file that lines of JSON are added to
TEMPORAL_SKILL_PROBE_HISTORIES  replay: a folder for the histories and for asking for them
TEMPORAL_SKILL_PROBE_OFFLINE    stop, replay: the project's client connects to nobody
TEMPORAL_SKILL_PROBE_DOOR       stop, replay: what TEMPORAL_ADDRESS was set to, for those who ignore us
TEMPORAL_SKILL_PROBE_ADDRESS    ... and the right one, which stands in for it
TEMPORAL_SKILL_PROBE_SOURCES    a folder of earlier sources, which stand in for those on disk
TEMPORAL_SKILL_PROBE_KEEP       describe: a folder to keep the sources of the worker in
TEMPORAL_SKILL_PROBE_CHANGE     replay: "clock=SECONDS,pid=N,random=N": what it is to find instead

Modules here are imported when they are needed: a process that makes no worker pays for this file.
"""

import os
import sys

# The modules of the SDK that are hooked, in each version from 1.7 to 1.35.
WORKER = "temporalio.worker._worker"
SERVICE = "temporalio.service"


class _AfterImport:
    """Finds those as the finders behind it do, and hooks each once it has been loaded."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name not in (WORKER, SERVICE):
            return None
        spec = _found_by_others(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        run = spec.loader.exec_module

        def exec_module(module):
            run(module)
            _hook(module)

        spec.loader.exec_module = exec_module
        return spec


def _found_by_others(name, path, target):
    for finder in sys.meta_path:
        if finder is not _AfterImport and hasattr(finder, "find_spec"):
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                return spec
    return None


def _hook(module):
    if module.__name__ == WORKER:
        from temporal_skill_probe import hooks

        hooks.attach(module)
    elif os.environ["TEMPORAL_SKILL_PROBE"] != "describe":
        from temporal_skill_probe import only_reads

        only_reads.attach(module)


def _tell_begin():
    from temporal_skill_probe import lines

    if os.environ.get("TEMPORAL_ADDRESS") == os.environ.get(
        "TEMPORAL_SKILL_PROBE_DOOR", ""
    ):
        os.environ["TEMPORAL_ADDRESS"] = os.environ["TEMPORAL_SKILL_PROBE_ADDRESS"]
    lines.write("begins")


def begin():
    if os.environ["TEMPORAL_SKILL_PROBE"] != "describe":
        _tell_begin()
    if os.environ.get("TEMPORAL_SKILL_PROBE_SOURCES"):
        from temporal_skill_probe import earlier_sources

        earlier_sources.stand_in(os.environ["TEMPORAL_SKILL_PROBE_SOURCES"])
    if os.environ.get("TEMPORAL_SKILL_PROBE_CHANGE"):
        from temporal_skill_probe import changed_world

        changed_world.change(os.environ["TEMPORAL_SKILL_PROBE_CHANGE"])
    sys.meta_path.insert(0, _AfterImport)


def run_old_main():
    from temporal_skill_probe import earlier_sources

    earlier_sources.run_main()
