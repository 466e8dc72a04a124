"""Recipes run step by step: programs and commands, what they say, how they fail, and what is cleaned up after."""

import json
import shlex
import signal
import sys
from typing import Any

from temporalio import workflow

from harness.cli import Cli
from harness.client import Temporal
from harness.recipes import Trial, by_name, printed
from harness.server import DevServer
from harness.world import World


@workflow.defn
class Echo:
    @workflow.run
    async def run(self, answer: Any) -> Any:
        return answer


# ---- programs ----


def test_a_value_is_one_word_and_no_shell_sees_it(world: World, trial: Trial, say: str) -> None:
    trial.write(
        "[parameter text]\n[parameter words]\ntype = words\n[parameter none]\n"
        f"[step one]\nprogram = {say} ${{text}} -x-${{text}}-y $${{text}} '${{none}}' ${{words}} end\n"
        "with = --left ${none}\nwith = --right ${text}\n"
    )
    nasty = "a b; touch owned $(touch owned) `touch owned` \"'\\ ${none} é"
    ran = trial.run(0, "--set", f"text={nasty}", "--set", "words=one 'two 2' three")
    assert printed(ran["steps"][0]) == [
        *(nasty, f"-x-{nasty}-y", "${text}", "", "one", "two 2", "three", "end"),
        *("--right", nasty),
    ]
    assert not list(world.root.rglob("owned"))


def test_where_a_program_runs(world: World, server: DevServer, trial: Trial) -> None:
    script = "import os; print(os.getcwd(), os.environ['TEMPORAL_ADDRESS'], os.environ['TEMPORAL_NAMESPACE'])"
    trial.write(f'[step one]\nprogram = {shlex.quote(sys.executable)} -c "{script}"\n')
    ran = trial.run(0, "--namespace", "other")
    assert ran["steps"][0]["output"].split() == [str(world.project_dir), world.address, "other"]


def test_captures_of_a_program(trial: Trial, say: str) -> None:
    trial.write(
        f"[step one]\nprogram = {say} 'version 1.2.3' 'id: a b'\n"
        'capture = version match version ([0-9.]+)\ncapture = line match ^"id.*$\n'
        "capture_optional = none match nothing like that\n"
        f"[step two]\nprogram = {say} ${{version}} ${{line}} [${{none}}]\n"
        '[step three]\nprogram = echo {"list": [1, 9007199254740993]}\n'.replace('"', '\\"')
        + "capture = big /list/1\n"
        f"[step four]\nprogram = {say} ${{big}}\n"
    )
    ran = trial.run(0)
    rows = by_name(ran)
    assert printed(rows["two"]) == ["1.2.3", '"id: a b"', "[]"]
    assert printed(rows["four"]) == ["9007199254740993"]
    assert rows["one"]["captured"] == {"version": "1.2.3", "line": '"id: a b"', "none": ""}
    assert ran["values"]["version"] == "1.2.3"


def test_a_capture_that_finds_nothing_fails_the_step(trial: Trial, say: str) -> None:
    trial.write(f"[step one]\nprogram = {say} x\ncapture = y match (z)\n")
    ran = trial.run(1)
    assert ran["failed_step"] == "one"
    assert "has no match of '(z)'" in ran["steps"][0]["detail"]


def test_failures(trial: Trial, say: str) -> None:
    trial.write(
        f"[step accepted]\nprogram = {say} exit=7\naccept = 7 8\n"
        f"[step ignored]\nprogram = {say} exit=3\non_failure = continue\ncapture = never match (no)\n"
        f"[step skipped]\nprogram = {say} ${{never}}\n"
        f"[step mended]\nprogram = {say} exit=4\non_failure = run mender\n"
        f"[step stops]\nprogram = {say} boom exit=5\n"
        f"[step unreached]\nprogram = {say} x\n"
        f"[rescue mender]\nprogram = {say} mending\n"
        f"[cleanup sweep]\nprogram = {say} exit=6\n"
        f"[cleanup sweep-again]\nprogram = {say} ${{never}}\n"
        f"[cleanup last]\nprogram = {say} done\n"
    )
    ran = trial.run(1)
    rows = by_name(ran)
    order = [step["name"] for step in ran["steps"]]
    assert order == [
        *("accepted", "ignored", "skipped", "mended", "mender", "stops"),
        *("sweep", "sweep-again", "last"),
    ]
    assert [rows[name]["ok"] for name in order] == [
        *(True, False, None, False, True, False),
        *(False, None, True),
    ]
    assert rows["mended"]["mended_by"] == "mender"
    assert rows["skipped"]["detail"] == "skipped: 'never' was not captured"
    assert rows["stops"]["exit_status"] == 5
    assert ran["failed_step"] == "ignored"
    assert ran["verdict"] == "failed"


