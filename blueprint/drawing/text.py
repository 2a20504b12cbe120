"""Text in pictures: made harmless, measured without a font, cut to fit.

Widths are those of DejaVu Sans, the widest of the fonts that a viewer is likely to fall back to; so
text that fits here fits with any of them.
"""

from __future__ import annotations

import unicodedata

#: Advance widths of the characters 32 to 126, in hundredths of the font size.
_PLAIN = (
    "32 40 46 84 64 95 78 27 39 39 50 84 32 36 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 53 "
    "100 68 69 70 77 63 58 77 75 29 29 66 56 86 75 79 60 79 69 63 61 73 68 99 69 61 69 39 34 39 84 50 "
    "50 61 63 55 63 62 35 63 63 28 28 58 28 97 63 61 63 63 41 52 39 63 59 82 59 59 52 64 34 64 84"
)
_BOLD = (
    "35 46 52 84 70 100 87 31 46 46 52 84 38 42 38 37 70 70 70 70 70 70 70 70 70 70 40 40 84 84 84 58 "
    "100 77 76 73 83 68 68 82 84 37 37 77 64 100 84 85 73 85 77 72 68 81 77 110 77 72 73 46 37 46 84 "
    "50 50 67 72 59 72 68 44 72 71 34 34 67 34 104 71 69 72 72 49 60 48 71 65 92 65 65 58 71 37 71 84"
)
_WIDTHS = {
    is_bold: {chr(32 + i): int(w) / 100 for i, w in enumerate(table.split())}
    for is_bold, table in ((False, _PLAIN), (True, _BOLD))
}
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
ELLIPSIS = "…"


def visible(text: str) -> str:
    """The text on one line, with a mark in place of every character that can't be seen.

    Control characters, line ends, and those that change the direction of writing would let a name
    pass for another one, or end the line that it stands on.
    """
    return "".join("\ufffd" if unicodedata.category(c) in _UNSEEN else c for c in text)


def width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Width of a line of text at a font size, at most."""
    table = _WIDTHS[is_bold]
    total = 0.0
    for character in text:
        known = table.get(character)
        if known is None:
            wide = unicodedata.east_asian_width(character) in "WF"
            known = 0.0 if unicodedata.combining(character) else 1.05 if wide else 0.85
        total += known
    return total * size


def fitted(text: str, size: float, room: float, *, is_bold: bool = False) -> str:
    """The text, cut with an ellipsis where it is wider than the room."""
    if width(text, size, is_bold=is_bold) <= room:
        return text
    kept = text
    while kept and width(kept + ELLIPSIS, size, is_bold=is_bold) > room:
        kept = kept[:-1]
    return kept.rstrip() + ELLIPSIS
