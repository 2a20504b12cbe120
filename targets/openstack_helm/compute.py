"""Settings of computes: Nova and libvirt, what hosts give to guests, and what they keep."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal

from blueprint.model import Hardware
from blueprint.model.pages import vswitch_pages
from blueprint.model.processors import cpu_list, cpus_for, plans_cores
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.openstack_helm.cloud import Cloud, Profile
from targets.openstack_helm.network import by_profile
from targets.openstack_helm.settings import ChartSetting, at

_NOVA = ("conf", "nova")
_MODES = {
    "host_passthrough": "host-passthrough", "host_model": "host-model", "custom": "custom",
    "none": "none",
}  # fmt: skip
_RATIOS = (
    ("cpu_allocation_ratio", "cpu_ratio", "guests' CPUs for each thread"),
    ("ram_allocation_ratio", "ram_ratio", "guests' memory for each byte"),
    ("disk_allocation_ratio", "disk_ratio", "guests' disks for each byte"),
)
_MIB = 2**20
_KEPT_MIB = 512


def compute(cloud: Cloud) -> Iterator[ChartSetting]:
    """All of it, by chart."""
    if not cloud.has("nova"):
        return
    nova = cloud.layer.nova
    virt = Cause("how guests are run", (cloud.path("nova", "virt"),))
    yield at("nova", (*_NOVA, "libvirt", "virt_type"), nova.virt, virt)
    if nova.cpu_mode is not None:
        mode = Cause("the processor that guests see", (cloud.path("nova", "cpu_mode"),))
        yield at("nova", (*_NOVA, "libvirt", "cpu_mode"), _MODES[nova.cpu_mode], mode)
    if nova.cpu_models:
        models = Cause("models of processors", (cloud.path("nova", "cpu_models"),))
        yield at("nova", (*_NOVA, "libvirt", "cpu_models"), ",".join(nova.cpu_models), models)
    console = Cause("guests' consoles", (cloud.path("nova", "console"),))
    yield at("nova", "console.console_kind", nova.console, console)
    own = Cause("flavors are the blueprint's own", (cloud.path("flavor"),))
    yield at("nova", "bootstrap.structured.flavors.enabled", value=False, cause=own)
    yield from _subnets(cloud)
    if not _differ(cloud):
        for option, field, rule in _RATIOS:
            cause = Cause(f"{rule}; Nova's own where unset", (cloud.path("nova", field),))
            value = getattr(nova, field)
            yield at("nova", (*_NOVA, "DEFAULT", option), _number(value), cause)
    place = ("conf", "overrides", "nova_compute", "labels")
    profiles = cloud.profiles_of("compute")
    yield from by_profile(profiles, "nova", place, lambda p: _of_profile(cloud, p))


def _number(value: Decimal | int | None) -> Decimal | int | None:
    return value


def _subnets(cloud: Cloud) -> Iterator[ChartSetting]:
    """Networks by which nodes find the addresses that others reach them at."""
    for kind, rule, path in (
        ("migration", "the network of live migration", "conf.libvirt.live_migration_network_cidr"),
        ("migration", "the network of live migration", "conf.hypervisor.host_network_cidr"),
    ):
        ref, field = cloud.network_of(kind)
        declared = cloud.networks.get(ref)
        if declared is not None and declared.cidr is not None:
            cause = Cause(rule, (f"{ref}.cidr", field))
            yield at("nova", path, str(declared.cidr), cause)


def _differ(cloud: Cloud) -> bool:
    """Whether an aggregate states a ratio, so that computes may differ in it."""
    return any(
        getattr(each, field) is not None
        for each in cloud.layer.aggregate.values()
        for _, field, _ in _RATIOS
    )


def _of_profile(cloud: Cloud, profile: Profile) -> dict[tuple[str, ...], Traced]:
    hardware = cloud.model.at(profile.spec.hardware, Hardware)
    found: dict[tuple[str, ...], Traced] = {}
    if _differ(cloud):
        found.update(_ratios(cloud, profile))
    found.update(_memory(profile, hardware))
    found.update(_cores(profile, hardware))
    functions = _functions(cloud, profile)
    if functions is not None:
        found[(*_NOVA, "pci", "device_spec")] = functions
    return found


def _ratios(cloud: Cloud, profile: Profile) -> Iterator[tuple[tuple[str, ...], Traced]]:
    refs = {profile.group, *(host.ref for host in profile.hosts)}
    for option, field, rule in _RATIOS:
        value, where = getattr(cloud.layer.nova, field), cloud.path("nova", field)
        for name, aggregate in cloud.layer.aggregate.items():
            stated = getattr(aggregate, field)
            if stated is not None and refs.intersection(aggregate.hosts):
                value, where = stated, cloud.path("aggregate", name, field)
        yield (*_NOVA, "DEFAULT", option), Traced(_number(value), Cause(rule, (where,)))


def _memory(profile: Profile, hardware: Hardware) -> Iterator[tuple[tuple[str, ...], Traced]]:
    memory, nodes = profile.spec.memory, hardware.numa_nodes
    switch = vswitch_pages(memory, hardware)
    if memory.platform is None and switch is None:
        return
    kept = _KEPT_MIB * _MIB if memory.platform is None else int(memory.platform) * nodes
    paths = [f"{profile.group}.memory.platform", f"{profile.spec.hardware}.cpu.sockets"]
    if switch is not None:
        kept += int(switch[0]) * switch[1] * nodes
        paths.append(f"{profile.group}.memory.vswitch")
    rule = "memory kept for the system on all NUMA nodes, in MiB, rounded up"
    path = (*_NOVA, "DEFAULT", "reserved_host_memory_mb")
    yield path, Traced(-(-kept // _MIB), Cause(rule, tuple(paths)))


def _cores(profile: Profile, hardware: Hardware) -> Iterator[tuple[tuple[str, ...], Traced]]:
    cores = profile.spec.cores
    stated = (f"{profile.group}.cores", f"{profile.spec.hardware}.cpu")
    if plans_cores(cores):
        for option, purposes, rule in (
            ("cpu_dedicated_set", ("isolated",), "CPUs of the isolated cores, each for one guest"),
            ("cpu_shared_set", ("shared", "unnamed"), "CPUs of the shared cores"),
        ):
            listed = cpu_list(cpus_for(cores, hardware.cpu, *purposes))
            if listed:
                yield (*_NOVA, "compute", option), Traced(listed, Cause(rule, stated))
    elif cores.platform is not None:
        threads = cores.platform * hardware.cpu.sockets * hardware.cpu.threads
        cause = Cause("threads of the cores kept for the system", stated)
        yield (*_NOVA, "DEFAULT", "reserved_host_cpus"), Traced(threads, cause)


def _functions(cloud: Cloud, profile: Profile) -> Traced | None:
    """Virtual functions that guests' ports are made of."""
    listed = [
        json.dumps(
            {"devname": port.interface, "physical_network": cloud.physnets[link.functions_physnet]}
        )
        for link in profile.links
        if link.functions_physnet is not None
        for port in link.ports
    ]
    if not listed:
        return None
    cause = Cause("ports with virtual functions, and where they lead", (f"{profile.group}.port",))
    return Traced({"type": "multistring", "values": listed}, cause)
