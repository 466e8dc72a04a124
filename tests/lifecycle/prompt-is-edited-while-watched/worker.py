import asyncio
import os
import pathlib

from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from flows import Greet

QUEUE = "prompt-is-edited-while-watched"
PROMPT = pathlib.Path("prompts/greeting.txt").read_text().strip()
SETTINGS = dict(line.split("=", 1) for line in pathlib.Path(".env").read_text().splitlines())


@activity.defn
async def greet(name: str) -> str:
    return f"{PROMPT}, {name} of {SETTINGS['PLACE']}"


async def main() -> None:
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    await Worker(client, task_queue=QUEUE, workflows=[Greet], activities=[greet]).run()


if __name__ == "__main__":
    asyncio.run(main())
