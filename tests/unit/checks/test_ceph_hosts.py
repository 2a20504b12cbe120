"""Checks of Ceph's daemons on their hosts: one cluster's control a host, ports that are free, frames alike."""

from dataclasses import replace

import pytest

from blueprint.checks.ceph_hosts import PORTS
from blueprint.model.ceph import ObjectStore
from blueprint.values import Ref
from tests.unit.checks.models import (
    bond,
    changed,
    cloud,
    everywhere,
    faults,
    group,
    network,
    node,
    sound_things,
)


def two_clusters(**second):
    """A second cluster of the first one's kind, on hosts of its own unless stated otherwise."""
    fields = {
        "monitors": everywhere("other"), "osds": everywhere("other"), "pool": {}, **second,
    }  # fmt: skip
    archive = sound_things()[Ref("ceph.main")].model_copy(update=fields)
    return cloud(group("node", 3), group("other", 3), ceph__archive=archive)


def test_two_clusters_on_hosts_of_their_own_are_fine():
    assert faults(two_clusters()) == []


@pytest.mark.parametrize("role", ["monitors", "managers"])
def test_monitors_and_managers_of_two_clusters_stand_apart(role):
    model = two_clusters(**{role: everywhere()})
    assert ("OIB5220", f"ceph.archive {role}") in faults(model)


def test_a_cluster_that_stands_already_holds_its_hosts_too():
    model = replace(two_clusters(monitors=everywhere()), existing=frozenset({Ref("ceph.main")}))
    assert ("OIB5220", "ceph.archive monitors") in faults(model)


def test_two_clusters_that_stand_already_are_not_judged():
    both = frozenset({Ref("ceph.main"), Ref("ceph.archive")})
    assert faults(replace(two_clusters(monitors=everywhere()), existing=both)) == []


@pytest.mark.parametrize(("port", "found"), [(8079, []), (8080, ["OIB5221"]), (8081, [])])
def test_gateways_of_two_clusters_on_one_host_have_two_ports(port, found):
    stored = ObjectStore(port=port)
    model = two_clusters(rgw=everywhere(), object=stored)
    model = changed(model, "ceph.main", rgw=everywhere(), object=ObjectStore(port=8080))
    assert found == [code for code, _ in faults(model)]


def with_port(port, **fields):
    stored = ObjectStore(port=port)
    return changed(cloud(), "ceph.main", rgw=everywhere(), object=stored, **fields)


@pytest.mark.parametrize(
    ("port", "found"),
    [
        (21, []), (22, ["OIB5221"]), (23, []), (3299, []), (3300, ["OIB5221"]), (6788, []),
        (6789, ["OIB5221"]), (6790, []), (7480, []), (8443, ["OIB5221"]), (8765, ["OIB5221"]),
        (2049, []),
    ],
)  # fmt: skip
def test_gateways_leave_the_ports_of_the_daemons_beside_them(port, found):
    assert found == [code for code, _ in faults(with_port(port))]


def test_gateways_leave_the_port_of_nfs_where_it_is_served():
    assert [("OIB5221", "ceph.main object port")] == faults(with_port(2049, nfs=everywhere()))


def test_the_ports_of_ceph_are_told_apart():
    ports = [port for each in PORTS.values() for port in each]
    assert len(ports) == len(set(ports))


@pytest.mark.parametrize(("mtu", "found"), [(9000, []), (8999, ["OIB5541"])])
def test_untagged_hosts_of_a_cluster_send_frames_of_one_size(mtu, found):
    rest = ("api", "tenant", "public")
    native = Ref("network.storage")
    one = node(
        bond={"bond0": bond(0, *rest, native=native, mtu=9000), "bond1": node().bond["bond1"]}
    )
    two = node(
        bond={"bond0": bond(0, *rest, native=native, mtu=mtu), "bond1": node().bond["bond1"]}
    )
    small = {f"network__{n}": network(c, v, mtu=1500) for n, c, v in (
        ("storage", "10.30.0.0/24", None), ("tenant", "10.40.0.0/24", 40),
    )}  # fmt: skip
    model = cloud(group("node", 3, one), group("other", 3, two), **small)
    model = changed(model, "ceph.main", osds=everywhere("other"))
    assert found == [code for code, _ in faults(model)]
