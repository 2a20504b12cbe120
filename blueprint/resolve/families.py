"""The keys of families: from a range, a list, rows of data, or a count."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import names
from blueprint.evaluate.code import Binder, Env, Stop
from blueprint.evaluate.convert import text_of
from blueprint.evaluate.data import Row, Table
from blueprint.evaluate.functions import FUNCTIONS, Impossible
from blueprint.evaluate.scope import Scope
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import Range

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module

#: Keys become parts of paths, so they hold only what every file system takes.
KEY = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,62}")


@dataclass
class Made:
    """The members of a family: (key, row or None, what the loop binds) in order."""

    members: list[tuple[str, Any, Env]]
    key_type: ts.Type
    row_type: ts.Type | None
    scope: Scope
    binders_read: bool = False
    values: list[Any] = field(default_factory=list)

    def key_value(self, key: str, position: int) -> Any:
        """The key as `key` gives it: a number where the family counts."""
        return self.values[position] if position < len(self.values) else key


@dataclass(frozen=True)
class FamilyScope:
    """The scope of a family's body and the variables that it binds."""

    scope: Scope
    binders: Mapping[str, Binder]


def keys_of(index: ast.Expr | ast.ForClause, scope: Scope, env: Env, module: Module) -> Made | None:
    """The members that the brackets after a name ask for; None where that can't be told."""
    span = index.span
    try:
        if isinstance(index, ast.ForClause):
            made = _from_loop(index, scope, env, module)
        else:
            made = _from_value(index, scope, env, module)
        if made is not None:
            module.world.enroll(len(made.members), span)
    except Stop as stop:
        module.world.report(stop.diagnostic)
        return None
    if made is None or not _keys_fit(made, span, module, lambda: _cell(index, env)):
        return None
    return made


def _cell(expr: object, env: Env) -> Span | None:
    """The first cell of a data file that is read by an expression of a member's key."""
    if isinstance(expr, ast.MemberExpr) and isinstance(expr.object, ast.NameExpr):
        for binder, row in env.items():
            if binder.name == expr.object.name and isinstance(row, Row) and expr.name in row:
                return row.table.cell_span(row.number, expr.name)
    if isinstance(expr, tuple) and not isinstance(expr, Span):
        return next(filter(None, (_cell(each, env) for each in expr)), None)
    if is_dataclass(expr) and not isinstance(expr, type):
        return _cell(tuple(getattr(expr, each.name) for each in fields(expr)), env)
    return None


def _from_loop(clause: ast.ForClause, scope: Scope, env: Env, module: Module) -> Made | None:
    loop = module.loop(clause, scope)
    if loop is None:
        return None
    iterate, inner, parts = loop
    module.world.rows.stand_for_rows(inner.names.values())
    if any(code.sees_things for code in parts):
        module.world.report(names.structure_sees_things(clause.span, "the keys of a family"))
        return None
    own = list(inner.names.values())
    members: list[tuple[str, Any, Env]] = []
    values: list[Any] = []
    row_type: ts.Type | None = None
    work = dict(env)
    for value in iterate(work):
        bound = {binder: work[binder] for binder in own if isinstance(binder, Binder)}
        key, row = _key_of(value, clause.collection.span)
        if row is not None and isinstance(own[0], Binder):
            row_type = own[0].type
        members.append((str(key), row, bound))
        values.append(key)
    element = own[0].type if isinstance(own[0], Binder) else ts.ANY
    if isinstance(ts.plain(element), ts.Record):
        row_type = element
    key_type = ts.STRING if row_type is not None else element
    reads = any(code.binders - frozenset(b for b in own if isinstance(b, Binder)) for code in parts)
    return Made(members, key_type, row_type, inner, reads, values)


def _key_of(value: Any, span: Span) -> tuple[Any, Row | None]:
    """The key of a loop's member, and the member itself where it is a row."""
    if isinstance(value, Row):
        table: Table = value.table
        if table.key is None or table.key not in value:
            raise Stop(names.missing_key(span))
        return value[table.key], value
    if isinstance(value, dict):
        raise Stop(names.missing_key(span))
    text = text_of(value, None)
    if text is None:
        raise Stop(names.missing_key(span))
    return value, None


def _from_value(expr: ast.Expr, scope: Scope, env: Env, module: Module) -> Made | None:
    code = module.code(expr, scope, ts.ANY)
    if code.is_broken:
        return None
    if code.sees_things:
        module.world.report(names.structure_sees_things(expr.span, "the keys of a family"))
        return None
    value = code.run(env)
    try:
        listed = FUNCTIONS["reverse"].run(value)[::-1] if isinstance(value, Range) else value
    except Impossible as problem:
        raise Stop(names.arithmetic(expr.span, str(problem))) from None
    if isinstance(listed, dict):
        listed = tuple(listed)
    if not isinstance(listed, tuple):
        listed = (listed,)
    members: list[tuple[str, Any, Env]] = []
    values: list[Any] = []
    row_type: ts.Type | None = None
    for each in listed:
        key, row = _key_of(each, expr.span)
        members.append((str(key), row, {}))
        values.append(key)
    element = ts.element_of(code.type) or ts.plain(code.type)
    if isinstance(ts.plain(element), ts.Record):
        row_type, element = element, ts.STRING
    return Made(members, element, row_type, scope, bool(code.binders), values)


def counted(count: int, without: tuple[int, ...], scope: Scope) -> Made:
    """The members that `count` asks for: keys from 1, retired ones left out and not replaced."""
    retired = set(without)
    keys: list[int] = []
    number = 0
    while len(keys) < count:
        number += 1
        if number not in retired:
            keys.append(number)
    return Made([(str(k), None, {}) for k in keys], ts.INT, None, scope, values=list(keys))


def _keys_fit(made: Made, span: Span, module: Module, cell: Callable[[], Span | None]) -> bool:
    """Whether keys can be parts of paths, each once; `cell` finds the cell that a single one came from."""
    seen: dict[str, str] = {}
    for key, row, _ in made.members:
        if not KEY.fullmatch(key):
            if isinstance(row, Row) and row.table.key is not None:
                place = row.table.cell_span(row.number, row.table.key)
            else:
                place = cell() or span
            module.world.report(names.bad_key(place, key))
            return False
        folded = key.lower()
        if folded in seen:
            module.world.report(names.duplicate_key(span, key, None))
            return False
        seen[folded] = key
    return True
