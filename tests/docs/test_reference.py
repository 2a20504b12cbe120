import re
from importlib.resources import files
from pathlib import Path

from blueprint.evaluate.functions import FUNCTIONS, READERS
from blueprint.model import KINDS
from blueprint.reference import render
from blueprint.reference.syntax import pattern_terminals, productions

ROOT = Path(__file__).parents[2]
GRAMMAR = (files("grammars") / "oib.lark").read_text(encoding="utf-8")


def test_the_committed_reference_is_current():
    committed = (ROOT / "grammars" / "REFERENCE.md").read_text(encoding="utf-8")
    assert committed == render(), "run `nox -s reference`"


def test_every_rule_that_a_rule_mentions_is_explained():
    found = productions(GRAMMAR)
    known = {p.name for p in found} | set(pattern_terminals(GRAMMAR))
    words = {
        word
        for p in found
        for text in p.alternatives
        for word in re.findall(r"\w+", re.sub(r"`[^`]*`", "", text))
    }
    assert words - known == set()


def test_no_rule_shows_what_only_mistakes_contain():
    texts = " ".join(text for p in productions(GRAMMAR) for text in p.alternatives)
    assert not re.search(r"HANGING|UNKNOWN_UNIT|UNCLOSED|->", texts)


def test_every_kind_and_function_is_there():
    page = render()
    assert [k for k in KINDS if f"\n### {k}\n" not in page] == []
    assert [f for f in (*FUNCTIONS, *READERS) if f"`{f}(" not in page] == []


def test_every_table_row_has_as_many_cells_as_its_head():
    cells = 0
    for line in render().splitlines():
        if not line.startswith("|"):
            cells = 0
            continue
        found = len(re.findall(r"(?<!\\)\|", line))
        assert cells in (0, found), line
        cells = found
