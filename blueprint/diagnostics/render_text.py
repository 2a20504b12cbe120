"""Diagnostics for people at a terminal: the message, the source around it, marks under what is meant.

An excerpt shows one source. Each marked line is printed once, the marks of its labels below it, the
primary one first; above the first comes the header of the block around it. A second source named by a
label gets an excerpt of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from blueprint.diagnostics import Diagnostic, Severity
from blueprint.diagnostics.display import Line, escaped, width
from blueprint.source import Source, Span

#: So many diagnostics of one code are told at length. A fleet may have hundreds from one slip: of the further ones
#: everybody wants to know the places, and nobody the same picture again.
_AT_LENGTH = 10
#: Letters of a message; longer ones lose their middle.
_LONGEST = 1_000
#: How far up the header of the surrounding block is looked for.
_LINES_UP = 400

_SGR: Mapping[str, str] = {
    "error": "1;31",
    "warning": "1;33",
    "note": "1;36",
    "strong": "1",
    "frame": "1;34",
    "help": "1;32",
}


@dataclass(frozen=True, slots=True)
class Look:
    """How text is to be shown: in colour or not, and in how many columns."""

    is_colored: bool = False
    columns: int = 120

    def paint(self, style: str, text: str) -> str:
        """The text in a style, where colour is wanted."""
        return f"\x1b[{_SGR[style]}m{text}\x1b[0m" if self.is_colored and text else text


PLAIN = Look()


@dataclass(frozen=True, slots=True)
class _Mark:
    """One underlined stretch of a source with the words that belong to it."""

    span: Span
    text: str
    is_primary: bool


@dataclass(frozen=True, slots=True)
class _Frame:
    """What the excerpts of one diagnostic have in common."""

    gutter: int
    severity: str
    look: Look

    @property
    def bar(self) -> str:
        return self.look.paint("frame", f"{'':{self.gutter}} |")

    @property
    def room(self) -> int:
        return max(24, self.look.columns - self.gutter - 3)


def render_text(diagnostics: Iterable[Diagnostic], look: Look = PLAIN) -> str:
    """All diagnostics in the order given, each followed by an empty line.

    Where more can be read about a code is said once, at the first diagnostic that has it. Of a code
    that many have, the last ones are a line each, in the order given, below the others.
    """
    seen: dict[str, int] = {}
    parts: list[str] = []
    short: list[str] = []
    for each in diagnostics:
        code = each.rule.code
        seen[code] = seen.get(code, 0) + 1
        if seen[code] <= _AT_LENGTH:
            parts.append(render_one(each, look, is_first=seen[code] == 1))
        else:
            short.append(_in_a_line(each, look))
    if short:
        parts.append("\n".join(short))
    return "".join(f"{part}\n\n" for part in parts)


def _in_a_line(diagnostic: Diagnostic, look: Look) -> str:
    severity = diagnostic.severity.value
    head = look.paint(severity, f"{severity}[{diagnostic.rule.code}]")
    span = diagnostic.span
    place = "" if span is None else f" {escaped(span.source.path)}:{span.line}:{span.column}"
    return f"{head}{place}: {escaped(_short(diagnostic.message))}"


def _short(message: str) -> str:
    """A message that people can read, also where it quotes a text of a blueprint as long as a book."""
    return (
        message
        if len(message) <= _LONGEST
        else f"{message[: _LONGEST // 2]} … {message[-_LONGEST // 4 :]}"
    )


def render_one(diagnostic: Diagnostic, look: Look = PLAIN, *, is_first: bool = True) -> str:
    """One diagnostic, without a line end at its end."""
    severity = diagnostic.severity.value
    head = look.paint(severity, f"{severity}[{diagnostic.rule.code}]")
    message = escaped(_short(diagnostic.message))
    lines = [f"{head}{look.paint('strong', f': {message}')}"]
    marks = [
        _Mark(label.span, escaped(label.text), is_primary=False) for label in diagnostic.labels
    ]
    if diagnostic.span is not None:
        marks.insert(0, _Mark(diagnostic.span, "", is_primary=True))
    gutter = max((len(str(_last_line(mark.span))) for mark in marks), default=1)
    frame = _Frame(gutter, severity, look)
    for source, of_source in _by_source(marks):
        arrow = "-->" if of_source[0].is_primary else ":::"
        place = f"{escaped(source.path)}:{of_source[0].span.line}:{of_source[0].span.column}"
        lines.append(f"{'':{gutter}}{look.paint('frame', arrow)} {place}")
        lines.append(frame.bar)
        lines += _excerpt(source, of_source, frame)
        lines.append(frame.bar)
    equals = look.paint("frame", f"{'':{gutter}} =")
    indent = f"{'':{gutter}}   "
    for note in diagnostic.notes:
        lines += _paragraph(f"{equals} ", indent, note)
    hint = diagnostic.hint or _hint_of_fix(diagnostic)
    if hint is not None:
        lines += _paragraph(f"{'':{gutter}} {look.paint('help', 'help:')} ", indent + "    ", hint)
    if is_first:
        lines.append(f"{equals} run `oib explain {diagnostic.rule.code}` for more")
    return "\n".join(lines)


def render_place(span: Span, words: str, look: Look = PLAIN) -> str:
    """One place of a source with words beside its path, without a line end at its end."""
    frame = _Frame(len(str(_last_line(span))), "note", look)
    arrow = f"{'':{frame.gutter}}{look.paint('frame', '-->')}"
    lines = [f"{arrow} {escaped(span.source.path)}:{span.line}:{span.column}: {escaped(words)}"]
    lines += [frame.bar, *_excerpt(span.source, [_Mark(span, "", is_primary=True)], frame)]
    return "\n".join(lines)


def summary(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`, or an empty text where there is nothing to count."""
    counts = dict.fromkeys(Severity, 0)
    for each in diagnostics:
        counts[each.severity] += 1
    return ", ".join(
        f"{count} {severity.value}{'' if count == 1 else 's'}"
        for severity, count in counts.items()
        if count
    )


