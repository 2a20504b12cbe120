"""A dependency graph as an SVG picture of the stack, readable on light and on dark ground.

Only shapes, text and a style sheet with plain class rules: any viewer shows it, nothing in it is
fetched or run, and every word of the blueprint in it is escaped text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from xml.sax.saxutils import escape

from blueprint.drawing.icons import icon
from blueprint.drawing.layout import (
    CHIP,
    FACT,
    MARGIN,
    PILL_HEIGHT,
    TITLE,
    Box,
    Line,
    chip_width,
    layout,
)
from blueprint.drawing.routes import Band, Picture, Point, Way, routed
from blueprint.drawing.text import fitted, visible, width
from blueprint.graph import Graph
from blueprint.handovers import Transfer
from blueprint.model import Model, Site

_FONT = (
    "system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'Noto Sans', 'DejaVu Sans', sans-serif"
)
#: Colours of kinds, chosen to stand on both grounds.
_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "openstack": "#e11d48",
        "kubernetes": "#4f46e5",
        "starlingx": "#059669",
        "ceph": "#d97706",
        "hosts": "#2563eb",
        "hardware": "#64748b",
        "site": "#475569",
        "secrets": "#0d9488",
        "pki": "#0891b2",
        "registry": "#7c3aed",
        "proxy": "#4d7c0f",
    }
)
_OTHER = "#6b7280"
#: Colours of networks, neighbours far apart.
_LINES = (
    "#0284c7", "#16a34a", "#9333ea", "#ea580c", "#db2777", "#0d9488", "#4f46e5", "#ca8a04",
    "#65a30d", "#c026d3",
)  # fmt: skip
_ROUND = 7.0
_LIGHT = {
    "ground": "fill:#f6f7f9",
    "band": "fill:#ffffff;stroke:#e4e7ee",
    "card": "fill:#ffffff;stroke:#cfd5e1",
    "head": "fill:#10182a",
    "text": "fill:#1c2536",
    "fact": "fill:#556072",
    "caption": "fill:#7a8496",
    "halo": "stroke:#ffffff",
    "tint": "opacity:.11",
    "rack": "fill:#eef1f6;stroke:#cfd5e1",
}
_DARK = {
    "ground": "fill:#0d1220",
    "band": "fill:#131a2b;stroke:#222c42",
    "card": "fill:#1a2337;stroke:#34415e",
    "head": "fill:#f3f5fa",
    "text": "fill:#e8ecf5",
    "fact": "fill:#a3aec3",
    "caption": "fill:#7d89a1",
    "halo": "stroke:#131a2b",
    "tint": "opacity:.24",
    "rack": "fill:#222c42;stroke:#34415e",
}
_ALWAYS = {
    "head": "font-size:20px;font-weight:600",
    "text": f"font-size:{TITLE:g}px;font-weight:600",
    "name": f"font-size:{FACT:g}px",
    "fact": f"font-size:{FACT:g}px",
    "small": f"font-size:{CHIP:g}px",
    "caption": "font-size:10.5px;font-weight:600;letter-spacing:.08em",
    "way": "fill:none;stroke-width:1.6;stroke-linejoin:round",
    "role": "stroke-width:2",
    "use": "stroke-width:1.3",
    "halo": "fill:none;stroke-width:5",
    "icon": "fill:none;stroke-width:1.6;stroke-linecap:round;stroke-linejoin:round",
    "existing": "stroke-dasharray:5 4",
}


def render(graph: Graph, model: Model, transfers: Iterable[Transfer] = ()) -> str:
    """The picture of a graph."""
    picture = routed(layout(graph, model, transfers))
    title = visible(model.title or model.name)
    body = [*_body(picture, model, title)]
    across, down = round(picture.width), round(picture.height)
    hosts = sum(len(group) for group in model.groups.values())
    about = f"{_count(hosts, 'host')} in {_count(len(model.groups), 'group')}; deployed in " + (
        "; then ".join(", ".join(wave) for wave in graph.waves) or "no step"
    )
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across} {down}"',
            f' width="{across}" height="{down}" role="img" aria-labelledby="title about"',
            f' font-family="{_FONT}">',
            f'<title id="title">{_text(title)}</title>',
            f'<desc id="about">{_text(about)}</desc>',
            f"<style>{_style()}</style>",
            *body,
            "</svg>",
            "",
        ]
    )


def _style() -> str:
    rules = [f".{name}{{{rule}}}" for name, rule in _ALWAYS.items()]
    rules += [f".{name}{{{rule}}}" for name, rule in _LIGHT.items()]
    dark = "".join(f".{name}{{{rule}}}" for name, rule in _DARK.items())
    return "".join(rules) + f"@media(prefers-color-scheme:dark){{{dark}}}"


def _body(picture: Picture, model: Model, title: str) -> Iterator[str]:
    plan = picture.layout
    yield f'<rect class="ground" width="{round(picture.width)}" height="{round(picture.height)}"/>'
    shown = fitted(title, 20, picture.width - 2 * MARGIN, is_bold=True)
    yield f'<text class="head" x="{MARGIN:g}" y="{MARGIN + 20:g}">{_text(shown)}</text>'
    summary = fitted(_summary(model), FACT, picture.width - 2 * MARGIN)
    yield f'<text class="fact" x="{MARGIN:g}" y="{MARGIN + 42:g}">{_text(summary)}</text>'
    for band in picture.bands:
        yield from _band(band)
    for line in plan.lines:
        yield from _line(line)
    for way in sorted(picture.ways, key=lambda way: ("use", "tap", "role").index(way.style)):
        yield from _way(way)
    for line in plan.lines:
        for x in line.taps:
            yield _dot(x, line.y, _LINES[line.colour % len(_LINES)])
    for lane in (*plan.upper, plan.hosts, plan.hardware, plan.side):
        for box in lane.boxes:
            yield from _card(box)
    for box in plan.sites.boxes:
        yield from _site(box, model)
    for way in picture.ways:
        for end in dict.fromkeys((way.points[0], way.points[-1])) if way.style != "tap" else ():
            yield _dot(*end, _colour(way.kind))


def _summary(model: Model) -> str:
    hosts = sum(len(group) for group in model.groups.values())
    kinds: dict[str, int] = {}
    for thing in model.things.values():
        kinds[type(thing).kind] = kinds.get(type(thing).kind, 0) + 1
    parts = [_count(hosts, "host"), _count(kinds.get("network", 0), "network")]
    return " · ".join(part for part in (model.name, *parts) if not part.startswith("0 "))


def _band(band: Band) -> Iterator[str]:
    yield (
        f'<rect class="band" x="{band.x:g}" y="{band.y:g}" width="{band.width:g}" '
        f'height="{band.height:g}" rx="12"/>'
    )
    if band.caption:
        caption = visible(band.caption).upper()
        yield f'<text class="caption" x="{band.x + 16:g}" y="{band.y + 24:g}">{_text(caption)}</text>'


def _line(line: Line) -> Iterator[str]:
    colour = _LINES[line.colour % len(_LINES)]
    left = MARGIN + 14
    name = width(line.name, FACT, is_bold=True)
    wide = 26 + name + 8 + width(line.fact, CHIP)
    is_trunk = line.card.kind == "physnet"
    dashes = ' stroke-dasharray="9 4"' if is_trunk else ""
    yield (
        f'<path d="M{left + wide:g} {line.y:g}H{line.end:g}" stroke="{colour}" stroke-width="3" '
        f'stroke-linecap="{"butt" if is_trunk else "round"}"{dashes} fill="none"/>'
    )
    yield f"<g>{_tooltip(f'{line.card.kind} {line.card.name}', line.card.facts)}"
    top = line.y - PILL_HEIGHT / 2
    yield (
        f'<rect class="card" x="{left:g}" y="{top:g}" width="{wide:g}" height="{PILL_HEIGHT:g}" '
        f'rx="{PILL_HEIGHT / 2:g}"/>'
    )
    yield f'<circle cx="{left + 13:g}" cy="{line.y:g}" r="4.5" fill="{colour}"/>'
    yield (
        f'<text x="{left + 24:g}" y="{line.y + 4:g}"><tspan class="text name">{_text(line.name)}</tspan>'
        f'<tspan class="fact small" dx="8">{_text(line.fact)}</tspan></text></g>'
    )


def _way(way: Way) -> Iterator[str]:
    drawn = _rounded(way.points)
    colour = _LINES[way.colour % len(_LINES)] if way.style == "tap" else _colour(way.kind)
    if way.style != "use":
        yield f'<path class="halo" d="{drawn}"/>'
    yield (
        f'<path class="way {way.style}" d="{drawn}" stroke="{colour}">'
        f"<title>{_text(way.label)}</title></path>"
    )


def _dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:g}" cy="{y:g}" r="3" fill="{colour}"/>'


def _rounded(points: Sequence[Point]) -> str:
    """A path through corners, each rounded as far as its two sides allow."""
    parts = [f"M{points[0][0]:g} {points[0][1]:g}"]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        reach = min(_ROUND, _length(before, corner) / 2, _length(corner, after) / 2)
        start, end = _towards(corner, before, reach), _towards(corner, after, reach)
        parts.append(
            f"L{start[0]:g} {start[1]:g}Q{corner[0]:g} {corner[1]:g} {end[0]:g} {end[1]:g}"
        )
    parts.append(f"L{points[-1][0]:g} {points[-1][1]:g}")
    return "".join(parts)


def _length(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(start: Point, end: Point, reach: float) -> Point:
    whole = _length(start, end) or 1.0
    part = reach / whole
    return (
        round(start[0] + (end[0] - start[0]) * part, 1),
        round(start[1] + (end[1] - start[1]) * part, 1),
    )


def _card(box: Box) -> Iterator[str]:
    card = box.card
    colour = _colour(card.kind)
    existing = " existing" if card.is_existing else ""
    yield f"<g>{_tooltip(f'{card.kind} {card.name}', card.facts)}"
    yield (
        f'<rect class="card{existing}" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" '
        f'height="{box.height:g}" rx="10"/>'
    )
    yield from _icon(card.kind, box.x + 12, box.y + 12, colour)
    left = box.x + 50
    room = box.right - 12 - left
    times = (
        f"× {card.members}" if card.members > 1 else "stands already" if card.is_existing else ""
    )
    beside = width(times, CHIP) + 8 if times else 0
    name = fitted(card.name, TITLE, room - beside, is_bold=True)
    extra = f'<tspan class="fact small" dx="8">{_text(times)}</tspan>' if times else ""
    yield (f'<text class="text" x="{left:g}" y="{box.y + 25:g}">{_text(name)}{extra}</text>')
    y = box.y + 42
    for fact in box.facts:
        yield f'<text class="fact" x="{left:g}" y="{y:g}">{_text(fact)}</text>'
        y += 17
    y = box.y + max(52, 40 + 17 * len(box.facts))
    for row in box.chips:
        x = box.x + 14
        for text, kind in row:
            yield from _chip(text, x, y, _colour(kind))
            x += chip_width(text) + 6
        y += 22
    yield "</g>"


def _chip(text: str, x: float, y: float, colour: str) -> Iterator[str]:
    wide = chip_width(text)
    yield (
        f'<rect class="tint" x="{x:g}" y="{y:g}" width="{wide:g}" height="18" rx="9" fill="{colour}"/>'
        f'<text class="fact small" x="{x + wide / 2:g}" y="{y + 13:g}" text-anchor="middle">'
        f"{_text(text)}</text>"
    )


def _icon(kind: str, x: float, y: float, colour: str) -> Iterator[str]:
    yield f'<rect class="tint" x="{x:g}" y="{y:g}" width="28" height="28" rx="7" fill="{colour}"/>'
    yield (
        f'<path class="icon" transform="translate({x + 4:g} {y + 4:g})" d="{icon(kind)}" '
        f'stroke="{colour}"/>'
    )


def _site(box: Box, model: Model) -> Iterator[str]:
    """A site is a slab that all stands on, with its racks by zone as far as they fit."""
    yield f"<g>{_tooltip(f'site {box.card.name}', box.card.facts)}"
    yield (
        f'<rect class="card" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" '
        f'height="{box.height:g}" rx="10"/>'
    )
    yield from _icon("site", box.x + 14, box.y + 18, _colour("site"))
    left = box.x + 54
    fact = fitted(" · ".join(box.facts), FACT, box.width * 0.5)
    name = fitted(box.card.name, TITLE, box.width * 0.4, is_bold=True)
    times = f"× {box.card.members}" if box.card.members > 1 else ""
    extra = f'<tspan class="fact small" dx="8">{_text(times)}</tspan>' if times else ""
    yield f'<text class="text" x="{left:g}" y="{box.y + 29:g}">{_text(name)}{extra}</text>'
    yield f'<text class="fact" x="{left:g}" y="{box.y + 47:g}">{_text(fact)}</text>'
    site = model.things.get(box.card.ref)
    if isinstance(site, Site) and site.rack:
        first = left + max(width(fact, FACT), width(name, TITLE, is_bold=True)) + 28
        yield from _racks(site, box, first)
    yield "</g>"


def _racks(site: Site, box: Box, first: float) -> Iterator[str]:
    zone_of = {f"{ref.parts[-1]}": zone for zone, block in site.zone.items() for ref in block.racks}
    racks = [(visible(rack), visible(zone_of.get(rack, ""))) for rack in site.rack]
    sizes = [
        max(width(rack, FACT, is_bold=True), width(zone, CHIP) if zone else 0) + 24
        for rack, zone in racks
    ]
    room = box.right - 16 - first
    shown = len(racks)
    while shown and sum(sizes[:shown]) + 8 * shown + (40 if shown < len(racks) else 0) > room:
        shown -= 1
    x = box.right - 16 - sum(sizes[:shown]) - 8 * (shown - 1) - (40 if shown < len(racks) else 0)
    for (rack, zone), wide in list(zip(racks, sizes, strict=True))[:shown]:
        yield (
            f'<rect class="rack" x="{x:g}" y="{box.y + 12:g}" width="{wide:g}" height="40" rx="6"/>'
        )
        y = box.y + (29 if zone else 36)
        middle = x + wide / 2
        yield (
            f'<text class="text name" x="{middle:g}" y="{y:g}" text-anchor="middle">{_text(rack)}</text>'
        )
        if zone:
            yield (
                f'<text class="fact small" x="{middle:g}" y="{y + 15:g}" text-anchor="middle">'
                f"{_text(zone)}</text>"
            )
        x += wide + 8
    if shown < len(racks):
        yield f'<text class="fact" x="{x:g}" y="{box.y + 36:g}">+ {len(racks) - shown}</text>'


def _colour(kind: str) -> str:
    return _KINDS.get(kind, _OTHER)


def _tooltip(name: str, facts: Sequence[str]) -> str:
    return f"<title>{_text(chr(10).join((name, *facts)))}</title>"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _text(text: str) -> str:
    """Text between tags: markup escaped, unseen characters marked, lines kept in tooltips."""
    return escape("\n".join(visible(line) for line in text.split("\n")))


__all__ = ["render"]
