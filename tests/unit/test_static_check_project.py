"""How workflow code is found and followed through a project, without any of it being run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "skills/probe/python/temporal_skill_probe/static_check.py"


def rows_of(*arguments: str, cwd: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return [json.loads(line) for line in done.stdout.splitlines()]


def findings(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["kind"] == "finding"]


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


WORKFLOW = (
    "from temporalio import workflow as wf\n{imports}\n@wf.defn(name='billing')\nclass Flow:\n"
    "    @wf.run\n    async def run(self): return {call}\n"
)


@pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("from shop.tools import stamp", "stamp()"),
        ("from shop import tools", "tools.stamp()"),
        ("import shop.tools", "shop.tools.stamp()"),
        ("import shop.tools as t", "t.stamp()"),
        ("from .tools import stamp as s", "s()"),
        ("from . import tools", "tools.stamp()"),
        ("with wf.unsafe.imports_passed_through():\n    from shop.tools import stamp", "stamp()"),
        ("from shop.tools import *", "stamp()"),
        ("from shop.again import stamp", "stamp()"),
    ],
)
def test_follows_calls_into_the_project(tmp_path: Path, imports: str, call: str) -> None:
    write(
        tmp_path,
        shop__flow=WORKFLOW.format(imports=imports, call=call),
        shop__tools="import time\ndef stamp():\n    return time.time()\n",
        shop__again="from .tools import stamp\n",
    )
    rows = rows_of(str(tmp_path / "shop/flow.py"), cwd=tmp_path)
    (row,) = findings(rows)
    assert (row["rule"], row["level"], row["file"], row["line"], row["function"]) == (
        "clock",
        "error",
        str(tmp_path / "shop/tools.py"),
        3,
        "stamp",
    )
    assert row["workflow"] == "billing" and row["fix"] == "workflow.time()"
    (workflow,) = [row for row in rows if row["kind"] == "workflow"]
    assert workflow["workflow"] == "billing"


def test_a_name_that_the_project_has_itself_means_that(tmp_path: Path) -> None:
    write(
        tmp_path,
        flow=WORKFLOW.format(imports="import random", call="random.choice([1])"),
        random="def choice(of):\n    return of[0]\n",
    )
    assert findings(rows_of("flow.py", cwd=tmp_path)) == []


def test_what_is_never_called_is_not_told(tmp_path: Path) -> None:
    write(
        tmp_path,
        flow=WORKFLOW.format(imports="import time\ndef started_at(): return time.time()", call="1"),
    )
    assert findings(rows_of("flow.py", cwd=tmp_path)) == []


def test_what_is_no_python_is_said(tmp_path: Path) -> None:
    write(tmp_path, flow="from temporalio import workflow\nclass (:\n", other="class (:\n")
    (row,) = rows_of(".", cwd=tmp_path)
    assert (row["kind"], row["file"], row["line"]) == ("unreadable", str(tmp_path / "flow.py"), 2)


def test_hostile_sources_end_nothing(tmp_path: Path) -> None:
    deep = "from temporalio import workflow\nx = " + "(" * 5000 + ")" * 5000
    write(
        tmp_path,
        a="from temporalio import workflow\nfrom b import x\nclass A(B): pass\n",
        b="from a import x\n",
        deep=deep,
        loop="from temporalio import workflow\n@workflow.defn\nclass A(A):\n    def f(self): self.f()\n"
        "    @workflow.run\n    async def run(self):\n        x = y\n        y = x\n        x()\n        self.f()\n",
        none="from temporalio import workflow\n\0\n",
    )
    (tmp_path / "latin.py").write_bytes(b"from temporalio import workflow\n# \xe4\n")
    kinds = {row["kind"] for row in rows_of(".", cwd=tmp_path)}
    assert "finding" not in kinds and "workflow" in kinds


@pytest.mark.parametrize("folder", ["skills/templates", "tests/lifecycle"])
def test_projects_as_they_should_be_are_clean(folder: str) -> None:
    rows = rows_of("--root", str(ROOT / folder), str(ROOT / folder), cwd=ROOT)
    assert findings(rows) == []
    assert [row for row in rows if row["kind"] == "workflow"]


def test_the_scenarios_that_break_the_rules_are_found() -> None:
    folder = ROOT / "tests/scenarios/workers"
    rows = findings(rows_of("--root", str(folder), str(folder), cwd=ROOT))
    assert [(Path(row["file"]).name, row["rule"], row["function"]) for row in rows] == [
        ("broken.py", "activity-timeout", "CodeBug.activity_without_timeout"),
        ("broken.py", "threads", "CodeBug.to_thread"),
        ("broken.py", "clock", "Forbidden.run"),
        ("broken.py", "io", "read_settings"),
        ("broken.py", "random", "roll_dice"),
        ("unsandboxed.py", "global-state", "FailsOnce.run"),
        ("unsandboxed.py", "sleep", "Blocks.run"),
        ("unsandboxed.py", "io", "KillsWorkerOnce.run"),
        ("unsandboxed.py", "io", "KillsWorkerOnce.run"),
    ]
