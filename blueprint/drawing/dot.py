"""A dependency graph in the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.drawing.cards import cards, merged
from blueprint.drawing.handing import handed
from blueprint.drawing.text import visible
from blueprint.graph import Graph
from blueprint.handovers import Transfer
from blueprint.model import Model

_HEAD = """\
  rankdir = BT;
  node [shape = box, style = "rounded,filled", fillcolor = "#f8fafc", fontname = "sans-serif"];
  edge [fontname = "sans-serif", fontsize = 10, dir = back];
"""


def render(graph: Graph, model: Model, transfers: Iterable[Transfer] = ()) -> str:
    """A digraph with what is needed below what needs it."""
    boxes, place = cards(graph, model)
    given = handed(transfers, place)
    lines = [f"digraph {quoted(model.name)} {{", _HEAD.rstrip("\n")]
    for card in boxes:
        text = "\n".join((card.title, *card.facts))
        style = ', style = "rounded,dashed"' if card.is_existing else ""
        lines.append(f"  {quoted(card.ref)} [label = {quoted(text)}{style}];")
    for edge in merged(graph.edges, place):
        words = given.get((edge.needs, edge.node))
        more = f"\nhands over {', '.join(words)}" if words else ""
        label = quoted(", ".join(edge.labels) + more)
        lines.append(f"  {quoted(edge.needs)} -> {quoted(edge.node)} [label = {label}];")
    return "\n".join([*lines, "}", ""])


def quoted(text: str) -> str:
    """A string of the language: only the quote and the backslash mean anything inside."""
    escaped = "\\n".join(
        visible(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n")
    )
    return f'"{escaped}"'
