"""One fault for one place: what many hosts of a family have from the same text is told once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.source import Span


def once_a_place(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The first diagnostic of each rule at each span, with a note of how many more there are.

    Cells of a data file are places of their own; an expression that every member evaluates is one.
    """
    first: dict[tuple[Rule, Span | None], Diagnostic] = {}
    more: dict[tuple[Rule, Span | None], int] = {}
    for diagnostic in found:
        place = (diagnostic.rule, diagnostic.span)
        if place in first:
            more[place] = more.get(place, 0) + 1
        else:
            first[place] = diagnostic
    for place, diagnostic in first.items():
        count = more.get(place)
        if count is None:
            yield diagnostic
        else:
            hosts = "host is" if count == 1 else "hosts are"
            note = f"{count:,} more {hosts} in the same case"
            yield replace(diagnostic, notes=(*diagnostic.notes, note))
