"""The worker: polls the task queue until SIGTERM or SIGINT, then finishes what it holds."""

import asyncio
import logging
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import Worker

from activities import publish_report
from shared import TASK_QUEUE, connect, leave
from workflow import ApprovalWorkflow

ACTIVITY_THREADS = 10
GRACE = timedelta(seconds=5)  # for running activities, once asked to stop

logger = logging.getLogger("worker")


async def announce(client: Client) -> None:
    """Log the ready line once the server lists this worker among the queue's pollers."""
    request = DescribeTaskQueueRequest(
        namespace=client.namespace,
        task_queue=TaskQueue(name=TASK_QUEUE),
        task_queue_type=TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW,
    )
    while True:
        try:
            answer = await client.workflow_service.describe_task_queue(request)
        except RPCError as error:
            logger.warning("cannot describe task queue %s: %s", TASK_QUEUE, error)
        else:
            if any(poller.identity == client.identity for poller in answer.pollers):
                break
        await asyncio.sleep(0.2)
    logger.info("worker ready, polling task queue %s", TASK_QUEUE)


async def serve() -> None:
    client = await connect()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)

    with ThreadPoolExecutor(ACTIVITY_THREADS) as threads:
        async with Worker(
            client,
            task_queue=TASK_QUEUE,
            workflows=[ApprovalWorkflow],
            activities=[publish_report],
            activity_executor=threads,
            graceful_shutdown_timeout=GRACE,
        ):
            announcement = asyncio.create_task(announce(client))
            try:
                await stop.wait()
                logger.info("worker stopping")
            finally:
                announcement.cancel()
    logger.info("worker stopped")


def main() -> None:
    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    try:
        asyncio.run(serve())
    except (ConnectionError, RuntimeError) as error:
        logger.error("worker failed: %s", error)
        leave(1)
    leave()


if __name__ == "__main__":
    main()
