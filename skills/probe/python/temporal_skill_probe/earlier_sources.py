"""The sources that a worker was started with: kept beside its passport, and run again later.

So the code that the running workflows have known can be asked how it takes their histories, after
the files were changed.
"""

import hashlib
import importlib.machinery
import importlib.util
import json
import os
import runpy
import sys
import threading

# More belongs to no project of workflows; what is left out stands as it is on disk.
_FILES_MOST = 500
_BYTES_MOST = 4 << 20

_INDEX = "sources.json"
_earlier = {}


def _files_of_project():
    from temporal_skill_probe.project_files import is_of_project

    root = os.getcwd() + os.sep
    for module in list(sys.modules.values()):
        path = getattr(module, "__file__", None)
        if not path or not path.endswith(".py"):
            continue
        path = os.path.abspath(path)
        if path.startswith(root) and is_of_project(path):
            yield path


def keep(folder):
    """Copies the sources that are loaded now; the worker need not wait for it."""
    threading.Thread(
        target=_keep, args=(folder,), name="temporal-skill-keep", daemon=True
    ).start()


_keeping = threading.Lock()


def _keep(folder):
    try:
        with _keeping:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            index, size = {}, 0
            for path in sorted(set(_files_of_project()))[:_FILES_MOST]:
                with open(path, "rb") as file:
                    data = file.read(_BYTES_MOST + 1)
                size += len(data)
                if size > _BYTES_MOST:
                    break
                name = hashlib.sha256(data).hexdigest()[:32] + ".py"
                _write(os.path.join(folder, name), data)
                index[path] = name
            _write(os.path.join(folder, _INDEX), json.dumps(index).encode())
    except OSError as error:
        sys.stderr.write(
            f"temporal-skill: cannot keep sources in '{folder}': {error.strerror}\n"
        )


def _write(path, data):
    """Whole or not at all."""
    new = f"{path}.{os.getpid()}"
    to = os.open(
        new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600
    )
    with os.fdopen(to, "wb") as file:
        file.write(data)
    os.rename(new, path)


# ---- run again ----


def stand_in(folder):
    """From now on the files of that folder are imported in place of those on disk."""
    try:
        with open(os.path.join(folder, _INDEX), encoding="utf-8") as file:
            index = json.load(file)
        for path, name in index.items():
            with open(os.path.join(folder, name), "rb") as file:
                _earlier[path] = file.read()
    except (OSError, ValueError) as error:
        sys.stderr.write(f"temporal-skill: cannot read earlier sources: {error}\n")
        return
    _replace_loader()
    _replace_runpy()
    sys.meta_path.append(_Gone)


class _Gone:
    """Finds the files that are not on disk any more, where nothing else is found."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        for folder in sys.path if path is None else path:
            base = os.path.join(os.path.abspath(folder), name.rpartition(".")[2])
            package = os.path.join(base, "__init__.py")
            for file in (package, base + ".py"):
                if file in _earlier:
                    return importlib.util.spec_from_file_location(
                        name,
                        file,
                        loader=importlib.machinery.SourceFileLoader(name, file),
                        submodule_search_locations=[base] if file == package else None,
                    )
        return None


def _replace_loader():
    loader = importlib.machinery.SourceFileLoader
    get_code = loader.get_code

    def get_code_of_then(self, fullname):
        path = self.get_filename(fullname)
        data = _earlier.get(os.path.abspath(path))
        return (
            get_code(self, fullname)
            if data is None
            else self.source_to_code(data, path)
        )

    loader.get_code = get_code_of_then


def _replace_runpy():
    """The SDK's sandbox loads a program's main file by this."""
    get_code = runpy._get_code_from_file

    def get_code_of_then(*args):
        path = os.path.abspath(args[-1])
        data = _earlier.get(path)
        if data is None:
            return get_code(*args)
        code = compile(data, args[-1], "exec")
        answer = get_code(*args)
        return (code, *answer[1:]) if isinstance(answer, tuple) else code

    runpy._get_code_from_file = get_code_of_then


def run_main():
    """Runs the earlier main file, where `python FILE` is how this process was started."""
    words = list(getattr(sys, "orig_argv", []))
    script = next(
        (at for at, word in enumerate(words) if at and word.endswith(".py")), 0
    )
    if not script or any(word in ("-m", "-c") for word in words[1:script]):
        return
    path = os.path.abspath(words[script])
    data = _earlier.get(path)
    if data is None:
        return
    sys.argv = words[script:]
    sys.path.insert(0, os.path.dirname(path))
    main = sys.modules["__main__"]
    main.__file__ = words[script]
    main.__builtins__ = __builtins__
    code = 0
    try:
        exec(compile(data, words[script], "exec"), main.__dict__)  # noqa: S102
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001
        import traceback

        traceback.print_exc()
        code = 1
    # The file on disk is not to run behind it.
    import atexit

    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
