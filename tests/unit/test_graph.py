from dataclasses import replace
from typing import Annotated, ClassVar

import networkx as nx
import pytest

from blueprint import graph
from blueprint.diagnostics.graph import CYCLE
from blueprint.model.schema import Block, Kind, Refers
from blueprint.source import Source, Span
from blueprint.spans import Spans
from blueprint.values import Ref
from tests import clouds


def built(cloud):
    outcome = graph.build(cloud, clouds.spans_of(cloud))
    assert outcome.diagnostics == ()
    return outcome.value


def test_layers_come_in_waves_from_the_hosts_up():
    assert built(clouds.roles_apart()).waves == (
        ("hosts.compute", "hosts.control", "hosts.gateway", "hosts.lcm", "hosts.storage"),
        ("ceph.main",),
        ("openstack.core",),
    )


def test_an_existing_layer_has_no_wave():
    cloud = clouds.collapsed()
    stands = clouds.model(cloud.things, cloud.groups, existing=("ceph.main",))
    assert built(stands).waves == (("hosts.node",), ("openstack.core",))


@pytest.mark.parametrize(("managed_by", "wave"), [("oib", True), ("starlingx", False)])
def test_hosts_that_another_layer_installs_have_no_wave(managed_by, wave):
    cloud = clouds.collapsed()
    (group,) = cloud.groups.values()
    spec = group.members[0].spec.model_copy(update={"managed_by": managed_by})
    members = tuple(replace(host, spec=spec) for host in group.members)
    of_others = clouds.model(cloud.things, {group.ref: replace(group, members=members)})
    waves = built(of_others).waves
    assert (group.ref in waves[0]) is wave
    assert group.ref in built(of_others).needs(Ref("ceph.main"))


def test_a_layer_needs_the_layers_behind_plain_facts_and_existing_ones():
    cloud = clouds.roles_apart()
    stands = clouds.model(cloud.things, cloud.groups, existing=("ceph.main",))
    assert "hosts.storage" in built(stands).needed_layers(Ref("openstack.core"))


def test_an_edge_carries_every_attribute_that_names_the_other_end():
    edges = {(e.node, e.needs): e.labels for e in built(clouds.collapsed()).edges}
    assert edges["openstack.core", "hosts.node"] == ("control", "network", "compute")
    assert edges["openstack.core", "pki.ca"] == ("api.internal.tls",)


def test_a_reference_to_one_member_is_an_edge_to_its_group():
    cloud = clouds.collapsed()
    member = cloud.things[Ref("openstack.core")].model_copy(
        update={"deploy_from": (Ref("hosts.node[2]"),)}
    )
    edges = built(clouds.model({**cloud.things, "openstack.core": member}, cloud.groups)).edges
    assert [e.labels for e in edges if e.needs == "hosts.node" and e.node == "openstack.core"] == [
        ("control", "network", "compute", "deploy_from")
    ]


def test_a_secret_is_an_edge_to_its_store():
    assert Ref("secrets.vault") in built(clouds.collapsed()).needs(Ref("pki.ca"))


def test_a_thing_that_names_its_own_parts_has_no_edge_to_itself():
    assert built(clouds.collapsed()).needs(Ref("site.here")) == ()


def test_a_name_with_dots_in_a_module_finds_its_declaration():
    cloud = clouds.collapsed()
    things = {f'region["a.b"].{ref}': thing for ref, thing in cloud.things.items()}
    site = Ref('region["a.b"].site.here')
    moved = things['region["a.b"].network.api'].model_copy(update={"site": site})
    found = built(clouds.model({**things, 'region["a.b"].network.api': moved}, {}))
    assert found.needs(Ref('region["a.b"].network.api')) == (site,)


def test_hosts_are_one_node_however_many():
    cloud = clouds.collapsed()
    many = clouds.group("hosts.node", 500, cloud.groups[Ref("hosts.node")].members[0].spec)
    assert len(built(clouds.model(cloud.things, {"hosts.node": many})).nodes) == len(
        built(cloud).nodes
    )


def test_waves_respect_every_edge_between_layers():
    found = built(clouds.roles_apart())
    wave = {ref: number for number, refs in enumerate(found.waves) for ref in refs}
    for edge in found.edges:
        if edge.node in wave and edge.needs in wave:
            assert wave[edge.needs] < wave[edge.node]


# ----------------------------------------------------------------------------------------- cycles


class Inner(Block):
    manager: Annotated[Ref, Refers("cluster")] | None = None


class Cluster(Kind):
    kind: ClassVar[str] = "cluster"
    on: Annotated[Ref, Refers("cluster")] | None = None
    auth: Inner = Inner()


def clusters(**needs):
    """Clusters in the order given; each a line, the attribute that names the next at column 3."""
    text = "".join(f"{name}\n" for name in needs)
    source = Source("main.oib", text)
    table, things = {}, {}
    for (name, wanted), start in zip(needs.items(), source.line_starts, strict=False):
        ref = f"cluster.{name}"
        table[ref,] = Span(source, start, start + 1)
        table[ref, "on"] = Span(source, start + 1, start + 2)
        things[ref] = Cluster(on=Ref(f"cluster.{wanted}") if wanted else None)
    cloud = clouds.model(things, {})
    return graph.build(cloud, Spans(table))


def test_a_cycle_is_drawn_from_its_earliest_declaration():
    outcome = clusters(bb="cc", cc="aa", aa="bb")
    assert outcome.value is None
    assert outcome.diagnostics[0].message == (
        "`cluster.bb` can't be deployed before itself: "
        "`cluster.bb` → `cluster.cc` → `cluster.aa` → `cluster.bb`"
    )


def test_a_cycle_points_at_the_reference_in_its_earliest_declaration():
    found = clusters(bb="cc", cc="aa", aa="bb").diagnostics[0]
    assert (found.span.line, found.span.column) == (1, 2)


def test_a_cycle_labels_two_more_of_its_references():
    found = clusters(bb="cc", cc="aa", aa="bb").diagnostics[0]
    assert [(label.span.line, label.text) for label in found.labels] == [
        (2, "`cluster.cc` needs `cluster.aa`"),
        (3, "`cluster.aa` needs `cluster.bb`"),
    ]


def test_a_thing_that_names_itself_is_a_cycle_of_one():
    found = clusters(aa="aa").diagnostics
    assert [d.message for d in found] == ["`cluster.aa` can't stand on itself"]


def test_every_knot_is_reported():
    found = clusters(aa="bb", bb="aa", cc="dd", dd="cc", ee="aa").diagnostics
    assert [(d.rule, d.span.line) for d in found] == [(CYCLE, 1), (CYCLE, 3)]


def test_what_needs_a_knot_is_not_part_of_the_loop():
    outcome = clusters(ee="aa", aa="bb", bb="aa")
    assert "ee" not in outcome.diagnostics[0].message


def test_nested_references_carry_their_path():
    block = Cluster(auth=Inner(manager=Ref("cluster.x")))
    assert list(graph.references(block)) == [(("auth", "manager"), "cluster.x")]


@pytest.mark.parametrize("cloud", [clouds.collapsed(), clouds.roles_apart()])
def test_the_graph_has_no_cycle_and_no_unknown_end(cloud):
    found = built(cloud)
    drawn = nx.DiGraph((e.node, e.needs) for e in found.edges)
    assert nx.is_directed_acyclic_graph(drawn)
    assert set(drawn.nodes) <= set(found.nodes)
