"""verify-project with a starter that waits for a workflow, which waits for the messages of the plan."""

import json
import signal

import pytest

from harness.cli import Cli
from harness.project import Project
from harness.verify import START, VERIFY_SECONDS, Verify, own_starter
from harness.world import World

AWAIT = START + "print(await handle.result())\n"
STEPS = """\
step = query current_greeting expect "Hello"
step = signal update_greeting "Howdy"
step = query current_greeting expect "Howdy"
step = signal finish
"""

pytestmark = pytest.mark.usefixtures("server")


def plan(project: Project, starter: str, more: str) -> None:
    own_starter(project, starter)
    project.write("temporal-skill.ini", project.read("temporal-skill.ini") + more)


def test_messages_are_sent_while_the_starter_waits(verify: Verify, verifiable: Project) -> None:
    talk = AWAIT + "for line in range(2000):\n    print('much else' * 9)\n"
    plan(verifiable, talk, STEPS + 'expect_output = Howdy, x!\nexpect_result = "Howdy, x!"\n')
    verified = verify(0)
    assert "waits for it" in verified.detail("hello: starter")
    assert verified.detail("hello: starter end") == "exit status 0, printed 'Howdy, x!'"


def test_output_that_does_not_come(verify: Verify, verifiable: Project, world: World) -> None:
    plan(verifiable, AWAIT, STEPS + "expect_output = Hello, x!\n")
    verified = verify(1)
    assert verified.failed == ["hello: starter end"]
    assert "did not print 'Hello, x!' but: Howdy, x!" in verified.detail("hello: starter end")
    assert world.running() == []


def test_starter_that_does_not_end_with_its_workflow(
    verify: Verify, verifiable: Project, world: World
) -> None:
    plan(verifiable, AWAIT + "print('on', flush=True)\nawait asyncio.sleep(1000)\n", STEPS)
    ini = verifiable.read("temporal-skill.ini")
    verifiable.write("temporal-skill.ini", ini.replace("timeout = 60", "timeout = 10"))
    verified = verify(1)
    assert verified.failed == ["hello: starter end"]
    detail = verified.detail("hello: starter end")
    assert detail.startswith("it was still running after 10 s and was stopped; it printed: ")
    assert world.running() == []


def test_message_that_fails_ends_the_starter(
    verify: Verify, verifiable: Project, world: World
) -> None:
    plan(verifiable, AWAIT, STEPS.replace('expect "Hello"', 'expect "Hi"'))
    verified = verify(1)
    assert verified.failed == ["hello: query current_greeting"]
    assert world.running() == []


def test_interrupted_while_the_starter_waits(
    verify: Verify, cli: Cli, verifiable: Project, world: World
) -> None:
    plan(verifiable, AWAIT, STEPS.replace("step = signal finish\n", ""))
    process = cli.start(*verify.words, "--verbose")
    assert process.stderr
    while "hello: signal update_greeting" not in (line := process.stderr.readline()):
        assert line
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=VERIFY_SECONDS)
    assert process.returncode == 130, err
    verified = verify.read(json.loads(out))
    assert "leftovers" not in verified.failed
    assert world.running() == []


def test_queries_alone_are_asked_when_the_starter_has_ended(
    verify: Verify, verifiable: Project
) -> None:
    """They may be about how it ended, and need no open workflow."""
    starter = AWAIT.replace(
        "print(", "await asyncio.sleep(6)\nawait handle.signal('finish')\nprint("
    )
    plan(verifiable, starter, 'step = query current_greeting expect "Hello"\n')
    verified = verify(0)
    assert "hello: starter end" not in [step["name"] for step in verified.result["steps"]]


def test_what_a_starter_waited_for_is_told(verify: Verify, verifiable: Project) -> None:
    own_starter(verifiable, AWAIT, timeout=5)
    verified = verify(1)
    assert verified.failed == ["hello: starter"]
    detail = verified.detail("hello: starter")
    assert detail.startswith("it was still running after 5 s and was stopped; 'w-")
    assert "waiting_signal" in detail and "finish" in detail
