"""The operators: which types they join, and what they do."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal, DecimalException
from typing import Any

from blueprint import typesys as ts
from blueprint.evaluate.functions import LIST_LIMIT, TEXT_LIMIT, Impossible
from blueprint.values import Quantity, Range

_NUMERIC = {ts.INT, ts.NUMBER, ts.RATIO}
_QUANTITIES = {ts.SIZE, ts.RATE, ts.DURATION, ts.FREQUENCY, ts.POWER, ts.IOPS}
_ORDERED = _NUMERIC | _QUANTITIES | {ts.IP, ts.DATE, ts.STRING}
#: Whole numbers beyond this have no use in a blueprint; without a limit, squaring grows without one.
_NUMBER_LIMIT = 2**160


def binary_type(symbol: str, left: ts.Type, right: ts.Type) -> ts.Type | None:
    """The type of `left symbol right`, or None where the operator does not join them."""
    left, right = ts.plain(left), ts.plain(right)
    if symbol in ("and", "or"):
        return ts.BOOL if _all(ts.BOOL, left, right) else None
    if symbol in ("==", "!="):
        fits = ts.is_assignable(left, right) or ts.is_assignable(right, left)
        return ts.BOOL if fits else None
    if symbol in ("in", "not in"):
        return ts.BOOL if _member_type(left, right) else None
    if ts.ANY in (left, right) or ts.BROKEN in (left, right):
        return (
            ts.BOOL
            if symbol in ("<", "<=", ">", ">=")
            else (ts.RangeOf(ts.ANY) if symbol == ".." else ts.ANY)
        )
    if isinstance(left, ts.Either) or isinstance(right, ts.Either):
        return _either_type(symbol, left, right)
    if symbol in ("<", "<=", ">", ">="):
        both_numeric = left in _NUMERIC and right in _NUMERIC
        return ts.BOOL if both_numeric or (left == right and left in _ORDERED) else None
    return _ARITHMETIC[symbol](left, right)


def _either_type(symbol: str, left: ts.Type, right: ts.Type) -> ts.Type | None:
    found = []
    for one in left.options if isinstance(left, ts.Either) else (left,):
        for other in right.options if isinstance(right, ts.Either) else (right,):
            result = binary_type(symbol, one, other)
            if result is not None:
                found.append(result)
    return ts.either(tuple(found)) if found else None


def _all(wanted: ts.Type, *types: ts.Type) -> bool:
    return all(ts.is_assignable(t, wanted) for t in types)


def _member_type(left: ts.Type, right: ts.Type) -> bool:
    match right:
        case ts.ListOf():
            return ts.is_assignable(left, right.element) or ts.is_assignable(right.element, left)
        case ts.RangeOf():
            return ts.is_assignable(left, right.element) or isinstance(left, ts.RangeOf)
        case ts.MapOf() | ts.Record():
            return ts.is_assignable(left, ts.STRING)
        case ts.Family():
            return ts.is_assignable(left, ts.Thing((right.kind,)))
        case ts.Either():
            return any(_member_type(left, option) for option in right.options)
    if right is ts.CIDR:
        return ts.is_assignable(left, ts.Either((ts.IP, ts.CIDR)))
    return right in (ts.ANY, ts.BROKEN)


def _plus(left: ts.Type, right: ts.Type) -> ts.Type | None:
    if left in _NUMERIC and right in _NUMERIC:
        return ts.INT if left == right == ts.INT else ts.NUMBER
    if left == right and (left in _QUANTITIES or left == ts.STRING):
        return left
    if left == ts.IP and right == ts.INT:
        return ts.IP
    if isinstance(left, ts.ListOf) and isinstance(right, ts.ListOf):
        return ts.ListOf(ts.either((left.element, right.element)))
    return None


def _minus(left: ts.Type, right: ts.Type) -> ts.Type | None:
    if left in _NUMERIC and right in _NUMERIC:
        return ts.INT if left == right == ts.INT else ts.NUMBER
    if left == right and left in _QUANTITIES:
        return left
    if left == ts.IP:
        return ts.IP if right == ts.INT else ts.INT if right == ts.IP else None
    return None


def _times(left: ts.Type, right: ts.Type) -> ts.Type | None:
    if left in _NUMERIC and right in _NUMERIC:
        return ts.INT if left == right == ts.INT else ts.NUMBER
    if left in _QUANTITIES and right in _NUMERIC:
        return left
    if right in _QUANTITIES and left in _NUMERIC:
        return right
    return None


def _over(left: ts.Type, right: ts.Type) -> ts.Type | None:
    if left in _NUMERIC and right in _NUMERIC:
        return ts.NUMBER
    if left in _QUANTITIES and right in _NUMERIC:
        return left
    if left == right and left in _QUANTITIES:
        return ts.NUMBER
    return None


def _to(left: ts.Type, right: ts.Type) -> ts.Type | None:
    if left in (ts.INT, ts.NUMBER) and right in (ts.INT, ts.NUMBER):
        return ts.RangeOf(ts.INT if left == right == ts.INT else ts.NUMBER)
    return ts.RangeOf(ts.IP) if left == right == ts.IP else None


_ARITHMETIC: Mapping[str, Callable[[Any, Any], ts.Type | None]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _over,
    "..": _to,
}


def _bounded(value: Any) -> Any:
    if isinstance(value, int) and abs(value) > _NUMBER_LIMIT:
        raise Impossible("the number is too large")
    return value


def _add(left: Any, right: Any) -> Any:
    if isinstance(left, str):
        if len(left) + len(right) > TEXT_LIMIT:
            raise Impossible(f"the text would be longer than {TEXT_LIMIT:,} characters")
        return str(left) + str(right)
    if isinstance(left, tuple):
        if len(left) + len(right) > LIST_LIMIT:
            raise Impossible(f"the list would have more than {LIST_LIMIT:,} members")
        return tuple(left) + tuple(right)
    if isinstance(left, Quantity):
        return type(left)(int(left) + int(right))
    return _bounded(_moved(operator.add, left, right))


def _moved(step: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    try:
        return step(left, right)
    except (ValueError, OverflowError):
        raise Impossible("there is no such address") from None


def _subtract(left: Any, right: Any) -> Any:
    if isinstance(left, Quantity):
        if right > left:
            raise Impossible(f"{left} - {right} is less than nothing")
        return type(left)(int(left) - int(right))
    if hasattr(left, "version") and hasattr(right, "version"):
        return int(left) - int(right)
    return _bounded(_moved(operator.sub, left, right))


def _multiply(left: Any, right: Any) -> Any:
    if isinstance(right, Quantity):
        left, right = right, left
    if isinstance(left, Quantity):
        result = int(left * right) if isinstance(right, int) else int(Decimal(int(left)) * right)
        if result < 0:
            raise Impossible("the result is less than nothing")
        return type(left)(_bounded(result))
    return _bounded(left * right)


def _divide(left: Any, right: Any) -> Any:
    if not right:
        raise Impossible("division by zero")
    if isinstance(left, Quantity):
        if isinstance(right, Quantity):
            return _divide(int(left), int(right))
        return type(left)(int(Decimal(int(left)) / Decimal(right)))
    if isinstance(left, int) and isinstance(right, int):
        return left // right if left % right == 0 else Decimal(left) / Decimal(right)
    return Decimal(left) / Decimal(right)


def _range(first: Any, last: Any) -> Any:
    if getattr(first, "version", 0) != getattr(last, "version", 0):
        raise Impossible("the ends of a range are of one address family")
    if last < first:
        raise Impossible(f"the range ends before it begins: {first}..{last}")
    return Range(first, last)


def _in(value: Any, where: Any) -> bool:
    if hasattr(where, "prefixlen"):
        if getattr(value, "version", None) != where.version:
            return False
        return value.subnet_of(where) if hasattr(value, "prefixlen") else value in where
    return value in where


RUNNERS: Mapping[str, Callable[[Any, Any], Any]] = {
    "+": _add,
    "-": _subtract,
    "*": _multiply,
    "/": _divide,
    "..": _range,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": _in,
    "not in": lambda value, where: not _in(value, where),
}


def apply(run: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Runs an operator; anything that has no result raises Impossible."""
    try:
        return run(left, right)
    except (TypeError, AttributeError):
        raise Impossible("the values do not go together") from None
    except DecimalException:
        raise Impossible("the result can't be represented") from None


__all__ = ["RUNNERS", "apply", "binary_type"]
