"""The fault hook (fault_hook.c), built and used: what a command calls, and one of these calls struck."""

import errno
import re
import subprocess
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from harness.world import repository

from .stage import Ran, Scene

SOURCE = Path(__file__).resolve().parent.parent / "fault_hook.c"


@cache
def hook(folder: Path) -> Path:
    """The shared object, built once for each folder."""
    target = folder / "fault_hook.so"
    words = ["gcc", "-std=gnu17", "-O1", "-g", "-Wall", "-Wextra", "-fPIC", "-shared"]
    # Fortified, it would call itself: open's checked form is one of those that it stands before.
    words += ["-U_FORTIFY_SOURCE", "-o", str(target), str(SOURCE), "-ldl"]
    subprocess.run(words, check=True, cwd=repository())
    return target


@dataclass(frozen=True)
class Call:
    number: int
    name: str
    subject: str

    @property
    def kind(self) -> tuple[str, str]:
        """Calls that do the same to things of the same sort: numbers and chance are taken out."""
        subject = re.sub(r"\.[A-Za-z0-9]{6}$", ".X", self.subject)
        # Of a path what is at its end; a folder above is one of many.
        tail = "/".join(subject.split("/")[-2:])
        tail = re.sub(r"[0-9a-f]{12,}", "H", tail)
        return self.name, re.sub(r"[0-9]+", "N", tail)

    def __str__(self) -> str:
        return f"{self.number} ({self.name} {self.subject})"


def calls(scene: Scene, group: str, words: tuple[str, ...]) -> tuple[Ran, list[Call]]:
    """Run it whole, and list the calls of the group that it made."""
    log = scene.world.root / "calls.log"
    log.unlink(missing_ok=True)
    ran = scene.run(*words, env=hooked(scene) | {"FAULT_GROUP": group, "FAULT_LOG": str(log)})
    made = []
    for line in log.read_text(errors="replace").splitlines() if log.exists() else []:
        number, _, rest = line.partition(" ")
        name, _, subject = rest.partition(" ")
        made.append(Call(int(number), name, subject))
    log.unlink(missing_ok=True)
    return ran, made


def struck(
    scene: Scene,
    group: str,
    call: Call,
    deed: str | int,
    words: tuple[str, ...],
    *,
    onward: bool = False,
) -> Ran:
    env = hooked(scene) | {
        "FAULT_GROUP": group,
        "FAULT_AT": str(call.number),
        "FAULT_NAME": call.name,
        "FAULT_DO": str(deed),
    }
    if onward:
        env["FAULT_ONWARD"] = "1"
    return scene.run(*words, env=env)


def hooked(scene: Scene) -> dict[str, str]:
    return {"LD_PRELOAD": str(hook(scene.stage.folder))}


def spread(made: list[Call], most: int) -> list[Call]:
    """So many of them: of each kind the first, then the last, then what lies between; in their order."""
    kinds: dict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in made:
        kinds[call.kind].append(call)
    order: list[Call] = [same[0] for same in kinds.values()]
    order += [same[-1] for same in kinds.values() if len(same) > 1]
    rest = [call for same in kinds.values() for call in same[1:-1]]
    if most <= 0:
        return []
    room = most - len(order)
    if room > 0 and rest:
        order += rest[:: max(1, len(rest) // room)][:room]
    elif room < 0:
        # Evenly, so that the end of a command is tried as well.
        order = [order[i * len(order) // most] for i in range(most)]
    return sorted(order, key=lambda call: call.number)


# What the kernel really answers, by call; the first is tried always, the others in turn.
_WRITING = (errno.ENOSPC, errno.EIO, errno.EDQUOT)
_OPENING = (errno.EMFILE, errno.EACCES, errno.ENFILE)
ERRORS: dict[str, tuple[int, ...]] = {
    "write": _WRITING,
    "pwrite": _WRITING,
    "pwrite64": _WRITING,
    "fsync": (errno.EIO, errno.ENOSPC),
    "ftruncate": (errno.EIO, errno.EACCES),
    "ftruncate64": (errno.EIO,),
    "mkdir": (errno.ENOSPC, errno.EROFS, errno.EACCES),
    "mkostemp": (errno.ENOSPC, errno.EMFILE, errno.EROFS),
    "mkdtemp": (errno.ENOSPC, errno.EROFS),
    "rename": (errno.EIO, errno.ENOSPC),
    "renameat2": (errno.EIO, errno.ENOSPC),
    "unlink": (errno.EIO, errno.EACCES),
    "rmdir": (errno.EIO,),
    "flock": (errno.ENOLCK, errno.EINTR),
    "posix_spawn": (errno.EAGAIN, errno.ENOMEM),
    "fork": (errno.EAGAIN, errno.ENOMEM),
    "kill": (errno.EPERM,),
    "pidfd_send_signal": (errno.EPERM,),
    "pidfd_open": (errno.EMFILE, errno.ENOMEM),
    "open": _OPENING,
    "open64": _OPENING,
    "openat": _OPENING,
    "fopen": _OPENING,
    "opendir": _OPENING,
    "fdopendir": (errno.ENOMEM,),
    "pipe2": (errno.EMFILE,),
    "eventfd": (errno.EMFILE,),
    "inotify_init1": (errno.EMFILE,),
    "inotify_add_watch": (errno.ENOSPC,),
    "timerfd_create": (errno.EMFILE,),
    "memfd_create": (errno.EMFILE,),
    "socket": (errno.EMFILE,),
    "poll": (errno.ENOMEM, errno.EINTR),
    "read": (errno.EIO, errno.EINTR),
    "pread": (errno.EIO, errno.EINTR),
    "connect": (errno.EADDRNOTAVAIL, errno.ENETUNREACH),
    "send": (errno.ENOBUFS, errno.EPIPE),
    "recv": (errno.ECONNRESET,),
    "waitid": (errno.EINTR,),
    "waitpid": (errno.EINTR,),
}
CHECKED = re.compile(r"^__(\w+?)(64)?(_chk|_2)$")


def errors_of(call: Call) -> tuple[int, ...]:
    name = CHECKED.sub(r"\1", call.name)
    return ERRORS.get(name, (errno.EIO,) if name.startswith(("f", "p")) else (errno.EACCES,))
