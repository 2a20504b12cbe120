"""Checks a system against what its release of StarlingX accepts, before anything is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model import Model, OpenStack, StarlingX
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref
from targets.starlingx import passthrough
from targets.starlingx.address_limits import NO_MANAGEMENT, addresses
from targets.starlingx.boot_limits import boots
from targets.starlingx.bootstrap_limits import authorities
from targets.starlingx.configuration import configuration
from targets.starlingx.device_limits import devices
from targets.starlingx.fleet_checks import fleet
from targets.starlingx.host_limits import hosts
from targets.starlingx.journal_limits import journals
from targets.starlingx.openstack_app import Region
from targets.starlingx.openstack_checks import region_faults
from targets.starlingx.registries import mirrors
from targets.starlingx.resource_checks import resource_faults
from targets.starlingx.resource_limits import FOREIGN_NETWORK
from targets.starlingx.storage_limits import storage
from targets.starlingx.system import System
from targets.starlingx.texts import region_texts, texts
from targets.starlingx.workload_limits import workloads


def check(layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything about a system, or a region on one, that StarlingX can't do or would misunderstand."""
    thing = model.things[layer]
    found: list[Diagnostic] = []
    if isinstance(thing, StarlingX):
        found.extend(passthrough.variables(layer, thing, spans))
        system = System(layer, model)
        found.extend(texts(system, spans))
        for part in (
            configuration,
            addresses,
            storage,
            journals,
            devices,
            hosts,
            boots,
            fleet,
            authorities,
            mirrors,
            workloads,
        ):
            found.extend(part(system, spans))
        has_management = all(each.rule is not NO_MANAGEMENT for each in found)
        found.extend(
            each
            for each in resource_faults(system, spans)
            if has_management or each.rule is not FOREIGN_NETWORK
        )
    elif isinstance(thing, OpenStack):
        found.extend(region_texts(Region(layer, model), spans))
        found.extend(region_faults(Region(layer, model), spans))
    return tuple(_once(found, layer, model))


def _once(found: Iterable[Diagnostic], layer: Ref, model: Model) -> Iterator[Diagnostic]:
    """What no other layer was told of already: systems that are alike are wrong in one place of the text.

    Cells of a data file are places of their own.
    """
    told: dict[tuple[Rule, Span | None], Ref] = model.remembered.setdefault("starlingx told", {})
    first = {(each.rule, each.span): each for each in reversed(list(found))}
    for place, diagnostic in reversed(first.items()):
        if told.setdefault(place, layer) == layer:
            yield diagnostic
