"""Diagnostics as a terminal shows them."""

from __future__ import annotations

import pytest

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.diagnostics.display import Line, escaped, width
from blueprint.diagnostics.render_text import Look, render_one, render_text, summary
from tests.render import faults


@pytest.mark.parametrize("name", faults.ALL)
def test_a_diagnostic_looks_as_it_did(golden, name):
    golden.check(f"{name}.txt", render_one(faults.ALL[name], Look(columns=88)) + "\n")


def test_colour_marks_what_matters(golden):
    shown = render_one(faults.LABELLED, Look(is_colored=True, columns=88))
    golden.check("colored.txt", shown.replace("\x1b", "<ESC>") + "\n")


def test_without_colour_no_escape_sequence_is_printed():
    assert "\x1b" not in render_text(faults.ALL.values())


def test_with_colour_the_words_are_the_same():
    colored = render_text(faults.ALL.values(), Look(is_colored=True))
    for code in ("1;31", "1;33", "1;36", "1;34", "1;32", "1", "0"):
        colored = colored.replace(f"\x1b[{code}m", "")
    assert render_text(faults.ALL.values()) == colored


def test_no_hidden_character_of_a_source_reaches_the_terminal():
    shown = render_text(faults.ALL.values())
    assert [] == [char for char in shown if not char.isprintable() and char != "\n"]


@pytest.mark.parametrize("columns", [40, 60, 88, 120])
def test_no_excerpt_is_wider_than_the_terminal(columns):
    lines = render_one(faults.LONG_LINE, Look(columns=columns)).split("\n")
    assert [] == [line for line in lines if "|" in line and width(line) > columns]


@pytest.mark.parametrize("columns", [40, 60, 88, 120])
def test_a_cut_line_still_shows_what_is_marked(columns):
    marked, carets = render_one(faults.LONG_LINE, Look(columns=columns)).split("\n")[3:5]
    at = carets.index("^^^^")
    assert "oops" == marked[at : at + 4]


def test_carets_stand_below_wide_characters():
    lines = render_one(faults.WIDE_CHARACTERS).split("\n")
    marked = next(line for line in lines if "cn-north" in line)
    carets = next(line for line in lines if "^" in line)
    assert width(marked[: marked.index("region")]) == width(carets[: carets.index("^")])


def test_where_to_read_more_is_said_once_for_each_code():
    shown = render_text([faults.LABELLED, faults.SAME_LINE, faults.SECOND_FILE])
    assert 2 == shown.count("oib explain")


@pytest.mark.parametrize(
    ("diagnostics", "expected"),
    [
        ([], ""),
        ([faults.LABELLED], "1 error"),
        ([faults.LABELLED, faults.NO_PLACE, faults.SECOND_FILE], "2 errors, 1 warning"),
        ([faults.MANY_LINES, faults.MANY_LINES], "2 notes"),
    ],
)
def test_the_summary_counts(diagnostics, expected):
    assert expected == summary(diagnostics)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("日本", "日本"),
        ("a\tb", "a\\u{9}b"),
        ("a\nb", "a\\u{a}b"),
        ("\u202e", "\\u{202e}"),
        ("\u2028", "\\u{2028}"),
        ("\ud800", "\\u{d800}"),
        ("é", "é"),
        ("\u200b", "\\u{200b}"),
    ],
)
def test_hidden_characters_are_escaped(text, expected):
    assert expected == escaped(text)


@pytest.mark.parametrize(
    ("text", "columns"), [("abc", 3), ("日本語", 6), ("e\u0301", 1), ("ﾊﾝ", 2), ("\uff21", 2)]
)
def test_widths_are_those_of_a_terminal(text, columns):
    assert columns == width(text)


def test_a_tab_reaches_to_the_next_stop():
    assert (0, 1, 4, 5) == Line.of("a\tb").starts


def test_a_message_that_quotes_a_book_keeps_its_beginning_and_its_end():
    rule = Rule("OIB9999", "long")
    text = render_text([Diagnostic(rule, None, "`" + "x" * 70_000 + "` can't be a name")])
    assert len(text) < 2_000
    assert "` can't be a name" in text
