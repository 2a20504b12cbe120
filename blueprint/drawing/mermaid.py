"""A dependency graph as a Mermaid flow chart."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.drawing.cards import cards, merged
from blueprint.drawing.handing import handed
from blueprint.drawing.text import visible
from blueprint.graph import LAYER_KINDS, Graph
from blueprint.handovers import Transfer
from blueprint.model import Model

#: What stands as it is in a quoted label; all else is written as a character code.
_PLAIN = frozenset(" .,:/+-_()[]{}×·–…")


def render(graph: Graph, model: Model, transfers: Iterable[Transfer] = ()) -> str:
    """A flow chart with what is needed below what needs it."""
    boxes, place = cards(graph, model)
    given = handed(transfers, place)
    names = {card.ref: f"n{number}" for number, card in enumerate(boxes)}
    lines = ["flowchart BT"]
    for card in boxes:
        text = "<br/>".join(escaped(part) for part in (card.title, *card.facts))
        sides = ('(["', '"])') if card.kind in LAYER_KINDS else ('["', '"]')
        lines.append(f"  {names[card.ref]}{sides[0]}{text}{sides[1]}")
    for edge in merged(graph.edges, place):
        label = escaped(", ".join(edge.labels))
        words = given.get((edge.needs, edge.node))
        if words:
            label += f"<br/>{escaped('hands over ' + ', '.join(words))}"
        lines.append(f'  {names[edge.needs]} ---|"{label}"| {names[edge.node]}')
    standing = [names[card.ref] for card in boxes if card.is_existing]
    if standing:
        lines += [
            "  classDef existing stroke-dasharray: 4 3",
            f"  class {','.join(standing)} existing",
        ]
    return "\n".join([*lines, ""])


def escaped(text: str) -> str:
    """Text of a quoted label: letters, digits and a few signs as they are, the rest as codes."""
    return "".join(c if c.isalnum() or c in _PLAIN else f"#{ord(c)};" for c in visible(text))
