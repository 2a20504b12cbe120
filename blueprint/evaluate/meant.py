"""What somebody most likely meant who wrote a value of another type: the habits of other formats.

Each function gives the text to write instead, or None. They are asked only where something is wrong.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from decimal import Decimal

from blueprint import typesys as ts
from blueprint.syntax import ast
from blueprint.values import Cidr, Ip, Quantity, Ratio

_TRUE = frozenset({"yes", "on", "enabled", "enable", "y"})
_FALSE = frozenset({"no", "off", "disabled", "disable", "n"})
_ABSENT = frozenset({"none", "null", "nil", "undefined", "nothing"})
_ADDRESS = r"[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]*"
_SPAN = re.compile(rf"\s*({_ADDRESS})\s*(?:-|\.\.+)\s*({_ADDRESS}|[0-9]+)\s*")
_AMOUNT = re.compile(r"([0-9][0-9_.]*) ?([KMGT])?i?(?:B|bps)?")
_UNITS = {ts.SIZE: "GiB", ts.RATE: "Gbps", ts.DURATION: "s", ts.FREQUENCY: "GHz", ts.POWER: "W"}
#: From here on a bare number of GiB or Gbps is one of MiB or Mbps.
_MANY = 4096
_SMALLER = {"GiB": "MiB", "Gbps": "Mbps"}
_HYPHENS = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*-[\w.-]+")


def value_for(expr: ast.Expr, wanted: ts.Type) -> str | None:
    """What to write in the place of a value that does not fit."""
    text = expr.span.text
    if "\n" in text:
        return None
    options = ts.options_of(wanted)
    value = expr.value if isinstance(expr, ast.LiteralExpr) else None
    if value is not None and not isinstance(value, str):
        found = _in_quotes(text, wanted, options) or _of_literal(value, text, options)
        if found is not None:
            return found
    if ts.IP in options and any(isinstance(o, ts.RangeOf) for o in options):
        return _range(value if isinstance(value, str) else text)
    if isinstance(value, str) and ts.BOOL in options and value.lower() in _TRUE | _FALSE:
        return "true" if value.lower() in _TRUE else "false"
    if isinstance(value, str) and value.isidentifier():
        return _reference(value, options)
    return None


def _in_quotes(text: str, wanted: ts.Type, options: tuple[ts.Type, ...]) -> str | None:
    words = ts.words_in(wanted)
    return f'"{text}"' if text in words or (ts.STRING in options and not words) else None


def _of_literal(value: object, text: str, options: tuple[ts.Type, ...]) -> str | None:
    if isinstance(value, bool):
        return None
    if ts.BOOL in options and value in (0, 1) and type(value) is int:
        return "true" if value else "false"
    unit = next((_UNITS[o] for o in options if o in _UNITS), None)
    if unit is not None and isinstance(value, int | Decimal) and not isinstance(value, Ratio):
        return _with_unit(value, text, options, unit)
    if ts.CIDR in options and isinstance(value, Ip):
        return f"{value}/{24 if value.version == 4 else 64}"
    if ts.IP in options and isinstance(value, Cidr) and value.num_addresses > 1:
        return str(value.network_address + 1)
    return None


def _with_unit(
    value: int | Decimal, text: str, options: tuple[ts.Type, ...], unit: str
) -> str | None:
    """`512` as `512 GiB`, `25 GB` of a rate as `25 Gbps`."""
    if not isinstance(value, Quantity):
        return f"{text} {unit if value < _MANY else _SMALLER.get(unit, unit)}"
    found = _AMOUNT.fullmatch(text)
    if found is None or not found[2] or not {ts.SIZE, ts.RATE} & set(options):
        return None
    return f"{found[1]} {found[2]}{'B' if ts.SIZE in options else 'bps'}"


def _range(text: str) -> str | None:
    """`10.0.0.1-10.0.0.9` and `10.0.0.1..9` with both ends in full and `..` between them."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return None
    try:
        first = ipaddress.ip_address(found[1])
        if found[2].isdigit():
            found_last = f"{found[1].rpartition('.')[0]}.{found[2]}"
            return f"{first}..{ipaddress.IPv4Address(found_last)}"
        return f"{first}..{ipaddress.ip_address(found[2])}"
    except ValueError:
        return None


def range_of(expr: ast.BinaryExpr) -> str | None:
    """`10.0.0.1..9` with both ends in full."""
    text = expr.span.text
    return _range(text) if expr.operator == ".." and "\n" not in text else None


def subtracted(expr: ast.BinaryExpr, wanted: ts.Type) -> str | None:
    """`100..199` for `100-199`, where a range may stand and the difference would be negative."""
    left, right = expr.left, expr.right
    if expr.operator != "-" or not isinstance(left, ast.LiteralExpr):
        return None
    if not isinstance(right, ast.LiteralExpr) or not _takes_range(wanted):
        return None
    first, last = left.value, right.value
    if type(first) is not int or type(last) is not int or first >= last:
        return None
    return f"{left.span.text}..{right.span.text}"


def _takes_range(wanted: ts.Type) -> bool:
    options = ts.options_of(wanted)
    return any(isinstance(option, ts.RangeOf) for option in options)


def _reference(name: str, options: tuple[ts.Type, ...]) -> str | None:
    kinds = [kind for o in options if isinstance(o, ts.Thing) for kind in o.kinds]
    return f"{kinds[0]}.{name}" if len(kinds) == 1 else None


def hint_for(name: str, wanted: ts.Type, is_declared: Callable[[str, str], bool]) -> str | None:
    """What to do about a bare name that nobody knows; things of a kind may have it."""
    options = ts.options_of(wanted)
    folded = name.lower()
    if ts.BOOL in options:
        if folded in _TRUE or folded == "true":
            return "write `true`"
        if folded in _FALSE or folded == "false":
            return "write `false`"
    if folded in _ABSENT:
        return "there is no such value: leave the attribute out, and it is unset"
    kinds = [kind for o in options if isinstance(o, ts.Thing) for kind in o.kinds]
    kind = next((kind for kind in kinds if is_declared(kind, name)), None)
    if kind is not None:
        return f"write `{kind}.{name}`"
    if ts.STRING in options:
        return f'quote text: `"{name}"`'
    return None


def hyphenated(expr: ast.BinaryExpr, wanted: ts.Type) -> str | None:
    """The text that `ubuntu-24.04` was meant to be, where text or a word is wanted."""
    text = expr.span.text
    takes_text = ts.STRING in ts.options_of(wanted) or bool(ts.words_in(wanted))
    return text if expr.operator == "-" and takes_text and _HYPHENS.fullmatch(text) else None


__all__ = ["hint_for", "hyphenated", "range_of", "subtracted", "value_for"]
