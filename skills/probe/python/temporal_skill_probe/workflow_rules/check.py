"""All rules on all workflows of some files: findings, each once."""

from __future__ import annotations

import ast
import re

from workflow_rules.calls import check_call
from workflow_rules.flow import check_await, check_try, check_while
from workflow_rules.order import check_set, check_shared
from workflow_rules.reach import WORKFLOW, Reach, scope_of, statements, workflow_name
from workflow_rules.shape import check_class, check_handler, check_patches

_QUIET = re.compile(
    r"#\s*(?:noqa\b(:)?|temporal-skill:\s*ignore\b)\s*:?\s*([A-Za-z0-9_, -]*)"
)
_ONCE_A_FUNCTION = ("logger",)
_COMPOUND = (
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.Try,
    ast.ExceptHandler,
    ast.ClassDef,
    ast.FunctionDef,
    ast.AsyncFunctionDef,
)


def _is_quiet(module, node, rule):
    last = (
        node.lineno if isinstance(node, _COMPOUND) else node.end_lineno or node.lineno
    )
    for line in module.lines[node.lineno - 1 : last]:
        said = _QUIET.search(line)
        if said:
            named = said.group(2).replace(",", " ").split()
            if rule in named or not (named or said.group(1)):
                return True
    return False


class Findings:
    def __init__(self):
        self.rows = []
        self._seen = set()

    def teller(self, module, function, workflow):
        """told(rule, level, node, message, fix) for the lines of a function, or of a class (None)."""
        name = function.name if function else None

        def told(rule, level, node, message, fix):
            key = (module.path, node.lineno, rule)
            if rule in _ONCE_A_FUNCTION:
                key = (module.path, name, rule)
            if key in self._seen or _is_quiet(module, node, rule):
                return
            self._seen.add(key)
            self.rows.append(
                {
                    "kind": "finding",
                    "rule": rule,
                    "level": level,
                    "file": module.path,
                    "line": node.lineno,
                    "column": node.col_offset + 1,
                    "function": name,
                    "workflow": workflow,
                    "message": message,
                    "fix": fix,
                }
            )

        return told


def _check_function(told, function, kind, owner, patches):
    scope = scope_of(function, owner)
    loops = {
        id(inner)
        for part in ast.walk(function.node)
        if isinstance(part, ast.While)
        for inner in ast.walk(part)
    }

    def see(node, here):
        if isinstance(node, ast.Call):
            check_call(told, node, here, kind)
            if here.meaning(node.func) in (
                WORKFLOW + "patched",
                WORKFLOW + "deprecate_patch",
            ):
                patches.append((node, here, told))
        elif isinstance(node, ast.Try):
            check_try(told, node, here, id(node) in loops)
        elif isinstance(node, ast.While):
            check_while(told, node, here)
        elif (
            isinstance(node, ast.Subscript) and here.meaning(node.value) == "os.environ"
        ):
            told(
                "environment",
                "warning",
                node,
                "'os.environ' differs from one worker to another",
                "hand it to the workflow as a parameter, or read it in an activity",
            )
        if isinstance(node, (ast.For, ast.AsyncFor, ast.ListComp, ast.GeneratorExp)):
            check_set(told, node, here)
        check_await(told, node, here, function)
        check_shared(told, node, here, function)

    statements(function.node.body, scope, see)
    check_handler(told, function, kind, scope)


def check_module(module, findings):
    """Yields (name, line) of each workflow of a module, and finds what is to be told of it."""
    for owner in list(module.classes()):
        name = workflow_name(owner)
        if name is None:
            continue
        yield name, owner.node.lineno
        check_class(findings.teller(module, None, name), owner, name)
        patches = []
        for function, kind in Reach(owner).functions:
            told = findings.teller(function.module, function, name)
            _check_function(told, function, kind, owner, patches)
        if patches:
            check_patches(patches[-1][2], [(node, scope) for node, scope, _ in patches])
