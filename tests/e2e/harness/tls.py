"""TLS in front of a real server: certificates made for one test, a proxy that ends TLS, and what came through it."""

import contextlib
import select
import socket
import ssl
import subprocess
import threading
from dataclasses import dataclass, field
from pathlib import Path

from hpack import HeaderReader, Headers

OPENSSL_SECONDS = 30.0
# For a handshake and for taking what is sent; both are on this machine.
PEER_SECONDS = 30.0
# What is passed on at once, either way.
PIECE = 65536

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADERS = 1
END_HEADERS, PADDED, PRIORITY = 0x4, 0x8, 0x20


def openssl(*words: object) -> None:
    ran = subprocess.run(
        ["openssl", *map(str, words)], capture_output=True, text=True, timeout=OPENSSL_SECONDS
    )
    assert ran.returncode == 0, f"openssl {words}: {ran.stderr}"


@dataclass(frozen=True)
class Certificate:
    path: Path
    key: Path


class Authority:
    """A certificate authority in a folder of its own, and the certificates it gives out."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        folder.mkdir(parents=True)
        self.folder = folder
        self.path = folder / "authority.pem"
        self.key = folder / "authority.key"
        openssl("req", "-x509", *self._new(self.key), "-subj", f"/CN={name}", "-out", self.path)

    @staticmethod
    def _new(key: Path) -> tuple[object, ...]:
        curve = "ec_paramgen_curve:prime256v1"
        return "-newkey", "ec", "-pkeyopt", curve, "-nodes", "-keyout", key

    def issue(self, name: str, names: str = "", days: int = 1) -> Certificate:
        """A certificate for these names ("DNS:localhost,IP:127.0.0.1"); days -1: it has expired."""
        made = Certificate(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        request = self.folder / f"{name}.csr"
        extension = ["-addext", f"subjectAltName={names}"] if names else []
        openssl("req", *self._new(made.key), "-subj", f"/CN={name}", "-out", request, *extension)
        signer = ["-CA", self.path, "-CAkey", self.key, "-copy_extensions", "copy"]
        openssl("x509", "-req", "-in", request, *signer, "-days", days, "-out", made.path)
        return made


@dataclass
class Recording:
    """The headers of each request of one connection, read from the bytes that a client sent."""

    requests: list[Headers] = field(default_factory=list)
    _bytes: bytes = b""
    _begun: bool = False
    _reader: HeaderReader = field(default_factory=HeaderReader)

    def take(self, piece: bytes) -> None:
        self._bytes += piece
        if not self._begun:
            if len(self._bytes) < len(PREFACE):
                return
            if not self._bytes.startswith(PREFACE):
                return  # no HTTP/2
            self._bytes = self._bytes[len(PREFACE) :]
            self._begun = True
        while len(self._bytes) >= 9:
            size = 9 + int.from_bytes(self._bytes[:3], "big")
            if len(self._bytes) < size:
                return
            self._take_frame(self._bytes[3], self._bytes[4], self._bytes[9:size])
            self._bytes = self._bytes[size:]

    def _take_frame(self, kind: int, flags: int, payload: bytes) -> None:
        if kind != HEADERS:
            return
        # Headers of 16 KB would be continued in another frame; ours are not that long.
        assert flags & END_HEADERS and not flags & PADDED
        self.requests.append(self._reader.read(payload[5:] if flags & PRIORITY else payload))


class TlsProxy:
    """Listens with TLS on a free port of 127.0.0.1 and passes the bytes inside on to a server.

    A thread a connection, and plain blocking sockets: only so does OpenSSL tell a client by an alert why it is refused.
    """

    def __init__(
        self,
        upstream: int,
        certificate: Certificate,
        clients: Authority | None = None,
        protocols: tuple[str, ...] = ("h2",),
    ) -> None:
        self.upstream = upstream
        self.accepted = 0
        self.connections: list[Recording] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate.path, certificate.key)
        if protocols:
            self._context.set_alpn_protocols(list(protocols))
        if clients:
            self._context.verify_mode = ssl.CERT_REQUIRED
            self._context.load_verify_locations(clients.path)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def requests(self) -> list[Headers]:
        return [request for connection in self.connections for request in connection.requests]

    def _accept(self) -> None:
        # Ended by close(), which shuts the listener down.
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.accepted += 1
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        # Either side may go away at any time, and a client may not like our certificate.
        with contextlib.suppress(OSError), client:
            client.settimeout(PEER_SECONDS)
            with self._context.wrap_socket(client, server_side=True) as inside:
                server = socket.create_connection(("127.0.0.1", self.upstream), PEER_SECONDS)
                with server:
                    self._pass(inside, server)

    def _pass(self, client: ssl.SSLSocket, server: socket.socket) -> None:
        recording = Recording()
        self.connections.append(recording)
        while True:
            # What OpenSSL has read already no longer shows on the socket.
            ready = [client] if client.pending() else select.select([client, server], [], [])[0]
            for source in ready:
                piece = source.recv(PIECE)
                if not piece:
                    return
                if source is client:
                    recording.take(piece)
                (server if source is client else client).sendall(piece)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
