"""Tells the type of a variable from its defaults, looking through Jinja expressions."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import jinja2
from jinja2 import nodes

Defaults = Mapping[str, Sequence[Any]]

UNKNOWN = "unknown"
_BOOLEAN_WORDS = {"yes", "no", "true", "false"}
_STRING_FILTERS = {"join", "lower", "upper", "basename", "dirname", "replace", "string", "quote"}
_ENVIRONMENT = jinja2.Environment()  # noqa: S701 - parses, never renders


def type_of(name: str, defaults: Defaults, seen: frozenset[str] = frozenset()) -> str:
    """Return the type that all defaults of variable `name` agree on, or `unknown`."""
    if name in seen:
        return UNKNOWN
    return _agreed(_of_value(value, defaults, seen | {name}) for value in defaults.get(name, ()))


def is_template(value: object) -> bool:
    """Tell whether Ansible would evaluate `value`."""
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def _agreed(kinds: Any) -> str:
    found = set(kinds)
    return found.pop() if len(found) == 1 else UNKNOWN


def _of_value(value: Any, defaults: Defaults, seen: frozenset[str]) -> str:
    if is_template(value):
        return _of_template(value, defaults, seen)
    match value:
        case bool():
            kind = "bool"
        case int():
            kind = "int"
        case float():
            kind = "float"
        case list():
            kind = "list"
        case dict():
            kind = "map"
        case str() if value.lower() in _BOOLEAN_WORDS:
            kind = "bool"
        case str() if re.fullmatch(r"0|[1-9][0-9]*", value):
            kind = "int"
        case str():
            kind = "string"
        case _:
            kind = UNKNOWN
    return kind


def _of_template(text: str, defaults: Defaults, seen: frozenset[str]) -> str:
    if "{%" in text:
        return UNKNOWN
    stripped = text.strip()
    if not (stripped.startswith("{{") and stripped.endswith("}}") and stripped.count("{{") == 1):
        return "string"  # text around an expression makes text
    try:
        output = _ENVIRONMENT.parse(stripped).body[0]
    except jinja2.TemplateSyntaxError:
        return UNKNOWN
    assert isinstance(output, nodes.Output)
    return _of_node(output.nodes[0], defaults, seen)


def _of_node(node: nodes.Node, defaults: Defaults, seen: frozenset[str]) -> str:
    match node:
        case nodes.Name():
            return type_of(node.name, defaults, seen)
        case nodes.Const():
            return _of_value(node.value, defaults, seen)
        case nodes.List():
            return "list"
        case nodes.Dict():
            return "map"
        case nodes.Compare() | nodes.Not() | nodes.Test():
            return "bool"
        case nodes.Concat():
            return "string"
        case nodes.And() | nodes.Or():
            return _agreed(_of_node(side, defaults, seen) for side in (node.left, node.right))
        case nodes.CondExpr(expr2=nodes.Node() as otherwise):
            return _agreed(_of_node(side, defaults, seen) for side in (node.expr1, otherwise))
        case nodes.Filter(name="bool" | "int" | "float" as kind):
            return str(kind)
        case nodes.Filter(name=name) if name in _STRING_FILTERS:
            return "string"
        case _:
            return UNKNOWN
