"""The probe's parts that need no server: what an open run's next worker gets, places in code, sources of before."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.history.v1 import HistoryEvent

REPOSITORY = Path(__file__).resolve().parents[2]
PROBE = REPOSITORY / "skills/probe/python"
sys.path.append(str(PROBE))

# What runs in others' processes has no annotations.
commands: Any = import_module("temporal_skill_probe.commands")
project_files: Any = import_module("temporal_skill_probe.project_files")
replay: Any = import_module("temporal_skill_probe.replay")

# ---- histories ----


def history(*kinds: str) -> list[HistoryEvent]:
    """Events of these kinds, in order; of a workflow on the queue `work`."""
    events = [
        HistoryEvent(event_id=at + 1, event_type=EventType.Value(f"EVENT_TYPE_{kind}"))
        for at, kind in enumerate(kinds)
    ]
    started = events[0].workflow_execution_started_event_attributes
    started.task_queue.name = "work"
    started.original_execution_run_id = "run"
    return events


def names(events: list[HistoryEvent]) -> list[str]:
    return [EventType.Name(event.event_type).removeprefix("EVENT_TYPE_") for event in events]


STARTED, SCHEDULED, TASK, DONE = (
    "WORKFLOW_EXECUTION_STARTED",
    "WORKFLOW_TASK_SCHEDULED",
    "WORKFLOW_TASK_STARTED",
    "WORKFLOW_TASK_COMPLETED",
)
FAILED, SIGNALED = "WORKFLOW_TASK_FAILED", "WORKFLOW_EXECUTION_SIGNALED"


@pytest.mark.parametrize(
    "kinds",
    [
        (STARTED, SCHEDULED, TASK, DONE),
        (STARTED, SCHEDULED, TASK, DONE, "WORKFLOW_EXECUTION_COMPLETED"),
        (STARTED, SCHEDULED, TASK, "WORKFLOW_EXECUTION_TERMINATED"),
        (STARTED, "WORKFLOW_EXECUTION_TIMED_OUT"),
        (STARTED, SCHEDULED, TASK, DONE, "WORKFLOW_EXECUTION_CONTINUED_AS_NEW"),
    ],
)
def test_one_that_has_nothing_to_do(kinds: tuple[str, ...]) -> None:
    assert names(replay.up_to_now(history(*kinds))) == list(kinds)


@pytest.mark.parametrize(
    "kinds",
    [
        (STARTED,),
        (STARTED, SCHEDULED),
        (STARTED, SCHEDULED, TASK),
        (STARTED, SCHEDULED, TASK, FAILED),
        (STARTED, SCHEDULED, TASK, FAILED, SCHEDULED, TASK),
        (STARTED, SCHEDULED, TASK, DONE, SIGNALED),
        (STARTED, SCHEDULED, TASK, DONE, SIGNALED, SCHEDULED),
        (STARTED, SCHEDULED, TASK, DONE, "TIMER_STARTED"),
        (STARTED, SCHEDULED, TASK, "WORKFLOW_TASK_TIMED_OUT", SCHEDULED),
    ],
)
def test_the_task_that_comes_next(kinds: tuple[str, ...]) -> None:
    events = replay.up_to_now(history(*kinds))
    last = [kind for kind in kinds]
    while last[-1] in (SCHEDULED, TASK):
        last.pop()
    assert names(events) == [*last, SCHEDULED, TASK]
    assert [event.event_id for event in events] == list(range(1, len(events) + 1))
    assert events[-2].workflow_task_scheduled_event_attributes.task_queue.name == "work"
    assert events[-1].workflow_task_started_event_attributes.scheduled_event_id == len(events) - 1


def test_its_events_are_left_as_they_are() -> None:
    events = history(STARTED, SCHEDULED, TASK)
    replay.up_to_now(events)
    assert names(events) == [STARTED, SCHEDULED, TASK]
    assert replay.up_to_now([]) == []


# ---- what differs ----


def scheduled(number: int, name: str) -> HistoryEvent:
    event = HistoryEvent(event_id=number)
    event.activity_task_scheduled_event_attributes.activity_type.name = name
    return event


def timer(number: int) -> HistoryEvent:
    event = HistoryEvent(event_id=number)
    event.timer_started_event_attributes.timer_id = "1"
    return event


AT = {"file": "/p/flows.py", "line": 7, "function": "run"}
LATER = {"file": "/p/flows.py", "line": 9, "function": "run"}


def difference(events: list[HistoryEvent], asked: list[Any], message: str = "") -> dict[str, Any]:
    seen = commands.Watched(events)
    seen.asked = asked
    found: dict[str, Any] = seen.difference(message)
    return found


def test_another_activity() -> None:
    assert difference([scheduled(5, "pack")], [("activity", "wrap", AT)]) == {
        "event_id": 5,
        "expected": "activity pack",
        "got": "activity wrap",
        **AT,
    }


def test_a_timer_before() -> None:
    found = difference(
        [scheduled(5, "pack"), timer(9)],
        [("activity", "pack", AT), ("activity", "send", LATER), ("timer", "", LATER)],
    )
    assert (found["event_id"], found["expected"], found["got"]) == (9, "timer", "activity send")
    assert found["line"] == 9


def test_the_code_asks_for_less() -> None:
    found = difference([scheduled(5, "pack"), timer(9)], [("activity", "pack", AT)])
    assert (found["event_id"], found["expected"]) == (9, "timer")
    assert "got" not in found and found["after"] and found["line"] == 7


def test_the_code_asks_for_more() -> None:
    found = difference([], [("activity", "pack", AT)], "something (event_id: 12)")
    assert (found["event_id"], found["got"]) == (12, "activity pack")
    assert "expected" not in found


def test_nothing_is_known() -> None:
    assert difference([], []) == {"after": False}


# ---- places ----


def test_which_files_are_of_the_project(tmp_path: Path) -> None:
    assert project_files.is_of_project(str(tmp_path / "flows.py"))
    for path in (os.__file__, pytest.__file__, commands.__file__, "<string>"):
        assert not project_files.is_of_project(path), path


def test_the_innermost_line_of_the_project(tmp_path: Path) -> None:
    mine = tmp_path / "flows.py"
    trace = (
        f'  File "{os.__file__}", line 3, in walk\n'
        f'  File "{mine}", line 12, in run\n    x\n'
        f'  File "{mine}", line 30, in price\n    y\n'
        f'  File "{json.__file__}", line 99, in loads\n'
    )
    assert commands._place_of_trace(trace) == {
        "file": str(mine),
        "line": 30,
        "function": "price",
    }
    assert commands._place_of_trace("") == {}


# ---- a process with the probe ----


def run(
    words: list[str], folder: Path, mode: str | None = "describe", **more: str
) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROBE), "PYTHONDONTWRITEBYTECODE": "1"}
    if mode:
        env["TEMPORAL_SKILL_PROBE"] = mode
    env |= {f"TEMPORAL_SKILL_PROBE_{name}": value for name, value in more.items()}
    return subprocess.run(
        [sys.executable, *words], cwd=folder, env=env, capture_output=True, text=True, timeout=60
    )


def test_it_steps_aside(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "import sys; print([p for p in sys.path if 'probe' in p], 'temporal_skill_probe' in sys.modules)"
    )
    assert run(["main.py"], tmp_path, None).stdout == "[] False\n"
    assert run(["main.py"], tmp_path).stdout == "[] True\n"


def test_the_hidden_sitecustomize_is_loaded(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/sitecustomize.py").write_text("print('own')")
    (tmp_path / "main.py").write_text("import sitecustomize; print(sitecustomize.__file__)")
    env = {"PYTHONPATH": f"{PROBE}:{tmp_path}/site", "TEMPORAL_SKILL_PROBE": "describe"}
    told = subprocess.run(
        [sys.executable, "main.py"], cwd=tmp_path, env=env, capture_output=True, text=True
    )
    assert told.stdout == f"own\n{tmp_path}/site/sitecustomize.py\n"


def test_the_right_address_comes_back(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("import os; print(os.environ['TEMPORAL_ADDRESS'])")
    lines = tmp_path / "lines"
    env = {
        "PYTHONPATH": str(PROBE),
        "TEMPORAL_SKILL_PROBE": "replay",
        "TEMPORAL_SKILL_PROBE_FILE": str(lines),
        "TEMPORAL_SKILL_PROBE_DOOR": "127.0.0.1:9",
        "TEMPORAL_SKILL_PROBE_ADDRESS": "right:7233",
    }
    for given, seen in (("127.0.0.1:9", "right:7233"), ("own:1", "own:1")):
        told = subprocess.run(
            [sys.executable, "main.py"],
            cwd=tmp_path,
            env=env | {"TEMPORAL_ADDRESS": given},
            capture_output=True,
            text=True,
        )
        assert told.stdout == f"{seen}\n", told.stderr
    kinds = [json.loads(line)["kind"] for line in lines.read_text().splitlines()]
    assert kinds == ["begins", "begins"]


def earlier(folder: Path, texts: dict[str, str]) -> str:
    """A folder of kept sources, as a worker leaves it."""
    kept = folder / "kept"
    kept.mkdir()
    index = {}
    for name, text in texts.items():
        hashed = hashlib.sha256(text.encode()).hexdigest()[:32] + ".py"
        (kept / hashed).write_text(text)
        index[str(folder / name)] = hashed
    (kept / "sources.json").write_text(json.dumps(index))
    return str(kept)


OLD = {
    "main.py": "import part, sys; print('old', part.WORD, sys.argv[1:])",
    "part.py": "WORD = 'old'",
}
NEW = {
    "main.py": "import part, sys; print('new', part.WORD, sys.argv[1:])",
    "part.py": "WORD = 'new'",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name, text in NEW.items():
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ["main.py", "a"],
        ["./main.py", "a"],
        ["-X", "dev", "main.py", "a"],
        ["-u", "main.py", "a"],
        ["-m", "main", "a"],
    ],
)
def test_the_earlier_sources_run(project: Path, words: list[str]) -> None:
    told = run(words, project, SOURCES=earlier(project, OLD))
    assert told.stdout == "old old ['a']\n", told.stderr
    assert run(words, project).stdout == "new new ['a']\n"


def test_by_its_whole_path(project: Path) -> None:
    told = run([str(project / "main.py")], project, SOURCES=earlier(project, OLD))
    assert told.stdout == "old old []\n", told.stderr


def test_a_package(project: Path) -> None:
    (project / "pack").mkdir()
    texts = {"pack/__init__.py": "", "pack/__main__.py": "from .a import A; print(A)"}
    for name, text in (texts | {"pack/a.py": "A = 'new'"}).items():
        (project / name).write_text(text)
    folder = earlier(project, texts | {"pack/a.py": "A = 'old'"})
    assert run(["-m", "pack"], project, SOURCES=folder).stdout == "old\n"


def test_a_file_that_is_gone_since(project: Path) -> None:
    folder = earlier(project, OLD)
    (project / "part.py").unlink()
    told = run(["main.py"], project, SOURCES=folder)
    assert told.stdout == "old old []\n", told.stderr


def test_a_package_that_is_gone_since(project: Path) -> None:
    texts = {
        "main.py": "from pack.a import A; print(A)",
        "pack/__init__.py": "",
        "pack/a.py": "A = 'old'",
    }
    told = run(["main.py"], project, SOURCES=earlier(project, texts))
    assert told.stdout == "old\n", told.stderr


def test_how_an_earlier_program_ends(project: Path) -> None:
    texts = {"main.py": "import atexit; atexit.register(print, 'bye'); raise SystemExit(3)"}
    told = run(["main.py"], project, SOURCES=earlier(project, texts))
    assert (told.returncode, told.stdout) == (3, "bye\n")
    assert run(["-c", "print(1)"], project, SOURCES=str(project / "kept")).stdout == "1\n"


def test_an_earlier_program_with_an_error(project: Path) -> None:
    folder = earlier(project, {"main.py": "1 / 0"})
    told = run(["main.py"], project, SOURCES=folder)
    assert told.returncode == 1 and "ZeroDivisionError" in told.stderr and told.stdout == ""


def test_sources_that_are_not_there(project: Path) -> None:
    told = run(["main.py"], project, SOURCES=str(project / "nowhere"))
    assert told.stdout == "new new []\n" and "cannot read earlier sources" in told.stderr


def test_the_sandbox_loads_the_earlier_main(project: Path) -> None:
    """As the SDK does it: by runpy, from the path of __main__."""
    texts = {
        "main.py": "import runpy, sys\nif __name__ == '__main__':\n"
        "    print(runpy.run_path(sys.modules['__main__'].__file__)['WORD'])\nWORD = 'old'"
    }
    (project / "main.py").write_text(texts["main.py"].replace("'old'", "'new'"))
    assert run(["main.py"], project, SOURCES=earlier(project, texts)).stdout == "old\n"


def test_another_world(project: Path) -> None:
    (project / "world.py").write_text(
        "import datetime, os, random, time\n"
        "print(os.getpid(), int(time.time()), datetime.datetime.now(datetime.timezone.utc).year,\n"
        "      random.random(), isinstance(datetime.datetime.min, datetime.datetime))"
    )
    change = {"CHANGE": "clock=0,pid=7,random=1"}
    first = run(["world.py"], project, **change).stdout
    assert first.startswith("7 0 1970 ") and first.endswith(" True\n")
    assert run(["world.py"], project, **change).stdout == first
    assert run(["world.py"], project, CHANGE="random=2").stdout.split()[3] != first.split()[3]
