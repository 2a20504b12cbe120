"""The values of texts in quotes."""

from __future__ import annotations

import pytest

from blueprint.syntax import ast
from tests.unit.syntax.tree import expression, faults, value


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (r'"a\"b"', 'a"b'),
        (r'"a\\b"', "a\\b"),
        (r'"a\nb\tc"', "a\nb\tc"),
        (r'"\${x}"', "${x}"),
        ('"$x $"', "$x $"),
        (r'"\u{1F5C4}\u{41}"', "\U0001f5c4A"),
        ('"""a "b" c"""', 'a "b" c'),
        ('"""\n  one\n    two\n  """', "one\n  two\n"),
        ('"""\n    one\n  two"""', "  one\ntwo"),
        ('"""\n  one\n\n  two\n  """', "one\n\ntwo\n"),
        ('"""\n  one\n"""', "  one\n"),
        ('"""  \n  one\n  """', "one\n"),
        ('"""one\n  two"""', "one\n  two"),
        ('"""\n  a\\tb\n  """', "a\tb\n"),
        ('"""\n"""', ""),
        ('""', ""),
    ],
)
def test_a_text_means_its_characters(text, meant):
    assert value(text) == meant


def test_holes_stand_between_the_parts_of_a_text():
    node = expression('"ctl-${n:02}.${domain}"')
    assert isinstance(node, ast.TextExpr)
    assert [p if isinstance(p, str) else (p.value.name, p.format) for p in node.parts] == [
        "ctl-",
        ("n", "02"),
        ".",
        ("domain", None),
    ]


def test_the_indentation_of_a_text_with_holes_is_removed():
    node = expression('"""\n    Hello ${name},\n      ${greeting}\n    """')
    assert [p for p in node.parts if isinstance(p, str)] == ["Hello ", ",\n  ", "\n"]


def test_a_text_may_hold_texts_in_its_holes():
    node = expression('"${if tls then "https" else "http"}://x"')
    assert isinstance(node.parts[0].value, ast.ConditionalExpr)


def test_a_number_sign_in_a_text_begins_no_comment():
    assert value('"a # b"') == "a # b"


@pytest.mark.parametrize("text", [r'"\d"', r'"\u0041"', '"""\n  \\q\n  """'])
def test_an_unknown_escape_is_refused(text):
    assert faults(f"x = {text}") == ["OIB1202"]


def test_the_place_of_an_escape_in_an_indented_text_is_exact():
    from blueprint.source import Source
    from blueprint.syntax.parser import parse

    (found,) = parse(Source("x", 'x = """\n    ab\\q\n    """')).diagnostics
    assert (found.span.line, found.span.column, found.span.text) == (2, 7, "\\q")
