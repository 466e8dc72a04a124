"""How long the commands take beside what they replace: medians and ratios, measured in one run on one server.

run.py PROGRAM. Prints a table, asserts nothing: what is fast depends on the machine, the ratios less so."""

import asyncio
import contextlib
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

from temporalio.api.enums.v1 import TaskQueueType  # noqa: E402
from temporalio.api.taskqueue.v1 import TaskQueue  # noqa: E402
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest  # noqa: E402
from temporalio.client import WorkflowHandle  # noqa: E402

from harness.client import Loop, Temporal, register_namespace  # noqa: E402
from harness.scenes import scenes_of  # noqa: E402
from harness.server import DevServer  # noqa: E402
from harness.world import TOOLS, World  # noqa: E402

RUNS = 20  # of what takes milliseconds
FEW = 5  # of what takes seconds
PAIRS = 9  # of two that are nearly alike
QUEUE = "bench"
# Type, whether a worker serves its queue, how many of a hundred running workflows: most wait, some are in trouble.
MIXTURE = (
    ("Waits", True, 80),
    ("Naps", True, 10),
    ("Retries", True, 5),
    ("Fails", True, 2),
    ("Waits", False, 3),
)
FIRST = 100  # workflows, while single ones are looked at
SURVEYS = (2000, 3000)
STARTS_AT_ONCE = 50
PATIENCE = 300.0
GLANCE = 0.02


@dataclass
class Row:
    what: str
    ms: float
    baseline: str = ""
    baseline_ms: float = 0.0

    def __str__(self) -> str:
        text = f"{self.what:46} {self.ms:9.1f} ms"
        if self.baseline:
            text += f"   {self.baseline:34} {self.baseline_ms:9.1f} ms   {self.ms / self.baseline_ms:5.2f}"
        return text


