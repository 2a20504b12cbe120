"""Places of cards along x: hosts in a row, all else near the middle of what it is joined to."""

from __future__ import annotations

from collections.abc import Sequence

from blueprint.drawing.layout import CARD_GAP, MARGIN, Box, Layout

_LEAST_WIDTH = 460.0


def place_across(plan: Layout, left: float) -> float:
    """Give every card its x from `left` on; the right end of the widest lane."""
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
