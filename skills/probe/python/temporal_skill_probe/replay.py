"""Replays histories with a worker's own workflows, by the SDK's own Replayer."""

import asyncio
import collections
import inspect
import itertools
import json
import os
import re
import select
import time

import temporalio.api.enums.v1 as enums
import temporalio.api.history.v1 as api
import temporalio.api.workflowservice.v1 as service
import temporalio.client
import temporalio.worker

from temporal_skill_probe import commands, ending, lines, passport

# A replay in which nothing happens for so long does not end. A task that blocks is told after two.
_SILENCE_SECONDS = 20

_NONDETERMINISM = "[TMPRL1100]"


def _folder():
    return os.environ["TEMPORAL_SKILL_PROBE_HISTORIES"]


class History:
    """One that is to be replayed; read when its turn comes."""

    def __init__(self, row):
        self.workflow_id, self.run_id = row["workflow_id"], row.get("run_id", "")
        self.type, self.task_queue = row.get("type", ""), row.get("task_queue", "")
        self.file = os.path.join(_folder(), row["file"])
        self.row = row.get("row")

    def events(self):
        with open(self.file, "rb") as file:
            data = file.read()
        if self.file.endswith(".json"):
            text = data.decode()
            return temporalio.client.WorkflowHistory.from_json(
                self.workflow_id, text
            ).events
        answer = service.GetWorkflowExecutionHistoryResponse.FromString(data)
        return list(answer.history.events)


_SCHEDULED = enums.EventType.EVENT_TYPE_WORKFLOW_TASK_SCHEDULED
_STARTED = enums.EventType.EVENT_TYPE_WORKFLOW_TASK_STARTED
_COMPLETED = enums.EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED
_LOST = (
    enums.EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED,
    enums.EventType.EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT,
)
_CLOSED = tuple(
    getattr(enums.EventType, "EVENT_TYPE_WORKFLOW_EXECUTION_" + how)
    for how in (
        "COMPLETED",
        "FAILED",
        "CANCELED",
        "TERMINATED",
        "TIMED_OUT",
        "CONTINUED_AS_NEW",
    )
)


def up_to_now(events):
    """The events with the task begun that an open run stands at, as its next worker gets them.

    The server writes down no attempt but the first, and the one that is under way not before it has
    ended: without it the SDK would not come to the place where the run is stuck.
    """
    if not events or events[-1].event_type in _CLOSED:
        return events
    events = list(events)
    while events and events[-1].event_type in (_SCHEDULED, _STARTED):
        events.pop()
    if not events or events[-1].event_type == _COMPLETED:
        return events
    for kind in (_SCHEDULED, _STARTED):
        event = api.HistoryEvent(event_id=events[-1].event_id + 1, event_type=kind)
        event.event_time.CopyFrom(events[-1].event_time)
        events.append(event)
    started = events[0].workflow_execution_started_event_attributes
    events[-2].workflow_task_scheduled_event_attributes.task_queue.CopyFrom(
        started.task_queue
    )
    events[-1].workflow_task_started_event_attributes.scheduled_event_id = events[
        -2
    ].event_id
    return events


async def _asked_for(queue, types):
    """The histories that temporal-skill has for a worker of that queue with these types."""
    # The PID may be another's here; see changed_world.
    name = f"ask-{time.monotonic_ns()}-{next(_asked)}"
    pipe = os.path.join(_folder(), name)
    os.mkfifo(pipe, 0o600)
    # Open before it is asked, so that whoever answers finds a reader.
    answer = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        lines.write("asks", queue=queue, types=types, answer=name)
        index = await asyncio.get_running_loop().run_in_executor(
            None, _read_answer, answer
        )
    finally:
        os.close(answer)
    return _read_index(index) if index else []


def _read_index(name):
    with open(os.path.join(_folder(), name), encoding="utf-8") as file:
        return [History(row) for row in json.load(file)["histories"]]


_asked = itertools.count()


def _read_answer(answer):
    """The name of a file, once it is written there."""
    waiting = select.poll()
    waiting.register(answer, select.POLLIN)
    waiting.poll()
    return os.read(answer, 4096).decode().strip()