class Bench:
    def __init__(self, program: str, loop: Loop, world: World) -> None:
        self.program = program
        self.cli = str(TOOLS / "temporal")
        self.loop = loop
        self.world = world

    def show(self, row: Row) -> None:
        print(row, flush=True)

    def memory(self, *command: str) -> float:
        """The most megabytes it had, read while it runs: what wait4 tells begins with its parent's."""
        process = subprocess.Popen(
            command, env=self.world.env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        most = 0
        while process.poll() is None:
            with contextlib.suppress(OSError, IndexError):
                status = Path(f"/proc/{process.pid}/status").read_text()
                most = max(most, int(status.partition("VmHWM:")[2].split()[0]))
        return most / 1024

    def once(self, *command: str) -> float:
        """Milliseconds from start to end of a process."""
        begun = time.perf_counter()
        process = subprocess.Popen(
            command,
            env=self.world.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        process.wait()
        return 1000 * (time.perf_counter() - begun)

    def median(self, *command: str, runs: int = RUNS) -> float:
        return statistics.median(self.once(*command) for _ in range(runs))

    def compare(
        self, what: str, ours: list[str], baseline: str, theirs: list[str], runs: int = RUNS
    ) -> None:
        """One after the other, in turn, so that a busy moment of the machine meets both."""
        taken: list[tuple[float, float]] = []
        for _ in range(runs):
            taken.append((self.once(self.program, *ours), self.once(self.cli, *theirs)))
        ms, baseline_ms = (statistics.median(column) for column in zip(*taken, strict=True))
        self.show(Row(what, ms, baseline, baseline_ms))


# ---- servers, workers, workflows ----


@contextmanager
def worker(world: World) -> Iterator[subprocess.Popen[bytes]]:
    words = [str(HERE / "bench_worker.py"), world.address, world.namespace, QUEUE]
    with (world.root / "worker.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, *words], stdout=log, stderr=log, env=world.env)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


async def until_polled(temporal: Temporal, pid: int, queue: str) -> None:
    request = DescribeTaskQueueRequest(
        namespace=temporal.namespace,
        task_queue=TaskQueue(name=queue),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    while True:
        answer = await temporal.client.workflow_service.describe_task_queue(request)
        if any(poller.identity.startswith(f"{pid}@") for poller in answer.pollers):
            return
        await asyncio.sleep(GLANCE)


async def until(holds: Callable[[], Any]) -> None:
    while not await holds():
        await asyncio.sleep(GLANCE)


async def start_many(temporal: Temporal, first: int, end: int) -> None:
    """Workflows number first to end of the mixture, until each that has a worker has been looked at by it."""
    kinds = [(type, served) for type, served, share in MIXTURE for _ in range(share)]
    turn = asyncio.Semaphore(STARTS_AT_ONCE)

    async def start(number: int) -> None:
        type, served = kinds[number % len(kinds)]
        queue = QUEUE if served else "nobody-polls-this"
        async with turn:
            handle: WorkflowHandle[Any, Any] = await temporal.client.start_workflow(
                type, id=f"bench-{number}", task_queue=queue
            )
        async with turn:
            await until(lambda: has_begun(handle) if served else none_needed())

    await asyncio.gather(*(start(number) for number in range(first, end)))

    async def all_listed() -> bool:
        count = await temporal.client.count_workflows("ExecutionStatus = 'Running'")
        return count.count >= end

    await until(all_listed)


async def has_begun(handle: WorkflowHandle[Any, Any]) -> bool:
    """Its first task is done, or is tried again."""
    raw = (await handle.describe()).raw_description
    return not raw.HasField("pending_workflow_task") or raw.pending_workflow_task.attempt > 1


async def none_needed() -> bool:
    return True


# ---- what is measured ----


def bench_starts(bench: Bench) -> None:
    for words in (["--help"], ["list-commands", "-o", "json"], ["show-settings"]):
        ms = bench.median(bench.program, *words)
        theirs = bench.median(bench.cli, "--version")
        bench.show(Row(" ".join(words), ms, "temporal --version", theirs))


def bench_one_workflow(bench: Bench, temporal: Temporal) -> None:
    ids = {"no worker": "bench-99", "bug": "bench-95", "retries": "bench-90", "waits": "bench-0"}
    for kind, id in ids.items():
        describe = ["workflow", "describe", "-w", id]
        bench.compare(
            f"diagnose -w ({kind})", ["diagnose", "-w", id], "workflow describe", describe
        )
    commands: dict[str, tuple[list[str], str, list[str]]] = {
        "describe-workflow": (["-w", "bench-0"], "workflow describe", ["-w", "bench-0"]),
        "show-workflow-history": (["-w", "bench-90"], "workflow show", ["-w", "bench-90"]),
        "list-recent-workflows": ([], "workflow list", ["--limit", "50"]),
    }
    for name, (ours, theirs, words) in commands.items():
        bench.compare(name, [name, *ours], theirs, [*theirs.split(), *words])


def bench_wait(bench: Bench, temporal: Temporal) -> None:
    """From the moment the workflow closed to the end of the process that waited for it."""

    def latency(number: int, *command: str) -> float:
        id = f"closes-{command[1]}-{number}"
        handle = temporal.start_workflow("Waits", task_queue=QUEUE, id=id)
        temporal.call(until(lambda: has_begun(handle)))
        process = subprocess.Popen([*command, id], env=bench.world.env, stdout=subprocess.DEVNULL)
        # Both are in their long poll after this; it is no part of what is measured.
        time.sleep(0.5)
        temporal.call(handle.signal("release"))
        process.wait()
        ended = time.time()
        close = temporal.call(handle.describe()).close_time
        assert close is not None
        return 1000 * (ended - close.timestamp())

    ours = [latency(n, bench.program, "wait-for-workflow-status", "-w") for n in range(RUNS)]
    theirs = [latency(n, bench.cli, "workflow", "result", "-w") for n in range(RUNS)]
    what = "wait-for-workflow-status, after the close"
    bench.show(
        Row(what, statistics.median(ours), "workflow result, likewise", statistics.median(theirs))
    )


def bench_survey(bench: Bench, temporal: Temporal) -> None:
    started = FIRST
    for size in SURVEYS:
        temporal.call(start_many(temporal, started, size), PATIENCE)
        started = size
        listing = ["workflow", "list", "--limit", str(size), "-o", "json"]
        for name in ("find-stalled-workflows", "diagnose"):
            what = f"{name}, {size} running"
            bench.compare(what, [name], f"workflow list --limit {size}", listing, FEW)
            print(f"{'  its memory':46} {bench.memory(bench.program, name):9.1f} MB", flush=True)


def bench_environment(bench: Bench) -> None:
    with scenes_of("trouble.py", bench.world) as scenes:
        id = scenes.rows[0]["workflow_id"]
        what = "diagnose, 10 troubles among 60 workflows"
        bench.compare(
            what, ["diagnose"], "workflow describe, of one", ["workflow", "describe", "-w", id]
        )


def bench_server(bench: Bench) -> None:
    """Until the namespace answers, both."""
    ours, theirs = [], []
    for number in range(FEW):
        bench.world.use_address(f"127.0.0.1:{bench.world.port}")
        ours.append(bench.once(bench.program, "ensure-server", "--headless"))
        subprocess.run(
            [bench.program, "stop-server"], env=bench.world.env, check=True, capture_output=True
        )
        begun = time.perf_counter()
        log = bench.world.root / f"plain-{number}.log"
        plain = DevServer.start(bench.loop, log, port=bench.world.port)
        theirs.append(1000 * (time.perf_counter() - begun))
        plain.stop()
    bench.show(
        Row("ensure-server", statistics.median(ours), "server start-dev", statistics.median(theirs))
    )


def bench_worker(bench: Bench, temporal: Temporal) -> None:
    """Until the server lists it as a poller, both; ours also looks for the one before, and ends it."""
    script = str(HERE / "bench_worker.py")
    words = [sys.executable, script, bench.world.address, bench.world.namespace]
    bench.world.env["TEMPORAL_WORKER_CMD"] = shlex.join([*words, "ours"])
    ours, theirs = [], []
    for _ in range(FEW):
        ours.append(bench.once(bench.program, "ensure-worker", "--task-queue", "ours"))
        begun = time.perf_counter()
        process = subprocess.Popen([*words, "theirs"], env=bench.world.env)
        temporal.call(until_polled(temporal, process.pid, "theirs"))
        theirs.append(1000 * (time.perf_counter() - begun))
        process.kill()
        process.wait()
    row = Row("ensure-worker, the first", ours[0], "python worker.py", statistics.median(theirs))
    bench.show(row)
    again = statistics.median(ours[1:])
    bench.show(Row("ensure-worker, in place of one", again, row.baseline, row.baseline_ms))
    bench_passport(bench)
    bench.show(Row("kill-worker", bench.once(bench.program, "kill-worker")))


def bench_passport(bench: Bench) -> None:
    """A worker that describes itself beside one that does not, in turn; at most 1.05."""
    taken: dict[str, list[float]] = {"true": [], "false": []}
    for _ in range(PAIRS):
        for switch, times in taken.items():
            bench.world.env["CLAUDE_TEMPORAL_PASSPORT"] = switch
            times.append(bench.once(bench.program, "ensure-worker", "--task-queue", "ours"))
    del bench.world.env["CLAUDE_TEMPORAL_PASSPORT"]
    with_one, without = (statistics.median(times) for times in taken.values())
    bench.show(Row("ensure-worker with a passport", with_one, "passport = false", without))


def main(program: str) -> None:
    loop = Loop()
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        world = World(Path(folder) / "world")
        bench = Bench(str(Path(program).resolve()), loop, world)
        print(f"{'ours':46} {'median':>12}   {'beside':34} {'median':>12}   ratio")
        try:
            bench_starts(bench)
            bench_server(bench)
            server = DevServer.start(loop, world.root / "server.log")
            world.use_address(server.address)
            temporal = Temporal(loop, server.address)
            bench_worker(bench, temporal)
            with worker(world) as process:
                temporal.call(until_polled(temporal, process.pid, QUEUE))
                temporal.call(start_many(temporal, 0, FIRST), PATIENCE)
                bench_one_workflow(bench, temporal)
                bench_wait(bench, temporal)
                bench_survey(bench, temporal)
            temporal.call(register_namespace(temporal.client, "trouble"))
            world.use_address(server.address, "trouble")
            bench_environment(bench)
            server.stop()
        finally:
            world.sweep()


if __name__ == "__main__":
    main(sys.argv[1])
