"""Verdicts with their reasons: what a requirement comes to, and what decided it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from blueprint.conform.pack import Pack, Requirement
from blueprint.loader import LIBRARY
from blueprint.source import Span
from blueprint.values import Ref

Verdict: TypeAlias = Literal[
    "pass", "fail", "waived", "not_applicable", "declared", "not_checkable"
]
VERDICTS: tuple[Verdict, ...] = (
    "fail", "waived", "pass", "declared", "not_applicable", "not_checkable",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Evidence:
    """One value that decided: what was read, its value, and where it stands or why it has no place."""

    subject: str
    value: str
    span: Span | None
    #: Whether it follows from the model and stands nowhere.
    is_derived: bool = False
    #: Whether it is a reference, most often on the way to what decides.
    leads_on: bool = False
    #: How many more members have this value from this place.
    alike: int = 0
    #: Whether it is a setting that no artifact of any tool comes from.
    is_unwritten: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One `require` that does not hold: what for, in which words, and the values that decided."""

    offender: Ref | None
    message: str
    require: Span
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiver:
    """An exception that a blueprint states: for which rule, why, until when, and of what only."""

    pack: str
    rule: str
    because: str
    until: date | None
    only: tuple[Ref, ...]
    span: Span

    def is_past(self, as_of: date | None) -> bool:
        """Whether the waiver has ended; never, where no date is given to judge by."""
        return as_of is not None and self.until is not None and as_of > self.until


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a requirement comes to."""

    requirement: Requirement
    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    #: How many findings there are in all; beyond a limit they are only counted.
    count: int = 0
    #: How many times a `require` was reached.
    checked: int = 0
    evidence: tuple[Evidence, ...] = ()
    waiver: Waiver | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Conformance:
    """All judgements of a run, with what was judged by what."""

    blueprint: str
    title: str
    packs: tuple[Pack, ...]
    judgements: tuple[Judgement, ...]
    as_of: date | None
    profiles: tuple[str, ...]
    #: What was judged and by what: paths with their digests, and versions by name.
    inputs: tuple[tuple[str, str], ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    #: What goes before the paths of sources, which are relative to the blueprint.
    prefix: str = ""
    #: What alone a pack judges, by its name, where the blueprint says so.
    scopes: Mapping[str, tuple[Ref, ...]] = field(default_factory=dict)

    def path(self, span: Span) -> str:
        """The path of a source as the user names it."""
        path = span.source.path
        return path if path.startswith(LIBRARY) or not self.prefix else f"{self.prefix}/{path}"

    def failing(self, level: str) -> list[Judgement]:
        """What fails at a level or a higher one."""
        levels = {"must": ("must",), "should": ("must", "should"), "may": ("must", "should", "may")}
        return [
            j
            for j in self.judgements
            if j.verdict == "fail" and j.requirement.level in levels[level]
        ]


def counted(judgements: Iterable[Judgement]) -> dict[Verdict, int]:
    """How many there are of each verdict."""
    found: dict[Verdict, int] = dict.fromkeys(VERDICTS, 0)
    for judgement in judgements:
        found[judgement.verdict] += 1
    return found
