"""Compares whole runs of `oib` with the same work in other tools, side by side, and prints ratios.

    python -m tests.benchmarks.run [--hosts 10 1000 10000] [--rounds 5]

Every round runs every command once, one after the other, so that a machine that is busy for a while is
busy for all of them. Numbers are medians; a ratio is the median of the ratios of the rounds.
"""

import argparse
import os
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import log
from pathlib import Path

from tests.benchmarks.measuring import Cost, cost_of
from tests.benchmarks.work import Work, differences, oib_command, peer_tools, prepared, tools

COMPILE = "oib compile"
AGAIN = "oib compile, unchanged"
VERSION = "oib --version"
PYTHON = "python -c pass"
TO_BEAT = "Jinja2, CSafeLoader"
_MEMORY_MB = 400

Rounds = list[dict[str, Cost]]


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal, with what was seen."""

    text: str
    seen: float
    limit: float
    unit: str = ""

    def line(self) -> str:
        """The goal as it is printed."""
        verdict = "met" if self.seen <= self.limit else "MISSED"
        return f"{verdict:6}  {self.text}: {self.seen:.2f}{self.unit} (at most {self.limit:g}{self.unit})"


def measured(work: Work, python: Path, rounds: int) -> Rounds:
    """The costs of every command in every round, after one round that warms the caches."""
    found: Rounds = []
    for number in range(rounds + 1):
        _tell(f"{work.computes} compute hosts, round {number} of {rounds}")
        costs = one_round(work, python, is_checked=number == 0)
        if number:
            found.append(costs)
    return found


def one_round(work: Work, python: Path, *, is_checked: bool) -> dict[str, Cost]:
    """One run of every command; where `is_checked`, what the tools made is compared too."""
    costs = {PYTHON: cost_of([sys.executable, "-c", "pass"])}
    costs[VERSION] = cost_of([oib_command(), "--version"])
    work.clear("oib")
    costs[COMPILE] = cost_of(work.compile())
    before = _traces(work.folder / "oib")
    costs[AGAIN] = cost_of(work.compile())
    if _traces(work.folder / "oib") != before:
        raise SystemExit("an unchanged recompile wrote to its output")
    for name, command in tools(work, python).items():
        work.clear("peer")
        costs[name] = cost_of(command)
        if is_checked and (wrong := differences(work)):
            raise SystemExit(f"{name} makes other content than oib: {', '.join(wrong)}")
    return costs


def _traces(folder: Path) -> dict[str, tuple[int, int, int]]:
    """What any writing to a file or folder would change."""
    found = {}
    for path in (folder, *folder.rglob("*")):
        state = os.lstat(path)
        found[str(path)] = (state.st_ino, state.st_mtime_ns, state.st_ctime_ns)
    return found


def median(rounds: Rounds, name: str, value: Callable[[Cost], float]) -> float:
    """The median of one number of one command."""
    return statistics.median(value(costs[name]) for costs in rounds)


def ratio(rounds: Rounds, name: str, to: str) -> float:
    """How much more processor time one command takes than another."""
    return statistics.median(costs[name].cpu / costs[to].cpu for costs in rounds)


def table(computes: int, rounds: Rounds) -> Iterable[str]:
    """The lines about one number of hosts."""
    yield f"\n{computes} compute hosts"
    yield f"  {'':36}{'CPU s':>8}{'wall s':>8}{'peak MB':>9}  {'oib / it':>8}"
    for name in rounds[0]:
        cpu, wall, peak = (
            median(rounds, name, value)
            for value in (lambda c: c.cpu, lambda c: c.wall, lambda c: c.peak_mb)
        )
        compared = f"{ratio(rounds, COMPILE, name):.2f}"
        yield f"  {name:36}{cpu:8.3f}{wall:8.3f}{peak:9.0f}  {compared:>8}"


def growth(found: dict[int, Rounds]) -> Iterable[str]:
    """How processor time grows between the two largest sizes, with and without what every run costs."""
    sizes = sorted(found)
    if len(sizes) < 3:
        return
    least, some, many = sizes[0], sizes[-2], sizes[-1]
    yield f"\ngrowth exponent from {some} to {many} hosts, and that of what {least} hosts do not cost"
    for name in found[many][0]:
        if name in (PYTHON, VERSION):
            continue
        cpu = {size: median(found[size], name, lambda c: c.cpu) for size in sizes}
        own = [cpu[size] - cpu[least] for size in (some, many)]
        marginal = f"{_exponent(own[0], own[1], some, many):.2f}" if own[0] > 0.02 else "-"
        yield f"  {name:36}{_exponent(cpu[some], cpu[many], some, many):8.2f}{marginal:>8}"


def _exponent(first: float, second: float, some: int, many: int) -> float:
    return log(second / first) / log(many / some)


def goals(found: dict[int, Rounds]) -> Iterable[Goal]:
    """The goals that what was measured can answer."""
    sizes = sorted(found)
    many = found[sizes[-1]]
    at = f"at {sizes[-1]} hosts"
    yield Goal(f"CPU of oib to {TO_BEAT} {at}", ratio(many, COMPILE, TO_BEAT), 1, "x")
    if len(sizes) > 1:
        some = sizes[-2]
        cpu = [median(found[size], COMPILE, lambda c: c.cpu) for size in (some, sizes[-1])]
        yield Goal("growth exponent", _exponent(cpu[0], cpu[1], some, sizes[-1]), 1.1)
    peak = max(costs[COMPILE].peak_mb for costs in many)
    yield Goal(f"peak memory {at}", peak, _MEMORY_MB, " MB")
    yield Goal("oib --version to bare Python", ratio(many, VERSION, PYTHON), 3, "x")
    yield Goal(f"unchanged recompile to a first one {at}", ratio(many, AGAIN, COMPILE), 0.25, "x")


def _tell(what: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\x1b[K{what} …")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--hosts", type=int, nargs="+", default=[10, 1000, 10000], metavar="N")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    python = peer_tools().python
    found: dict[int, Rounds] = {}
    with tempfile.TemporaryDirectory(prefix="oib-benchmark-") as scratch:
        for computes in sorted(given.hosts):
            work = prepared(computes, Path(scratch, str(computes)))
            found[computes] = measured(work, python, given.rounds)
            print("\n".join(table(computes, found[computes])), flush=True)
    print("\n".join(growth(found)))
    print("\nthe same content by all tools, and nothing written by an unchanged recompile")
    print("\n".join(goal.line() for goal in goals(found)))


if __name__ == "__main__":
    main()
