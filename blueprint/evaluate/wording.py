"""Types and values in the words of a message."""

from __future__ import annotations

from blueprint import typesys as ts
from blueprint.source import Span
from blueprint.syntax import ast

_SCALARS = {
    "int": "a whole number", "number": "a number", "string": "text in quotes",
    "bool": "`true` or `false`", "ip": "an IP address", "cidr": "a prefix such as `10.20.0.0/24`",
    "mac": "a MAC address", "secret": "a reference to a secret", "any": "a value",
    "file": 'a file, `file("…")`', "iops": "a number of IOPS",
}  # fmt: skip
_FOUND = {"string": "text", "bool": "a truth value", "cidr": "a prefix", "file": "a file"}


def expectation(wanted: ts.Type) -> str:
    """A type as a message says that it is expected; empty where anything is."""
    return "" if ts.plain(wanted) is ts.ANY else article(wanted)


def article(wanted: ts.Type) -> str:
    """A type as a message names what is wanted."""
    while isinstance(wanted, ts.OptionalOf):
        wanted = wanted.inner
    if isinstance(wanted, ts.Bounded):
        return f"{article(wanted.inner)} in {wanted.bounds_text}"
    match wanted:
        case ts.Scalar() as plain:
            return _SCALARS.get(plain.name, f"a {plain.name}")
        case ts.Thing(kinds):
            return "a reference: " + " or ".join(f"`{k}.…`" for k in kinds)
        case ts.ListOf(element):
            return "a list" if element is ts.ANY else f"a list, each {article(element)}"
        case ts.MapOf(element):
            return "a map" if element is ts.ANY else f"a map, each value {article(element)}"
        case ts.Record(name=name):
            return f"a map of type `{name}`" if name else "a map"
        case ts.RangeOf():
            return "a range"
        case ts.Words(words):
            shown = ", ".join(f"`{w}`" for w in words[:8]) + (" …" if len(words) > 8 else "")
            return f"one of {shown}" if len(words) > 1 else shown
        case ts.Either(options):
            return " or ".join(dict.fromkeys(article(o) for o in options))
        case plain:
            return str(plain)


def found_as(type_: ts.Type, expr: ast.Expr | None = None) -> str:
    """A type as a message names what stands there instead."""
    match ts.plain(type_):
        case ts.Thing() as plain if expr is not None:
            return f"`{short(expr.span)}`, a {plain}"
        case ts.Scalar() as plain:
            return _FOUND.get(plain.name) or _SCALARS.get(plain.name) or f"a {plain.name}"
        case ts.ListOf(element):
            return "a list" if element is ts.ANY else f"a list of type {type_}"
        case ts.Words(words) if len(words) == 1:
            return f"the word `{words[0]}`"
        case ts.Words():
            return "a word"
        case ts.Family(kind):
            return f"a family of `{kind}`"
        case ts.MapOf() | ts.Record():
            return "a map"
        case ts.RangeOf():
            return "a range"
        case ts.Either(options):
            return " or ".join(dict.fromkeys(found_as(o) for o in options))
        case plain:
            return str(plain)


def short(span: Span) -> str:
    """What stands at a place, on one line and not too long."""
    text = " ".join(span.text.split())
    return text if len(text) <= 40 else text[:39] + "…"