def _settings(config):
    """What the Replayer takes of the worker's own settings, in this version of the SDK."""
    client = config["client"].config()
    of_client = [
        one
        for one in client.get("interceptors") or []
        if isinstance(one, temporalio.worker.Interceptor)
    ]
    given = list(config.get("interceptors") or [])
    settings = {
        "workflows": list(config["workflows"]),
        "workflow_runner": config.get("workflow_runner"),
        "unsandboxed_workflow_runner": config.get("unsandboxed_workflow_runner"),
        "namespace": client.get("namespace"),
        "data_converter": client.get("data_converter"),
        "interceptors": [one for one in of_client if one not in given] + given,
        "build_id": config.get("build_id"),
        "identity": config.get("identity"),
        "workflow_failure_exception_types": config.get(
            "workflow_failure_exception_types"
        )
        or [],
        "debug_mode": config.get("debug_mode"),
        "disable_safe_workflow_eviction": config.get("disable_safe_workflow_eviction"),
        "header_codec_behavior": client.get("header_codec_behavior"),
    }
    takes = inspect.signature(temporalio.worker.Replayer.__init__).parameters
    return {
        name: value
        for name, value in settings.items()
        if name in takes and value is not None
    }


class Replays:
    """The histories that one worker replays."""

    def __init__(self, worker):
        self.config = worker._config
        self.settings = None
        self.waiting = collections.deque()

    async def run(self):
        if self.settings is None and self.config.get("workflows"):
            self.settings = _settings(self.config)
            types = [
                passport.describe_workflow(one)["type"]
                for one in self.config["workflows"]
            ]
            self.waiting.extend(await _asked_for(self.config["task_queue"], types))
        while self.waiting:
            row = self.waiting[0]
            try:
                answer = await self._replay(row)
                if answer and answer.get("reason") == "deadlock":
                    # On a busy machine the first look at a workflow's modules takes that long.
                    answer = await self._replay(row)
            except asyncio.CancelledError:
                raise
            except Exception as error:  # noqa: BLE001
                answer = {
                    "reason": "error",
                    "message": f"{type(error).__name__}: {error}"[:4000],
                }
            self.waiting.popleft()
            if answer is None:
                continue
            lines.write(
                "replayed",
                row=row.row,
                workflow_id=row.workflow_id,
                run_id=row.run_id,
                type=row.type,
                task_queue=row.task_queue,
                **answer,
            )
            ending.touch()

    async def _replay(self, row):
        began = time.monotonic()
        written = row.events()
        history = temporalio.client.WorkflowHistory(row.workflow_id, up_to_now(written))
        seen = commands.watch(history.events)
        seen.activities = {
            passport.describe_activity(one)["type"]
            for one in self.config.get("activities") or []
        }
        ended, result = await self._end_of(history, seen)
        if not ended:
            return None
        answer = {"events": len(written), **seen.reached()}
        failure = result and result.replay_failure
        if failure is not None:
            answer.update(_reason(failure, seen))
        elif seen.failure is not None:
            answer.update(seen.failure)
        else:
            answer["fits"] = True
        answer["milliseconds"] = round((time.monotonic() - began) * 1000)
        return {"fits": False, **answer}

    async def _end_of(self, history, seen):
        """Whether it has ended, and the SDK's word on that; None where it got to what lies ahead.

        A local activity that has no event yet is one that only a worker could run: the SDK would
        wait for it. What is waited for in vain is left as it is; the process ends in any case.
        """
        loop, there = asyncio.get_running_loop(), asyncio.Event()
        seen.on_its_way = lambda: loop.call_soon_threadsafe(there.set)
        replays = asyncio.ensure_future(
            temporalio.worker.Replayer(**self.settings).replay_workflow(
                history, raise_on_replay_failure=False
            )
        )
        arrives = asyncio.ensure_future(there.wait())
        while not (replays.done() or arrives.done()):
            if time.monotonic() - seen.last > _SILENCE_SECONDS:
                return False, None
            await asyncio.wait(
                (replays, arrives), timeout=1, return_when=asyncio.FIRST_COMPLETED
            )
        arrives.cancel()
        return True, replays.result() if replays.done() else None


def _words(message):
    """The message alone, of what the core writes with all around it."""
    inner = re.search(r'message: "((?:[^"\\]|\\.)*)"', message)
    text = re.sub(r"\\(.)", r"\1", inner.group(1)) if inner else message
    return text[:4000]


def _reason(failure, seen):
    message = str(failure)
    if seen.failure is not None and _NONDETERMINISM not in message:
        return seen.failure
    if commands.DEADLOCK in message:
        return {"reason": "deadlock", "message": _words(message)}
    if _NONDETERMINISM in message or type(failure).__name__ == "NondeterminismError":
        return {
            "reason": "nondeterminism",
            "message": _words(message),
            **seen.difference(message),
        }
    return {"reason": "workflow_task_failure", "message": _words(message)}
