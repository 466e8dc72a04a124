"""TLS for real: a dev server behind a proxy that ends TLS, with certificates that are right and wrong in turn."""

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from harness.cli import Cli, Ran
from harness.client import Temporal
from harness.server import DevServer
from harness.tls import Authority, Certificate, TlsProxy
from harness.world import World

# One that asks the server and changes nothing.
COMMAND = "list-recent-workflows"
# Whoever hangs does so for the connect timeout, which is 5 s; a busy machine takes its time, too.
PATIENCE = 30.0

MakeProxy = Callable[..., TlsProxy]


@dataclass(frozen=True)
class Papers:
    """Two authorities that do not know each other, and what they have signed."""

    authority: Authority
    stranger: Authority
    here: Certificate
    elsewhere: Certificate
    expired: Certificate
    client: Certificate
    strange_client: Certificate


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    folder = tmp_path_factory.mktemp("papers")
    authority = Authority(folder / "authority")
    stranger = Authority(folder / "stranger", "somebody else")
    local = "DNS:localhost,IP:127.0.0.1"
    return Papers(
        authority,
        stranger,
        here=authority.issue("here", local),
        elsewhere=authority.issue("elsewhere", "DNS:temporal.test"),
        expired=authority.issue("expired", local, days=-1),
        client=authority.issue("client"),
        strange_client=stranger.issue("client"),
    )


@pytest.fixture
def make_proxy(server: DevServer) -> Iterator[MakeProxy]:
    made: list[TlsProxy] = []

    def make(certificate: Certificate, **options: Any) -> TlsProxy:
        made.append(TlsProxy(server.port, certificate, **options))
        return made[-1]

    yield make
    for proxy in made:
        proxy.close()


Env = dict[str, str]


def ask(
    cli: Cli, address: str, *words: object, command: str = COMMAND, env: Env | None = None
) -> Ran:
    return cli(command, "--address", address, *words, env=env, timeout=PATIENCE)


