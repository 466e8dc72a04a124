"""Statements of workflow code that lose a coroutine, a cancellation, or the worker's thread."""

from __future__ import annotations

import ast

from workflow_rules.reach import ACTIVITY_KINDS, WORKFLOW
from workflow_rules.sources import FUNCTIONS, Function, is_self_attribute

# ---- awaits ----

COROUTINES = {f"{WORKFLOW}execute_{kind}" for kind in ACTIVITY_KINDS} | {
    WORKFLOW + "execute_child_workflow",
    WORKFLOW + "start_child_workflow",
    WORKFLOW + "wait_condition",
    WORKFLOW + "sleep",
    WORKFLOW + "wait",
    "asyncio.sleep",
    "asyncio.wait_for",
    "asyncio.wait",
}

_STILL_ASYNC = {
    "builtins.staticmethod",
    "builtins.classmethod",
    "abc.abstractmethod",
    "typing.override",
    "typing_extensions.override",
}


def inside(node):
    """All below a node, without the functions in it."""
    for child in ast.iter_child_nodes(node):
        if not isinstance(child, FUNCTIONS + (ast.Lambda, ast.ClassDef)):
            yield child
            yield from inside(child)


def is_coroutine(node, scope):
    called = scope.meaning(node.func) if isinstance(node, ast.Call) else None
    if isinstance(called, str):
        return called in COROUTINES
    return (
        isinstance(called, Function)
        and isinstance(called.node, ast.AsyncFunctionDef)
        and all(meaning in _STILL_ASYNC for meaning in called.decorators())
        and not any(
            isinstance(part, (ast.Yield, ast.YieldFrom)) for part in inside(called.node)
        )
    )


def _is_never_awaited(name, function):
    """Whether what is assigned once to the name is only used as if it were a result, or not at all."""
    stores, loads, as_result = 0, 0, 0
    for node in ast.walk(function):
        if isinstance(node, ast.Name) and node.id == name:
            stores += not isinstance(node.ctx, ast.Load)
            loads += isinstance(node.ctx, ast.Load)
        used = []
        member = isinstance(node, ast.Attribute) and node.attr not in (
            "close",
            "send",
            "throw",
        )
        if member or isinstance(node, (ast.Subscript, ast.FormattedValue)):
            used = [node.value]
        elif isinstance(node, ast.BinOp):
            used = [node.left, node.right]
        as_result += sum(isinstance(one, ast.Name) and one.id == name for one in used)
    return stores == 1 and loads == as_result


def check_await(told, node, scope, function):
    value = getattr(node, "value", None)
    if isinstance(node, ast.Expr):
        lost = is_coroutine(value, scope)
    elif isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
        lost = (
            isinstance(target, ast.Name)
            and target.id in scope.locals
            and is_coroutine(value, scope)
            and _is_never_awaited(target.id, function.node)
        )
    else:
        return
    if lost:
        told(
            "missing-await",
            "error",
            node,
            f"'{ast.unparse(value.func)}(...)' is not awaited: it never runs",
            "await it",
        )


# ---- cancellation ----


def _caught(handler, scope):
    """Meanings of the exceptions that a handler takes; of a bare except BaseException."""
    if handler.type is None:
        return ["builtins.BaseException"]
    parts = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [scope.meaning(part) for part in parts]


_CANCELLED = ("asyncio.CancelledError", "asyncio.exceptions.CancelledError")


def _swallows(handler, scope):
    caught = _caught(handler, scope)
    if "builtins.BaseException" not in caught and not (
        "builtins.Exception" in caught and any(one in _CANCELLED for one in caught)
    ):
        return False
    for node in inside(handler):
        if isinstance(node, ast.Raise):
            return False
        # Kept for later, handed on, or looked at: not known to be lost.
        if (
            isinstance(node, ast.Name)
            and node.id == handler.name
            and not _only_said(node, handler)
        ):
            return False
    return True


def _only_said(name, handler):
    """Whether the exception is only written into a log."""
    for node in inside(handler):
        if isinstance(node, ast.Call) and any(part is name for part in ast.walk(node)):
            func = node.func
            word = (
                func.attr
                if isinstance(func, ast.Attribute)
                else getattr(func, "id", "")
            )
            if word in (
                "print",
                "debug",
                "info",
                "warning",
                "error",
                "exception",
                "critical",
            ):
                return True
    return False


def check_try(told, node, scope, loop):
    if not any(
        isinstance(part, (ast.Await, ast.AsyncFor, ast.AsyncWith))
        for one in node.body
        for part in [one, *inside(one)]
    ):
        return
    for handler in node.handlers:
        if (
            any(one in _CANCELLED for one in _caught(handler, scope))
            and len(_caught(handler, scope)) == 1
        ):
            return  # cancellation has its own handler before
        if not _swallows(handler, scope):
            continue
        goes_on = loop and not any(
            isinstance(part, (ast.Break, ast.Return)) for part in inside(handler)
        )
        what = (
            "except:"
            if handler.type is None
            else f"except {ast.unparse(handler.type)}:"
        )
        told(
            "swallowed-cancellation",
            "error" if goes_on else "warning",
            handler,
            f"'{what}' also takes cancellation"
            + (", and the loop goes on" if goes_on else "")
            + ": the workflow cannot be cancelled here",
            "except Exception:, or raise it again",
        )


# ---- loops ----


def check_while(told, node, scope):
    """A loop that waits for something by going round: the workflow's thread is never given back."""
    waits = [part for part in inside(node) if isinstance(part, ast.Await)]
    names = [part for part in ast.walk(node.test) if isinstance(part, ast.Attribute)]
    waiting = any(is_self_attribute(part) for part in names) or (
        isinstance(node.test, ast.Constant)
        and node.test.value
        and not any(
            isinstance(part, (ast.Break, ast.Return, ast.Raise))
            for part in inside(node)
        )
    )
    if not waits or not waiting or _changes_test(node):
        return
    if any(isinstance(part, (ast.AsyncFor, ast.AsyncWith)) for part in inside(node)):
        return
    for wait in waits:
        call = wait.value
        if not (
            isinstance(call, ast.Call)
            and scope.meaning(call.func) == "asyncio.sleep"
            and len(call.args) == 1
            and isinstance(call.args[0], ast.Constant)
            and call.args[0].value == 0
        ):
            return
    told(
        "busy-loop",
        "error",
        node,
        "the loop waits by sleep(0): it never gives the worker's thread back (deadlock)",
        "await workflow.wait_condition(lambda: ...)",
    )


def _changes_test(node):
    tested = {part.attr for part in ast.walk(node.test) if is_self_attribute(part)}
    for part in inside(node):
        stored = is_self_attribute(part) and isinstance(part.ctx, ast.Store)
        if stored and part.attr in tested:
            return True
        called = part.func if isinstance(part, ast.Call) else None
        if is_self_attribute(called) or is_self_attribute(
            getattr(called, "value", None)
        ):
            return True
    return False
