import re
import xml.etree.ElementTree as ET

import pytest

from blueprint import drawing, graph
from blueprint.drawing.layout import layout
from blueprint.drawing.routes import routed
from blueprint.drawing.text import width
from blueprint.model import Hosts
from blueprint.values import Ref
from tests import clouds

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '"/><script>alert(1)</script>&{{ x }}\u202e\n]]>'


def graph_of(cloud):
    return graph.build(cloud, clouds.spans_of(cloud)).value


def drawn(cloud):
    return drawing.render("svg", graph_of(cloud), cloud)


def picture_of(cloud):
    return routed(layout(graph_of(cloud), cloud))


def wide(groups=9):
    """Many groups of hosts, two regions, a long name."""
    cloud = clouds.roles_apart()
    spec = clouds.hosts("api", "storage", "tenant", physnet="physnet.provider")
    extra = {f"hosts.g{n}": clouds.group(f"hosts.g{n}", n, spec) for n in range(1, groups)}
    core = cloud.things[Ref("openstack.core")]
    edge = core.model_copy(update={"compute": tuple(Ref(name) for name in extra)})
    long = {f"network.{'n' * 90}": clouds.network("10.99.0.0/24", 99)}
    things = {**cloud.things, "openstack.edge": edge, **long}
    return clouds.model(things, {**cloud.groups, **extra})


def bare():
    """Hosts and nothing else that is drawn by default."""
    cloud = clouds.collapsed()
    things = {"hardware.r760": clouds.hardware()}
    return clouds.model(things, {"hosts.node": cloud.groups[Ref("hosts.node")]})


CLOUDS = {
    "collapsed": clouds.collapsed(),
    "roles_apart": clouds.roles_apart(),
    "wide": wide(),
    "bare": bare(),
    "empty": clouds.model({}, {}),
    "facts alone": clouds.model(
        {r: t for r, t in clouds.collapsed().things.items() if t.kind not in ("ceph", "openstack")},
        {},
    ),
}


@pytest.fixture(params=list(CLOUDS))
def cloud(request):
    return CLOUDS[request.param]


def test_every_picture_is_well_formed(cloud):
    assert ET.fromstring(drawn(cloud)).tag == f"{SVG}svg"


def test_the_same_graph_gives_the_same_bytes(cloud):
    assert drawn(cloud) == drawn(cloud)


def test_every_declaration_is_in_the_picture(cloud):
    shown = {t.text.partition("\n")[0] for t in ET.fromstring(drawn(cloud)).iter(f"{SVG}title")}
    wanted = {f"{ref.parts[-2]} {ref.parts[-1]}" for ref in graph_of(cloud).nodes}
    assert wanted <= shown


def test_no_two_cards_overlap(cloud):
    boxes = list(picture_of(cloud).layout.boxes.values())
    for i, a in enumerate(boxes):
        for b in boxes[:i]:
            apart = a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y
            assert apart, (a.card.ref, b.card.ref)


def test_every_card_is_inside_the_picture(cloud):
    picture = picture_of(cloud)
    for box in picture.layout.boxes.values():
        assert box.x >= 0
        assert box.right <= picture.width
        assert box.bottom <= picture.height


def test_no_line_passes_through_a_card(cloud):
    picture = picture_of(cloud)
    for way in picture.ways:
        for (ax, ay), (bx, by) in zip(way.points, way.points[1:], strict=False):
            for box in picture.layout.boxes.values():
                crosses = (
                    min(ax, bx) < box.right - 1
                    and max(ax, bx) > box.x + 1
                    and min(ay, by) < box.bottom - 1
                    and max(ay, by) > box.y + 1
                )
                assert not crosses, (way.label, box.card.ref)


def test_every_line_is_orthogonal(cloud):
    for way in picture_of(cloud).ways:
        for (ax, ay), (bx, by) in zip(way.points, way.points[1:], strict=False):
            assert abs(ax - bx) < 1 or abs(ay - by) < 1, way


