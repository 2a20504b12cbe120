"""Rows of the table of faults about single characters: signs and quotation marks of other languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from blueprint.diagnostics import literals as say_literal
from blueprint.diagnostics import syntax as say
from blueprint.syntax.characters import LOOKALIKES, QUOTES, describe, is_invisible
from blueprint.syntax.tables import CHAR, FOREIGN_NAME, PUNCTUATION

if TYPE_CHECKING:
    from blueprint.syntax.recover import Recovery
    from blueprint.syntax.tokens import Resume, Token

_SIGNS: Final = PUNCTUATION | {
    ":": "COLON", "=": "EQUAL", ".": "DOT", "+": "OPERATOR", "-": "MINUS", "*": "OPERATOR", "/": "OPERATOR",
    "<=": "OPERATOR", ">=": "OPERATOR", "!=": "OPERATOR", "..": "RANGE", "not": "NOT",
}  # fmt: skip
_REST_OF_NAME: Final = re.compile(r"(?:-[A-Za-z_]\w*)+")
_WORD_BEFORE: Final = re.compile(r"[A-Za-z_0-9]")


def foreign_name(at: Recovery, found: Token) -> Resume | None:
    """`größe = 3`: read as a name."""
    if found.kind != FOREIGN_NAME:
        return None
    start = found.start
    while start and _WORD_BEFORE.match(at.text, start - 1):
        start -= 1
    span = at.span(start, found.end)
    at.report(say.impossible_name(span, at.text[start : found.end], None))
    if start < found.start:
        return at.drop(found.end)  # its beginning was read as a name
    return at.replace(found, "NAME") if at.accepts("NAME") else at.fall_back(found)


def quotes(at: Recovery, found: Token) -> Resume | None:
    """`'oam'`: read as a text."""
    if found.kind != CHAR or found.word not in QUOTES:
        return None
    closing = at.text.find(QUOTES[found.word], found.end)
    line_end = at.text.find("\n", found.end)
    if closing < 0 or 0 <= line_end < closing:
        at.report(say_literal.foreign_quotes(at.span(found.start, found.end), found.word))
        return at.fall_back(found)
    at.report(say_literal.foreign_quotes(at.span(found.start, closing + 1), found.word))
    if not at.accepts("PLAIN"):
        return at.fall_back(found)
    inner = re.sub(r'["\\$]', " ", at.text[found.end : closing])
    return at.replace(found, "PLAIN", f'"{inner}"', closing + 1)


def lookalike(at: Recovery, found: Token) -> Resume | None:
    """A full-width comma and its like: read as what it resembles. Spaces that are none are left out."""
    if found.kind != CHAR:
        return None
    span = at.span(found.start, found.end)
    if is_invisible(found.word):
        at.report(say.foreign_character(span, describe(found.word), " "))
        return at.drop(found.end)
    meant = LOOKALIKES.get(found.word)
    if meant is None:
        return None
    at.report(say.foreign_character(span, describe(found.word), meant))
    if meant == ";" or (meant == "," and not at.accepts("COMMA")):
        return at.drop(found.end)
    if meant == "#":
        return at.drop(line_end(at, found.end))
    kind = _SIGNS.get(meant, CHAR)
    return at.replace(found, kind, meant) if at.accepts(kind) else at.fall_back(found)


def comment(at: Recovery, found: Token) -> Resume | None:
    """`// …` and `/* … */`: left out."""
    mark = at.text[found.start : found.start + 2]
    start = found.start
    if mark not in ("//", "/*"):
        start -= 1
        mark = at.text[start : found.start + 1] if found.start else ""
        if mark not in ("//", "/*") or at.symbol(0) != "OPERATOR":
            return None
        at.pop()  # the first `/` was read as a division
    at.tell(say.foreign_comment(at.span(start, start + 2), mark))
    if mark == "//":
        return at.drop(line_end(at, start))
    closing = at.text.find("*/", start + 2)
    return at.drop(closing + 2 if closing >= 0 else line_end(at, start))


def line_end(at: Recovery, offset: int) -> int:
    """The end of the line of an offset."""
    end = at.text.find("\n", offset)
    return len(at.text) if end < 0 else end


def logic(at: Recovery, found: Token) -> Resume | None:
    """`&&`, `||`, `!`, `%`: read as the operators of the language."""
    pair = at.text[found.start : found.start + 2]
    for signs, kind, word, hint in (
        ("&&", "OPERATOR", "and", "write `and`"),
        ("&", "OPERATOR", "and", "write `and`"),
        ("||", "OPERATOR", "or", "write `or`"),
        ("!", "NOT", "not", "write `not`"),
        ("%", "OPERATOR", "*", "write `mod(a, b)`; a percentage is a number followed by `%`"),
        ("^", "OPERATOR", "*", "there are `+`, `-`, `*` and `/`"),
    ):
        if pair.startswith(signs) and at.accepts(kind):
            end = found.start + len(signs)
            at.report(say.foreign_operator(at.span(found.start, end), signs, hint))
            return at.replace(found, kind, word, end)
    return None


def modulo(at: Recovery, found: Token) -> Resume | None:
    """`10 % 3`: the number was read as a percentage."""
    if found.kind not in ("NAME", "NUMBER", "LPAR") or not at.is_after(found, "%"):
        return None
    if not at.accepts("OPERATOR", found.kind):
        return None
    place = at.builder.end - 1
    hint = "write `mod(a, b)`; a percentage is a number followed by `%`"
    at.report(say.foreign_operator(at.span(place, place + 1), "%", hint))
    return at.insert("OPERATOR", "*")


def question(at: Recovery, found: Token) -> Resume | None:
    """`a ? b : c`."""
    if found.kind != "QUESTION" or not at.accepts("OPERATOR"):
        return None
    span = at.span(found.start, found.end)
    at.report(say.foreign_operator(span, "? :", "write `if … then … else …`"))
    return at.fall_back(found)


def hole(at: Recovery, found: Token) -> Resume | None:
    """`$name` or `${name}` outside a text: the sign is left out, or the whole read as a name."""
    if found.kind != CHAR or found.word != "$":
        return None
    at.report(say_literal.hole_outside_text(at.span(found.start, found.end)))
    braces = re.compile(r"\$\{[^{}\n]*\}").match(at.text, found.start)
    if braces and at.accepts("NAME"):
        return at.replace(found, "NAME", "_", braces.end())
    return at.fall_back(found) if braces else at.drop(found.end)


def hyphen(at: Recovery, found: Token) -> Resume | None:
    """`my-name = 3`: read as one name."""
    if found.kind != "MINUS" or at.symbol(0) not in ("NAME", "dotted", "key", "label", "MEMBER"):
        return None
    rest = _REST_OF_NAME.match(at.text, found.start)
    if rest is None or not found.start or not _WORD_BEFORE.match(at.text, found.start - 1):
        return None
    start = found.start
    while start and _WORD_BEFORE.match(at.text, start - 1):
        start -= 1
    name = at.text[start : rest.end()]
    at.report(say.impossible_name(at.span(start, rest.end()), name, name.replace("-", "_")))
    return at.drop(rest.end())


def other_character(at: Recovery, found: Token) -> Resume | None:
    """Whatever else no terminal begins with."""
    if found.kind != CHAR:
        return None
    at.report(say.foreign_character(at.span(found.start, found.end), describe(found.word), None))
    return at.fall_back(found)
