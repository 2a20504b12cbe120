"""Plans Nova's computes: what each class of hosts gives to guests, and what it keeps.

Ratios are `cpu_allocation_ratio` and its like, not `initial_…`: the blueprint says what holds, and a
ratio that somebody set through the API would otherwise outlive it. A ratio of an aggregate stands in the files of its hosts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Hardware
from blueprint.model.mounts import NOVA_STATE, guest_mount
from blueprint.model.pages import vswitch_pages
from blueprint.model.processors import cpu_list, cpus_for, plans_cores
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.target import Cause, Step
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.commands import on_hosts
from targets.kolla_ansible.storage import uses
from targets.kolla_ansible.subject import Files, Subject, Variables

COMPUTE_FILE = "nova/nova-compute.conf"
NOT_A_NAME = Rule("OIB6071", "name-not-usable")
SHARE_PLACES = Rule("OIB6072", "gpu-shares-not-told-apart")
TWO_PLACES = Rule("OIB6073", "guest-disks-in-two-places")
MODELS_UNUSED = Rule("OIB6074", "processor-models-without-custom")

#: What Nova keeps of a host's memory where nothing is said, in MiB.
NOVA_RESERVE_MIB = 512
_MIB = 2**20
_KIB = 2**10
#: Ratios of hosts: Nova's option, the field of the region's `nova` and of aggregates, what it is.
_RATIOS = (
    ("cpu_allocation_ratio", "cpu_ratio", "guests' CPUs for each thread"),
    ("ram_allocation_ratio", "ram_ratio", "guests' memory for each byte"),
    ("disk_allocation_ratio", "disk_ratio", "guests' disks for each byte"),
)
#: Types of shares as drivers name them: `nvidia-319`, `i915-GVTg_V5_4`.
_SHARE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*").fullmatch
#: Models of processors as libvirt names them: `Cascadelake-Server-noTSX`, `EPYC-Milan`.
_PROCESSOR = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*").fullmatch


def _variables(cloud: Cloud) -> Variables:
    mount = guest_mount(cloud.layer)
    if mount is not None:
        rule = "Nova's folder on the hosts, in which `instances` is the share"
        fields = (cloud.path(*mount.field), cloud.path("services"))
        yield "nova_instance_datadir_volume", Traced(NOVA_STATE, Cause(rule, fields))


def _files(cloud: Cloud) -> Files:
    if "nova" not in cloud.layer.services:
        return {}
    nova, found = cloud.layer.nova, dict[str, dict[str, Traced]]()
    for option, field, rule in _RATIOS:
        value = getattr(nova, field)
        if value is not None and not _by_aggregate(cloud, field):
            cause = Cause(rule, (cloud.path("nova", field), cloud.path("services")))
            found.setdefault("DEFAULT", {})[option] = Traced(value, cause)
    if nova.cpu_models and nova.cpu_mode == "custom":
        rule = "models of processors that guests see"
        fields = (cloud.path("nova", "cpu_models"), cloud.path("nova", "cpu_mode"))
        found["libvirt"] = {"cpu_models": Traced(",".join(nova.cpu_models), Cause(rule, fields))}
    return {COMPUTE_FILE: found} if found else {}


def _class_files(cloud: Cloud, each: HostClass) -> Files:
    if "nova" not in cloud.layer.services or not cloud.has_role(each, "compute"):
        return {}
    hardware = cloud.model.at(each.spec.hardware, Hardware)
    sections: dict[str, dict[str, Traced]] = {
        "DEFAULT": {
            **dict(_ratios(cloud, each)),
            **dict(_told_addresses(cloud, each)),
            **dict(_kept_memory(each, hardware)),
            **dict(_kept_cores(each, hardware)),
        },
        "compute": dict(_cpu_sets(each, hardware)),
        **_shares(each, hardware),
    }
    filled = {name: options for name, options in sections.items() if options}
    return {COMPUTE_FILE: filled} if filled else {}


def _by_aggregate(cloud: Cloud, field: str) -> bool:
    """Whether any aggregate states a ratio, so that classes of hosts may differ in it."""
    return any(getattr(each, field) is not None for each in cloud.layer.aggregate.values())


def ratio_of(cloud: Cloud, each: HostClass, field: str) -> tuple[Decimal | int, str] | None:
    """A ratio of the hosts of a class and the field that states it, or None where nothing does."""
    for name, aggregate in cloud.layer.aggregate.items():
        value = getattr(aggregate, field)
        if value is not None and (each.group in aggregate.hosts or each.refs[0] in aggregate.hosts):
            return value, cloud.path("aggregate", name, field)
    value = getattr(cloud.layer.nova, field)
    return None if value is None else (value, cloud.path("nova", field))


def _ratios(cloud: Cloud, each: HostClass) -> Variables:
    for option, field, rule in _RATIOS:
        found = ratio_of(cloud, each, field) if _by_aggregate(cloud, field) else None
        if found is not None:
            members = [cloud.path("aggregate", name, "hosts") for name in cloud.layer.aggregate]
            yield option, Traced(found[0], Cause(rule, (found[1], *members)))


def _told_addresses(cloud: Cloud, each: HostClass) -> Variables:
    """Guests of virtual functions without DHCP read their addresses from a drive, if nothing else is stated."""
    files = cloud.layer.nova.config.values()
    if any("force_config_drive" in sections.get("DEFAULT", {}) for sections in files):
        return
    fields = [
        path
        for label, given in cloud.layer.provider_network.items()
        for link in each.links
        if not given.dhcp and link.functions_physnet == given.physnet
        for path in (
            cloud.path("provider_network", label, "dhcp"),
            cloud.path("provider_network", label, "physnet"),
            ".".join((str(each.group), *link.field, "sriov")),
        )
    ]
    if fields:
        rule = "nobody tells guests of these virtual functions their addresses over the network"
        paths = (*dict.fromkeys(fields), cloud.path("compute"))
        yield "force_config_drive", Traced(value=True, cause=Cause(rule, paths))


def _kept_memory(each: HostClass, hardware: Hardware) -> Variables:
    memory, nodes = each.spec.memory, hardware.numa_nodes
    switch = vswitch_pages(memory, hardware)
    paths = [f"{each.spec.hardware}.cpu.sockets"]
    kept = NOVA_RESERVE_MIB * _MIB
    if memory.platform is not None:
        kept = int(memory.platform) * nodes
        paths.insert(0, f"{each.group}.memory.platform")
    rule = "memory kept for the system on all NUMA nodes, in MiB, rounded up"
    if switch is not None:
        # Placement counts huge pages among the host's memory; what Nova sets apart below is not taken off it.
        kept += int(switch[0]) * switch[1] * nodes
        paths.insert(0, f"{each.group}.memory.vswitch")
        rule = "memory kept for the system and the virtual switch on all NUMA nodes, in MiB, rounded up"
    if memory.platform is not None or switch is not None:
        yield "reserved_host_memory_mb", Traced(-(-kept // _MIB), Cause(rule, tuple(paths)))
    if switch is not None:
        cause = Cause(
            "huge pages of the virtual switch on each NUMA node, their size in KiB",
            (
                f"{each.group}.memory.vswitch",
                f"{each.group}.memory.hugepages",
                f"{each.spec.hardware}.cpu",
            ),
        )
        size, count = int(switch[0]) // _KIB, switch[1]
        lines = [f"node:{node},size:{size},count:{count}" for node in range(nodes)]
        yield "reserved_huge_pages", Traced(lines, cause)


def _kept_cores(each: HostClass, hardware: Hardware) -> Variables:
    cores = each.spec.cores
    if cores.platform is None or plans_cores(cores):
        return  # Nova takes a number of CPUs to keep, or sets of CPUs to use, never both
    cause = Cause(
        "threads of the cores kept for the system, on all NUMA nodes",
        (
            f"{each.group}.cores.platform",
            f"{each.spec.hardware}.cpu.sockets",
            f"{each.spec.hardware}.cpu.threads",
        ),
    )
    threads = cores.platform * hardware.cpu.sockets * hardware.cpu.threads
    yield "reserved_host_cpus", Traced(threads, cause)


def _cpu_sets(each: HostClass, hardware: Hardware) -> Variables:
    cores = each.spec.cores
    if not plans_cores(cores):
        return
    stated = (f"{each.group}.cores", f"{each.spec.hardware}.cpu")
    dedicated = cpu_list(cpus_for(cores, hardware.cpu, "isolated"))
    if dedicated:
        rule = "the CPUs of the isolated cores of all NUMA nodes, each for one guest"
        yield "cpu_dedicated_set", Traced(dedicated, Cause(rule, stated))
    shared = cpu_list(cpus_for(cores, hardware.cpu, "shared", "unnamed"))
    if shared:
        rule = "the CPUs of the shared cores of all NUMA nodes, and of those not named"
        yield "cpu_shared_set", Traced(shared, Cause(rule, stated))


def _shares(each: HostClass, hardware: Hardware) -> dict[str, dict[str, Traced]]:
    """Graphics processors that guests share; with several types, which device is for which."""
    by_type: dict[str, list[str]] = {}
    for name, share in each.spec.vgpu.items():
        by_type.setdefault(share.type, []).append(name)
    if not by_type:
        return {}
    cause = Cause("types of shares of graphics processors", (f"{each.group}.vgpu",))
    found = {"devices": {"enabled_mdev_types": Traced(",".join(sorted(by_type)), cause)}}
    if len(by_type) > 1:
        for kind, names in sorted(by_type.items()):
            places = [address for name in names for address in hardware.gpu[name].pci]
            fields = tuple(f"{each.spec.hardware}.gpu.{name}.pci" for name in names)
            where = Cause("the devices of a type of shares", (f"{each.group}.vgpu", *fields))
            found[f"mdev_{kind}"] = {"device_addresses": Traced(",".join(places), where)}
    return found


def _supplies(cloud: Cloud) -> Iterator[Step]:
    if "nova" not in cloud.layer.services:
        return
    sharing = [each for each in cloud.classes_of("compute") if each.spec.vgpu]
    if sharing:
        hosts = ", ".join(f"`{each.group}`" for each in sharing)
        yield Step(
            title="See that graphics processors can be shared",
            needs=(f"the maker's driver for shared graphics processors on {hosts}",),
            commands=(),
            checks=tuple(
                f"{on_hosts(cloud, each.inventory_group)} -b -m ansible.builtin.shell "
                f"-a 'ls -d /sys/class/mdev_bus/*/mdev_supported_types/{kind}'"
                for each in sharing
                for kind in sorted({share.type for share in each.spec.vgpu.values()})
            ),
        )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    if "nova" not in cloud.layer.services:
        return
    nova = cloud.layer.nova
    if nova.nfs is not None and "nova" in uses(cloud):
        yield two_places(spans.at(cloud.ref, "nova", "nfs"), spans.at(cloud.ref, "storage"))
    for position, model in enumerate(nova.cpu_models):
        if nova.cpu_mode != "custom":
            mode = spans.written(cloud.ref, "nova", "cpu_mode")
            yield models_unused(spans.at(cloud.ref, "nova", "cpu_models"), nova.cpu_mode, mode)
            break
        if not _PROCESSOR(model):
            yield name_not_usable(
                spans.at(cloud.ref, "nova", "cpu_models", position), model, "a processor's model"
            )
    reported: set[str] = set()
    for each in cloud.classes_of("compute"):
        if each.group in reported:
            continue
        hardware = cloud.model.at(each.spec.hardware, Hardware)
        types = {share.type for share in each.spec.vgpu.values()}
        for name, share in each.spec.vgpu.items():
            gpu = hardware.gpu.get(name)
            if not _SHARE(share.type):
                reported.add(each.group)
                span = spans.at(each.group, "vgpu", name, "type")
                yield name_not_usable(span, share.type, "a type of shares")
            elif len(types) > 1 and gpu is not None and len(gpu.pci) != gpu.count:
                reported.add(each.group)
                span = spans.at(each.group, "vgpu", name)
                yield shares_not_told_apart(span, name, each.spec.hardware)
                break


def name_not_usable(span: Span, text: str, what: str) -> Diagnostic:
    """A text that is no name of the kind that Nova expects."""
    return Diagnostic(
        NOT_A_NAME,
        span,
        f'"{text}" can\'t be {what}',
        hint="write letters, digits, `.`, `_` and `-`, a letter or a digit first",
    )


def shares_not_told_apart(span: Span, name: str, hardware: str) -> Diagnostic:
    """Graphics processors with different shares, and nothing that says which is which."""
    return Diagnostic(
        SHARE_PLACES,
        span,
        f"nothing says which devices `gpu.{name}` are, and its hosts share others in another way",
        hint=f"list the `pci` address of each in `{hardware}`",
    )


def two_places(span: Span, storage: Span) -> Diagnostic:
    """Guests' disks on a share and in the cluster at once."""
    return Diagnostic(
        TWO_PLACES,
        span,
        "guests' disks can't be on an NFS share and in Ceph",
        labels=(Label(storage, "the cluster has a pool with `use = nova`"),),
        hint="take `nfs` out, or the pool",
    )


