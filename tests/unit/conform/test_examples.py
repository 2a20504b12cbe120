"""Edits of bases, and which base an example changes."""

from __future__ import annotations

import pytest

from blueprint.conform.fragments import edited
from blueprint.conform.run import packs_tested
from blueprint.diagnostics import Diagnostic
from blueprint.loader import MemoryLoader
from blueprint.source import Source
from blueprint.syntax import ast
from blueprint.syntax.parser import parse

BASE = """\
let size = 3
site s { country = DE  rack r[1..3] {} }
template hosts node { hardware = hardware.h  bond b { ports = [nic.a[0]]  networks = network.one } }
hosts one like hosts.node { count = 3  cores { platform = 2 } }
kubernetes k { cni = calico  addons = [cert_manager]  pool a { hosts = hosts.one } }
"""


def body(text: str) -> ast.Body:
    outcome = parse(Source("x.oib", text))
    assert outcome.value is not None
    assert [] == list(outcome.diagnostics)
    return outcome.value.body


def shown(made: ast.Body) -> str:
    """A tree as text, each entry by its own span: entries of a tree that is edited are of several texts."""
    return "  ".join(_shown(entry) for entry in made.entries)


def _shown(entry: ast.Entry) -> str:
    match entry:
        case ast.BlockDecl():
            label = f" {entry.label.span.text}" if entry.label else ""
            head = "template " * entry.is_template + entry.kind + label
            return f"{head} {{ {shown(entry.body)} }}"
        case ast.AttributeDecl():
            return f"{entry.name} {entry.operator} {entry.value.span.text}"
    return entry.span.text


def edit(text: str, found: list[Diagnostic] | None = None) -> str:
    """The base with an edit, as text."""
    return shown(edited(body(BASE), body(text), (found if found is not None else []).append))


@pytest.mark.parametrize(
    ("text", "there", "gone"),
    [
        ("site s { country = FR }", "country = FR", "country = DE"),
        ("site s { remove country }", "site s", "country"),
        ("hosts one { count = 5 }", "count = 5", "count = 3"),
        ("hosts one { cores { platform = 4 } }", "platform = 4", "platform = 2"),
        ("hosts one { remove cores }", "count = 3", "cores"),
        ("template hosts node { bond b { mtu = 9000 } }", "mtu = 9000", "platform = 4"),
        ("template hosts node { remove bond.b }", "template hosts node", "bond b"),
        ("kubernetes k { cni cilium {} }", "cni cilium", "cni = calico"),
        ("kubernetes k { remove pool.a }", "cni = calico", "pool a"),
        ("remove kubernetes.k", "hosts one", "kubernetes k"),
        ("let size = 4", "let size = 4", "let size = 3"),
        ("network one { cidr = 10.0.0.0/24 }", "network one", "nothing"),
        ("site s { rack r[1..3] { units = 10 } }", "units = 10", "rack r[1..3] {  }"),
    ],
)
def test_an_edit_changes_just_what_it_names(text, there, gone):
    made = edit(text)
    assert (True, False) == (there in made, gone in made)


def test_an_edit_of_a_list_keeps_what_was_there():
    made = edit("kubernetes k { addons += metrics_server }")
    assert "addons = [cert_manager]" in made
    assert "addons += metrics_server" in made


def test_the_base_is_as_it_was():
    base = body(BASE)
    before = shown(base)
    edited(base, body("site s { country = FR }  remove kubernetes.k"), [].append)
    assert before == shown(base)


def test_what_is_removed_in_vain_is_told():
    found: list[Diagnostic] = []
    edit("site s { remove region }  remove ceph.main", found)
    assert ["OIB5911", "OIB5911"] == [d.rule.code for d in found]


# ---------------------------------------------------------------------------------------------- bases

PACK = 'pack acme { title = "a"  version = "1" }\nbase { site s { country = DE } }\n'
RULE = (
    'rule a.1 {{ level = must  title = "t"  require every s in site: s.category == {word}'
    "  {examples} }}\n"
)


def faults(**files: str) -> list[str]:
    texts = {f"p/{name}.oib": text for name, text in files.items()}
    return [d.message for d in packs_tested(MemoryLoader(texts), ["p/"])[1]]


def test_a_chapter_lays_its_base_over_that_of_the_pack():
    chapter = 'chapter c { title = "c" }\nbase { site s { category = edge } }\n'
    rule = RULE.format(word="edge", examples="fail { site s { category = core } }")
    assert [] == faults(a=PACK, b=chapter + rule)


def test_a_chapter_without_a_base_has_that_of_the_pack():
    other = 'chapter o { title = "o" }\nbase { site s { category = edge } }\n'
    rule = RULE.format(word="core", examples="fail { site s { category = edge } }")
    assert [] == faults(a=PACK, b=other, c='chapter c { title = "c" }\n' + rule)


def test_an_example_may_be_like_another_base():
    named = "base far like base { site s { category = edge } }\n"
    rule = RULE.format(word="core", examples='fail like base.far { site s { region = "x" } }')
    assert [] == faults(a=PACK + named + rule)


def test_a_base_that_is_like_itself_is_a_fault():
    named = "base far like base.far { site s { category = edge } }\n"
    rule = RULE.format(word="core", examples="fail like base.far {}")
    assert ["the pack has no base `far`"] == faults(a=PACK + named + rule)


def test_a_wrong_base_is_told_at_its_place():
    wrong = PACK.replace("country = DE", "country = XX")
    rule = RULE.format(word="core", examples="fail { site s { category = edge } }")
    assert any("`XX`" in message for message in faults(a=wrong + rule))
