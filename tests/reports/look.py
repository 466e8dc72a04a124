"""Runs the troubles of this folder on a real server, asks what is wrong, and judges the answers by reports.toml.

python tests/reports/look.py [--jobs N] [--keep DIR] [NAME ...]
"""

import argparse
import asyncio
import json
import os
import re
import shlex
import signal
import sys
import time
import tomllib
import traceback
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from temporalio.api.common.v1 import WorkflowExecution  # noqa: E402
from temporalio.api.enums.v1 import EventType, TaskQueueType  # noqa: E402
from temporalio.api.taskqueue.v1 import TaskQueue  # noqa: E402
from temporalio.api.workflowservice.v1 import (  # noqa: E402
    DescribeTaskQueueRequest,
    DescribeWorkflowExecutionRequest,
    GetWorkflowExecutionHistoryRequest,
)
from temporalio.client import Client, WorkflowExecutionStatus  # noqa: E402
from temporalio.service import RPCError, RPCStatusCode  # noqa: E402

from harness.cli import Cli, Ran  # noqa: E402
from harness.client import Loop  # noqa: E402
from harness.tally import tallied  # noqa: E402
from harness.world import TOOLS, World  # noqa: E402

PATIENCE = 90.0  # seconds that a trouble may need until it is there
GLANCE = 0.1
CALLS = 5  # questions to the server that one answer about one workflow may need


class NotThere(Exception):
    """The trouble did not come up, so nothing can be judged."""


@dataclass
class Answers:
    analysis: Any = None
    diagnosis: Any = None
    texts: dict[str, str] = field(default_factory=dict)
    calls: int = 0


# ---- bringing the trouble about ----


