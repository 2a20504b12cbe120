"""What StarlingX systems require of their hosts, what OpenStack on one requires, and what they offer."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.capabilities.contract import Capability, Missing, Offer, Requirement
from blueprint.capabilities.hosts import disk, on_hosts
from blueprint.fleet import Part, Role, openstack_roles, parts_of, starlingx_roles
from blueprint.model import Host, Model, OpenStack, StarlingX
from blueprint.model.starlingx_parts import HostCeph
from blueprint.values import Ref

#: Platform networks that only controllers are on.
_OF_CONTROLLERS = frozenset({"oam", "admin"})
#: The storage class of each service of a storage backend.
_CLASSES = {"block": "general", "filesystem": "cephfs"}


def requirements(ref: Ref, system: StarlingX, model: Model) -> Iterator[Requirement]:
    """What a system needs of its hosts: networks, disks, and of a subcloud a way to its system controller."""
    for role in starlingx_roles(ref, system):
        for name, network in system.platform_networks():
            if role.field == "controllers" or name not in _OF_CONTROLLERS:
                cause: tuple[str, ...] = ("networks", name)
                yield from on_hosts(role, cause, Capability("l2", network), model)
        if system.system_disk is not None:
            yield from disk(role, ("system_disk",), system.system_disk, model)
        if system.storage is not None and role.field in system.storage_roles:
            for position, device in enumerate(system.storage.devices):
                cause = ("storage", "devices", str(position))
                yield from disk(role, cause, device, model)
            if isinstance(system.storage, HostCeph) and system.storage.journal is not None:
                yield from disk(role, ("storage", "journal"), system.storage.journal, model)
        for position, device in enumerate(system.volume_groups.cgts_vg.devices):
            cause = ("volume_groups", "cgts_vg", "devices", str(position))
            yield from disk(role, cause, device, model)
    for role in worker_roles(ref, system):
        for position, device in enumerate(system.volume_groups.nova_local.devices):
            cause = ("volume_groups", "nova_local", "devices", str(position))
            yield from disk(role, cause, device, model)
        for label in system.runtime:
            yield from on_hosts(role, ("runtime", label), Capability("kvm"), model)
    central = None if system.of is None else model.things.get(system.of)
    if isinstance(central, StarlingX):
        wanted = central.networks.admin or central.networks.mgmt
        if wanted is not None:
            role = Role(ref, "controllers", system.controllers)
            yield from on_hosts(role, ("of",), Capability("reach", wanted), model)


def worker_roles(ref: Ref, system: StarlingX) -> Iterator[Role]:
    """The roles whose hosts carry workloads."""
    for role in starlingx_roles(ref, system):
        if role.field == "workers" or (role.field == "controllers" and system.is_all_in_one):
            yield role


def of_region(ref: Ref, region: OpenStack, on: Ref, model: Model) -> Iterator[Requirement]:
    """The hosts of a region on a system are hosts of that system, and computes carry workloads."""
    for role in openstack_roles(ref, region):
        for part in parts_of(model, role.selection):
            choice = (*role.path, str(part.position))
            node = Capability("node", part.group.ref, role.field)
            yield Requirement(ref, ("on",), on, choice, node, len(part.members), part)


def offer(ref: Ref, system: StarlingX, requirement: Requirement, model: Model) -> Offer:
    """How much a system offers of what a layer on it requires."""
    capability = requirement.capability
    match capability.sort:
        case "node":
            assert requirement.part is not None, requirement
            return _nodes(ref, system, requirement.part, capability.within, model)
        case "storage_class":
            return Offer(int(capability.of in storage_classes(system)))
    return Offer(0)


def storage_classes(system: StarlingX) -> tuple[str, ...]:
    """The storage classes that the backend of a system makes."""
    if system.storage is None:
        return ()
    if system.storage.choice == "ceph":
        return tuple(_CLASSES.values())
    return tuple(_CLASSES[each] for each in system.storage.services if each in _CLASSES)


def _nodes(ref: Ref, system: StarlingX, wanted: Part, field: str, model: Model) -> Offer:
    """How many of some hosts are hosts of a system that the role of a region may be on."""
    own = system.controllers if field == "control" else system.worker_hosts
    usable = {host.ref for host in model.hosts(own)}
    # A host that no system has is told of where it is declared.
    count = sum(host.ref in usable or _is_nobodys(host, model) for host in wanted.members)
    if count == len(wanted.members):
        return Offer(count)
    return Offer(count, (Missing(ref, (), "not_a_node"),))


def _is_nobodys(host: Host, model: Model) -> bool:
    """Whether StarlingX is to install a host that no system has."""
    owned: set[Ref] | None = model.remembered.get("hosts of systems")
    if owned is None:
        owned = {
            each.ref
            for system in model.of(StarlingX).values()
            for each in model.hosts(system.hosts)
        }
        model.remembered["hosts of systems"] = owned
    return host.spec.managed_by == "starlingx" and host.ref not in owned


__all__ = ["of_region", "offer", "requirements", "storage_classes"]
