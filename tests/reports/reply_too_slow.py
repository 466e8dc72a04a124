"""EXPECT: activity 'summarize' fails at every attempt with TimeoutError (timed out): its own HTTP
client waits for 0.5 s only, and the service takes longer. None of Temporal's timeouts (start to
close is 60 s) is over: raise the client's timeout (or make the service faster) and restart the
worker.

A client gives up before its service answers. The service is in the worker's process.
"""

import asyncio
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.request import urlopen

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

Q = "texts"


class Model(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        time.sleep(5)
        self.send_response(200)
        self.end_headers()


SERVICE = ThreadingHTTPServer(("127.0.0.1", 0), Model)


@activity.defn
def summarize(text: str) -> str:
    url = f"http://127.0.0.1:{SERVICE.server_port}/summary"
    with urlopen(url, timeout=0.5) as answer:  # HERE
        return str(answer.read(), "utf-8")


@workflow.defn(sandboxed=False)
class Text:
    @workflow.run
    async def run(self, text: str) -> str:
        return await workflow.execute_activity(
            summarize, text, start_to_close_timeout=timedelta(seconds=60)
        )


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    if sys.argv[1] == "worker":
        threading.Thread(target=SERVICE.serve_forever, daemon=True).start()
        await Worker(
            client,
            task_queue=Q,
            workflows=[Text],
            activities=[summarize],
            activity_executor=ThreadPoolExecutor(4),
        ).run()
    else:
        await client.start_workflow(Text.run, "a long text", id="text-6", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