def test_a_rescue_may_end_it(trial: Trial, say: str) -> None:
    text = (
        f"[step one]\nprogram = {say} exit=1\non_failure = run look\n"
        f"[step two]\nprogram = {say} two\n[rescue look]\nprogram = {say} looking\n"
    )
    trial.write(text)
    assert trial.run(0)["verdict"] == "passed"
    trial.write(text + "then = stop\n")
    ran = trial.run(1)
    assert [step["name"] for step in ran["steps"]] == ["one", "look"]
    assert ran["failed_step"] == "one"


def test_a_program_past_its_deadline(world: World, trial: Trial) -> None:
    trial.write(
        "[parameter time]\ndefault = 200ms\n"
        "[step one]\nprogram = sleep 60\ntimeout = ${time}\n[cleanup two]\nprogram = true\n"
    )
    ran = trial.run(1)
    assert "did not end within 200 ms" in ran["steps"][0]["detail"]
    assert [step["name"] for step in ran["steps"]] == ["one", "two"]
    assert world.running() == []


def test_a_program_that_is_not_there(trial: Trial) -> None:
    trial.write("[step one]\nprogram = no-such-program\n")
    ran = trial.run(1)
    assert "no-such-program" in ran["steps"][0]["detail"]


def test_conditions(trial: Trial, say: str) -> None:
    trial.write(
        "[parameter a]\ndefault = x\n[parameter empty]\n"
        + "".join(
            f"[step s{at}]\nprogram = {say}\nwhen = {when}\n"
            for at, when in enumerate(
                ["${a}", "${empty}", "${a} is x", "${a} is not x", "${empty} is ''", "${a} is y"]
            )
        )
    )
    assert [step["ok"] for step in trial.run(0)["steps"]] == [True, None, True, None, True, None]


def test_interrupted_recipe_runs_its_cleanups(cli: Cli, world: World, trial: Trial) -> None:
    trial.write(
        "[step one]\nprogram = sleep 60\non_failure = continue\n[step two]\nprogram = true\n"
        f"[cleanup three]\nprogram = touch {world.root}/cleaned\n[cleanup four]\ncommand = kill-worker\n"
    )
    process = cli.start("run-recipe", "trial", "--verbose", "-o", "json")
    assert process.stderr
    while "step 'one'" not in (line := process.stderr.readline()):
        assert line
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    ran = json.loads(out)
    assert ran["verdict"] == "interrupted"
    assert [(step["name"], step["ok"]) for step in ran["steps"]] == [
        *(("one", False), ("three", True), ("four", True)),
    ]
    assert (world.root / "cleaned").exists()
    assert world.running() == []


# ---- commands ----


def test_a_commands_result_is_whole(
    cli: Cli, server: DevServer, temporal: Temporal, trial: Trial
) -> None:
    temporal.start_worker("numbers", [Echo])
    handle = temporal.start_workflow(
        *("Echo", {"id": 9007199254740993, "a/b": {"~": ["x", {"text": 'say "hi"\n'}]}}),
        task_queue="numbers",
        id="--address",
    )
    temporal.result(handle)
    trial.write(
        "[parameter id]\nrequired = true\n"
        "[step one]\ncommand = get-workflow-result -w ${id}\n"
        "expect = /status is COMPLETED\nexpect = /verdict is not failed\n"
        "capture = number /result/id\ncapture = text /result/a~1b/~0/1/text\n"
        "capture = whole /result/a~1b\ncapture_optional = none /result/nothing\n"
        "[step two]\ncommand = get-workflow-result --workflow-id ${id}\nexpect = /result/id is 1\n"
    )
    ran = cli("run-recipe", "trial", "--set", "id=--address", "-o", "json").expect(1)
    rows = by_name(ran.json)
    assert '"id":9007199254740993' in ran.out.replace(" ", "")
    assert rows["one"]["captured"] == {
        "number": "9007199254740993",
        "text": 'say "hi"\n',
        "whole": '{"~":["x",{"text":"say \\"hi\\"\\n"}]}',
        "none": "",
    }
    assert rows["two"]["detail"] == "/result/id is '9007199254740993', expected '1'"


def test_exit_code_is_the_first_failed_commands(server: DevServer, trial: Trial) -> None:
    trial.write(
        "[step one]\ncommand = describe-workflow -w nobody\non_failure = continue\n"
        "[step two]\ncommand = show-server\n"
    )
    ran = trial.run(3)
    assert ran["failed_step"] == "one"
    assert ran["steps"][1]["ok"]
    assert "nobody" in ran["steps"][0]["error"]


def test_read_only_refuses(cli: Cli, trial: Trial) -> None:
    trial.write("[step one]\nprogram = true\n")
    cli("run-recipe", "trial", "--read-only").expect(7)
    cli("show-recipe", "trial", "--read-only").expect(0)
