"""Which cell of a data file an expression reads, for a member of a family over rows."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any

from blueprint.diagnostics import Diagnostic, Label
from blueprint.evaluate.code import Env
from blueprint.evaluate.data import Row
from blueprint.resolve.declarations import Member, Node
from blueprint.resolve.world import World
from blueprint.source import Span
from blueprint.syntax import ast


def cell_of(expr: ast.Expr, env: Env) -> Span | None:
    """The first cell that an expression reads, or None where it reads none."""
    rows = {binder.name: value for binder, value in env.items() if isinstance(value, Row)}
    if not rows:
        return None
    for member in _members(expr):
        if isinstance(member.object, ast.NameExpr):
            row = rows.get(member.object.name)
            if row is not None and member.name in row:
                return row.table.cell_span(row.number, member.name)
    return None


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


def _members(node: Any) -> Iterator[ast.MemberExpr]:
    """All `object.name` inside an expression, in the order of the text."""
    if isinstance(node, ast.MemberExpr):
        yield node
    if isinstance(node, tuple) and not isinstance(node, Span):
        for inner in node:
            yield from _members(inner)
    elif dataclasses.is_dataclass(node) and not isinstance(node, type):
        for field in dataclasses.fields(node):
            yield from _members(getattr(node, field.name))


def cells_of(world: World) -> Callable[[str, tuple[str, ...]], Span | None]:
    """Finds the cell of a data file behind a field of a member of a family."""

    def locate(ref: str, path: tuple[str, ...]) -> Span | None:
        member: Member | None = world.things.get(ref)
        if member is None or member.node is None or not path:
            return None
        expr = _written_at(member.node, path)
        return None if expr is None else cell_of(expr, member.env)

    return locate


def _written_at(node: Node, path: tuple[str, ...]) -> ast.Expr | None:
    """The expression that states a field, or an entry of a map."""
    found = node.at(path[:-1])
    assigns = found[0].assigns.get(path[-1]) if found else None
    if assigns:
        return assigns[-1].decl.value
    around = node.at(path[:-2]) if len(path) > 1 else None
    if around is None:
        return None
    bodies = [body for body, _, _ in around[0].maps.get(path[-2], ())]
    values = [assign.decl.value for assign in around[0].assigns.get(path[-2], ())]
    bodies += [value.body for value in values if isinstance(value, ast.MapExpr)]
    for body in reversed(bodies):
        for entry in body.entries:
            if isinstance(entry, ast.AttributeDecl) and entry.name == path[-1]:
                return entry.value
    return None


__all__ = ["cell_of", "cells_of", "with_cell"]
