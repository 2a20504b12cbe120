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
        self._of: dict[alike.Key, tuple[str, ...]] = {}
        for wave, deployments in enumerate(waves, start=1):
            count = 1
            for _, members in alike.together(deployments, sets):
                after = count + len(members[0].steps)
                told = tuple(f"{wave}.{number}" for number in range(count, after))
                self._of.update({alike.key_of(each): told for each in members})
                count = after

    def of(self, deployment: Deployment) -> tuple[str, ...]:
        """The numbers of the steps of a deployment."""
        return self._of[alike.key_of(deployment)]

    def all_of(self, key: alike.Key) -> str:
        """The first and the last number of a deployment."""
        numbers = self._of[key]
        return " to ".join(dict.fromkeys((*numbers[:1], *numbers[-1:]))) or "none"

    def made_in(self, source: Source) -> str:
        """The number of the step that gives something."""
        return self.of(source.deployment)[source.position]


__all__ = ["Numbers"]
