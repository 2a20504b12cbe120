"""Bonds against what fails as a whole: ports of one card go down together with it."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.fleet import described_groups
from blueprint.model import Model
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

ONE_CARD = Rule("OIB5116", "bond-on-one-card", Severity.WARNING)


def bond_ports(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Bonds whose ports are all on one card, where the hardware has another one that is as fast."""
    reported: set[Span] = set()
    for group, spec, hardware in described_groups(model):
        for label, bond in spec.bond.items():
            cards = {ref.name for ref in bond.ports}
            card = next(iter(cards), None)
            used = hardware.nic.get(card) if card is not None else None
            if used is None or len(cards) > 1 or len(set(bond.ports)) < 2:
                continue
            others = [n for n, c in hardware.nic.items() if n != card and c.speed == used.speed]
            span = spans.at(group, "bond", label, "ports")
            if others and span not in reported:
                reported.add(span)
                yield one_card(
                    span, label, Ref(f"nic.{card}"), f"nic.{others[0]}",
                    spans.at(spec.hardware, "nic", others[0]),
                )  # fmt: skip


def one_card(span: Span, bond: str, card: str, other: str, other_span: Span) -> Diagnostic:
    """A bond that a single card takes down."""
    return Diagnostic(
        ONE_CARD,
        span,
        f"all ports of `{bond}` are on `{card}`: when the card fails, so does the bond",
        labels=(Label(other_span, "a card that is as fast"),),
        hint=f"take one port of `{other}`",
    )
