"""One kind of question is refused, or never answered, while all others are: what each command then says.

The table is what someone who knows Temporal would say of each command and question:
    ends      it cannot be answered without: the refusal is the command's own end
    named     the answer stands, or is a part of what it was, and says what was not answered
    unclear   named, and the verdict that hung on it is not given
    unasked   it is not asked
    server    whether a server is there: named where it was refused by an answer, else ends
"""

import contextlib
import json
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import pytest
from temporalio.client import (
    Schedule,
    ScheduleActionStartWorkflow,
    ScheduleIntervalSpec,
    ScheduleSpec,
    WorkflowFailureError,
)

from harness.cli import Cli, Ran
from harness.client import Temporal
from harness.refusals import CODES, Refusing
from harness.server import DevServer
from harness.workflows import ACTIVITIES, QUEUE, WORKFLOWS, start
from harness.world import World

QUESTIONS = {
    "info": "GetSystemInfo",
    "namespace": "DescribeNamespace",
    "describe": "DescribeWorkflowExecution",
    "history": "GetWorkflowExecutionHistoryReverse",
    "forward": "GetWorkflowExecutionHistory",
    "pollers": "DescribeTaskQueue",
    "list": "ListWorkflowExecutions",
    "count": "CountWorkflowExecutions",
    "workers": "ListWorkers",
    "query": "QueryWorkflow",
    "schedules": "ListSchedules",
    "schedule": "DescribeSchedule",
}

SCHEDULE = Schedule(
    action=ScheduleActionStartWorkflow("Nobody", id="nightly", task_queue="nobody"),
    spec=ScheduleSpec(intervals=[ScheduleIntervalSpec(every=timedelta(hours=10))]),
)

# The exit code of a command that cannot do without, and the word for it in an answer.
EXITS = {
    "PERMISSION_DENIED": {7},
    "UNIMPLEMENTED": {4},
    "RESOURCE_EXHAUSTED": {4},
    "UNAVAILABLE": {4},
    "INTERNAL": {4},
    "DEADLINE_EXCEEDED": {4, 5},
}
REASONS = {
    "PERMISSION_DENIED": "denied",
    "UNIMPLEMENTED": "not known to this server",
    "RESOURCE_EXHAUSTED": "over a limit of the server",
    "UNAVAILABLE": "the server is not available",
    "INTERNAL": "the server failed on it",
    "DEADLINE_EXCEEDED": "no answer in time",
}
# Nothing is wrong, in each command's words.
GOOD = {"ok", "none", "healthy", "in_progress", "activity_in_progress", "waiting_signal"}
FINE_WITHOUT = {("workers", "UNIMPLEMENTED"), ("schedules", "UNIMPLEMENTED")}

UNTAKEN = "WorkflowId IN ('untaken', 'waiting')"
TABLE: dict[tuple[str, ...], str] = {
    ("diagnose",): "info server, namespace server, list ends, describe ends, history named, "
    "pollers named, workers named, query named, schedules named, schedule named",
    ("diagnose", "--query", UNTAKEN, "--check"): "info server, namespace server, list ends, "
    "describe ends, history unclear, pollers unclear, workers named, query named",
    ("diagnose", "-w", "untaken", "--check"): "describe ends, history named, pollers unclear",
    ("diagnose", "-w", "waiting", "--check"): "describe ends, history unclear, pollers named, "
    "query named",
    ("diagnose", "-w", "unserved", "--check"): "describe ends, history named, pollers unclear",
    ("analyze-workflow-error", "-w", "retrying"): "describe ends, history named, pollers named",
    ("analyze-workflow-error", "-w", "failed"): "describe ends, history named",
    ("find-stalled-workflows", "--check"): "list ends, describe ends, history named, "
    "pollers named, workers named, query named",
    ("find-stalled-workflows", "--check", "--query", UNTAKEN): "list ends, describe ends, "
    "history unclear, pollers unclear, query named",
    ("list-recent-workflows", "--results"): "list ends, count ends, history named",
    ("describe-workflow", "-w", "failed"): "describe ends, history named",
    ("describe-workflow", "-w", "given"): "describe ends, history unclear",
    ("describe-workflow", "-w", "waiting"): "describe ends",
    ("wait-for-workflow-status", "-w", "failed"): "describe ends, history named",
    ("wait-for-workflow-status", "-w", "untaken", "--timeout", "2"): "describe ends, "
    "history named, pollers named",
    ("wait-for-workflow-status", "-w", "waiting", "--timeout", "2"): "describe ends, "
    "history named, pollers named, query named, forward ends",
}


