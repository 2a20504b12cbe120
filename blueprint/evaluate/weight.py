"""How large a value is when every shared part is counted where it stands.

Lists of lists share their parts, so a dozen lines can describe a value that is too large to compare,
to hash or to write. Whatever may nest is weighed when it is made, and refused beyond a limit.
"""

from __future__ import annotations

from typing import Any

from blueprint import typesys as ts
from blueprint.diagnostics import names
from blueprint.evaluate.code import Code, Env, Stop
from blueprint.values import Range

#: Values in one value, parts of parts included.
WEIGHT_LIMIT = 1_000_000


def weigh(value: Any, limit: int = WEIGHT_LIMIT) -> int:
    """How many values lie in a value; counts no further than the limit."""
    total, todo = 0, [value]
    while todo and total <= limit:
        each = todo.pop()
        total += 1
        if isinstance(each, dict):
            todo.extend(each.values())
        elif isinstance(each, tuple) and not isinstance(each, Range):
            todo.extend(each)
    return total


def weighed(code: Code) -> Code:
    """Code of a collection; running it stops where the value is too large.

    Costs nothing where the members can't be collections themselves.
    """
    if code.is_broken or not _may_nest(code.type):
        return code
    run, span = code.run, code.span

    def value(env: Env) -> Any:
        found = run(env)
        if weigh(found) > WEIGHT_LIMIT:
            raise Stop(names.too_large(span, "the value has too many parts", WEIGHT_LIMIT))
        return found

    return Code(code.type, value, span, code.binders, code.sees_things)


def _may_nest(type_: ts.Type) -> bool:
    plain = ts.plain(type_)
    if isinstance(plain, ts.ListOf | ts.MapOf):
        inner = ts.plain(plain.element)
        return not isinstance(inner, ts.Scalar | ts.Words | ts.Thing) or inner is ts.ANY
    return isinstance(plain, ts.Record | ts.Either) or plain is ts.ANY
