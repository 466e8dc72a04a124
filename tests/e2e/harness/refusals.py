"""A relay in front of a server that answers one kind of question itself: it refuses it, or is silent."""

import contextlib
import socket
import struct
import threading
from dataclasses import dataclass, field

from hpack import HeaderReader, header_block

DATA, HEADERS, RST_STREAM, WINDOW_UPDATE, CONTINUATION = 0, 1, 3, 8, 9
END_STREAM, END_HEADERS, PADDED, PRIORITY = 0x1, 0x4, 0x8, 0x20
CANCEL = 8
SERVICE = "/temporal.api.workflowservice.v1.WorkflowService"
# For a server that is not there any more.
GREETING_SECONDS = 30.0
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"

# gRPC's codes. SILENCE is none: nothing is ever answered.
SILENCE = 0
CODES = {
    "PERMISSION_DENIED": 7,
    "UNIMPLEMENTED": 12,
    "RESOURCE_EXHAUSTED": 8,
    "UNAVAILABLE": 14,
    "INTERNAL": 13,
    "DEADLINE_EXCEEDED": SILENCE,
}


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


@dataclass
class Sender:
    """Frames of two sides go to one socket whole."""

    to: socket.socket
    lock: threading.Lock = field(default_factory=threading.Lock)
    # The settings of the server come before anything else.
    greeted: threading.Event = field(default_factory=threading.Event)

    def send(self, data: bytes) -> None:
        with self.lock, contextlib.suppress(OSError):
            self.to.sendall(data)


class Frames:
    """Reads whole frames."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection

    def exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            piece = self.connection.recv(size - len(data))
            if not piece:
                raise EOFError
            data += piece
        return data

    def next(self) -> tuple[int, int, int, bytes]:
        head = self.exactly(9)
        kind, flags, stream = struct.unpack(">BBI", head[3:])
        return kind, flags, stream & 0x7FFFFFFF, self.exactly(int.from_bytes(head[:3]))


class Refusing:
    """Passes on all but the calls of `method`, whose header block alone reaches the server (its
    decoder has a state), which is then told that they are cancelled."""

    def __init__(self, target: int, method: str, code: int) -> None:
        self.target = target
        self.path = f"{SERVICE}/{method}"
        self.code = code
        self.refused = 0
        self.asked: set[str] = set()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def refuse(self, method: str) -> None:
        """From now on this one in place of the one before; those that use it stay connected."""
        self.path = f"{SERVICE}/{method}"
        self.refused = 0

    def __enter__(self) -> "Refusing":
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone does not end an accept that waits.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            self._open += [client, server]
            down, held = Sender(client), set[int]()
            for work in (self._up, self._down):
                threading.Thread(
                    target=work, args=(client, server, down, held), daemon=True
                ).start()

    def _answer(self, stream: int) -> bytes:
        return frame(
            HEADERS,
            END_HEADERS | END_STREAM,
            stream,
            header_block(
                {
                    ":status": "200",
                    "content-type": "application/grpc",
                    "grpc-status": str(self.code),
                    "grpc-message": "refused by the test",
                }
            ),
        )

    def _up(
        self, client: socket.socket, server: socket.socket, down: Sender, held: set[int]
    ) -> None:
        frames, reader = Frames(client), HeaderReader()
        block = b""
        with contextlib.suppress(OSError, EOFError):
            server.sendall(frames.exactly(len(PREFACE)))
            while True:
                kind, flags, stream, payload = frames.next()
                if stream in held:
                    self._withheld(kind, flags, stream, payload, down)
                    continue
                server.sendall(frame(kind, flags, stream, payload))
                if kind not in (HEADERS, CONTINUATION):
                    continue
                block += header_fragment(flags, payload) if kind == HEADERS else payload
                if not flags & END_HEADERS:
                    continue
                path = reader.read(block).get(":path", "")
                block = b""
                self.asked.add(path.rsplit("/", 1)[-1])
                if path == self.path:
                    held.add(stream)
                    server.sendall(frame(RST_STREAM, 0, stream, struct.pack(">I", CANCEL)))
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _withheld(self, kind: int, flags: int, stream: int, payload: bytes, down: Sender) -> None:
        if kind != DATA or not down.greeted.wait(GREETING_SECONDS):
            return
        if payload:
            down.send(frame(WINDOW_UPDATE, 0, 0, struct.pack(">I", len(payload))))
        if flags & END_STREAM:
            self.refused += 1
            if self.code != SILENCE:
                down.send(self._answer(stream))

    def _down(
        self, client: socket.socket, server: socket.socket, down: Sender, held: set[int]
    ) -> None:
        frames = Frames(server)
        with contextlib.suppress(OSError, EOFError):
            while True:
                kind, flags, stream, payload = frames.next()
                # That it was cancelled there is not what the client is to hear.
                if stream not in held:
                    down.send(frame(kind, flags, stream, payload))
                down.greeted.set()
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)


def header_fragment(flags: int, payload: bytes) -> bytes:
    """A HEADERS frame's part of the block, without padding and priority."""
    end = len(payload)
    at = 0
    if flags & PADDED:
        end -= payload[0]
        at = 1
    if flags & PRIORITY:
        at += 5
    return payload[at:end]
