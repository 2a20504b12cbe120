"""Where everything stands in the picture: cards in lanes, networks as lines, services at the side.

The picture is built like the stack: sites at the bottom, hardware on them, the hosts, above these
the networks as horizontal lines that hosts are tapped onto (as network engineers draw them), and
above the networks the layers that stand on the hosts, each lane one step further from the metal.
Services that everything may use (secrets, registries) stand in a column at the right. Lanes are
ordered by barycentres, so that cards stand near what they are joined to; the few lanes of a
blueprint need no general layered drawing, and get straight lines where one would bend them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil

from blueprint.drawing.cards import Card, cards, merged
from blueprint.drawing.handing import Handed, handed
from blueprint.drawing.text import fitted, width
from blueprint.graph import LAYER_KINDS, Edge, Graph
from blueprint.handovers import Transfer
from blueprint.model import Model
from blueprint.values import Ref

MARGIN = 36.0
TITLE = 15.0
FACT = 12.0
CHIP = 11.0
CARD_GAP = 28.0
PORT_GAP = 13.0
LINE_GAP = 34.0
PILL_HEIGHT = 26.0
#: Least and greatest width of a card; what surrounds its text; what surrounds its chips.
_CARD_ROOM = (168.0, 330.0)
_BESIDE = 62.0
_PADDING = 14.0


@dataclass(slots=True)
class Box:
    """A card with its place. `chips` are the roles that others give it, each with the giver's kind."""

    card: Card
    facts: tuple[str, ...]
    chips: tuple[tuple[tuple[str, str], ...], ...]
    width: float
    height: float
    x: float = 0.0
    y: float = 0.0
    ports: dict[tuple[str, Ref], float] = field(default_factory=dict)

    @property
    def centre(self) -> float:
        """Horizontal middle."""
        return self.x + self.width / 2

    @property
    def right(self) -> float:
        """Right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Lower edge."""
        return self.y + self.height


@dataclass(slots=True)
class Line:
    """A network, drawn as a line with a label at its left end; `taps` are the places on it."""

    card: Card
    name: str
    fact: str
    colour: int
    y: float = 0.0
    end: float = 0.0
    taps: list[float] = field(default_factory=list)


@dataclass(slots=True)
class Lane:
    """Cards side by side, with the height of the tallest."""

    caption: str
    boxes: list[Box]
    y: float = 0.0

    @property
    def height(self) -> float:
        """Height of the tallest card."""
        return max((box.height for box in self.boxes), default=0.0)


@dataclass(slots=True)
class Layout:
    """The parts of a picture: lanes above the hosts (nearest first), and the rest by its place."""

    upper: list[Lane]
    lines: list[Line]
    hosts: Lane
    hardware: Lane
    sites: Lane
    side: Lane
    edges: tuple[Edge, ...]
    label_room: float
    handed: Handed

    @property
    def boxes(self) -> dict[Ref, Box]:
        """Every card with a place, by address."""
        lanes = (*self.upper, self.hosts, self.hardware, self.sites, self.side)
        return {box.card.ref: box for lane in lanes for box in lane.boxes}


_CAPTIONS = {
    "openstack": "OpenStack", "ceph": "Ceph", "kubernetes": "Kubernetes", "hosts": "Hosts",
    "starlingx": "StarlingX",
}  # fmt: skip


