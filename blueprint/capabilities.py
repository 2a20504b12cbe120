"""The contract between layers: what each requires of those below it, what those offer, and the proof.

A layer requires named capabilities, each in a quantity, of the hosts or the platform that it names.
A *shared* capability (a network, hardware virtualisation) serves any number of consumers: every
requirement is held against the whole offer. A *consumed* one (memory) is used up: the requirements of
all that run on the same host are added first. A new kind takes part by adding what it requires to
`requirements` and what it offers to `offered`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from blueprint.fleet import Part, Role, ceph_roles, descriptions, openstack_roles, parts_of
from blueprint.model import Ceph, Hardware, Host, Hosts, Model, Network, OpenStack
from blueprint.model.links import Link, links_of
from blueprint.values import Ref

GIB = 1024**3

#: What a Ceph daemon is given: `osd_memory_target` and `mon_memory_target` are 4 and 2 GiB by
#: default, and cephadm counts 4 GiB for a manager when it shares out a host's memory.
OSD_MEMORY = 4 * GIB
MONITOR_MEMORY = 2 * GIB
MANAGER_MEMORY = 4 * GIB
#: `mds_cache_memory_limit`.
METADATA_MEMORY = 4 * GIB
#: The least that Kolla-Ansible's quick start asks of a host of the control plane.
CONTROL_MEMORY = 8 * GIB
#: The system with its agents, as Red Hat's guide for hyperconverged hosts counts it.
SYSTEM_MEMORY = 4 * GIB


class Capability(NamedTuple):
    """Something that one layer can do for another: its sort, and of what (`l2` of a network)."""

    sort: Literal["l2", "reach", "physnet", "kvm", "disk", "memory", "rbd"]
    of: str = ""

    @property
    def is_consumed(self) -> bool:
        """Whether it is used up, so that what stands side by side has to share."""
        return self.sort == "memory"


@dataclass(frozen=True, slots=True)
class Requirement:
    """What `consumer` needs of `provider`, and which of its fields says so.

    `cause` is the field that asks for the capability, `choice` the field that names the provider.
    `part` are the hosts, where the provider is a group of them. `purpose` says for people what uses
    up a capability that is consumed.
    """

    consumer: Ref
    cause: tuple[str, ...]
    provider: Ref
    choice: tuple[str, ...]
    capability: Capability
    quantity: int = 1
    part: Part | None = None
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Unmet:
    """A requirement that the provider does not meet: how much is offered, how much all ask for."""

    requirement: Requirement
    offered: int
    required: int
    beside: tuple[Requirement, ...] = ()


def unmet(model: Model) -> Iterator[Unmet]:
    """The requirements that nothing below meets, each lack of a provider once."""
    lacking: set[tuple[Ref, Capability]] = set()
    shares: dict[Ref, list[Requirement]] = {}
    offers = _Offers(model)
    for requirement in requirements(model):
        if requirement.capability.is_consumed:
            shares.setdefault(requirement.provider, []).append(requirement)
            continue
        lack = (requirement.provider, requirement.capability)
        direct = (requirement.provider, Capability("l2", requirement.capability.of))
        if lack in lacking or direct in lacking:
            continue
        offer = offers.of(requirement)
        if offer < requirement.quantity:
            lacking.add(lack)
            yield Unmet(requirement, offer, requirement.quantity)
    for sharing in shares.values():
        heaviest = side_by_side(sharing)
        total = sum(r.quantity for r in heaviest)
        offer = min(offers.of(r) for r in heaviest)
        if total > offer:
            largest = max(heaviest, key=lambda r: r.quantity)
            yield Unmet(largest, offer, total, heaviest)


def side_by_side(sharing: list[Requirement]) -> tuple[Requirement, ...]:
    """Of requirements on one group, those that meet on its most burdened host."""
    everywhere = [r for r in sharing if r.part is None or len(r.part.members) == len(r.part.group)]
    on_host: dict[Ref, list[Requirement]] = {}
    for requirement in sharing:
        part = requirement.part
        if part is not None and len(part.members) != len(part.group):
            for host in part.members:
                on_host.setdefault(host.ref, []).append(requirement)
    heaviest = max(on_host.values(), key=lambda r: sum(x.quantity for x in r), default=[])
    return (*everywhere, *heaviest)


def requirements(model: Model) -> Iterator[Requirement]:
    """Everything that the layers of a model require of what they stand on."""
    for ref, cluster in model.of(Ceph).items():
        if ref not in model.existing:
            yield from _of_ceph(ref, cluster, model)
    for ref, region in model.of(OpenStack).items():
        if ref not in model.existing:
            yield from _of_openstack(ref, region, model)


def _on_hosts(
    role: Role,
    cause: tuple[str, ...],
    capability: Capability,
    model: Model,
    quantity: int = 1,
    purpose: str = "",
) -> Iterator[Requirement]:
    for part in parts_of(model, role.selection):
        if all(host.spec.managed_by == "ironic" for host in part.members):
            continue  # `bare-metal-in-role` says that they are nobody's to ask
        yield Requirement(
            consumer=role.layer,
            cause=cause,
            provider=part.group.ref,
            choice=(role.field, str(part.position)),
            capability=capability,
            quantity=quantity,
            part=part,
            purpose=purpose,
        )


def _of_ceph(ref: Ref, cluster: Ceph, model: Model) -> Iterator[Requirement]:
    monitors, managers, osds, rgw, mds, nfs = ceph_roles(ref, cluster)
    for role in (monitors, managers, osds, rgw, mds, nfs):
        public = Capability("l2", cluster.public_network)
        yield from _on_hosts(role, ("public_network",), public, model)
    if cluster.cluster_network is not None:
        inner = Capability("l2", cluster.cluster_network)
        yield from _on_hosts(osds, ("cluster_network",), inner, model)
    for field in ("devices", "db_devices"):
        for position, disk in enumerate(getattr(cluster, field)):
            yield from _disk(osds, (field, str(position)), disk, model)
    memory = Capability("memory")
    of_ceph = f"of `{ref}`"
    yield from _on_hosts(
        monitors, ("monitors",), memory, model, MONITOR_MEMORY, f"a monitor {of_ceph}"
    )
    yield from _on_hosts(
        managers, (managers.field,), memory, model, MANAGER_MEMORY, f"a manager {of_ceph}"
    )
    servers = f"a metadata server {of_ceph}"
    yield from _on_hosts(mds, (mds.field,), memory, model, METADATA_MEMORY, servers)
    for part in parts_of(model, cluster.osds):
        count = max((osds_on(cluster, one) for one in _hardware(model, part.members)), default=0)
        yield Requirement(
            consumer=ref,
            cause=("osds",),
            provider=part.group.ref,
            choice=("osds", str(part.position)),
            capability=memory,
            quantity=OSD_MEMORY * count,
            part=part,
            purpose=f"{count} OSDs {of_ceph}",
        )


def _disk(role: Role, cause: tuple[str, ...], disk: Ref, model: Model) -> Iterator[Requirement]:
    """Disks of every host of a role: as many of a name as the reference counts up to."""
    needed = int(disk.key) + 1 if disk.key is not None and disk.key.isdigit() else 1
    yield from _on_hosts(role, cause, Capability("disk", disk.family), model, needed)


def osds_on(cluster: Ceph, hardware: Hardware) -> int:
    """How many OSDs a host of some hardware runs: one for each device."""
    return sum(_devices(disk, hardware) for disk in cluster.devices)


def _devices(ref: Ref, hardware: Hardware) -> int:
    disk = hardware.disk.get(ref.name)
    if disk is None:
        return 0
    return 1 if ref.key is not None or disk.raid is not None else disk.count


def _of_openstack(ref: Ref, region: OpenStack, model: Model) -> Iterator[Requirement]:
    control, network, compute, monitoring, volumes = openstack_roles(ref, region)
    internal = region.api.internal.network
    api = ("api", "internal", "network")
    for role in (control, network, compute, monitoring, volumes):
        yield from _on_hosts(role, api, Capability("l2", internal), model)
    for name, cell in region.cell.items():
        inner = Role(ref, "cell", cell.control)
        for each in _on_hosts(inner, api, Capability("l2", internal), model):
            yield replace(each, choice=("cell", name, "control", each.choice[-1]))
    if region.api.public is not None:
        public = Capability("l2", region.api.public.network)
        yield from _on_hosts(network, ("api", "public", "network"), public, model)
    if region.networks.tenant is not None:
        tenant = Capability("l2", region.networks.tenant)
        for role in (network, compute):
            yield from _on_hosts(role, ("networks", "tenant"), tenant, model)
    if region.networks.migration is not None:
        migration = Capability("l2", region.networks.migration)
        yield from _on_hosts(compute, ("networks", "migration"), migration, model)
    if region.networks.storage is not None:
        storage = Capability("l2", region.networks.storage)
        for role in (control, compute, volumes):
            yield from _on_hosts(role, ("networks", "storage"), storage, model)
    for label, external in region.external_network.items():
        attached = Capability("physnet", external.physnet)
        cause = ("external_network", label, "physnet")
        yield from _on_hosts(network, cause, attached, model)
        if region.neutron.distributed_floating_ip:
            distributed = ("neutron", "distributed_floating_ip")
            yield from _on_hosts(compute, distributed, attached, model)
    if region.nova.virt == "kvm" and "nova" in region.services:
        yield from _on_hosts(compute, ("nova", "virt"), Capability("kvm"), model)
    memory = Capability("memory")
    plane = f"the control plane of `{ref}`"
    yield from _on_hosts(control, ("control",), memory, model, CONTROL_MEMORY, plane)
    system = "the system and its agents"
    yield from _on_hosts(compute, ("compute",), memory, model, SYSTEM_MEMORY, system)
    cluster = model.things.get(region.storage) if region.storage is not None else None
    if isinstance(cluster, Ceph):
        assert region.storage is not None
        reach = Capability("reach", cluster.public_network)
        for role in (control, compute, volumes):
            yield from _on_hosts(role, ("storage",), reach, model)
        if _shares_in_ceph(region):
            backends = ("manila", "backends")
            yield from _on_hosts(network, backends, reach, model)  # where Kolla runs manila-share
        for use in _kept_in_pools(region):
            pool = Capability("rbd", use)
            yield Requirement(ref, ("services",), region.storage, ("storage",), pool)
    yield from _of_volumes(region, volumes, control, model)
    ironic = region.ironic if "ironic" in region.services else None
    if ironic is not None:
        provisioning = Capability("reach", ironic.provisioning)
        yield from _on_hosts(control, ("ironic", "provisioning"), provisioning, model)
        if ironic.inspection is not None:
            inspection = Capability("l2", ironic.inspection)
            yield from _on_hosts(control, ("ironic", "inspection"), inspection, model)


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
    for position, disk in enumerate(region.cinder.lvm.devices):
        cause = ("cinder", "lvm", "devices", str(position))
        yield from _disk(role, cause, disk, model)


def _hardware(model: Model, members: tuple[Host, ...]) -> Iterator[Hardware]:
    for spec in descriptions(members):
        hardware = model.things.get(spec.hardware)
        if isinstance(hardware, Hardware):
            yield hardware


class _Offers:
    """What hosts and platforms offer; what one description of hosts offers is worked out once."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._networks = model.of(Network)
        self._links: dict[int, tuple[Link, ...]] = {}
        self._descriptions: dict[Ref, tuple[Hosts, ...]] = {}

    def of(self, requirement: Requirement) -> int:
        """How much the provider offers of what is required; the least of several descriptions."""
        part = requirement.part
        if part is None:
            cluster = self._model.things.get(requirement.provider)
            pools = cluster.pool.values() if isinstance(cluster, Ceph) else ()
            return sum(pool.use == requirement.capability.of for pool in pools)
        if len(part.members) == len(part.group):
            known = self._descriptions.get(part.group.ref)
            specs = descriptions(part.members) if known is None else known
            self._descriptions[part.group.ref] = specs
        else:
            specs = descriptions(part.members)
        return min((self._of_hosts(spec, requirement.capability) for spec in specs), default=0)

    def _of_hosts(self, spec: Hosts, capability: Capability) -> int:
        hardware = self._model.things.get(spec.hardware)
        if not isinstance(hardware, Hardware):
            return 0
        match capability.sort:
            case "kvm":
                return int(hardware.has_kvm)
            case "memory":
                return int(hardware.memory)
            case "disk":
                disk = hardware.disk.get(Ref(capability.of).name)
                return 0 if disk is None else disk.count
        links = self._links.get(id(spec))
        if links is None:
            links = self._links[id(spec)] = links_of(spec, hardware, self._networks)
        carried = {network for link in links for network in link.networks}
        match capability.sort:
            case "l2":
                return int(capability.of in carried)
            case "physnet":
                return int(any(link.physnet == capability.of for link in links))
            case "reach":
                return int(capability.of in carried or self._is_routed(Ref(capability.of), carried))
        return 0

    def _is_routed(self, wanted: Ref, carried: set[Ref]) -> bool:
        """Whether routers lead from one of the networks that a host is on to another network."""
        target = self._networks[wanted]
        return has_router(target) and any(
            has_router(near) and near.realm == target.realm
            for near in (self._networks[ref] for ref in carried)
        )


def has_router(network: Network) -> bool:
    """Whether a router joins a network to others."""
    gateways = [network.gateway, *(segment.gateway for segment in network.segment.values())]
    return network.routable and any(gateway is not None for gateway in gateways)