def models_unused(span: Span, mode: str | None, mode_span: Span | None) -> Diagnostic:
    """Models of processors that nothing looks at."""
    return Diagnostic(
        MODELS_UNUSED,
        span,
        "`cpu_models` are used with `cpu_mode = custom` only",
        labels=() if mode_span is None else (Label(mode_span, f"the mode is `{mode}`"),),
        hint="set `cpu_mode = custom`, or take `cpu_models` out",
    )


SUBJECT = Subject(
    name="compute",
    variables=_variables,
    files=_files,
    class_files=_class_files,
    supplies=_supplies,
    check=_check,
    rules=(NOT_A_NAME, SHARE_PLACES, TWO_PLACES, MODELS_UNUSED),
    derived_variables={"nova_instance_datadir_volume": "`nova { nfs }`"},
    derived_options={
        ("nova", "DEFAULT", "cpu_allocation_ratio"): "`nova { cpu_ratio }` or an aggregate's",
        ("nova", "DEFAULT", "disk_allocation_ratio"): "`nova { disk_ratio }` or an aggregate's",
        ("nova", "DEFAULT", "ram_allocation_ratio"): "`nova { ram_ratio }` or an aggregate's",
        ("nova", "DEFAULT", "reserved_host_cpus"): "`cores { platform }` of the hosts",
        ("nova", "DEFAULT", "reserved_host_memory_mb"): "`memory { platform }` of the hosts",
        ("nova", "DEFAULT", "reserved_huge_pages"): "`memory { vswitch }` of the hosts",
        ("nova", "compute", "cpu_dedicated_set"): "`cores { isolated }` of the hosts",
        ("nova", "compute", "cpu_shared_set"): "`cores { shared }` of the hosts",
        ("nova", "devices", "enabled_mdev_types"): "`vgpu` of the hosts",
        ("nova", "libvirt", "cpu_models"): "`nova { cpu_models }`",
    },
)
