import os
from contextlib import asynccontextmanager

from fastapi import FastAPI
from flows import Plum, weigh
from temporalio.client import Client
from temporalio.worker import Worker


@asynccontextmanager
async def lifespan(app: FastAPI):
    client = await Client.connect(os.environ["TEMPORAL_ADDRESS"])
    async with Worker(client, task_queue="plums", workflows=[Plum], activities=[weigh]):
        yield


app = FastAPI(lifespan=lifespan)
