"""Diagnostics as SARIF 2.1.0, the form that code hosts and editors read."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.source import Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def document(
    diagnostics: Iterable[Diagnostic], version: str, page: Callable[[str], str | None]
) -> dict[str, Any]:
    """One SARIF log with one run; `page` gives the text that explains a code."""
    listed = list(diagnostics)
    rules = {each.rule.code: each.rule for each in listed}
    index = {code: at for at, code in enumerate(sorted(rules))}
    driver: dict[str, Any] = {
        "name": "oib",
        "semanticVersion": version,
        "rules": [_rule(rules[code], page(code)) for code in index],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": not any(each.is_error for each in listed)}],
        "results": [_result(each, index[each.rule.code]) for each in listed],
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule, text: str | None) -> dict[str, Any]:
    name = "".join(word.capitalize() for word in rule.slug.split("-"))
    found: dict[str, Any] = {
        "id": rule.code,
        "name": name,
        "shortDescription": {"text": rule.slug.replace("-", " ")},
        "defaultConfiguration": {"level": rule.severity.value},
    }
    if text is not None:
        found["help"] = {"text": text, "markdown": text}
    return found


def _result(diagnostic: Diagnostic, index: int) -> dict[str, Any]:
    text = "\n".join((diagnostic.message, *diagnostic.notes))
    if diagnostic.hint is not None:
        text += f"\nhelp: {diagnostic.hint}"
    found: dict[str, Any] = {
        "ruleId": diagnostic.rule.code,
        "ruleIndex": index,
        "level": diagnostic.severity.value,
        "message": {"text": text},
    }
    if diagnostic.span is not None:
        found["locations"] = [{"physicalLocation": location(diagnostic.span)}]
    if diagnostic.labels:
        found["relatedLocations"] = [
            {
                "id": number,
                "physicalLocation": location(label.span),
                "message": {"text": label.text},
            }
            for number, label in enumerate(diagnostic.labels, start=1)
        ]
    if diagnostic.fix is not None:
        fix = diagnostic.fix
        change = {
            "artifactLocation": _artifact(fix.span.source.path),
            "replacements": [
                {"deletedRegion": _region(fix.span), "insertedContent": {"text": fix.replacement}}
            ],
        }
        words = diagnostic.hint or f"replace with `{fix.replacement}`"
        found["fixes"] = [{"description": {"text": words}, "artifactChanges": [change]}]
    return found


def location(span: Span, prefix: str = "") -> dict[str, Any]:
    """A place in a file; `prefix` goes before a path that is relative to the blueprint."""
    return {"artifactLocation": _artifact(f"{prefix}{span.source.path}"), "region": _region(span)}


def _artifact(path: str) -> dict[str, str]:
    """A place by URI: a relative reference where the path is relative, so that code hosts find it."""
    encoded = quote(path.encode("utf-8", "surrogateescape"), safe="/@:+,=~!$&'()*;")
    if path.startswith("/"):
        return {"uri": f"file://{encoded}"}
    if ":" in encoded.partition("/")[0]:
        encoded = f"./{encoded}"
    return {"uri": encoded}


def _region(span: Span) -> dict[str, int]:
    start = span.source.position(span.start)
    end = span.source.position(span.end)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
        "charOffset": span.start,
        "charLength": span.end - span.start,
    }


__all__ = ["document", "location"]
