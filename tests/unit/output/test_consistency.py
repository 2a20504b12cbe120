"""Facts are looked for in what is emitted, whatever their texts are."""

import pytest

from blueprint.output.consistency import Fact, _lines_with, _stated


@pytest.mark.parametrize("text", ["b", "b\n", "\nb", "\n", "a\nb", "\n\n"])
def test_texts_of_any_kind_are_looked_for_and_done_with(text):
    found = _lines_with("a\nb\n\nb\na\nb\n", Fact("registry.r.username", (text,)))
    assert found <= set(range(6))
    assert found


def test_a_text_of_nothing_is_no_fact():
    assert list(_stated("registry.r.username", "", None)) == []
