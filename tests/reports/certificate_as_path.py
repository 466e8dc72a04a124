"""EXPECT: the worker dies at its start with a TypeError, whose cause says why: Can't extract `str`
to `Vec`, field client_cert. TLSConfig gets the path 'certs/client.pem' (a str), where it wants the
certificate itself (bytes). So nobody polls queue 'claims'. Read the file, open(path, "rb").read(),
and start the worker again.

The worker gives the path of its certificate in place of the certificate.
"""

import asyncio
import os
import sys

from temporalio import workflow
from temporalio.client import Client, TLSConfig
from temporalio.worker import Worker

Q = "claims"

ADDRESS = os.environ.get("TEMPORAL_ADDRESS", "localhost:7233")


@workflow.defn
class Claim:
    @workflow.run
    async def run(self) -> str:
        return "settled"


async def main() -> None:
    if sys.argv[1] == "worker":
        certificate = os.environ.get("CLAIMS_CERTIFICATE", "certs/client.pem")
        key = os.environ.get("CLAIMS_KEY", "certs/client.key")
        tls = TLSConfig(client_cert=certificate, client_private_key=key)  # type: ignore[arg-type]
        client = await Client.connect(ADDRESS, tls=tls)
        await Worker(client, task_queue=Q, workflows=[Claim]).run()
    else:
        client = await Client.connect(ADDRESS)
        await client.start_workflow(Claim.run, id="claim-30", task_queue=Q)


if __name__ == "__main__":
    asyncio.run(main())
