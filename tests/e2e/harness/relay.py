"""A relay in front of a server that goes away when the test says so, in the middle of what is sent."""

import contextlib
import socket
import threading

from .ports import free_port


class Relay:
    """Passes on what comes, until a client sends the marker: that still reaches the server, its answer
    does not come back, and from then on nobody is there. `open` again, it passes on all."""

    def __init__(self, target: int, marker: bytes) -> None:
        self.target = target
        self.marker = marker
        self.port = free_port()
        self.address = f"127.0.0.1:{self.port}"
        self.cut = threading.Event()
        self._connections: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.open()

    def open(self) -> None:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def go_away(self) -> None:
        """Refuse whoever comes, and end the connections to those that are there."""
        listener, self._listener = self._listener, None
        if listener is not None:
            # Closing alone does not end an accept that waits.
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for connection in self._connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.go_away()
        for connection in self._connections:
            connection.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.target))
            self._connections.append(client)
            threading.Thread(target=self._up, args=(client, server), daemon=True).start()
            threading.Thread(target=self._down, args=(server, client), daemon=True).start()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        seen = b""
        with contextlib.suppress(OSError):
            while piece := client.recv(65536):
                seen = (seen + piece)[-65536 - len(self.marker) :]
                if self.marker and self.marker in seen and not self.cut.is_set():
                    self.cut.set()
                    self.go_away()
                server.sendall(piece)
        with contextlib.suppress(OSError):
            server.shutdown(socket.SHUT_WR)

    def _down(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := server.recv(65536):
                client.sendall(piece)
        with contextlib.suppress(OSError):
            client.shutdown(socket.SHUT_RDWR)
        server.close()