def expectations(row: str) -> dict[str, str]:
    words = dict(part.split() for part in row.split(", "))
    return {name: words.get(name, "unasked") for name in QUESTIONS}


@dataclass
class Trial:
    words: tuple[str, ...]
    question: str
    code: str
    expected: str
    refused: int
    ran: Ran
    plain: Ran

    def __str__(self) -> str:
        return f"{' '.join(self.words)} / {QUESTIONS[self.question]} {self.code} -> {self.expected}"

    @property
    def may_ride_out(self) -> bool:
        """A wait may hope for a server that comes back, until its time is over."""
        return self.words[0] == "wait-for-workflow-status" and self.code != "PERMISSION_DENIED"

    def mistake(self) -> str:
        """What is wrong with the answer; "" where nothing is."""
        if self.expected == "unasked":
            return "was asked" if self.refused else ""
        if not self.refused:
            return "was not asked"
        kind = self.expected
        if kind == "server":
            answered = self.code in ("PERMISSION_DENIED", "UNIMPLEMENTED")
            kind = "named" if answered else "ends"
        if (self.question, self.code) in FINE_WITHOUT:
            return "" if self.ran.code == self.plain.code else f"exit {self.ran.code}"
        return self.end_mistake() if kind == "ends" else self.answer_mistake(kind)

    def end_mistake(self) -> str:
        wanted = EXITS[self.code] | ({5} if self.may_ride_out else set())
        if self.ran.code not in wanted:
            return f"exit {self.ran.code}, not {wanted}"
        if self.may_ride_out and self.ran.code == 5:
            return ""
        said = self.ran.err + self.ran.out
        if self.code not in ("UNAVAILABLE", "DEADLINE_EXCEEDED") and not (
            QUESTIONS[self.question] in said or "not_answered" in said
        ):
            return "the refused question is not named"
        return ""

    def answer_mistake(self, kind: str) -> str:
        if not self.ran.out:
            return f"no answer, exit {self.ran.code}: {self.ran.err[-200:]}"
        said = json.loads(self.ran.out)
        named = [
            row
            for row in said.get("not_answered", [])
            if row["question"] == QUESTIONS[self.question]
        ]
        if len(said.get("not_answered", [])) != 1 or len(named) != 1:
            return f"not_answered is {said.get('not_answered')}, verdict {said['verdict']}, exit {self.ran.code}"
        if named[0]["reason"] != REASONS[self.code]:
            return f"reason {named[0]['reason']!r}"
        allowed = {self.plain.code} | (EXITS[self.code] if "--check" in self.words else set())
        if self.words[0] == "wait-for-workflow-status":
            allowed.add(5)
        if self.ran.code not in allowed:
            return f"exit {self.ran.code}, not {allowed}"
        if kind == "unclear" and said["verdict"] in GOOD:
            return f"verdict {said['verdict']}"
        if kind == "unclear" and self.ran.code == 0 and "--check" in self.words:
            return "exit 0 of a check that could not be made"
        return ""


class Tried:
    """A command, run as it is and with one question refused."""

    def __init__(self, cli: Cli, server: DevServer, world: World) -> None:
        self.cli, self.server, self.world = cli, server, world

    def __call__(
        self, words: tuple[str, ...], question: str, code: str, expected: str, plain: Ran
    ) -> Trial:
        with Refusing(self.server.port, QUESTIONS[question], CODES[code]) as relay:
            ran = self.cli(*words, "-o", "json", env={"TEMPORAL_ADDRESS": relay.address})
            return Trial(words, question, code, expected, relay.refused, ran, plain)

    def all(self, words: tuple[str, ...], codes: list[str]) -> Iterator[Trial]:
        plain = self.cli(*words, "-o", "json")
        for question, expected in expectations(TABLE[words]).items():
            for code in codes if expected != "unasked" else codes[:1]:
                yield self(words, question, code, expected, plain)


