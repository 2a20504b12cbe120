"""Diagnostics about types and fields: 3xxx."""

from __future__ import annotations

from collections.abc import Iterable

from blueprint.diagnostics import Diagnostic, Fix, Label, Rule, did_you_mean, nearest
from blueprint.source import Span

TYPE_MISMATCH = Rule("OIB3001", "type-mismatch")
OUT_OF_BOUNDS = Rule("OIB3002", "out-of-bounds")
UNKNOWN_ATTRIBUTE = Rule("OIB3003", "unknown-attribute")
MISSING_ATTRIBUTE = Rule("OIB3004", "missing-attribute")
UNKNOWN_WORD = Rule("OIB3005", "unknown-word")
DUPLICATE_ATTRIBUTE = Rule("OIB3006", "duplicate-attribute")
BAD_CELL = Rule("OIB3007", "malformed-cell")
OPERATOR = Rule("OIB3008", "operator-types")
WRONG_FORM = Rule("OIB3009", "wrong-form")
PLAINTEXT_SECRET = Rule("OIB3010", "plaintext-secret")
COLUMNS = Rule("OIB3011", "wrong-columns")
LABEL = Rule("OIB3012", "wrong-label")
NOT_A_LIST = Rule("OIB3014", "edit-of-no-list")
UNKNOWN_TYPE = Rule("OIB3015", "unknown-type")


def type_mismatch(
    span: Span, wanted: str, found: str, example: str = "", instead: str | None = None
) -> Diagnostic:
    """A value of another type than the attribute takes; `instead` is what was most likely meant."""
    hint = f"for example `{example}`" if example else None
    return Diagnostic(
        TYPE_MISMATCH,
        span,
        f"expected {wanted}, found {found}",
        hint=hint if instead is None else f"write `{instead}`",
        fix=None if instead is None else Fix(span, instead),
    )


def range_subtracted(span: Span, instead: str) -> Diagnostic:
    """A range that is written with `-`, which subtracts."""
    return Diagnostic(
        TYPE_MISMATCH,
        span,
        "expected a range, found a subtraction",
        hint=f"a range is written `{instead}`",
        fix=Fix(span, instead),
    )


def quoted_value(span: Span, wanted: str, text: str) -> Diagnostic:
    """A value of the right type that stands in quotes, and so is text."""
    return Diagnostic(
        TYPE_MISMATCH,
        span,
        f"expected {wanted}, found text",
        hint=f"write it without quotes: `{text}`",
        fix=Fix(span, text),
    )


def may_be_absent(span: Span, shown: str, example: str) -> Diagnostic:
    """A value that may be unset, where one is needed."""
    return Diagnostic(
        TYPE_MISMATCH,
        span,
        f"`{shown}` may be absent, and a value is needed here",
        hint=f"say what holds then: `{shown} ?? {example or '…'}`",
    )


def out_of_bounds(
    span: Span | None, value: str, bounds: str, declared: Span | None = None
) -> Diagnostic:
    """A value outside what its type allows."""
    return Diagnostic(
        OUT_OF_BOUNDS,
        span,
        f"`{value}` is not allowed: {bounds}",
        labels=(Label(declared, "bounds stated here"),) if declared else (),
    )


def unknown_attribute(
    span: Span, name: str, of: str, known: Iterable[str], kind: str = "", instead: str | None = None
) -> Diagnostic:
    """An attribute or block that `of`, in a declaration of a kind, does not have; `instead` is a better hint."""
    names = list(known)
    near = nearest(name, names) if instead is None else None
    listing = f"`oib schema {kind}` lists what it has" if kind else ""
    return Diagnostic(
        UNKNOWN_ATTRIBUTE,
        span,
        f"{of} has no `{name}`",
        hint=instead or did_you_mean(name, names, otherwise=listing),
        fix=Fix(span, near) if near else None,
    )


def missing_attribute(span: Span, name: str, of: str, example: str) -> Diagnostic:
    """A required attribute or block that is absent."""
    return Diagnostic(
        MISSING_ATTRIBUTE, span, f"{of} needs `{name}`",
        hint=f"add `{example}`" if example else None,
    )  # fmt: skip


def unknown_word(
    span: Span, word: str, known: Iterable[str], variables: Iterable[str] = ()
) -> Diagnostic:
    """A word that the attribute's list does not have, nor a variable in scope."""
    words = list(known)
    near = nearest(word, words) or nearest(word, variables)
    shown = ", ".join(f"`{w}`" for w in words[:12]) + (" …" if len(words) > 12 else "")
    return Diagnostic(
        UNKNOWN_WORD,
        span,
        f"`{word}` is not one of the words allowed here",
        hint=f"did you mean `{near}`?" if near else f"allowed: {shown}",
        fix=Fix(span, near) if near else None,
    )


def duplicate_attribute(span: Span, name: str, first: Span) -> Diagnostic:
    """An attribute that is set twice in one block."""
    return Diagnostic(
        DUPLICATE_ATTRIBUTE,
        span,
        f"`{name}` is set twice",
        labels=(Label(first, "first set here"),),
        hint="delete one of them; `+=` adds to an inherited list",
    )


def bad_cell(span: Span, column: str, wanted: str, found: str, example: str = "") -> Diagnostic:
    """A cell of a data file that does not fit its column's type."""
    shown = "nothing" if not found else f"`{found}`"
    return Diagnostic(
        BAD_CELL,
        span,
        f"`{column}`: expected {wanted}, found {shown}",
        hint=f"for example `{example}`" if example else None,
    )


def operator_types(
    span: Span, operator: str, left: str, right: str, instead: str | None = None
) -> Diagnostic:
    """An operator between values that it does not join; `instead` is what was most likely meant."""
    message = f"`{operator}` does not work between {left} and {right}"
    hint = None if instead is None else f"write `{instead}`"
    return Diagnostic(OPERATOR, span, message, hint=hint)


def wrong_form(span: Span, name: str, hint: str) -> Diagnostic:
    """A block written as an attribute, or the reverse."""
    return Diagnostic(WRONG_FORM, span, f"`{name}` is written in the wrong form", hint=hint)


def plaintext_secret(span: Span) -> Diagnostic:
    """Text where only a reference to a secret may stand."""
    return Diagnostic(
        PLAINTEXT_SECRET,
        span,
        "the value of a secret can't be written in a blueprint",
        hint='keep it in a store and refer to it: `secrets.vault["name"]`',
    )


def wrong_columns(span: Span, problem: str, hint: str | None) -> Diagnostic:
    """A data file whose columns are not those of its type."""
    return Diagnostic(COLUMNS, span, problem, hint=hint)


def wrong_label(
    span: Span,
    kind: str,
    needs_label: bool,  # noqa: FBT001  # names the fault
    example: str = "",
) -> Diagnostic:
    """A block with a label too many, or without the one that it needs."""
    if needs_label:
        shown = example or f"`{kind} name {{ … }}`"
        return Diagnostic(LABEL, span, f"`{kind}` needs a name", hint=f"write {shown}")
    return Diagnostic(LABEL, span, f"`{kind}` takes no name", hint=f"write `{kind} {{ … }}`")


def edit_of_no_list(span: Span, operator: str, name: str) -> Diagnostic:
    """`+=` or `-=` on what is no list."""
    return Diagnostic(NOT_A_LIST, span, f"`{operator}` edits lists, and `{name}` is none")


def unknown_type(span: Span, name: str, known: Iterable[str]) -> Diagnostic:
    """A type that does not exist."""
    return Diagnostic(
        UNKNOWN_TYPE, span, f"there is no type `{name}`", hint=did_you_mean(name, known)
    )
