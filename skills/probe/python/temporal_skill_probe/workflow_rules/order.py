"""What differs from replay to replay: the order of sets, and what all runs share."""

from __future__ import annotations

import ast

from workflow_rules.flow import COROUTINES, inside, is_coroutine
from workflow_rules.reach import ACTIVITY_KINDS, WORKFLOW
from workflow_rules.sources import MUTATORS, is_self_attribute

# ---- the order of sets ----

_COMMANDS = COROUTINES | {f"{WORKFLOW}start_{kind}" for kind in ACTIVITY_KINDS}
_TASKS = {"asyncio.create_task", "asyncio.ensure_future"}
_SET_TYPES = {
    "builtins.set",
    "builtins.frozenset",
    "typing.Set",
    "typing.FrozenSet",
    "typing.AbstractSet",
    "typing.MutableSet",
    "collections.abc.Set",
    "collections.abc.MutableSet",
}
_SET_METHODS = ("union", "intersection", "difference", "symmetric_difference", "copy")


def _annotated(annotation, scope):
    """'str', 'any' of an annotation that is a set; None: no set, or one whose order is the same."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            annotation = ast.parse(annotation.value, mode="eval").body
        except SyntaxError:
            return None
    item = None
    if isinstance(annotation, ast.Subscript):
        annotation, item = annotation.value, annotation.slice
    if scope.meaning(annotation) not in _SET_TYPES:
        return None
    meaning = scope.meaning(item) if item is not None else None
    if meaning in ("builtins.int", "builtins.bool"):
        return None
    return "str" if meaning in ("builtins.str", "builtins.bytes") else "any"


def _of_elements(elements):
    kinds = {
        type(one.value) if isinstance(one, ast.Constant) else None for one in elements
    }
    if kinds <= {int, bool}:
        return None
    return "str" if kinds <= {str, bytes} else "any"


def set_kind(node, scope, depth=0):
    """'str' or 'any' of what is a set for sure; None: not known, or one whose order is the same."""
    if depth > 6:
        return None
    if isinstance(node, ast.Set):
        return _of_elements(node.elts)
    if isinstance(node, ast.SetComp):
        return "any"
    if isinstance(node, ast.BinOp) and isinstance(
        node.op, (ast.BitOr, ast.BitAnd, ast.Sub, ast.BitXor)
    ):
        return set_kind(node.left, scope, depth + 1)
    if isinstance(node, ast.Call):
        called = scope.meaning(node.func)
        if called in ("builtins.set", "builtins.frozenset"):
            given = node.args[0] if node.args else None
            listed = isinstance(given, (ast.List, ast.Tuple, ast.Set))
            return _of_elements(given.elts) if listed else "any"
        if isinstance(node.func, ast.Attribute) and node.func.attr in _SET_METHODS:
            return set_kind(node.func.value, scope, depth + 1)
        return None
    if isinstance(node, ast.Name):
        holder = scope.holder(node.id)
        if holder and holder.annotations.get(node.id) is not None:
            return _annotated(holder.annotations[node.id], holder)
        value = holder.locals[node.id] if holder else None
        return (
            set_kind(value, holder, depth + 1) if isinstance(value, ast.AST) else None
        )
    if is_self_attribute(node) and scope.owner:
        return _set_of_self(node.attr, scope, depth)
    return None


def _set_of_self(attribute, scope, depth):
    kinds = set()
    for _, value, is_annotation in scope.owner.values_of(attribute):
        if value is None:
            continue  # |= and the like leave a set a set
        kinds.add(
            _annotated(value, scope)
            if is_annotation
            else set_kind(value, scope, depth + 1)
        )
    if not kinds or None in kinds:
        return None
    return "str" if kinds == {"str"} else "any"


def _makes_command(node, scope):
    for part in [node, *inside(node)]:
        if isinstance(part, ast.Await):
            return True
        if isinstance(part, ast.Call) and (
            scope.meaning(part.func) in _COMMANDS | _TASKS or is_coroutine(part, scope)
        ):
            return True
    return False


def check_set(told, node, scope):
    if isinstance(node, (ast.For, ast.AsyncFor)):
        over, bodies = [node.iter], node.body
    else:
        over, bodies = [part.iter for part in node.generators], [node.elt]
    for one in over:
        if isinstance(one, ast.Call) and scope.meaning(one.func) in (
            "builtins.list",
            "builtins.tuple",
            "builtins.enumerate",
            "builtins.iter",
        ):
            one = one.args[0] if one.args else one
        kind = set_kind(one, scope)
        if kind and any(_makes_command(body, scope) for body in bodies):
            told(
                "set-order",
                "error" if kind == "str" else "warning",
                one,
                f"'{ast.unparse(one)}' is a set: what is started for each comes in another order at a replay",
                "sorted(...), or a list or dict",
            )


# ---- what all runs share ----

_MUTABLE_CALLS = (
    "builtins.list",
    "builtins.dict",
    "builtins.set",
    "collections.defaultdict",
    "collections.deque",
    "collections.Counter",
    "collections.OrderedDict",
)


def _is_shared(name, scope):
    """Whether it is a mutable value that the module holds."""
    if scope.holder(name):
        return False
    value = scope.module.names.get(name)
    if isinstance(value, (ast.List, ast.Dict, ast.Set)):
        return True
    return isinstance(value, ast.Call) and scope.meaning(value.func) in _MUTABLE_CALLS


def _written_name(node):
    if isinstance(node, (ast.Assign, ast.Delete)):
        targets = node.targets
    elif isinstance(node, ast.AugAssign):
        targets = [node.target]
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.value if node.func.attr in MUTATORS else None
    else:
        return None
    for target in targets:
        if isinstance(target, ast.Subscript):
            return target.value
    return None


def check_shared(told, node, scope, function):
    written = _written_name(node)
    name = (
        written.id
        if isinstance(written, ast.Name) and _is_shared(written.id, scope)
        else None
    )
    if isinstance(node, (ast.Assign, ast.AugAssign)) and name is None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        shared = {
            one
            for part in ast.walk(function.node)
            if isinstance(part, ast.Global)
            for one in part.names
        }
        for target in targets:
            if isinstance(target, ast.Name) and target.id in shared:
                name = target.id
    if name:
        told(
            "global-state",
            "warning",
            node,
            f"'{name}' belongs to the module: no replay finds in it what this run found",
            "keep it in self",
        )
