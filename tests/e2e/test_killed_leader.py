"""A worker whose leading process was killed alone: what is shown of it lives."""

import os
import shlex
import signal

from harness import processes
from harness.cli import Cli
from harness.project import Project
from harness.server import DevServer


def test_the_pid_that_is_shown_is_one_that_runs(
    cli: Cli, server: DevServer, greeting: Project
) -> None:
    command = f"sh -c {shlex.quote(greeting.command('worker.py') + ' & wait')}"
    ready = cli.json("ensure-worker", "--worker-cmd", command)
    os.kill(ready["pid"], signal.SIGKILL)
    processes.wait_gone(ready["pid"], 10)
    (row,) = cli.json("list-workers")["workers"]
    assert (row["state"], row["pid"], row["pids"]) == (
        "running",
        ready["worker_pid"],
        [ready["worker_pid"]],
    )
    health = cli("monitor-worker-health")
    assert f"(pid {ready['worker_pid']})" in health.out
    assert f"(pid {ready['worker_pid']})" in cli("show-worker-log").expect(0).out
    assert cli.json("kill-worker")["stopped"] == [ready["worker_pid"]]
