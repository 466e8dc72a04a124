"""What is told of workflow code by reading it: for each rule, code that it finds and the like that it leaves alone."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "skills/probe/python/temporal_skill_probe/static_check.py"

HEAD = """\
import asyncio
import concurrent.futures
import logging
import os
import pathlib
import random
import threading
import time
import uuid
from datetime import date, datetime, timedelta, timezone
import requests
from temporalio import activity, workflow

MINUTE = timedelta(minutes=1)
logger = logging.getLogger(__name__)
SEEN = []
COUNT = 0

@activity.defn
async def act(name: str) -> str:
    return open(name).read()

def helper() -> float:
    return time.time()

async def wait_a_little() -> None:
    await asyncio.sleep(1)
"""

CLASS = """
@workflow.defn
class Flow:
    def __init__(self) -> None:
        self.done = False
        self.names: set[str] = set()
        self.numbers: set[int] = set()

    @workflow.run
    async def run(self, name: str) -> str:
{body}
        return name

    async def step(self) -> None:
        await workflow.sleep(1)
"""

# Bodies of run(): the rule, what it finds, what it does not.
BODIES = [
    ("clock", "datetime.now()", "workflow.now()"),
    ("clock", "datetime.now(timezone.utc)", "datetime.fromtimestamp(0, timezone.utc)"),
    ("clock", "datetime.utcnow()", "datetime.max.isoformat()"),
    ("clock", "date.today()", "date(2026, 1, 1)"),
    ("clock", "time.monotonic()", "workflow.time()"),
    ("clock", "time.localtime()", "time.localtime(workflow.time())"),
    ("clock", "time.strftime('%Y')", "time.strftime('%Y', time.gmtime(0))"),
    ("clock", "helper()", "workflow.time()"),
    ("clock", "f = lambda: time.time()\nf()", "time = workflow\ntime.time()"),
    ("clock", "import time as t\nt.time()", "t = workflow\nt.time()"),
    (
        "clock",
        "def inner():\n    return time.time()\ninner()",
        "def inner():\n    return workflow.time()\ninner()",
    ),
    ("random", "random.choice([1, 2])", "random = workflow.random()\nrandom.choice([1, 2])"),
    ("random", "random.Random()", "random.Random(7).random()"),
    ("random", "uuid.uuid4()", "uuid.uuid5(uuid.NAMESPACE_URL, name)"),
    ("random", "os.urandom(8)", "workflow.uuid4()"),
    ("sleep", "time.sleep(1)", "await asyncio.sleep(1)"),
    ("io", "open(name)", "open = str\nopen(name)"),
    ("io", "requests.get(name)", "requests.codes"),
    ("io", "pathlib.Path(name).read_text()", "pathlib.PurePath(name).name"),
    ("io", "p = pathlib.Path(name)\np.exists()", "p = pathlib.Path(name)\np.suffix"),
    ("io", "os.path.exists(name)", "os.path.basename(name)"),
    ("threads", "threading.Thread(target=print).start()", "asyncio.create_task(wait_a_little())"),
    ("threads", "await asyncio.to_thread(print)", "await asyncio.gather(wait_a_little())"),
    ("threads", "concurrent.futures.ThreadPoolExecutor()", "concurrent.futures.Future"),
    (
        "threads",
        "await asyncio.get_running_loop().run_in_executor(None, print)",
        "asyncio.get_running_loop().time()",
    ),
    ("event-loop", "asyncio.run(wait_a_little())", "await wait_a_little()"),
    ("environment", "os.environ['HOME']", "os.sep"),
    ("environment", "os.getenv('HOME')", "os.linesep"),
    ("process-id", "os.getpid()", "workflow.info().run_id"),
    ("memory-address", "hash(name)", "len(name)"),
    (
        "wait-order",
        "await asyncio.wait([asyncio.create_task(self.step())])",
        "await workflow.wait([asyncio.create_task(self.step())])",
    ),
    (
        "wait-order",
        "for one in asyncio.as_completed([self.step()]):\n    await one",
        "for one in workflow.as_completed([self.step()]):\n    await one",
    ),
    (
        "activity-timeout",
        "await workflow.execute_activity(act, name)",
        "await workflow.execute_activity(act, name, start_to_close_timeout=MINUTE)",
    ),
    (
        "activity-timeout",
        "await workflow.execute_activity(act, name, start_to_close_timeout=None)",
        "options = {}\nawait workflow.execute_activity(act, name, **options)",
    ),
    (
        "activity-timeout",
        "await workflow.execute_local_activity(act, name)",
        "await workflow.execute_local_activity(act, name, schedule_to_close_timeout=MINUTE)",
    ),
    (
        "activity-called",
        "await act(name)",
        "await workflow.execute_activity(act, name, start_to_close_timeout=MINUTE)",
    ),
    ("patch-id", "workflow.patched(f'v-{name}')", "workflow.patched('v-2')"),
    (
        "missing-await",
        "workflow.execute_activity(act, name, start_to_close_timeout=MINUTE)",
        "workflow.start_activity(act, name, start_to_close_timeout=MINUTE)",
    ),
    ("missing-await", "asyncio.sleep(1)", "asyncio.create_task(asyncio.sleep(1))"),
    ("missing-await", "self.step()", "task = self.step()\nawait task"),
    ("missing-await", "wait_a_little()", "await asyncio.gather(wait_a_little())"),
    ("missing-await", "task = self.step()", "task = self.step()\nawait asyncio.wait_for(task, 3)"),
    (
        "missing-await",
        "text = workflow.execute_activity(act, name, start_to_close_timeout=MINUTE)\ntext.upper()",
        "text = workflow.execute_activity(act, name, start_to_close_timeout=MINUTE)\nasyncio.create_task(text)",
    ),
    (
        "swallowed-cancellation",
        "try:\n    await self.step()\nexcept:\n    pass",
        "try:\n    await self.step()\nexcept:\n    raise",
    ),
    (
        "swallowed-cancellation",
        "try:\n    await self.step()\nexcept BaseException as error:\n    workflow.logger.info(error)",
        "try:\n    await self.step()\nexcept BaseException as error:\n    self.error = error",
    ),
    (
        "swallowed-cancellation",
        "try:\n    await self.step()\nexcept (Exception, asyncio.CancelledError):\n    pass",
        "try:\n    await self.step()\nexcept asyncio.CancelledError:\n    pass",
    ),
    (
        "swallowed-cancellation",
        "while True:\n    try:\n        await self.step()\n    except BaseException:\n        continue",
        "while True:\n    try:\n        await self.step()\n    except Exception:\n        continue",
    ),
    (
        "swallowed-cancellation",
        "try:\n    await self.step()\nexcept BaseException:\n    pass",
        "try:\n    int(name)\nexcept BaseException:\n    pass",
    ),
    (
        "swallowed-cancellation",
        "try:\n    await self.step()\nexcept:\n    pass",
        "try:\n    await self.step()\nexcept asyncio.CancelledError:\n    raise\nexcept:\n    pass",
    ),
    (
        "busy-loop",
        "while not self.done:\n    await asyncio.sleep(0)",
        "while not self.done:\n    await asyncio.sleep(5)",
    ),
    (
        "busy-loop",
        "while True:\n    await asyncio.sleep(0)",
        "for _ in range(3):\n    await asyncio.sleep(0)",
    ),
    (
        "busy-loop",
        "while not self.done:\n    await asyncio.sleep(0)",
        "while not self.done:\n    await self.step()\n    await asyncio.sleep(0)",
    ),
    (
        "set-order",
        "for one in {'a', name}:\n    await self.step()",
        "for one in sorted({'a', name}):\n    await self.step()",
    ),
    (
        "set-order",
        "for one in self.names:\n    await self.step()",
        "for one in self.numbers:\n    await self.step()",
    ),
    (
        "set-order",
        "await asyncio.gather(*[self.step() for one in self.names])",
        "print([one for one in self.names])",
    ),
    (
        "set-order",
        "rest = set(name) - {'a'}\nfor one in list(rest):\n    await self.step()",
        "rest = {'a': 1}\nfor one in list(rest):\n    await self.step()",
    ),
    ("global-state", "SEEN.append(name)", "seen = []\nseen.append(name)"),
    ("global-state", "global COUNT\nCOUNT += 1", "COUNT = 1"),
    ("global-state", "SEEN[0] = name", "len(SEEN)"),
    ("logger", "logger.info(name)", "workflow.logger.info(name)"),
    ("logger", "logging.warning(name)", "print(name)"),
]

# Whole classes.
CLASSES = [
    (
        "no-run",
        "@workflow.defn\nclass A:\n    async def run(self): pass",
        "class A:\n    async def run(self): pass",
    ),
    (
        "no-run",
        "class B:\n    @workflow.run\n    async def run(self): pass\n@workflow.defn\nclass A(B): pass",
        "class B:\n    @workflow.run\n    async def run(self): pass\n"
        "@workflow.defn\nclass A(B):\n    @workflow.run\n    async def run(self): pass",
    ),
    (
        "several-runs",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def a(self): pass\n"
        "    @workflow.run\n    async def b(self): pass",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def a(self): pass\n"
        "    async def b(self): pass",
    ),
    (
        "run-not-async",
        "@workflow.defn\nclass A:\n    @workflow.run\n    def run(self): pass",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): pass",
    ),
    (
        "async-query",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): pass\n"
        "    @workflow.query\n    async def q(self): return 1",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): pass\n"
        "    @workflow.query\n    def q(self): return 1",
    ),
    (
        "read-only",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): self.seen = []\n"
        "    @workflow.query\n    def q(self):\n        self.seen.append(1)\n        return 1",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): self.seen = []\n"
        "    @workflow.query\n    def q(self):\n        seen = list(self.seen)\n        seen.append(1)\n"
        "        return seen",
    ),
    (
        "read-only",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): pass\n"
        "    @workflow.query\n    def q(self): return workflow.uuid4()",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): pass\n"
        "    @workflow.query\n    def q(self): return workflow.now()",
    ),
    (
        "async-validator",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): pass\n"
        "    @workflow.update\n    async def u(self, n: int): pass\n"
        "    @u.validator\n    async def check(self, n: int): pass",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): pass\n"
        "    @workflow.update\n    async def u(self, n: int): self.n = n\n"
        "    @u.validator\n    def check(self, n: int):\n        if n: raise ValueError(n)",
    ),
    (
        "signal-result",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): pass\n"
        "    @workflow.signal\n    def s(self): return True",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): pass\n"
        "    @workflow.signal\n    def s(self):\n        if self: return\n        return None",
    ),
    (
        "patch-order",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self):\n"
        "        workflow.deprecate_patch('v2')\n        if workflow.patched('v2'): pass",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self):\n"
        "        workflow.deprecate_patch('v2')\n        if workflow.patched('v3'): pass",
    ),
    (
        "clock",
        "from temporalio.workflow import defn, run as main\n@defn\nclass A:\n    @main\n"
        "    async def go(self): return time.time()",
        "@activity.defn\nasync def other(): return time.time()\n@workflow.defn\nclass A:\n"
        "    @workflow.run\n    async def run(self): pass\n"
        "    @activity.defn\n    async def inside(self): return time.time()",
    ),
    (
        "clock",
        "import temporalio.workflow\n@temporalio.workflow.defn\nclass A:\n"
        "    @temporalio.workflow.run\n    async def run(self): return self.now\n"
        "    @property\n    def now(self): return time.time()",
        "@workflow.defn\nclass A:\n    @workflow.run\n    async def run(self): pass\n"
        "    @staticmethod\n    def of_the_starter(): return time.time()",
    ),
    (
        "clock",
        "class Tool:\n    def now(self): return time.time()\n@workflow.defn\nclass A:\n"
        "    def __init__(self): self.tool = Tool()\n    @workflow.run\n"
        "    async def run(self): return self.tool.now()",
        "class Tool:\n    def now(self): return time.time()\n@workflow.defn\nclass A:\n"
        "    @workflow.run\n    async def run(self, tool: Tool): return tool",
    ),
]

# Said by the code itself to be wanted, or run by no replay.
QUIET = [
    "datetime.now()  # noqa",
    "datetime.now()  # noqa: clock",
    "datetime.now()  # temporal-skill: ignore clock",
    "datetime.now()  # temporal-skill: ignore",
    "with workflow.unsafe.sandbox_unrestricted():\n    print(time.time())",
    "if not workflow.unsafe.is_replaying():\n    print(time.time())",
    "if name and not workflow.unsafe.is_replaying():\n    print(time.time())",
    "if workflow.unsafe.is_replaying():\n    pass\nelse:\n    print(time.time())",
    "if workflow.unsafe.is_replaying():\n    return name\nprint(time.time())",
    "if not workflow.in_workflow():\n    print(time.time())",
    "now = workflow.now() if workflow.in_workflow() else datetime.now()",
    "if workflow.in_workflow():\n    return name\nprint(time.time())",
    "@activity.defn\nasync def inner():\n    return time.time()",
]
NOT_QUIET = [
    "datetime.now()  # noqa: E501",
    "datetime.now()  # temporal-skill: ignore random",
    "with workflow.unsafe.imports_passed_through():\n    print(time.time())",
    "if workflow.unsafe.is_replaying():\n    print(time.time())",
]


def of_body(body: str) -> str:
    return HEAD + CLASS.format(body=textwrap.indent(body, " " * 8))


def cases() -> list[tuple[str, bool, str]]:
    """(rule, whether it is to be found, source)"""
    bodies = [(rule, of_body(bad), of_body(good)) for rule, bad, good in BODIES]
    classes = [(rule, f"{HEAD}\n{bad}\n", f"{HEAD}\n{good}\n") for rule, bad, good in CLASSES]
    pairs = [
        case
        for rule, bad, good in bodies + classes
        for case in ((rule, True, bad), (rule, False, good))
    ]
    return (
        pairs
        + [("clock", False, of_body(body)) for body in QUIET]
        + [("clock", True, of_body(body)) for body in NOT_QUIET]
    )


CASES = cases()


def rows_of(*arguments: str, cwd: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def findings(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["kind"] == "finding"]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[int, list[dict[str, Any]]]:
    """Of each case what is found in it."""
    folder = tmp_path_factory.mktemp("cases")
    for number, (_, _, text) in enumerate(CASES):
        (folder / f"case_{number}.py").write_text(text)
    found: dict[int, list[dict[str, Any]]] = {number: [] for number in range(len(CASES))}
    rows = rows_of(str(folder), cwd=folder)
    assert not [row for row in rows if row["kind"] == "unreadable"]
    for row in findings(rows):
        found[int(Path(row["file"]).stem.removeprefix("case_"))].append(row)
    return found


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_rule_finds_its_code_and_nothing_like_it(
    number: int, told: dict[int, list[dict[str, Any]]]
) -> None:
    rule, is_found, text = CASES[number]
    rules = [row["rule"] for row in told[number]]
    assert rules == [rule] if is_found else rules == [], text
