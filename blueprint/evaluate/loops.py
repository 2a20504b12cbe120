"""Loops over collections: comprehensions, quantifiers, groups of declarations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import names
from blueprint.evaluate.code import (
    Binder,
    Code,
    Env,
    Stop,
    broken,
    joined,
    outside,
)
from blueprint.evaluate.convert import type_of_value
from blueprint.evaluate.data import Table
from blueprint.evaluate.functions import FUNCTIONS, Impossible
from blueprint.evaluate.maps import element_wanted
from blueprint.evaluate.scope import IMPLICIT, Scope
from blueprint.source import Span
from blueprint.syntax import ast
from blueprint.values import Range

if TYPE_CHECKING:
    from blueprint.evaluate.elaborate import Elaborator


#: A generator that binds the loop's variables, the scope inside, and the codes that it reads.
Loop = tuple[Callable[[Env], Any], Scope, list[Code]]


def spread(walk: Elaborator, code: Code) -> Code:
    """A family as the list of its members, for loops and functions over collections."""
    element = ts.member_of(code.type)
    if element is None or code.is_broken:
        return code
    members, run = walk.things.members, code.run
    return Code(
        ts.ListOf(element),
        lambda env: members(run(env)),
        code.span,
        code.binders,
        sees_things=True,
    )


def loop_of(walk: Elaborator, clause: ast.ForClause, scope: Scope) -> Loop | None:
    """A loop: a generator that binds its variables in the environment, the scope inside, its codes.

    Each round of the generator gives the member (of two variables, the first).
    """
    source = walk.present(walk.expr(clause.collection, scope))
    for name, span in clause.names:
        if name in IMPLICIT:
            walk.report(names.reserved_name(span, name))
            return None
    if source.is_broken:
        return None
    source = spread(walk, source)
    element = ts.element_of(source.type)
    if element is None:
        walk.report(names.not_iterable(clause.collection.span, str(source.type)))
        return None
    inner = Scope(scope)
    second: Binder | None = None
    plain, pair = ts.plain(source.type), ts.plain(element)
    value_type = plain.element if isinstance(plain, ts.MapOf) else ts.ANY
    if len(clause.names) > 1 and isinstance(pair, ts.ListOf):  # `for a, b in pairs(xs)`
        element = value_type = pair.element
    first = Binder(clause.names[0][0], element, clause.names[0][1])
    inner.names[first.name] = first
    if len(clause.names) > 1:
        second = Binder(clause.names[1][0], value_type, clause.names[1][1])
        inner.names[second.name] = second
    condition: Code | None = None
    if clause.condition is not None:
        condition = walk.value(clause.condition, inner, ts.BOOL)
        if condition.is_broken:
            return None
    run, spend, span = source.run, walk.things.spend, clause.span
    test = condition.run if condition else None
    chosen = _chosen(walk, clause, first, inner)

    def iterate(env: Env) -> Any:
        try:
            collection = run(env)
            members = (
                FUNCTIONS["reverse"].run(collection)[::-1]
                if isinstance(collection, Range)
                else collection
            )
        except Impossible as problem:
            raise Stop(names.arithmetic(clause.collection.span, str(problem))) from None
        if not isinstance(members, tuple | dict):
            raise Stop(names.not_iterable(clause.collection.span, str(type_of_value(members))))
        spend(len(members), span)
        if chosen is not None and isinstance(members, Table) and second is None:
            column, word = chosen
            for member in members.where(column, word(env)):
                env[first] = member
                yield member
            return
        for member in members:
            env[first] = member
            if second is not None:
                env[first], env[second] = _pair(member, members, span)
            if test is None or test(env):
                yield member

    return iterate, inner, [source, *([condition] if condition else [])]


def _chosen(
    walk: Elaborator, clause: ast.ForClause, row: Binder, scope: Scope
) -> tuple[str, Callable[[Env], Any]] | None:
    """The column and the text of a condition `row.column == text`, so that a table need not be gone through.

    Only for columns that always hold a text or a word, and a text that is the same for all rows.
    """
    test, record = clause.condition, ts.plain(row.type)
    if not isinstance(test, ast.BinaryExpr) or test.operator != "==":
        return None
    cell = test.left
    if not isinstance(cell, ast.MemberExpr) or not isinstance(cell.object, ast.NameExpr):
        return None
    if cell.object.name != row.name or not isinstance(record, ts.Record):
        return None
    column = record.fields.get(cell.name)
    if cell.name in record.optional or not (isinstance(column, ts.Words) or column is ts.STRING):
        return None
    word = walk.expr(test.right, scope, column)
    is_text = isinstance(word.type, ts.Words) or word.type is ts.STRING
    return (cell.name, word.run) if is_text and row not in word.binders else None


def comprehension(
    walk: Elaborator, expr: ast.ComprehensionExpr, scope: Scope, wanted: ts.Type
) -> Code:
    """The code of `[for x in xs: value]`."""
    loop = loop_of(walk, expr.clause, scope)
    if loop is None:
        return broken(expr.span)
    iterate, inner, parts = loop
    value = walk.present(walk.value(expr.value, inner, element_wanted(wanted)))
    if value.is_broken:
        return value
    run = value.run

    def collect(env: Env) -> tuple[Any, ...]:
        return tuple([run(env) for _ in iterate(env)])

    code = joined(ts.ListOf(value.type), collect, expr.span, [*parts, value])
    return outside(code, inner.names.values())


def quantified(walk: Elaborator, expr: ast.QuantifiedExpr, scope: Scope) -> Code:
    """The code of `every x in xs: condition` and `some …`."""
    clause = ast.ForClause(((expr.name, expr.name_span),), expr.collection, None, expr.span)
    loop = loop_of(walk, clause, scope)
    if loop is None:
        return broken(expr.span)
    iterate, inner, parts = loop
    condition = walk.value(expr.condition, inner, ts.BOOL)
    if condition.is_broken:
        return condition
    run = condition.run
    wanted = expr.quantifier == "some"

    def test(env: Env) -> bool:
        return any(run(env) == wanted for _ in iterate(env)) == wanted

    return outside(joined(ts.BOOL, test, expr.span, [*parts, condition]), inner.names.values())


def _pair(member: Any, members: Any, span: Span) -> tuple[Any, Any]:
    if isinstance(members, dict):
        return member, members[member]
    if isinstance(member, tuple) and len(member) == 2:
        return member[0], member[1]
    raise Stop(names.not_iterable(span, "a list without pairs"))
