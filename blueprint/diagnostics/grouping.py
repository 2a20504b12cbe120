"""One mistake, one error: what several places or members suffer from the same cause is told once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import replace

from blueprint.diagnostics import Diagnostic, Label, addresses, in_order, names

#: A name that does not exist is one mistake wherever it is used.
_OF_NAMES = {
    names.UNKNOWN_NAME, names.UNKNOWN_THING, names.UNKNOWN_TEMPLATE, names.WORD_CLASH, names.NO_FAMILY,
}  # fmt: skip
#: Labels of a diagnostic, with the primary span, stay few enough to read.
_LABELS = 2


def grouped(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics by place, those of one cause as one.

    Members of a family that fail alike fail once; a name that is unknown is reported where it is used
    first, and the next uses are labels. A lock file that is out of date is no news while something
    else is wrong: what is right then decides which addresses there are.
    """
    ordered = in_order(found)
    if any(d.is_error and d.rule is not addresses.LOCK_STALE for d in ordered):
        ordered = tuple(d for d in ordered if d.rule is not addresses.LOCK_STALE)
    groups: dict[Hashable, list[Diagnostic]] = {}
    for each in ordered:
        groups.setdefault(_cause(each), []).append(each)
    return tuple(_together(group) for group in groups.values())


def joined(
    found: Iterable[Diagnostic], of_tools: Iterable[tuple[str, Diagnostic]]
) -> list[Diagnostic]:
    """What was found, and what each tool says; of a place that is wrong already, a tool's words are a note.

    What one tool can't take, another or a rule across layers may refuse as well: it is one mistake,
    in one place, and whoever mends it wants to know all that is asked of it.
    """
    made = list(found)
    places: dict[Hashable, tuple[str | None, list[int]]] = {}
    for number, each in enumerate(made):
        if each.is_error and each.span is not None:
            places.setdefault(_place(each), (None, []))[1].append(number)
    for tool, each in of_tools:
        if not each.is_error or each.span is None:
            made.append(each)
            continue
        owner, there = places.setdefault(_place(each), (tool, []))
        if owner == tool:
            there.append(len(made))
            made.append(each)
            continue
        note = f"{tool} asks for more: {each.message}"
        for number in there:
            if note not in made[number].notes:
                made[number] = replace(made[number], notes=(*made[number].notes, note))
    return made


def _place(found: Diagnostic) -> Hashable:
    span = found.span
    return None if span is None else (span.source.path, span.start, span.end)


def _cause(found: Diagnostic) -> Hashable:
    if found.span is None:
        return found.sort_key
    if found.rule in _OF_NAMES:
        return found.rule.code, found.message, found.hint
    places = (found.span, *(label.span for label in found.labels))
    return found.rule.code, found.hint, *((s.source.path, s.start, s.end) for s in places)


def _together(group: list[Diagnostic]) -> Diagnostic:
    first = group[0]
    if len(group) == 1:
        return first
    elsewhere = [d.span for d in group[1:] if d.span is not None and d.span != first.span]
    room = max(0, _LABELS - len(first.labels))
    labels = tuple(Label(span, "and here") for span in elsewhere[:room])
    more = len(group) - 1 - len(labels)
    notes = first.notes
    if more:
        where = "in other places" if elsewhere else "here"
        notes = (*notes, f"{more} more like this {where}")
    return replace(first, labels=(*first.labels, *labels), notes=notes)
