"""Horizontal stretches of lines in the gaps between lanes, each overlapping one on a track of its own."""

from __future__ import annotations

from dataclasses import dataclass

#: Distance of two tracks.
TRACK = 11.0


@dataclass(slots=True)
class Run:
    """A horizontal stretch in a gap, shared by the lines in it; `rank` orders the tracks."""

    left: float
    right: float
    rank: tuple[float, ...]
    track: int = 0
    y: float = 0.0


def give_tracks(gap: list[Run]) -> None:
    """A track for each run: below all earlier ones that it overlaps."""
    placed: list[Run] = []
    for run in sorted(gap, key=lambda r: (r.rank, r.left, r.right)):
        overlapping = [
            other.track
            for other in placed
            if other.left - 6 < run.right and run.left < other.right + 6
        ]
        run.track = max(overlapping, default=-1) + 1
        placed.append(run)