@pytest.fixture
def tried(cli: Cli, server: DevServer, world: World) -> Tried:
    return Tried(cli, server, world)


async def until_attempted(temporal: Temporal, workflow_id: str, attempt: int) -> None:
    """Until its activity waits for that attempt."""
    handle = temporal.client.get_workflow_handle(workflow_id)
    while True:
        pending = (await handle.describe()).raw_description.pending_activities
        if pending and pending[0].attempt == attempt:
            return


@pytest.fixture
def scene(temporal: Temporal) -> None:
    """One of each: waits for a signal, waits for a worker, retries, failed, returned an error."""
    temporal.start_worker(QUEUE, WORKFLOWS, ACTIVITIES)
    start(temporal, "Open", id="waiting")
    waiting = temporal.client.get_workflow_handle("waiting")
    temporal.call(waiting.signal("no_such_signal"))
    temporal.call(waiting.query("get_value"))
    temporal.start_workflow("Nobody", id="untaken", task_queue="nobody")
    start(temporal, "RetryFor", 0, 3600, id="retrying")
    start(temporal, "Unserved", id="unserved")
    for kind, argument, workflow_id in (("Give", "Error: no", "given"), ("Fail", "no", "failed")):
        start(temporal, kind, argument, id=workflow_id)
        with contextlib.suppress(WorkflowFailureError):
            temporal.result(temporal.client.get_workflow_handle(workflow_id))
    temporal.call(temporal.client.create_schedule("nightly", SCHEDULE))
    temporal.call(until_attempted(temporal, "retrying", 2))
    temporal.call(until_attempted(temporal, "unserved", 1))


# The others are asked again for seconds each time before they count: a few rows show them.
AT_ONCE = ["PERMISSION_DENIED", "UNIMPLEMENTED"]
LATER = [code for code in CODES if code not in AT_ONCE]
REPEATED: list[tuple[tuple[str, ...], str]] = [
    (("diagnose", "-w", "untaken", "--check"), "pollers"),
    (("diagnose", "-w", "waiting", "--check"), "history"),
    (("find-stalled-workflows", "--check", "--query", UNTAKEN), "pollers"),
    (("find-stalled-workflows", "--check", "--query", UNTAKEN), "describe"),
]


def mistakes(trials: Iterable[Trial]) -> str:
    return "\n".join(f"{trial}: {wrong}" for trial in trials if (wrong := trial.mistake()))


@pytest.mark.parametrize("words", TABLE, ids=" ".join)
def test_a_refused_question_is_named(words: tuple[str, ...], tried: Tried, scene: None) -> None:
    assert not (wrong := mistakes(tried.all(words, AT_ONCE))), wrong


def test_a_lost_question_is_named(tried: Tried, scene: None) -> None:
    wanted = [(words, question, code) for words, question in REPEATED for code in LATER]

    def one(words: tuple[str, ...], question: str, code: str) -> Trial:
        return tried(
            words,
            question,
            code,
            expectations(TABLE[words])[question],
            tried.cli(*words, "-o", "json"),
        )

    # Side by side, since all they do is wait.
    with ThreadPoolExecutor(len(wanted)) as threads:
        trials = list(threads.map(lambda case: one(*case), wanted))
    assert not (wrong := mistakes(trials)), wrong


def test_what_was_not_answered_is_one_line_of_text(
    tried: Tried, scene: None, cli: Cli, server: DevServer
) -> None:
    with Refusing(server.port, QUESTIONS["pollers"], CODES["PERMISSION_DENIED"]) as relay:
        env = {"TEMPORAL_ADDRESS": relay.address}
        out = cli("find-stalled-workflows", env=env).out
        assert out.count("not answered: who polls 3 task queues (denied)\n") == 1, out
        rows = cli("find-stalled-workflows", "-o", "jsonl", env=env)
        assert "note: not answered: who polls 3 task queues (denied)\n" in rows.err, rows
