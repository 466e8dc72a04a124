"""The project's modules as syntax trees, and what a name in them means.

A meaning is a text, the dotted name of what lies outside of the project ("datetime.datetime.now"; "pathlib.Path()" is
what calling gives), or a Module, Function, Class, Instance of the project. None: not known, and nothing is said of it.
"""

from __future__ import annotations

import ast
import builtins
import os

_DEEPEST = 12
_UP_MOST = 4  # folders above a file that lies outside of the project
_BYTES_MOST = 2 << 20

# Methods that change a list, dict or set in place.
MUTATORS = {
    *(
        "append",
        "appendleft",
        "extend",
        "insert",
        "pop",
        "popleft",
        "popitem",
        "remove",
        "discard",
    ),
    *("add", "clear", "update", "setdefault", "sort", "reverse"),
}

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Function:
    def __init__(self, module, node, owner=None, nested=False):
        self.module, self.node, self.owner = module, node, owner
        self.nested = nested  # in another function, whose names it uses
        self.name = f"{owner.node.name}.{node.name}" if owner else node.name

    def decorators(self):
        """Meanings of its decorators, None among them."""
        scope = Scope(self.module)
        for decorator in self.node.decorator_list:
            called = decorator.func if isinstance(decorator, ast.Call) else decorator
            yield scope.meaning(called)


class Class:
    def __init__(self, module, node):
        self.module, self.node = module, node
        self.methods = {
            item.name: Function(module, item, self)
            for item in node.body
            if isinstance(item, FUNCTIONS)
        }
        self._bases = None

    def bases(self):
        if self._bases is None:
            self._bases = []
            scope = Scope(self.module)
            self._bases = [scope.meaning(base) for base in self.node.bases]
        return self._bases

    def method(self, name, depth=0):
        """A method of its own or of the project's classes that it is made from; None: not known."""
        if name in self.methods:
            return self.methods[name]
        for base in self.bases() if depth < _DEEPEST else ():
            found = base.method(name, depth + 1) if isinstance(base, Class) else None
            if found:
                return found
        return None

    def values_of(self, attribute):
        """All that its methods assign to self.attribute; None stands for what is not a plain value."""
        for method in self.methods.values():
            for node in ast.walk(method.node):
                if isinstance(node, ast.Assign):
                    pairs = [(target, node.value) for target in node.targets]
                elif isinstance(node, ast.AnnAssign):
                    pairs = [(node.target, node.annotation)]
                elif isinstance(node, ast.AugAssign):
                    pairs = [(node.target, None)]
                else:
                    continue
                for target, value in pairs:
                    if is_self_attribute(target) and target.attr == attribute:
                        yield method, value, isinstance(node, ast.AnnAssign)


class Instance:
    def __init__(self, of):
        self.of = of


def is_self_attribute(node):
    return (
        isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
    )


class _Import:
    def __init__(self, dotted, level, name, whole=None):
        self.dotted, self.level, self.name = dotted, level, name
        self.whole = whole  # a.b.c of import a.b.c, which binds a

    def means(self):
        return self.dotted, self.level, self.name


