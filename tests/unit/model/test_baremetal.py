"""Bare-metal servers as the API takes them."""

from ipaddress import ip_address
from typing import Any

import pytest

from blueprint.model import Addresses, Hardware, Host, HostGroup, Hosts, Kind, Model, OpenStack
from blueprint.model.baremetal import (
    flavor_class,
    neutron_network,
    nodes_of,
    placement_class,
    resource_classes,
)
from blueprint.model.hardware import Bmc, Cpu, Disk
from blueprint.model.hosts import Boot, HostBmc
from blueprint.model.openstack import Api, Endpoint
from blueprint.model.openstack_resources import Flavor, ProviderNetwork
from blueprint.model.openstack_services import DeployImage, Ironic
from blueprint.values import FileRef, Mac, Ref, SecretRef, Size, keyed

GIB = 1024**3
REGION = Ref("openstack.core")


def hardware(disks: dict[str, Disk] | None = None, **more: Any) -> Hardware:
    standard = {"root": Disk(size=Size(960 * 10**9), media="ssd", count=2)}
    return Hardware(
        cpu=Cpu(sockets=2, cores=16, threads=2), memory=Size(256 * GIB),
        disk=standard if disks is None else disks, **more,
    )  # fmt: skip


def group(name: str, count: int, server: str = "metal", **own: Any) -> HostGroup:
    ref = Ref(f"hosts.{name}")
    spec = Hosts(
        hardware=Ref(f"hardware.{server}"), managed_by="ironic", boot=Boot(mode="uefi"),
        bmc=HostBmc(credentials=SecretRef.of("secrets.vault", "bmc")),
    )  # fmt: skip
    hosts = tuple(
        Host(
            ref=keyed(ref, str(n)), group=ref, key=str(n), position=n - 1, name=f"{name}-{n}",
            spec=spec, site=None, rack=None, zone=None, unit=None, serial=None,
            bmc_address=ip_address(f"10.10.0.{n}"), boot_mac=Mac(f"52:54:00:00:00:0{n}"),
            bmc_credentials=spec.bmc.credentials, stated={}, **own,
        )
        for n in range(1, count + 1)
    )  # fmt: skip
    return HostGroup(ref, hosts, is_family=True)


def cloud(
    *groups: HostGroup, server: Hardware | None = None, nodes: tuple[Ref, ...] = (), **layer: Any
) -> Model:
    region = OpenStack(
        release="2025.1", control=(Ref("hosts.control"),), compute=(Ref("hosts.control"),),
        api=Api(internal=Endpoint(network=Ref("network.api"), vip=ip_address("10.0.0.9"))),
        services=("ironic",),
        ironic=Ironic(
            nodes=nodes or tuple(each.ref for each in groups),
            provisioning=Ref("network.provision"),
            deploy_image=DeployImage(kernel=FileRef("ipa.kernel"), ramdisk=FileRef("ipa.initramfs")),
        ),
        **layer,
    )  # fmt: skip
    things: dict[Ref, Kind] = {Ref("hardware.metal"): server or hardware(), REGION: region}
    return Model("test", None, things, {each.ref: each for each in groups}, Addresses())


def layer_of(model: Model) -> OpenStack:
    return model.at(REGION, OpenStack)


def test_nodes_come_in_the_order_in_which_the_region_names_them() -> None:
    model = cloud(group("a", 1), group("b", 2), nodes=(Ref("hosts.b"), Ref("hosts.a")))
    assert [node.host.name for node in nodes_of(model, REGION)] == ["b-1", "b-2", "a-1"]


def test_a_node_named_twice_is_one_node() -> None:
    model = cloud(group("a", 2), nodes=(keyed("hosts.a", "2"), Ref("hosts.a")))
    assert [node.host.name for node in nodes_of(model, REGION)] == ["a-2", "a-1"]


def test_a_region_without_bare_metal_has_no_nodes() -> None:
    model = cloud(group("a", 1))
    without = layer_of(model).model_copy(update={"ironic": None})
    things = {**model.things, REGION: without}
    assert nodes_of(Model("test", None, things, model.groups, Addresses()), REGION) == ()


def test_a_node_is_described_in_ironics_units() -> None:
    (node,) = nodes_of(cloud(group("a", 1)), REGION)
    properties = node.properties
    assert (properties.cpus, properties.memory_mb, properties.local_gb, properties.cpu_arch) == (
        64, 262144, 894, "x86_64",
    )  # fmt: skip


