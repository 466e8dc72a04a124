"""The scenario corpus against the program: each workflow's diagnosis, and the list of the stalled ones.

A scenario is a test; -k NAME sets up that one, and what it needs, alone. The last test looks at all of them, and prints
the confusion matrix: which verdict was expected, which was given, how often. With RECORD_SYMPTOMS=DIRECTORY
(`make symptoms`) each scenario leaves there what the classifier knew."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import corpus
from harness import processes
from harness.cli import Cli
from harness.client import Loop
from harness.scenes import scenes_of
from harness.server import DevServer
from harness.symptoms import keep
from harness.tally import tallied
from harness.world import World

AT_ONCE = 4  # diagnoses under way: mostly they wait for the server
REQUESTS_MOST = 5  # of one diagnosis
NAMES = [scenario.name for scenario in corpus.ALL]
RECORD = os.environ.get("RECORD_SYMPTOMS")


@dataclass
class Stage:
    """The scenarios as they stand, and their diagnoses, which are made at once for all that are wanted."""

    cli: Cli
    rows: dict[str, dict[str, Any]]
    answers: dict[str, Future[dict[str, Any]]]
    seconds: float


def wanted(session: pytest.Session) -> list[str]:
    """The scenarios that are to be tested; all of them where the whole is."""
    here = [item for item in session.items if isinstance(item, pytest.Function)]
    here = [item for item in here if item.path == Path(__file__)]
    names = [str(item.callspec.params["name"]) for item in here if hasattr(item, "callspec")]
    return NAMES if len(names) < len(here) else names


def diagnose(cli: Cli, loop: Loop, row: dict[str, Any]) -> dict[str, Any]:
    # Joined by '=', because a workflow id may begin with a dash.
    words = [f"--workflow-id={row['workflow_id']}"]
    if row["first_run"]:
        words.append(f"--run-id={row['run_id']}")
    symptoms = cli.world.root / f"{row['name']}.json"
    words += ["--save-symptoms", str(symptoms), "--with-payloads"]
    ran, requests = tallied(cli, loop, "diagnose", *words, "-o", "json")
    if ran.code != 0:
        return {"verdict": f"exit {ran.code}", "error": ran.err, "requests": requests}
    answer: dict[str, Any] = ran.json | {"requests": requests}
    if RECORD and not differences(row, answer):
        keep(symptoms, row, Path(RECORD), cli.world)
    return answer


@pytest.fixture(scope="module")
def stage(
    request: pytest.FixtureRequest,
    shared_server: DevServer,
    loop: Loop,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Stage]:
    world = World(tmp_path_factory.mktemp("stage") / "world")
    shared_server.take_in(world)
    names = wanted(request.session)
    with (
        scenes_of("build.py", world, *(names if len(names) < len(NAMES) else ())) as scenes,
        ThreadPoolExecutor(AT_ONCE) as pool,
    ):
        cli = Cli(world)
        rows = {row["name"]: row for row in scenes.rows}
        answers = {name: pool.submit(diagnose, cli, loop, rows[name]) for name in names}
        yield Stage(cli, rows, answers, scenes.seconds)
        cli.close()
    processes.kill(world.leftovers())


def differences(row: dict[str, Any], answer: dict[str, Any]) -> list[str]:
    """What of the answer is not as the scenario wants it."""
    expected = row["expected"]
    cause = answer.get("root_cause") or {}
    type, message = expected["root_cause_type"], expected["root_cause_message"]
    got_message = cause.get("message") or ""
    wrong = [
        f"{name}: expected {expected[name]!r}, got {answer.get(name)!r}"
        for name in ("status", "verdict", "recovering")
        if answer.get(name) != expected[name]
    ]
    if type is not None and cause.get("type") != type:
        wrong.append(f"root cause's type: expected {type!r}, got {cause.get('type')!r}")
    if message is not None and (
        got_message != message if expected["exact"] else message not in got_message
    ):
        wrong.append(f"root cause's message: expected {message!r}, got {got_message[:200]!r}")
    if expected["location"]:
        file, function = expected["location"].split(":")
        location = cause.get("location") or ""
        if f"{file}:" not in location or not location.endswith(f" in {function}"):
            wrong.append(f"location: expected {expected['location']}, got {location!r}")
    if answer["requests"] > REQUESTS_MOST:
        wrong.append(f"took {answer['requests']} calls to the server")
    text = json.dumps(answer, ensure_ascii=False)
    wrong += [f"does not mention {word!r}" for word in expected["mentions"] if word not in text]
    if answer.get("run_id") != row["run_id"]:
        wrong.append(f"run: expected {row['run_id']}, got {answer.get('run_id')}")
    return wrong


def confusion_matrix(pairs: list[tuple[str, str]]) -> str:
    """A row for each expected verdict, a column for each given one, under letters to keep it narrow."""
    counts = Counter(pairs)
    names = sorted({name for pair in pairs for name in pair})
    letters = [chr(ord("A") + i % 26) + ("" if i < 26 else "'") for i in range(len(names))]
    lines = ["expected / got".ljust(25) + "".join(f"{letter:>4}" for letter in letters)]
    for name, letter in zip(names, letters, strict=True):
        cells = "".join(f"{counts[name, other] or '.':>4}" for other in names)
        lines.append(f"{letter:<2} {name:<22}{cells}")
    right = sum(count for (expected, got), count in counts.items() if expected == got)
    return "\n".join([*lines, f"{right} of {len(pairs)} verdicts right"])


@pytest.mark.parametrize("name", NAMES)
def test_scenario(stage: Stage, name: str) -> None:
    row = stage.rows[name]
    wrong = differences(row, stage.answers[name].result())
    assert not wrong, f"{row['why']}: {'; '.join(wrong)}"


def test_list_of_all(stage: Stage, record_property: Callable[[str, object], None]) -> None:
    rows = list(stage.rows.values())
    answers = [stage.answers[row["name"]].result() for row in rows]
    pairs = [
        (row["expected"]["verdict"], answer["verdict"])
        for row, answer in zip(rows, answers, strict=True)
    ]
    calls = Counter(answer["requests"] for answer in answers)
    record_property(
        "summary",
        f"{confusion_matrix(pairs)}; set up in {stage.seconds:.0f} s; calls to the server: "
        + ", ".join(f"{number} in {count}" for number, count in sorted(calls.items())),
    )
    found = stage.cli("find-stalled-workflows", "-o", "json").expect(0)
    wrong = wrong_in_list(found.json, rows)
    assert not wrong, "\n".join([f"{len(wrong)} wrong:", *wrong])


def wrong_in_list(found: dict[str, Any], rows: list[dict[str, Any]]) -> list[str]:
    """False alarms, misses and other verdicts than the diagnosis in find-stalled-workflows."""
    running = [row for row in rows if row["expected"]["status"] == "RUNNING"]
    expected = {
        row["workflow_id"]: row["expected"]["verdict"]
        for row in running
        if row["expected"]["stalled"]
    }
    listed = {item["workflow_id"]: item["verdict"] for item in found["stalled"]}
    wrong = [
        f"false alarm: {name}: {listed[name]}" for name in sorted(listed.keys() - expected.keys())
    ]
    wrong += [
        f"not listed: {name}: {expected[name]}" for name in sorted(expected.keys() - listed.keys())
    ]
    wrong += [
        f"listed as {listed[name]}, expected {expected[name]}: {name}"
        for name in sorted(expected.keys() & listed.keys())
        if listed[name] != expected[name]
    ]
    if sum(found["by_verdict"].values()) != len(listed):
        wrong.append(f"by_verdict does not add up: {found['by_verdict']}")
    if sum(found["not_stalled"].values()) != len(running) - len(expected):
        wrong.append(
            f"not_stalled does not add up to {len(running) - len(expected)}: {found['not_stalled']}"
        )
    return wrong
