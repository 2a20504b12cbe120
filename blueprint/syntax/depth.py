"""How deep a tree is: later passes call themselves for each level, so the depth has a limit.

A level takes at least a character. A node whose text is shorter than the levels that are left cannot pass the
limit and is not looked into, so that of an ordinary blueprint hardly a node is visited.
"""

from __future__ import annotations

from typing import Any, Final

from blueprint.source import Span
from blueprint.syntax import ast

MAX_DEPTH: Final = 100


def too_deep(body: ast.Body) -> Span | None:
    """The first place that lies deeper than the limit, or None."""
    found: Span | None = None
    work: list[tuple[Any, int]] = [(body, 0)]
    while work:
        node, depth = work.pop()
        if depth > MAX_DEPTH:
            if found is None or node.span.start < found.start:
                found = Span(node.span.source, node.span.start, node.span.start + 1)
            continue
        work += [(child, depth + 1) for child in _children(node) if _may_pass(child, depth + 1)]
    return found


def _may_pass(node: Any, depth: int) -> bool:
    _, start, end = node.span
    return bool(depth + end - start > MAX_DEPTH)


def _children(node: Any) -> list[Any]:
    """The nodes directly below a node."""
    children: list[Any] = []
    for name in node.__slots__:
        value = getattr(node, name)
        if isinstance(value, tuple) and not isinstance(value, Span):
            children += [v for v in value if hasattr(v, "__slots__") and hasattr(v, "span")]
            children += [v.value for v in value if isinstance(v, ast.NamedArgument)]
            children += [v.type for v in value if isinstance(v, ast.TypeField)]
        elif hasattr(value, "span") and hasattr(value, "__slots__"):
            children.append(value)
    return children
