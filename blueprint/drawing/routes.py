"""The places of cards and the ways of lines between them: orthogonal, few bends, few crossings.

Places along x come first, then the ends of each line on its cards (straight above each other where
that is possible), then the horizontal tracks in the gaps between lanes (intervals that overlap get
tracks of their own, in an order that keeps lines of one fan from crossing), and only then y, since
the number of tracks is the height of a gap. Lines that pass a lane go round its cards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from blueprint.drawing.layout import (
    CARD_GAP,
    LINE_GAP,
    MARGIN,
    PORT_GAP,
    Box,
    Lane,
    Layout,
    Line,
)
from blueprint.graph import Edge
from blueprint.values import Ref

Point: TypeAlias = tuple[float, float]

HEADER = 64.0
BAND_TOP = 20.0
BAND_BOTTOM = 20.0
_TRACK = 11.0
_CHANNEL = 26.0
_LEAST_WIDTH = 460.0
_NEAR = 8.0


@dataclass(frozen=True, slots=True)
class Way:
    """One drawn line: its corners, what colours it, what it says, and whether a dot ends it."""

    points: tuple[Point, ...]
    style: Literal["role", "tap", "use"]
    kind: str
    colour: int
    label: str
    has_dot: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """The background of a lane."""

    caption: str
    x: float
    y: float
    width: float
    height: float


@dataclass(slots=True)
class Picture:
    """Everything with its place."""

    layout: Layout
    ways: list[Way] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    width: float = 0.0
    height: float = 0.0


@dataclass(slots=True)
class _Run:
    """A horizontal stretch in a gap, shared by the lines in it; `rank` orders the tracks."""

    left: float
    right: float
    rank: tuple[float, ...]
    track: int = 0
    y: float = 0.0


@dataclass(slots=True)
class _Descent:
    """A line from an upper card down to a host, a lower card or a network line."""

    edge: Edge
    start: Box
    level: int
    target_level: int
    port: float = 0.0
    end: float = 0.0
    stops: list[float] = field(default_factory=list)
    runs: list[_Run | None] = field(default_factory=list)


def routed(plan: Layout) -> Picture:
    """A layout with every card in its place and a way for every line."""
    picture = Picture(plan)
    left = MARGIN + 16 + (plan.label_room + 22 if plan.lines else 96)
    right = _place_across(plan, left)
    descents, taps = _ends(plan)
    gaps: list[list[_Run]] = [[] for _ in range(len(plan.upper) + 2)]
    _bend(descents, gaps)
    trees = _trees(plan, gaps[0])
    gutters, asides = _asides(plan, right, gaps)
    for gap in gaps:
        _give_tracks(gap)
    _place_down(plan, picture, gaps, right, gutters)
    boxes = plan.boxes
    lines = {line.card.ref: line for line in plan.lines}
    for edge, x in taps:
        line = lines[edge.needs]
        _tap(picture, edge, boxes[edge.node].y, x, line)
    for descent in descents:
        _draw_descent(picture, descent, boxes, lines)
    for edge, x, run, box in trees:
        start = boxes[edge.node]
        points = ((x, start.bottom), (x, run.y), (box.centre, run.y), (box.centre, box.y))
        picture.ways.append(_way(points, "use", "hardware", edge))
    _draw_asides(picture, asides, gutters)
    for line in plan.lines:
        line.end = max([*line.taps, left + 40])
    return picture


# --------------------------------------------------------------------------------------------- across


def _place_across(plan: Layout, left: float) -> float:
    lanes = [plan.hosts, *plan.upper, plan.hardware]
    wide = max(
        sum(box.width for box in lane.boxes) + CARD_GAP * (len(lane.boxes) - 1) for lane in lanes
    )
    right = left + max(wide, _LEAST_WIDTH)
    middle = (left + right) / 2
    _spread(plan.hosts.boxes, [middle] * len(plan.hosts.boxes), left, right)
    boxes = {box.card.ref: box for box in plan.hosts.boxes}
    for lane in (*plan.upper, plan.hardware):
        wanted = []
        for box in lane.boxes:
            ref = box.card.ref
            others = [
                boxes[other].centre
                for edge in plan.edges
                for one, other in ((edge.node, edge.needs), (edge.needs, edge.node))
                if one == ref and other in boxes
            ]
            wanted.append((min(others) + max(others)) / 2 if others else middle)
        _spread(lane.boxes, wanted, left, right)
        if lane is not plan.hardware:
            boxes.update({box.card.ref: box for box in lane.boxes})
    count = len(plan.sites.boxes)
    for number, box in enumerate(plan.sites.boxes):
        box.width = (right + 16 - MARGIN - CARD_GAP * (count - 1)) / count
        box.x = MARGIN + number * (box.width + CARD_GAP)
        box.height = 64
    return right


def _spread(boxes: Sequence[Box], wanted: Sequence[float], left: float, right: float) -> None:
    """Each box as near to its wanted middle as its neighbours allow, in order."""
    if not boxes:
        return
    blocks: list[tuple[float, float, list[Box]]] = []
    for box, middle in zip(boxes, wanted, strict=True):
        start, width, members = middle - box.width / 2, box.width, [box]
        while blocks and blocks[-1][0] + blocks[-1][1] + CARD_GAP > start:
            before, room, earlier = blocks.pop()
            share = room / (room + width)
            joint = before + (start - room - CARD_GAP - before) * (1 - share)
            start, width, members = joint, room + CARD_GAP + width, earlier + members
        blocks.append((start, width, members))
    placed: list[tuple[float, Box]] = []
    for start, _, members in blocks:
        x = start
        for box in members:
            placed.append((x, box))
            x += box.width + CARD_GAP
    edge = left
    for start, box in placed:
        box.x = round(max(start, edge))
        edge = box.right + CARD_GAP
    edge = right
    for box in reversed(boxes):
        box.x = round(min(box.x, edge - box.width))
        edge = box.x - CARD_GAP


# ----------------------------------------------------------------------------------------------- ends


def _ends(
    plan: Layout,
) -> tuple[list[_Descent], list[tuple[Edge, float]]]:
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
) -> list[_Descent]:
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
                    mine.append(_Descent(edge, box, number, level[edge.needs], end=x))
                elif edge.needs in hosts:
                    mine.append(_Descent(edge, box, number, 0, end=arrivals[ref, edge.needs]))
            for edge in (e for e in plan.edges if e.node == ref):
                if edge.needs in lines and edge.needs not in carried[ref]:
                    x = _slot(box, straight, from_left=False)
                    mine.append(_Descent(edge, box, number, -1, end=x))
                    straight.append(x)
            for descent in sorted(mine, key=lambda d: d.end):
                _pass_lanes(plan, descent, corridors)
            _give_ports(box, mine)
            found += mine
    return found


def _give_ports(box: Box, descents: Sequence[_Descent]) -> None:
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


def _is_near(x: float, others: Iterable[float], room: float = _NEAR) -> bool:
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


# ----------------------------------------------------------------------------------------------- gaps


def _pass_lanes(plan: Layout, descent: _Descent, corridors: dict[int, list[float]]) -> None:
    """The places where a line passes lower lanes, highest first, and last where it ends."""
    stops = [descent.end]
    for below in range(max(descent.target_level, 0) + 1, descent.level):
        taken = corridors.setdefault(below, [])
        stops.append(_corridor(plan.upper[below - 1], stops[-1], taken))
        taken.append(stops[-1])
        if descent.target_level < 0 and below == 1:
            stops[0] = stops[-1]
    descent.stops = stops[::-1]


def _bend(descents: Sequence[_Descent], gaps: list[list[_Run]]) -> None:
    """The horizontal runs of each line, one in each gap where it changes its place."""
    for descent in descents:
        x = descent.port
        for number, stop in zip(range(descent.level, 0, -1), descent.stops, strict=False):
            run = None
            if abs(stop - x) >= 0.5:
                rank = (0.0, x) if stop < x else (1.0, -x)
                run = _Run(min(x, stop), max(x, stop), rank)
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


def _trees(plan: Layout, gap: list[_Run]) -> list[tuple[Edge, float, _Run, Box]]:
    """Lines from hosts down to their hardware; those to one hardware share a run."""
    found = []
    hosts = {box.card.ref: box for box in plan.hosts.boxes}
    for number, box in enumerate(plan.hardware.boxes):
        edges = [e for e in plan.edges if e.needs == box.card.ref and e.node in hosts]
        if not edges:
            continue
        xs = {e: _hardware_port(plan, hosts[e.node], e) for e in edges}
        low, high = min(*xs.values(), box.centre), max(*xs.values(), box.centre)
        run = _Run(low, high, (2.0, number))
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


def _give_tracks(gap: list[_Run]) -> None:
    """A track for each run: below all earlier ones that it overlaps."""
    placed: list[_Run] = []
    for run in sorted(gap, key=lambda r: (r.rank, r.left, r.right)):
        overlapping = [
            other.track
            for other in placed
            if other.left - 6 < run.right and run.left < other.right + 6
        ]
        run.track = max(overlapping, default=-1) + 1
        placed.append(run)


# ---------------------------------------------------------------------------------------------- aside


@dataclass(slots=True)
class _Aside:
    """A line to a service in the column at the right, from the hosts, a layer or the column itself."""

    edge: Edge
    start: Box
    end: Box
    x: float
    place: Literal["right", "above", "below", "column"]
    run: _Run | None
    offset: float


def _asides(
    plan: Layout, right: float, gaps: list[list[_Run]]
) -> tuple[dict[Ref, float], list[_Aside]]:
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
            x += _TRACK
    hosts = {box.card.ref for box in plan.hosts.boxes}
    found: list[_Aside] = []
    exits: dict[Ref, int] = {}
    rungs = {
        box.card.ref: (number, is_last)
        for number, lane in enumerate(plan.upper, start=1)
        for box in lane.boxes
        for is_last in [box is lane.boxes[-1]]
    }
    boxes = plan.boxes
    shared: dict[tuple[Ref, int], _Run] = {}
    for box in plan.side.boxes:
        ref = box.card.ref
        for edge in users[ref]:
            start = boxes.get(edge.node)
            if start is None:
                continue
            if edge.node in rungs and rungs[edge.node][1]:
                number = exits[edge.node] = exits.get(edge.node, 0) + 1
                found.append(
                    _Aside(edge, start, box, start.right, "right", None, 10.0 + number * 12)
                )
                continue
            level = rungs[edge.node][0] + 1 if edge.node in rungs else 0
            is_below = edge.node in hosts
            if edge.node not in rungs and not is_below:
                continue
            key = (ref, level)
            if key not in shared:
                shared[key] = _Run(gutters[ref], gutters[ref], (3.0, -gutters[ref]))
                gaps[level].append(shared[key])
            port = start.right - 16 - 10 * list(side).index(ref)
            run = shared[key]
            run.left, run.right = min(run.left, port), max(run.right, port)
            found.append(_Aside(edge, start, box, port, "below" if is_below else "above", run, 0.0))
        found += [
            _Aside(edge, side[edge.node], box, 0.0, "column", None, 0.0) for edge in column[ref]
        ]
    return gutters, found


def _draw_asides(picture: Picture, asides: Sequence[_Aside], gutters: dict[Ref, float]) -> None:
    outer: dict[Ref, float] = {}
    for aside in asides:
        end = aside.end
        kind = end.card.kind
        into = end.y + end.height / 2
        if aside.place == "column":
            if end.card.ref not in outer:
                outer[end.card.ref] = end.right + 14 + len(outer) * _TRACK
            x = outer[end.card.ref]
            out = aside.start.y + aside.start.height / 2
            points: tuple[Point, ...] = (
                (aside.start.right, out),
                (x, out),
                (x, into),
                (end.right, into),
            )
        else:
            x = gutters[end.card.ref]
            if aside.place == "right":
                y = aside.start.y + aside.offset
                points = ((aside.x, y), (x, y), (x, into), (end.x, into))
            else:
                assert aside.run is not None
                edge = aside.start.y if aside.place == "above" else aside.start.bottom
                points = (
                    (aside.x, edge),
                    (aside.x, aside.run.y),
                    (x, aside.run.y),
                    (x, into),
                    (end.x, into),
                )
        picture.ways.append(_way(points, "use", kind, aside.edge))


# ----------------------------------------------------------------------------------------------- down


def _place_down(
    plan: Layout,
    picture: Picture,
    gaps: Sequence[Sequence[_Run]],
    right: float,
    gutters: dict[Ref, float],
) -> None:
    y = MARGIN + HEADER
    band_right = right + 16

    def band(caption: str, top: float, bottom: float) -> None:
        picture.bands.append(Band(caption, MARGIN, top, band_right - MARGIN, bottom - top))

    def gap(number: int, top: float, least: float = 10.0) -> float:
        tracks = max((run.track for run in gaps[number]), default=-1) + 1
        for run in gaps[number]:
            run.y = top + _CHANNEL / 2 + run.track * _TRACK
        return top + (max(_CHANNEL + (tracks - 1) * _TRACK, least) if tracks else least)

    y = gap(len(plan.upper) + 1, y, 0.0)
    first = y
    for number in range(len(plan.upper), 0, -1):
        lane = plan.upper[number - 1]
        bottom = _lane(lane, y)
        band(lane.caption, y, bottom)
        y = gap(number, bottom, 16.0)
    if plan.lines:
        top = y
        y += BAND_TOP - 4
        for line in plan.lines:
            line.y = y + LINE_GAP / 2
            y += LINE_GAP
        y += BAND_BOTTOM - 8
        band("", top, y)
        y += 14
    bottom = _lane(plan.hosts, y)
    band(plan.hosts.caption, y, bottom)
    y = gap(0, bottom, 14.0)
    if plan.hardware.boxes:
        bottom = _lane(plan.hardware, y)
        band(plan.hardware.caption, y, bottom)
        y = bottom + 14
    for box in plan.sites.boxes:
        box.y = y
    y = max([y - 14, *(box.bottom for box in plan.sites.boxes)])
    picture.width = band_right + MARGIN
    if plan.side.boxes:
        x = max([band_right, *gutters.values()]) + 24
        top = first
        bottom = top + 34
        widest = max(box.width for box in plan.side.boxes)
        for box in plan.side.boxes:
            box.x, box.y, box.width = x + 14, bottom, widest
            bottom += box.height + 18
        outer = sum(any(e.needs == b.card.ref for e in plan.edges) for b in plan.side.boxes)
        wide = widest + 28 + (_TRACK * outer if outer else 0)
        picture.bands.append(Band(plan.side.caption, x, top, wide, bottom - top))
        y = max(y, bottom)
        picture.width = x + wide + MARGIN
    picture.height = y + MARGIN


def _lane(lane: Lane, top: float) -> float:
    for box in lane.boxes:
        box.height = lane.height
    for box in lane.boxes:
        box.y = top + BAND_TOP
    return top + BAND_TOP + lane.height + BAND_BOTTOM


# ----------------------------------------------------------------------------------------------- ways


def _way(
    points: Sequence[Point],
    style: Literal["role", "tap", "use"],
    kind: str,
    edge: Edge,
    colour: int = 0,
    *,
    has_dot: bool = False,
) -> Way:
    label = f"{edge.node} → {edge.needs}: {', '.join(edge.labels)}"
    return Way(_straightened(points), style, kind, colour, label, has_dot)


def _straightened(points: Sequence[Point]) -> tuple[Point, ...]:
    """The corners without those that lie on a straight line."""
    kept: list[Point] = []
    for point in points:
        if kept and abs(kept[-1][0] - point[0]) < 0.5 and abs(kept[-1][1] - point[1]) < 0.5:
            continue
        if len(kept) > 1:
            (ax, ay), (bx, by) = kept[-2], kept[-1]
            if (abs(ax - bx) < 0.5 and abs(bx - point[0]) < 0.5) or (
                abs(ay - by) < 0.5 and abs(by - point[1]) < 0.5
            ):
                kept[-1] = point
                continue
        kept.append(point)
    return tuple(kept)


def _tap(picture: Picture, edge: Edge, start: float, x: float, line: Line) -> None:
    line.taps.append(x)
    points = ((x, start), (x, line.y))
    picture.ways.append(_way(points, "tap", "network", edge, line.colour, has_dot=True))


def _draw_descent(
    picture: Picture, descent: _Descent, boxes: dict[Ref, Box], lines: dict[Ref, Line]
) -> None:
    x, points = descent.port, [(descent.port, descent.start.bottom)]
    for stop, run in zip(descent.stops, descent.runs, strict=True):
        if run is not None:
            points += [(x, run.y), (stop, run.y)]
        x = stop
    if descent.target_level < 0:
        line = lines[descent.edge.needs]
        line.taps.append(x)
        points.append((x, line.y))
        picture.ways.append(_way(points, "tap", "network", descent.edge, line.colour, has_dot=True))
        return
    points.append((x, boxes[descent.edge.needs].y))
    picture.ways.append(_way(points, "role", descent.start.card.kind, descent.edge))


__all__ = ["Band", "Picture", "Way", "routed"]
