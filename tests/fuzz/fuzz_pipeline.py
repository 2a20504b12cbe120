"""Compiles damaged blueprints for as long as one likes: python -m tests.fuzz.fuzz_pipeline --seconds 600.

Cases are numbered, and a number always gives the same case: `--only 4711` shows one again, `--keep DIR`
writes the blueprints of those that fail. Batches run in processes of their own, so that even a crash of
the interpreter is a finding.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from pathlib import Path
from typing import Any

from tests.fuzz.judging import fault, timed_fault
from tests.fuzz.mutations import Damage, originals

BATCH = 100


def _batch(first: int, at: Any, found: Any) -> None:
    damage = Damage(originals())
    for number in range(first, first + BATCH):
        at.value = number
        wrong, seconds = timed_fault(*damage.damaged(number))
        found.put((number, wrong, seconds))
    found.put(None)


def main() -> int:
    """Fuzzes; the exit code is 1 where something was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--first", type=int, default=0, help="number of the first case")
    parser.add_argument("--only", type=int, help="one case, its fault in full")
    parser.add_argument("--keep", type=Path, help="where to write the blueprints that fail")
    given = parser.parse_args()
    if given.only is not None:
        blueprint, options = Damage(originals()).damaged(given.only)
        _keep(given.keep, given.only)
        wrong = fault(blueprint, options)
        print(options, wrong or "nothing wrong", sep="\n")
        return 1 if wrong else 0
    return _fuzz(given.first, given.seconds, given.keep)


def _fuzz(first: int, seconds: float, keep: Path | None) -> int:
    end = time.monotonic() + seconds
    seen: dict[str, int] = {}
    slowest, cases, number = (0.0, first), 0, first
    while time.monotonic() < end:
        at = multiprocessing.Value("q", number)
        found: Any = multiprocessing.SimpleQueue()
        process = multiprocessing.Process(target=_batch, args=(number, at, found))
        process.start()
        while process.is_alive() or not found.empty():
            if found.empty():
                process.join(0.05)
                continue
            result = found.get()
            if result is None:
                break
            case, wrong, took = result
            cases += 1
            slowest = max(slowest, (took, case))
            if wrong:
                _tell(case, wrong, seen, keep)
        process.join()
        if process.exitcode:
            _tell(at.value, f"the interpreter ended with {process.exitcode}", seen, keep)
            number = at.value + 1
        else:
            number += BATCH
    print(
        f"{cases} cases, {len(seen)} kinds of fault; the slowest, {slowest[1]}, took {slowest[0]:.1f} s"
    )
    return 1 if seen else 0


def _tell(case: int, wrong: str, seen: dict[str, int], keep: Path | None) -> None:
    kind = "\n".join(wrong.strip().split("\n")[-3:])[:200]
    seen[kind] = seen.get(kind, 0) + 1
    if seen[kind] == 1:
        print(f"--- case {case}\n{wrong}", flush=True)
        _keep(keep, case)


def _keep(folder: Path | None, case: int) -> None:
    if folder is None:
        return
    blueprint, _ = Damage(originals()).damaged(case)
    for path, text in blueprint.files.items():
        file = folder / str(case) / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))


if __name__ == "__main__":
    sys.exit(main())
