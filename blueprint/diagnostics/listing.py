"""Names and facts in a message: all of a few, and of many the first ones and how many more there are."""

from __future__ import annotations

from collections.abc import Sequence

#: More than this are not all told.
FEW = 6
_FIRST = 3


def told(names: Sequence[str]) -> str:
    """Names in one sentence: `a`, `b` and `c`; of a fleet the first ones."""
    if len(names) > FEW:
        return f"{', '.join(names[:_FIRST])} and {len(names) - _FIRST:,} more"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def told_apart(facts: Sequence[str]) -> tuple[str, ...]:
    """Facts of one line each; of a fleet the first ones."""
    if len(facts) > FEW:
        return (*facts[:_FIRST], f"and {len(facts) - _FIRST:,} more")
    return tuple(facts)


__all__ = ["FEW", "told", "told_apart"]