def _hint_of_fix(diagnostic: Diagnostic) -> str | None:
    fix = diagnostic.fix
    if fix is None or "\n" in fix.replacement:
        return None
    if not fix.replacement:
        return f"remove `{fix.span.text}`"
    return f"write `{fix.replacement}`"


def _paragraph(first: str, following: str, text: str) -> list[str]:
    """A note or hint, which may have several lines, with the later ones set in."""
    head, *rest = text.split("\n")
    return [first + escaped(head), *(following + escaped(line) for line in rest)]


def _by_source(marks: list[_Mark]) -> list[tuple[Source, list[_Mark]]]:
    found: list[tuple[Source, list[_Mark]]] = []
    for mark in marks:
        for source, of_source in found:
            if source is mark.span.source:
                of_source.append(mark)
                break
        else:
            found.append((mark.span.source, [mark]))
    return found


def _last_line(span: Span) -> int:
    return span.source.position(max(span.start, span.end - 1)).line


def _excerpt(source: Source, marks: list[_Mark], frame: _Frame) -> list[str]:
    by_line: dict[int, list[_Mark]] = {}
    for mark in marks:
        by_line.setdefault(mark.span.line, []).append(mark)
    header = _header_above(source, min(by_line))
    if header is not None:
        by_line.setdefault(header, [])
    lines = []
    for number in sorted(by_line):
        lines += _marked_line(source, number, by_line[number], frame)
    return lines


def _header_above(source: Source, number: int) -> int | None:
    """The line that opens the block around a line, found by its lesser indentation."""
    indentation = _indentation(source.line(number))
    if indentation == 0:
        return None
    for above in range(number - 1, max(0, number - _LINES_UP), -1):
        text = source.line(above)
        if text.strip() and _indentation(text) < indentation:
            return above if text.rstrip().endswith("{") else None
    return None


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _marked_line(source: Source, number: int, marks: list[_Mark], frame: _Frame) -> list[str]:
    text = source.line(number)
    layout = Line.of(text)
    start_of_line = source.line_starts[number - 1]
    stretches = []
    for mark in marks:
        begin = layout.column(mark.span.start - start_of_line)
        end = layout.column(min(mark.span.end - start_of_line, len(text)))
        stretches.append((begin, max(end, begin + 1)))
    shown, moved = layout.window(frame.room, *(stretches[0] if stretches else (0, 0)))
    lines = [f"{frame.look.paint('frame', f'{number:>{frame.gutter}} |')} {shown}".rstrip()]
    is_cut = width(shown) < layout.columns
    edge = max(width(shown), 1)
    for mark, (begin, end) in zip(marks, stretches, strict=True):
        left, right = begin - moved, end - moved
        if is_cut:
            left = min(max(left, 0), edge - 1)
            right = min(max(right, left + 1), edge)
        words = mark.text
        last = _last_line(mark.span)
        if last > number:
            words = f"{words} (to line {last})".lstrip()
        under = ("^" if mark.is_primary else "-") * (right - left)
        style = frame.severity if mark.is_primary else "frame"
        marked = frame.look.paint(style, f"{under} {words}".rstrip())
        lines.append(f"{frame.bar} {' ' * left}{marked}")
    return lines


__all__ = ["PLAIN", "Look", "render_one", "render_place", "render_text", "summary"]
