"""Where a field came from: its entry, its name, and the cell of a data file that it reads."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import Diagnostic, Label
from blueprint.evaluate.code import Binder, Env
from blueprint.evaluate.data import Row, Table
from blueprint.evaluate.scope import Scope
from blueprint.resolve.declarations import Declaration, Member, Node
from blueprint.resolve.variables import Let
from blueprint.resolve.world import World
from blueprint.source import Span
from blueprint.syntax import ast

#: What is read of rows: the variable that is bound to the row, by name where no scope tells which it is, and the
#: column. Several variables of an environment may have one name: those of loops inside of expressions stay there.
Reads = tuple[tuple[Binder | str, str], ...]


def cell_of(expr: ast.Expr, env: Env, scope: Scope | None = None) -> Span | None:
    """The first cell that an expression reads, also through variables of a scope, or None.

    An empty one counts where all are empty.
    """
    return _cell(_reads(expr, scope), env)


def _cell(reads: Reads, env: Env) -> Span | None:
    if not reads:
        return None
    named = {binder.name: value for binder, value in env.items()}
    found = [
        (env.get(row) if isinstance(row, Binder) else named.get(row), column)
        for row, column in reads
    ]
    rows = [(row, column) for row, column in found if isinstance(row, Row)]
    for row, column in rows:
        if column in row:
            return row.table.cell_span(row.number, column)
    for row, column in rows:
        if _is_column(row.table, column):
            with suppress(LookupError, ValueError):  # a file may be without an optional column
                return row.table.cell_span(row.number, column)
    return None


def _is_column(table: Table, column: str) -> bool:
    """Whether rows may have a cell in a column, which is empty where they have none."""
    return isinstance(table.row_type, ts.Record) and column in table.row_type.fields


def with_cell(
    diagnostic: Diagnostic | None, expr: ast.Expr, env: Env, ref: str
) -> Diagnostic | None:
    """A diagnostic about a member's value, with the cell that the value came from."""
    if diagnostic is None:
        return None
    cell = cell_of(expr, env)
    if cell is None:
        return diagnostic
    label = Label(cell, f"this cell, for `{ref}`")
    return dataclasses.replace(diagnostic, labels=(*diagnostic.labels[:1], label))


def _side(expr: ast.Expr, env: Env, scope: Scope | None) -> ast.Expr:
    """The side of a choice that a member takes, where the choice is whether a variable is some literal."""
    while isinstance(expr, ast.ConditionalExpr):
        test = expr.condition
        if not (
            isinstance(test, ast.BinaryExpr)
            and test.operator in ("==", "!=")
            and isinstance(test.left, ast.NameExpr)
            and isinstance(test.right, ast.LiteralExpr)
        ):
            return expr
        variable = None if scope is None else scope.find(test.left.name)
        bound = env.get(variable) if isinstance(variable, Binder) else None
        if bound is None:
            return expr
        is_value = (bound == test.right.value) == (test.operator == "==")
        expr = expr.value if is_value else expr.otherwise
    return expr


def _reads(expr: ast.Expr, scope: Scope | None) -> Reads:
    """Every `variable.column` in an expression, in the order of the text, each once."""
    return tuple(dict.fromkeys(_read_in(expr, scope, frozenset())))


def _read_in(
    node: Any, scope: Scope | None, seen: frozenset[int]
) -> Iterator[tuple[Binder | str, str]]:
    if isinstance(node, ast.MemberExpr) and isinstance(node.object, ast.NameExpr):
        row = None if scope is None else scope.find(node.object.name)
        yield row if isinstance(row, Binder) else node.object.name, node.name
    if isinstance(node, ast.NameExpr) and scope is not None:
        variable = scope.find(node.name)
        if isinstance(variable, Let) and id(variable) not in seen:
            yield from _read_in(variable.decl.value, variable.scope, seen | {id(variable)})
    if isinstance(node, tuple) and not isinstance(node, Span):
        for inner in node:
            yield from _read_in(inner, scope, seen)
    elif dataclasses.is_dataclass(node) and not isinstance(node, type):
        for field in dataclasses.fields(node):
            yield from _read_in(getattr(node, field.name), scope, seen)


