"""What a workflow runs: its handlers, what they call in the project, and what of these lines is left out."""

from __future__ import annotations

import ast

from workflow_rules.sources import (
    FUNCTIONS,
    Class,
    Function,
    Instance,
    Scope,
    is_self_attribute,
)

WORKFLOW = "temporalio.workflow."
HANDLERS = ("run", "signal", "query", "update", "init", "dynamic_config")
VALIDATOR = "validator"

# As start_KIND and execute_KIND.
ACTIVITY_KINDS = [
    kind + way
    for kind in ("activity", "local_activity")
    for way in ("", "_class", "_method")
]

# What these make of a function still runs as it stands there.
_TRANSPARENT = {
    "builtins.staticmethod",
    "builtins.classmethod",
    "builtins.property",
    "abc.abstractmethod",
    "typing.override",
    "typing.no_type_check",
    "typing_extensions.override",
    "contextlib.contextmanager",
    "contextlib.asynccontextmanager",
    "functools.wraps",
    "functools.cached_property",
}

_STATIC = {"builtins.staticmethod", "builtins.classmethod"}


def handler_kind(function):
    """'run', 'signal', ... of a method; VALIDATOR; None: no handler."""
    scope = Scope(function.module)
    for decorator in function.node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        meaning = scope.meaning(called)
        if isinstance(meaning, str) and meaning.startswith(WORKFLOW):
            kind = meaning[len(WORKFLOW) :]
            if kind in HANDLERS:
                return kind
        if isinstance(called, ast.Attribute) and called.attr == VALIDATOR:
            return VALIDATOR
    return None


def is_activity(function):
    return "temporalio.activity.defn" in function.decorators()


def runs_as_it_stands(function):
    return all(meaning in _TRANSPARENT for meaning in function.decorators())


def workflow_name(owner):
    """The type's name of a class that is a workflow; None: it is none."""
    scope = Scope(owner.module)
    for decorator in owner.node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        if scope.meaning(called) != WORKFLOW + "defn":
            continue
        for keyword in getattr(decorator, "keywords", ()):
            if keyword.arg == "name" and isinstance(keyword.value, ast.Constant):
                return str(keyword.value.value)
        return owner.node.name
    return None


# ---- lines that no replay runs ----


def _says(test, scope, name):
    """True where the test holds only if workflow.NAME() does, False where only if it does not."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        inner = _says(test.operand, scope, name)
        return None if inner is None else not inner
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for value in test.values:
            said = _says(value, scope, name)
            if said is not None:
                return said
    if isinstance(test, ast.Call) and scope.meaning(test.func) == WORKFLOW + name:
        return True
    return None


def _leaves(body):
    return bool(body) and isinstance(
        body[-1], (ast.Return, ast.Raise, ast.Continue, ast.Break)
    )


def sides(node, scope):
    """(body counts, orelse counts) of an if, as statement or as expression."""
    replaying = _says(node.test, scope, "unsafe.is_replaying")
    inside = _says(node.test, scope, "in_workflow")
    negated = not isinstance(node.test, ast.BoolOp)
    body = replaying is not False and inside is not False
    orelse = not (negated and (replaying is True or inside is True))
    if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
        body = False
    return body, orelse


def _is_unrestricted(node, scope):
    return any(
        isinstance(item.context_expr, ast.Call)
        and scope.meaning(item.context_expr.func)
        == WORKFLOW + "unsafe.sandbox_unrestricted"
        for item in node.items
    )


def visit(node, scope, see):
    """Calls see(node, scope) for all that a replay runs below node, in nested functions too."""
    if isinstance(node, FUNCTIONS):
        inner = Function(scope.module, node)
        if not all(meaning in _TRANSPARENT for meaning in inner.decorators()):
            return
        see(node, scope)
        statements(node.body, scope.enter(node), see)
        return
    if isinstance(node, ast.ClassDef):
        return
    if isinstance(node, ast.Lambda):
        visit(node.body, scope.enter(node), see)
        return
    see(node, scope)
    if isinstance(node, (ast.If, ast.IfExp)):
        body, orelse = sides(node, scope)
        visit(node.test, scope, see)
        for counts, part in ((body, node.body), (orelse, node.orelse)):
            if counts:
                statements(part if isinstance(part, list) else [part], scope, see)
        return
    if isinstance(node, (ast.With, ast.AsyncWith)) and _is_unrestricted(node, scope):
        return
    for _, value in ast.iter_fields(node):
        if isinstance(value, list):
            statements(
                [item for item in value if isinstance(item, ast.AST)], scope, see
            )
        elif isinstance(value, ast.AST):
            visit(value, scope, see)


def statements(body, scope, see):
    for node in body:
        visit(node, scope, see)
        if isinstance(node, ast.If):
            counts, others = sides(node, scope)
            # if is_replaying(): return; what follows is not replayed.
            if (counts and not others and _leaves(node.body)) or (
                others and not counts and _leaves(node.orelse)
            ):
                return


# ---- what is called ----


class Reach:
    """The functions of the project that one workflow runs."""

    def __init__(self, owner):
        self.owner = owner
        self.functions = []  # (Function, kind of handler or None)
        self._seen = set()
        for method in self._own_methods(owner):
            kind = handler_kind(method)
            # Instances of a workflow are only made to run it.
            if kind or not _STATIC.intersection(method.decorators()):
                self._add(method, kind)

    def _own_methods(self, owner, depth=0):
        seen = set()
        classes = [owner]
        for one in classes:
            for name, method in one.methods.items():
                if name not in seen:
                    seen.add(name)
                    yield method
            if len(classes) < 20:
                classes += [base for base in one.bases() if isinstance(base, Class)]

    def _add(self, function, kind=None):
        if function.nested or id(function.node) in self._seen:
            return
        self._seen.add(id(function.node))
        if is_activity(function):
            return
        if (
            kind is None
            and function.node.name != "__init__"
            and not runs_as_it_stands(function)
        ):
            return
        self.functions.append((function, kind))
        statements(function.node.body, scope_of(function, self.owner), self._follow)

    def _follow(self, node, scope):
        if isinstance(node, ast.Call):
            called = scope.meaning(node.func)
            if isinstance(called, Function):
                self._add(called)
            elif isinstance(called, Class):
                for name in ("__init__", "__post_init__"):
                    method = called.method(name)
                    if method:
                        self._add(method)
        elif is_self_attribute(node) and isinstance(node.ctx, ast.Load):
            called = scope.meaning(node)
            if isinstance(called, Function):
                self._add(called)


def scope_of(function, workflow):
    """The scope inside a function; in a class that the workflow is made from, self is the workflow."""
    owner = function.owner
    if owner and _is_made_from(workflow, owner):
        owner = workflow
    return Scope(function.module, None, owner).enter(function.node)


def _is_made_from(owner, base, depth=0):
    return owner is base or (
        depth < 12
        and any(
            _is_made_from(one, base, depth + 1)
            for one in owner.bases()
            if isinstance(one, Class)
        )
    )


__all__ = ["Instance", "Reach", "handler_kind", "is_activity", "visit", "workflow_name"]