def trusting(authority: Authority) -> Env:
    return {"TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(authority.path)}


# ---- the server's certificate ----


def test_a_workflow_is_seen_over_tls(
    cli: Cli, make_proxy: MakeProxy, papers: Papers, temporal: Temporal
) -> None:
    proxy = make_proxy(papers.here)
    temporal.start_workflow("Nothing", task_queue="nobody", id="over-tls")
    for host in ("127.0.0.1", "localhost"):
        ran = ask(
            cli,
            f"{host}:{proxy.port}",
            "-w",
            "over-tls",
            "-o",
            "json",
            command="describe-workflow",
            env=trusting(papers.authority),
        )
        assert ran.expect(0).json["status"] == "RUNNING"
    assert proxy.requests


def test_a_server_behind_tls_counts_as_running(
    cli: Cli, make_proxy: MakeProxy, papers: Papers
) -> None:
    ran = ask(
        cli,
        make_proxy(papers.here).address,
        command="ensure-server",
        env=trusting(papers.authority),
    ).expect(0)
    assert "already runs" in ran.out


@pytest.mark.parametrize("command", [COMMAND, "show-server", "ensure-server"])
def test_a_certificate_of_a_stranger(
    cli: Cli, make_proxy: MakeProxy, papers: Papers, command: str
) -> None:
    proxy = make_proxy(papers.here)
    ran = ask(cli, proxy.address, command=command, env=trusting(papers.stranger)).expect(7)
    assert "its certificate does not pass: unable to get local issuer certificate" in ran.err
    assert "--tls-ca-path" in ran.err
    assert proxy.requests == []


def test_the_system_does_not_know_the_authority(
    cli: Cli, make_proxy: MakeProxy, papers: Papers
) -> None:
    proxy = make_proxy(papers.here)
    assert "its certificate does not pass" in ask(cli, proxy.address, "--tls").expect(7).err
    assert proxy.requests == []


def test_an_expired_certificate(cli: Cli, make_proxy: MakeProxy, papers: Papers) -> None:
    proxy = make_proxy(papers.expired)
    ran = ask(cli, proxy.address, env=trusting(papers.authority)).expect(7)
    assert "its certificate does not pass: certificate has expired" in ran.err


def test_a_certificate_of_another_name(cli: Cli, make_proxy: MakeProxy, papers: Papers) -> None:
    proxy = make_proxy(papers.elsewhere)
    ran = ask(cli, proxy.address, env=trusting(papers.authority)).expect(7)
    assert "subject name matches target host name '127.0.0.1'" in ran.err
    assert "--tls-server-name" in ran.err
    wrong = ask(
        cli, proxy.address, "--tls-server-name", "other.test", env=trusting(papers.authority)
    )
    assert "'other.test'" in wrong.expect(7).err
    assert proxy.requests == []


def test_the_server_name_can_be_given(cli: Cli, make_proxy: MakeProxy, papers: Papers) -> None:
    proxy = make_proxy(papers.elsewhere)
    ask(
        cli, proxy.address, "--tls-server-name", "temporal.test", env=trusting(papers.authority)
    ).expect(0)
    by_environment = trusting(papers.authority) | {"TEMPORAL_TLS_SERVER_NAME": "temporal.test"}
    ask(cli, proxy.address, env=by_environment).expect(0)
    assert {request[":authority"] for request in proxy.requests} == {f"temporal.test:{proxy.port}"}


def test_verification_can_be_left_out(cli: Cli, make_proxy: MakeProxy, papers: Papers) -> None:
    proxy = make_proxy(papers.elsewhere)
    # The flag alone means TLS, as with the Temporal CLI.
    ask(cli, proxy.address, "--tls-disable-host-verification").expect(0)
    assert proxy.requests
    # An authority that is named is asked all the same.
    ran = ask(
        cli,
        proxy.address,
        "--tls-disable-host-verification",
        env=trusting(papers.stranger),
    )
    assert "its certificate does not pass" in ran.expect(7).err


# ---- our own certificate ----


def client_files(certificate: Path, key: Path) -> Env:
    return {
        "TEMPORAL_TLS_CLIENT_CERT_PATH": str(certificate),
        "TEMPORAL_TLS_CLIENT_KEY_PATH": str(key),
    }


def test_a_client_certificate(cli: Cli, make_proxy: MakeProxy, papers: Papers) -> None:
    proxy = make_proxy(papers.here, clients=papers.authority)
    files = client_files(papers.client.path, papers.client.key)
    ask(cli, proxy.address, env=trusting(papers.authority) | files).expect(0)
    words = ["--tls-cert-path", papers.client.path, "--tls-key-path", papers.client.key]
    words += ["--tls-ca-path", papers.authority.path]
    ask(cli, proxy.address, *words).expect(0)


def test_a_missing_client_certificate(cli: Cli, make_proxy: MakeProxy, papers: Papers) -> None:
    proxy = make_proxy(papers.here, clients=papers.authority)
    ran = ask(cli, proxy.address, env=trusting(papers.authority)).expect(4)
    assert "certificate required; it may want a client certificate" in ran.err
    assert proxy.requests == []


def test_a_client_certificate_of_a_stranger(
    cli: Cli, make_proxy: MakeProxy, papers: Papers
) -> None:
    proxy = make_proxy(papers.here, clients=papers.authority)
    files = client_files(papers.strange_client.path, papers.strange_client.key)
    ran = ask(cli, proxy.address, env=trusting(papers.authority) | files).expect(4)
    assert "it may want another client certificate" in ran.err


def test_files_of_ours_that_cannot_be_used(cli: Cli, make_proxy: MakeProxy, papers: Papers) -> None:
    proxy = make_proxy(papers.here, clients=papers.authority)
    client, other = papers.client, papers.strange_client
    missing = papers.authority.folder / "missing.pem"
    given: list[tuple[Env, str]] = [
        (trusting(papers.authority) | client_files(client.path, other.key), str(other.key)),
        (trusting(papers.authority) | client_files(missing, client.key), str(missing)),
        ({"TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(missing)}, str(missing)),
        ({"TEMPORAL_TLS_SERVER_CA_CERT_PATH": str(client.key)}, str(client.key)),
        ({"TEMPORAL_TLS_SERVER_CA_CERT_DATA": "nonsense"}, "CA certificate"),
    ]
    for env, named in given:
        ran = ask(cli, proxy.address, env=env).expect(7)
        assert "cannot use the TLS certificate, key or authority given" in ran.err
        assert named in ran.err
    assert proxy.requests == []


def test_certificates_as_texts(
    cli: Cli, world: World, make_proxy: MakeProxy, papers: Papers
) -> None:
    proxy = make_proxy(papers.here, clients=papers.authority)
    texts = {
        "TEMPORAL_TLS_SERVER_CA_CERT_DATA": papers.authority.path.read_text(),
        "TEMPORAL_TLS_CLIENT_CERT_DATA": papers.client.path.read_text(),
        "TEMPORAL_TLS_CLIENT_KEY_DATA": papers.client.key.read_text(),
    }
    ask(cli, proxy.address, env=texts).expect(0)
    world.env.update(texts)
    shown = cli("show-settings").expect(0).out
    secret = texts["TEMPORAL_TLS_CLIENT_KEY_DATA"].splitlines()[1]
    assert secret not in shown


# ---- the API key ----


def test_an_api_key_goes_over_tls(
    cli: Cli, world: World, make_proxy: MakeProxy, papers: Papers
) -> None:
    proxy = make_proxy(papers.here)
    env = trusting(papers.authority) | {"TEMPORAL_API_KEY": "key-of-this-test"}
    ask(cli, proxy.address, env=env).expect(0)
    assert proxy.requests
    for request in proxy.requests:
        assert request["authorization"] == "Bearer key-of-this-test"
        assert request["temporal-namespace"] == world.namespace
        assert request[":scheme"] == "https"
        assert request["te"] == "trailers"


def test_an_api_key_alone_means_tls(cli: Cli, make_proxy: MakeProxy, papers: Papers) -> None:
    proxy = make_proxy(papers.here)
    ran = ask(cli, proxy.address, env={"TEMPORAL_API_KEY": "key-of-this-test"}).expect(7)
    assert "its certificate does not pass" in ran.err
    assert "key-of-this-test" not in ran.err
    assert proxy.requests == []


def test_an_api_key_is_never_sent_in_clear_text(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        ran = ask(
            cli, address, env={"TEMPORAL_API_KEY": "key-of-this-test", "TEMPORAL_TLS": "false"}
        ).expect(2)
        assert "cannot send the API key" in ran.err and "without TLS" in ran.err
        assert "key-of-this-test" not in ran.err
        # Nobody has even connected.
        listener.settimeout(0)
        with pytest.raises(BlockingIOError):
            listener.accept()


# ---- the wrong kind of port ----


def test_clear_text_to_a_tls_port(cli: Cli, make_proxy: MakeProxy, papers: Papers) -> None:
    proxy = make_proxy(papers.here)
    ran = ask(cli, proxy.address).expect(4)
    assert "it may want TLS" in ran.err


def test_tls_to_a_clear_text_port(cli: Cli, server: DevServer, papers: Papers) -> None:
    ran = ask(cli, server.address, env=trusting(papers.authority)).expect(4)
    assert "wrong version number" in ran.err and "or speak without TLS" in ran.err
    # No dev server of ours would help: it does not speak TLS.
    assert "ensure-server" not in ran.err


def test_tls_to_a_port_that_is_silent(cli: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        ran = ask(cli, address, "--tls", "--client-connect-timeout", "0.3").expect(4)
    assert "no answer within" in ran.err


def test_tls_without_http2(cli: Cli, make_proxy: MakeProxy, papers: Papers) -> None:
    """What does not agree to HTTP/2 in the handshake is no gRPC server."""
    proxy = make_proxy(papers.here, protocols=("http/1.1",))
    assert "no gRPC there" in ask(cli, proxy.address, env=trusting(papers.authority)).expect(4).err


# ---- proxies in the environment ----


@pytest.fixture
def trap() -> Iterator[tuple[str, list[bytes]]]:
    """An address that a proxy setting can name, and what it was sent."""
    caught: list[bytes] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return  # the test is over
            with client:
                client.settimeout(PATIENCE)
                caught.append(client.recv(100))

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}", caught
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()


def test_proxies_do_not_catch_loopback_calls(
    cli: Cli,
    server: DevServer,
    make_proxy: MakeProxy,
    papers: Papers,
    trap: tuple[str, list[bytes]],
) -> None:
    url, caught = trap
    names = ("http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
    proxies: Env = {name: url for name in names}
    proxy = make_proxy(papers.here)
    for host in ("127.0.0.1", "localhost"):
        ask(cli, f"{host}:{proxy.port}", env=trusting(papers.authority) | proxies).expect(0)
        ask(cli, f"{host}:{server.port}", env=proxies).expect(0)
    assert caught == []


def test_proxies_are_used_for_other_hosts(cli: Cli, trap: tuple[str, list[bytes]]) -> None:
    url, caught = trap
    ask(cli, "temporal.invalid:7233", "--tls", env={"https_proxy": url}).expect(4)
    assert caught and caught[0].startswith(b"CONNECT temporal.invalid:7233 ")
