"""Checks of quorum and placement: how many, where, and who does what."""

from dataclasses import replace

import pytest

from blueprint.diagnostics import Severity
from blueprint.model.site import Zone
from blueprint.values import Ref
from tests.unit.checks.models import (
    changed,
    cloud,
    everywhere,
    faults,
    found,
    group,
    node,
    sound_things,
    the_fault,
)  # fmt: skip


def apart(control=3, compute=3, gateways=0, racks=3):
    """Control and Ceph on hosts of their own, guests on others, gateways apart where asked."""
    groups = [group("node", control, racks=racks), group("guest", compute)]
    model = sound_things()[Ref("openstack.core")].model_copy(
        update={"compute": everywhere("guest")}
    )
    if gateways:
        groups.append(group("gateway", gateways))
        model = model.model_copy(update={"network": everywhere("gateway")})
    return cloud(*groups, openstack__core=model)


def codes(model):
    return [d.rule.code for d in found(model)]


# --------------------------------------------------------------------------------- quorum


@pytest.mark.parametrize("count", [3, 5])
def test_an_odd_number_decides(count):
    model = changed(apart(control=count), "ceph.main", osds=everywhere("guest"))
    assert faults(model) == []


@pytest.mark.parametrize("count", [4, 6])
def test_an_even_number_is_one_fault_of_control_and_monitors(count):
    fault = the_fault(changed(apart(control=count), "ceph.main", osds=everywhere("guest")))
    assert (fault.rule.code, fault.span.text) == ("OIB5201", "ceph.main monitors")
    assert fault.notes[-1] == "they are also `control` of `openstack.core`"


@pytest.mark.parametrize(("count", "wanted"), [(8, "take 9 hosts, or 7"), (10, "name fewer: 5")])
def test_who_names_all_hosts_of_a_kind_is_told_to_name_fewer(count, wanted):
    fault = the_fault(changed(apart(control=count), "ceph.main", osds=everywhere("guest")))
    assert fault.hint.startswith(wanted)


def test_other_hosts_in_another_role_are_another_fault():
    model = changed(apart(control=4), "ceph.main", osds=everywhere("guest"))
    two = (Ref("hosts.guest[1]"), Ref("hosts.guest[2]"))
    assert [code for code, _ in faults(changed(model, "ceph.main", monitors=two))] == [
        "OIB5201"
    ] * 2


def test_a_lone_member_is_a_warning():
    model = changed(apart(), "openstack.core", control=(Ref("hosts.node[1]"),))
    fault = the_fault(model)
    assert (fault.rule.code, fault.severity) == ("OIB5202", Severity.WARNING)
    assert "`hosts.node[1]`" in fault.message


def test_a_majority_in_one_rack_is_a_warning():
    model = changed(apart(control=5, racks=2), "ceph.main", pool={})
    model = changed(model, "openstack.core", services=("keystone",))
    places = [(d.rule.code, d.labels[0].span.text) for d in found(model) if d.labels]
    assert places == [("OIB5203", "site.dc1 zone az[1]")]


def test_a_majority_can_not_be_spread_over_two_racks():
    site = sound_things()[Ref("site.dc1")]
    two = site.model_copy(update={"rack": {k: site.rack[k] for k in ("r[1]", "r[2]")}, "zone": {}})
    model = changed(apart(control=5, racks=2), "ceph.main", pool={})
    model = changed(model, "openstack.core", services=("keystone",))
    groups = {
        ref: replace(each, members=tuple(replace(h, zone=None) for h in each))
        for ref, each in model.groups.items()
    }
    model = replace(model, things={**model.things, Ref("site.dc1"): two}, groups=groups)
    assert "OIB5203" not in codes(model)


def test_existing_layers_are_not_judged_by_their_number():
    model = replace(apart(control=4), existing=frozenset({Ref("ceph.main"), Ref("openstack.core")}))
    assert faults(model) == []


# --------------------------------------------------------------------------------- zones


def zoned(**racks):
    zones = {
        name: Zone(racks=tuple(Ref(f"site.dc1.rack.r[{r}]") for r in rs))
        for name, rs in racks.items()
    }
    return changed(cloud(), "site.dc1", zone=zones)


