"""EXPECT: activity 'translate' fails at every attempt with HTTP Error 401: Unauthorized: the
service refuses the key that the worker sends. Give the worker a valid key and restart it; further
attempts with this one are of no use (such an error should not be retryable).

An activity asks a service with a key that is expired. The service is in the worker's process.
"""

import asyncio
import os
import sys
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.request import Request, urlopen

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "letters"
KEY = "key-of-last-year"


class Service(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(401)


SERVICE = HTTPServer(("127.0.0.1", 0), Service)


@activity.defn
async def translate(text: str) -> str:
    url = f"http://127.0.0.1:{SERVICE.server_port}/translate?text={text}"
    with urlopen(Request(url, headers={"Authorization": f"Bearer {KEY}"})) as answer:  # HERE
        return str(answer.read(), "utf-8")


@workflow.defn(sandboxed=False)
class Letter:
    @workflow.run
    async def run(self, text: str) -> str:
        return await workflow.execute_activity(
            translate, text, start_to_close_timeout=timedelta(seconds=10)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        threading.Thread(target=SERVICE.serve_forever, daemon=True).start()
        await Worker(client, task_queue=Q, workflows=[Letter], activities=[translate]).run()
    else:
        await client.start_workflow(Letter.run, "hello", id="letter-40", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
