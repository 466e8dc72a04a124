"""What the SDK, or Temporal, wants of a workflow's class and its handlers."""

from __future__ import annotations

import ast

from workflow_rules.reach import WORKFLOW, handler_kind, statements
from workflow_rules.sources import MUTATORS, Class, is_self_attribute


def check_class(told, owner, name):
    runs = [
        method for method in owner.methods.values() if handler_kind(method) == "run"
    ]
    only_defn = len(owner.node.decorator_list) == 1 and not owner.node.keywords
    if not runs and only_defn:
        inherited = any(
            method and handler_kind(method) == "run"
            for base in owner.bases()
            if isinstance(base, Class)
            for method in _all_methods(base)
        )
        what = (
            "has its run method only from its base class"
            if inherited
            else "has no run method"
        )
        told(
            "no-run",
            "error",
            owner.node,
            f"workflow '{name}' {what}, and the SDK refuses it",
            "an async method with @workflow.run in the class itself",
        )
    if len(runs) > 1:
        told(
            "several-runs",
            "error",
            runs[1].node,
            f"workflow '{name}' has {len(runs)} run methods, and the SDK refuses it",
            "keep one @workflow.run",
        )
    for run in runs:
        if isinstance(run.node, ast.FunctionDef) and len(run.node.decorator_list) == 1:
            told(
                "run-not-async",
                "error",
                run.node,
                f"the run method of workflow '{name}' is not async, and the SDK refuses it",
                f"async def {run.node.name}(...)",
            )


def _all_methods(owner, depth=0):
    yield from owner.methods.values()
    for base in owner.bases() if depth < 12 else ():
        if isinstance(base, Class):
            yield from _all_methods(base, depth + 1)


def _attribute_of_self(node):
    """self.a of self.a, self.a[0] and self.a.b"""
    while isinstance(node, (ast.Subscript, ast.Attribute)) and not is_self_attribute(
        node
    ):
        node = node.value
    return node if is_self_attribute(node) else None


def _changed(node):
    """What of self a statement changes; None: nothing."""
    targets = []
    if isinstance(node, (ast.Assign, ast.Delete)):
        targets = node.targets
    elif isinstance(node, (ast.AugAssign, ast.AnnAssign)):
        targets = [node.target] if getattr(node, "value", None) else []
    for target in targets:
        for part in (
            target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target]
        ):
            if _attribute_of_self(part):
                return _attribute_of_self(part)
    call = node.value if isinstance(node, ast.Expr) else None
    if (
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in MUTATORS
        and not is_self_attribute(call.func)
    ):
        return _attribute_of_self(call.func.value)
    return None


def check_handler(told, function, kind, scope):
    node = function.node
    is_async = isinstance(node, ast.AsyncFunctionDef)
    if kind == "query" and is_async:
        told(
            "async-query",
            "warning",
            node,
            "a query handler has nothing to wait for, and the SDK warns of async ones",
            f"def {node.name}(...)",
        )
    if kind == "validator" and is_async:
        told(
            "async-validator",
            "error",
            node,
            "the SDK does not await an update's validator: it never refuses anything",
            f"def {node.name}(...)",
        )
    if kind in ("query", "validator"):
        _check_changes(told, node, kind, scope)
    if kind == "signal":
        _check_returned(told, node, scope)


def _check_changes(told, node, kind, scope):
    def see(statement, _):
        changed = _changed(statement)
        if changed is not None:
            told(
                "read-only",
                "warning",
                statement,
                f"a {kind} changes 'self.{changed.attr}', and no replay repeats that",
                "do it in an update or signal handler",
            )

    statements(node.body, scope, see)


def _check_returned(told, node, scope):
    def see(statement, inside):
        if (
            inside is scope
            and isinstance(statement, ast.Return)
            and statement.value is not None
            and not (
                isinstance(statement.value, ast.Constant)
                and statement.value.value is None
            )
        ):
            told(
                "signal-result",
                "warning",
                statement,
                "nobody gets what a signal handler returns",
                "@workflow.update in place of @workflow.signal",
            )

    statements(node.body, scope, see)


def check_patches(told, calls):
    """Of all (node, scope) of patched() and deprecate_patch() in a workflow."""
    deciding = {}
    for node, scope in calls:
        decides = scope.meaning(node.func) == WORKFLOW + "patched"
        if decides and node.args and isinstance(node.args[0], ast.Constant):
            deciding[node.args[0].value] = node
    for node, scope in calls:
        if scope.meaning(node.func) != WORKFLOW + "deprecate_patch" or not node.args:
            continue
        given = node.args[0]
        if isinstance(given, ast.Constant) and given.value in deciding:
            told(
                "patch-order",
                "warning",
                node,
                f"patch '{given.value}' is deprecated here, and line "
                f"{deciding[given.value].lineno} still decides by it",
                "deprecate it once its old branch is gone",
            )
