"""The places of cards and the ways of lines between them: orthogonal, few bends, few crossings.

Places along x come first, then the ends of each line on its cards (straight above each other where
that is possible), then the horizontal tracks in the gaps between lanes (intervals that overlap get
tracks of their own, in an order that keeps lines of one fan from crossing), and only then y, since
the number of tracks is the height of a gap. Lines that pass a lane go round its cards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from blueprint.drawing.across import place_across
from blueprint.drawing.asides import Aside, asides
from blueprint.drawing.descents import Descent, bend, ends, trees
from blueprint.drawing.layout import LINE_GAP, MARGIN, Box, Lane, Layout, Line
from blueprint.drawing.tracks import TRACK, Run, give_tracks
from blueprint.graph import Edge
from blueprint.values import Ref

Point: TypeAlias = tuple[float, float]

HEADER = 64.0
BAND_TOP = 20.0
BAND_BOTTOM = 20.0
_CHANNEL = 26.0


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


def routed(plan: Layout) -> Picture:
    """A layout with every card in its place and a way for every line."""
    picture = Picture(plan)
    left = MARGIN + 16 + (plan.label_room + 22 if plan.lines else 96)
    right = place_across(plan, left)
    descents, taps = ends(plan)
    gaps: list[list[Run]] = [[] for _ in range(len(plan.upper) + 2)]
    bend(descents, gaps)
    rooted = trees(plan, gaps[0])
    gutters, sideways = asides(plan, right, gaps)
    for gap in gaps:
        give_tracks(gap)
    _place_down(plan, picture, gaps, right, gutters)
    boxes = plan.boxes
    lines = {line.card.ref: line for line in plan.lines}
    for edge, x in taps:
        line = lines[edge.needs]
        _tap(picture, edge, boxes[edge.node].y, x, line)
    for descent in descents:
        _draw_descent(picture, descent, boxes, lines)
    for edge, x, run, box in rooted:
        start = boxes[edge.node]
        points = ((x, start.bottom), (x, run.y), (box.centre, run.y), (box.centre, box.y))
        picture.ways.append(_way(points, "use", "hardware", edge))
    _draw_asides(picture, sideways, gutters)
    for line in plan.lines:
        line.end = max([*line.taps, left + 40])
    return picture


def _draw_asides(picture: Picture, sideways: Sequence[Aside], gutters: dict[Ref, float]) -> None:
    outer: dict[Ref, float] = {}
    for aside in sideways:
        end = aside.end
        kind = end.card.kind
        into = end.y + end.height / 2
        if aside.place == "column":
            if end.card.ref not in outer:
                outer[end.card.ref] = end.right + 14 + len(outer) * TRACK
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


def _place_down(
    plan: Layout,
    picture: Picture,
    gaps: Sequence[Sequence[Run]],
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
            run.y = top + _CHANNEL / 2 + run.track * TRACK
        return top + (max(_CHANNEL + (tracks - 1) * TRACK, least) if tracks else least)

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
        wide = widest + 28 + (TRACK * outer if outer else 0)
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


def _way(
    points: Sequence[Point],
    style: Literal["role", "tap", "use"],
    kind: str,
    edge: Edge,
    colour: int = 0,
    *,
    has_dot: bool = False,
    given: Sequence[str] = (),
) -> Way:
    label = f"{edge.node} → {edge.needs}: {', '.join(edge.labels)}"
    label += f"; is given {', '.join(given)}" if given else ""
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
    picture: Picture, descent: Descent, boxes: dict[Ref, Box], lines: dict[Ref, Line]
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
    edge = descent.edge
    given = picture.layout.handed.get((edge.needs, edge.node), ())
    picture.ways.append(_way(points, "role", descent.start.card.kind, edge, given=given))


__all__ = ["Band", "Picture", "Way", "routed"]
