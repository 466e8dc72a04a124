"""Free TCP ports for servers of the tests' own. Run as a program it prints one."""

import random
import socket

# Below the kernel's ephemeral range (32768 and up), so that no client's connection takes one in between.
FIRST, LAST = 20000, 29999
# The dev server's web UI listens this much higher, and must find its port free as well.
UI_OFFSET = 1000

_given: set[int] = set()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port that is free now, and that no other caller in this process was given."""
    # By chance, because other test processes choose at the same time.
    for port in random.SystemRandom().sample(range(FIRST, LAST + 1), 200):
        if port not in _given and is_free(port) and is_free(port + UI_OFFSET):
            _given.add(port)
            return port
    raise RuntimeError(f"no free port among 200 tried in {FIRST}..{LAST}")


if __name__ == "__main__":
    print(free_port())
