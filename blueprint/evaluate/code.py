"""What an expression becomes: a type, and a closure over an environment.

An expression is checked once, where it stands, and turned into a closure that a family of ten
thousand hosts runs ten thousand times. `binders` are the variables of loops and families that the
closure reads: what reads none is run once for all members. `sees_things` tells whether it reads
declared things, which structure must not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic
from blueprint.source import Span

Env: TypeAlias = "dict[Binder, Any]"
Run: TypeAlias = Callable[[Env], Any]


class Binder:
    """A variable that a loop or a family binds; an environment maps it to its value."""

    __slots__ = ("name", "span", "type")

    def __init__(self, name: str, type_: ts.Type, span: Span | None) -> None:
        self.name = name
        self.type = type_
        self.span = span


@dataclass(frozen=True, slots=True)
class Code:
    """A checked expression. `is_broken` means that a diagnostic has been given for it."""

    type: ts.Type
    run: Run
    span: Span
    binders: frozenset[Binder] = frozenset()
    sees_things: bool = False

    @property
    def is_broken(self) -> bool:
        """Whether running it is pointless."""
        return self.type is ts.BROKEN


class Stop(Exception):  # noqa: N818  # not an error of ours: ends the evaluation of one value
    """Ends the evaluation of a value that has none; carries the diagnostic unless one was given."""

    def __init__(self, diagnostic: Diagnostic | None = None) -> None:
        super().__init__()
        self.diagnostic = diagnostic


class Absent(Stop):
    """The value is an optional one that is absent: `??` supplies another, an attribute stays unset."""


def stopped(_: Env) -> Any:
    """The closure of a broken expression."""
    raise Stop


def broken(span: Span) -> Code:
    """A broken expression."""
    return Code(ts.BROKEN, stopped, span)


ABSENT = object()


def constant(value: Any) -> Run:
    """The closure of a value that is known."""
    return lambda _env: value


def joined(type_: ts.Type, run: Run, span: Span, codes: list[Code]) -> Code:
    """The code of an expression with parts: broken if one is, reading what they read."""
    if any(code.is_broken for code in codes):
        return broken(span)
    binders = frozenset[Binder]().union(*(code.binders for code in codes))
    return Code(type_, run, span, binders, any(code.sees_things for code in codes))


def with_absent(code: Code) -> Code:
    """Code of an optional value for a comparison: an absent one equals nothing."""
    run = code.run

    def value(env: Env) -> Any:
        try:
            return run(env)
        except Absent:
            return ABSENT

    return Code(ts.plain(code.type), value, code.span, code.binders, code.sees_things)


def outside(code: Code, bound: Iterable[object]) -> Code:
    """The code of a whole loop, which binds the loop's own variables itself."""
    own = frozenset(v for v in bound if isinstance(v, Binder))
    return Code(code.type, code.run, code.span, code.binders - own, code.sees_things)