def test_vertical_lines_of_different_ends_do_not_lie_on_each_other(cloud):
    seen = {}
    for way in (w for w in picture_of(cloud).ways if w.style != "use"):
        for (ax, ay), (bx, by) in zip(way.points, way.points[1:], strict=False):
            if abs(ax - bx) < 1:
                for _, top, bottom, label in seen.get(round(ax), ()):
                    assert min(max(ay, by), bottom) - max(min(ay, by), top) < 8, (way.label, label)
                seen.setdefault(round(ax), []).append((ax, min(ay, by), max(ay, by), way.label))


def test_no_text_is_wider_than_the_rectangle_around_it(cloud):
    for group in ET.fromstring(drawn(cloud)).iter(f"{SVG}g"):
        rect = group.find(f"{SVG}rect")
        left, right = float(rect.get("x")), float(rect.get("x")) + float(rect.get("width"))
        for text in group.iter(f"{SVG}text"):
            size = (
                11
                if "small" in text.get("class", "")
                else 12
                if "fact" in text.get("class", "")
                else 15
            )
            if text.get("class") is None or "name" in text.get("class"):
                size = 12
            words = "".join(text.itertext())
            room = width(words, size, is_bold=size == 15)
            start = float(text.get("x")) - (room / 2 if text.get("text-anchor") else 0)
            assert start >= left, words
            assert start + room <= right + 1, words


def test_it_has_a_title_and_a_description_for_those_who_hear_it():
    root = ET.fromstring(drawn(clouds.collapsed()))
    assert [root.find(f"{SVG}{tag}").text for tag in ("title", "desc")] == [
        "collapsed",
        "3 hosts in 1 group; deployed in hosts.node; then ceph.main; then openstack.core",
    ]


def test_it_follows_the_reader_into_the_dark():
    assert "@media(prefers-color-scheme:dark)" in drawn(clouds.collapsed())


def hostile():
    cloud = clouds.collapsed()
    spec = cloud.groups[Ref("hosts.node")].members[0].spec
    named = Hosts.model_validate(
        {**dict(spec), "os": spec.os.model_copy(update={"choice": HOSTILE})}
    )
    site = cloud.things[Ref("site.here")].model_copy(update={"region": HOSTILE})
    things = {**cloud.things, "site.here": site}
    return clouds.model(things, {"hosts.node": clouds.group("hosts.node", 3, named)}, name=HOSTILE)


def test_hostile_text_stays_text():
    text = drawn(hostile())
    elements = {e.tag.removeprefix(SVG) for e in ET.fromstring(text).iter()}
    plain = {e.tag.removeprefix(SVG) for e in ET.fromstring(drawn(clouds.collapsed())).iter()}
    assert elements == plain
    assert "\u202e" not in text


def test_nothing_is_fetched_or_run():
    assert not re.search(r"\b(href|src|url\(|on[a-z]+=|<script|@import)", drawn(hostile()))


def test_members_of_a_family_share_a_card():
    cloud = clouds.collapsed()
    leaves = {f"network.leaf[{n}]": clouds.network(f"10.7.{n}.0/24") for n in range(1, 6)}
    text = drawn(clouds.model({**cloud.things, **leaves}, cloud.groups))
    assert "leaf × 5" in text


def test_a_card_of_a_family_says_what_is_so_of_all_its_members():
    cloud = clouds.collapsed()
    leaves = {f"network.leaf[{n}]": clouds.network(f"10.7.{n}.0/24", vlan=70) for n in range(1, 6)}
    text = drawn(clouds.model({**cloud.things, **leaves}, cloud.groups))
    assert "VLAN 70" in text
    assert "10.7.1.0" not in text


def test_what_stands_already_is_drawn_with_dashes():
    cloud = clouds.collapsed()
    stands = clouds.model(cloud.things, cloud.groups, existing=("ceph.main",))
    assert 'class="card existing"' in drawn(stands)
