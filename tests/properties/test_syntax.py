"""Properties of parser and printer, for any text and for any valid one."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import HealthCheck, given, settings

from blueprint.diagnostics import has_errors
from blueprint.source import Source, Span
from blueprint.syntax import ast
from blueprint.syntax.parser import parse
from blueprint.syntax.printer import print_file
from tests.properties import texts
from tests.unit.syntax.tree import shape, tree

EXAMPLES = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.filter_too_much,
    ],
)


def spans(node: object) -> list[Span]:
    """Every span in a tree."""
    found: list[Span] = []
    work = [node]
    while work:
        part = work.pop()
        if isinstance(part, Span):
            found.append(part)
        elif isinstance(part, tuple):
            work += part
        elif type(part).__module__ == ast.__name__:
            work += [getattr(part, name) for name in type(part).__slots__]
    return found


def comments(file: ast.File) -> list[str]:
    """Comments without their place; documentation of nothing is printed as an ordinary comment."""
    return sorted(comment.text.rstrip().replace("##", "#") for comment in file.comments)


@EXAMPLES
@given(texts.anything)
def test_any_text_gives_a_tree_or_errors(text):
    outcome = parse(Source("any.oib", text))
    assert outcome.value is not None or has_errors(outcome.diagnostics)


@EXAMPLES
@given(texts.anything)
def test_every_span_lies_in_its_source(text):
    source = Source("any.oib", text)
    outcome = parse(source)
    told = [d.span for d in outcome.diagnostics] + [
        label.span for d in outcome.diagnostics for label in d.labels
    ]
    for span in told + spans(outcome.value):
        assert span is not None
        assert span.source is source
        assert 0 <= span.start <= span.end <= len(text)


@EXAMPLES
@given(texts.anything)
def test_a_tree_with_broken_parts_comes_with_errors(text):
    outcome = parse(Source("any.oib", text))
    broken = "Broken" in str(shape(outcome.value))
    assert has_errors(outcome.diagnostics) or not broken


@EXAMPLES
@given(texts.blueprints())
def test_a_valid_text_has_no_error(text):
    tree(text)


@EXAMPLES
@given(texts.blueprints())
def test_spans_of_entries_are_in_order_and_do_not_overlap(text):
    starts = [(entry.span.start, entry.span.end) for entry in tree(text).body.entries]
    assert all(end <= start for (_, end), (start, _) in pairwise(starts))


@EXAMPLES
@given(texts.commented())
def test_what_is_printed_means_the_same(text):
    file = tree(text)
    assert shape(tree(print_file(file))) == shape(file)


@EXAMPLES
@given(texts.commented())
def test_printing_twice_changes_nothing(text):
    once = print_file(tree(text))
    assert print_file(tree(once)) == once


@EXAMPLES
@given(texts.commented())
def test_no_comment_is_lost(text):
    file = tree(text)
    assert comments(tree(print_file(file))) == comments(file)


@EXAMPLES
@given(texts.commented())
def test_what_is_printed_has_no_blanks_at_line_ends_outside_texts(text):
    printed = re.sub(r'"""[\s\S]*?"""', '""', print_file(tree(text)))
    assert not re.search(r"[ \t]$", printed, re.MULTILINE)


@EXAMPLES
@given(texts.damaged())
def test_a_damaged_text_that_is_still_valid_is_printed_alike(text):
    outcome = parse(Source("damaged.oib", text))
    if outcome.is_ok:
        assert outcome.value is not None
        once = print_file(outcome.value)
        assert shape(tree(once)) == shape(outcome.value)
        assert print_file(tree(once)) == once
