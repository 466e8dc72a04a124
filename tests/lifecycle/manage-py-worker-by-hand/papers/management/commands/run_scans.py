import asyncio
import os
from django.core.management.base import BaseCommand
from temporalio.client import Client
from temporalio.worker import Worker
from papers.workflows import QUEUE, Scan, pages


class Command(BaseCommand):
    help = "Runs the worker"

    def handle(self, *args, **options):
        asyncio.run(self.work())

    async def work(self) -> None:
        client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
        async with Worker(client, task_queue=QUEUE, workflows=[Scan], activities=[pages]):
            self.stdout.write("scans are taken")
            self.stdout.flush()
            await asyncio.Event().wait()
