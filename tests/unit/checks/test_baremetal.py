"""Checks of bare metal: addresses from two servers, ways to the API, classes of nodes."""

from dataclasses import replace

import pytest

from blueprint.model import Hosts, OpenStack
from blueprint.model.hosts import Boot, HostBmc, OperatingSystem
from blueprint.model.openstack_resources import Flavor, ProviderNetwork
from blueprint.model.openstack_services import DeployImage, Ironic
from blueprint.values import Mac, Ref, SecretRef, keyed
from tests.unit.checks.models import (
    addresses,
    changed,
    cloud,
    faults,
    group,
    ip,
    network,
    node,
    server,
)

PROVISION = Ref("network.provision")


def nodes(count=2, **changes):
    spec = Hosts(
        hardware=Ref("hardware.general"), managed_by="ironic", os=OperatingSystem(choice="none"),
        bmc=HostBmc(credentials=SecretRef.of("secrets.vault", "bmc")), boot=Boot(),
        **changes,
    )  # fmt: skip
    made = group("metal", count, spec)
    members = tuple(
        replace(
            host,
            bmc_address=ip(f"10.9.0.{n}"),
            bmc_credentials=spec.bmc.credentials,
            boot_mac=Mac(f"52:54:00:00:00:0{n}"),
        )
        for n, host in enumerate(made, start=1)
    )
    return replace(made, members=members)


def metal(dhcp="10.11.0.100..10.11.0.199", pool="10.11.0.50..10.11.0.99", **changes):
    """The sound cloud with two bare-metal servers."""
    own = {"gateway": ip("10.11.0.1"), "dhcp": (addresses(dhcp),), **changes.pop("own", {})}
    carried = node().bond
    carried["bond0"] = carried["bond0"].model_copy(
        update={"networks": (*carried["bond0"].networks, PROVISION)}
    )
    install = ProviderNetwork(network=PROVISION, physnet=Ref("physnet.ex"), pool=(addresses(pool),))
    model = cloud(
        group("node", 3, node(bond=carried)),
        nodes(),
        network__provision=network("10.11.0.0/24", 1011, **own),
    )
    region = model.at("openstack.core", OpenStack)
    agent = DeployImage(kernel="https://x/k", ramdisk="https://x/r")
    ironic = Ironic(
        nodes=(Ref("hosts.metal"),), provisioning=PROVISION, inspection=PROVISION,
        deploy_image=agent,
    )  # fmt: skip
    return changed(
        model, "openstack.core", services=(*region.services, "ironic"),
        ironic=changes.pop("ironic", ironic), provider_network={"install": install}, **changes,
    )  # fmt: skip


def test_bare_metal_that_is_complete_has_no_fault():
    assert faults(metal()) == []


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("10.11.0.100", []),
        ("10.11.0.99", [("OIB5333", "openstack.core provider_network install pool 0")]),
    ],
)
def test_an_address_comes_from_one_server(first, expected):
    assert faults(metal(dhcp=f"{first}..10.11.0.199")) == expected


@pytest.mark.parametrize("own", [{"gateway": None}, {"routable": False}])
def test_nodes_reach_the_api_through_a_router(own):
    found = metal(own=own)
    assert faults(found) == [("OIB5335", "openstack.core ironic provisioning")]


def test_nodes_on_the_apis_own_network_need_no_router():
    model = metal()
    region = model.at("openstack.core", OpenStack)
    internal = region.api.internal.model_copy(update={"network": PROVISION, "vip": ip("10.11.0.9")})
    api = region.api.model_copy(update={"internal": internal})
    assert "OIB5335" not in [code for code, _ in faults(changed(model, "openstack.core", api=api))]


def test_flavors_over_all_the_same_nodes_share_their_class():
    both = {name: Flavor(baremetal=(Ref("hosts.metal"),)) for name in ("one", "other")}
    assert faults(metal(flavor=both)) == []


def test_flavors_over_some_of_the_same_nodes_are_a_fault():
    some = Flavor(baremetal=(keyed("hosts.metal", "1"),))
    all_of_them = Flavor(baremetal=(Ref("hosts.metal"),))
    found = faults(metal(flavor={"some": some, "all": all_of_them}))
    assert [code for code, _ in found] == ["OIB5325"]


def test_a_node_without_a_boot_port_is_told_once_for_all():
    model = metal()
    old = model.groups[Ref("hosts.metal")]
    bare = replace(old, members=tuple(replace(host, boot_mac=None) for host in old))
    model = replace(model, groups={**model.groups, old.ref: bare})
    assert [code for code, _ in faults(model)] == ["OIB5334"]


def test_a_server_with_a_bios_boots_as_one():
    model = changed(metal(), "hardware.general", firmware="bios")
    assert [code for code, _ in faults(model)] == ["OIB5326"]
    assert faults(changed(model, "hosts.metal", boot=Boot(mode="bios"))) == []


def test_the_firmware_of_other_hosts_is_their_own_affair():
    assert faults(cloud(hardware__general=server(firmware="bios"))) == []
