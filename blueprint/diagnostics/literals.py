"""What can be wrong with a literal or a text in quotes: codes OIB1101 to OIB1299."""

from __future__ import annotations

from blueprint.diagnostics import Diagnostic, Fix, Rule
from blueprint.source import Span

IMPOSSIBLE_ADDRESS = Rule("OIB1101", "impossible-address")
HOST_BITS = Rule("OIB1102", "host-bits-in-prefix")
BARE_VERSION = Rule("OIB1103", "bare-version")
IMPOSSIBLE_DATE = Rule("OIB1104", "impossible-date")
UNKNOWN_UNIT = Rule("OIB1105", "unknown-unit")
IMPOSSIBLE_MAC = Rule("OIB1106", "impossible-mac")
NUMBER_TOO_LONG = Rule("OIB1107", "number-too-long")
LEADING_ZERO = Rule("OIB1108", "leading-zero")
INEXACT_QUANTITY = Rule("OIB1109", "inexact-quantity")
MALFORMED_NUMBER = Rule("OIB1110", "malformed-number")
IMPOSSIBLE_PREFIX = Rule("OIB1111", "impossible-prefix-length")
UNQUOTED_TEXT = Rule("OIB1112", "unquoted-text")

UNCLOSED_STRING = Rule("OIB1201", "unclosed-string")
UNKNOWN_ESCAPE = Rule("OIB1202", "unknown-escape")
IMPOSSIBLE_CHARACTER = Rule("OIB1203", "impossible-character")
UNCLOSED_HOLE = Rule("OIB1204", "unclosed-hole")
EMPTY_HOLE = Rule("OIB1205", "empty-hole")
FOREIGN_QUOTES = Rule("OIB1206", "foreign-quotes")
COMPUTED_TEXT = Rule("OIB1207", "computed-text")
HOLE_OUTSIDE_TEXT = Rule("OIB1208", "hole-outside-text")

# ------------------------------------------------------------------------------------------------ literals


def impossible_address(span: Span, text: str, family: str, why: str) -> Diagnostic:
    """An address whose parts are out of their bounds."""
    return Diagnostic(IMPOSSIBLE_ADDRESS, span, f"`{text}` is not an {family} address: {why}")


def impossible_prefix(span: Span, text: str, length: str, limit: int) -> Diagnostic:
    """A prefix longer than the addresses of its family."""
    return Diagnostic(
        IMPOSSIBLE_PREFIX,
        span,
        f"`/{length}` is not a prefix length of `{text}`",
        hint=f"prefix lengths go from 0 to {limit}, without leading zeros",
    )


def host_bits(span: Span, text: str, network: str) -> Diagnostic:
    """A CIDR prefix whose host part is not zero."""
    return Diagnostic(
        HOST_BITS,
        span,
        f"`{text}` is an address inside a network, not a network",
        hint=f"the network is `{network}`, the address `{text.partition('/')[0]}`",
        fix=Fix(span, network),
    )


def bare_version(span: Span, text: str) -> Diagnostic:
    """Numbers with dots that are no address: most likely a version."""
    return Diagnostic(
        BARE_VERSION,
        span,
        f"`{text}` is neither a number nor an address",
        hint=f'write a version as text: `"{text}"`',
        fix=Fix(span, f'"{text}"'),
    )


def impossible_date(span: Span, text: str, right: str | None) -> Diagnostic:
    """A date that is not in the calendar, or not written with two digits for month and day."""
    if right:
        return Diagnostic(
            IMPOSSIBLE_DATE,
            span,
            f"`{text}` is not a date as the language writes it",
            hint=f"write `{right}`",
            fix=Fix(span, right),
        )
    return Diagnostic(
        IMPOSSIBLE_DATE, span, f"`{text}` is not in the calendar", hint="a date is year-month-day"
    )


def unknown_unit(span: Span, unit: str, meant: list[str], known: list[str]) -> Diagnostic:
    """A word after a number that is no unit."""
    if meant:
        hint = "did you mean " + " or ".join(f"`{m}`" for m in meant) + "?"
    else:
        hint = "units are " + ", ".join(f"`{k}`" for k in known)
    fix = Fix(span, meant[0]) if len(meant) == 1 else None
    return Diagnostic(UNKNOWN_UNIT, span, f"`{unit}` is not a unit", hint=hint, fix=fix)


def distant_unit(span: Span, number: str, unit: str) -> Diagnostic:
    """A unit more than one space away from its number, where it may also begin the next entry."""
    return Diagnostic(
        UNKNOWN_UNIT,
        span,
        f"`{unit}` stands too far from its number",
        hint=f"write `{number} {unit}`, with one space",
    )


