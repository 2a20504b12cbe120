"""What OpenStack regions require of their hosts or their platform, and what they offer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from blueprint.capabilities import starlingx
from blueprint.capabilities.contract import Capability, Requirement
from blueprint.capabilities.hosts import GIB, as_nodes, disk, on_hosts
from blueprint.fleet import Role, openstack_roles
from blueprint.model import Ceph, Model, OpenStack
from blueprint.values import Ref

#: The least that Kolla-Ansible's quick start asks of a host of the control plane.
CONTROL_MEMORY = 8 * GIB
#: The system with its agents, as Red Hat's guide for hyperconverged hosts counts it.
SYSTEM_MEMORY = 4 * GIB


def requirements(ref: Ref, region: OpenStack, model: Model) -> Iterator[Requirement]:
    """What a region needs below it."""
    control, network, compute, _, volumes = openstack_roles(ref, region)
    if region.on is not None and region.is_on_starlingx:
        yield from starlingx.of_region(ref, region, region.on, model)
        return
    if region.on is not None and region.tool_name == "openstack_helm":
        yield from _of_kubernetes(ref, region, region.on, model)
    yield from _of_networks(ref, region, model)
    memory = Capability("memory")
    plane = f"the control plane of `{ref}`"
    yield from on_hosts(control, ("control",), memory, model, CONTROL_MEMORY, plane)
    system = "the system and its agents"
    yield from on_hosts(compute, ("compute",), memory, model, SYSTEM_MEMORY, system)
    cluster = model.things.get(region.storage) if region.storage is not None else None
    if isinstance(cluster, Ceph):
        assert region.storage is not None
        reach = Capability("reach", cluster.public_network)
        for role in (control, compute, volumes):
            yield from on_hosts(role, ("storage",), reach, model)
        if _shares_in_ceph(region):
            backends = ("manila", "backends")
            yield from on_hosts(network, backends, reach, model)  # where Kolla runs manila-share
        for use in _kept_in_pools(region):
            pool = Capability("rbd", use)
            yield Requirement(ref, ("services",), region.storage, ("storage",), pool)
    yield from _of_volumes(region, volumes, control, model)
    ironic = region.ironic if "ironic" in region.services else None
    if ironic is not None:
        provisioning = Capability("reach", ironic.provisioning)
        yield from on_hosts(control, ("ironic", "provisioning"), provisioning, model)
        if ironic.inspection is not None:
            inspection = Capability("l2", ironic.inspection)
            yield from on_hosts(control, ("ironic", "inspection"), inspection, model)


def _of_networks(ref: Ref, region: OpenStack, model: Model) -> Iterator[Requirement]:
    """The networks of each role, and the guests' way out."""
    control, network, compute, monitoring, volumes = openstack_roles(ref, region)
    internal = region.api.internal.network
    api = ("api", "internal", "network")
    for role in (control, network, compute, monitoring, volumes):
        yield from on_hosts(role, api, Capability("l2", internal), model)
    for name, cell in region.cell.items():
        inner = Role(ref, "cell", cell.control)
        for each in on_hosts(inner, api, Capability("l2", internal), model):
            yield replace(each, choice=("cell", name, "control", each.choice[-1]))
    if region.api.public is not None:
        public = Capability("l2", region.api.public.network)
        yield from on_hosts(network, ("api", "public", "network"), public, model)
    if region.networks.tenant is not None:
        tenant = Capability("l2", region.networks.tenant)
        for role in (network, compute):
            yield from on_hosts(role, ("networks", "tenant"), tenant, model)
    if region.networks.migration is not None:
        migration = Capability("l2", region.networks.migration)
        yield from on_hosts(compute, ("networks", "migration"), migration, model)
    if region.networks.storage is not None:
        storage = Capability("l2", region.networks.storage)
        for role in (control, compute, volumes):
            yield from on_hosts(role, ("networks", "storage"), storage, model)
    for label, external in region.external_network.items():
        attached = Capability("physnet", external.physnet)
        cause = ("external_network", label, "physnet")
        yield from on_hosts(network, cause, attached, model)
        if region.neutron.distributed_floating_ip:
            distributed = ("neutron", "distributed_floating_ip")
            yield from on_hosts(compute, distributed, attached, model)
    if region.nova.virt == "kvm" and "nova" in region.services:
        yield from on_hosts(compute, ("nova", "virt"), Capability("kvm"), model)


def _shares_in_ceph(region: OpenStack) -> bool:
    backends = region.manila.backends
    return "manila" in region.services and any(each.startswith("cephfs") for each in backends)


def _kept_in_pools(region: OpenStack) -> Iterator[str]:
    """The services that keep their data in the cluster, since nothing else is stated for them."""
    if "glance" in region.services and region.glance.nfs is None:
        yield "glance"
    cinder = region.cinder
    if "cinder" in region.services and cinder.lvm is None and cinder.nfs is None:
        yield "cinder"


def _of_volumes(
    region: OpenStack, volumes: Role, control: Role, model: Model
) -> Iterator[Requirement]:
    """The disks of the volume group on the hosts of volumes."""
    if region.cinder.lvm is None or "cinder" not in region.services:
        return
    role = volumes if volumes.selection else control
    for position, device in enumerate(region.cinder.lvm.devices):
        cause = ("cinder", "lvm", "devices", str(position))
        yield from disk(role, cause, device, model)


def _of_kubernetes(ref: Ref, region: OpenStack, on: Ref, model: Model) -> Iterator[Requirement]:
    """What a region's pods need of the cluster that they run on."""
    yield from as_nodes(openstack_roles(ref, region), on, model)
    for side, endpoint in (("internal", region.api.internal), ("public", region.api.public)):
        if endpoint is not None:
            network = ("api", side, "network")
            announced = Capability("announcer", endpoint.network)
            yield Requirement(ref, network, on, network, announced)
            yield Requirement(ref, ("api", side), on, ("on",), Capability("load_balancer"))
    wanted = Capability("storage_class", region.openstack_helm.storage_class)
    yield Requirement(ref, ("deployer", "storage_class"), on, ("on",), wanted)
