"""Names in a message are as many as people read."""

from __future__ import annotations

import pytest

from blueprint.diagnostics.listing import FEW, told, told_apart

NAMES = [f"`a{number}`" for number in range(400)]


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (1, "`a0`"),
        (2, "`a0` and `a1`"),
        (FEW, "`a0`, `a1`, `a2`, `a3`, `a4` and `a5`"),
        (FEW + 1, "`a0`, `a1`, `a2` and 4 more"),
        (400, "`a0`, `a1`, `a2` and 397 more"),
    ],
)
def test_names_of_many_are_the_first_ones_and_a_number(count, text):
    assert told(NAMES[:count]) == text


@pytest.mark.parametrize(
    ("count", "lines", "last"), [(FEW, FEW, "`a5`"), (FEW + 1, 4, "and 4 more")]
)
def test_facts_of_many_are_the_first_ones_and_a_number(count, lines, last):
    found = told_apart(NAMES[:count])
    assert (len(found), found[-1]) == (lines, last)