class Stage:
    """One trouble in a world of its own: server, project of one file, worker."""

    def __init__(self, name: str, expected: dict[str, Any], root: Path) -> None:
        self.name = name
        self.expected = expected
        self.world = World(root)
        self.namespace = expected.get("namespace", "default")
        self.world.use_address(self.world.address, self.namespace)
        self.cli = Cli(self.world)
        self.loop = Loop()
        self.program = self.world.project_dir / f"{name}.py"
        self.program.write_bytes((HERE / f"{name}.py").read_bytes())
        self.client: Client | None = None
        self.pid = 0  # of its worker

    def open(self) -> None:
        words = ["ensure-server", "--headless"]
        for value in self.expected.get("server", []):
            words += ["--dynamic-config-value", value]
        self.cli(*words).expect()
        self.client = self.loop.call(Client.connect(self.world.address, namespace=self.namespace))

    def close(self) -> None:
        for command in (("kill-worker", "--grace", "1"), ("stop-server",)):
            self.cli(*command)
        self.cli.close()
        self.world.sweep()
        self.loop.close()

    def step(self, text: str) -> None:
        word, *rest = text.split()
        if word in ("worker", "worker-dies"):
            self.start_worker(rest, dies=word == "worker-dies")
        elif word == "start":
            self.start(rest[0] if rest else "start")
        elif word == "kill":
            self.kill_worker()
        else:
            assert word == "until", text
            self.until(text.removeprefix("until "))

    def start_worker(self, words: list[str], dies: bool) -> None:
        env = dict(word.split("=") for word in words if "=" in word)
        role = next((word for word in words if "=" not in word), "worker")
        command = shlex.join([str(TOOLS / "python"), self.program.name, role])
        ran = self.cli("ensure-worker", "--worker-cmd", command, "-o", "json", env=env, timeout=120)
        # It runs also where it is told that it takes no tasks of here.
        runs = ran.code == 0 or (ran.code == 1 and ran.json["verdict"] == "wrong_namespace")
        if dies == runs:
            raise NotThere(str(ran))
        self.pid = 0 if dies else ran.json["pid"]

    def kill_worker(self) -> None:
        """As the kernel does when memory runs out; the next step starts another one."""
        os.kill(self.pid, signal.SIGKILL)

    def start(self, role: str) -> None:
        """Without run-starter: that would tell the diagnosis, and stop what it thinks hangs."""

        async def run() -> tuple[int | None, bytes]:
            process = await asyncio.create_subprocess_exec(
                str(TOOLS / "python"),
                self.program.name,
                role,
                cwd=self.world.project_dir,
                env=self.world.env,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
            )
            output, _ = await process.communicate()
            return process.returncode, output

        code, output = self.loop.call(run(), PATIENCE)
        # The SDK may crash when the interpreter ends, after its work: the workflow shows what was done.
        if code not in (0, -6, -11):
            raise NotThere(f"{role} ended with {code}: {output.decode(errors='replace')}")

    # ---- waiting for it ----

    def until(self, text: str) -> None:
        async def is_so(holds: Callable[[], Awaitable[bool]]) -> bool:
            try:
                return await holds()
            except RPCError as error:
                # A child, or whatever else is made by what was started.
                if error.status != RPCStatusCode.NOT_FOUND:
                    raise
                return False

        conditions = [self.condition(*one.split(maxsplit=1)) for one in text.split("|")]

        async def wait() -> None:
            deadline = time.monotonic() + PATIENCE
            while not any([await is_so(holds) for holds in conditions]):
                if time.monotonic() > deadline:
                    raise NotThere(f"did not get to: {text}")
                await asyncio.sleep(GLANCE)

        self.loop.call(wait(), PATIENCE + 30)

    def condition(self, kind: str, detail: str = "") -> Callable[[], Awaitable[bool]]:
        name, _, count = detail.rpartition(" ")
        if not count.isdigit():
            name, count = detail, "1"
        many = int(count)

        async def closed() -> bool:
            status: int = (await self.describe()).workflow_execution_info.status
            return WorkflowExecutionStatus.COMPLETED <= status <= WorkflowExecutionStatus.TIMED_OUT

        async def event() -> bool:
            wanted = EventType.Value(f"EVENT_TYPE_{name}")
            return [one.event_type for one in await self.events()].count(wanted) >= many

        async def length() -> bool:
            events: int = (await self.describe()).workflow_execution_info.history_length
            return events >= many

        async def retrying() -> bool:
            pending = (await self.describe()).pending_activities
            return any(one.attempt >= many and one.HasField("last_failure") for one in pending)

        async def pending() -> bool:
            return any(one.state == 2 for one in (await self.describe()).pending_activities)

        async def waiting() -> bool:
            pending = (await self.describe()).pending_activities
            now = time.time() * 1000
            return any(
                one.state == 1 and now - one.scheduled_time.ToMilliseconds() >= many
                for one in pending
            )

        async def paused() -> bool:
            return any(one.paused for one in (await self.describe()).pending_activities)

        async def nexus() -> bool:
            pending = (await self.describe()).pending_nexus_operations
            return any(one.attempt >= many for one in pending)

        async def runs() -> bool:
            return len(await self.runs()) >= many

        async def log() -> bool:
            return sum(t.count(name) for t in self.worker_logs()) >= many

        async def schedule() -> bool:
            assert self.client
            found = await self.client.get_schedule_handle(name).describe()
            return bool(found.schedule.state.paused)

        async def skips() -> bool:
            assert self.client
            found = await self.client.get_schedule_handle(name).describe()
            return found.info.num_actions_skipped_overlap > 1

        async def polled() -> bool:
            assert self.client
            namespace, queue = name.split()
            answer = await self.client.workflow_service.describe_task_queue(
                DescribeTaskQueueRequest(
                    namespace=namespace,
                    task_queue=TaskQueue(name=queue),
                    task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
                )
            )
            return len(answer.pollers) > 0

        known = [
            closed,
            event,
            length,
            retrying,
            pending,
            waiting,
            paused,
            nexus,
            runs,
            log,
            schedule,
            skips,
            polled,
        ]
        return {one.__name__: one for one in known}[kind]

    def worker_logs(self) -> list[str]:
        return [p.read_text(errors="replace") for p in self.world.log_dir.glob("worker-*.log")]

    async def describe(self) -> Any:
        assert self.client
        return await self.client.workflow_service.describe_workflow_execution(
            DescribeWorkflowExecutionRequest(
                namespace=self.namespace,
                execution=WorkflowExecution(workflow_id=self.expected["ask"]),
            )
        )

    async def events(self) -> list[Any]:
        assert self.client
        answer = await self.client.workflow_service.get_workflow_execution_history(
            GetWorkflowExecutionHistoryRequest(
                namespace=self.namespace,
                execution=WorkflowExecution(workflow_id=self.expected["ask"]),
            )
        )
        return list(answer.history.events)

    async def runs(self) -> list[str]:
        """The runs of the workflow that is asked about, the first one first."""
        assert self.client
        found = [
            (one.start_time, one.run_id)
            async for one in self.client.list_workflows(f"WorkflowId = '{self.expected['ask']}'")
        ]
        return [run_id for _, run_id in sorted(found)]

    # ---- asking ----

    def ask(self) -> Answers:
        answers = Answers()
        words: list[str] = []
        if "ask" in self.expected:
            words = ["-w", self.expected["ask"]]
            if self.expected.get("run") == "first":
                words += ["-r", self.loop.call(self.runs())[0]]
            ran, answers.calls = tallied(
                self.cli, self.loop, "analyze-workflow-error", *words, "-o", "json"
            )
            answers.analysis = whole(ran)
            text = self.cli("analyze-workflow-error", *words, "--full")
            answers.texts["analyze-workflow-error"] = text.out + text.err
        answers.diagnosis = whole(self.cli("diagnose", "-o", "json"))
        text = self.cli("diagnose", "--full")
        answers.texts["diagnose"] = text.out + text.err
        return answers


