"""Calls of the function library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from blueprint import typesys as ts
from blueprint.diagnostics import names
from blueprint.evaluate import loops
from blueprint.evaluate.code import (
    Absent,
    Code,
    Env,
    Stop,
    broken,
    joined,
)
from blueprint.evaluate.functions import FUNCTIONS, READERS, Function, Impossible
from blueprint.evaluate.scope import Scope
from blueprint.evaluate.weight import VALUES_MADE_A_ROUND, effort
from blueprint.evaluate.wording import article, found_as, short
from blueprint.syntax import ast

if TYPE_CHECKING:
    from blueprint.evaluate.elaborate import Elaborator


def call(walk: Elaborator, expr: ast.CallExpr, scope: Scope, wanted: ts.Type) -> Code:
    """The code of `function(arguments)`."""
    if not isinstance(expr.function, ast.NameExpr):
        return walk.fail(
            names.unknown_function(expr.function.span, short(expr.function.span), FUNCTIONS)
        )
    name = expr.function.name
    if name in READERS:
        return walk.things.read(expr, name, scope, wanted)
    function = walk.functions.get(name)
    if function is None:
        known = [*walk.functions, *READERS]
        return walk.fail(names.unknown_function(expr.function.span, name, known))
    count = len(expr.arguments)
    if expr.named:
        return walk.fail(
            names.wrong_arguments(
                expr.named[0].name_span, name, function.signature, "takes no named arguments"
            )
        )
    if count < function.required or (count > len(function.arguments) and not function.is_variadic):
        return walk.fail(
            names.wrong_arguments(
                expr.span,
                name,
                function.signature,
                f"does not take {count} argument{'' if count == 1 else 's'}",
            )
        )
    codes = []
    for position, argument in enumerate(expr.arguments):
        type_ = function.arguments[min(position, len(function.arguments) - 1)]
        code = walk.expr(argument, scope, type_)
        if name == "is_set":
            return is_set(code, expr)
        code = walk.present(code)
        code = loops.spread(walk, code)
        if not code.is_broken and not ts.is_assignable(code.type, type_):
            code = walk.fail(
                names.wrong_arguments(
                    argument.span,
                    name,
                    function.signature,
                    f"expects {article(type_)} here, found {found_as(code.type, argument)}",
                )
            )
        codes.append(code)
    if any(code.is_broken for code in codes):
        return broken(expr.span)
    if name != "count":  # it tells nothing of what is in them
        walk.things.reads_whole(*(code.type for code in codes))
    return apply(walk, function, expr, codes)


def is_set(code: Code, expr: ast.CallExpr) -> Code:
    """The code of `is_set(x)`: the one function that takes what may be absent."""
    run = code.run

    def value(env: Env) -> bool:
        try:
            run(env)
        except Absent:
            return False
        return True

    return joined(ts.BOOL, value, expr.span, [code])


def apply(walk: Elaborator, function: Function, expr: ast.CallExpr, codes: list[Code]) -> Code:
    """The code that runs a function on checked arguments."""
    run, runs, spend = function.run, [code.run for code in codes], walk.things.spend
    is_deep = expr.function.span.text in ("unique", "flatten")

    def call(env: Env) -> Any:
        values = [each(env) for each in runs]
        work = sum([effort(value, is_deep=is_deep) for value in values])
        if work:
            spend(work, expr.span)
        try:
            found = run(*values)
        except Impossible as problem:
            raise Stop(names.arithmetic(expr.span, str(problem))) from None
        except (TypeError, AttributeError, ValueError):
            raise Stop(
                names.wrong_arguments(
                    expr.span,
                    expr.function.span.text,
                    function.signature,
                    "can't be applied to these values",
                )
            ) from None
        if isinstance(found, tuple) and len(found) > VALUES_MADE_A_ROUND:
            spend(len(found) // VALUES_MADE_A_ROUND, expr.span)
        return found

    return joined(function.result_type(tuple(code.type for code in codes)), call, expr.span, codes)
