"""Reads from the playbook's own conditions of refusal what a value must be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import jinja2
from jinja2 import nodes

from targets._derivation.ansible_text import tolerant_environment

_LEAST, _MOST = "lt", "gt"


def shapes_of(conditions: Iterable[str]) -> dict[str, Any]:
    """The shapes of the names that some conditions of refusal are about."""
    environment = tolerant_environment()
    found: dict[str, dict[str, Any]] = {}
    for condition in conditions:
        try:
            tree = environment.parse("{{ " + condition + " }}")
        except jinja2.TemplateSyntaxError:
            continue
        for name, stated in _stated(tree):
            found.setdefault(name, {}).update(stated)
    return {name: _short(shape) for name, shape in found.items()}


def _short(shape: dict[str, Any]) -> Any:
    return shape["type"] if shape.keys() == {"type"} and shape["type"] != "array" else shape


def _stated(tree: nodes.Template) -> Iterator[tuple[str, dict[str, Any]]]:
    for each in tree.find_all(nodes.Compare):
        match each:
            case nodes.Compare(
                expr=nodes.Name(name=name),
                ops=[nodes.Operand(op="notin", expr=nodes.List() as words)],
            ):
                yield name, {"type": "string", "enum": words.as_const()}
            case nodes.Compare(
                expr=nodes.Filter(name="int", node=nodes.Name(name=name)),
                ops=[nodes.Operand(op="lt" | "gt" as side, expr=nodes.Const(value=int(value)))],
            ):
                bound = "minimum" if side == _LEAST else "maximum"
                yield name, {"type": "integer", bound: value}
            case nodes.Compare(
                expr=nodes.Filter(name="type_debug", node=nodes.Name(name=name)),
                ops=[nodes.Operand(op="eq", expr=nodes.Const(value="bool"))],
            ):
                yield name, {"type": "boolean"}
    yield from _refused_words(tree)
    for call in tree.find_all(nodes.Call):
        match call:
            case nodes.Call(
                node=nodes.Getattr(node=nodes.Name(name=name), attr="startswith"),
                args=[nodes.Const(value="/")],
            ):
                yield name, {"type": "string", "form": "path"}


def _refused_words(tree: nodes.Template) -> Iterator[tuple[str, dict[str, Any]]]:
    """`a != "x" and a != "y" and …`: any other word is refused."""
    words: dict[str, list[str]] = {}
    for each in tree.find_all(nodes.Compare):
        match each:
            case nodes.Compare(
                expr=nodes.Name(name=name),
                ops=[nodes.Operand(op="ne", expr=nodes.Const(value=str(word)))],
            ) if not any(
                each in other.find_all(nodes.Compare) for other in tree.find_all(nodes.Or)
            ):
                words.setdefault(name, []).append(word)
    for name, found in words.items():
        if len(found) > 1:
            yield name, {"type": "string", "enum": found}
