"""The grammar, the table made of it, and the scanner against Lark's own."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lark
import pytest

from blueprint.source import Source
from blueprint.syntax import tables
from blueprint.syntax.build import Builder
from blueprint.syntax.parser import parse
from tests.unit.syntax.tree import shape, tree

SNIPPETS = sorted((Path(__file__).parent / "snippets").glob("*.oib"))
GRAMMAR = tables.grammar_text()
ROOT = Path(tables.__file__).parents[2]


def run(code: str, **environment: str) -> str:
    """What a program prints in a Python of its own."""
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout.strip()


def test_the_grammar_has_no_conflict_and_no_terminals_that_collide():
    lark.Lark(GRAMMAR, parser="lalr", lexer="contextual", strict=True)


def test_the_table_is_that_of_the_grammar():
    kept = json.loads((ROOT / "grammars" / tables.TABLE).read_text())
    assert tables.make_data(GRAMMAR) == kept


@pytest.mark.parametrize("seed", ["1", "2"])
def test_the_table_does_not_depend_on_the_order_of_sets(seed):
    code = (
        "import hashlib, json; from blueprint.syntax import tables;"
        "data = json.dumps(tables.make_data(tables.grammar_text()), sort_keys=True);"
        "print(hashlib.sha256(data.encode()).hexdigest())"
    )
    here = json.dumps(tables.make_data(GRAMMAR), sort_keys=True)
    assert run(code, PYTHONHASHSEED=seed) == hashlib.sha256(here.encode()).hexdigest()


def test_reading_a_blueprint_needs_no_lark():
    code = (
        "import sys; from blueprint.source import Source; from blueprint.syntax.parser import parse;"
        "parse(Source('x', 'a = 1')); parse(Source('x', 'a = ')); print('lark' in sys.modules)"
    )
    assert run(code) == "False"


class ForLark:
    """Our builder as a Lark transformer: terminals as it knows them, arguments one by one."""

    def __init__(self, text: str) -> None:
        self._builder = Builder(Source("x", text), text)

    def __getattr__(self, name: str) -> Callable[[list[Any]], Any]:
        if name.isupper():
            raise AttributeError(name)
        build = getattr(self._builder, name)
        return lambda children: build(*map(self._ours, children))

    def _ours(self, child: Any) -> Any:
        return (
            (child.start_pos, child.end_pos, str(child)) if isinstance(child, lark.Token) else child
        )


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda path: path.stem)
def test_lark_with_its_own_lexer_makes_the_same_tree(snippet):
    text = snippet.read_text(encoding="utf-8").replace(
        "##", "#"
    )  # documentation is not the grammar's
    judge = lark.Lark(
        GRAMMAR,
        parser="lalr",
        lexer="contextual",
        maybe_placeholders=True,
        transformer=ForLark(text),
    )
    assert shape(judge.parse(text)) == shape(tree(text))


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda path: path.stem)
def test_a_snippet_has_no_fault(snippet):
    assert parse(Source(snippet.name, snippet.read_text(encoding="utf-8"))).diagnostics == ()


def test_every_production_has_its_builder():
    builder = Builder(Source("x", ""), "")
    wanted = {p.callback for p in tables.table().productions if p.callback}
    assert {name for name in wanted if not hasattr(builder, name)} == set()


def test_names_leave_out_every_word_of_the_language():
    words = set(re.findall(r'^[A-Z]+: "([a-z]+)"$', GRAMMAR, re.MULTILINE)) | {"and", "or"}
    for excluded in re.findall(r"\(\?!\(\?:([a-z|]+)\)", GRAMMAR):
        assert set(excluded.split("|")) == words
