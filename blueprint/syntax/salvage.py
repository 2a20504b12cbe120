"""What stays in the tree of an entry that could not be read to its end: its name, and a broken value.

Later passes then know the name and do not report it as missing wherever it is used.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from blueprint.syntax import ast

if TYPE_CHECKING:
    from blueprint.syntax.build import Builder

_TYPES = (
    ast.NamedType,
    ast.OptionalType,
    ast.WordType,
    ast.GenericType,
    ast.RecordType,
    ast.BoundedType,
)


def salvage(builder: Builder, popped: list[tuple[str, Any]], start: int) -> ast.Entry | None:
    """The entry that the symbols taken from the parser's stack were going to be, or None."""
    span = builder.span(start, max(start, builder.end))
    broken = ast.BrokenExpr(span)
    first, value = popped[0]
    rest = popped[1:]
    if first in ("EXPORT", "TEMPLATE", "EXISTING"):
        inner = salvage(builder, rest, start) if rest else None
        if inner is None or first == "EXPORT":
            return inner and ast.ExportDecl(inner, span)
        if not isinstance(inner, ast.BlockDecl):
            return None
        return replace(inner, is_template=first == "TEMPLATE", is_existing=first == "EXISTING")
    doc = builder.doc(start)
    if first in ("LET", "PARAM", "TYPE"):
        return _named(builder, first, rest, doc, broken)
    if first == "USE":
        return _use(builder, rest, doc, span)
    if first == "key" or (first == "NAME" and len(rest) > 0 and rest[0][0] in ("EQUAL", "ASSIGN")):
        if rest and rest[0][0] in ("EQUAL", "ASSIGN"):
            entry = builder.attribute(value, rest[0][1], broken)
            return replace(entry, doc=doc)
        return None
    if first == "NAME":
        return _block(builder, value, rest, doc, span)
    return None


def _named(
    builder: Builder,
    word: str,
    rest: list[tuple[str, Any]],
    doc: str | None,
    broken: ast.BrokenExpr,
) -> ast.Entry | None:
    if not rest or rest[0][0] != "NAME":
        return None
    start, end, name = rest[0][1]
    name_span = builder.span(start, end)
    read = next((value for _, value in rest[1:] if isinstance(value, _TYPES)), None)
    if word == "LET":
        return ast.LetDecl(name, name_span, read, broken, doc, broken.span)
    type_: ast.TypeExpr = read or ast.BrokenType(broken.span)
    if word == "PARAM":
        default = broken if any(symbol == "EQUAL" for symbol, _ in rest) else None
        return ast.ParamDecl(name, name_span, type_, default, doc, broken.span)
    return ast.TypeDecl(name, name_span, ast.BrokenType(broken.span), doc, broken.span)


def _use(
    builder: Builder, rest: list[tuple[str, Any]], doc: str | None, span: Any
) -> ast.Entry | None:
    if len(rest) < 3 or rest[2][0] != "NAME" or not isinstance(rest[0][1], ast.LiteralExpr):
        return None
    path = rest[0][1]
    start, end, alias = rest[2][1]
    return ast.UseDecl(
        str(path.value), path.span, alias, builder.span(start, end), None, None, doc, span
    )


def _block(
    builder: Builder, kind: Any, rest: list[tuple[str, Any]], doc: str | None, span: Any
) -> ast.Entry | None:
    """A block of which only the head was read; a lone name says too little."""
    if not rest:
        return None
    label: ast.Label | None = None
    symbol, value = rest[0]
    if symbol == "label":
        label = value
    elif symbol in ("NAME", "dotted"):
        parts = value if isinstance(value, list) else [value]
        label = builder.path_label(parts)
    else:
        return None
    start, end, name = kind
    empty = ast.Body((), span)
    return ast.BlockDecl(
        name,
        builder.span(start, end),
        label,
        None,
        empty,
        is_text=False,
        is_template=False,
        is_existing=False,
        doc=doc,
        head=span,
        span=span,
    )
