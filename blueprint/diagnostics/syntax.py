"""What can be wrong with the text of a blueprint: codes OIB1001 to OIB1399.

10xx the source as a whole, 13xx the structure; 11xx and 12xx, literals and texts, are in `literals.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from blueprint.diagnostics import Diagnostic, Fix, Label, Rule, Severity
from blueprint.source import Span

CONTROL_CHARACTER = Rule("OIB1001", "control-character")
SOURCE_TOO_LARGE = Rule("OIB1002", "source-too-large")
NESTING_TOO_DEEP = Rule("OIB1003", "nesting-too-deep")
TOO_MANY_ERRORS = Rule("OIB1004", "too-many-errors")
FOREIGN_CHARACTER = Rule("OIB1005", "foreign-character")
FOREIGN_COMMENT = Rule("OIB1006", "foreign-comment")
STRAY_DOC_COMMENT = Rule("OIB1007", "stray-doc-comment", Severity.WARNING)


UNCLOSED_BLOCK = Rule("OIB1301", "unclosed-block")
UNMATCHED_BRACKET = Rule("OIB1302", "unmatched-bracket")
UNCLOSED_BRACKET = Rule("OIB1303", "unclosed-bracket")
SEPARATOR_BETWEEN_ENTRIES = Rule("OIB1304", "separator-between-entries")
MISSING_VALUE = Rule("OIB1305", "missing-value")
MISSING_EQUALS = Rule("OIB1306", "missing-equals")
COLON_FOR_EQUALS = Rule("OIB1307", "colon-for-equals")
FOREIGN_OPERATOR = Rule("OIB1308", "foreign-operator")
CHAINED_COMPARISON = Rule("OIB1309", "chained-comparison")
EQUALS_IN_CONDITION = Rule("OIB1310", "equals-in-condition")
MISSING_BRACE = Rule("OIB1311", "missing-brace")
MISSING_TYPE = Rule("OIB1312", "missing-type")
MISSING_WORD = Rule("OIB1313", "missing-word")
NOT_AN_ENTRY = Rule("OIB1314", "not-an-entry")
UNEXPECTED = Rule("OIB1315", "unexpected")
IMPOSSIBLE_NAME = Rule("OIB1316", "impossible-name")
RESERVED_WORD = Rule("OIB1317", "reserved-word")
MISSING_COMMA = Rule("OIB1318", "missing-comma")
UNQUOTED_PATH = Rule("OIB1319", "unquoted-path")
SECOND_LABEL = Rule("OIB1320", "second-label")
BLOCK_AFTER_VALUE = Rule("OIB1321", "block-after-value")
MISSING_NAME = Rule("OIB1322", "missing-name")
POSITIONAL_AFTER_NAMED = Rule("OIB1323", "positional-after-named")
ELSE_WITHOUT_IF = Rule("OIB1324", "else-without-if")
EXPORT_OF_ATTRIBUTE = Rule("OIB1325", "export-of-attribute")


# ------------------------------------------------------------------------------------ the source as a whole


def control_character(span: Span, name: str) -> Diagnostic:
    """A character that is not seen, or that makes the text look like another one."""
    return Diagnostic(
        CONTROL_CHARACTER,
        span,
        f"the source contains {name}",
        hint="delete it; inside a text, write it as `\\u{…}`",
        fix=Fix(span, ""),
    )


def source_too_large(span: Span, size: int, limit: int) -> Diagnostic:
    """A source that no person wrote."""
    return Diagnostic(
        SOURCE_TOO_LARGE,
        span,
        f"the source has {size} characters; at most {limit} are allowed",
        hint="keep enumerations in a data file and read it with `csv(…)`",
    )


def nesting_too_deep(span: Span, limit: int) -> Diagnostic:
    """Brackets, operators or branches inside each other beyond the limit."""
    return Diagnostic(
        NESTING_TOO_DEEP,
        span,
        f"more than {limit} levels stand inside each other here",
        hint="give a part of it a name with `let`",
    )


def too_many_errors(span: Span | None, limit: int) -> Diagnostic:
    """A pass has given up."""
    return Diagnostic(
        TOO_MANY_ERRORS,
        span,
        f"more than {limit:,} errors; the rest is left out",
        hint="mend the first ones and try again",
    )


def foreign_character(span: Span, name: str, meant: str | None) -> Diagnostic:
    """A character that no word or sign of the language has; `meant` is the sign that it resembles."""
    hint = f"write `{meant}`" if meant else "delete it, or put it into a text"
    if meant == " ":
        hint = "use an ordinary space"
    return Diagnostic(FOREIGN_CHARACTER, span, f"{name} is not part of the language", hint=hint)


def foreign_comment(span: Span, mark: str) -> Diagnostic:
    """A comment of another language."""
    return Diagnostic(
        FOREIGN_COMMENT, span, f"`{mark}` does not begin a comment", hint="comments begin with `#`"
    )


def stray_doc_comment(span: Span) -> Diagnostic:
    """A `##` comment above nothing that could be documented."""
    return Diagnostic(
        STRAY_DOC_COMMENT,
        span,
        "this documentation stands above nothing that it could describe",
        hint="put it on its own line above a declaration, or begin it with one `#`",
    )


# ------------------------------------------------------------------------------------------------ structure


def unclosed_block(span: Span, head: str, before: str, place: Span | None) -> Diagnostic:
    """A `{` whose `}` is missing; `place` is the entry before which it seems to be."""
    what = f"`{head}`" if head else "this `{`"
    if place is None:
        return Diagnostic(UNCLOSED_BLOCK, span, f"{what} is not closed", hint="add a `}`")
    return Diagnostic(
        UNCLOSED_BLOCK,
        span,
        f"{what} is not closed",
        labels=(
            Label(place, f"a `}}` is missing before `{before}`, which begins at the same depth"),
        ),
        hint=f"add a `}}` above line {place.line}",
    )


def unmatched_bracket(span: Span, mark: str, closed: tuple[Span, str] | None) -> Diagnostic:
    """A closing bracket that closes nothing; `closed` is where the block that it belongs to was closed."""
    labels: tuple[Label, ...] = ()
    hint = "delete it, or look above for something that was closed too early"
    if closed:
        labels = (Label(closed[0], f"`{closed[1]}` is closed here already"),)
        hint = "delete one of the two"
    return Diagnostic(
        UNMATCHED_BRACKET, span, f"this `{mark}` closes nothing", labels=labels, hint=hint
    )


def unclosed_bracket(span: Span, found: str, place: Span) -> Diagnostic:
    """A `[` or `(` that something else interrupts."""
    mark = span.text
    closing = {"[": "]", "(": ")"}.get(mark, mark)
    return Diagnostic(
        UNCLOSED_BRACKET,
        span,
        f"this `{mark}` is not closed",
        labels=(Label(place, f"`{closing}` is missing before {found}"),),
        hint=f"add a `{closing}`",
    )


def separator_between_entries(span: Span, mark: str) -> Diagnostic:
    """A comma or semicolon in braces."""
    return Diagnostic(
        SEPARATOR_BETWEEN_ENTRIES,
        span,
        f"`{mark}` is not allowed between entries",
        hint="in `{ }` entries are separated by a new line or two spaces; commas belong in `[ ]` and `( )`",
        fix=Fix(span, ""),
    )


def missing_value(span: Span, name: str, *, hangs: bool) -> Diagnostic:
    """An `=` or an operator without a value; it hangs where its line ends after it."""
    hint = "a value begins on the line of its `=`" if hangs else None
    return Diagnostic(MISSING_VALUE, span, f"`{name}` has no value", hint=hint)


def missing_operand(span: Span, operator: str) -> Diagnostic:
    """An operator with nothing on its right."""
    return Diagnostic(MISSING_VALUE, span, f"`{operator}` has no value on its right")


def missing_equals(span: Span, name: str, value: str) -> Diagnostic:
    """A name followed by its value."""
    return Diagnostic(
        MISSING_EQUALS,
        span,
        f"`{name}` needs `=` before its value",
        hint=f"write `{name} = {value}`",
    )


def colon_for_equals(span: Span, mark: str) -> Diagnostic:
    """A colon, or another sign, where `=` stands."""
    return Diagnostic(
        COLON_FOR_EQUALS,
        span,
        f"`{mark}` is not allowed after a key",
        hint="write `=`",
        fix=Fix(span, " ="),
    )


def foreign_operator(span: Span, operator: str, meant: str) -> Diagnostic:
    """An operator of another language."""
    return Diagnostic(FOREIGN_OPERATOR, span, f"`{operator}` is not an operator", hint=meant)


def chained_comparison(span: Span, operator: str) -> Diagnostic:
    """A second operator of a kind that cannot be chained."""
    return Diagnostic(
        CHAINED_COMPARISON,
        span,
        f"`{operator}` cannot follow another operator of its kind",
        hint="use `and`, or parentheses",
    )


def equals_in_condition(span: Span) -> Diagnostic:
    """`=` where values are compared."""
    return Diagnostic(
        EQUALS_IN_CONDITION,
        span,
        "`=` does not compare",
        hint="compare with `==`",
        fix=Fix(span, "=="),
    )


def missing_brace(span: Span, head: str) -> Diagnostic:
    """The head of a block, and then not its `{`."""
    return Diagnostic(
        MISSING_BRACE, span, f"`{{` is missing after `{head}`", hint=f"write `{head} {{ … }}`"
    )


def missing_type(span: Span, name: str, value: str | None) -> Diagnostic:
    """A parameter without its type."""
    written = value or "string"
    return Diagnostic(
        MISSING_TYPE,
        span,
        f"the parameter `{name}` needs a type",
        hint=f"write `param {name}: {written}`",
    )


def missing_word(span: Span, words: Sequence[str], found: str) -> Diagnostic:
    """One of a few words or signs must come here."""
    wanted = " or ".join(f"`{w}`" for w in words)
    return Diagnostic(MISSING_WORD, span, f"expected {wanted} before {found}")


def missing_else(span: Span) -> Diagnostic:
    """`if … then …` without `else`."""
    return Diagnostic(
        MISSING_WORD,
        span,
        "this `if` has no `else`",
        hint="a value has both: `if … then … else …`; to leave an attribute out, put it into `if … { }`",
    )


def not_an_entry(span: Span, text: str, instead: str | None = None) -> Diagnostic:
    """Something that begins like an entry and is none; `instead` is what was most likely meant."""
    return Diagnostic(
        NOT_AN_ENTRY,
        span,
        f"`{text}` is not an entry",
        hint="an entry is `name = value` or `kind name { … }`"
        if instead is None
        else f"write `{instead}`: a dot stands between them only where the thing is referred to",
        fix=None if instead is None else Fix(span, instead),
    )


def unexpected(span: Span, found: str, wanted: str | None) -> Diagnostic:
    """Something in a place where it cannot stand."""
    expected = f"; expected {wanted}" if wanted else ""
    return Diagnostic(UNEXPECTED, span, f"{found} is not allowed here{expected}")


def impossible_name(span: Span, text: str, meant: str | None) -> Diagnostic:
    """A name with characters that names do not have."""
    hint = "names are made of the letters a to z, digits and `_`"
    if meant:
        hint = f"write `{meant}`, or quote it where it is a key of a map"
    return Diagnostic(IMPOSSIBLE_NAME, span, f"`{text}` is not a name", hint=hint)


def reserved_word(span: Span, word: str, meant: str | None) -> Diagnostic:
    """A word of the language in the place of a name; `meant` is the parameter after `param.`."""
    hint = f'choose another name; as a value, write `"{word}"`'
    if meant:
        hint = f"values are bare names: write `{meant}`"
    return Diagnostic(
        RESERVED_WORD,
        span,
        f"`{word}` is a word of the language and cannot be a name here",
        hint=hint,
    )


def missing_comma(span: Span, found: str) -> Diagnostic:
    """Two values in brackets without a comma."""
    return Diagnostic(MISSING_COMMA, span, f"a `,` is missing before {found}")


def unquoted_path(span: Span, text: str) -> Diagnostic:
    """The path of a module without quotes."""
    return Diagnostic(
        UNQUOTED_PATH,
        span,
        f"the path `{text}` needs quotes",
        hint=f'write `use "{text}" as …`',
        fix=Fix(span, f'"{text}"'),
    )


def second_label(span: Span, kind: str, text: str) -> Diagnostic:
    """A block with two names."""
    return Diagnostic(
        SECOND_LABEL,
        span,
        f"`{kind}` has a second name, `{text}`",
        hint="a block has at most one name; put the second into a block inside the first",
    )


def block_after_value(span: Span, name: str, value: str) -> Diagnostic:
    """`name = value { … }`."""
    hint = f"options of a choice make it a block: `{name} {value} {{ … }}`, without `=`"
    return Diagnostic(BLOCK_AFTER_VALUE, span, "a value cannot be followed by a block", hint=hint)


def missing_name(span: Span, word: str, found: str) -> Diagnostic:
    """A declaration without its name."""
    return Diagnostic(MISSING_NAME, span, f"`{word}` needs a name before {found}")


def positional_after_named(span: Span, name: str) -> Diagnostic:
    """An argument without a name after one with a name."""
    return Diagnostic(
        POSITIONAL_AFTER_NAMED,
        span,
        f"an argument without a name follows `{name} = …`",
        hint="arguments without names come first",
    )


def else_without_if(span: Span) -> Diagnostic:
    """An `else` that follows no `if … { }`."""
    return Diagnostic(ELSE_WITHOUT_IF, span, "this `else` follows no `if … { }`")


def export_of_attribute(span: Span, name: str) -> Diagnostic:
    """`export` before a name."""
    return Diagnostic(
        EXPORT_OF_ATTRIBUTE,
        span,
        "`export` stands before a declaration",
        hint=f"write `export let {name} = …`",
    )
