"""How deeply Python may recurse: far enough for evaluation, and no further than C code can bear.

Closures that call each other need frames, not the machine's stack, so evaluation is given many. A
reader written in C uses that stack, which ends long before such a limit: there the usual one must hold.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

#: Frames that evaluation may take: 200 values that wait for each other, each 100 levels deep.
FRAMES = 100_000
#: Levels that a reader written in C may take; Python's own limit.
LEVELS = 1_000


@contextmanager
def room_to_recurse() -> Iterator[None]:
    """Room for deep evaluation."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, FRAMES))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)


def read_json(text: str | bytes, **how: Any) -> Any:
    """What `json.loads` gives. Raises ValueError where the text is no JSON or nests too deeply."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(min(limit, _frames_in_use() + LEVELS))
    try:
        return json.loads(text, **how)
    except RecursionError:
        raise ValueError("it nests too deeply") from None
    finally:
        sys.setrecursionlimit(limit)


def _frames_in_use() -> int:
    frame, count = sys._getframe(), 0  # noqa: SLF001  # the only way to ask
    while frame.f_back is not None:
        frame, count = frame.f_back, count + 1
    return count


__all__ = ["read_json", "room_to_recurse"]