def layout(graph: Graph, model: Model, transfers: Iterable[Transfer] = ()) -> Layout:
    """Cards sorted into lanes, ordered and sized; `blueprint.drawing.routes` gives them their places."""
    found, place = cards(graph, model)
    edges = merged(graph.edges, place)
    given = handed(transfers, place)
    by_kind: dict[str, list[Card]] = {}
    for card in found:
        by_kind.setdefault(card.kind, []).append(card)
    networks = [*by_kind.pop("network", ()), *by_kind.pop("physnet", ())]
    hosts = by_kind.pop("hosts", [])
    hardware = by_kind.pop("hardware", [])
    sites = by_kind.pop("site", [])
    layers = [card for kind in (*LAYER_KINDS,) for card in by_kind.pop(kind, ())]
    services = [card for group in by_kind.values() for card in group]

    by_ref = {card.ref: card for card in found}
    roles = {**_roles(edges, by_ref), **_gifts(given, by_ref)}
    heights = _heights(layers, edges)
    upper = [
        [card for card in layers if heights[card.ref] == level]
        for level in range(1, max(heights.values(), default=0) + 1)
    ]
    order = _ordered([hosts, *upper, hardware], edges)
    hosts, upper, hardware = order[0], order[1:-1], order[-1]
    lines = _lines(networks, hosts, edges)
    taps = {card.ref: sum(card.ref in (edge.node, edge.needs) for edge in edges) for card in hosts}
    return Layout(
        upper=[
            Lane(_caption(cards_of), [_box(card, roles) for card in cards_of]) for cards_of in upper
        ],
        lines=lines,
        hosts=Lane(_caption(hosts), [_box(c, roles, (taps[c.ref] + 2) * PORT_GAP) for c in hosts]),
        hardware=Lane("Hardware", [_box(card, roles) for card in hardware]),
        sites=Lane("Sites" if len(sites) > 1 else "Site", [_box(card, roles) for card in sites]),
        side=Lane("Shared services", [_box(card, roles) for card in services]),
        edges=edges,
        label_room=max((_label_width(line) for line in lines), default=0.0),
        handed=given,
    )


def _caption(cards_of: Sequence[Card]) -> str:
    """The kinds of a lane's cards, and the waves in which they are deployed."""
    kinds = " · ".join(dict.fromkeys(_CAPTIONS.get(card.kind, card.kind) for card in cards_of))
    waves = sorted({card.wave for card in cards_of if card.wave is not None})
    if not waves:
        return kinds
    return f"{kinds} · wave{'s' if len(waves) > 1 else ''} {', '.join(map(str, waves))}"


def _gifts(given: Handed, by_ref: Mapping[Ref, Card]) -> dict[Ref, tuple[tuple[str, str], ...]]:
    """What layers hand over, as chips on the card of the one that gives."""
    found: dict[Ref, dict[tuple[str, str], None]] = {}
    for (giver, _), words in given.items():
        for word in words:
            found.setdefault(giver, {})[f"gives {word}", by_ref[giver].kind] = None
    return {ref: tuple(chips) for ref, chips in found.items()}


def _label_width(line: Line) -> float:
    return 26 + width(line.name, FACT, is_bold=True) + 8 + width(line.fact, CHIP)


def _box(card: Card, roles: Mapping[Ref, Sequence[tuple[str, str]]], least: float = 0.0) -> Box:
    times = f"  × {card.members}" if card.members > 1 else ""
    wanted = [_BESIDE + width(card.name + times, TITLE, is_bold=True)]
    wanted += [_BESIDE + width(fact, FACT) for fact in card.facts]
    room = max(_CARD_ROOM[0], least, min(_CARD_ROOM[1], max(wanted)))
    facts = tuple(fitted(fact, FACT, room - _BESIDE) for fact in card.facts)
    rows = _rows(roles.get(card.ref, ()), room - _PADDING * 2)
    height = max(52, 40 + 17 * len(facts)) + (6 + 22 * len(rows) if rows else 0)
    return Box(card, facts, rows, 2 * ceil(room / 2), height)


def _rows(chips: Sequence[tuple[str, str]], room: float) -> tuple[tuple[tuple[str, str], ...], ...]:
    """Chips in rows that fit."""
    rows: list[list[tuple[str, str]]] = []
    used = room + 1
    for text, kind in chips:
        shown = fitted(text, CHIP, room - 16)
        needed = chip_width(shown) + 6
        if used + needed - 6 > room:
            rows.append([])
            used = 0.0
        rows[-1].append((shown, kind))
        used += needed
    return tuple(tuple(row) for row in rows)


def chip_width(text: str) -> float:
    """Width of a chip around its text."""
    return width(text, CHIP) + 14


