"""Lines that go down: from layers to what they stand on, from hosts to networks and hardware.

Where a line ends is settled first, then the places where it passes the lanes on its way, from the end
upwards, and last its port on the card that it leaves, so that as many lines as possible are straight.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from blueprint.drawing.layout import PORT_GAP, Box, Lane, Layout
from blueprint.drawing.tracks import Run
from blueprint.graph import Edge
from blueprint.values import Ref

#: Two vertical lines are never nearer than this.
NEAR = 8.0


@dataclass(slots=True)
class Descent:
    """A line from an upper card down to a host, a lower card or a network line."""

    edge: Edge
    start: Box
    level: int
    target_level: int
    port: float = 0.0
    end: float = 0.0
    stops: list[float] = field(default_factory=list)
    runs: list[Run | None] = field(default_factory=list)


def ends(
    plan: Layout,
) -> tuple[list[Descent], list[tuple[Edge, float]]]:
    """The ends of all lines above the hosts: where they leave cards and where they arrive."""
    hosts = {box.card.ref: box for box in plan.hosts.boxes}
    level = {b.card.ref: n for n, lane in enumerate(plan.upper, start=1) for b in lane.boxes}
    boxes = plan.boxes
    lines = {line.card.ref: number for number, line in enumerate(plan.lines)}
    taps: list[tuple[Edge, float]] = []
    ends: dict[Ref, list[float]] = {}
    arrivals: dict[tuple[Ref, Ref], float] = {}
    for ref, box in hosts.items():
        down = sorted(
            (e for e in plan.edges if e.node == ref and e.needs in lines),
            key=lambda e: -lines[e.needs],
        )
        sides = {
            e: round((boxes[e.node].centre - box.centre) / 200)
            for e in plan.edges
            if e.needs == ref and e.node in level
        }
        up = sorted(
            sides,
            key=lambda e: (sides[e], level[e.node] * (-1 if sides[e] < 0 else 1)),
        )
        lefts = [e for e in up if sides[e] < 0]
        order = [*lefts, *down, *(e for e in up if e not in lefts)]
        first = box.centre - (len(order) - 1) * PORT_GAP / 2
        for number, edge in enumerate(order):
            x = first + number * PORT_GAP
            ends.setdefault(ref, []).append(x)
            if edge in down:
                taps.append((edge, x))
            else:
                arrivals[edge.node, edge.needs] = x
    return _descents(plan, arrivals, [x for xs in ends.values() for x in xs]), taps


def _descents(
    plan: Layout, arrivals: dict[tuple[Ref, Ref], float], straight: list[float]
) -> list[Descent]:
    """The lines that leave upper cards downwards: where they pass lower lanes, then their ports."""
    hosts = {box.card.ref for box in plan.hosts.boxes}
    level = {b.card.ref: n for n, lane in enumerate(plan.upper, start=1) for b in lane.boxes}
    boxes = plan.boxes
    lines = {line.card.ref for line in plan.lines}
    carried = _carried(plan, hosts, level)
    tops: dict[Ref, list[float]] = {}
    corridors: dict[int, list[float]] = {}
    found = []
    for number, lane in reversed(list(enumerate(plan.upper, start=1))):
        for box in lane.boxes:
            ref = box.card.ref
            mine = []
            for edge in (e for e in plan.edges if e.node == ref):
                if level.get(edge.needs, number) < number:
                    x = _common(box, boxes[edge.needs], [*straight, *tops.get(edge.needs, ())])
                    tops.setdefault(edge.needs, []).append(x)
                    mine.append(Descent(edge, box, number, level[edge.needs], end=x))
                elif edge.needs in hosts:
                    mine.append(Descent(edge, box, number, 0, end=arrivals[ref, edge.needs]))
            for edge in (e for e in plan.edges if e.node == ref):
                if edge.needs in lines and edge.needs not in carried[ref]:
                    x = _slot(box, straight, from_left=False)
                    mine.append(Descent(edge, box, number, -1, end=x))
                    straight.append(x)
            for descent in sorted(mine, key=lambda d: d.end):
                _pass_lanes(plan, descent, corridors)
            _give_ports(box, mine)
            found += mine
    return found


def _give_ports(box: Box, descents: Sequence[Descent]) -> None:
    """Ports on a card's lower edge: right above where a line goes next, else from the near corner."""
    used: list[float] = []
    bent = []
    for descent in descents:
        x = descent.stops[0]
        if box.x + 10 <= x <= box.right - 10 and not _is_near(x, used):
            descent.port = x
            used.append(x)
        else:
            bent.append(descent)
    bent.sort(key=lambda d: d.stops[0])
    leftward = [d for d in bent if d.stops[0] < box.centre]
    for descent in leftward:
        descent.port = _slot(box, used, from_left=True)
        used.append(descent.port)
    for descent in reversed([d for d in bent if d.stops[0] >= box.centre]):
        descent.port = _slot(box, used, from_left=False)
        used.append(descent.port)


