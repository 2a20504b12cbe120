"""A dependency graph in the language of Graphviz."""

from __future__ import annotations

from blueprint.drawing.cards import cards, merged
from blueprint.drawing.text import visible
from blueprint.graph import Graph
from blueprint.model import Model

_HEAD = """\
  rankdir = BT;
  node [shape = box, style = "rounded,filled", fillcolor = "#f8fafc", fontname = "sans-serif"];
  edge [fontname = "sans-serif", fontsize = 10, dir = back];
"""


def render(graph: Graph, model: Model) -> str:
    """A digraph with what is needed below what needs it."""
    boxes, place = cards(graph, model)
    lines = [f"digraph {quoted(model.name)} {{", _HEAD.rstrip("\n")]
    for card in boxes:
        text = "\n".join((f"{card.kind} {card.name}", *card.facts))
        style = ', style = "rounded,dashed"' if card.is_existing else ""
        lines.append(f"  {quoted(card.ref)} [label = {quoted(text)}{style}];")
    for edge in merged(graph.edges, place):
        label = quoted(", ".join(edge.labels))
        lines.append(f"  {quoted(edge.needs)} -> {quoted(edge.node)} [label = {label}];")
    return "\n".join([*lines, "}", ""])


def quoted(text: str) -> str:
    """A string of the language: only the quote and the backslash mean anything inside."""
    escaped = "\\n".join(
        visible(line).replace("\\", "\\\\").replace('"', '\\"') for line in text.split("\n")
    )
    return f'"{escaped}"'
