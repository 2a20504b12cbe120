"""Diagnostics as JSON for programs, and back again where an unchanged run repeats what was said before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from blueprint.diagnostics import Diagnostic, Fix, Label, Rule, Severity
from blueprint.source import Source, Span

#: Version of the form; it changes only where a reader would break.
VERSION = 1


def document(diagnostics: Iterable[Diagnostic]) -> dict[str, Any]:
    """The whole answer of a run: every diagnostic, and how many there are of each severity."""
    listed = list(diagnostics)
    counts = {f"{severity.value}s": 0 for severity in Severity}
    for each in listed:
        counts[f"{each.severity.value}s"] += 1
    return {"version": VERSION, "diagnostics": [record(d) for d in listed], "summary": counts}


def record(diagnostic: Diagnostic) -> dict[str, Any]:
    """One diagnostic. Lines and columns count from 1, offsets from 0, both in characters; ends are exclusive."""
    found: dict[str, Any] = {
        "code": diagnostic.rule.code,
        "slug": diagnostic.rule.slug,
        "severity": diagnostic.severity.value,
        "message": diagnostic.message,
    }
    if diagnostic.span is not None:
        found["place"] = place_of(diagnostic.span)
    if diagnostic.labels:
        found["labels"] = [
            {"place": place_of(each.span), "text": each.text} for each in diagnostic.labels
        ]
    if diagnostic.notes:
        found["notes"] = list(diagnostic.notes)
    if diagnostic.hint is not None:
        found["hint"] = diagnostic.hint
    if diagnostic.fix is not None:
        found["fix"] = {
            "place": place_of(diagnostic.fix.span),
            "replacement": diagnostic.fix.replacement,
        }
    return found


def revive(found: dict[str, Any], source_at: Callable[[str], Source]) -> Diagnostic:
    """The diagnostic that a record describes; `source_at` gives the source of a path."""

    def span(place: dict[str, Any]) -> Span:
        return Span(source_at(place["path"]), place["start"]["offset"], place["end"]["offset"])

    fix = found.get("fix")
    return Diagnostic(
        rule=Rule(found["code"], found["slug"], Severity(found["severity"])),
        span=span(found["place"]) if "place" in found else None,
        message=found["message"],
        labels=tuple(Label(span(each["place"]), each["text"]) for each in found.get("labels", ())),
        notes=tuple(found.get("notes", ())),
        hint=found.get("hint"),
        fix=Fix(span(fix["place"]), fix["replacement"]) if fix else None,
    )


def place_of(span: Span) -> dict[str, Any]:
    """A stretch of a source, for programs."""
    start = span.source.position(span.start)
    end = span.source.position(span.end)
    return {
        "path": span.source.path,
        "start": {"line": start.line, "column": start.column, "offset": span.start},
        "end": {"line": end.line, "column": end.column, "offset": span.end},
    }


__all__ = ["VERSION", "document", "place_of", "record", "revive"]
