"""Ten workflows in ten kinds of trouble among fifty healthy ones, to be found in one call.

trouble.py ADDRESS NAMESPACE OUT.json, as build.py. The healthy rows are named healthy-…"""

from __future__ import annotations

from dataclasses import replace

import build
import corpus
from scenario import Scenario

TROUBLE = corpus.named(
    "nondeterminism_changed",
    "workflow_not_registered",
    "sandbox_open",
    "bug_key_error",
    "worker_hangs",
    "activity_not_registered",
    "activity_fails",
    "no_worker",
    "no_activity_worker",
    "retries_exhausted",
)

# How often each: most runs of a real namespace are completed, some wait, few work.
HEALTHY_KINDS = {
    "result_text": 15,
    "healthy_no_errors": 5,
    "waits_for_signal": 10,
    "waits_for_timer": 10,
    "long_activity_with_heartbeats": 5,
    "recovered_activity": 3,
    "start_delay": 2,
}

HEALTHY: list[Scenario] = [
    replace(scenario, name=f"healthy-{scenario.name}-{number}")
    for scenario in corpus.named(*HEALTHY_KINDS)
    for number in range(HEALTHY_KINDS[scenario.name])
]

if __name__ == "__main__":
    build.run([*TROUBLE, *HEALTHY])