def test_a_rack_in_use_is_in_a_zone():
    model = zoned(a=(1,), b=(2,))
    assert ("OIB5204", "site.dc1 rack r[3]") in faults(model)


def test_a_rack_that_nobody_uses_may_be_in_none():
    model = changed(cloud(group("node", 3, racks=2)), "ceph.main", pool={})
    model = changed(model, "openstack.core", services=("keystone",))
    zones = {f"az[{n}]": Zone(racks=(Ref(f"site.dc1.rack.r[{n}]"),)) for n in (1, 2)}
    assert "OIB5204" not in codes(changed(model, "site.dc1", zone=zones))


def test_a_site_without_zones_needs_none():
    assert "OIB5204" not in codes(changed(cloud(), "site.dc1", zone={}))


def test_a_rack_is_in_one_zone():
    model = zoned(a=(1,), b=(2, 1), c=(3,))
    assert ("OIB5205", "site.dc1 zone b racks 1") in faults(model)


def test_a_zone_without_compute_is_a_warning():
    model = changed(
        apart(), "openstack.core", compute=(Ref("hosts.guest[1]"), Ref("hosts.guest[2]"))
    )
    fault = the_fault(model)
    assert (fault.rule.code, fault.span.text) == ("OIB5208", "site.dc1 zone az[3]")
    assert fault.severity is Severity.WARNING


# --------------------------------------------------------------------------------- roles


@pytest.mark.parametrize(
    ("layer", "role"),
    [("openstack.core", "compute"), ("openstack.core", "control"), ("ceph.main", "monitors"),
     ("ceph.main", "osds")],
)  # fmt: skip
def test_a_role_without_hosts_is_a_fault(layer, role):
    assert ("OIB5210", f"{layer} {role}") in faults(changed(apart(), layer, **{role: ()}))


def test_a_role_of_an_empty_group_is_a_fault():
    model = cloud(group("node", 3), group("guest", 0))
    model = changed(model, "openstack.core", compute=everywhere("guest"))
    assert faults(model) == [("OIB5210", "openstack.core compute")]


@pytest.mark.parametrize(
    "named",
    [("hosts.guest", "hosts.guest"), ("hosts.guest", "hosts.guest[2]"),
     ("hosts.guest[2]", "hosts.guest"), ("hosts.guest[2]", "hosts.guest[2]")],
)  # fmt: skip
def test_a_role_names_a_host_once(named):
    model = changed(apart(), "openstack.core", compute=tuple(Ref(n) for n in named))
    assert ("OIB5211", "openstack.core compute 1") in faults(model)


def test_a_role_may_name_several_members_of_a_group():
    model = changed(
        apart(), "openstack.core", compute=tuple(Ref(f"hosts.guest[{n}]") for n in (1, 2, 3))
    )
    assert faults(model) == []


@pytest.mark.parametrize(("count", "expected"), [(2, []), (1, ["OIB5206"])])
def test_one_gateway_beside_three_control_hosts_is_a_warning(count, expected):
    assert codes(apart(gateways=count)) == expected


def test_control_on_all_computes_is_a_collapsed_cloud():
    assert faults(cloud()) == []


def test_control_on_some_computes_is_a_warning():
    model = changed(apart(), "openstack.core", compute=(Ref("hosts.guest"), Ref("hosts.node[1]")))
    fault = the_fault(model)
    assert (fault.rule.code, fault.severity) == ("OIB5207", Severity.WARNING)
    assert fault.message == "one of 4 compute hosts of `openstack.core` also runs its control plane"


def test_the_memory_of_a_member_counts_what_that_member_runs():
    tight = group("guest", 3, node(memory=node().memory.model_copy(update={"platform": None})))
    layer = sound_things()[Ref("openstack.core")].model_copy(
        update={
            "compute": everywhere("guest"),
            "control": tuple(Ref(f"hosts.guest[{n}]") for n in (1, 2, 3)),
        }
    )
    cloud_ = cloud(group("node", 3), tight, openstack__core=layer)
    assert codes(cloud_) == ["OIB5132"]
