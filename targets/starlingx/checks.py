"""Checks a system against what its release of StarlingX accepts, before anything is written."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic
from blueprint.model import Model, StarlingX
from blueprint.spans import Spans
from blueprint.values import Ref
from targets.starlingx import passthrough


def check(layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything about a system, or a region on one, that StarlingX can't do or would misunderstand."""
    thing = model.things[layer]
    found: list[Diagnostic] = []
    if isinstance(thing, StarlingX):
        found.extend(passthrough.variables(layer, thing, spans))
    return tuple(found)
