"""Checks of OpenStack regions, and of the contract between them and what they stand on."""

from dataclasses import replace

import pytest

from blueprint.diagnostics import Severity
from blueprint.model import Physnet
from blueprint.model.hardware import Cpu
from blueprint.model.openstack import Endpoint, NetworkRoles
from blueprint.model.openstack_services import Nova
from blueprint.values import Range, Ref
from tests.unit.checks.models import (
    changed,
    cloud,
    everywhere,
    faults,
    found,
    group,
    ip,
    network,
    node,
    server,
    sound_things,
    the_fault,
)  # fmt: skip

ALL = (
    "keystone",
    "glance",
    "placement",
    "nova",
    "neutron",
    "cinder",
    "heat",
    "horizon",
    "barbican",
)


def codes(model):
    return [d.rule.code for d in found(model)]


def core(**fields):
    return changed(cloud(), "openstack.core", **fields)


# --------------------------------------------------------------------------------- services


def test_all_services_together_lack_nothing():
    assert codes(core(services=ALL)) == []


@pytest.mark.parametrize("missing", ["keystone", "glance", "placement", "neutron"])
def test_a_service_that_others_call_is_one_fault_when_it_is_missing(missing):
    model = core(services=tuple(s for s in ALL if s != missing))
    fault = the_fault(model)
    assert fault.rule.code == "OIB5401"
    assert f"`{missing}`, which is not among the services" in fault.message


@pytest.mark.parametrize("missing", ["heat", "horizon", "barbican", "cinder"])
def test_a_service_that_nobody_calls_may_be_missing(missing):
    assert codes(core(services=tuple(s for s in ALL if s != missing))) == []


def test_a_service_is_listed_once():
    assert faults(core(services=(*ALL, "heat"))) == [("OIB5404", "openstack.core services 9")]


def test_volumes_need_storage():
    model = core(storage=None, services=("keystone", "cinder"))
    assert faults(model) == [("OIB5402", "openstack.core services 1")]


def test_guests_see_one_processor_where_it_is_the_hosts_own():
    other = server(cpu=Cpu(sockets=2, cores=48, features=("vmx", "avx512f")))
    mixed = group("guest", 3, node(hardware=Ref("hardware.newer")))
    layer = sound_things()[Ref("openstack.core")].model_copy(
        update={
            "compute": (Ref("hosts.node"), Ref("hosts.guest")),
            "nova": Nova(cpu_mode="host_passthrough"),
        }
    )
    model = cloud(group("node", 3), mixed, hardware__newer=other, openstack__core=layer)
    fault = next(d for d in found(model) if d.rule.code == "OIB5403")
    assert (fault.severity, fault.span.text) == (Severity.WARNING, "openstack.core nova cpu_mode")
    assert "OIB5403" not in codes(changed(model, "openstack.core", "nova", cpu_mode="custom"))


def test_more_cores_of_the_same_processor_do_not_stop_migration():
    other = server(cpu=Cpu(sockets=1, cores=16, features=("vmx",)))
    model = cloud(
        group("node", 3),
        group("guest", 3, node(hardware=Ref("hardware.newer"))),
        hardware__newer=other,
    )
    model = changed(
        model, "openstack.core", compute=everywhere("guest"), nova=Nova(cpu_mode="host_passthrough")
    )
    assert codes(model) == []


@pytest.mark.parametrize(
    ("named", "expected"), [(("hosts.node[1]",), []), (("hosts.node",), ["OIB5405"]), ((), [])]
)
def test_the_tools_run_on_one_host(named, expected):
    assert codes(core(deploy_from=tuple(Ref(n) for n in named))) == expected


# --------------------------------------------------------------------------------- regions


