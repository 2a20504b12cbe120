"""Emits layers, on several processors where there are many, and keeps no more of each than is written.

Targets give artifacts whose every line knows its causes: of ten thousand layers that is more than memory
should hold. So each layer becomes bytes as soon as it is emitted. Where that is shared out, processes are
forked when everything is known, so that none works anything out anew; what they give back comes in the
order of the layers, whoever was first.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from blueprint.front import Progress

#: Fewer layers than this are emitted sooner than a process is forked for them.
WORTH_SHARING = 64
#: Parcels of work for each process: enough that none waits long for another at the end.
_PARCELS = 8

Item = TypeVar("Item")
Made = TypeVar("Made")


def emit_all(
    items: Sequence[Item], emit: Callable[[Item], Made], jobs: int, progress: Progress
) -> list[Made]:
    """What `emit` gives for each item, in their order; with several jobs it is called in forked processes."""
    if jobs <= 1 or len(items) < WORTH_SHARING:
        found = []
        for number, item in enumerate(items):
            progress(_WHAT, number, len(items))
            found.append(emit(item))
        return found
    return _shared_out(items, emit, jobs, progress)


_WHAT = "emitting the layers"


def _shared_out(
    items: Sequence[Item], emit: Callable[[Item], Made], jobs: int, progress: Progress
) -> list[Made]:
    # Both cost a small compile more than its emission.
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    size = max(1, len(items) // (jobs * _PARCELS))
    parcels = [items[at : at + size] for at in range(0, len(items), size)]
    found: list[Made] = []
    _work[:] = [lambda number: [emit(item) for item in parcels[number]]]
    executor = ProcessPoolExecutor(
        min(jobs, len(parcels)), get_context("fork"), initializer=_leave_interrupts
    )
    try:
        for made in executor.map(_parcel, range(len(parcels))):
            found += made
            progress(_WHAT, len(found), len(items))
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    finally:
        _work.clear()
    executor.shutdown()
    return found


#: What forked processes work on: they inherit it, so that nothing of it is ever copied to them.
_work: list[Callable[[int], list[Any]]] = []


def _leave_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that forked this one ends it


def _parcel(number: int) -> list[Any]:
    return _work[0](number)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0))


__all__ = ["WORTH_SHARING", "emit_all", "processors"]
