import asyncio
import os
from contextlib import asynccontextmanager
from fastapi import FastAPI
from temporalio.client import Client
from temporalio.worker import Worker
from flows import QUEUE, Booking, seats


@asynccontextmanager
async def lifespan(app: FastAPI):
    client = await Client.connect(os.environ.get("TEMPORAL_ADDRESS", "localhost:7233"))
    worker = Worker(client, task_queue=QUEUE, workflows=[Booking], activities=[seats])
    running = asyncio.create_task(worker.run())
    yield
    await worker.shutdown()
    await running


app = FastAPI(lifespan=lifespan)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"state": "fine"}
