"""Open vSwitch with DPDK: which hosts run it, their ports and bridges, and the masks that it polls with.

Kolla-Ansible runs it on hosts of their own (`enable_ovs_dpdk` is a variable of hosts) and makes a port of
every interface of its `port_mappings`. The address of the overlay moves from the port to its bridge.
"""

from __future__ import annotations

from blueprint.model import Hardware
from blueprint.model.hosts import Port
from blueprint.model.links import Link
from blueprint.model.processors import cpu_mask, cpus_for
from blueprint.values import Ref
from targets.kolla_ansible.bridges import bridge_name
from targets.kolla_ansible.cloud import Cloud, HostClass

#: The bridge of a port that carries the overlay and no physical network.
_OVERLAY_BRIDGE = "br_dpdk"
#: What a port's driver is called in the kernel (the blueprint's words have no hyphens).
_DRIVERS = {
    "vfio_pci": "vfio-pci",
    "uio_pci_generic": "uio_pci_generic",
    "igb_uio": "igb_uio",
    None: "vfio-pci",
}
_MIB = 2**20
#: What Kolla-Ansible takes where nothing is stated, in MiB (roles/ovs-dpdk/defaults/main.yml).
_SOCKET_MEMORY_MIB = 1024


def dpdk_links(cloud: Cloud, hosts: HostClass) -> tuple[Link, ...]:
    """The ports of a class of hosts that DPDK drives; none where Open vSwitch is the kernel's."""
    neutron = cloud.layer.neutron
    if (
        "neutron" not in cloud.layer.services
        or neutron.datapath != "dpdk"
        or neutron.plugin != "ovs"
    ):
        return ()
    if not (cloud.has_role(hosts, "compute") or cloud.has_role(hosts, "network")):
        return ()
    return tuple(each for each in hosts.links if each.kind == "port" and each.datapath == "dpdk")


def dpdk_classes(cloud: Cloud) -> tuple[HostClass, ...]:
    """The classes of hosts that run Open vSwitch with DPDK."""
    return tuple(each for each in cloud.every_class() if dpdk_links(cloud, each))


def bridge_of(cloud: Cloud, link: Link) -> str:
    """The bridge of a DPDK port; its name has no hyphen, which names of facts can't hold."""
    return (
        _OVERLAY_BRIDGE if link.physnet is None else bridge_name(cloud.physnets[link.physnet], "_")
    )


def overlay_link(cloud: Cloud, hosts: HostClass) -> Link | None:
    """The DPDK port by which the overlay comes in, or None."""
    tenant, _ = cloud.network_of("tenant")
    return next((each for each in dpdk_links(cloud, hosts) if tenant in each.networks), None)


def interface_of(cloud: Cloud, hosts: HostClass, network: Ref, interface: str) -> str:
    """The interface that has the address on a network: the bridge where a DPDK port carries it."""
    link = overlay_link(cloud, hosts)
    if link is None or network not in link.networks:
        return interface
    return bridge_of(cloud, link)


def bridge_mappings(cloud: Cloud, hosts: HostClass) -> str:
    """Physical networks and their bridges, `ex:br_ex`; the bridge of the overlay alone has a name of its own."""
    return ",".join(
        f"{'overlay' if link.physnet is None else cloud.physnets[link.physnet]}:{bridge_of(cloud, link)}"
        for link in dpdk_links(cloud, hosts)
    )


def port_mappings(cloud: Cloud, hosts: HostClass) -> str:
    """Interfaces and their bridges, `ens5f0:br_ex`."""
    links = dpdk_links(cloud, hosts)
    return ",".join(f"{link.name}:{bridge_of(cloud, link)}" for link in links)


def driver_of(hosts: HostClass, link: Link) -> str:
    """The kernel's name of the driver of a port."""
    return _DRIVERS[port_block(hosts, link).driver]


def port_block(hosts: HostClass, link: Link) -> Port:
    """What the blueprint says of a port."""
    return hosts.spec.port[link.field[1]]


def socket_memory(cloud: Cloud, hosts: HostClass) -> str:
    """Memory of the switch in MiB, one number for each NUMA node."""
    memory = hosts.spec.memory.vswitch
    each = _SOCKET_MEMORY_MIB if memory is None else -(-int(memory) // _MIB)
    return ",".join([str(each)] * hardware_of(cloud, hosts).numa_nodes)


def polling_mask(cloud: Cloud, hosts: HostClass) -> str:
    """The CPUs that poll, as a mask."""
    cpu = hardware_of(cloud, hosts).cpu
    return cpu_mask(cpus_for(hosts.spec.cores, cpu, "vswitch"))


def control_mask(cloud: Cloud, hosts: HostClass) -> str:
    """The CPU on which DPDK does everything but polling: the platform's first."""
    cpu = hardware_of(cloud, hosts).cpu
    return cpu_mask(cpus_for(hosts.spec.cores, cpu, "platform")[:1] or (0,))


def hardware_of(cloud: Cloud, hosts: HostClass) -> Hardware:
    """The model of server."""
    return cloud.model.at(hosts.spec.hardware, Hardware)