def test_a_controller_is_reached_as_hardware_and_host_say() -> None:
    (node,) = nodes_of(cloud(group("a", 1), server=hardware(bmc=Bmc(protocol="ipmi"))), REGION)
    controller = node.controller
    assert (controller.protocol, str(controller.address), controller.credentials) == (
        "ipmi", "10.10.0.1", 'secrets.vault["bmc"]',
    )  # fmt: skip


def test_secure_boot_is_a_capability() -> None:
    (node,) = nodes_of(cloud(group("a", 1), server=hardware(secure_boot=True)), REGION)
    assert node.properties.capabilities == {"boot_mode": "uefi", "secure_boot": "true"}


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("/dev/disk/by-path/pci-0000:3b:00.0-nvme-1", {"by_path": "/dev/disk/by-path/pci-0000:3b:00.0-nvme-1"}),
        ("/dev/disk/by-id/wwn-0x5000c500a1b2c3d4", {"wwn": "0x5000c500a1b2c3d4"}),
        ("/dev/sda", {"name": "/dev/sda"}),
    ],
)  # fmt: skip
def test_the_first_disk_is_the_systems_where_its_path_is_known(
    path: str, hint: dict[str, str]
) -> None:
    disks = {
        "root": Disk(size=Size(480 * GIB), media="ssd", paths=(path,)),
        "data": Disk(size=Size(100 * GIB), media="hdd"),
    }
    (node,) = nodes_of(cloud(group("a", 1), server=hardware(disks)), REGION)
    assert (node.properties.root_device, node.properties.local_gb) == (hint, 480)


def test_the_smallest_disk_is_the_systems_where_no_path_is_known() -> None:
    disks = {
        "data": Disk(size=Size(4000 * GIB), media="hdd"),
        "root": Disk(size=Size(480 * GIB), media="ssd", count=2, raid=1),
    }
    (node,) = nodes_of(cloud(group("a", 1), server=hardware(disks)), REGION)
    assert (node.properties.root_device, node.properties.local_gb) == ({}, 480)


def test_a_switch_port_needs_the_switchs_address_and_the_ports_name() -> None:
    mac = Mac("00:1c:73:00:00:01")
    plugged = cloud(group("a", 1, switch="tor-1", switch_mac=mac, switch_port="Eth1/7"))
    unplugged = cloud(group("a", 1, switch="tor-1"))
    (one,), (other,) = nodes_of(plugged, REGION), nodes_of(unplugged, REGION)
    assert one.switch is not None
    assert (one.switch.mac, one.switch.name, one.switch.port, other.switch) == (
        mac, "tor-1", "Eth1/7", None,
    )  # fmt: skip


def test_the_flavor_that_gives_nodes_out_names_their_class() -> None:
    model = cloud(
        group("a", 1), group("b", 1),
        flavor={"bm.big": Flavor(baremetal=(Ref("hosts.a"),))},
    )  # fmt: skip
    assert [node.resource_class for node in nodes_of(model, REGION)] == ["bm.big", "b"]


def test_two_flavors_over_the_same_nodes_ask_for_one_class() -> None:
    model = cloud(
        group("a", 2),
        flavor={
            "one": Flavor(baremetal=(Ref("hosts.a"),)),
            "other": Flavor(baremetal=(Ref("hosts.a"),)),
            "guest": Flavor(vcpus=1),
        },
    )
    layer = layer_of(model)
    classes = {label: flavor_class(model, layer, label) for label in layer.flavor}
    assert (set(resource_classes(model, layer).values()), classes) == (
        {"one"}, {"one": "one", "other": "one", "guest": None},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "placement"),
    [("bm.general", "CUSTOM_BM_GENERAL"), ("gpu--8", "CUSTOM_GPU_8"), ("a__b", "CUSTOM_A_B")],
)
def test_placement_knows_a_class_as_nova_writes_it(name: str, placement: str) -> None:
    assert placement_class(name) == placement


def test_neutron_knows_a_network_by_its_provider_networks_label() -> None:
    provision = ProviderNetwork(network=Ref("network.provision"), physnet=Ref("physnet.ex"))
    layer = layer_of(cloud(group("a", 1), provider_network={"install": provision}))
    assert neutron_network(layer, Ref("network.provision")) == "install"
    assert neutron_network(layer, Ref("network.api")) is None
