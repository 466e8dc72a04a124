# how many workers of this folder or of its queues are listed
import json
import os
import subprocess

answer = json.loads(subprocess.run(["temporal-skill", "list-workers", "-o", "json"], stdout=subprocess.PIPE, check=False).stdout)
here = os.path.realpath(".")
mine = [
    worker
    for worker in answer["workers"]
    if os.path.realpath(worker.get("project_dir") or "/") == here or any(queue.startswith("worktree-has-no-venv") for queue in worker["task_queues"])
]
for worker in mine:
    print("queues", sorted(worker["task_queues"]))
print("workers here:", len(mine))
