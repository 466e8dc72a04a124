"""verify-project's receipts: of a project that passes and of broken ones, in each form."""

import json
import os
import signal
import socket

import pytest

from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.verify import START, VERIFY_SECONDS, Hook, Verify, own_starter
from harness.world import World


def test_of_a_project_that_passes(verify: Verify, verifiable: Project) -> None:
    """On a server of its own, whose histories must have been read before it was stopped."""
    verified = verify(0)
    assert verified.result["verdict"] == "passed"
    hello, interactive = verified.receipt["workflows"]
    assert (hello["run"], interactive["run"]) == ("hello", "interactive")
    # The starter left the second one open: its row tells of its end all the same.
    assert [row["status"] for row in (hello, interactive)] == ["COMPLETED", "COMPLETED"]
    assert interactive["result"] == "Howdy, CodeAgent!"
    types = [event["type"] for event in interactive["events"]]
    assert types.count("WorkflowExecutionSignaled") == 2
    assert types[-1] == "WorkflowExecutionCompleted"
    page = verified.html.read_text()
    assert interactive["workflow_id"] in page
    # The server is gone by now; the link was taken while its web UI was there.
    assert interactive["link"].endswith(f"/{interactive['run_id']}/history")
    assert f'href="{interactive["link"]}"' in page
    for version in ("program", "cli", "server", "sdk", "python"):
        assert version in verified.receipt["versions"]
    titles = [log["title"] for log in verified.receipt["logs"]]
    assert titles[-1] == "worker log" and len(titles) == 3
    assert "worker stopped" in verified.receipt["logs"][-1]["text"]


def test_text_output_names_the_files(cli: Cli, server: DevServer, verifiable: Project) -> None:
    page = verifiable.world.root / "r.html"
    ran = cli("verify-project", "--receipt", page, timeout=VERIFY_SECONDS).expect(0)
    assert f"receipts: {page}" in ran.out


@pytest.mark.parametrize("name", ["receipt.txt", ".md", "receipt", "missing/receipt.md"])
def test_bad_file_is_refused_before_anything_is_done(
    cli: Cli, world: World, verifiable: Project, name: str
) -> None:
    ran = cli("verify-project", "--receipt", world.root / name).expect(2)
    assert name in ran.err
    assert not world.log_dir.exists() and not world.pid_dir.exists()


def test_wrong_result(verify: Verify, server: DevServer, verifiable: Project) -> None:
    verifiable.replace("activities.py", "{order.name}!", "{order.name}?")
    verifiable.replace("temporal-skill.ini", "expect_output = Hello, CodeAgent!\n", "")
    verified = verify(1)
    assert verified.failed == ["hello: result"]
    assert '"Hello, CodeAgent?"' in verified.detail("hello: result")
    assert verified.receipt["workflows"][0]["result"] == "Hello, CodeAgent?"


def test_failed_workflow_has_its_root_cause(
    verify: Verify, server: DevServer, verifiable: Project
) -> None:
    verifiable.replace(
        "activities.py",
        "    return ",
        "    from temporalio.exceptions import ApplicationError\n"
        '    raise ApplicationError("</script><b>`|` @all", type="NoInk", non_retryable=True)\n'
        "    return ",
    )
    verified = verify(1)
    assert verified.failed[0] == "hello: starter"
    assert "NoInk" in verified.detail("hello: starter")
    row = verified.receipt["workflows"][0]
    assert row["root_cause"]["type"] == "NoInk"
    assert row["root_cause"]["location"].startswith("activities.py:")
    assert "</script><b>" not in verified.html.read_text()
    assert "<b>" not in verified.markdown.replace("```", "")[:3000]
    assert any("NoInk" in line for line in verified.receipt["logs"][-1]["errors"])


def test_worker_that_dies_at_its_start(
    verify: Verify, server: DevServer, verifiable: Project
) -> None:
    verifiable.write("worker.py", "import no_such_module\n")
    verified = verify(1)
    assert verified.failed == ["worker"]
    assert "no_such_module" in verified.detail("worker")
    assert "no_such_module" in verified.receipt["logs"][-1]["text"]
    assert "no_such_module" in verified.markdown.replace("&#95;", "_")


def test_worker_that_dies_with_a_task(
    verify: Verify, server: DevServer, verifiable: Project
) -> None:
    verifiable.replace(
        "activities.py", "    return ", "    import os\n    os._exit(3)\n    return "
    )
    verified = verify(1)
    assert verified.failed == ["hello: starter", "worker stop"]
    assert "the worker has ended" in verified.detail("hello: starter")
    assert "ended by itself" in verified.detail("worker stop")


