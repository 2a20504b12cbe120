"""The table of faults: situations in which people go wrong, what is said then, and how reading goes on.

Each row is a function that gets the parser's stack and the terminal for which there is no action. It returns None
where the situation is another one; else it reports, mends the stack, and says where to go on. The first row that
fits is taken, so the special ones stand before the general ones.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from blueprint.syntax.faults import brackets, characters, entries, values

if TYPE_CHECKING:
    from blueprint.syntax.recover import Recovery
    from blueprint.syntax.tokens import Resume, Token

Row = Callable[["Recovery", "Token"], "Resume | None"]

ROWS: Final[tuple[Row, ...]] = (
    brackets.end_in_text,
    characters.foreign_name,
    characters.quotes,
    characters.comment,
    values.separator,
    values.semicolon_in_brackets,
    characters.lookalike,
    values.colon,
    brackets.hole,
    characters.logic,
    characters.modulo,
    characters.question,
    characters.hole,
    characters.hyphen,
    characters.other_character,
    values.equals_in_condition,
    values.value_is_next_key,
    values.after_inserted_else,
    brackets.extra_closer,
    brackets.unclosed_bracket,
    values.missing_type,
    values.missing_value,
    values.quantity_without_equals,
    brackets.end_in_block,
    entries.path_without_quotes,
    entries.export_of_attribute,
    entries.else_without_if,
    brackets.missing_comma,
    values.number_as_label,
    values.missing_equals,
    values.missing_word,
    entries.reserved_word,
    entries.missing_name,
    values.block_after_value,
    entries.stray_text,
    entries.dotted_key,
    entries.head_of_block,
    entries.header,
    entries.anything,
)
