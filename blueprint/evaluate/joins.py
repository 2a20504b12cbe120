"""Operators, defaults and conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import fields, names
from blueprint.evaluate import loops, meant, operators
from blueprint.evaluate.code import (
    Absent,
    Code,
    Env,
    Stop,
    broken,
    joined,
    with_absent,
)
from blueprint.evaluate.functions import Impossible
from blueprint.evaluate.scope import IMPLICIT, Scope
from blueprint.evaluate.weight import effort, is_small
from blueprint.evaluate.wording import expectation
from blueprint.syntax import ast

if TYPE_CHECKING:
    from blueprint.evaluate.elaborate import Elaborator


def unary(walk: Elaborator, expr: ast.UnaryExpr, scope: Scope) -> Code:
    """The code of `-x` or `not x`."""
    if expr.operator == "not":
        code = walk.value(expr.operand, scope, ts.BOOL)
        run = code.run
        return (
            code
            if code.is_broken
            else Code(ts.BOOL, lambda env: not run(env), expr.span, code.binders, code.sees_things)
        )
    code = walk.value(expr.operand, scope, ts.NUMBER)
    run = code.run
    return (
        code
        if code.is_broken
        else Code(
            ts.plain(code.type),
            lambda env: -run(env),
            expr.span,
            code.binders,
            code.sees_things,
        )
    )


def binary(walk: Elaborator, expr: ast.BinaryExpr, scope: Scope, wanted: ts.Type) -> Code:
    """The code of `left operator right`."""
    if expr.operator == "??":
        return default(walk, expr, scope, wanted)
    text = meant.hyphenated(expr, wanted)
    if text is not None and _is_unknown(walk, expr, scope):
        words = ts.words_in(wanted)
        if words and ts.STRING not in ts.options_of(wanted):
            return walk.fail(fields.unknown_word(expr.span, text, words))
        hint = f'quote text: `"{text}"`'
        return walk.fail(names.unknown_name(expr.span, text, words, expectation(wanted), hint))
    instead = meant.subtracted(expr, wanted)
    if instead is not None:
        return walk.fail(fields.range_subtracted(expr.span, instead))
    left, right = sides(walk, expr, scope)
    if expr.operator in ("==", "!=") and isinstance(left.type, ts.OptionalOf):
        left = with_absent(left)
    if expr.operator in ("in", "not in"):
        right = loops.spread(walk, right)
    if left.is_broken or right.is_broken:
        return broken(expr.span)
    type_ = operators.binary_type(expr.operator, left.type, right.type)
    if type_ is None:
        return walk.fail(
            fields.operator_types(
                expr.span, expr.operator, str(left.type), str(right.type), meant.range_of(expr)
            )
        )
    if expr.operator in ("==", "!=", "in", "not in"):
        walk.things.reads_whole(left.type, right.type)
    one, other = left.run, right.run
    if expr.operator == "and":
        return joined(type_, lambda env: one(env) and other(env), expr.span, [left, right])
    if expr.operator == "or":
        return joined(type_, lambda env: one(env) or other(env), expr.span, [left, right])
    run, spend = operators.RUNNERS[expr.operator], walk.things.spend
    if is_small(left.type) and is_small(right.type):

        def small(env: Env) -> Any:
            try:
                return operators.apply(run, one(env), other(env))
            except Impossible as problem:
                raise Stop(names.arithmetic(expr.span, str(problem))) from None

        return joined(type_, small, expr.span, [left, right])

    def operate(env: Env) -> Any:
        first, second = one(env), other(env)
        work = effort(first, is_deep=True) + effort(second, is_deep=True)
        if work:
            spend(work, expr.span)
        try:
            return operators.apply(run, first, second)
        except Impossible as problem:
            raise Stop(names.arithmetic(expr.span, str(problem))) from None

    return joined(type_, operate, expr.span, [left, right])


def _is_unknown(walk: Elaborator, expr: ast.BinaryExpr, scope: Scope) -> bool:
    """Whether what stands first in an expression is a name that nobody knows."""
    first: ast.Expr = expr
    while isinstance(first, ast.BinaryExpr):
        first = first.left
    while isinstance(first, ast.MemberExpr):
        first = first.object
    if not isinstance(first, ast.NameExpr) or first.name in IMPLICIT:
        return False
    return scope.find(first.name) is None and not walk.things.is_kind(first.name)


def sides(walk: Elaborator, expr: ast.BinaryExpr, scope: Scope) -> tuple[Code, Code]:
    """Both sides; a bare word on one of a comparison takes its list from the other."""
    if expr.operator in ("==", "!=", "in", "not in"):
        if (
            isinstance(expr.left, ast.NameExpr)
            and scope.find(expr.left.name) is None
            and expr.left.name not in IMPLICIT
        ):
            right = walk.present(walk.expr(expr.right, scope))
            return walk.expr(expr.left, scope, right.type), right
        left = walk.expr(expr.left, scope)
        if expr.operator in ("in", "not in"):
            left = walk.present(left)
        wanted = left.type if expr.operator in ("==", "!=") else ts.ListOf(left.type)
        if not ts.words_in(wanted):
            wanted = ts.ANY
        return left, walk.present(walk.expr(expr.right, scope, wanted))
    left_wanted = ts.BOOL if expr.operator in ("and", "or") else ts.ANY
    return (
        walk.present(walk.expr(expr.left, scope, left_wanted)),
        walk.present(walk.expr(expr.right, scope, left_wanted)),
    )


def default(walk: Elaborator, expr: ast.BinaryExpr, scope: Scope, wanted: ts.Type) -> Code:
    """The code of `left ?? right`."""
    left = walk.expr(expr.left, scope, wanted)
    beside = ts.Either((left.type, ts.STRING)) if ts.words_in(left.type) else left.type
    right = walk.expr(expr.right, scope, wanted if wanted is not ts.ANY else beside)
    if left.is_broken or right.is_broken:
        return broken(expr.span)
    one, other = left.run, right.run

    def default(env: Env) -> Any:
        try:
            return one(env)
        except Absent:
            return other(env)

    return joined(ts.either((ts.plain(left.type), right.type)), default, expr.span, [left, right])


def conditional(walk: Elaborator, expr: ast.ConditionalExpr, scope: Scope, wanted: ts.Type) -> Code:
    """The code of `if condition then value else otherwise`; both sides are checked."""
    test = walk.value(expr.condition, scope, ts.BOOL)
    value = walk.value(expr.value, scope, wanted)
    otherwise = walk.value(expr.otherwise, scope, wanted)
    if test.is_broken or value.is_broken or otherwise.is_broken:
        return broken(expr.span)
    condition, one, other = test.run, value.run, otherwise.run
    return joined(
        ts.either((value.type, otherwise.type)),
        lambda env: one(env) if condition(env) else other(env),
        expr.span,
        [test, value, otherwise],
    )
