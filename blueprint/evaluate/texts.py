"""Strings with holes: their values as text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from blueprint import typesys as ts
from blueprint.diagnostics import names
from blueprint.evaluate.code import (
    Binder,
    Code,
    Env,
    Run,
    Stop,
    broken,
)
from blueprint.evaluate.convert import text_of
from blueprint.evaluate.functions import TEXT_LIMIT
from blueprint.evaluate.scope import Scope
from blueprint.source import Span
from blueprint.syntax import ast

if TYPE_CHECKING:
    from blueprint.evaluate.elaborate import Elaborator


#: Fill and alignment, sign, width of at most two digits, precision, presentation.
_FORMAT = re.compile(r"[<>^]?[+]?0?[0-9]{0,2}(\.[0-9]{1,2})?[dxXbosf]?")


def text(walk: Elaborator, expr: ast.TextExpr, scope: Scope) -> Code:
    """The code of a string with holes."""
    parts: list[tuple[str, Run | None, str | None, Span, ts.Type]] = []
    binders: frozenset[Binder] = frozenset()
    sees = False
    is_broken = False
    for part in expr.parts:
        if isinstance(part, str):
            parts.append((part, None, None, expr.span, ts.STRING))
            continue
        code = walk.present(walk.expr(part.value, scope))
        is_broken |= code.is_broken
        binders |= code.binders
        sees |= code.sees_things
        kind = ts.plain(code.type)
        if isinstance(kind, ts.ListOf | ts.MapOf | ts.Record | ts.Family):
            walk.report(names.no_text(part.value.span, str(code.type)))
            is_broken = True
        if kind is ts.SECRET:
            walk.report(names.no_text(part.value.span, "secret"))
            is_broken = True
        if part.format is not None and not _FORMAT.fullmatch(part.format):
            walk.report(names.no_text(part.span, f"{code.type} with the format `{part.format}`"))
            is_broken = True
        parts.append(("", code.run, part.format, part.span, code.type))
    if is_broken:
        return broken(expr.span)

    def run(env: Env) -> str:
        made = []
        length = 0
        for fixed, hole, format_, span, type_ in parts:
            if hole is None:
                text: str | None = fixed
            else:
                text = text_of(hole(env), format_)
                if text is None:
                    shown = f"{type_}" + (f" with the format `{format_}`" if format_ else "")
                    raise Stop(names.no_text(span, shown))
            made.append(text)
            length += len(text or "")
        if length > TEXT_LIMIT:
            raise Stop(names.too_large(expr.span, "the text is too long", TEXT_LIMIT))
        return "".join(t for t in made if t is not None)

    return Code(ts.STRING, run, expr.span, binders, sees)