def test_starter_that_hangs(verify: Verify, server: DevServer, verifiable: Project) -> None:
    own_starter(
        verifiable, START + "print('waiting', flush=True)\nawait asyncio.Event().wait()", 10
    )
    verified = verify(1)
    assert verified.failed == ["hello: starter"]
    assert "still running" in verified.detail("hello: starter")
    assert "waiting" in verified.receipt["logs"][0]["text"]
    assert verified.receipt["workflows"][0]["status"] == "RUNNING"


def test_signal_with_a_wrong_name(verify: Verify, server: DevServer, verifiable: Project) -> None:
    verifiable.replace("temporal-skill.ini", "signal update_greeting", "signal update_greting")
    verified = verify(1)
    assert verified.failed == ["interactive: signal update_greting"]
    assert "'update_greeting'" in verified.detail(verified.failed[0])


def test_port_that_something_else_holds(verify: Verify, world: World, verifiable: Project) -> None:
    with socket.create_server(("127.0.0.1", world.port)):
        verified = verify(4)
    assert verified.failed == ["server"]
    assert str(os.getpid()) in verified.detail("server")
    assert verified.receipt["workflows"] == []


KILL_SERVER = """
for path in pathlib.Path(os.environ["CLAUDE_TEMPORAL_PID_DIR"]).glob("server-*.json"):
    os.kill(json.loads(path.read_text())["pid"], signal.SIGKILL)
"""


def test_server_that_is_killed_in_the_middle(
    verify: Verify, world: World, verifiable: Project
) -> None:
    own_starter(verifiable, START + KILL_SERVER)
    verified = verify(4)
    assert verified.failed[0] == "hello: starter"
    assert world.address in verified.detail("hello: starter")
    assert "server stop" in verified.failed


def test_server_that_is_killed_while_a_starter_waits(
    verify: Verify, world: World, verifiable: Project
) -> None:
    """It asks for ever, and its own deadline lies beyond that of this test."""
    ask = "from temporalio.service import RPCError\nwhile True:\n    try:\n        await handle.result()\n"
    ask += "    except RPCError:\n        pass\n"
    own_starter(verifiable, START + KILL_SERVER + ask, timeout=600)
    verified = verify(4)
    assert verified.failed == ["hello: starter", "server stop"]
    assert world.address in verified.detail("hello: starter")
    assert "was stopped" in verified.detail("hello: starter")


def test_server_that_is_killed_after_a_run(
    verify: Verify, world: World, verifiable: Project
) -> None:
    """The workflow of the first run was seen; that of the second cannot be."""
    own_starter(verifiable, START + "await handle.signal('finish')\nawait handle.result()")
    verifiable.write("kill.py", f"import json, os, pathlib, signal\n{KILL_SERVER}")
    kill = f"[run killing]\nstarter = {verifiable.command('kill.py')}\n"
    verifiable.write("temporal-skill.ini", verifiable.read("temporal-skill.ini") + kill)
    verified = verify(4)
    assert verified.failed[0] == "killing: starter"
    (row,) = verified.receipt["workflows"]
    assert row["status"] == "COMPLETED" and row["events"]


def test_interrupted(
    verify: Verify, cli: Cli, server: DevServer, verifiable: Project, hook: Hook
) -> None:
    """What was started is stopped, and the receipt tells of the workflow that was under way."""
    own_starter(verifiable, f"{START}{hook.code}\nawait asyncio.Event().wait()")
    process = cli.start(*verify.words)
    hook.wait(process)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=VERIFY_SECONDS)
    assert process.returncode == 130, err
    verified = verify.read(json.loads(out))
    assert verified.failed[0] == "hello: starter"
    (row,) = verified.receipt["workflows"]
    assert row["status"] == "RUNNING"
    assert row["events"][0]["type"] == "WorkflowExecutionStarted"


def test_receipt_that_cannot_be_written(
    cli: Cli, server: DevServer, world: World, verifiable: Project
) -> None:
    """The others are written, and say so, too."""
    (world.root / "taken.md").mkdir()
    files = [world.root / name for name in ("r.json", "taken.md", "r.html")]
    receipts = [f"--receipt={file}" for file in files]
    ran = cli("verify-project", *receipts, "-o", "json", timeout=VERIFY_SECONDS).expect(1)
    assert ran.json["receipts"] == [str(files[0]), str(files[2])]
    receipt = json.loads(files[0].read_text())
    assert receipt["verdict"] == "failed" and "taken.md" in receipt["headline"]
    assert "taken.md" in files[2].read_text()
    assert "taken.md" in ran.err


def test_history_page_is_not_written_where_read_only(cli: Cli, world: World) -> None:
    page = world.root / "page.html"
    ran = cli("show-workflow-history", "-w", "x", "--html", page, "--read-only").expect(7)
    assert "read-only" in ran.err and not page.exists()
