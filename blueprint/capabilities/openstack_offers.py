"""What OpenStack regions offer the clusters of their guests: services, quotas, room, nested virtualisation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from blueprint.capabilities.contract import Capability, Missing, Offer
from blueprint.fleet import descriptions, parts_of
from blueprint.model import Hardware, Hosts, Model, OpenStack
from blueprint.model.guest_offer import guest_offer
from blueprint.model.openstack_resources import Flavor
from blueprint.values import Ref

#: What the services allow a project where its quota says nothing: `quota` of Nova's, Cinder's and
#: Neutron's own configuration, 2024.2 to 2026.1. Octavia allows any number.
DEFAULT_QUOTA: Mapping[str, int] = {
    "instances": 10,
    "cores": 20,
    "ram": 51200 * 1024**2,
    "volumes": 10,
    "volumes_size": 1000 * 1024**3,
    "ports": 500,
    "networks": 100,
    "subnets": 100,
    "routers": 10,
    "floating_ips": 50,
}
#: Where an operator may have set another default: file, section and option, and the option's unit.
_OPTIONS: Mapping[str, tuple[str, str, str, str, int]] = {
    "instances": ("nova", "nova.conf", "quota", "instances", 1),
    "cores": ("nova", "nova.conf", "quota", "cores", 1),
    "ram": ("nova", "nova.conf", "quota", "ram", 1024**2),
    "volumes": ("cinder", "cinder.conf", "DEFAULT", "quota_volumes", 1),
    "volumes_size": ("cinder", "cinder.conf", "DEFAULT", "quota_gigabytes", 1024**3),
    "ports": ("neutron", "neutron.conf", "quotas", "quota_port", 1),
    "networks": ("neutron", "neutron.conf", "quotas", "quota_network", 1),
    "subnets": ("neutron", "neutron.conf", "quotas", "quota_subnet", 1),
    "routers": ("neutron", "neutron.conf", "quotas", "quota_router", 1),
    "floating_ips": ("neutron", "neutron.conf", "quotas", "quota_floatingip", 1),
}
#: What Nova takes for the ratio of CPUs where nothing is stated (`initial_cpu_allocation_ratio`).
NOVA_CPU_RATIO = 4
#: More than anything can ask for.
UNLIMITED = 2**62


class _Room(NamedTuple):
    """Equal computes: how many, what they are, and their ratios."""

    number: int
    spec: Hosts
    hardware: Hardware
    cpu_ratio: float
    ram_ratio: float


def offer(ref: Ref, region: OpenStack, capability: Capability, model: Model) -> Offer:
    """How much a region offers of what a cluster on it requires."""
    match capability.sort:
        case "service":
            return Offer(int(capability.of in region.services))
        case "balancer":
            wanted = capability.of
            return Offer(int(not wanted or wanted in region.octavia.providers))
        case "quota":
            is_known = ref not in model.existing
            return Offer(quota(region, capability.within, capability.of, is_known=is_known))
        case "guest_kvm":
            missing = tuple(_unnested(ref, region, region.flavor.get(capability.of), model))
            return Offer(int(not missing), missing)
        case "guests":
            return Offer(_room_for(ref, region, capability, model))
    return Offer(0)


def quota(region: OpenStack, project: str, resource: str, *, is_known: bool = True) -> int:
    """The most that a project may have of a resource: as stated, or the service's default.

    Of a region that stands already only what is stated is known.
    """
    stated = region.project.get(project)
    limit = None if stated is None else getattr(stated.quota, resource)
    if limit is None:
        limit = _default(region, resource) if is_known else -1
    return UNLIMITED if limit < 0 else int(limit)


def _default(region: OpenStack, resource: str) -> int:
    option = _OPTIONS.get(resource)
    if option is None:
        return -1
    service, file, section, name, unit = option
    config: Mapping[str, Any] = getattr(region, service).config
    value = config.get(file, {}).get(section, {}).get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return value * unit if value >= 0 else -1
    return DEFAULT_QUOTA[resource]


def _unnested(
    ref: Ref, region: OpenStack, flavor: Flavor | None, model: Model
) -> Iterator[Missing]:
    """The links of the way from a guest's KVM down to the processor that are broken."""
    if flavor is not None and flavor.baremetal:
        for part in parts_of(model, flavor.baremetal):
            for spec in descriptions(part.members):
                hardware = model.things.get(spec.hardware)
                if isinstance(hardware, Hardware) and not hardware.has_kvm:
                    yield Missing(spec.hardware, ("cpu",), "no_virtualisation")
        return
    if region.nova.virt != "kvm":
        yield Missing(ref, ("nova", "virt"), "emulated")
    elif not exposes_virtualisation(region):
        yield Missing(ref, ("nova", "cpu_mode"), "processor_hidden")
    seen: set[Ref] = set()
    selection = region.compute
    if flavor is not None and flavor.aggregate is not None:
        aggregate = region.aggregate.get(flavor.aggregate.label)
        selection = () if aggregate is None else aggregate.hosts
    for part in parts_of(model, selection):
        for spec in descriptions(part.members):
            hardware = model.things.get(spec.hardware)
            if not isinstance(hardware, Hardware):
                continue
            if not {"vmx", "svm"} & set(hardware.cpu.features):
                if spec.hardware not in seen:
                    seen.add(spec.hardware)
                    yield Missing(spec.hardware, ("cpu",), "no_virtualisation")
            elif not spec.nested_virtualization and part.group.ref not in seen:
                seen.add(part.group.ref)
                yield Missing(part.group.ref, ("nested_virtualization",), "not_nested")


