"""Where the server is said to be, and what is sent there beside the requests."""

import socket

import pytest

from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer
from harness.world import World


@pytest.mark.parametrize(
    "address",
    [
        "7233",
        ":7233",
        "localhost:",
        "::1:7233",
        "host:0",
        "host:65536",
        "[::1]:x",
        "a b:1",
        "h:1/x",
    ],
)
def test_what_is_no_address_is_refused(cli: Cli, address: str) -> None:
    ran = cli("show-settings", f"--address={address}").expect(2)
    assert f"bad address '{address}' (flag --address): expected HOST:PORT" in ran.err


@pytest.mark.parametrize(
    ("address", "value"),
    [
        ("host", "host:7233"),
        ("[::1]", "[::1]:7233"),
        ("[::1]:1", "[::1]:1"),
        ("10.0.0.1:9", "10.0.0.1:9"),
    ],
)
def test_addresses_with_and_without_a_port(cli: Cli, address: str, value: str) -> None:
    settings = cli.json("show-settings", "--address", address)["settings"]
    assert [s["value"] for s in settings if s["setting"] == "connection.address"] == [value]


@pytest.mark.parametrize("command", ["ensure-worker", "run-starter", "show-server"])
def test_what_is_silent_is_no_server(
    cli: Cli, world: World, greeting: Project, command: str
) -> None:
    """It takes connections and never answers: unavailable, whichever command asks.

    A server that is overloaded looks the same: it is not said to be none.
    """
    with socket.create_server(("127.0.0.1", world.port)):
        ran = cli(command, "--client-connect-timeout", "1", "--address", world.address).expect(4)
    assert f"no answer from '{world.address}'" in ran.err
    assert "no Temporal server, or one that is too busy" in ran.err


def test_headers_are_secret(cli: Cli) -> None:
    """They may be credentials: neither shown nor handed on to the next commands."""
    headers = ["--grpc-meta", "authorization=hush1", "--codec-header", "authorization=hush2"]
    assert "hush" not in cli("show-settings", *headers).expect(0).out
    assert "hush" not in cli("describe-workflow", "-w", "x", *headers).expect(4).err


def test_a_profile_that_is_not_there_is_said_on_one_line(cli: Cli, world: World) -> None:
    file = world.home / "temporal.toml"
    file.write_text('[profile.default]\naddress = "h:1"\n')
    ran = cli("show-settings", "--config-file", file, "--profile", "nope", "-o", "json").expect(2)
    assert "nope" in ran.error["message"]
    assert "\n" not in ran.error["message"]


def test_metadata_that_is_none_is_not_repeated(cli: Cli, server: DevServer) -> None:
    """A colon for the equals sign is soon typed, and what follows is a secret."""
    ran = cli("show-server", "--grpc-meta", "authorization: Bearer hush").expect(2)
    assert "error: cannot ask the server: gRPC metadata without '='" in ran.err
    assert "hush" not in ran.out + ran.err


# ---- what is this machine ----


def own_name_is_here() -> bool:
    try:
        found = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None)}
    except OSError:
        return False
    return all(str(ip).startswith("127.") or ip == "::1" for ip in found)


def own_names() -> list[str]:
    names = ["0.0.0.0", "localhost", "127.0.0.1"]
    return [*names, socket.gethostname()] if own_name_is_here() else names


@pytest.mark.parametrize("host", own_names())
def test_changes_are_allowed_by_each_name_of_this_machine(
    cli: Cli, server: DevServer, host: str
) -> None:
    """Also where a proxy is set, which is not for it."""
    proxies = {"http_proxy": "http://127.0.0.1:1", "all_proxy": "http://127.0.0.1:1"}
    where = ("--address", f"{host}:{server.port}")
    ran = cli("terminate-workflow", "-w", "nobody", *where, env=proxies).expect(3)
    assert "no workflow 'nobody'" in ran.err


@pytest.mark.parametrize("host", ["[::1]", "127.0.0.2"])
def test_a_server_that_answers_and_can_do_nothing_is_no_server(
    cli: Cli, world: World, host: str
) -> None:
    """With --ip, its parts listen there and look for each other at 127.0.0.1, or it works."""
    address = f"{host}:{world.port}"
    try:
        ran = cli("ensure-server", "--headless", "--address", address)
        if ran.code == 0:
            cli("terminate-workflow", "-w", "nobody", "--address", address).expect(3)
            return
        assert f"does not work at '{address}'" in ran.expect(4).err
        assert f"use --address 127.0.0.1:{world.port}" in ran.err
        assert not [p for p in world.running() if "start-dev" in p.command]
    finally:
        cli("stop-server", "--address", address)


# ---- what is between ----


@pytest.mark.parametrize(
    ("variable", "proxy", "words"),
    [
        ("http_proxy", "http://someone:hush@127.0.0.1:1", "127.0.0.1:1': connection refused"),
        ("all_proxy", "http://nowhere.invalid:3128", "nowhere.invalid:3128': could not resolve"),
    ],
)
def test_a_proxy_that_fails_is_named(cli: Cli, variable: str, proxy: str, words: str) -> None:
    ran = cli("show-server", "--address", "192.0.2.1:7233", env={variable: proxy}).expect(4)
    assert f"at '192.0.2.1:7233': through {variable} '{words}" in ran.err
    assert "hush" not in ran.err


def test_an_api_key_is_no_hindrance_to_a_dev_server(cli: Cli, world: World) -> None:
    """It is for another server: here it is kept back, and TLS with it."""
    world.env["TEMPORAL_API_KEY"] = "hush"
    note = f"the API key (environment TEMPORAL_API_KEY) is not sent to '{world.address}'"
    try:
        for command in ("ensure-server", "show-server", "list-recent-workflows"):
            ran = cli(command).expect(0)
            assert ran.err.count(note) == 1, ran.err
        assert "hush" not in cli("show-server", "--trace", "all").err
    finally:
        cli("stop-server")
