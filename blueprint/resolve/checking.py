"""Checks every expression of a merged body, whether or not anybody will evaluate it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from blueprint import typesys as ts
from blueprint.resolve.declarations import Node
from blueprint.shape import fields_of

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module


def check_codes(node: Node, module: Module) -> None:
    """Checks every expression in a merged body; runs none."""
    for _, inner in node.walk():
        known = fields_of(inner.model) if inner.model is not None else {}
        for name, assigns in inner.assigns.items():
            spec = known.get(name)
            wanted = ts.ANY if spec is None else spec.value_type
            for assign in assigns:
                type_: ts.Type = ts.OptionalOf(wanted)
                if assign.operator != "=" and isinstance(ts.plain(wanted), ts.ListOf):
                    type_ = ts.either((ts.element_of(wanted) or ts.ANY, wanted))
                module.code(assign.decl.value, assign.scope, type_)
        for name, maps in inner.maps.items():
            spec = known.get(name)
            for body, scope, _ in maps:
                module.map_code(body, scope, ts.plain(spec.type) if spec else ts.ANY)
