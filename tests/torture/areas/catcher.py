"""A stranger's server on loopback: speaks TLS and plain text, writes down every byte that it gets, and never helps."""

import base64
import contextlib
import socket
import ssl
import threading
from dataclasses import dataclass, field
from pathlib import Path

from harness.tls import Authority, Recording

# For a client that has connected and says nothing more.
PEER_SECONDS = 1.0
TLS_HANDSHAKE = b"\x16"
ANSWER = b"HTTP/1.1 404 no\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Caught:
    raw: bytes = b""
    certificate: bool = False
    recording: Recording = field(default_factory=Recording)

    def texts(self) -> list[bytes]:
        found = [self.raw]
        for headers in self.recording.requests:
            found += [f"{name}: {value}".encode() for name, value in headers.items()]
        return found


class Catcher:
    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self.users = Authority(folder / "users")
        self.user = self.users.issue("user")
        mine = self.authority.issue("stranger", "DNS:localhost,IP:127.0.0.1")
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(mine.path, mine.key)
        self._context.set_alpn_protocols(["h2", "http/1.1"])
        # Asked for, so that a client that has one shows it.
        self._context.verify_mode = ssl.CERT_OPTIONAL
        self._context.load_verify_locations(self.users.path)
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self.caught: list[Caught] = []
        self._open = 0
        self._idle = threading.Condition()
        threading.Thread(target=self._accept, daemon=True).start()

    def take(self, secrets: dict[str, bytes]) -> list[str]:
        """Which of these came here since it was last asked; a certificate counts as one."""
        with self._idle:
            self._idle.wait_for(lambda: self._open == 0, 5 * PEER_SECONDS)
            caught, self.caught = self.caught, []
        texts = [text for one in caught for text in one.texts()]
        found = [name for name, value in secrets.items() if any(has(text, value) for text in texts)]
        if any(one.certificate for one in caught):
            found.append("client certificate")
        return found

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                with self._idle:
                    self._open += 1
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        one = Caught()
        try:
            with contextlib.suppress(OSError, AssertionError, IndexError, ValueError), client:
                client.settimeout(PEER_SECONDS)
                if client.recv(1, socket.MSG_PEEK) == TLS_HANDSHAKE:
                    with self._context.wrap_socket(client, server_side=True) as inside:
                        one.certificate = bool(inside.getpeercert())
                        self._read(inside, one)
                else:
                    self._read(client, one)
        finally:
            with self._idle:
                self.caught.append(one)
                self._open -= 1
                self._idle.notify_all()

    def _read(self, client: socket.socket, one: Caught) -> None:
        while piece := client.recv(65536):
            one.raw += piece
            one.recording.take(piece)
            if one.recording.requests:
                return
            head, _, body = one.raw.partition(b"\r\n\r\n")
            if head.startswith(b"POST") and len(body) >= length_of(head):
                client.sendall(ANSWER)
                return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def length_of(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


def has(text: bytes, secret: bytes) -> bool:
    """As it is, or as JSON carries bytes, wherever among them it begins."""
    if secret in text:
        return True
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret)
        if encoded[4 if before else 0 : -4] in text:
            return True
    return False
