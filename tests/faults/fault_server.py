"""A server that misbehaves on purpose, for the tests of the channel driver.

It speaks raw HTTP/2 with the standard library alone (and libnghttp2, which libcurl brings along,
to read header blocks), because a real gRPC server would not let itself be made to lose a trailer.
The last part of a request's path chooses the fault: see the functions named fault_*. It listens on
a free port of 127.0.0.1, prints the port, and ends when its standard input does, so that no test
can leave it behind.
"""

import argparse
import contextlib
import os
import socket
import ssl
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from hpack import HeaderReader, Headers, header_block

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, END_HEADERS, ACK = 0x1, 0x4, 0x1
INTERNAL_ERROR, REFUSED_STREAM = 2, 7
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"


def message(body: bytes) -> bytes:
    return b"\x00" + struct.pack(">I", len(body)) + body


class Counter:
    """Counts per name, over all connections."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.counts: dict[str, int] = {}

    def next(self, name: str) -> int:
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1
            return self.counts[name]


COUNTER = Counter()
CONNECTIONS: dict[int, "Connection"] = {}


class Stream:
    def __init__(self, connection: "Connection", number: int, headers: Headers) -> None:
        self.connection = connection
        self.number = number
        self.headers = headers
        self.body = b""

    @property
    def question(self) -> bytes:
        return self.body[5:]

    def send(self, kind: int, payload: bytes, flags: int = 0) -> None:
        self.connection.send(kind, flags, self.number, payload)

    def head(self, status: int = 200, kind: str = "application/grpc+proto", **more: str) -> None:
        fields = {":status": str(status), "content-type": kind, **more}
        self.send(HEADERS, header_block(fields), END_HEADERS)

    def only_trailers(self, code: int, text: str, details: str = "") -> None:
        fields = {":status": "200", "content-type": "application/grpc", "grpc-status": str(code)}
        fields["grpc-message"] = text
        if details:
            fields["grpc-status-details-bin"] = details
        self.send(HEADERS, header_block(fields), END_HEADERS | END_STREAM)

    def trailers(self, code: int = 0, text: str = "") -> None:
        fields = {"grpc-status": str(code), "grpc-message": text}
        self.send(HEADERS, header_block(fields), END_HEADERS | END_STREAM)

    def answer(self, body: bytes) -> None:
        self.head()
        self.send(DATA, message(body))
        self.trailers()


# ---- the faults ----


def fault_echo(stream: Stream) -> None:
    stream.answer(stream.question)


def fault_headers(stream: Stream) -> None:
    stream.answer("".join(f"{n}: {v}\n" for n, v in stream.headers.items()).encode())


def fault_connection(stream: Stream) -> None:
    """Answers with the number of its connection: one connection or several?"""
    stream.answer(str(stream.connection.number).encode())


def fault_pieces(stream: Stream) -> None:
    stream.head()
    for byte in message(stream.question):
        stream.send(DATA, bytes([byte]))
    stream.trailers()


def fault_interim(stream: Stream) -> None:
    stream.send(HEADERS, header_block({":status": "103", "grpc-status": "9"}), END_HEADERS)
    stream.answer(stream.question)


def fault_large(stream: Stream) -> None:
    """As many bytes as the question says: 0, 1, ... 250, 0, ... so that a lost piece shows."""
    size = int(stream.question)
    body = message((bytes(range(251)) * (size // 251 + 1))[:size])
    stream.head()
    for at in range(0, len(body), 16384):
        stream.send(DATA, body[at : at + 16384])
    stream.trailers()


def fault_trailers_only(stream: Stream) -> None:
    stream.only_trailers(5, "no such %C3%A4pfel %25 %zz", "CAUSB2dvbmU")


def fault_late_error(stream: Stream) -> None:
    stream.head()
    stream.trailers(9, "not now")


def fault_odd_status(stream: Stream) -> None:
    stream.only_trailers(77, "odd")


def fault_no_status(stream: Stream) -> None:
    COUNTER.next("no-status")
    stream.head()
    stream.send(DATA, message(stream.question), END_STREAM)


def fault_no_status_once(stream: Stream) -> None:
    if COUNTER.next("no-status-once") == 1:
        fault_no_status(stream)
    else:
        fault_connection(stream)


def fault_how_many_no_status(stream: Stream) -> None:
    stream.answer(str(COUNTER.next("no-status") - 1).encode())


def fault_again(stream: Stream) -> None:
    """Loses the status of the question, but answers when asked anything else."""
    if stream.question == b"wait":
        fault_no_status(stream)
    else:
        stream.answer(stream.question)


def fault_goaway(stream: Stream) -> None:
    """The connection comes of age under the request."""
    stream.connection.send(GOAWAY, 0, 0, struct.pack(">II", stream.number, 0))
    stream.answer(stream.question)


def fault_close_other(stream: Stream) -> None:
    """Closes the idle connection whose number is the question."""
    CONNECTIONS[int(stream.question)].close()
    stream.answer(b"closed")


def fault_close(stream: Stream) -> None:
    COUNTER.next("close")
    stream.connection.close()


def fault_how_many_close(stream: Stream) -> None:
    stream.answer(str(COUNTER.next("close") - 1).encode())


def fault_close_once(stream: Stream) -> None:
    if COUNTER.next("close-once") == 1:
        stream.connection.close()
    else:
        stream.answer(stream.question)


def fault_reset(stream: Stream) -> None:
    stream.send(RST_STREAM, struct.pack(">I", INTERNAL_ERROR))


def fault_refused_once(stream: Stream) -> None:
    if COUNTER.next("refused-once") == 1:
        stream.send(RST_STREAM, struct.pack(">I", REFUSED_STREAM))
    else:
        stream.answer(stream.question)


def fault_exhausted_twice(stream: Stream) -> None:
    if COUNTER.next("exhausted-twice") <= 2:
        stream.only_trailers(8, "not so fast")
    else:
        stream.answer(stream.question)


def fault_unavailable(stream: Stream) -> None:
    COUNTER.next("unavailable")
    stream.only_trailers(14, "later")


def fault_how_many_unavailable(stream: Stream) -> None:
    stream.answer(str(COUNTER.next("unavailable") - 1).encode())


def fault_too_long(stream: Stream) -> None:
    stream.head()
    stream.send(DATA, b"\x00\xff\xff\xff\xff")
    stream.send(DATA, b"x" * 1000)


def fault_compressed(stream: Stream) -> None:
    stream.head()
    stream.send(DATA, b"\x01\x00\x00\x00\x03abc")
    stream.trailers()


def fault_cut_off(stream: Stream) -> None:
    stream.head()
    stream.send(DATA, b"\x00\x00\x00\x00\x64abc")
    stream.trailers()


def fault_surplus(stream: Stream) -> None:
    stream.head()
    stream.send(DATA, message(b"one") + message(b"two"))
    stream.trailers()


def fault_empty(stream: Stream) -> None:
    stream.head()
    stream.trailers()


def fault_page(stream: Stream) -> None:
    stream.head(200, "text/html")
    stream.send(DATA, b"<h1>hello</h1>", END_STREAM)


def fault_http_401(stream: Stream) -> None:
    stream.head(401, "text/html")
    stream.send(DATA, b"who are you", END_STREAM)


def fault_http_403(stream: Stream) -> None:
    stream.head(403, "text/html")
    stream.send(DATA, b"go away", END_STREAM)


def fault_http_503(stream: Stream) -> None:
    stream.head(503, "text/html")
    stream.send(DATA, b"no upstream", END_STREAM)


def fault_silent(stream: Stream) -> None:
    COUNTER.next("silent")


def fault_how_many_silent(stream: Stream) -> None:
    stream.answer(str(COUNTER.next("silent") - 1).encode())


FAULTS = {
    name.removeprefix("fault_").replace("_", "-"): function
    for name, function in list(globals().items())
    if name.startswith("fault_")
}


# ---- connections ----


class Connection:
    def __init__(self, plain: socket.socket, number: int) -> None:
        self.socket = plain
        self.number = number
        self.streams: dict[int, Stream] = {}
        self.reader = HeaderReader()
        CONNECTIONS[number] = self

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)

    def send(self, kind: int, flags: int, number: int, payload: bytes) -> None:
        head = (
            struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", number)
        )
        self.socket.sendall(head + payload)

    def take(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = self.socket.recv(size - len(parts))
            if not part:
                raise ConnectionError
            parts += part
        return bytes(parts)

    def take_frame(self) -> None:
        head = self.take(9)
        size, kind, flags = int.from_bytes(head[:3], "big"), head[3], head[4]
        number = int.from_bytes(head[5:], "big") & 0x7FFFFFFF
        payload = self.take(size)
        if kind == SETTINGS and not flags & ACK:
            self.send(SETTINGS, ACK, 0, b"")
        elif kind == PING and not flags & ACK:
            self.send(PING, ACK, 0, payload)
        elif kind == HEADERS:
            # A priority (flag 0x20) is five bytes before the block; libcurl sends it.
            self.streams[number] = Stream(
                self, number, self.reader.read(payload[5:] if flags & 0x20 else payload)
            )
        elif kind == DATA and number in self.streams:
            self.streams[number].body += payload
        if kind in (HEADERS, DATA) and flags & END_STREAM:
            stream = self.streams.pop(number)
            FAULTS[stream.headers[":path"].rsplit("/", 1)[1]](stream)

    def serve(self) -> None:
        try:
            if self.take(len(PREFACE)) != PREFACE:
                return
            self.send(SETTINGS, 0, 0, b"")
            while True:
                self.take_frame()
        except OSError:
            return
        finally:
            self.socket.close()


def serve_http2(listener: socket.socket, context: ssl.SSLContext | None) -> None:
    def one(plain: socket.socket, number: int) -> None:
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connected = context.wrap_socket(plain, server_side=True) if context else plain
        except (ssl.SSLError, OSError):
            plain.close()
            return
        Connection(connected, number).serve()

    while True:
        plain, _ = listener.accept()
        number = COUNTER.next("connections")
        threading.Thread(target=one, args=(plain, number), daemon=True).start()


def serve_mute(listener: socket.socket) -> None:
    kept = []
    while True:
        kept.append(listener.accept())


class Codec(BaseHTTPRequestHandler):
    """HTTP/1.1: what a codec server looks like, and what is no gRPC server."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        status = 500 if self.path == "/fail" else 302 if self.path == "/elsewhere" else 200
        text = f"{self.headers.get('authorization', '')}\n".encode() + body
        self.send_response(status)
        if status == 302:
            self.send_header("location", "/decode")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--mode", choices=("http2", "http1", "mute"), default="http2")
    parser.add_argument("--certificate", help="TLS, with this PEM file")
    parser.add_argument("--key", help="of the certificate")
    parser.add_argument("--client-ca", help="ask for a client certificate of this authority")
    parser.add_argument("--alpn", default="h2")
    options = parser.parse_args()

    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
        context.set_alpn_protocols([options.alpn])
        if options.client_ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(options.client_ca)

    if options.mode == "http1":
        server = HTTPServer(("127.0.0.1", 0), Codec)
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        port = server.server_port
        thread = threading.Thread(target=server.serve_forever, daemon=True)
    else:
        listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        port = listener.getsockname()[1]
        if options.mode == "mute":
            thread = threading.Thread(target=serve_mute, args=(listener,), daemon=True)
        else:
            thread = threading.Thread(target=serve_http2, args=(listener, context), daemon=True)

    thread.start()
    # In one piece: whoever reads it closes the pipe then.
    os.write(sys.stdout.fileno(), f"{port}\n".encode())
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