def two_regions(**fields):
    """The sound cloud and a small region on hosts of its own."""
    layer = sound_things()[Ref("openstack.core")]
    internal = Endpoint(network=Ref("network.api"), vip=ip("10.20.0.240"), fqdn="api.two.example")
    api = layer.api.model_copy(update={"internal": internal, "public": None, "vrid": 52})
    far = layer.model_copy(update={
        "control": everywhere("far"), "compute": everywhere("far"), "region": "two", "api": api,
        "services": ("keystone",), "external_network": {}, **fields,
    })  # fmt: skip
    model = cloud(group("node", 3), group("far", 3), openstack__far=far)
    return changed(model, "openstack.core", "api", "internal", fqdn="api.one.example")


def test_two_regions_with_names_of_their_own_are_fine():
    assert codes(two_regions()) == []


def test_two_regions_with_one_name_are_a_warning():
    fault = the_fault(two_regions(region="RegionOne"))
    assert (fault.rule.code, fault.severity) == ("OIB5406", Severity.WARNING)


def test_two_regions_with_one_fqdn_are_a_fault():
    model = changed(two_regions(), "openstack.far", "api", "internal", fqdn="API.one.example")
    assert faults(model) == [("OIB5407", "openstack.far api internal fqdn")]


def one_address(**tls):
    shared = Endpoint(network=Ref("network.api"), vip=ip("10.20.0.250"), **tls)
    return changed(cloud(), "openstack.core", "api", public=shared)


def test_endpoints_may_share_an_address_without_tls():
    assert codes(one_address()) == []


def test_endpoints_that_share_an_address_share_tls():
    fault = the_fault(one_address(tls=Ref("pki.ca")))
    assert (fault.rule.code, fault.span.text) == ("OIB5414", "openstack.core api public vip")


# --------------------------------------------------------------------------------- external networks


@pytest.mark.parametrize(
    ("vlan", "expected"), [(1000, []), (1999, []), (999, ["OIB5408"]), (2000, ["OIB5408"])]
)
def test_an_external_vlan_is_one_of_the_physical_network(vlan, expected):
    assert codes(changed(cloud(), "network.floating", vlan=vlan)) == expected


def test_a_physical_network_that_states_no_vlans_takes_any():
    assert codes(changed(cloud(), "physnet.ex", vlans=())) == []


def test_an_untagged_network_needs_a_flat_physical_network():
    model = changed(cloud(), "network.floating", vlan=None)
    assert faults(model) == [("OIB5409", "openstack.core external_network public physnet")]
    assert codes(changed(model, "physnet.ex", type="flat", vlans=())) == []


def test_a_tagged_network_needs_a_physical_network_with_tags():
    assert codes(changed(cloud(), "physnet.ex", type="flat", vlans=())) == ["OIB5409"]


def test_a_flat_physical_network_states_no_vlans():
    spare = Physnet(type="flat", vlans=(Range(1, 5),))
    assert faults(cloud(physnet__spare=spare)) == [("OIB5410", "physnet.spare vlans")]


def test_two_external_networks_have_two_vlans():
    first = sound_things()[Ref("openstack.core")].external_network["public"]
    second = first.model_copy(update={"network": Ref("network.more"), "pool": ()})
    model = core(external_network={"public": first, "more": second})
    shares = replace(
        model, things={**model.things, Ref("network.more"): network("203.0.114.0/24", 1000)}
    )
    assert faults(shares) == [("OIB5412", "openstack.core external_network more network")]
    assert codes(changed(shares, "network.more", vlan=1001)) == []


# --------------------------------------------------------------------------------- the contract


def without(*names):
    """The sound cloud whose hosts are not on some networks."""
    kept = tuple(
        Ref(f"network.{n}") for n in ("api", "storage", "tenant", "public") if n not in names
    )
    return changed(cloud(), "hosts.node", "bond", "bond0", networks=kept)


def test_kvm_needs_processors_that_virtualise():
    model = changed(cloud(), "hardware.general", "cpu", features=())
    fault = the_fault(model)
    assert (fault.rule.code, fault.span.text) == ("OIB5801", "openstack.core compute 0")
    assert fault.message == (
        "guests of `openstack.core` need KVM, and `hosts.node` (3 hosts) can't offer it"
    )
    assert fault.labels[0].span.text == "hardware.general cpu"


