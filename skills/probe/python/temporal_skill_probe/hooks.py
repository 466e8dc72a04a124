"""Where the SDK's Worker is made and run, and what is done there instead."""

import functools
import os

from temporal_skill_probe import lines

# Frames of the SDK and of this package, which the project did not write.
_BEYOND = (
    os.sep + "temporalio" + os.sep,
    os.sep + "temporal_skill_probe" + os.sep,
    os.sep + "asyncio" + os.sep,
)


def attach(module):
    worker = module.Worker
    mode = os.environ["TEMPORAL_SKILL_PROBE"]
    made = worker.__init__

    @functools.wraps(made)
    def __init__(self, *args, **kwargs):
        try:
            made(self, *args, **kwargs)
        except BaseException as error:
            _tell_refused(error)
            raise
        _tell(self)

    worker.__init__ = __init__
    if mode != "describe":
        from temporal_skill_probe import instead_of_polling

        instead_of_polling.attach(module, mode)


def _tell(worker):
    from temporal_skill_probe import passport

    try:
        lines.write("worker", at=lines.now_ns(), **passport.describe_worker(worker))
    except Exception as error:  # noqa: BLE001
        # What this version of the SDK keeps elsewhere is not known; its worker runs all the same.
        lines.write("unknown", problem=f"{type(error).__name__}: {error}")
    if os.environ.get("TEMPORAL_SKILL_PROBE_KEEP"):
        from temporal_skill_probe import earlier_sources

        earlier_sources.keep(os.environ["TEMPORAL_SKILL_PROBE_KEEP"])


def _tell_refused(error):
    from temporal_skill_probe import passport

    lines.write(
        "refused",
        error=type(error).__name__,
        message=str(error)[:4000],
        **passport.caller(_BEYOND),
    )