def impossible_mac(span: Span, text: str, instead: str | None = None) -> Diagnostic:
    """Groups of hexadecimal digits that are not six octets; `instead` is another notation's address."""
    hint = "a MAC address has six groups of two hexadecimal digits, as in `52:54:00:12:34:56`"
    return Diagnostic(
        IMPOSSIBLE_MAC,
        span,
        f"`{text}` is not a MAC address",
        hint=hint if instead is None else f"write `{instead}`",
        fix=None if instead is None else Fix(span, instead),
    )


def number_too_long(span: Span, digits: int, limit: int) -> Diagnostic:
    """A number with more digits than any quantity of the field has."""
    return Diagnostic(
        NUMBER_TOO_LONG, span, f"a number of {digits} digits; at most {limit} are allowed"
    )


def leading_zero(span: Span, text: str, right: str) -> Diagnostic:
    """A number that begins with a zero: octal elsewhere, a digit string to some."""
    return Diagnostic(
        LEADING_ZERO,
        span,
        f"the number `{text}` begins with a zero",
        hint=f'write `{right}`, or `"{text}"` if the zero matters, as in a file mode',
    )


def inexact_quantity(span: Span, text: str, unit: str) -> Diagnostic:
    """A quantity that is no whole number of its smallest unit."""
    return Diagnostic(
        INEXACT_QUANTITY,
        span,
        f"`{text}` is not a whole number of {unit}",
        hint="use a smaller unit",
    )


def malformed_number(span: Span, text: str, right: str | None, what: str) -> Diagnostic:
    """A number in a notation that the language does not have."""
    hint = f"write `{right}`" if right else None
    return Diagnostic(MALFORMED_NUMBER, span, f"`{text}` is not a number: {what}", hint=hint)


def unquoted_text(span: Span, text: str, what: str) -> Diagnostic:
    """Something that looks like a literal of a kind that the language writes as text."""
    return Diagnostic(
        UNQUOTED_TEXT,
        span,
        f"`{text}` is not a value",
        hint=f'{what} is text: write `"{text}"`',
        fix=Fix(span, f'"{text}"'),
    )


# ---------------------------------------------------------------------------------------------------- texts


def unclosed_string(span: Span) -> Diagnostic:
    """A `"` without its partner on the same line, or a `\"\"\"` without its partner."""
    mark = span.text
    hint = (
        f"add `{mark}`" if len(mark) > 1 else 'add a `"`; a text over several lines stands in `"""`'
    )
    return Diagnostic(UNCLOSED_STRING, span, "this text is not closed", hint=hint)


def unknown_escape(span: Span, text: str) -> Diagnostic:
    """A backslash before a character that needs none."""
    return Diagnostic(
        UNKNOWN_ESCAPE,
        span,
        f"`{text}` is not an escape",
        hint='escapes are `\\"`, `\\\\`, `\\n`, `\\t`, `\\$` and `\\u{1F5C4}`; a backslash itself is `\\\\`',
    )


def impossible_character(span: Span, text: str) -> Diagnostic:
    r"""A `\u{…}` that names no character that may stand in a text."""
    return Diagnostic(
        IMPOSSIBLE_CHARACTER,
        span,
        f"`{text}` names no character that a text can hold",
        hint="between the braces stands a hexadecimal number from 1 to 10FFFF, surrogates apart",
    )


def unclosed_hole(span: Span) -> Diagnostic:
    """A `${` without its `}`."""
    return Diagnostic(UNCLOSED_HOLE, span, "`${` is not closed", hint="add a `}`")


def empty_hole(span: Span) -> Diagnostic:
    """`${}`."""
    return Diagnostic(
        EMPTY_HOLE,
        span,
        "`${}` holds nothing",
        hint="write a value inside, or `\\${}` for the characters",
    )


def foreign_quotes(span: Span, mark: str) -> Diagnostic:
    """A text in quotation marks of another kind."""
    inner = span.text[1:-1]
    fix = Fix(span, f'"{inner}"') if len(span.text) > 1 and not set(inner) & set('"\\$') else None
    return Diagnostic(
        FOREIGN_QUOTES,
        span,
        f"`{mark}` does not begin a text",
        hint='texts take double quotes: `"…"`',
        fix=fix,
    )


def computed_text(span: Span, what: str) -> Diagnostic:
    """A hole in a string that must be known before anything is evaluated."""
    return Diagnostic(
        COMPUTED_TEXT, span, f"{what} cannot be computed", hint="write plain text without `${…}`"
    )


def hole_outside_text(span: Span) -> Diagnostic:
    """A `$` outside a text."""
    return Diagnostic(
        HOLE_OUTSIDE_TEXT,
        span,
        "`$` has a meaning only inside a text",
        hint="write the name alone, without `$`",
    )
