"""Disks that are full, or fill between two writes: a small tmpfs as PID_DIR, LOG_DIR, home and project.

The error says so; what was started is told or ended; with room again, the next call goes well."""

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .acts import Act, Problems, chosen
from .area import Area
from .failing import check_answer
from .killed import check_files, check_records, check_seen, check_stop, stop_words
from .stage import Scene, Stage

PAGE = 4096
SIZE = 24 << 20
# Full: what cannot be done, or was not found because it could not be made.
CODES = (1, 3, 4, 5, 7)


def run(stage: Stage, area: Area) -> None:
    _full_output(stage, area)
    _size_limits(stage, area)
    if os.geteuid() != 0 or not _can_mount(stage):
        area.skip("disks: need root and the right to mount")
        return
    for act in chosen(stage.long):
        with disk_scene(stage) as scene:
            act.prepare(scene)
            free = _free(scene)
            scene.run(*act.words)
            # What it takes, in pages; so much and less is what it gets.
            taken = max(1, -(-(free - _free(scene)) // PAGE))
            expected = scene.files()
            scene.run(*act.words)
            expected |= scene.files()
            scene.run(*stop_words(scene))
            expected |= scene.files()
        for pages in _steps(taken, stage.most(2 if act.heavy else 3, 8 if act.heavy else 24)):
            _fill(stage, area, act, pages, expected)


def _steps(taken: int, most: int) -> list[int]:
    return sorted({taken * i // most for i in range(most)})


def _can_mount(stage: Stage) -> bool:
    folder = stage.folder / "mount"
    folder.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "none", str(folder)], stderr=subprocess.DEVNULL
    ).returncode:
        return False
    subprocess.run(["umount", str(folder)], check=True)
    return True


@contextmanager
def disk_scene(stage: Stage) -> Iterator[Scene]:
    """A scene whose world is a disk of its own."""
    with stage.scene() as scene:
        root = scene.world.root
        mode = f"size={SIZE},mode=700"
        subprocess.run(["mount", "-t", "tmpfs", "-o", mode, "none", str(root)], check=True)
        try:
            for folder in (scene.world.home, scene.world.project_dir):
                folder.mkdir(parents=True)
            yield scene
        finally:
            scene.world.sweep()
            subprocess.run(["umount", "--lazy", str(root)], check=True)


def _free(scene: Scene) -> int:
    about = os.statvfs(scene.world.root)
    return about.f_bavail * about.f_frsize


def _fill(stage: Stage, area: Area, act: Act, pages: int, expected: set[str]) -> None:
    with disk_scene(stage) as scene:
        act.prepare(scene)
        before = {process.pid for process in scene.world.running()}
        ballast = scene.world.root / "ballast"
        _take(scene, ballast, _free(scene) - pages * PAGE)
        ran = scene.run(*act.words)
        problems = check_answer(ran, CODES, act.code)
        if ran.code == act.code:
            problems += [("success that is none: " + kind, seen) for kind, seen in act.done(scene)]
        problems += check_seen(scene, act, before)
        problems += check_records(scene)
        ballast.unlink()
        again = scene.run(*act.words)
        if again.code not in (act.code, act.again) and not (act.once and again.code in (2, 7)):
            problems.append(("with room, the next call fails", again.text))
        problems += [("with room: " + kind, seen) for kind, seen in act.done(scene)]
        problems += check_files(scene, expected)
        if act.heavy:
            problems += check_stop(scene)
        area.case(f"{act.name}: {pages} pages free", problems)


def _take(scene: Scene, path: Path, size: int) -> None:
    with path.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(1, size))


# ---- without a disk of one's own ----

# Of a list without a row jsonl writes nothing, and nothing fails.
LISTS = ("list-workers", "list-recent-workflows", "find-stalled-workflows")
ANSWERS = (
    "list-commands",
    "show-settings",
    "list-plugins",
    "list-recipes",
    "doctor",
    "list-workers",
    "show-server",
    "diagnose",
    "list-recent-workflows",
    "find-stalled-workflows",
    "show-recipe clean-start",
    "completion bash",
    "kill-worker",
    "--help",
    "--version",
    "ensure-worker --help",
)


def _full_output(stage: Stage, area: Area) -> None:
    """An answer that nobody gets is no success."""
    with stage.scene() as scene, open("/dev/full", "w") as full:
        scene.use_server()
        scene.make_project()
        if stage.long:
            _give_rows(scene)
        for text in ANSWERS:
            for form in ("text", "json", "jsonl") if stage.long else ("text",):
                ran = scene.run(
                    *text.split(), *(() if text[0] == "-" else ("-o", form)), stdout=full.fileno()
                )
                problems: Problems = []
                if ran.crashed or ran.hung:
                    problems.append(("crash", ran.text))
                elif ran.code == 0:
                    problems.append(
                        ("success that is none", f"exit 0, nothing was written: {ran.err}")
                    )
                elif not ran.err.strip():
                    problems.append(("says nothing", ran.text))
                area.case(f"{text} as {form} into /dev/full", problems)


def _give_rows(scene: Scene) -> None:
    """Something for each list to tell of: a worker, a workflow, and one that stalls."""
    started = scene.run("ensure-worker")
    assert started.code == 0, started.text
    scene.temporal.start_workflow("Parcel", task_queue="nobody", id="stalled-of-torture")
    for text in LISTS:
        rows = ""
        for _ in range(100):
            rows = scene.run(*text.split(), "-o", "jsonl").out
            if rows:
                break
        assert rows, f"{text} has no row"


def _size_limits(stage: Stage, area: Area) -> None:
    """A quota: files may not grow beyond a limit, and whoever tries is sent a signal."""
    acts = [act for act in chosen(stage.long) if not act.heavy]
    for act in acts:
        for size in (0, 100, 5000) if stage.long else (0,):
            with stage.scene() as scene:
                act.prepare(scene)

                def limit(size: int = size) -> None:
                    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

                ran = scene.run(*act.words, limit=limit)
                problems = check_answer(ran, CODES, act.code)
                if ran.code == act.code:
                    problems += [
                        ("success that is none: " + kind, seen) for kind, seen in act.done(scene)
                    ]
                problems += check_records(scene)
                area.case(f"{act.name}: files of {size} bytes at most", problems)