def exposes_virtualisation(region: OpenStack) -> bool:
    """Whether guests see `vmx` or `svm`: the host's processor as it is, or the flag asked for by name.

    `host_model` shows what libvirt's model of that processor happens to hold, so it proves nothing.
    """
    if region.nova.cpu_mode == "host_passthrough":
        return True
    libvirt = region.nova.config.get("nova.conf", {}).get("libvirt", {})
    flags = libvirt.get("cpu_model_extra_flags", ())
    listed = flags.split(",") if isinstance(flags, str) else flags
    names = {str(flag).strip().lstrip("+").lower() for flag in listed}
    return region.nova.cpu_mode != "none" and bool({"vmx", "svm"} & names)


def _rooms(region: OpenStack, within: str, model: Model) -> Iterator[_Room]:
    """The computes of an aggregate, or of the whole region, by what they are."""
    aggregates = {
        host.ref: aggregate
        for aggregate in region.aggregate.values()
        if aggregate.cpu_ratio is not None or aggregate.ram_ratio is not None
        for host in model.hosts(aggregate.hosts)
    }
    selection = region.aggregate[within].hosts if within in region.aggregate else region.compute
    for part in parts_of(model, selection):
        counts: Counter[tuple[int, int]] = Counter()
        kinds: dict[tuple[int, int], _Room] = {}
        for host in part.members:
            aggregate = aggregates.get(host.ref)
            key = (id(host.spec), id(aggregate))
            counts[key] += 1
            hardware = model.things.get(host.spec.hardware)
            if key in kinds or not isinstance(hardware, Hardware):
                continue
            cpu = region.nova.cpu_ratio if aggregate is None else aggregate.cpu_ratio
            ram = region.nova.ram_ratio if aggregate is None else aggregate.ram_ratio
            cpu_ratio = float(cpu or region.nova.cpu_ratio or NOVA_CPU_RATIO)
            ram_ratio = float(ram or region.nova.ram_ratio or 1)
            kinds[key] = _Room(0, host.spec, hardware, cpu_ratio, ram_ratio)
        for key, kind in kinds.items():
            yield kind._replace(number=counts[key])


def _room_for(ref: Ref, region: OpenStack, capability: Capability, model: Model) -> int:
    """How much of something all computes have, or those of an aggregate."""
    if capability.of == "servers":
        flavor = region.flavor.get(capability.within)
        selection = () if flavor is None else flavor.baremetal
        return sum(len(part.members) for part in parts_of(model, selection))
    if ref in model.existing and not parts_of(model, region.compute):
        return UNLIMITED
    total = 0
    for room in _rooms(region, capability.within, model):
        total += room.number * _of_host(room, capability.of)
    return total


def _of_host(room: _Room, wanted: str) -> int:
    offered = guest_offer(room.spec, room.hardware)
    if wanted == "CPUs":
        return int((offered.shared_cpus - offered.kept_cpus) * room.cpu_ratio)
    if wanted == "pinned CPUs":
        return offered.pinned_cores * offered.nodes * offered.threads
    if wanted == "memory":
        return int(int(offered.memory) * offered.nodes * room.ram_ratio)
    if wanted.startswith("pages of "):
        size = wanted.removeprefix("pages of ")
        return sum(n for each, n in offered.pages.items() if str(each) == size) * offered.nodes
    physnet = wanted.removeprefix("functions of ")
    return sum(
        port.sriov.vfs
        for port in room.spec.port.values()
        if port.sriov is not None and (port.sriov.physnet or port.physnet) == physnet
    )
