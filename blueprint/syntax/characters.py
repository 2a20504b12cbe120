"""Characters that do not belong into a source: invisible ones, and those that resemble the language's own."""

# ruff: noqa: RUF001  # ambiguous characters are what this is about

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from blueprint.diagnostics import Diagnostic
from blueprint.diagnostics import syntax as say
from blueprint.source import Source, Span

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
    "|\r(?!\n)"
)
"""Control characters, surrogates, and the marks that turn the direction of writing (trojan source)."""

LOOKALIKES: Final = {
    "，": ",", "、": ",", "；": ";", "：": ":", "＝": "=", "（": "(", "）": ")", "［": "[", "］": "]",
    "【": "[", "】": "]", "｛": "{", "｝": "}", "。": ".", "．": ".", "＃": "#", "＋": "+", "－": "-", "–": "-", "—": "-",
    "−": "-", "×": "*", "÷": "/", "／": "/", "≤": "<=", "≥": ">=", "≠": "!=", "…": "..", "！": "not", "％": "%",
}  # fmt: skip
QUOTES: Final = {
    "'": "'", "`": "`", "“": "”", "”": "”", "„": "“", "‘": "’", "’": "’", "«": "»", "「": "」", "＂": "＂", "＇": "＇",
}  # fmt: skip
"""Quotation marks of other languages, with the one that closes them."""

_MAX_REPORTED = 20


def without_control(source: Source, report: Callable[[Diagnostic], None]) -> str:
    """The text of a source with spaces in the place of control characters, which are reported."""
    text = source.text
    if text.isascii() and text.isprintable():
        return text
    found = _CONTROL.search(text)
    if found is None:
        return text
    for count, found in enumerate(_CONTROL.finditer(text)):
        if count == _MAX_REPORTED:
            break
        report(say.control_character(Span(source, found.start(), found.end()), describe(found[0])))
    return _CONTROL.sub(" ", text)


def describe(character: str) -> str:
    """A character as a diagnostic names it."""
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "").lower()
    if name and character.isprintable() and not character.isspace():
        return f"`{character}` ({name})" if ord(character) > 127 else f"`{character}`"
    if not name:
        name = "a control character" if ord(character) < 160 else "a character without a name"
    return f"{code} ({name})"


def is_invisible(character: str) -> bool:
    """Whether a character outside ASCII shows as nothing or as a space."""
    return ord(character) > 127 and unicodedata.category(character) in (
        "Zs",
        "Zl",
        "Zp",
        "Cf",
        "Cc",
    )
