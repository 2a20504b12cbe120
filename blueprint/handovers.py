"""What layers hand over to each other, across the whole order: who takes what from where.

Targets say what their steps make for others (`Given`) and read of others (`Taken`); here the two are
brought together. A thing that nobody gives comes from a layer that stands already, or that was left
out of this compile; for a layer deployed here it is a fault of a target, which tests find.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from blueprint.target import Deployment, Given, HandOver, Step, Taken
from blueprint.values import Ref

#: Deployments in waves: those of one wave may run at once, but for several of one layer.
Waves = Sequence[Sequence[Deployment]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where something that is handed over comes from: the deployment, and what which of its steps gives."""

    deployment: Deployment
    given: Given
    position: int

    @property
    def host(self) -> str | None:
        """The host on which it lies, or its command runs; None is where the run-book is read."""
        return self.given.host if self.given.host is not None else self.deployment.host


@dataclass(frozen=True, slots=True)
class Transfer:
    """One hand-over as a step takes it; `source` is None where nothing in these waves gives it."""

    deployment: Deployment
    step: Step
    taken: Taken
    source: Source | None

    @property
    def is_there(self) -> bool:
        """Whether it lies where it is read as soon as it was given."""
        source = self.source
        return (
            source is not None
            and source.given.path == self.taken.path
            and source.host == self.deployment.host
        )

    @property
    def is_moved(self) -> bool:
        """Whether whoever runs the steps has to bring it."""
        return not (self.taken.is_fetched or self.is_there)


class HandOvers:
    """All that is given and taken in some waves."""

    def __init__(self, waves: Waves) -> None:
        self._sources: dict[HandOver, Source] = {}
        for deployment, position, step in _steps(waves):
            for given in step.hands_over:
                self._sources.setdefault(given.what, Source(deployment, given, position))
        self.transfers = tuple(
            Transfer(deployment, step, taken, self._sources.get(taken.what))
            for deployment, _, step in _steps(waves)
            for taken in step.takes
        )
        self._by_step = {(id(t.step), t.taken): t for t in self.transfers}

    def of(self, step: Step) -> tuple[Transfer, ...]:
        """What a step of these waves takes, with where each comes from."""
        return tuple(self._by_step[id(step), taken] for taken in step.takes)

    def between_layers(self) -> tuple[Transfer, ...]:
        """What one deployment takes of another, each of its things once."""
        found: dict[tuple[Ref, str, HandOver], Transfer] = {}
        for each in self.transfers:
            if each.source is not None and each.source.deployment is not each.deployment:
                key = (each.deployment.layer, each.deployment.target, each.taken.what)
                found.setdefault(key, each)
        return tuple(found.values())


def faults(waves: Waves, deployed: Iterable[Ref]) -> Iterator[str]:
    """What is wrong with the hand-overs of targets: taken and never given, or given too late.

    `deployed` are the layers that all their targets deploy in these waves.
    """
    whole = frozenset(deployed)
    found: dict[HandOver, tuple[int, Deployment]] = {}
    for number, wave in enumerate(waves):
        for deployment in wave:
            for step in deployment.steps:
                for taken in step.takes:
                    source = found.get(taken.what)
                    kind, layer, name = taken.what
                    thing = f"{kind} {name}".rstrip()
                    said = f"{deployment.target} of {deployment.layer} takes {thing} of {layer}"
                    if source is None:
                        if layer in whole:
                            yield f"{said}, which nothing has given by then"
                    elif source[0] == number and source[1].layer != deployment.layer:
                        yield f"{said}, which {source[1].layer} gives in the same wave"
                for given in step.hands_over:
                    found.setdefault(given.what, (number, deployment))


def _steps(waves: Waves) -> Iterator[tuple[Deployment, int, Step]]:
    for wave in waves:
        for deployment in wave:
            for position, step in enumerate(deployment.steps):
                yield deployment, position, step


__all__ = ["HandOvers", "Source", "Transfer", "Waves", "faults"]
