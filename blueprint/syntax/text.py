"""From the characters of a string literal to its text: escapes, and the indentation of `\"\"\"` texts."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics import literals as say
from blueprint.source import Source, Span
from blueprint.syntax import ast

_ESCAPE = re.compile(r"\\(?:u\{([^}\"\n]*)\}|(.)|\n|$)")
_SIMPLE = {'"': '"', "\\": "\\", "n": "\n", "t": "\t", "$": "$"}

Report = Callable[[Diagnostic], None]
Piece = tuple[int, int, str] | ast.Hole


def unescape(raw: str, source: Source, start: int, report: Report) -> str:
    """The text that `raw`, which stands at `start`, means."""
    if "\\" not in raw:
        return raw

    def meaning(found: re.Match[str]) -> str:
        span = Span(source, start + found.start(), start + found.end())
        if found[2] is not None:
            if found[2] in _SIMPLE:
                return _SIMPLE[found[2]]
            report(say.unknown_escape(span, found[0]))
            return found[2]
        if found[1] is None:
            report(say.unknown_escape(span, "\\"))
            return ""
        code = int(found[1], 16) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", found[1]) else 0
        if not 0 < code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
            report(say.impossible_character(span, found[0]))
            return "\ufffd"
        return chr(code)

    return _ESCAPE.sub(meaning, raw)


def line_parts(
    pieces: Sequence[Piece], source: Source, report: Report
) -> tuple[str | ast.Hole, ...]:
    """The parts of a `"…"` with holes."""
    return tuple(
        unescape(piece[2], source, piece[0], report) if isinstance(piece, tuple) else piece
        for piece in pieces
    )


def block_parts(
    pieces: Sequence[Piece], source: Source, report: Report
) -> tuple[str | ast.Hole, ...]:
    """The parts of a `\"\"\"` text without the indentation that its lines share.

    A line end directly after the opening quotes is dropped with them. The closing quotes count as a line where
    they stand on their own, and what is left of that line is dropped. Lines of blanks do not count and become empty.
    """
    first = pieces[0] if pieces else None
    if not (isinstance(first, tuple) and re.match(r"[ \t]*\n", first[2])):
        return line_parts(pieces, source, report)
    indent = shared_indent(pieces)
    parts: list[str | ast.Hole] = []
    for index, piece in enumerate(pieces):
        if not isinstance(piece, tuple):
            parts.append(piece)
            continue
        start, _, raw = piece
        is_last = index == len(pieces) - 1
        text: list[str] = []
        at = 0
        for number, line in enumerate(raw.split("\n")):
            if number:
                is_end = at + len(line) == len(raw)
                is_blank = not line.strip(" \t") and (not is_end or is_last)
                cut = len(line) if is_blank else indent
                text.append("\n" + unescape(line[cut:], source, start + at + cut, report))
            elif index:
                text.append(unescape(line, source, start, report))
            at += len(line) + 1
        parts.append("".join(text).removeprefix("\n") if index == 0 else "".join(text))
    return tuple(part for part in parts if part != "")


def shared_indent(pieces: Sequence[Piece]) -> int:
    """How many blanks all lines of a `\"\"\"` text begin with, its closing line included."""
    widths = []
    for piece in pieces:
        if not isinstance(piece, tuple):
            continue
        lines = piece[2].split("\n")[1:]
        for number, line in enumerate(lines):
            blank = len(line) - len(line.lstrip(" \t"))
            goes_on = number == len(lines) - 1  # a hole or the closing quotes follow
            if blank < len(line) or goes_on:
                widths.append(blank)
    return min(widths, default=0)
