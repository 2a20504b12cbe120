"""From release to release: whether one upgrade leads there, and what is given back for it.

Systems go by StarlingX's own software management, one host after another; subclouds by groups, once their system
controller is there. Both are the procedures of 11.0 and 12.0: those before have other commands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Model, OpenStack, StarlingX
from blueprint.spans import Spans
from blueprint.target import Before, Deployment, standing
from blueprint.values import Ref
from targets.starlingx import upgrade_limits as limits
from targets.starlingx.emit import emit
from targets.starlingx.fleet import group_name
from targets.starlingx.openstack_app import Region
from targets.starlingx.openstack_layer import layer as region_layer
from targets.starlingx.releases import STATED, can_be_upgraded
from targets.starlingx.runbook import steps
from targets.starlingx.settled import settled
from targets.starlingx.system import System
from targets.starlingx.upgrade_regions import region_steps
from targets.starlingx.upgrade_steps import scripts, upgrade_steps

_VERSION = re.compile(r"(?!1\.)[0-9]{1,2}\.[0-9]{1,2}").fullmatch
#: The first release whose software management has the steps that are planned here.
_FIRST = "10.0"


class StarlingXUpgrades:
    """Takes systems, and OpenStack on them, from the release that runs to the one of the blueprint."""

    def __init__(self, name: str) -> None:
        """Take the name of the target."""
        self._name = name

    def takes(self, origin: str) -> bool:
        """Whether it looks like a release of StarlingX, `11.0`."""
        return _VERSION(origin) is not None

    def check(self, layer: Ref, model: Model, spans: Spans, origin: str) -> tuple[Diagnostic, ...]:
        """Whether one upgrade leads there."""
        if not isinstance(model.things[layer], StarlingX):
            return ()  # its system says so
        return tuple(_once(_check(System(layer, model), spans, origin), model))

    def settled(
        self, layer: Ref, model: Model, spans: Spans, before: Before
    ) -> tuple[Diagnostic, ...]:
        """What only a new installation could change."""
        if not isinstance(model.things[layer], StarlingX):
            return ()
        return tuple(_once(settled(System(layer, model), spans, before), model))

    def emit(self, layer: Ref, model: Model, spans: Spans, origin: str) -> Deployment:
        """What a fresh deployment would be given, and the steps of the upgrade."""
        del spans
        thing = model.things[layer]
        if isinstance(thing, OpenStack):
            region = Region(layer, model)
            fresh = region_layer(region, self._name)
            if region.system.layer.release == origin:
                return standing(fresh)
            return Deployment(
                layer, self._name, fresh.artifacts, tuple(region_steps(region, fresh))
            )
        system = System(layer, model)
        fresh = Deployment(layer, self._name, emit(system), steps(system))
        if system.layer.release == origin:
            return standing(fresh)
        files = sorted((*fresh.artifacts, *scripts(system)), key=lambda artifact: artifact.path)
        found = tuple(upgrade_steps(system, origin, fresh.steps))
        return Deployment(layer, self._name, tuple(files), found)


def _check(system: System, spans: Spans, origin: str) -> Iterator[Diagnostic]:
    goal, known = system.layer.release, list(STATED)
    span = spans.at(system.ref, "release")
    if origin not in known:
        yield limits.unknown_origin(span, origin, known)
    elif origin == goal:
        systems = system.model.of(StarlingX).items()
        if all(each.release == origin or ref in system.model.existing for ref, each in systems):
            yield limits.same_release(span, origin)
        else:
            yield from _of_group(system, spans)
    elif known.index(origin) > known.index(goal):
        yield limits.older(span, origin, goal)
    elif not can_be_upgraded(origin, goal):
        way = known[known.index(origin) + 1 : known.index(goal) + 1]
        yield limits.skipped(span, origin, goal, way)
    elif known.index(origin) < known.index(_FIRST):
        yield limits.unknown_steps(span, origin, goal)
    else:
        yield from _of_group(system, spans)


def _of_group(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Subclouds of a group of which some stay: they would be taken along."""
    if system.layer.of is None:
        return
    first: dict[tuple[Ref, str], System]
    first = system.model.remembered.setdefault("first of each group", {})
    other = first.setdefault((system.layer.of, group_name(system)), system)
    if other.layer.release != system.layer.release:
        yield limits.mixed_group(
            spans.at(system.ref, "release"), group_name(system), system.layer.release,
            other.layer.release, spans.at(other.ref, "release"),
        )  # fmt: skip


def _once(found: Iterator[Diagnostic], model: Model) -> Iterator[Diagnostic]:
    """What is wrong in one place of the text is told once, however many systems come from there."""
    told: set[tuple[object, object]] = model.remembered.setdefault("starlingx upgrades told", set())
    for each in found:
        if (each.rule, each.span) not in told:
            told.add((each.rule, each.span))
            yield each


__all__ = ["StarlingXUpgrades"]
