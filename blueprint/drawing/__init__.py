"""Pictures of a dependency graph: text for other tools, and an SVG that needs none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blueprint.graph import Graph
    from blueprint.handovers import Transfer
    from blueprint.model import Model

_MODULES: Mapping[str, str] = MappingProxyType(
    {"svg": "svg", "mermaid": "mermaid", "dot": "dot", "json": "as_json"}
)
#: The formats, by the name that `oib graph --as` knows.
FORMATS: tuple[str, ...] = tuple(_MODULES)


def renderer(format_name: str) -> Callable[[Graph, Model, Iterable[Transfer]], str]:
    """The function that draws in one of `FORMATS`; only its own module is imported."""
    module = import_module(f"blueprint.drawing.{_MODULES[format_name]}")
    render: Callable[[Graph, Model, Iterable[Transfer]], str] = module.render
    return render


def render(format_name: str, graph: Graph, model: Model, transfers: Iterable[Transfer] = ()) -> str:
    """A graph drawn in one of `FORMATS`, with what layers hand over to each other where it is known."""
    return renderer(format_name)(graph, model, transfers)
