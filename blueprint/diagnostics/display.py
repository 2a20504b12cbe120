"""Text from sources as a terminal may show it: escapes for what would not be seen, and widths in columns."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate

TAB = 4

#: Categories whose characters a terminal hides, obeys or cannot encode: controls, formats (bidirectional
#: marks among them), line and paragraph separators, lone surrogates.
_HIDDEN = frozenset({"Cc", "Cf", "Zl", "Zp", "Cs"})


def escaped(text: str) -> str:
    r"""The text with every character that would be hidden or obeyed shown as `\u{…}`; newlines too."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(char) for char in text)


def _shown(char: str) -> str:
    if char.isprintable():
        return char
    if unicodedata.category(char) in _HIDDEN:
        return f"\\u{{{ord(char):x}}}"
    return char


def width(text: str) -> int:
    """How many columns a terminal needs for a text without tabs."""
    if text.isascii():
        return len(text)
    return sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line of source laid out for a terminal: what is shown for each character, and where it begins.

    `starts` has one entry more than there are characters: the column at which the line ends.
    """

    cells: tuple[str, ...]
    starts: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Line:
        """The layout of a line, tabs spread out and hidden characters escaped."""
        if text.isascii() and text.isprintable():
            return cls(tuple(text), tuple(range(len(text) + 1)))
        cells = []
        column = 0
        for char in text:
            cell = " " * (TAB - column % TAB) if char == "\t" else _shown(char)
            cells.append(cell)
            column += width(cell)
        return cls(tuple(cells), tuple(accumulate((width(c) for c in cells), initial=0)))

    @property
    def text(self) -> str:
        """The whole line as shown."""
        return "".join(self.cells)

    @property
    def columns(self) -> int:
        """Width of the whole line."""
        return self.starts[-1]

    def column(self, index: int) -> int:
        """The column at which a character begins; that of the end for what lies past it."""
        return self.starts[min(index, len(self.cells))]

    def window(self, columns: int, around: int, until: int) -> tuple[str, int]:
        """At most `columns` of the line with the stretch from `around` to `until` in view.

        Returns the text, `…` in place of what was cut, and how far the text was moved to the left.
        """
        if self.columns <= columns:
            return self.text, 0
        room = columns - 2
        middle = around if until - around > room else (around + until) // 2
        first = min(max(0, middle - room // 2), self.columns - room)
        begin = bisect_right(self.starts, first) - 1
        if begin <= 1:
            begin = 0
        end = bisect_right(self.starts, self.starts[begin] + room) - 1
        end = min(max(end, begin + 1), len(self.cells))
        before = "…" if begin else ""
        after = "…" if end < len(self.cells) else ""
        moved = self.starts[begin] - len(before)
        return f"{before}{''.join(self.cells[begin:end])}{after}", moved


__all__ = ["TAB", "Line", "escaped", "width"]