def _imports(node):
    """(bound name, import) of an import statement."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            dotted = alias.name if alias.asname else alias.name.split(".")[0]
            yield alias.asname or dotted, _Import(dotted, 0, None, alias.name)
    else:
        for alias in node.names:
            yield (
                alias.asname or alias.name,
                _Import(node.module or "", node.level, alias.name),
            )


def bound_names(target):
    for node in ast.walk(target):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id


class Module:
    def __init__(self, project, path, text):
        self.project, self.path = project, path
        self.lines = text.splitlines()
        self.tree = ast.parse(text, path)
        self.names = {}  # to an import, Function, Class, the value assigned, or None
        self.stars = []
        self._read(self.tree.body)

    def _bind(self, name, meaning):
        known = self.names.get(name, meaning)
        same = known is meaning or (
            isinstance(known, _Import)
            and isinstance(meaning, _Import)
            and known.means() == meaning.means()
        )
        self.names[name] = meaning if same else None

    def _read(self, body):
        for node in body:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                for name, meaning in _imports(node):
                    if name == "*":
                        self.stars.append(meaning)
                    else:
                        self._bind(name, meaning)
            elif isinstance(node, FUNCTIONS):
                self._bind(node.name, Function(self, node))
            elif isinstance(node, ast.ClassDef):
                self._bind(node.name, Class(self, node))
            elif isinstance(node, ast.Assign):
                simple = len(node.targets) == 1 and isinstance(
                    node.targets[0], ast.Name
                )
                for target in node.targets:
                    for name in bound_names(target):
                        self._bind(name, node.value if simple else None)
            elif isinstance(node, (ast.AnnAssign, ast.AugAssign)):
                for name in bound_names(node.target):
                    self._bind(
                        name, node.value if isinstance(node, ast.AnnAssign) else None
                    )
            else:
                if isinstance(node, (ast.For, ast.AsyncFor)):
                    for name in bound_names(node.target):
                        self._bind(name, None)
                for part in ("body", "orelse", "finalbody"):
                    self._read(getattr(node, part, []))
                for handler in getattr(node, "handlers", []):
                    self._read(handler.body)

    def classes(self):
        for meaning in self.names.values():
            if isinstance(meaning, Class):
                yield meaning

    def member(self, name, depth=0):
        """What the name means for one who takes it from this module."""
        if depth > _DEEPEST:
            return None
        if name in self.names:
            return self._meant(self.names[name], depth)
        for star in self.stars:
            found = self.project.find(self.path, star.dotted, star.level)
            if isinstance(found, Module) and name in found.names:
                return found.member(name, depth + 1)
        return None

    def _meant(self, meaning, depth):
        if isinstance(meaning, _Import):
            return self.project.imported(self.path, meaning, depth + 1)
        if isinstance(meaning, ast.AST):
            return Scope(self).meaning(meaning, depth + 1)
        return meaning


class Folder:
    def __init__(self, path):
        self.path = path


class Project:
    def __init__(self, root):
        self.root = os.path.abspath(root)
        self._modules = {}
        self.unreadable = []  # (path, line, why)

    def module(self, path):
        """None: it is not there, too large, or not Python that this interpreter reads."""
        path = os.path.abspath(path)
        if path not in self._modules:
            self._modules[path] = self._load(path)
        return self._modules[path]

    def _load(self, path):
        try:
            with open(path, "rb") as file:
                data = file.read(_BYTES_MOST + 1)
            if len(data) > _BYTES_MOST:
                return None
            return Module(self, path, data.decode("utf-8-sig"))
        except SyntaxError as error:
            self.unreadable.append((path, error.lineno or 1, error.msg))
        except (OSError, ValueError, RecursionError, MemoryError):
            pass
        return None

    def _at(self, stem):
        for path in (stem + ".py", os.path.join(stem, "__init__.py")):
            if os.path.isfile(path):
                return self.module(path)
        return Folder(stem) if os.path.isdir(stem) else None

    def find(self, path, dotted, level):
        """The module, or folder of modules, that an import in the file at path means."""
        parts = dotted.split(".") if dotted else []
        folder = os.path.dirname(path)
        if level:
            for _ in range(level - 1):
                folder = os.path.dirname(folder)
            return self._at(os.path.join(folder, *parts))
        if parts[:1] == [
            "temporalio"
        ]:  # the rules know it by its name, also in the SDK's own tree
            return None
        within = (folder + os.sep).startswith(self.root + os.sep)
        for _ in range(_DEEPEST if within else _UP_MOST) if parts else ():
            for place in (folder, os.path.join(folder, "src")):
                found = self._at(os.path.join(place, *parts))
                if isinstance(found, Module):
                    return found
            if folder in (self.root, os.path.dirname(folder)):
                return None
            folder = os.path.dirname(folder)
        return None

    def _folder_of(self, path, what):
        """The folder without __init__.py by which import a.b.c comes to a module."""
        inner = self.find(path, what.whole, 0) if what.whole != what.dotted else None
        if not isinstance(inner, Module):
            return None
        place = os.path.splitext(inner.path)[0].removesuffix(os.sep + "__init__")
        for _ in range(what.whole.count(".") - what.dotted.count(".")):
            place = os.path.dirname(place)
        return Folder(place)

    def imported(self, path, what, depth=0):
        if depth > _DEEPEST:
            return None
        found = self.find(path, what.dotted, what.level)
        if what.name is None:
            return found or self._folder_of(path, what) or what.dotted
        if isinstance(found, Module):
            member = found.member(what.name, depth + 1)
            if member is not None or what.name in found.names:
                return member
        inner = f"{what.dotted}.{what.name}" if what.dotted else what.name
        if found or what.level:
            return self.find(path, inner, what.level)
        inside = self.find(path, inner, 0)
        return inside or inner


class Scope:
    """The names of a function, and of what it stands in."""

    def __init__(self, module, outer=None, owner=None):
        self.module, self.outer, self.owner = module, outer, owner
        self.locals = {}  # to an import, the one value assigned, or None
        self.annotations = {}

    def enter(self, node):
        """The scope of a function or lambda in this one."""
        inner = Scope(self.module, self, self.owner)
        arguments = node.args
        given = arguments.posonlyargs + arguments.args + arguments.kwonlyargs
        for argument in given + [arguments.vararg, arguments.kwarg]:
            if argument:
                inner.locals[argument.arg] = None
                inner.annotations[argument.arg] = argument.annotation
        if isinstance(node, FUNCTIONS):
            shared = set()
            for statement in node.body:
                inner._collect(statement, shared)
            for name in shared:
                inner.locals.pop(name, None)
        return inner

    def _bind(self, name, value):
        self.locals[name] = value if name not in self.locals else None

    def _collect(self, node, shared):
        if isinstance(node, FUNCTIONS + (ast.ClassDef,)):
            inner = None
            if isinstance(node, FUNCTIONS):
                inner = Function(self.module, node, nested=True)
            self._bind(node.name, inner)
            return
        if isinstance(node, ast.Lambda):
            return
        if isinstance(node, ast.Global):
            shared.update(node.names)
        elif isinstance(node, ast.Nonlocal):
            shared.update(node.names)
            if self.outer:
                self.outer.locals.update(dict.fromkeys(node.names))
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            for name, meaning in _imports(node):
                self._bind(name, meaning)
        elif isinstance(node, ast.Assign) and len(node.targets) == 1:
            target = node.targets[0]
            for name in bound_names(target):
                self._bind(name, node.value if isinstance(target, ast.Name) else None)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            self._bind(node.target.id, node.value)
            self.annotations[node.target.id] = node.annotation
        elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            self.locals[node.id] = None
            return
        elif isinstance(node, ast.ExceptHandler) and node.name:
            self.locals[node.name] = None
        for child in ast.iter_child_nodes(node):
            once = isinstance(node, (ast.Assign, ast.AnnAssign)) and isinstance(
                child, ast.Name
            )
            if not (
                once
                and isinstance(child.ctx, ast.Store)
                and len(getattr(node, "targets", [0])) == 1
            ):
                self._collect(child, shared)

    def holder(self, name):
        """The scope in which a function binds the name; None: none does."""
        if name in self.locals:
            return self
        return self.outer.holder(name) if self.outer else None

    def meaning(self, node, depth=0):
        if depth > _DEEPEST:
            return None
        if isinstance(node, ast.Name):
            return self._name(node.id, depth)
        if isinstance(node, ast.Attribute):
            return self._attribute(node, depth)
        if isinstance(node, ast.Call):
            called = self.meaning(node.func, depth + 1)
            if isinstance(called, str):
                return called + "()"
            return Instance(called) if isinstance(called, Class) else None
        if isinstance(node, ast.Subscript):  # Generic[T]
            found = self.meaning(node.value, depth + 1)
            return found if isinstance(found, Class) else None
        return None

    def _name(self, name, depth):
        holder = self.holder(name)
        if holder:
            value = holder.locals[name]
            if name == "self" and self.owner:
                return Instance(self.owner)
            if name == "cls" and self.owner:
                return self.owner
            if isinstance(value, _Import):
                return self.module.project.imported(self.module.path, value, depth)
            if isinstance(value, ast.AST):
                return holder.meaning(value, depth + 1)
            return value
        if name in self.module.names or self.module.stars:
            return self.module.member(name, depth)
        return f"builtins.{name}" if hasattr(builtins, name) else None

    def _attribute(self, node, depth):
        base, name = self.meaning(node.value, depth + 1), node.attr
        if isinstance(base, str):
            return f"{base}.{name}"
        if isinstance(base, Module):
            found = base.member(name, depth + 1)
            if found is None and name not in base.names:
                found = (
                    base.project._at(os.path.join(os.path.dirname(base.path), name))
                    if os.path.basename(base.path) == "__init__.py"
                    else None
                )
            return found
        if isinstance(base, Folder):
            return self.module.project._at(os.path.join(base.path, name))
        if isinstance(base, Class):
            return base.method(name)
        if isinstance(base, Instance):
            return base.of.method(name) or self._held(base.of, name, depth)
        return None

    def _held(self, owner, attribute, depth):
        """What self.attribute is, where the class assigns it once."""
        values = list(owner.values_of(attribute))
        if len(values) != 1 or values[0][2]:
            return None
        method, value, _ = values[0]
        inside = Scope(owner.module, None, owner).enter(method.node)
        found = (
            inside.meaning(value, depth + 1) if isinstance(value, ast.Call) else None
        )
        return found if isinstance(found, (Instance, str)) else None
