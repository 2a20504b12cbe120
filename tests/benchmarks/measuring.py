"""What one run of a whole command costs: processor time, elapsed time, peak memory.

The command is started by a small process of its own (`python measuring.py COMMAND…`): the kernel
counts the memory of whoever starts a command into the command's peak.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cost:
    """One run: user and system seconds of the process and its children, seconds, MB."""

    cpu: float
    wall: float
    peak_mb: float


class CommandFailedError(Exception):
    """A command of the benchmark did not end with 0; the message is what it said."""


def cost_of(command: Sequence[str]) -> Cost:
    """The cost of a command that has to succeed."""
    starter = [sys.executable, "-I", "-S", __file__, *command]
    # Installed tools come with their bytecode; a checkout gets its own in the round that warms up.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    found = subprocess.run(starter, capture_output=True, text=True, check=False, env=environment)
    if found.returncode:
        raise CommandFailedError(f"{' '.join(command)}\n{found.stderr}")
    return Cost(**json.loads(found.stdout.splitlines()[-1]))


def _measured(command: Sequence[str]) -> int:
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    wall = time.perf_counter() - began
    cost = {"cpu": used.ru_utime + used.ru_stime, "wall": wall, "peak_mb": used.ru_maxrss / 1000}
    print(json.dumps(cost))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(_measured(sys.argv[1:]))
