"""Checks a system against what its release of StarlingX accepts, before anything is written."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic
from blueprint.model import Model, OpenStack, StarlingX
from blueprint.spans import Spans
from blueprint.values import Ref
from targets.starlingx import passthrough
from targets.starlingx.openstack_app import Region
from targets.starlingx.resource_checks import resource_faults
from targets.starlingx.system import System
from targets.starlingx.texts import region_texts, texts


def check(layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything about a system, or a region on one, that StarlingX can't do or would misunderstand."""
    thing = model.things[layer]
    found: list[Diagnostic] = []
    if isinstance(thing, StarlingX):
        found.extend(passthrough.variables(layer, thing, spans))
        found.extend(texts(System(layer, model), spans))
        found.extend(resource_faults(System(layer, model), spans))
    elif isinstance(thing, OpenStack):
        found.extend(region_texts(Region(layer, model), spans))
    return tuple(found)