def _carried(plan: Layout, hosts: Iterable[Ref], level: Iterable[Ref]) -> dict[Ref, frozenset[Ref]]:
    """The networks that a layer's own hosts are on: a line from the layer would say nothing new."""
    needs: dict[Ref, set[Ref]] = {}
    for edge in plan.edges:
        needs.setdefault(edge.node, set()).add(edge.needs)
    on_hosts = set(hosts)
    found = {}
    for ref in level:
        below, waiting = set(), [ref]
        while waiting:
            for other in needs.get(waiting.pop(), ()):
                if other not in below:
                    below.add(other)
                    waiting.append(other)
        groups = below & on_hosts
        found[ref] = frozenset(n for group in groups for n in needs.get(group, ()))
    return found


def _is_near(x: float, others: Iterable[float], room: float = NEAR) -> bool:
    return any(abs(x - other) < room for other in others)


def _common(above: Box, below: Box, used: Iterable[float]) -> float:
    """A place over both cards, the middle of what they share first; else the lower card's middle."""
    taken = list(used)
    low, high = max(above.x, below.x) + 12, min(above.right, below.right) - 12
    if low > high:
        low, high = below.x + 12, below.right - 12
    middle = (low + high) / 2
    for step in range(int((high - low) / 2) + 1):
        for x in (middle + step, middle - step):
            if not _is_near(x, taken):
                return x
    return middle


def _slot(box: Box, used: Iterable[float], *, from_left: bool) -> float:
    """The first free place on a card's edge from one of its corners."""
    taken = list(used)
    count = int((box.width - 28) / 4)
    for step in range(count):
        x = box.x + 14 + step * 4 if from_left else box.right - 14 - step * 4
        if not _is_near(x, taken, PORT_GAP - 1):
            return x
    return box.centre


def _pass_lanes(plan: Layout, descent: Descent, corridors: dict[int, list[float]]) -> None:
    """The places where a line passes lower lanes, highest first, and last where it ends."""
    stops = [descent.end]
    for below in range(max(descent.target_level, 0) + 1, descent.level):
        taken = corridors.setdefault(below, [])
        stops.append(_corridor(plan.upper[below - 1], stops[-1], taken))
        taken.append(stops[-1])
        if descent.target_level < 0 and below == 1:
            stops[0] = stops[-1]
    descent.stops = stops[::-1]


def bend(descents: Sequence[Descent], gaps: list[list[Run]]) -> None:
    """The horizontal runs of each line, one in each gap where it changes its place."""
    for descent in descents:
        x = descent.port
        for number, stop in zip(range(descent.level, 0, -1), descent.stops, strict=False):
            run = None
            if abs(stop - x) >= 0.5:
                rank = (0.0, x) if stop < x else (1.0, -x)
                run = Run(min(x, stop), max(x, stop), rank)
                gaps[number].append(run)
            descent.runs.append(run)
            x = stop


def _corridor(lane: Lane, wanted: float, taken: Sequence[float]) -> float:
    """The place nearest to the wanted one where a line passes between the cards of a lane."""

    def is_free(x: float, room: float) -> bool:
        return not any(box.x - room < x < box.right + room for box in lane.boxes) and (
            not _is_near(x, taken)
        )

    if is_free(wanted, 4):
        return wanted
    for step in range(4000):
        for x in (wanted + step, wanted - step):
            if is_free(x, 11):
                return x
    return wanted


def trees(plan: Layout, gap: list[Run]) -> list[tuple[Edge, float, Run, Box]]:
    """Lines from hosts down to their hardware; those to one hardware share a run."""
    found = []
    hosts = {box.card.ref: box for box in plan.hosts.boxes}
    for number, box in enumerate(plan.hardware.boxes):
        edges = [e for e in plan.edges if e.needs == box.card.ref and e.node in hosts]
        if not edges:
            continue
        xs = {e: _hardware_port(plan, hosts[e.node], e) for e in edges}
        low, high = min(*xs.values(), box.centre), max(*xs.values(), box.centre)
        run = Run(low, high, (2.0, number))
        gap.append(run)
        found += [(edge, xs[edge], run, box) for edge in edges]
    return found


def _hardware_port(plan: Layout, host: Box, edge: Edge) -> float:
    """Below a host, lines to several kinds of hardware stand side by side."""
    mine = [
        e.needs
        for box in plan.hardware.boxes
        for e in plan.edges
        if e.node == host.card.ref and e.needs == box.card.ref
    ]
    return host.centre + (mine.index(edge.needs) - (len(mine) - 1) / 2) * PORT_GAP
