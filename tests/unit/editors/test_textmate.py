"""The TextMate grammar against the grammar of the language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from blueprint.syntax.tables import grammar_text

GRAMMAR = json.loads(
    (Path(__file__).parents[3] / "editors" / "oib.tmLanguage.json").read_text(encoding="utf-8")
)
WORDS = set(re.findall(r'^[A-Z]+: "([a-z]+)"$', grammar_text(), re.MULTILINE)) | {"and", "or"}


def nodes(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from nodes(value)
    elif isinstance(part, list):
        for value in part:
            yield from nodes(value)


REGEXES = [node[key] for node in nodes(GRAMMAR) for key in ("match", "begin", "end") if key in node]


@pytest.mark.parametrize("regex", REGEXES)
def test_a_regular_expression_compiles(regex):
    re.compile(regex)


@pytest.mark.parametrize("name", [n["include"] for n in nodes(GRAMMAR) if "include" in n])
def test_what_is_included_exists(name):
    assert name.removeprefix("#") in GRAMMAR["repository"]


def coloured() -> set[str]:
    """Words that have a colour of their own."""
    found = set()
    for pattern in GRAMMAR["repository"]["word"]["patterns"]:
        plain = re.fullmatch(r"\\b\(\?:([a-z|]+)\)\\b", pattern.get("match", ""))
        found |= set(plain[1].split("|")) if plain else set()
    return found


def test_its_words_are_those_of_the_language():
    assert coloured() == WORDS


def test_no_word_of_the_language_is_coloured_as_a_kind():
    for excluded in re.findall(
        r"\(\?!\(\?:([a-z|]+)\)", json.dumps(GRAMMAR["repository"]["entry"])
    ):
        assert set(excluded.split("|")) == WORDS


@pytest.mark.parametrize(
    ("text", "scope"),
    [
        ("aa:bb:cc:dd:ee:ff", "constant.other.mac.oib"),
        ("2001:db8::/48", "constant.other.address.oib"),
        ("10.20.0.0/24", "constant.other.address.oib"),
        ("2027-06-30", "constant.other.date.oib"),
        ("0x8086", "constant.numeric.hex.oib"),
        ("1_000", "constant.numeric.oib"),
    ],
)
def test_a_literal_has_its_colour(text, scope):
    patterns = GRAMMAR["repository"]["literal"]["patterns"]
    first = next(p for p in patterns if re.fullmatch(p["match"], text))
    assert first.get("name") == scope


def test_a_quantity_that_names_a_block_is_its_name():
    heads = [p for p in GRAMMAR["repository"]["entry"]["patterns"] if "match" in p]
    found = next(m for p in heads if (m := re.match(p["match"], "hugepages 1 GiB { count = 8 }")))
    assert found.groups() == ("hugepages", "1 GiB")


def test_a_unit_is_told_from_its_number():
    patterns = GRAMMAR["repository"]["literal"]["patterns"]
    quantity = next(p for p in patterns if "captures" in p)
    assert re.match(quantity["match"], "16 GiB").groups() == ("16", "GiB")
    assert re.match(quantity["match"], "2 min = 5") is None
