"""What a workflow's code asks for while it is replayed, where, and how that differs from the history.

Whether a history fits is the SDK's word. This finds the place: the first thing that the code asks
for otherwise than the history has it.
"""

import hashlib
import os
import re
import sys
import time

import temporalio.bridge.worker
import temporalio.worker._workflow_instance as instance_module

from temporal_skill_probe.project_files import is_of_project

DEADLOCK = "[TMPRL1101]"

# By the name of an event's attributes: what it is in words, and where its name is.
_OF_EVENTS = {
    "activity_task_scheduled_event_attributes": ("activity", "activity_type.name"),
    "timer_started_event_attributes": ("timer", None),
    "start_child_workflow_execution_initiated_event_attributes": (
        "child workflow",
        "workflow_type.name",
    ),
    "signal_external_workflow_execution_initiated_event_attributes": (
        "signal to a workflow",
        None,
    ),
    "request_cancel_external_workflow_execution_initiated_event_attributes": (
        "cancel of a workflow",
        None,
    ),
    "upsert_workflow_search_attributes_event_attributes": ("search attributes", None),
    "workflow_properties_modified_event_attributes": ("memo", None),
    "nexus_operation_scheduled_event_attributes": ("Nexus operation", "operation"),
    "workflow_execution_completed_event_attributes": ("end of the workflow", None),
    "workflow_execution_failed_event_attributes": ("failure of the workflow", None),
    "workflow_execution_canceled_event_attributes": (
        "cancellation of the workflow",
        None,
    ),
    "workflow_execution_continued_as_new_event_attributes": ("continue as new", None),
}

_OF_COMMANDS = {
    "schedule_activity": ("activity", "activity_type"),
    "start_timer": ("timer", None),
    "start_child_workflow_execution": ("child workflow", "workflow_type"),
    "signal_external_workflow_execution": ("signal to a workflow", None),
    "request_cancel_external_workflow_execution": ("cancel of a workflow", None),
    "upsert_workflow_search_attributes": ("search attributes", None),
    "modify_workflow_properties": ("memo", None),
    "schedule_nexus_operation": ("Nexus operation", "operation"),
    "complete_workflow_execution": ("end of the workflow", None),
    "fail_workflow_execution": ("failure of the workflow", None),
    "cancel_workflow_execution": ("cancellation of the workflow", None),
    "continue_as_new_workflow_execution": ("continue as new", None),
}

# A thing that is taken back in the same task never gets to the server.
_TAKES_BACK = {
    "cancel_timer": "start_timer",
    "request_cancel_activity": "schedule_activity",
}


def _at(message, path):
    for part in path.split("."):
        message = getattr(message, part)
    return message


def _named(table, which, message):
    kind, path = table[which]
    return kind, _at(message, path) if path else ""


