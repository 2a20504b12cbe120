"""The body of a rule as code: loops, conditions and `require`, checked once and run on any model.

`require every x in xs: c` is read as `for x in xs { require c }`, so that each member that fails is a
finding of its own and the message may name it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from blueprint import typesys as ts
from blueprint.conform.pack import Reached, Require, Statements
from blueprint.diagnostics import names
from blueprint.evaluate.code import Absent, Binder, Env
from blueprint.evaluate.scope import Scope
from blueprint.resolve.outline import is_new
from blueprint.resolve.variables import Let
from blueprint.syntax import ast

if TYPE_CHECKING:
    from blueprint.resolve.modules import Module

Around = tuple[Binder, ...]


def statements_of(
    module: Module, entries: Iterable[ast.Entry], scope: Scope, around: Around = ()
) -> Statements:
    """The code of some entries of a rule, those that are none reported by whoever calls."""
    made: list[Statements] = []
    for entry in entries:
        if isinstance(entry, ast.LetDecl) and is_new(module, entry.name, entry.name_span, scope):
            let = Let(module, entry, scope)
            scope.names[entry.name] = let
            module.lets.append(let)
    for entry in entries:
        match entry:
            case ast.AssertDecl():
                made.append(_require(module, entry, scope, around))
            case ast.ForDecl():
                made.append(_loop(module, entry, scope, around))
            case ast.IfDecl():
                made.append(_branch(module, entry, scope, around))
            case ast.LetDecl():
                pass
            case _:
                _misplaced(module, entry)
    return _sequence(made)


def _sequence(steps: list[Statements]) -> Statements:
    if len(steps) == 1:
        return steps[0]

    def run(env: Env, reached: Reached) -> None:
        for step in steps:
            step(env, reached)

    return run


def _nothing(_env: Env, _reached: Reached) -> None:
    return


def _misplaced(module: Module, entry: ast.Entry) -> None:
    span = entry.head if isinstance(entry, ast.BlockDecl) else entry.span
    module.world.report(
        names.wrong_place(
            span, "this can't stand here in a rule", "a rule holds `let`, `for`, `if` and `require`"
        )
    )


def _inside(module: Module, body: ast.Body, scope: Scope, around: Around) -> Statements:
    return statements_of(module, body.entries, Scope(scope), around)


def _require(module: Module, entry: ast.AssertDecl, scope: Scope, around: Around) -> Statements:
    if entry.keyword != "require":
        module.world.report(
            names.wrong_place(
                entry.span, "a rule makes no assertions", "write `require` in the place of `assert`"
            )
        )
        return _nothing
    quantified = entry.condition
    if isinstance(quantified, ast.QuantifiedExpr) and quantified.quantifier == "every":
        clause = ast.ForClause(
            ((quantified.name, quantified.name_span),), quantified.collection, None, quantified.span
        )
        inner = ast.AssertDecl("require", quantified.condition, entry.message, entry.span)
        body = ast.Body((inner,), entry.span)
        return _loop(module, ast.ForDecl(clause, body, entry.span), scope, around)
    condition = module.code(entry.condition, scope, ts.BOOL)
    message = module.code(entry.message, scope, ts.STRING) if entry.message is not None else None
    if condition.is_broken:
        return _nothing

    found = Require(entry, condition, message, around)

    def run(env: Env, reached: Reached) -> None:
        reached(found, env)

    return run


def _loop(module: Module, entry: ast.ForDecl, scope: Scope, around: Around) -> Statements:
    loop = module.loop(entry.clause, scope)
    if loop is None:
        return _nothing
    iterate, inner, _ = loop
    bound = tuple(v for v in inner.names.values() if isinstance(v, Binder))
    body = _inside(module, entry.body, inner, (*around, *bound))

    def run(env: Env, reached: Reached) -> None:
        for _ in iterate(env):
            body(env, reached)

    return run


def _branch(module: Module, entry: ast.IfDecl, scope: Scope, around: Around) -> Statements:
    condition = module.code(entry.condition, scope, ts.BOOL)
    taken = _inside(module, entry.body, scope, around)
    other: Statements = _nothing
    if isinstance(entry.otherwise, ast.IfDecl):
        other = _branch(module, entry.otherwise, scope, around)
    elif entry.otherwise is not None:
        other = _inside(module, entry.otherwise, scope, around)
    if condition.is_broken:
        return _nothing
    test = condition.run

    def run(env: Env, reached: Reached) -> None:
        (taken if holds(test, env) else other)(env, reached)

    return run


def holds(test: Callable[[Env], object], env: Env) -> bool:
    """Whether a condition holds: one that needs a value which is absent does not."""
    try:
        return bool(test(env))
    except Absent:
        return False


__all__ = ["holds", "statements_of"]