def test_emulation_needs_no_such_processors():
    model = changed(cloud(), "hardware.general", "cpu", features=())
    assert codes(changed(model, "openstack.core", nova=Nova(virt="qemu"))) == []


def test_a_region_without_nova_needs_no_such_processors():
    model = changed(cloud(), "hardware.general", "cpu", features=())
    assert codes(changed(model, "openstack.core", services=("keystone", "glance"))) == []


def test_the_other_architecture_always_virtualises():
    model = changed(cloud(), "hardware.general", "cpu", features=())
    assert codes(changed(model, "hardware.general", arch="aarch64")) == []


@pytest.mark.parametrize("missing", ["api", "tenant", "public"])
def test_a_network_of_a_role_is_missing_once_for_all_roles(missing):
    fault = the_fault(without(missing))
    assert fault.rule.code == "OIB5802"
    assert fault.message == f"`hosts.node` (3 hosts) has no interface on `network.{missing}`"


def test_a_network_that_two_layers_need_is_missing_once():
    assert codes(without("storage")) == ["OIB5802"]


def test_a_thousand_hosts_without_a_network_are_one_fault():
    guests = group("guest", 200, node(bond={"bond0": node().bond["bond0"].model_copy(
        update={"networks": (Ref("network.api"), Ref("network.storage"))})}))  # fmt: skip
    model = changed(cloud(group("node", 3), guests), "openstack.core", compute=everywhere("guest"))
    fault = the_fault(model)
    assert fault.message == "`hosts.guest` (200 hosts) has no interface on `network.tenant`"


def routed(**fields):
    """Ceph on a network of its own, with guests on hosts that are not on it."""
    guests = group("guest", 3, node(bond={
        "bond0": node().bond["bond0"].model_copy(
            update={"networks": tuple(Ref(f"network.{n}") for n in ("api", "tenant"))}
        )
    }))  # fmt: skip
    model = changed(cloud(group("node", 3), guests), "openstack.core", compute=everywhere("guest"))
    model = changed(model, "openstack.core", networks=NetworkRoles(tenant=Ref("network.tenant")))
    return changed(model, "network.storage", **fields)


def test_clients_reach_ceph_through_routers():
    assert codes(routed(gateway=ip("10.30.0.1"))) == []


@pytest.mark.parametrize("fields", [{}, {"gateway": ip("10.30.0.1"), "routable": False}])
def test_clients_without_a_way_to_ceph_are_a_fault(fields):
    fault = the_fault(routed(**fields))
    assert (fault.rule.code, fault.span.text) == ("OIB5803", "openstack.core compute 0")


def test_a_gateway_is_on_the_physical_network_of_every_external_network():
    model = changed(cloud(), "hosts.node", "bond", "bond1", physnet=None)
    fault = the_fault(model)
    assert (fault.rule.code, fault.labels[0].span.text) == (
        "OIB5804",
        "openstack.core external_network public physnet",
    )


def test_computes_need_the_physical_network_only_for_distributed_addresses():
    guests = group("guest", 3, node(bond={"bond0": node().bond["bond0"]}))
    model = changed(cloud(group("node", 3), guests), "openstack.core", compute=everywhere("guest"))
    assert codes(model) == []
    distributed = changed(model, "openstack.core", "neutron", distributed_floating_ip=True)
    assert faults(distributed) == [("OIB5804", "openstack.core compute 0")]


@pytest.mark.parametrize(("pool", "service"), [("images", "glance"), ("volumes", "cinder")])
def test_a_service_has_a_pool_where_there_is_storage(pool, service):
    kept = {n: p for n, p in sound_things()[Ref("ceph.main")].pool.items() if n != pool}
    fault = the_fault(changed(cloud(), "ceph.main", pool=kept))
    assert fault.rule.code == "OIB5807"
    assert fault.hint == f"add `pool {pool} {{ use = {service} }}` to `ceph.main`"
