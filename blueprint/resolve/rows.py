"""Which row of a data file a declaration is made for, and what of rows is read by others.

`for s in sites { … }` makes declarations for each row. A compile of a few rows may leave the others alone
only if no declaration reads what belongs to a row that it is not made for. So the front end notes where
that happens: `crossed` holds the columns that are read other than off the variable of a loop around
declarations, or `EVERYTHING` where it can't be told which. A declaration that is made for no row, or for
two, belongs to none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from blueprint import typesys as ts
from blueprint.evaluate.code import Binder, Code, Env
from blueprint.evaluate.data import Row, Table
from blueprint.evaluate.scope import IMPLICIT, Scope
from blueprint.syntax import ast
from blueprint.values import Ref

#: Stands for all columns of all data files.
EVERYTHING = "*"


class RowId(NamedTuple):
    """A row of a data file: the file's path and the row's number in it."""

    path: str
    number: int


@dataclass
class RowUses:
    """What is noted of rows while names are resolved and values are worked out."""

    #: Variables of loops around declarations, and `row` of families: they stand for the row of a declaration.
    own: set[Binder] = field(default_factory=set)
    crossed: set[str] = field(default_factory=set)
    #: How often each data file is asked for: what is read twice may be of two types.
    readings: dict[str, int] = field(default_factory=dict)
    #: Of a world that is made for a few rows only: which, and the positions of members in the whole.
    only: Callable[[Row], bool] | None = None
    positions: Mapping[Ref, int] = field(default_factory=dict)

    def leaves_out(self, env: Env) -> bool:
        """Whether a round of a loop around declarations is for a row that is left out."""
        only = self.only
        return only is not None and not all(only(row) for row in _rows_in(env))

    def family(self, members: Mapping[Any, Any]) -> None:
        """All members of a family are asked for."""
        first = next(iter(members.values()), None)
        if first is not None and next(_rows_in(first.env), None) is not None:
            self.crossed.add(EVERYTHING)

    def stand_for_rows(self, variables: Iterable[Any]) -> None:
        """Notes the variables of a loop around declarations."""
        self.own.update(each for each in variables if isinstance(each, Binder))

    def member(self, step: ast.MemberExpr, base: Code, scope: Scope) -> None:
        """A column is read: `s.oam_cidr`."""
        if not isinstance(step.object, ast.NameExpr):
            self.crossed.add(step.name)
            return
        name = step.object.name
        if name in IMPLICIT:
            is_own = len(base.binders) == 1 and base.binders <= self.own
        else:
            found = scope.find(name)
            is_own = isinstance(found, Binder) and found in self.own
        if not is_own:
            self.crossed.add(step.name)

    def whole(self, *types: ts.Type) -> None:
        """Values of these types are read as wholes; of a row that is each of its columns."""
        if any(_may_hold_rows(type_) for type_ in types):
            self.crossed.add(EVERYTHING)

    def field(self, env: Env, ref: str, things: dict[str, Any]) -> None:
        """A field of a thing is read by what an environment stands for."""
        member = things.get(ref) or _around(things, ref)
        if member is None:
            self.crossed.add(EVERYTHING)
            return
        theirs = list(_rows_in(member.env))
        if theirs:
            ours = list(_rows_in(env))
            if any(all(row is not own for own in ours) for row in theirs):
                self.crossed.add(EVERYTHING)


def _may_hold_rows(type_: ts.Type) -> bool:
    inner = ts.plain(type_)
    if isinstance(inner, ts.ListOf | ts.MapOf):
        return _may_hold_rows(inner.element)
    if isinstance(inner, ts.Either):
        return any(_may_hold_rows(option) for option in inner.options)
    return isinstance(inner, ts.Record) or inner is ts.ANY


def _around(things: dict[str, Any], ref: str) -> Any:
    parts = Ref(ref).parts
    for end in range(len(parts) - 1, 0, -1):
        found = things.get(Ref(".".join(parts[:end])))
        if found is not None:
            return found
    return None


def _rows_in(env: Env) -> Iterator[Row]:
    return (each for each in env.values() if type(each) is Row)


def owners(things: dict[str, Any]) -> tuple[dict[str, RowId], dict[str, Table]]:
    """The row of each declaration that has one, and the tables of those rows by path.

    A path with two tables has none here.
    """
    found: dict[str, RowId] = {}
    tables: dict[str, Table] = {}
    twice: set[str] = set()
    for ref, member in things.items():
        row: Row | None = None
        for each in member.env.values():
            if type(each) is Row and each is not row:
                if row is not None:
                    break
                row = each
        else:
            if row is not None:
                path = row.table.source.path
                found[ref] = RowId(path, row.number)
                if tables.setdefault(path, row.table) is not row.table:
                    twice.add(path)
    return found, {path: table for path, table in tables.items() if path not in twice}


def holder(ref: str, things: dict[str, Any], families: dict[str, Any]) -> str | None:
    """The declaration, or the whole family, that a reference leads to or into."""
    if ref in things or ref in families:
        return ref
    parts = Ref(ref).parts
    for end in range(len(parts) - 1, 1, -1):
        inside = ".".join(parts[:end])
        if inside in things or inside in families:
            return inside
    return None


__all__ = ["EVERYTHING", "RowId", "RowUses", "holder", "owners"]
