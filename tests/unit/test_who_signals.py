"""Signals go through one door: whoever else calls kill or its kin would signal what nobody judged.

core/process/may_signal.c decides who may be signalled, stop.c and pipe.c ask it (a child of ours needs no
asking), linux.c calls the kernel. trial_load.c ends the child that it forked and did not reap yet.
"""

import re
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]

KERNEL = re.compile(
    r"\b(kill|killpg|tgkill|tkill|pidfd_send_signal|sigqueue|pthread_kill|SYS_kill|SYS_pidfd_send_signal)\s*[(,]"
)
DOOR = re.compile(r"\b(system_signal|stop_guarded|stop_granted)\s*\(")

MAY_CALL_THE_KERNEL = {"core/process/linux.c", "core/plugins/trial_load.c"}
MAY_USE_THE_DOOR = {
    "core/process/guard.c",
    "core/process/lifetime.c",
    "core/process/linux.c",
    "core/process/pipe.c",
    "core/process/stop.c",
}


def without_talk(text: str) -> str:
    """The source without comments and strings, which may well say 'kill'."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r'"(?:\\.|[^"\\\n])*"', '""', text)


def users(pattern: re.Pattern[str]) -> set[str]:
    found = set()
    for path in [*REPOSITORY.glob("core/**/*.c"), *REPOSITORY.glob("plugins/**/*.c")]:
        if pattern.search(without_talk(path.read_text())):
            found.add(str(path.relative_to(REPOSITORY)))
    return found


def test_only_one_place_calls_the_kernel() -> None:
    assert users(KERNEL) <= MAY_CALL_THE_KERNEL
    assert "core/process/linux.c" in users(KERNEL)


def test_only_those_that_ask_use_it() -> None:
    assert users(DOOR) == MAY_USE_THE_DOOR


def test_the_door_asks_the_judge() -> None:
    stop = (REPOSITORY / "core/process/stop.c").read_text()
    body = stop[stop.index("enum tsk_status stop_family(") :]
    assert body.index("tsk_may_signal(") < body.index("stop_granted(")
