"""A project that encodes its payloads: what its codec server decodes is read as if it were plain."""

import base64
import json
import threading
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from google.protobuf import json_format
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.client import Client
from temporalio.converter import DataConverter, PayloadCodec

from harness.cli import Cli
from harness.client import Loop, Temporal
from harness.server import DevServer
from harness.workflows import ACTIVITIES, QUEUE, WORKFLOWS, start
from harness.world import World

ENCODING = b"test/turned"


def decoded(payload: Payload) -> Payload:
    if payload.metadata.get("encoding") != ENCODING:
        return payload
    return Payload.FromString(payload.data[::-1])


class Turned(PayloadCodec):
    """Each payload as bytes in reverse: unreadable, and quick."""

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [
            Payload(metadata={"encoding": ENCODING}, data=payload.SerializeToString()[::-1])
            for payload in payloads
        ]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        return [decoded(payload) for payload in payloads]


class Decoder(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"]))
        payloads = json_format.Parse(asked, Payloads())
        answer = Payloads(payloads=[decoded(payload) for payload in payloads.payloads])
        body = json_format.MessageToJson(answer).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def codec() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Decoder)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def encoded(loop: Loop, server: DevServer, world: World) -> Iterator[Temporal]:
    """Client and worker of a project that encodes all it sends."""
    made = Temporal(loop, server.address, world.namespace)
    converter = DataConverter(payload_codec=Turned())
    made.client = loop.call(
        Client.connect(server.address, namespace=world.namespace, data_converter=converter)
    )
    made.start_worker(QUEUE, WORKFLOWS, ACTIVITIES)
    yield made
    made.close()


def test_handlers_and_results_are_decoded(cli: Cli, encoded: Temporal, codec: str) -> None:
    workflow_id = start(encoded, "Open")
    there = ["-w", workflow_id, "--codec-endpoint", codec]
    handlers = cli.json("interact", *there)
    assert {"finish", "set_value"} <= set(handlers["signals"])
    assert "get_value" in handlers["queries"]
    ran = cli("signal-workflow", *there, "--name", "finnish").expect(3)
    assert "did you mean 'finish'?" in ran.err
    cli("interact", *there, "--name", "set_value", "--data", '{"n": 9007199254740993}').expect(0)
    assert cli.json("query-workflow", *there, "--name", "get_value")["answer"] == {
        "n": 9007199254740993
    }
    cli("signal-workflow", *there, "--name", "finish").expect(0)
    cli("wait-for-workflow-status", *there).expect(0)
    assert cli.json("get-workflow-result", *there)["result"] == {"n": 9007199254740993}


def test_what_nobody_decodes_is_named(cli: Cli, encoded: Temporal) -> None:
    workflow_id = start(encoded, "Give", {"status": "fine"})
    encoded.result(encoded.client.get_workflow_handle(workflow_id))
    said = cli.json("get-workflow-result", "-w", workflow_id)
    assert said["encoding"] == ENCODING.decode()
    assert "fine" not in json.dumps(said)
    assert base64.b64encode(b"fine").decode() not in json.dumps(said)
