"""Workflow code against the rules of determinism, by reading it: nothing of the project is imported or run.

    python3 -I -S static_check.py [--root DIR] FILE_OR_FOLDER...
    python3 -I -S static_check.py [--root DIR] -          (files from standard input, one a line)

One line of JSON for each workflow, finding and file that is no Python. Exit 0 whatever is found.
"""

import json
import os
import sys
import warnings

if sys.version_info < (3, 9):  # noqa: UP036
    refused = "Python {}.{} is too old to read workflow code: 3.9 or later does".format(
        *sys.version_info[:2]
    )
    print(json.dumps({"kind": "refused", "message": refused}))
    sys.exit(0)

# Behind the standard library's: names here must not stand in for it.
sys.path.append(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
warnings.simplefilter("ignore")  # of the sources that are parsed

from workflow_rules.check import Findings, check_module
from workflow_rules.sources import Project

_FILES_MOST = 5000
_LEFT_OUT = {
    "node_modules",
    "__pycache__",
    "site-packages",
    "build",
    "dist",
    "venv",
    "env",
}


def _files(paths):
    for path in paths:
        if not os.path.isdir(path):
            yield path
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(
                name for name in folders if name[0] != "." and name not in _LEFT_OUT
            )
            for name in sorted(names):
                if name.endswith(".py"):
                    yield os.path.join(folder, name)


def _mentions_workflows(path):
    try:
        with open(path, "rb") as file:
            return b"temporalio" in file.read()
    except OSError:
        return False


def _print(row):
    sys.stdout.write(json.dumps(row, ensure_ascii=True) + "\n")


def main(arguments):
    root = os.getcwd()
    if arguments[:1] == ["--root"]:
        root, arguments = arguments[1], arguments[2:]
    if arguments == ["-"]:
        arguments = [line.rstrip("\n") for line in sys.stdin]
    project, findings = Project(root), Findings()
    for number, path in enumerate(_files(arguments)):
        if number == _FILES_MOST:
            _print({"kind": "cut", "files": _FILES_MOST})
            break
        if not _mentions_workflows(path):
            continue
        module = project.module(path)
        for name, line in check_module(module, findings) if module else ():
            _print(
                {
                    "kind": "workflow",
                    "workflow": name,
                    "file": module.path,
                    "line": line,
                }
            )
    for row in sorted(
        findings.rows, key=lambda row: (row["file"], row["line"], row["column"])
    ):
        _print(row)
    for path, line, why in project.unreadable:
        _print({"kind": "unreadable", "file": path, "line": line, "message": why})


if __name__ == "__main__":
    main(sys.argv[1:])