def whole(ran: Ran) -> Any:
    try:
        return json.loads(ran.out)
    except ValueError:
        return {"verdict": f"no answer, exit {ran.code}", "error": ran.err}


# ---- judging ----


def texts_in(value: Any) -> str:
    if isinstance(value, dict):
        return "\n".join(texts_in(one) for one in value.values())
    if isinstance(value, list):
        return "\n".join(texts_in(one) for one in value)
    return "" if value is None else str(value)


def wrongs(name: str, expected: dict[str, Any], answers: Answers) -> list[str]:
    """What is not as expected; empty where the answer is right."""
    found: list[str] = []
    analysis = answers.analysis or {}
    text = answers.texts.get("analyze-workflow-error", "")
    root = analysis.get("root_cause") or {}
    head = "\n".join([*text.splitlines()[:1], texts_in(root), texts_in(analysis.get("chain"))])
    advice = texts_in([analysis.get("recovery"), analysis.get("next")])
    everything = "\n".join([text, texts_in(analysis)])
    verdict = analysis.get("verdict")

    def check(key: str, where: str, present: bool = True) -> None:
        for pattern in expected.get(key, []):
            if bool(re.search(pattern, where, re.IGNORECASE | re.DOTALL)) != present:
                found.append(f"{key}: {pattern}")

    if "verdict" in expected and verdict not in expected["verdict"]:
        found.append(f"verdict: {verdict}, not {' or '.join(expected['verdict'])}")
    if verdict in expected.get("not_verdict", []):
        found.append(f"verdict: {verdict}")
    check("says", head)
    check("tells", everything)
    check("advises", advice)
    check("never", everything + answers.texts["diagnose"], present=False)
    check("diagnoses", answers.texts["diagnose"])
    if expected.get("here"):
        lines = (HERE / f"{name}.py").read_text().splitlines()
        number = next(n for n, line in enumerate(lines, 1) if line.endswith("# HERE"))
        if f"{name}.py:{number}" not in everything:
            found.append(f"here: {name}.py:{number}, not {root.get('location')}")
    if "listed" in expected:
        said = answers.diagnosis or {}
        listed = texts_in([said.get("findings"), said.get("unhandled_signals")])
        wanted = expected["listed"]
        ids = wanted if isinstance(wanted, list) else [expected["ask"]]
        if any(one in listed for one in ids) != bool(wanted):
            found.append("listed: diagnose lists it" if not wanted else "listed: not by diagnose")
    return found


# ---- all of them ----


def look(name: str, expected: dict[str, Any], keep: Path) -> tuple[str, list[str], int]:
    root = keep / name
    root.mkdir(parents=True)
    stage = Stage(name, expected, root)
    try:
        stage.open()
        for step in expected["steps"]:
            stage.step(step)
        answers = stage.ask()
    except Exception:
        (root / "not-there.txt").write_text(traceback.format_exc())
        return "not there", [traceback.format_exc(limit=-1)], 0
    finally:
        stage.close()
    found = wrongs(name, expected, answers)
    parts = [(HERE / f"{name}.py").read_text().split('"""')[1], "\n".join(found) or "right"]
    parts += [f"==== {command}\n{text}" for command, text in answers.texts.items()]
    (root / "answers.txt").write_text("\n\n".join(parts))
    (root / "analysis.json").write_text(json.dumps(answers.analysis, indent=1))
    (root / "diagnosis.json").write_text(json.dumps(answers.diagnosis, indent=1))
    return "wrong" if found else "right", found, answers.calls


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("--jobs", type=int, default=1, help="how many at once")
    options.add_argument("--keep", type=Path, default=Path("reports-look"), help="answers go here")
    options.add_argument("name", nargs="*")
    chosen = options.parse_args()
    table = tomllib.loads((HERE / "reports.toml").read_text())
    names = chosen.name or list(table)
    keep = chosen.keep.resolve()
    counts = {"right": 0, "wrong": 0, "not there": 0}
    with ThreadPoolExecutor(chosen.jobs) as threads:
        for name, (outcome, found, calls) in zip(
            names, threads.map(lambda n: look(n, table[n], keep), names), strict=True
        ):
            counts[outcome] += 1
            over = f" ({calls} calls)" if calls > CALLS else ""
            print(f"{outcome}: {name}{over}", flush=True)
            for line in found:
                print(f"    {line}", flush=True)
    print(", ".join(f"{count} {outcome}" for outcome, count in counts.items()))
    return 0 if counts["right"] == len(names) else 1


if __name__ == "__main__":
    sys.exit(main())
