"""Ids and texts that others chose: what is printed of them is harmless, and what is to be pasted
still means them."""

import json
import subprocess

import pytest

from harness.cli import Cli
from harness.client import Temporal
from harness.world import World

HOSTILE = [
    "two\nlines",
    "esc\x1b[31mred",
    "tab\tand 'quote'",
    "größe",
    "rtl\u202eabc",
    "$(id) `id`",
    "next: touch F #",
    "--help",
    "-w\n",
    "fillers\u3164\u2800\ufe0f\ufff9\u00ad",
    '%s!!\\n"\n',
]


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
def test_next_commands_can_be_pasted_whatever_the_id(
    cli: Cli, temporal: Temporal, world: World, locale: str
) -> None:
    env = {"LC_ALL": locale}
    for workflow_id in HOSTILE:
        temporal.start_workflow("NobodyRunsThis", task_queue="nobody", id=workflow_id)
        shown = cli("describe-workflow", f"--workflow-id={workflow_id}", env=env).expect(0).out
        assert locale != "C" or shown.isascii()
        assert all(c.isprintable() for c in shown.replace("\n", ""))
        pasted = shown.split("\nnext: ")[1].split("\n")[0]
        whole = (
            cli("describe-workflow", f"--workflow-id={workflow_id}", "-o", "json", env=env)
            .expect(0)
            .json
        )
        assert whole["next"] == [pasted]
        for shell in ("sh", "bash"):
            ran = subprocess.run(
                [shell, "-c", pasted + " -o json"],
                env=world.env | env,
                capture_output=True,
                text=True,
                timeout=60,
            )
            assert ran.returncode == 0, (shell, pasted, ran.stdout, ran.stderr)
            assert json.loads(ran.stdout)["workflow_id"] == workflow_id


def test_an_id_with_a_nul_is_not_its_beginning(cli: Cli, temporal: Temporal) -> None:
    """No word can have one: the id is shown as another that nobody has, and told."""
    temporal.start_workflow("NobodyRunsThis", task_queue="nobody", id="cut\0off")
    listed = cli("list-recent-workflows", "-o", "json").expect(0)
    assert [row["workflow_id"] for row in listed.json["workflows"]] == ["cut\x1aoff"]
    assert "NUL character" in listed.err
    ended = cli("bulk-cancel-workflows", "--pattern", "cut", "--terminate").expect(1)
    assert "cut\\x1aoff   not_found" in ended.out
    ran = cli("bulk-cancel-workflows", "--workflow-ids", "-", input="a\ncut\0off\n").expect(2)
    assert "line 2 of '-' has a NUL character" in ran.err


@pytest.mark.parametrize("locale", ["C.UTF-8", "C"])
@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_is_harmless_and_means_the_same(
    cli: Cli, temporal: Temporal, locale: str, form: str
) -> None:
    """Escapes of one byte, of C1 and for the direction of text act on terminals as well."""
    ids = [*HOSTILE, "c1\u009b31m", "del\x7f", "smile\U0001f600"]
    for workflow_id in ids:
        temporal.start_workflow("NobodyRunsThis", task_queue="nobody", id=workflow_id)
    for workflow_id in ids:
        ran = cli(
            "describe-workflow", f"--workflow-id={workflow_id}", "-o", form, env={"LC_ALL": locale}
        )
        assert ran.expect(0).json["workflow_id"] == workflow_id
        assert ran.out.count("\n") == 1
        assert ran.out.strip("\n").isprintable()
        assert locale != "C" or ran.out.isascii()
