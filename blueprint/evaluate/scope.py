"""Scopes: which variable a bare name means at a place."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from blueprint import typesys as ts
from blueprint.evaluate.code import Binder, Code, Run
from blueprint.source import Span
from blueprint.syntax import ast

#: What families bind, in their names and bodies; no variable of a user's may be called so.
IMPLICIT = ("key", "row", "n", "index")


class Variable(Protocol):
    """A `let`, a `param`, a module alias: something that a bare name means."""

    name: str
    span: Span | None

    def code(self, span: Span) -> Code:
        """The closure that gives the variable's value, for a use at `span`."""
        ...


@dataclass(slots=True)
class Scope:
    """Variables by name, those of the scopes around it, and the declaration whose body this is."""

    parent: Scope | None = None
    names: dict[str, Variable | Binder] = field(default_factory=dict)
    #: The declaration in whose body names of nested kinds resolve.
    owner: Any = None
    #: The module that a root scope belongs to.
    module: Any = None
    #: Called for `key`, `row`, `n` and `index`; gives the binder or reports why there is none.
    implicit: Callable[[str, Span], Binder | None] | None = None

    def find(self, name: str) -> Variable | Binder | None:
        """The variable that a name means here."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.names.get(name)
            if found is not None:
                return found
            scope = scope.parent
        return None

    def find_implicit(self, name: str, span: Span) -> Binder | None:
        """What the nearest family binds to one of the implicit names."""
        scope: Scope | None = self
        while scope is not None:
            if scope.implicit is not None:
                return scope.implicit(name, span)
            scope = scope.parent
        return None

    def owner_key(self, span: Span) -> Binder | None:
        """What the family whose body this is binds `key` to."""
        scope: Scope | None = self
        while scope is not None:
            if scope.owner is not None:
                return scope.find_implicit("key", span)
            scope = scope.parent
        return None

    def nearest_owner(self) -> Any:
        """The declaration whose body this is in."""
        scope: Scope | None = self
        while scope is not None:
            if scope.owner is not None:
                return scope.owner
            scope = scope.parent
        return None

    def nearest_module(self) -> Any:
        """The module that this is in."""
        scope: Scope | None = self
        while scope is not None:
            if scope.module is not None:
                return scope.module
            scope = scope.parent
        return None

    def known(self) -> Iterable[str]:
        """Every variable that can be named here."""
        scope: Scope | None = self
        while scope is not None:
            yield from scope.names
            scope = scope.parent


class Things(Protocol):
    """What the elaborator asks of the declarations: references to things, and files."""

    def is_kind(self, name: str) -> bool:
        """Whether a name is a kind, top-level or nested."""
        ...

    def is_declared(self, kind: str, name: str) -> bool:
        """Whether a thing of a kind has a name."""
        ...

    def is_misspelled(self, name: str) -> bool:
        """Whether a name was written as a kind that does not exist, which has been reported."""
        ...

    def path(self, root: ast.NameExpr, steps: list[ast.Expr], scope: Scope) -> Code:
        """The code of `kind.name…`."""
        ...

    def follows(self, type_: ts.Type) -> bool:
        """Whether members of a value of this type are members of things, which `follow` knows."""
        ...

    def follow(self, base: Code, steps: list[ast.Expr], scope: Scope) -> Code:
        """The code of `.member` and `[key]` on a thing or a family."""
        ...

    def alias(self, alias: Any, root: ast.NameExpr, steps: list[ast.Expr], scope: Scope) -> Code:
        """The code of `alias.…` where a bare name is a module's alias."""
        ...

    def read(self, call: ast.CallExpr, function: str, scope: Scope, wanted: ts.Type | None) -> Code:
        """The code of `csv(…)`, `json(…)`, `yaml(…)`, `file(…)`, `text(…)`."""
        ...

    def file_text(self, path: str, span: Span) -> str:
        """The text of a file; raises Stop where it can't be read."""
        ...

    def reads_column(self, step: ast.MemberExpr, base: Code, scope: Scope) -> None:
        """Told that a member of a record is read, which may be a column of a row."""
        ...

    def reads_whole(self, *types: ts.Type) -> None:
        """Told that values of some types, which may be rows, are read with all that is in them."""
        ...

    def traced_cell(self, row: Run, name: str, run: Run) -> Run:
        """The closure that reads a member of a value, noting a row's cell where causes are traced."""
        ...

    def members(self, ref: str) -> tuple[Any, ...]:
        """The members of a family, or the thing itself."""
        ...

    def spend(self, amount: int, span: Span) -> None:
        """Counts work; raises Stop beyond the limit."""
        ...
