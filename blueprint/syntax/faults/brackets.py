"""Rows of the table of faults about brackets and texts that are not closed, or that close nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from blueprint.diagnostics import literals as say_literal
from blueprint.diagnostics import syntax as say
from blueprint.syntax import ast
from blueprint.syntax.faults.values import missing_value
from blueprint.syntax.recover import start_of
from blueprint.syntax.tables import END
from blueprint.syntax.tokens import RestartError

if TYPE_CHECKING:
    from blueprint.source import Span
    from blueprint.syntax.recover import Recovery
    from blueprint.syntax.tokens import Resume, Token

_CLOSERS: Final = {"RBRACE": "}", "RSQB": "]", "RPAR": ")"}
_OPENERS: Final = {"LSQB": "RSQB", "LPAR": "RPAR", "HOLE": "RBRACE"}
_NAME_THEN_EQUAL: Final = re.compile(r"[A-Za-z_]\w*[ \t]*[+-]?=(?!=)")


def end_in_text(at: Recovery, found: Token) -> Resume | None:
    """The file ends inside a text."""
    if found.kind != END:
        return None
    if at.accepts("UNCLOSED"):
        return at.insert("UNCLOSED")
    if not at.accepts("TEXT_CHARS"):
        return None
    depth = next(d for d in range(len(at.states)) if at.symbol(d) == "TEXT_QUOTE")
    start, end, _ = at.value(depth)
    at.report(say_literal.unclosed_string(at.span(start, end)))
    at.text_is_open = True
    return at.insert("TEXT_QUOTE", '"""')


def end_in_block(at: Recovery, found: Token) -> Resume | None:
    """The file ends inside a block that could end here."""
    if found.kind != END or not at.accepts("RBRACE"):
        return None
    symbol, opener = at.opener()
    if symbol == "HOLE" and opener:
        at.report(say_literal.unclosed_hole(at.span(opener.start, opener.end)))
        return at.insert("RBRACE", "}")
    blocks = at.open_blocks()
    if not blocks:
        return None
    if not at.text_is_open:
        if not at.by_indent:
            raise RestartError
        if not any(b.start in at.reported_openers for b in blocks):
            at.report_unclosed(blocks[-1], found)
        at.reported_openers.update(b.start for b in blocks)
    return at.insert("RBRACE", "}")


def extra_closer(at: Recovery, found: Token) -> Resume | None:
    """A closing bracket without its opening one."""
    if found.kind not in _CLOSERS:
        return None
    symbol, opener = at.opener()
    if found.kind == "RBRACE":
        if symbol == "HOLE" or at.open_blocks():
            return None
    elif opener is not None and symbol in _OPENERS:
        wanted = _OPENERS[symbol]
        if wanted == found.kind or not at.accepts(wanted):
            return None
        at.report(
            say.unclosed_bracket(
                at.span(opener.start, opener.end), at.naming(found), at.span(found.start, found.end)
            )
        )
        at.reported_openers.add(opener.start)
        return at.replace(found, wanted)
    if at.goes_to("expr") and at.symbol(0) in ("EQUAL", "ASSIGN"):
        return missing_value(at, found) if found.kind == "RBRACE" else _missing_and_drop(at, found)
    if found.kind == "RBRACE" and not at.accepts(END):
        return None
    at.report(
        say.unmatched_bracket(at.span(found.start, found.end), found.word, _closed_early(at, found))
    )
    return at.drop(found.end)


def _closed_early(at: Recovery, found: Token) -> tuple[Span, str] | None:
    """The block at the depth of a superfluous `}`, if entries that were meant for it follow it."""
    depth = next((d for d in range(len(at.states)) if at.symbol(d) == "entries"), None)
    if found.kind != "RBRACE" or depth is None or not at.is_first(found.start):
        return None
    indent = at.indent(found.start)
    for entry in reversed(at.value(depth)):
        start, end = entry.span.start, entry.span.end
        if at.indent(start) <= indent:
            is_block = isinstance(entry, ast.BlockDecl) and at.indent(start) == indent
            follows = at.indent(at.builder.end - 1) > indent
            return (at.span(end - 1, end), entry.head.text) if is_block and follows else None
    return None


def _missing_and_drop(at: Recovery, found: Token) -> Resume:
    resume = missing_value(at, found)
    assert resume
    return at.drop(found.end)


def hole(at: Recovery, found: Token) -> Resume | None:
    """`${}`, and `${name"`."""
    symbol, opener = at.opener()
    if symbol != "HOLE" or opener is None:
        return None
    if found.kind == "RBRACE" and at.symbol(0) == "HOLE":
        at.report(say_literal.empty_hole(at.span(opener.start, found.end)))
        at.put("expr", ast.BrokenExpr(at.span(opener.start, found.end)))
        return at.again(found)
    if found.word[:1] == '"' or at.line_of(found.start) != at.line_of(opener.start):
        at.report(say_literal.unclosed_hole(at.span(opener.start, opener.end)))
        if at.goes_to("expr"):
            at.put("expr", ast.BrokenExpr(at.span(opener.start, opener.end)))
        if at.accepts("RBRACE"):
            return at.insert("RBRACE", "}")
    return None


def unclosed_bracket(at: Recovery, found: Token) -> Resume | None:
    """A list or a call that the next entry, or the end of the block, interrupts."""
    symbol, opener = at.opener()
    if symbol not in ("LSQB", "LPAR") or opener is None:
        return None
    ends = found.kind in ("RBRACE", "HANGING", END) or (
        at.declares(found) and found.kind not in ("IF", "FOR")
    )
    is_key = (
        symbol == "LSQB"
        and found.kind == "NAME"
        and bool(_NAME_THEN_EQUAL.match(at.text, found.start))
    )
    if found.kind == "EQUAL" and at.symbol(0) in ("NAME", "expr"):
        start = start_of(at.value(0))
        is_key = bool(
            start is not None and at.is_first(start) and _NAME_THEN_EQUAL.match(at.text, start)
        )
        ends = False
        if not is_key:
            return None
    if not (ends or is_key or at.is_new_entry(found)):
        return None
    if opener.start not in at.reported_openers:
        at.reported_openers.add(opener.start)
        at.report(
            say.unclosed_bracket(
                at.span(opener.start, opener.end), at.naming(found), at.span(found.start, found.end)
            )
        )
    if found.kind == "EQUAL":
        return at.skip_entry(found, start_of(at.value(0)))
    closer = _OPENERS[symbol]
    if at.goes_to("expr") and not at.accepts(closer):
        at.put("expr", ast.BrokenExpr(at.span(found.start, found.start)))
    if at.accepts(closer):
        return at.insert(closer, _CLOSERS[closer])
    return at.skip_entry(found, found.start)


def missing_comma(at: Recovery, found: Token) -> Resume | None:
    """`[nova neutron]`."""
    symbol, opener = at.opener()
    if symbol not in ("LSQB", "LPAR") or opener is None or not at.accepts("COMMA", found.kind):
        return None
    if opener.start not in at.reported_openers:
        at.reported_openers.add(opener.start)
        at.report(say.missing_comma(at.span(found.start, found.end), at.naming(found)))
    return at.insert("COMMA", ",")
