"""Examples as edits of a base: the text of the base with the entries of the edit laid over it.

Blocks merge by kind and label, attributes replace, `+=` and `-=` edit, `remove` takes away: what `like` does
between declarations, done on the text, so that an edit may also take out or add whole declarations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from blueprint.diagnostics import Diagnostic, conform
from blueprint.shape import KINDS, Shape, fields_of
from blueprint.source import Span
from blueprint.syntax import ast

Report = Callable[[Diagnostic], None]


def edited(base: ast.Body, edit: ast.Body, report: Report) -> ast.Body:
    """A base with an edit laid over it; what the edit removes in vain is reported."""
    entries = list(base.entries)
    for entry in edit.entries:
        match entry:
            case ast.RemoveDecl():
                _remove(entries, entry, None, base.span, report)
            case ast.BlockDecl():
                _merge(entries, entry, KINDS.get(entry.kind), report)
            case ast.LetDecl() | ast.ParamDecl():
                entries = [e for e in entries if not _declares(e, entry.name)]
                entries.insert(0, entry)
            case _:
                entries.append(entry)
    return ast.Body(tuple(entries), base.span)


def _declares(entry: ast.Entry, name: str) -> bool:
    return isinstance(entry, ast.LetDecl | ast.ParamDecl) and entry.name == name


def _merge(
    entries: list[ast.Entry], block: ast.BlockDecl, shape: Shape | None, report: Report
) -> None:
    """Lays one block over the like of it in a list of entries, or adds it."""
    for position, known in enumerate(entries):
        if isinstance(known, ast.BlockDecl) and _is_same(known, block):
            body = _inside(known.body, block.body, shape, report)
            label = block.label if block.label and block.label.index is not None else known.label
            entries[position] = replace(
                known, body=body, like=block.like or known.like, label=label
            )
            return
    entries.append(block)


def _is_same(one: ast.BlockDecl, other: ast.BlockDecl) -> bool:
    labels = [block.label.span.text if block.label else None for block in (one, other)]
    names = [block.label.name if block.label else None for block in (one, other)]
    is_keyed = any(block.label and block.label.index is not None for block in (one, other))
    same = labels[0] == labels[1] if is_keyed and one.kind not in KINDS else names[0] == names[1]
    return one.kind == other.kind and one.is_template == other.is_template and same


def _inside(base: ast.Body, edit: ast.Body, shape: Shape | None, report: Report) -> ast.Body:
    """The body of a block with an edit laid over it."""
    entries = list(base.entries)
    known = fields_of(shape) if shape is not None else {}
    for entry in edit.entries:
        match entry:
            case ast.RemoveDecl():
                _remove(entries, entry, shape, base.span, report)
            case ast.AttributeDecl():
                if entry.operator == "=":
                    entries = [e for e in entries if not _is_stated(e, entry.name)]
                entries.append(entry)
            case ast.BlockDecl():
                field = known.get(entry.kind)
                if field is not None and field.form == "choice":
                    entries = [e for e in entries if not _is_other(e, entry)]
                inner = field.block[0] if field is not None and field.block else None
                _merge(entries, entry, inner, report)
            case _:
                entries.append(entry)
    return ast.Body(tuple(entries), base.span)


def _is_stated(entry: ast.Entry, name: str) -> bool:
    """Whether an entry states an attribute or block of a name: what an attribute takes the place of."""
    if isinstance(entry, ast.AttributeDecl):
        return entry.name == name
    return isinstance(entry, ast.BlockDecl) and entry.kind == name


def _is_other(entry: ast.Entry, block: ast.BlockDecl) -> bool:
    """Whether an entry chooses otherwise than a block does."""
    if isinstance(entry, ast.AttributeDecl):
        return entry.name == block.kind
    return (
        isinstance(entry, ast.BlockDecl) and entry.kind == block.kind and not _is_same(entry, block)
    )


def _remove(
    entries: list[ast.Entry],
    remove: ast.RemoveDecl,
    shape: Shape | None,
    base: Span,
    report: Report,
) -> None:
    del shape
    parts = remove.path.parts
    kept = [entry for entry in entries if not _is_named(entry, parts, remove.path.span.text)]
    if len(kept) == len(entries):
        report(conform.nothing_to_remove(remove.path.span, remove.path.span.text, base))
    entries[:] = kept


def _is_named(entry: ast.Entry, parts: Sequence[str], text: str) -> bool:
    if isinstance(entry, ast.AttributeDecl):
        return len(parts) == 1 and entry.name == parts[0]
    if not isinstance(entry, ast.BlockDecl):
        return False
    if len(parts) == 1:
        return entry.kind == parts[0]
    label = entry.label
    if entry.kind != parts[0] or label is None:
        return False
    return label.name == ".".join(parts[1:]) or text == f"{entry.kind}.{label.span.text}"


__all__ = ["edited"]
