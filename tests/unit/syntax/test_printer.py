"""The one layout of blueprints."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.source import Source
from blueprint.syntax.parser import parse
from blueprint.syntax.printer import WIDTH, print_file
from tests.unit.syntax.tree import shape, tree

SNIPPETS = sorted((Path(__file__).parent / "snippets").glob("*.oib"))


def printed(text: str) -> str:
    return print_file(tree(text))


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        # a line
        ("a=1", "a = 1\n"),
        ("a +=[ 1,2 ,]", "a += [1, 2]\n"),
        ("let  x:int=3", "let x: int = 3\n"),
        ("", ""),
        # entries of one line stay together, those of several lines apart
        ("a = 1 b = 2\nc = 3", "a = 1  b = 2\nc = 3\n"),
        ("x{a=1 b{}}", "x { a = 1  b {} }\n"),
        ("x {\na = 1 }", "x {\n  a = 1\n}\n"),
        ("x { a = 1\n  b = 2 c = 3 }", "x {\n  a = 1\n  b = 2  c = 3\n}\n"),
        ("x y [ 1..3 ] like z . w {}", "x y[1..3] like z.w {}\n"),
        # blank lines
        ("\n\na = 1\n\n\n\nb = 2\nc = 3\n\n", "a = 1\n\nb = 2\nc = 3\n"),
        ("x {\n\n  a = 1\n\n\n  b = 2\n\n}", "x {\n  a = 1\n\n  b = 2\n}\n"),
        ("x 16GiB{a=1}", "x 16 GiB { a = 1 }\n"),
        # literals keep their spelling
        (
            "a = 16GiB b = 99.95% c = 0X8086 d = 1_000",
            "a = 16 GiB  b = 99.95 %  c = 0x8086  d = 1_000\n",
        ),
        ("a = AA:BB:CC:DD:EE:FF b = 2001:DB8::/48", "a = aa:bb:cc:dd:ee:ff  b = 2001:db8::/48\n"),
        # parentheses stay where they mean something
        ("a = ((b + c) * (d))", "a = (b + c) * d\n"),
        ("a = b - (c - d) - e", "a = b - (c - d) - e\n"),
        ("a = (not b) == c", "a = (not b) == c\n"),
        ("a = not (b == c)", "a = not b == c\n"),
        ("a = -(b + c)", "a = -(b + c)\n"),
        ("a = (if b then c else d).e", "a = (if b then c else d).e\n"),
        ("a = (1).b", "a = (1).b\n"),
        ("a = 1 .. 3", "a = 1..3\n"),
        ("a = 1 .. n-1", "a = 1 .. n - 1\n"),
        ("a = [for x in 1::3 ..3:: :x]", "a = [for x in 1::3..3:: : x]\n"),
        # types
        ("let a: b in (5 min) = c", "let a: b in (5 min) = c\n"),
        ("let a: b in 1 min..5 min = c", "let a: b in 1 min..5 min = c\n"),
        ("type t={a:int  b:(c|d)?}", "type t = { a: int  b: (c | d)? }\n"),
        ("type t = {\na: int }", "type t = {\n  a: int\n}\n"),
        # lists
        ("a = [\n1,\n2]", "a = [\n  1,\n  2,\n]\n"),
        ("a = [\n1, 2,\n3]", "a = [\n  1, 2,\n  3,\n]\n"),
        ("a = f(\n1, b = 2)", "a = f(\n  1, b = 2,\n)\n"),
        ("a = [1,\n2]", "a = [1, 2]\n"),
        # branches
        ("if a {b=1} else if c {d=2} else {}", "if a { b = 1 } else if c { d = 2 } else {}\n"),
        ("if a {\nb=1} else {}", "if a {\n  b = 1\n} else {}\n"),
        ("for k,v in xs if c { a = k }", "for k, v in xs if c { a = k }\n"),
        # texts move with their indentation
        (
            'a {\nb = """\n      one\n        two\n      """\n}',
            'a {\n  b = """\n    one\n      two\n    """\n}\n',
        ),
        ('a = """one\n  two"""', 'a = """one\n  two"""\n'),
    ],
)
def test_the_layout(text, layout):
    assert printed(text) == layout


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("a = 1 # one", "a = 1  # one\n"),
        ("a = 1 b = 2 # two", "a = 1  b = 2  # two\n"),
        ("# above\n\n# more\na = 1\n# below", "# above\n\n# more\na = 1\n# below\n"),
        ("x { # head\na = 1 }", "x {  # head\n  a = 1\n}\n"),
        ("x {\n# alone\n}", "x {\n  # alone\n}\n"),
        ("x { a = 1\n} # behind", "x {\n  a = 1\n}  # behind\n"),
        (
            "a = [ # first\n1, # one\n# own\n2 # two\n]",
            "a = [  # first\n  1,  # one\n  # own\n  2,  # two\n]\n",
        ),
        ("a = 1 + # inside\n2", "# inside\na = 1 + 2\n"),
        ("type t = {\na: int # one\n}", "type t = {\n  a: int  # one\n}\n"),
        ("##doc\n##\n## more\na = 1", "## doc\n##\n## more\na = 1\n"),
        ("## of nothing\n# c\nfor x in xs {}", "# of nothing\n# c\nfor x in xs {}\n"),
        ("x {\n## doc\na = 1 }", "x {\n  ## doc\n  a = 1\n}\n"),
    ],
)
def test_comments_stay(text, layout):
    assert printed(text) == layout


def test_a_one_line_block_that_does_not_fit_has_its_entries_on_the_next_line():
    entries = "aaaaaaaaaaaaaaaaaaaa = 1  bbbbbbbbbbbbbbbbbbbb = 2  cccccccccccccccccccc = 3"
    assert printed(f"kind name_of_some_length {{ {entries} }}") == (
        f"kind name_of_some_length {{\n  {entries}\n}}\n"
    )


def test_entries_that_do_not_fit_on_one_line_have_a_line_each():
    text = "  ".join(f"some_attribute_{n} = {n}" for n in range(8))
    assert printed(text) == "".join(f"some_attribute_{n} = {n}\n" for n in range(8))


def test_a_list_that_does_not_fit_has_an_item_a_line():
    items = [f"some_item_{n}" for n in range(12)]
    assert (
        printed(f"x = [{', '.join(items)}]")
        == "x = [\n" + "".join(f"  {i},\n" for i in items) + "]\n"
    )


def test_the_comment_behind_a_line_that_is_broken_goes_above():
    items = [f"some_item_{n}" for n in range(12)]
    assert printed(f"x = [{', '.join(items)}]  # why").startswith("# why\nx = [\n")


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda path: path.stem)
def test_a_snippet_means_the_same_in_its_layout(snippet):
    text = snippet.read_text(encoding="utf-8")
    assert shape(tree(printed(text))) == shape(tree(text))


@pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda path: path.stem)
def test_only_what_cannot_be_broken_is_wider(snippet):
    wide = [
        line
        for line in printed(snippet.read_text(encoding="utf-8")).split("\n")
        if len(line) > WIDTH
    ]
    assert [line for line in wide if "#" not in line] == []


def test_a_faulty_text_is_printed_with_what_is_broken_as_it_stands():
    outcome = parse(Source("x", "a = 300.1.2.3\nb=1"))
    assert print_file(outcome.value) == "a = 300.1.2.3\nb = 1\n"
