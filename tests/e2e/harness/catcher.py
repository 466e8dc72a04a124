"""A stranger's server: takes what it is sent, writes it down, and answers nothing."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator

from hpack import Headers

from .tls import Certificate, Recording

PEER_SECONDS = 30.0
PIECE = 65536
# A request of ours fits into one reading or two; then the line is cut, so that nobody waits.
ENOUGH = 1


class Catcher:
    """Listens on a free port of 127.0.0.1: plain, or with TLS and HTTP/2."""

    def __init__(self, certificate: Certificate | None = None) -> None:
        self.accepted = 0
        self.bytes = b""
        self._news = threading.Condition()
        self.connections: list[Recording] = []
        self._context: ssl.SSLContext | None = None
        if certificate:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate.path, certificate.key)
            self._context.set_alpn_protocols(["h2"])
            # So that a client's certificate would be sent.
            self._context.verify_mode = ssl.CERT_OPTIONAL
            self._context.load_verify_locations(certificate.path)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.local = f"127.0.0.1:{self.port}"
        # Not one that is known as this machine's, and yet nowhere else.
        self.remote = f"127.1:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def requests(self) -> list[Headers]:
        return [request for connection in self.connections for request in connection.requests]

    def reached(self) -> bool:
        """Whether anyone came; a busy machine may need its time to see who did."""
        with self._news:
            return self._news.wait_for(lambda: self.accepted > 0, PEER_SECONDS)

    def gets(self, secret: str) -> bool:
        """The same of a secret."""
        with self._news:
            return self._news.wait_for(lambda: self.has(secret), PEER_SECONDS)

    def has(self, secret: str) -> bool:
        """Whether the secret was sent, in a header or in the open."""
        shown = any(secret in value for headers in self.requests for value in headers.values())
        return shown or secret.encode() in self.bytes

    def _accept(self) -> None:
        # Ended by close(), which shuts the listener down.
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with self._news:
                    self.accepted += 1
                    self._news.notify_all()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client:
            client.settimeout(PEER_SECONDS)
            if self._context is None:
                self._take(client)
                return
            with self._context.wrap_socket(client, server_side=True) as inside:
                self._take(inside)

    def _take(self, client: socket.socket) -> None:
        recording = Recording()
        self.connections.append(recording)
        while len(recording.requests) < ENOUGH:
            piece = client.recv(PIECE)
            if not piece:
                return
            with self._news:
                self.bytes += piece
                recording.take(piece)
                self._news.notify_all()
            if b"HTTP/1.1\r\n" in piece:
                return

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@contextlib.contextmanager
def catching(certificate: Certificate | None = None) -> Iterator[Catcher]:
    catcher = Catcher(certificate)
    try:
        yield catcher
    finally:
        catcher.close()
