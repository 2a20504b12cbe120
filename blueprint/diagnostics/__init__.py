"""What the compiler tells its users: rules with permanent codes, and the diagnostics built from them."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Generic, NamedTuple, TypeVar

from blueprint.source import Span

T = TypeVar("T")

#: So many names are compared with one that is unknown.
_COMPARED = 1_000


class Severity(enum.StrEnum):
    """How much a diagnostic matters: an error stops the compile, a warning or a note does not."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """One fault that oib knows: its code never changes and is never used again for another fault."""

    code: str
    slug: str
    severity: Severity = Severity.ERROR


class Label(NamedTuple):
    """A second place that explains the first, with a few words under it."""

    span: Span
    text: str


class Fix(NamedTuple):
    """A replacement of the text at `span` that mends the fault."""

    span: Span
    replacement: str


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One message: the rule, the smallest wrong span, what is wrong, and what to do about it.

    `span` is None only where no source exists (a command-line value, the output folder).
    `labels` are at most two second places, `notes` are facts, `hint` is something to do.
    """

    rule: Rule
    span: Span | None
    message: str
    labels: tuple[Label, ...] = ()
    notes: tuple[str, ...] = ()
    hint: str | None = None
    fix: Fix | None = None

    @property
    def severity(self) -> Severity:
        """The severity of the rule."""
        return self.rule.severity

    @property
    def is_error(self) -> bool:
        """Whether this stops a compile."""
        return self.rule.severity is Severity.ERROR

    @property
    def sort_key(self) -> tuple[str, int, int, str, str]:
        """Source path, place, code and text: the order in which users read diagnostics."""
        if self.span is None:
            return ("", 0, 0, self.rule.code, self.message)
        span = self.span
        return (span.source.path, span.start, span.end, self.rule.code, self.message)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[T]):
    """The result of a pass: a value, where one could be made, and everything it found."""

    value: T | None
    diagnostics: tuple[Diagnostic, ...] = ()

    @property
    def is_ok(self) -> bool:
        """Whether there is a value and no error."""
        return self.value is not None and not has_errors(self.diagnostics)


def has_errors(diagnostics: Iterable[Diagnostic]) -> bool:
    """Whether any of the diagnostics stops a compile."""
    return any(d.is_error for d in diagnostics)


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics by place, each once."""
    unique = {d.sort_key: d for d in diagnostics}
    return tuple(unique[key] for key in sorted(unique))


def nearest(name: str, known: Iterable[str]) -> str | None:
    """The known name that the user most likely meant, or None where none is close."""
    names = sorted(_worth_comparing(name, set(known)))
    folded = {n.lower().replace("-", "_"): n for n in reversed(names)}
    wanted = name.lower().replace("-", "_")
    if wanted in folded:
        return folded[wanted]
    found = get_close_matches(wanted, list(folded), n=1, cutoff=0.65)
    return folded[found[0]] if found else None


def _worth_comparing(wanted: str, names: set[str]) -> Iterable[str]:
    """All names, where they are few; of many those that begin or end like the wanted one.

    Comparing is slow: a thousand mistakes among ten thousand names must not take minutes.
    """
    if len(names) <= _COMPARED:
        return names
    first, last = wanted[:2], wanted[-2:]
    alike = [n for n in names if n.startswith(first) or n.endswith(last)]
    return sorted(alike, key=lambda n: (abs(len(n) - len(wanted)), n))[: _COMPARED // 4]


def did_you_mean(
    name: str, known: Sequence[str] | Iterable[str], *, otherwise: str = ""
) -> str | None:
    """A hint that offers the nearest name; else the known names where they are few; else `otherwise`."""
    names = set(known)
    near = nearest(name, names)
    if near is not None:
        return f"did you mean `{near}`?"
    if 0 < len(names) <= 8:
        return "known: " + ", ".join(f"`{n}`" for n in sorted(names))
    return otherwise or None
