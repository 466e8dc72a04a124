"""A worker for all that the modules named define: python serve.py QUEUE MODULE..."""

import asyncio
import importlib
import os
import sys
from concurrent.futures import ThreadPoolExecutor

from temporalio.client import Client
from temporalio.worker import Worker


def defined(modules: list[str], mark: str) -> list:
    found = {}
    for name in modules:
        for value in vars(importlib.import_module(name)).values():
            if callable(value) and hasattr(value, mark):
                found[value] = None
    return list(found)


async def main(queue: str, modules: list[str]) -> None:
    client = await Client.connect(
        os.environ["TEMPORAL_ADDRESS"], namespace=os.environ["TEMPORAL_NAMESPACE"]
    )
    with ThreadPoolExecutor(8) as threads:
        await Worker(
            client,
            task_queue=queue,
            workflows=defined(modules, "__temporal_workflow_definition"),
            activities=defined(modules, "__temporal_activity_definition"),
            activity_executor=threads,
        ).run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2:]))
