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
