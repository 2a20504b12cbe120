"""Lines to the services in the column at the right; those to one service share a gutter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from blueprint.drawing.layout import Box, Layout
from blueprint.drawing.tracks import TRACK, Run
from blueprint.graph import Edge
from blueprint.values import Ref


@dataclass(slots=True)
class Aside:
    """A line to a service in the column at the right, from the hosts, a layer or the column itself."""

    edge: Edge
    start: Box
    end: Box
    x: float
    place: Literal["right", "above", "below", "column"]
    run: Run | None
    offset: float


def asides(
    plan: Layout, right: float, gaps: list[list[Run]]
) -> tuple[dict[Ref, float], list[Aside]]:
    """Lines to the services at the side, and the vertical gutter of each service."""
    side = {box.card.ref: box for box in plan.side.boxes}
    users = {ref: [e for e in plan.edges if e.needs == ref and e.node not in side] for ref in side}
    column = {ref: [e for e in plan.edges if e.needs == ref and e.node in side] for ref in side}
    plan.side.boxes.sort(key=lambda box: (len(column[box.card.ref]), len(users[box.card.ref])))
    gutters: dict[Ref, float] = {}
    x = right + 30
    for box in reversed(plan.side.boxes):
        if users[box.card.ref]:
            gutters[box.card.ref] = x
            x += TRACK
    hosts = {box.card.ref for box in plan.hosts.boxes}
    found: list[Aside] = []
    exits: dict[Ref, int] = {}
    rungs = {
        box.card.ref: (number, is_last)
        for number, lane in enumerate(plan.upper, start=1)
        for box in lane.boxes
        for is_last in [box is lane.boxes[-1]]
    }
    boxes = plan.boxes
    shared: dict[tuple[Ref, int], Run] = {}
    for box in plan.side.boxes:
        ref = box.card.ref
        for edge in users[ref]:
            start = boxes.get(edge.node)
            if start is None:
                continue
            if edge.node in rungs and rungs[edge.node][1]:
                number = exits[edge.node] = exits.get(edge.node, 0) + 1
                found.append(
                    Aside(edge, start, box, start.right, "right", None, 10.0 + number * 12)
                )
                continue
            level = rungs[edge.node][0] + 1 if edge.node in rungs else 0
            is_below = edge.node in hosts
            if edge.node not in rungs and not is_below:
                continue
            key = (ref, level)
            if key not in shared:
                shared[key] = Run(gutters[ref], gutters[ref], (3.0, -gutters[ref]))
                gaps[level].append(shared[key])
            port = start.right - 16 - 10 * list(side).index(ref)
            run = shared[key]
            run.left, run.right = min(run.left, port), max(run.right, port)
            found.append(Aside(edge, start, box, port, "below" if is_below else "above", run, 0.0))
        found += [
            Aside(edge, side[edge.node], box, 0.0, "column", None, 0.0) for edge in column[ref]
        ]
    return gutters, found
