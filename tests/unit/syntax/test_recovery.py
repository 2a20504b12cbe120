"""What stays in the tree of a faulty text, and the faults that the trial of the grammar collected."""

from __future__ import annotations

from pathlib import Path

import pytest

from blueprint.source import Source
from blueprint.syntax import ast
from blueprint.syntax.parser import parse

ROOT = Path(__file__).parents[3]
BROKEN = ROOT.parent / "shared" / "design" / "prototype" / "broken"


def entries(text: str) -> tuple[ast.Entry, ...]:
    outcome = parse(Source("x", text))
    assert outcome.value is not None
    return outcome.value.body.entries


def names(text: str) -> list[str]:
    """What later passes find in a faulty text."""
    found = []
    for entry in entries(text):
        match entry:
            case ast.BlockDecl():
                found.append(f"{entry.kind}.{entry.label.name}" if entry.label else entry.kind)
            case ast.AttributeDecl() | ast.LetDecl() | ast.ParamDecl() | ast.TypeDecl():
                found.append(entry.name)
            case ast.UseDecl():
                found.append(entry.alias)
            case ast.ExportDecl():
                found.append("export")
    return found


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("x = @\ny = 1", ["x", "y"]),
        ("let x = 1 2 3\nlet y = 1", ["x", "y"]),
        ("let x: list( = 3\nlet y = 1", ["x", "y"]),
        ("param x: int = \nparam y: int", ["x", "y"]),
        ("param x: ( = 3\nparam y: int", ["x", "y"]),
        ("type t = { a: }\ntype u = int", ["t", "u"]),
        ("hosts a count = 3 }\nhosts b {}", ["hosts.a", "hosts.b"]),
        ("hosts a\nhosts b {}", ["hosts.a", "hosts.b"]),
        ("hosts a { count = [1, }\nhosts b {}", ["hosts.a", "hosts.b"]),
        ("hosts a { count = 3\n\nhosts b {}", ["hosts.a", "hosts.b"]),
        ('use "x.oib" as m[ {}\nlet y = 1', ["m", "y"]),
        ("export let x = )\nlet y = 1", ["export", "y"]),
        ("x = f(a b\ny = 2", ["x", "y"]),
        ('x = "open\ny = 2', ["x", "y"]),
        ("x = 'single'\ny = 2", ["x", "y"]),
    ],
)
def test_names_of_what_is_broken_stay_known(text, left):
    assert names(text) == left


def test_a_broken_value_is_a_broken_expression():
    first, _ = entries("x = 1 2 3\ny = 1")
    assert isinstance(first.value, ast.BrokenExpr)


def test_the_rest_of_a_block_is_read_after_a_fault_in_it():
    (block,) = entries("network oam {\n  vlan = = 3\n  mtu = 9000\n  pool lb { size = ) }\n}")
    assert [getattr(e, "name", getattr(e, "kind", None)) for e in block.body.entries] == [
        "vlan",
        "mtu",
        "pool",
    ]


def test_the_body_of_a_loop_with_a_broken_head_is_read():
    (group,) = entries("for s in in sites { network oam[s] { vlan = 3 } }")
    assert isinstance(group, ast.ForDecl)
    assert group.body.entries[0].kind == "network"


def test_a_missing_value_between_two_entries_is_told_of_the_first():
    (found,) = parse(Source("x", "network a { vlan =  mtu = 9000 }")).diagnostics
    assert (found.rule.code, found.span.text) == ("OIB1305", "vlan")


def test_an_unclosed_block_is_found_where_the_indentation_says():
    (found,) = parse(Source("x", "a x {\n  b = 1\n\na y {\n  c = 1\n}\n")).diagnostics
    assert (found.span.line, found.labels[0].span.line) == (1, 4)


def test_braces_that_balance_are_not_judged_by_indentation():
    assert parse(Source("x", "a x {\nb = 1\nc y {\nd = 1 } }\n")).diagnostics == ()


#: Lines of the trial's faulty files at which at least one error must be told.
LINES = {
    "1_values": [2, 3, 4, 5, 6, 9],
    "2_missing_brace": [3, 7],
    "3_accents": [2, 3, 4, 5, 7, 8, 9, 10],
    "4_brackets": [3, 6, 7, 10, 11, 13],
    "5_misc": [1, 2, 3, 4, 5, 6, 7, 8, 9],
}


@pytest.mark.skipif(
    not BROKEN.is_dir(), reason="the trial of the grammar is not beside this checkout"
)
@pytest.mark.parametrize("name", LINES)
def test_each_fault_of_the_trial_is_told_at_its_line(name):
    text = (BROKEN / f"{name}.oib").read_text(encoding="utf-8")
    assert sorted({d.span.line for d in parse(Source(name, text)).diagnostics}) == LINES[name]
