"""Each call of the C library and each allocation of a changing command fails in turn, as a full disk, a dying one,
too many open files or too little memory make it fail.

Whoever is told of success has it; else the error is clear, nothing is lost, and the next call goes well."""

import errno
import re
from collections.abc import Iterator

from .acts import Act, Problems, chosen
from .area import Area
from .faults import Call, calls, errors_of, spread, struck
from .killed import check_files, check_records, check_stop, stop_words
from .stage import Ran, Scene, Stage

# negative, not found, unavailable, timeout, denied: what a failing machine may lead to. Usage (2) would blame the
# user, internal (70) the program.
CODES = (1, 3, 4, 5, 7)
OUT_OF_MEMORY = (1, 3, 4, 5, 7, 70)
LOOKS = (
    "list-workers --all",
    "show-server",
    "list-plugins",
    "doctor",
    "show-settings",
    "list-recipes",
    "monitor-worker-health",
    "show-worker-log",
)


def run(stage: Stage, area: Area) -> None:
    for act in chosen(stage.long):
        with stage.scene() as scene:
            act.prepare(scene)
            _, made = calls(scene, "calls", act.words)
            expected = scene.files()
            scene.run(*act.words)
            expected |= scene.files()
            scene.run(*stop_words(scene))
            expected |= scene.files()
        most = stage.most(1 if act.heavy else 6, 25 if act.heavy else 70)
        for turn, call in enumerate(spread(made, most)):
            for deed in deeds(call, turn, stage.long and not act.heavy):
                _fail(stage, area, act, "calls", call, deed, expected)
        with stage.scene() as scene:
            act.prepare(scene)
            _, made = calls(scene, "memory", act.words)
        for call in evenly(made, stage.most(0 if act.heavy else 4, 10 if act.heavy else 50)):
            _fail(stage, area, act, "memory", call, errno.ENOMEM, expected)
    _fail_looks(stage, area)


def deeds(call: Call, turn: int, all_of_them: bool) -> Iterator[str | int]:
    """With which error, or how cut short."""
    errors = errors_of(call)
    if call.subject == BOOT_ID:
        # A sandbox denies it always or never, and what one call alone is denied would tell it of another boot.
        errors = tuple(error for error in errors if error != errno.EACCES)
    if all_of_them:
        yield from errors
    else:
        yield errors[turn % len(errors)]
    # Not send: what is small goes into a socket whole, and libcurl counts on it.
    if "write" in call.name or call.name in ("read", "pread"):
        yield "short"


def evenly(made: list[Call], most: int) -> list[Call]:
    if most == 0:
        return []
    return made if len(made) <= most else [made[i * len(made) // most] for i in range(most)]


def name_of(deed: str | int) -> str:
    return deed if isinstance(deed, str) else errno.errorcode[deed]


BOOT_ID = "/proc/sys/kernel/random/boot_id"
SECOND_LOG = re.compile(r"logs/worker-app-[0-9a-fN]{1,8}\.log")

# A command that has outcomes to tell gives the reason in its headline: "…, 3 not sent: cannot reach …", "…; of 1 it is
# not known, 2 not sent: whether … was done is not known: … its answer was lost: send failure", "failed: 'app' at the
# step 'worker': cannot write …". What failed and why are both needed.
HEADLINE = re.compile(
    r"[^\n]*\b\d+ not sent: (cannot \S|no answer from '|[^\n]*\bits answer was lost: \S)"
    r"|failed: '[^'\n]+' at the step '[^'\n]+': \S"
)


# A signal that came in between, or half of what was asked for, is nothing that fails.
def _is_none(deed: str | int) -> bool:
    return deed in ("short", errno.EINTR)


def check_answer(ran: Ran, codes: tuple[int, ...], well: int) -> Problems:
    """How it ended, and whether it says why."""
    if ran.hung:
        return [("hangs", ran.text)]
    if ran.crashed:
        return [("crash", f"signal {-ran.code}: {ran.text}")]
    if ran.code == well:
        return []
    if ran.code not in codes:
        return [("wrong exit code", ran.text)]
    if not (ran.out + ran.err).strip():
        return [("says nothing", ran.text)]
    told = re.search(r"^error: \S", ran.err, re.MULTILINE) or HEADLINE.match(ran.out)
    if ran.code != 1 and not told:
        return [("no error told", ran.text)]
    return []


def _fail(
    stage: Stage, area: Area, act: Act, group: str, call: Call, deed: str | int, expected: set[str]
) -> None:
    with stage.scene() as scene:
        act.prepare(scene)
        ran = struck(scene, group, call, deed, act.words)
        problems = check_answer(ran, OUT_OF_MEMORY if deed == errno.ENOMEM else CODES, act.code)
        if ran.code == act.code:
            problems += [("success that is none: " + kind, seen) for kind, seen in act.done(scene)]
        elif _is_none(deed):
            problems.append(("fails where nothing failed", ran.text))
        problems += check_records(scene)
        if call.name == "symlink" and call.subject.endswith(".project"):
            # The plain name cannot be claimed: the log gets the one with a hash, as on a disk without links.
            expected = expected | {name for name in scene.files() if SECOND_LOG.fullmatch(name)}
        problems += _check_again(scene, act, expected)
        if act.heavy:
            problems += check_stop(scene)
        area.case(f"{act.name}: {name_of(deed)} at call {call}", problems)


def _check_again(scene: Scene, act: Act, expected: set[str]) -> Problems:
    ran = scene.run(*act.words)
    problems = act.done(scene)
    if ran.code not in (act.code, act.again) and not (act.once and ran.code in (2, 7)):
        problems.append(("the next call fails", ran.text))
    return [("after it: " + kind, seen) for kind, seen in problems] + check_files(scene, expected)


def _fail_looks(stage: Stage, area: Area) -> None:
    """Commands that only look: a clear answer, whatever fails."""
    for words in (tuple(text.split()) for text in LOOKS):
        with stage.scene() as scene:
            scene.use_server()
            scene.make_project()
            ran, made = calls(scene, "calls", words)
            well = ran.code
            _, memory = calls(scene, "memory", words)
            for turn, call in enumerate(spread(made, stage.most(4, 60))):
                for deed in deeds(call, turn, stage.long):
                    _fail_look(scene, area, words, ("calls", call, deed), well)
            for call in evenly(memory, stage.most(3, 40)):
                _fail_look(scene, area, words, ("memory", call, errno.ENOMEM), well)


def _fail_look(
    scene: Scene, area: Area, words: tuple[str, ...], strike: tuple[str, Call, str | int], well: int
) -> None:
    group, call, deed = strike
    ran = struck(scene, group, call, deed, words)
    problems = check_answer(ran, OUT_OF_MEMORY if deed == errno.ENOMEM else CODES, well)
    if _is_none(deed) and ran.code != well:
        problems.append(("fails where nothing failed", ran.text))
    area.case(f"{' '.join(words)}: {name_of(deed)} at call {call}", problems)