class Watched:
    """What is seen of one history."""

    def __init__(self, events):
        self.asked = []  # (kind, name, place), in the order of the code
        self.activations = 0
        self.length = 0
        self.live = False  # the last activation was beyond what the history has
        self.failure = None
        self.last = time.monotonic()
        self.on_its_way = (
            None  # called when it begins what only a real worker could end
        )
        self.expected = [
            (*_named(_OF_EVENTS, which, getattr(event, which)), event.event_id, event)
            for event in events
            for which in [event.WhichOneof("attributes")]
            if which in _OF_EVENTS
        ]
        self.names = {event.event_id: event for event in events}

    # ---- from the instance ----

    def note(self, activation, completion, places):
        self.activations += 1
        self.last = time.monotonic()
        self.length = max(self.length, activation.history_length)
        self.live = not activation.is_replaying
        if completion.HasField("failed"):
            return
        given = list(zip(completion.successful.commands, places))
        taken_back = {
            (_TAKES_BACK[which], getattr(command, which).seq)
            for command, _ in given
            for which in [command.WhichOneof("variant")]
            if which in _TAKES_BACK
        }
        for command, place in given:
            which = command.WhichOneof("variant")
            if which not in _OF_COMMANDS:
                continue
            message = getattr(command, which)
            if (which, getattr(message, "seq", None)) in taken_back:
                continue
            self.asked.append((*_named(_OF_COMMANDS, which, message), place))
        self._look_at_local_activities(given)

    def _look_at_local_activities(self, given):
        """A worker refuses such that it does not have; those ahead only a real one could run."""
        for command, place in given:
            if command.WhichOneof("variant") != "schedule_local_activity":
                continue
            name = command.schedule_local_activity.activity_type
            if not {name, "*"} & self.activities:
                self.failure = {
                    "reason": "workflow_task_failure",
                    "error": "ValueError",
                    "message": f"local activity '{name}' is not registered on this worker",
                    **(place or {}),
                }
            if self.live and self.on_its_way:
                self.on_its_way()

    # ---- told ----

    def reached(self):
        digest = hashlib.sha256()
        for kind, name, _ in self.asked:
            digest.update(f"{kind}\0{name}\0".encode())
        return {
            "reached": self.length,
            "live": self.live,
            "asked": len(self.asked),
            "digest": digest.hexdigest()[:16],
        }

    def difference(self, message):
        """The event and the line of code that the SDK's word is about, as far as they are known."""
        at = 0
        while (
            at < len(self.asked)
            and at < len(self.expected)
            and self.asked[at][:2] == self.expected[at][:2]
        ):
            at += 1
        found = {}
        if at < len(self.expected):
            kind, name, event_id, _ = self.expected[at]
            found.update(event_id=event_id, expected=f"{kind} {name}".strip())
        told = re.search(r"\b(?:event_)?id: (\d+)", message)
        if told and "event_id" not in found:
            found["event_id"] = int(told.group(1))
        if at < len(self.asked):
            kind, name, place = self.asked[at]
            found["got"] = f"{kind} {name}".strip()
        else:
            place = self.asked[-1][2] if self.asked else None
            found["after"] = bool(place)
        return {**found, **(place or {})}


def _failure(failure):
    """A task that fails: its innermost cause, and the line of the project that raised it."""
    deepest = failure
    while deepest.HasField("cause"):
        deepest = deepest.cause
    kind = deepest.application_failure_info.type
    message = deepest.message or failure.message
    return {
        "reason": "deadlock" if DEADLOCK in message else "workflow_task_failure",
        "error": kind,
        "message": message[:4000],
        **_place_of_trace(deepest.stack_trace or failure.stack_trace),
    }


def _place_of_trace(text):
    place = {}
    for path, line, function in re.findall(
        r'File "([^"]+)", line (\d+), in (\S+)', text
    ):
        if is_of_project(path):
            place = {
                "file": os.path.abspath(path),
                "line": int(line),
                "function": function,
            }
    return place


def _place():
    """The innermost line of the project that is at work."""
    frame = sys._getframe(2)
    while frame is not None:
        code = frame.f_code
        if is_of_project(code.co_filename):
            return {
                "file": os.path.abspath(code.co_filename),
                "line": frame.f_lineno,
                "function": code.co_name,
            }
        frame = frame.f_back
    return None


_watched = {}
_places = {}


def watch(events):
    """Begins to watch the run of these events."""
    _attach()
    seen = Watched(events)
    started = events[0].workflow_execution_started_event_attributes
    _watched[started.original_execution_run_id] = seen
    return seen


_attached = False


def _attach():
    global _attached
    if _attached:
        return
    _attached = True
    kind = instance_module._WorkflowInstanceImpl
    activate, add_command = kind.activate, kind._add_command

    def watched_activate(self, activation):
        _places[id(self)] = []
        completion = activate(self, activation)
        places = _places.pop(id(self), [])
        seen = _watched.get(activation.run_id)
        if seen is not None and not _only_evicts(activation):
            seen.note(activation, completion, places)
        return completion

    def watched_add_command(self):
        _places.setdefault(id(self), []).append(_place())
        return add_command(self)

    kind.activate = watched_activate
    kind._add_command = watched_add_command
    _watch_failures()


def _watch_failures():
    """Tasks that fail, also beside the workflow's own code: it blocks, a payload cannot be decoded."""
    worker = temporalio.bridge.worker.Worker
    complete = worker.complete_workflow_activation

    async def watched_complete(self, completion):
        seen = _watched.get(completion.run_id)
        if seen is not None and completion.HasField("failed"):
            seen.failure = _failure(completion.failed.failure)
        return await complete(self, completion)

    worker.complete_workflow_activation = watched_complete


def _only_evicts(activation):
    return all(job.HasField("remove_from_cache") for job in activation.jobs)
