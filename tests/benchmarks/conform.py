"""Judging beside compiling: all packs of the library on the sandwich, and the compile of the same.

python -m tests.benchmarks.conform [--hosts 2000] [--rounds 5]
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from blueprint.conform.packs import library_packs
from blueprint.loader import MemoryLoader
from tests.benchmarks.measuring import Cost, cost_of
from tests.benchmarks.run import Goal
from tests.benchmarks.stack import SANDWICH, compiled, prepared
from tests.benchmarks.work import oib_command

#: Hosts that the blueprint has beside its computes.
_CONTROL = 3


def judged(scratch: Path, hosts: int) -> list[str]:
    """The command that judges the sandwich by every pack; it ends well whatever fails."""
    packs = [word for name in library_packs(MemoryLoader({})) for word in ("--pack", name)]
    command = [
        oib_command(), "conform", str(scratch / SANDWICH), "--set", f"computes={hosts - _CONTROL}", *packs,
        "--format", "csv",
    ]  # fmt: skip
    quiet = (
        "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:]).returncode not in (0, 1))"
    )
    return [sys.executable, "-c", quiet, *command]


def one_round(scratch: Path, hosts: int) -> dict[str, Cost]:
    """One run of each, the compile into an empty folder."""
    shutil.rmtree(scratch / "out", ignore_errors=True)
    return {
        f"compile, {hosts} hosts": cost_of(compiled(scratch, SANDWICH, hosts, ())),
        f"judge by all packs, {hosts} hosts": cost_of(judged(scratch, hosts)),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--hosts", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="oib-benchmark-") as folder:
        scratch = Path(folder)
        prepared(scratch)
        rounds = [one_round(scratch, given.hosts) for _ in range(given.rounds + 1)][1:]
    compiling, judging = rounds[0]
    for name in rounds[0]:
        cpu = statistics.median(costs[name].cpu for costs in rounds)
        wall = statistics.median(costs[name].wall for costs in rounds)
        peak = statistics.median(costs[name].peak_mb for costs in rounds)
        print(f"  {name:56}{cpu:8.3f} s CPU{wall:8.3f} s{peak:8.0f} MB")
    ratio = statistics.median(costs[judging].cpu / costs[compiling].cpu for costs in rounds)
    goal = Goal(f"CPU of all packs to that of a compile at {given.hosts} hosts", ratio, 1, "x")
    print(goal.line())


if __name__ == "__main__":
    main()
