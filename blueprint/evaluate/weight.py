"""How large a value is when every shared part is counted where it stands.

Lists of lists share their parts, so a dozen lines can describe a value that is too large to compare,
to hash or to write. Whatever may nest is weighed when it is made, and refused beyond a limit. What an
operator or a function looks at counts as work, so that loops around large values end too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import names
from blueprint.evaluate.code import Code, Env, Stop
from blueprint.source import Span
from blueprint.values import Range

#: Values in one value, parts of parts included, and how deeply they may nest.
WEIGHT_LIMIT = 1_000_000
DEPTH_LIMIT = 100
#: So many values or characters that an operator looks at are as much work as a round of a loop.
VALUES_A_ROUND = 32
#: So many that a function makes are: they take room too.
VALUES_MADE_A_ROUND = 8


def weigh(value: Any, limit: int = WEIGHT_LIMIT) -> tuple[int, int]:
    """How many values lie in a value, and how deeply; counts no further than the limits."""
    total, depth, level = 0, 0, [value]
    while level and total <= limit and depth <= DEPTH_LIMIT:
        total += len(level)
        depth += 1
        inner: list[Any] = []
        for each in level:
            if isinstance(each, dict):
                inner.extend(each.values())
            elif isinstance(each, tuple) and not isinstance(each, Range):
                inner.extend(each)
            if len(inner) > limit:
                break
        level = inner
    return total + len(level), depth


def weighed(code: Code, spend: Callable[[int, Span], None]) -> Code:
    """Code of a collection; running it counts as work, and stops where the value is too large.

    Costs nothing where the members can't be collections themselves.
    """
    if code.is_broken or not may_nest(code.type):
        return code
    run, span = code.run, code.span

    def value(env: Env) -> Any:
        found = run(env)
        weight, depth = weigh(found)
        if weight > WEIGHT_LIMIT:
            raise Stop(names.too_large(span, "the value has too many parts", WEIGHT_LIMIT))
        if depth > DEPTH_LIMIT:
            raise Stop(names.too_large(span, "the value nests too deeply", DEPTH_LIMIT))
        spend(weight // VALUES_A_ROUND, span)
        return found

    return Code(code.type, value, span, code.binders, code.sees_things)


def effort(value: Any, *, is_deep: bool = False) -> int:
    """How much work it is to look at a value, in rounds of a loop: at its members, or at all in them."""
    if isinstance(value, Range) or not isinstance(value, tuple | dict | str):
        return 0
    if is_deep and isinstance(value, tuple) and value and isinstance(value[0], tuple | dict):
        return weigh(value)[0] // VALUES_A_ROUND
    return len(value) // VALUES_A_ROUND


def is_small(type_: ts.Type) -> bool:
    """Whether values of a type are no work to look at: numbers, quantities, addresses, words, references."""
    plain = ts.plain(type_)
    if isinstance(plain, ts.Either):
        return all(is_small(option) for option in plain.options)
    if isinstance(plain, ts.Scalar):
        return plain not in (ts.ANY, ts.STRING, ts.FILE)
    return isinstance(plain, ts.Words)


def may_nest(type_: ts.Type) -> bool:
    """Whether a value of a type may hold collections."""
    plain = ts.plain(type_)
    if isinstance(plain, ts.ListOf | ts.MapOf):
        inner = ts.plain(plain.element)
        return not isinstance(inner, ts.Scalar | ts.Words | ts.Thing) or inner is ts.ANY
    if isinstance(plain, ts.Either):
        return any(may_nest(option) for option in plain.options)
    return isinstance(plain, ts.Record) or plain is ts.ANY
