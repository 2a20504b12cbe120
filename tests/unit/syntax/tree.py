"""The shape of a syntax tree without its places, to compare trees."""

from __future__ import annotations

from typing import Any

from blueprint.source import Source, Span
from blueprint.syntax import ast
from blueprint.syntax.parser import parse

PLACES = {
    "span",
    "name_span",
    "kind_span",
    "head",
    "operator_span",
    "path_span",
    "alias_span",
    "source",
}


def shape(node: Any) -> Any:
    """A node as nested tuples: its class, and its fields that are no places."""
    if isinstance(node, Span):
        return "span"
    if isinstance(node, tuple) and hasattr(node, "_fields"):
        return node
    if isinstance(node, (tuple, list)):
        return tuple(shape(part) for part in node)
    if isinstance(node, ast.File):
        return shape(node.body)
    if type(node).__module__ == ast.__name__:
        fields = (name for name in type(node).__slots__ if name not in PLACES)
        if isinstance(node, ast.AttributeDecl) and node.key is not None:
            fields = (name for name in type(node).__slots__ if name not in PLACES | {"name"})
        return (type(node).__name__, *(shape(getattr(node, name)) for name in fields))
    return (type(node).__name__, node)


def tree(text: str) -> ast.File:
    """The tree of a text that must have no error."""
    outcome = parse(Source("test.oib", text))
    assert [str(d.message) for d in outcome.diagnostics if d.is_error] == []
    assert outcome.value is not None
    return outcome.value


def faults(text: str) -> list[str]:
    """The codes that a text gives."""
    return [d.rule.code for d in parse(Source("test.oib", text)).diagnostics]


def value(text: str) -> Any:
    """The literal value of an expression."""
    entry = tree(f"x = {text}\n").body.entries[0]
    assert isinstance(entry, ast.AttributeDecl)
    assert isinstance(entry.value, ast.LiteralExpr)
    return entry.value.value


def expression(text: str) -> ast.Expr:
    """The tree of an expression."""
    entry = tree(f"x = {text}\n").body.entries[0]
    assert isinstance(entry, ast.AttributeDecl)
    return entry.value
