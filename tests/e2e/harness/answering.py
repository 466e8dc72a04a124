"""A server that answers each kind of question with bytes of the test's own making."""

import contextlib
import socket
import threading
from collections.abc import Callable

from google.protobuf.message import Message

import fault_server
from fault_server import DATA, Connection, Stream, message

# Gives the answer to a question.
Answer = Callable[[bytes], bytes]

FRAME_BYTES = 16384


class Answering:
    """`answers`: by the method's name; a message is the answer to whatever is asked."""

    def __init__(self, answers: dict[str, Answer | Message]) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[Connection] = []
        self.address = f"127.0.0.1:{self._listener.getsockname()[1]}"
        for method, answer in answers.items():
            fault_server.FAULTS[method] = self._fault(answer)
        self._methods = list(answers)
        threading.Thread(target=self._accept, daemon=True).start()

    @staticmethod
    def _fault(answer: Answer | Message) -> Callable[[Stream], None]:
        def give(stream: Stream) -> None:
            body = answer(stream.question) if callable(answer) else answer.SerializeToString()
            framed = message(body)
            stream.head()
            for at in range(0, len(framed), FRAME_BYTES):
                stream.send(DATA, framed[at : at + FRAME_BYTES])
            stream.trailers()

        return give

    def __enter__(self) -> "Answering":
        return self

    def __exit__(self, *_: object) -> None:
        # Closing alone does not end an accept that waits.
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in self._open:
            connection.close()
        for method in self._methods:
            del fault_server.FAULTS[method]

    def _accept(self) -> None:
        while True:
            try:
                plain, _ = self._listener.accept()
            except OSError:
                return
            self._open.append(Connection(plain, len(self._open)))
            threading.Thread(target=self._open[-1].serve, daemon=True).start()