def cells_of(world: World) -> Callable[[str, tuple[str, ...]], Span | None]:
    """Finds the cell of a data file behind a field of a member of a family."""
    known: dict[tuple[int, int], tuple[ast.Expr, Scope | None, Reads]] = {}

    def locate(ref: str, path: tuple[str, ...]) -> Span | None:
        member: Member | None = world.things.get(ref)
        if member is None or member.node is None or not path:
            return None
        stated = _stated_at(member.node, path)
        if stated is None:
            return None
        expr, scope = stated
        expr = _side(expr, member.env, scope)
        place = (id(expr), id(scope))
        if place not in known:  # both are kept, so that nothing else gets their places in memory
            known[place] = (expr, scope, _reads(expr, scope))
        return _cell(known[place][2], member.env)

    return locate


def names_of(
    world: World, declarations: Mapping[str, Declaration]
) -> Callable[[str, tuple[str, ...]], Span | None]:
    """Finds where the name of a field, the label of a block or the key of a map's entry is written."""

    def locate(ref: str, path: tuple[str, ...]) -> Span | None:
        member: Member | None = world.things.get(ref)
        if member is None and ref in declarations:
            member = next(iter(declarations[ref].members.values()), None)
        if member is None or member.node is None or not path:
            return None
        entry = _entry_at(member.node, path)
        return _block_name(member.node, path) if entry is None else entry.name_span

    return locate


def _stated_at(node: Node, path: tuple[str, ...]) -> tuple[ast.Expr, Scope | None] | None:
    """The expression that states a field, a member of its list or an entry of its map, and its scope."""
    entry = _entry_at(node, path)
    if entry is not None:
        return entry.value, _scope_at(node, path)
    if not path[-1].isdigit():
        return None
    entry = _entry_at(node, path[:-1])
    if entry is None or isinstance(entry.value, ast.MapExpr):
        return None
    scope = _scope_at(node, path[:-1])
    items = entry.value.items if isinstance(entry.value, ast.ListExpr) else ()
    position = int(path[-1])
    return (items[position] if position < len(items) else entry.value), scope


def _scope_at(node: Node, path: tuple[str, ...]) -> Scope | None:
    """The scope of the attribute at a path."""
    found = node.at(path[:-1])
    assigns = None if found is None else found[0].assigns.get(path[-1])
    return assigns[-1].scope if assigns else None


def _entry_at(node: Node, path: tuple[str, ...]) -> ast.AttributeDecl | None:
    """The attribute at a path, or the entry of a map that a path leads into."""
    for depth in range(len(path) - 1, -1, -1):
        found = node.at(path[:depth])
        if found is None:
            continue
        inner, name = found[0], path[depth]
        rest = path[depth + 1 :]
        assigns = inner.assigns.get(name)
        if assigns:
            decl = assigns[-1].decl
            return decl if not rest else _entry_in(_body(decl.value), rest)
        bodies = [body for body, _, _ in inner.maps.get(name, ())]
        for body in reversed(bodies):
            entry = _entry_in(body, rest) if rest else None
            if entry is not None:
                return entry
        return None
    return None


def _body(value: ast.Expr) -> ast.Body | None:
    return value.body if isinstance(value, ast.MapExpr) else None


def _entry_in(body: ast.Body | None, path: tuple[str, ...]) -> ast.AttributeDecl | None:
    """An entry of a map that is written out, also of one inside it."""
    for entry in () if body is None else body.entries:
        if isinstance(entry, ast.AttributeDecl) and entry.key is None and entry.name == path[0]:
            return entry if len(path) == 1 else _entry_in(_body(entry.value), path[1:])
    return None


def _block_name(node: Node, path: tuple[str, ...]) -> Span | None:
    """The label of a block, or the kind of one without a label."""
    found = node.at(path)
    if found is not None:
        return found[0].label or found[0].head
    around = node.at(path[:-1])
    maps = around[0].maps.get(path[-1]) if around is not None else None
    return maps[-1][2] if maps else None


__all__ = ["cell_of", "cells_of", "names_of", "with_cell"]
