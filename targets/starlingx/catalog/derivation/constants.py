"""Reads the constants of a Python module without running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from typing import Any


def constants(source: str) -> dict[str, Any]:
    """The names that a module binds to plain data at its top level, directly or through each other."""
    found: dict[str, Any] = {}
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            target = statement.targets[0]
            if isinstance(target, ast.Name):
                try:
                    found[target.id] = _value(statement.value, found)
                except _NotPlainError:
                    continue
    return found


def required_values(source: str, function: str) -> tuple[str, ...]:
    """The values that a function of a module demands with the words «… required», in its order."""
    return tuple(
        dict.fromkeys(
            node.value.removesuffix(" required")
            for node in ast.walk(_function(source, function))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
            if node.value.endswith(" required") and " " not in node.value.removesuffix(" required")
        )
    )


def values_asked(source: str, *functions: str) -> tuple[str, ...]:
    """The keys that some functions read from their `payload`, sorted."""
    return tuple(sorted({key for name in functions for key in _asked(_function(source, name))}))


def functions_of(source: str) -> frozenset[str]:
    """The functions of a module."""
    return frozenset(
        node.name for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)
    )


def _asked(function: ast.AST) -> Iterator[str]:
    for node in ast.walk(function):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="payload"), attr="get"),
                args=[ast.Constant(value=str(key)), *_],
            ):
                yield key


def _function(source: str, name: str) -> ast.AST:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return node
    raise KeyError(name)


class _NotPlainError(Exception):
    """An expression that is no plain data."""


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name) if name in known:
            return known[name]
        case ast.List() | ast.Tuple() | ast.Set():
            return [_value(each, known) for each in node.elts]
        case ast.Dict():
            return {
                _value(key, known): _value(value, known)
                for key, value in zip(node.keys, node.values, strict=True)
                if key is not None
            }
        case ast.BinOp(op=ast.Add()):
            left, right = _value(node.left, known), _value(node.right, known)
            if type(left) is type(right):
                return left + right
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(value))):
            return -value
    raise _NotPlainError
