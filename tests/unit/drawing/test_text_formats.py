import json
import re

import pytest

from blueprint import drawing, graph
from blueprint.drawing.dot import quoted
from blueprint.drawing.mermaid import escaped
from blueprint.drawing.text import fitted, visible, width
from blueprint.handovers import HandOvers
from blueprint.target import Deployment, Given, HandOver, Step, Taken
from blueprint.values import Ref
from tests import clouds


def render(form, cloud, transfers=()):
    found = graph.build(cloud, clouds.spans_of(cloud)).value
    return drawing.render(form, found, cloud, transfers)


def keyrings():
    """What the cluster hands over to the region, as its tool and theirs say it."""
    what = HandOver("keyring", Ref("ceph.main"), "client.glance")
    giver = Step("Give", (), hands_over=(Given(what, "glance.keyring"),))
    taker = Step("Take", (), takes=(Taken(what, "there"),))
    ceph = Deployment(Ref("ceph.main"), "cephadm", (), (giver,))
    cloud = Deployment(Ref("openstack.core"), "kolla_ansible", (), (taker,))
    return HandOvers([[ceph], [cloud]]).between_layers()


@pytest.mark.parametrize("form", drawing.FORMATS)
def test_every_format_names_every_declaration(form):
    text = render(form, clouds.roles_apart())
    for name in ("gateway", "replicate", "harbor", "provider", "main", "core"):
        assert name in text


@pytest.mark.parametrize("form", drawing.FORMATS)
def test_every_format_ends_with_a_line_end(form):
    assert render(form, clouds.collapsed()).endswith("\n")


def test_json_holds_nodes_edges_and_waves():
    document = json.loads(render("json", clouds.collapsed()))
    assert document["waves"] == [["hosts.node"], ["ceph.main"], ["openstack.core"]]
    assert {
        "from": "ceph.main",
        "to": "network.storage",
        "through": ["public_network"],
    } in document["edges"]
    assert [n["hosts"] for n in document["nodes"] if n["ref"] == "hosts.node"] == [3]


def test_json_edges_have_known_ends():
    document = json.loads(render("json", clouds.roles_apart()))
    names = {node["ref"] for node in document["nodes"]}
    assert {end for e in document["edges"] for end in (e["from"], e["to"])} <= names


@pytest.mark.parametrize("form", drawing.FORMATS)
def test_every_format_says_what_is_handed_over(form):
    assert "keyrings" not in render(form, clouds.collapsed())
    assert "keyrings" in render(form, clouds.collapsed(), keyrings())


def test_json_says_who_hands_what_to_whom():
    document = json.loads(render("json", clouds.collapsed(), keyrings()))
    assert document["handed_over"] == [
        {"from": "ceph.main", "to": "openstack.core", "what": ["keyrings"]}
    ]


@pytest.mark.parametrize("form", [form for form in drawing.FORMATS if form != "json"])
def test_pictures_tell_the_waves(form):
    text = render(form, clouds.collapsed())
    assert [n for n in (1, 2, 3) if f"wave {n}" in text.lower()] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('say "hi"', r'"say \"hi\""'),
        ("back\\slash", r'"back\\slash"'),
        ("end\\", r'"end\\"'),
        ("two\nlines", r'"two\nlines"'),
        ("<b>", '"<b>"'),
        ("a\u202eb", '"a\ufffdb"'),
        ("line\rend", '"line\ufffdend"'),
    ],
)
def test_dot_strings_hold_any_text(text, expected):
    assert quoted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('say "hi"', "say #34;hi#34;"),
        ("<script>", "#60;script#62;"),
        ("a;b#c", "a#59;b#35;c"),
        ("`code` **bold**", "#96;code#96; #42;#42;bold#42;#42;"),
        ("grün · 10.0.0.0/24", "grün · 10.0.0.0/24"),
    ],
)
def test_mermaid_labels_hold_any_text(text, expected):
    assert escaped(text) == expected


def test_mermaid_names_no_node_after_the_blueprint():
    """`end` as a node breaks a flow chart; numbers never do."""
    cloud = clouds.collapsed()
    things = {**cloud.things, "network.end": clouds.network("10.9.0.0/24")}
    lines = render("mermaid", clouds.model(things, cloud.groups)).splitlines()[1:]
    assert all(re.match(r"  (n\d+|classDef|class) ?", line) for line in lines)


def test_dot_has_one_statement_a_line():
    lines = render("dot", clouds.roles_apart()).splitlines()
    assert lines[0].endswith("{")
    assert lines[-1] == "}"
    assert all(line.endswith(";") for line in lines[1:-1])


def test_unseen_characters_are_marked():
    assert visible("a\x00b\u2028c\u200bd") == "a\ufffdb\ufffdc\ufffdd"


def test_cut_text_fits():
    cut = fitted("a rather long name of a network", 12, 80)
    assert cut.endswith("…")
    assert width(cut, 12) <= 80


def test_text_that_fits_is_not_cut():
    assert fitted("short", 12, 80) == "short"


def test_wide_characters_are_measured_wide():
    assert width("雲", 10) > width("m", 10)
