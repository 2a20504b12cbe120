"""The contract between layers: what is shared, what is used up, and on which hosts it adds up."""

from __future__ import annotations

from dataclasses import replace

import pytest

from blueprint.capabilities import GIB, Capability, requirements, side_by_side, unmet
from blueprint.values import Ref
from tests.unit.checks.models import changed, cloud, everywhere, gib, group, node, server


def of(model, sort):
    return [r for r in requirements(model) if r.capability.sort == sort]


def test_a_sound_cloud_lacks_nothing():
    assert list(unmet(cloud())) == []


def test_a_requirement_names_consumer_cause_and_provider():
    (kvm,) = of(cloud(), "kvm")
    assert (kvm.consumer, kvm.cause, kvm.provider, kvm.choice) == (
        "openstack.core",
        ("nova", "virt"),
        "hosts.node",
        ("compute", "0"),
    )


def test_memory_is_used_up_and_networks_are_not():
    assert Capability("memory").is_consumed
    assert not Capability("l2", "network.api").is_consumed


def test_all_that_runs_on_a_group_adds_up():
    assert sum(r.quantity for r in side_by_side(of(cloud(), "memory"))) == 42 * GIB


def test_only_what_meets_on_one_host_adds_up():
    model = changed(cloud(group("node", 6)), "openstack.core", control=(Ref("hosts.node[1]"),))
    model = changed(
        model, "ceph.main", monitors=(Ref("hosts.node[2]"),), managers=(Ref("hosts.node[3]"),)
    )
    purposes = [r.purpose for r in side_by_side(of(model, "memory"))]
    assert purposes == [
        "6 OSDs of `ceph.main`",
        "the system and its agents",
        "the control plane of `openstack.core`",
    ]


def test_a_lack_is_told_once_however_many_need_it():
    bond = node().bond["bond0"].model_copy(update={"networks": (Ref("network.storage"),)})
    lacks = list(unmet(cloud(group("node", 3, node(bond={**node().bond, "bond0": bond})))))
    assert [lack.requirement.capability for lack in lacks] == [
        Capability("l2", "network.api"),
        Capability("l2", "network.public"),
        Capability("l2", "network.tenant"),
    ]


@pytest.mark.parametrize(("memory", "lacks"), [(42, 0), (41, 1)])
def test_the_offer_of_a_host_is_held_against_the_sum(memory, lacks):
    found = list(unmet(cloud(hardware__general=server(memory=gib(memory)))))
    assert len(found) == lacks
    assert all((f.required, f.offered) == (42 * GIB, memory * GIB) for f in found)


def test_of_hosts_described_differently_the_least_counts():
    model = changed(
        cloud(group("node", 3), group("guest", 2)), "openstack.core", compute=everywhere("guest")
    )
    guests = model.groups[Ref("hosts.guest")]
    less = node().bond["bond0"].model_copy(update={"networks": (Ref("network.api"),)})
    other = replace(guests.members[1], spec=node(bond={"bond0": less}))
    mixed = replace(guests, members=(guests.members[0], other))
    model = replace(model, groups={**model.groups, guests.ref: mixed})
    assert [str(lack.requirement.capability.of) for lack in unmet(model)] == [
        "network.tenant",
        "network.storage",
    ]
