"""What a pack is once it is read: its requirements, their examples, and the module that they are checked in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from blueprint.conform.things import RuleThings
from blueprint.evaluate.code import Binder, Code, Env
from blueprint.resolve.modules import Module
from blueprint.source import Source, Span
from blueprint.syntax import ast

Level: TypeAlias = Literal["must", "should", "may"]
Class: TypeAlias = Literal["checked", "declared", "not_checkable"]
LEVELS: tuple[Level, ...] = ("must", "should", "may")


@dataclass(frozen=True, slots=True)
class Require:
    """One `require`: its condition, its message, and the variables of the loops around it."""

    decl: ast.AssertDecl
    condition: Code
    message: Code | None
    around: tuple[Binder, ...]


#: Called for every `require` that is reached, with what the loops around it are at.
Reached: TypeAlias = Callable[[Require, Env], None]
#: Runs the statements of a rule.
Statements: TypeAlias = Callable[[Env, Reached], None]


@dataclass(frozen=True, slots=True)
class Example:
    """A blueprint fragment that a rule must pass or fail on: an edit of a base."""

    expected: Literal["pass", "fail"]
    label: str
    base: str
    body: ast.Body
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Requirement:
    """One rule of a pack."""

    pack: str
    id: str
    level: Level
    title: str
    source: str
    chapter: str
    profile: tuple[str, ...]
    aliases: tuple[str, ...]
    verdict_class: Class
    because: str
    suite: str
    note: str
    doc: str
    statements: Statements
    examples: tuple[Example, ...]
    decl: ast.BlockDecl
    file: int = 0

    @property
    def full_id(self) -> str:
        """The one name that no other rule of any pack has."""
        return f"{self.pack}:{self.id}"


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """A pack with what it is made of; `extends` are the packs whose requirements it takes along."""

    name: str
    title: str
    version: str
    source: str
    profiles: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    extends: tuple[Pack, ...]
    bases: tuple[tuple[int, str, str | None, ast.Body], ...]
    module: Module
    things: RuleThings
    sources: tuple[Source, ...]
    span: Span

    def all(self) -> Iterator[tuple[Pack, Requirement]]:
        """The requirements of the packs that it extends, then its own."""
        for pack in self.extends:
            yield from pack.all()
        for requirement in self.requirements:
            yield self, requirement

    def packs(self) -> Iterator[Pack]:
        """The packs that it extends, and itself."""
        for pack in self.extends:
            yield from pack.packs()
        yield self