def _roles(
    edges: Iterable[Edge], by_ref: Mapping[Ref, Card]
) -> dict[Ref, tuple[tuple[str, str], ...]]:
    """The roles that layers give to hosts, each with the kind of the layer."""
    found: dict[Ref, dict[tuple[str, str], None]] = {}
    for edge in edges:
        if by_ref[edge.needs].kind == "hosts":
            kind = by_ref[edge.node].kind
            for label in edge.labels:
                text = label.removesuffix(".hosts").rpartition(".")[2].replace("_", " ")
                found.setdefault(edge.needs, {})[text, kind] = None
    order = {kind: -number for number, kind in enumerate(LAYER_KINDS)}
    return {
        ref: tuple(sorted(chips, key=lambda chip: order.get(chip[1], 0)))
        for ref, chips in found.items()
    }


def _heights(layers: Sequence[Card], edges: Iterable[Edge]) -> dict[Ref, int]:
    """How many layers high each one stands above the hosts, 1 for those right on them."""
    refs = {card.ref for card in layers}
    below: dict[Ref, list[Ref]] = {ref: [] for ref in refs}
    for edge in edges:
        if edge.node in refs and edge.needs in refs:
            below[edge.node].append(edge.needs)
    heights: dict[Ref, int] = {}

    def height(ref: Ref) -> int:
        if ref not in heights:
            heights[ref] = 1 + max((height(other) for other in below[ref]), default=0)
        return heights[ref]

    for card in layers:
        height(card.ref)
    return heights


def _ordered(lanes: list[list[Card]], edges: Iterable[Edge]) -> list[list[Card]]:
    """The cards of each lane near what they are joined to in the others, by repeated barycentres."""
    joined: dict[Ref, set[Ref]] = {}
    for edge in edges:
        joined.setdefault(edge.node, set()).add(edge.needs)
        joined.setdefault(edge.needs, set()).add(edge.node)
    best, fewest = lanes, _crossings(lanes, joined)
    for turn in range(8):
        spots = {
            card.ref: (place + 0.5) / len(lane) for lane in lanes for place, card in enumerate(lane)
        }
        for number in range(len(lanes)) if turn % 2 else range(len(lanes) - 1, -1, -1):
            lane = lanes[number]
            inside = {card.ref for card in lane}

            middles = {}
            for card in lane:
                others = [
                    spots[o]
                    for o in sorted(joined.get(card.ref, ()))
                    if o in spots and o not in inside
                ]
                middles[card.ref] = sum(others) / len(others) if others else spots[card.ref]
            lane = sorted(lane, key=lambda card: middles[card.ref])
            lanes = [*lanes[:number], lane, *lanes[number + 1 :]]
            spots.update({c.ref: (p + 0.5) / len(lane) for p, c in enumerate(lane)})
        count = _crossings(lanes, joined)
        if count < fewest:
            best, fewest = lanes, count
    return best


def _crossings(lanes: Sequence[Sequence[Card]], joined: Mapping[Ref, set[Ref]]) -> int:
    """How many pairs of joins between the hosts and each other lane cross."""
    base = {card.ref: place for place, card in enumerate(lanes[0])}
    total = 0
    for lane in lanes[1:]:
        ends = [
            (place, base[other])
            for place, card in enumerate(lane)
            for other in joined.get(card.ref, ())
            if other in base
        ]
        total += sum(
            (a[0] - b[0]) * (a[1] - b[1]) < 0 for i, a in enumerate(ends) for b in ends[:i]
        )
    return total


def _lines(networks: Sequence[Card], hosts: Sequence[Card], edges: Sequence[Edge]) -> list[Line]:
    """Networks from top to bottom: the more hosts are tapped onto one, the nearer it is to them."""
    on_hosts = {card.ref for card in hosts}
    taps = {
        card.ref: sum(e.needs == card.ref and e.node in on_hosts for e in edges)
        for card in networks
    }
    declared = {card.ref: number for number, card in enumerate(networks)}
    ordered = sorted(networks, key=lambda card: (taps[card.ref], -declared[card.ref]))
    return [
        Line(
            card,
            name=fitted(
                card.name + (f" × {card.members}" if card.members > 1 else ""),
                FACT,
                150,
                is_bold=True,
            ),
            fact=fitted(card.facts[0] if card.facts else "", CHIP, 190),
            colour=declared[card.ref],
        )
        for card in ordered
    ]


__all__ = ["Box", "Lane", "Layout", "Line", "chip_width", "layout"]
