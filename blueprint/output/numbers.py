"""The numbers of steps, `2.7` for the seventh of the second wave: no two steps of a run-book have one.

Steps that are told once for many layers have one number for all of these. They are counted in the order
in which the run-book tells them, and the order for programs says the same numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blueprint.handovers import Source
from blueprint.output import alike
from blueprint.target import Deployment


class Numbers:
    """The numbers of all steps of some waves."""

    def __init__(
        self, waves: Sequence[Sequence[Deployment]], sets: Mapping[alike.Key, alike.Told]
    ) -> None:
        self._first: dict[alike.Key, tuple[int, int]] = {}
        for wave, deployments in enumerate(waves, start=1):
            count = 1
            for _, members in alike.together(deployments, sets):
                self._first.update({alike.key_of(each): (wave, count) for each in members})
                count += len(members[0].steps)

    def of(self, deployment: Deployment) -> tuple[str, ...]:
        """The numbers of the steps of a deployment."""
        wave, first = self._first[alike.key_of(deployment)]
        return tuple(f"{wave}.{first + position}" for position in range(len(deployment.steps)))

    def made_in(self, source: Source) -> str:
        """The number of the step that gives something."""
        wave, first = self._first[alike.key_of(source.deployment)]
        return f"{wave}.{first + source.position}"


__all__ = ["Numbers"]
