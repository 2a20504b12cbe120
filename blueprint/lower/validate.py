"""Holds data against a kind's model, and says in our own words what does not fit."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, fields
from blueprint.evaluate.convert import example_of
from blueprint.evaluate.wording import article
from blueprint.lower.body import Path
from blueprint.model import KINDS, Kind
from blueprint.model.fields import PATTERNS
from blueprint.shape import Field, Shape, fields_of
from blueprint.source import Span


def validated(
    shape: Shape,
    data: dict[str, Any],
    spans: dict[Path, Span],
    broken: set[Path],
    title: str,
    *,
    is_partial: bool = False,
) -> tuple[Kind | None, list[Diagnostic]]:
    """The thing of a kind that the data describes, or what is wrong with it; nothing is said about broken paths.

    Of a partial body, which is like something that could not be found, nothing is missed either.
    """
    try:
        return KINDS[shape.kind].model_validate(data), []
    except ValidationError as error:
        found: dict[tuple[Path, str], Diagnostic] = {}
        for problem in error.errors(include_url=False, include_context=True):
            loc = _path_of(shape, tuple(str(part) for part in problem["loc"]))
            if any(loc[: len(path)] == path for path in broken):
                continue
            if problem["type"] == "missing" and is_partial:
                continue
            diagnostic = _diagnostic(shape, problem, loc, spans, title)
            place = _known_prefix(loc, spans)
            found.setdefault((place, "missing" if problem["type"] == "missing" else ""), diagnostic)
            if problem["type"] == "missing":
                found[loc, "missing"] = diagnostic
        return None, list(dict.fromkeys(found.values()))


def _path_of(shape: Shape, loc: Path) -> Path:
    """A location as a path of the language: pydantic names the word of a choice besides."""
    path: list[str] = []
    current: Shape | None = shape
    rest = list(loc)
    while rest:
        name = rest.pop(0)
        path.append(name)
        found = None if current is None else fields_of(current).get(name)
        current = None if found is None or not found.block else found.block[0]
        if found is None:
            continue
        if found.form == "labelled" and rest:
            path.append(rest.pop(0))
        if found.form == "choice" and found.choices and rest and rest[0] in found.choices:
            current = found.choices[rest.pop(0)]
    return tuple(path)


def _known_prefix(loc: Path, spans: dict[Path, Span]) -> Path:
    while loc and loc not in spans:
        loc = loc[:-1]
    return loc


def _diagnostic(
    shape: Shape, problem: Any, loc: Path, spans: dict[Path, Span], title: str
) -> Diagnostic:
    kind = problem["type"]
    place = _known_prefix(loc, spans)
    span = spans[place]
    with_words = tuple(str(part) for part in problem["loc"])
    spec = _spec_of(shape, with_words)
    if kind == "missing":
        parent = f"`{' '.join(with_words[:-1])}`" if len(loc) > 1 else title
        return fields.missing_attribute(span, loc[-1], parent, _example(loc[-1], spec))
    context = problem.get("ctx", {})
    value = problem.get("input")
    limits = {
        "greater_than_equal": ("ge", "it must be at least"),
        "less_than_equal": ("le", "it must be at most"),
        "greater_than": ("gt", "it must be more than"),
        "less_than": ("lt", "it must be less than"),
    }
    if kind in limits:
        name, words = limits[kind]
        return fields.out_of_bounds(span, _text(value), f"{words} {context[name]}")
    if kind == "value_error":
        return fields.out_of_bounds(
            span,
            _text(value),
            _VALUE_ERRORS.get(str(context.get("error")), str(context.get("error"))),
        )
    if kind == "string_too_short":
        return fields.out_of_bounds(span, _text(value), "it must not be empty")
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern"))
        return fields.out_of_bounds(
            span, _text(value), PATTERNS.get(pattern, f"it must match `{pattern}`")
        )
    if kind in ("literal_error", "enum") and spec is not None:
        allowed = ts.words_in(spec.type)
        if isinstance(value, str) and allowed:
            return fields.unknown_word(span, value, allowed)
    if spec is not None and spec.form == "attribute":
        if ts.plain(spec.type) is ts.SECRET and isinstance(value, str):
            return fields.plaintext_secret(span)
        return fields.type_mismatch(span, article(spec.type), _shown(value), example_of(spec.type))
    return fields.type_mismatch(span, "something else", _shown(value))


_VALUE_ERRORS = {
    "addresses": "addresses and ranges of addresses are wanted, such as `10.0.0.2..10.0.0.9`",
    "vlans": "VLANs and ranges of VLANs are wanted, such as `100..199`",
    "vlan range": "VLANs lie between 1 and 4094",
}


def _spec_of(shape: Shape, loc: Path) -> Field | None:
    """The field that a location is about."""
    spec: Field | None = None
    current: Shape | None = shape
    rest = list(loc)
    while rest and current is not None:
        found = fields_of(current).get(rest.pop(0))
        if found is None:
            break
        spec = found
        if found.form == "labelled" and rest:
            rest.pop(0)
        if found.form == "choice" and found.choices and rest and rest[0] in found.choices:
            current = found.choices[rest.pop(0)]
            continue
        current = found.block[0] if found.block else None
    return spec


def _example(name: str, spec: Field | None) -> str:
    if spec is None:
        return ""
    if spec.form in ("block", "open"):
        return f"{name} {{ … }}"
    if spec.form == "labelled":
        return f"{name} name {{ … }}"
    if spec.form == "choice":
        return f"{name} = {next(iter(spec.choices), '…')}"
    return f"{name} = {spec.example or example_of(spec.type) or '…'}"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, tuple) and not hasattr(value, "first"):
        return "a list"
    return f"`{_text(value)}`"


def _text(value: Any) -> str:
    if isinstance(value, tuple) and not hasattr(value, "first"):
        return ("[" + ", ".join(str(v) for v in value))[:59] + "]"
    return str(value)[:60]
