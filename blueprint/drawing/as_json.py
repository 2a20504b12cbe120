"""A dependency graph as JSON, for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterable

from blueprint.drawing.handing import handed
from blueprint.graph import Graph
from blueprint.handovers import Transfer
from blueprint.model import Model


def render(graph: Graph, model: Model, transfers: Iterable[Transfer] = ()) -> str:
    """Nodes, edges with the attributes behind them, the waves of deployment, and what is handed over."""
    given = handed(transfers, {})
    document = {
        "blueprint": model.name,
        "nodes": [
            {
                "ref": node.ref,
                "kind": node.kind,
                "layer": node.is_layer,
                "existing": node.is_existing,
                **({"hosts": len(model.groups[node.ref])} if node.ref in model.groups else {}),
            }
            for node in sorted(graph.nodes.values(), key=lambda node: node.ref)
        ],
        "edges": [
            {"from": edge.node, "to": edge.needs, "through": list(edge.labels)}
            for edge in graph.edges
        ],
        "waves": [list(wave) for wave in graph.waves],
        "handed_over": [
            {"from": giver, "to": taker, "what": list(words)}
            for (giver, taker), words in sorted(given.items())
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"
