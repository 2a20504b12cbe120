"""Checks hosts of a system: hardware that is enough, cores, virtual switch, links, clocks, labels."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import NamedTuple, get_args

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import Part, links_in, parts_of
from blueprint.model import Hardware, Hosts, Network
from blueprint.model.links import port_of
from blueprint.model.processors import core_counts
from blueprint.model.starlingx_parts import PtpInstance
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref
from targets.starlingx.releases import ALL_IN_ONE_OSD, HARDWARE, release
from targets.starlingx.storage_limits import GB, disks, system_disk
from targets.starlingx.system import ROLES, Personality, System

MEMORY = Rule("OIB8042", "memory-below-minimum")
DISK = Rule("OIB8043", "disk-below-minimum")
CORES = Rule("OIB8044", "cores-not-for-starlingx")
DPDK_PORT = Rule("OIB8046", "dpdk-port-without-switch")
DATA_LINK = Rule("OIB8048", "data-link-without-workloads")
BALANCED = Rule("OIB8049", "management-on-balanced-bond")
PTP_SERVICE = Rule("OIB8050", "ptp-service-not-of-release")
PTP_PORT = Rule("OIB8051", "ptp-port-without-clock")
CLOCK = Rule("OIB8052", "clock-against-instances")
LABEL_VALUE = Rule("OIB8054", "label-value-unknown")
LABEL_OWNER = Rule("OIB8055", "label-of-attribute")
APPLICATION = Rule("OIB8057", "application-misspelled")
FOLLOWED = Rule("OIB8205", "followed-clock-unknown")

RULES: tuple[Rule, ...] = (
    MEMORY, DISK, CORES, DPDK_PORT, DATA_LINK, BALANCED, PTP_SERVICE,
    PTP_PORT, CLOCK, LABEL_VALUE, LABEL_OWNER, APPLICATION, FOLLOWED,
)  # fmt: skip

#: Physical cores that the virtual switch may have: config, sysinv cpu_utils.py.
_SWITCH_CORES = 8
#: Time services that a blueprint has words for.
SERVICES = PtpInstance.model_fields["service"].annotation
#: Labels that an attribute decides.
_OWNED = {
    "kube-cpu-mgr-policy": "`cpu_manager`",
    "kube-topology-mgr-policy": "`topology_manager`",
    "kube-memory-mgr-policy": "`memory_manager`",
    "openstack-control-plane": "`control` of the region",
    "openstack-compute-node": "`compute` of the region",
    "openvswitch": "`vswitch`",
    "dpdk": "`vswitch`",
}
#: Applications of the platform: config, sysinv common/constants.py, and metadata of their own repositories; those of
#: others may have any name.
_APPLICATIONS = (
    "cert-manager", "kubernetes-power-manager", "metrics-server", "nginx-ingress-controller",
    "node-feature-discovery", "oidc-auth-apps", "openbao", "oran-o2", "platform-integ-apps", "portieris", "ptp-notification", "rook-ceph",
    "security-profiles-operator", "snmp", "sriov-fec-operator", "vault",
)  # fmt: skip


class Described(NamedTuple):
    """Equal hosts of a system: in which attribute they are named, and what they are."""

    field: str
    part: Part
    spec: Hosts
    hardware: Hardware

    @property
    def personality(self) -> Personality:
        """What StarlingX calls them."""
        return ROLES[self.field]

    @property
    def group(self) -> Ref:
        """The declaration that describes them."""
        return self.part.group.ref


def hosts(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Faults of the hosts of a system, and of what is stated for all of them."""
    known = list(_described(system))
    for each in known:
        yield from _hardware(system, spans, each)
        yield from _workloads(system, spans, each)
        yield from _links(system, spans, each)
    yield from _time(system, spans, known)
    yield from _labels(system, spans)
    for label in system.layer.application:
        meant = _meant(label)
        if meant is not None:
            yield application(spans.key(system.ref, "application", label), label, meant)


def _described(system: System) -> Iterator[Described]:
    """Each description of hosts once for each attribute that names some."""
    for field in ROLES:
        for part in parts_of(system.model, getattr(system.layer, field)):
            specs = {id(host.spec): host.spec for host in part.members}
            for spec in specs.values():
                hardware = system.model.things.get(spec.hardware)
                if isinstance(hardware, Hardware):
                    yield Described(field, part, spec, hardware)


def has_workloads(system: System, each: Described) -> bool:
    """Whether the hosts carry workloads."""
    return each.field == "workers" or (each.field == "controllers" and system.layer.is_all_in_one)


def _hardware(system: System, spans: Spans, each: Described) -> Iterator[Diagnostic]:
    memory, size = HARDWARE[each.personality]
    model = each.spec.hardware
    if each.hardware.memory < memory * GB:
        there = spans.at(system.ref, each.field)
        yield below(MEMORY, spans.at(model, "memory"), each, "memory", memory, there)
    own = system_disk(system, each.hardware)
    if own is not None:
        disk = each.hardware.disk[own[0]]
        if disk.size < size * GB:
            what, there = "a system disk", spans.at(system.ref, each.field)
            yield below(DISK, spans.at(model, "disk", own[0], "size"), each, what, size, there)
        elif each.personality == "controller" and disk.media == "hdd":
            there = spans.at(system.ref, each.field)
            yield slow_disk(spans.at(model, "disk", own[0], "media"), there)
    found = system.layer.storage
    if found is None or each.field not in system.layer.storage_roles:
        return
    if system.layer.is_all_in_one and each.field == "controllers":
        for ref in found.devices:
            for name, number in disks(ref, each.hardware):
                if (name, number) != own and each.hardware.disk[name].size < ALL_IN_ONE_OSD * GB:
                    span = spans.at(model, "disk", name, "size")
                    there = spans.at(system.ref, each.field)
                    yield below(DISK, span, each, "disks for OSDs", ALL_IN_ONE_OSD, there)
                    return


def _workloads(system: System, spans: Spans, each: Described) -> Iterator[Diagnostic]:
    """Cores by purpose, which only hosts of workloads have."""
    here = spans.at(system.ref, each.field)
    if not has_workloads(system, each):
        return
    cores, cpu = each.spec.cores, each.hardware.cpu
    stated = [n for n in ("platform", "vswitch", "shared", "isolated") if getattr(cores, n)]
    if not stated:
        return
    counts = core_counts(cores, cpu)
    if sum(counts.values()) > cpu.cores:
        return  # told of all hosts
    per_node = {name: counts[name] for name in ("platform", "vswitch", "shared", "isolated")}
    least = 2 if each.field == "controllers" else 1
    logical = per_node["platform"] * cpu.sockets * cpu.threads
    if cores.platform is not None and logical < least:
        text = f"the platform of a controller with workloads needs 2 processors, and has {logical}"
        yield cores_of(spans.at(each.group, "cores", "platform"), text, "state one more", here)
    if per_node["shared"] > 1:
        text = f"StarlingX shares 1 core of each processor, and not {per_node['shared']}"
        hint = "state `shared = 1`: the rest are the applications'"
        yield cores_of(spans.at(each.group, "cores", "shared"), text, hint, here)
    if per_node["vswitch"] * cpu.sockets > _SWITCH_CORES:
        count = per_node["vswitch"] * cpu.sockets
        text = f"the virtual switch may have {_SWITCH_CORES} cores of a host, and has {count}"
        hint = f"state {_SWITCH_CORES // cpu.sockets} or fewer of each processor"
        yield cores_of(spans.at(each.group, "cores", "vswitch"), text, hint, here)
    if sum(counts.values()) - per_node["platform"] - per_node["vswitch"] <= per_node["isolated"]:
        field = "isolated" if cores.isolated else stated[-1]
        text = "no core is left that pods may share, and StarlingX wants one"
        hint = f"state one less in `{field}`"
        yield cores_of(spans.at(each.group, "cores", field), text, hint, here)


def _links(system: System, spans: Spans, each: Described) -> Iterator[Diagnostic]:
    """Links that StarlingX has on other hosts alone, or in another mode."""
    mgmt = system.layer.networks.mgmt
    for link in links_in(system.model, each.spec, each.hardware, system.model.of(Network)):
        if (link.physnet or link.sriov) and not has_workloads(system, each):
            field = "physnet" if link.physnet else "sriov"
            span = spans.at(each.group, *link.field, field)
            yield data_link(span, link.name, each, spans.at(system.ref, each.field))
        if link.datapath == "dpdk" and system.layer.vswitch != "ovs_dpdk":
            span = spans.at(each.group, *link.field, "datapath")
            yield dpdk_port(span, link.name, system, spans.at(system.ref, "vswitch"))
        if link.mode == "balance_xor" and mgmt is not None and mgmt in link.networks:
            span = spans.at(each.group, *link.field, "mode")
            yield balanced(span, link.name, mgmt, spans.at(system.ref, "networks", "mgmt"))


def _time(system: System, spans: Spans, known: list[Described]) -> Iterator[Diagnostic]:
    """Time services that the release has, on ports with a clock, of hosts that keep time by PTP."""
    services = release(system.layer.release).catalog.words("ptp_services")
    served: set[int] = set()
    for label, instance in system.layer.ptp_instance.items():
        word = instance.service.replace("_", "-")
        if word not in services:
            span = spans.at(system.ref, "ptp_instance", label, "service")
            at_release = spans.at(system.ref, "release")
            yield ptp_service(span, instance.service, system, services, at_release)
        if instance.follows is not None:
            yield from _followed(system, spans, label, instance)
        on = [each for each in known if _is_on(system, each, instance)]
        served |= {id(each.spec) for each in on}
        faults = list(_ports(system, spans, label, instance, on))
        yield from faults
        if faults:
            return  # an instance that is on no host yet
        if on and not any(each.spec.clock == "ptp" for each in on):
            there = spans.written(on[0].group, "clock") or spans.at(on[0].group)
            span = spans.key(system.ref, "ptp_instance", label)
            yield without_ptp(span, label, on[0].group, there)
            return
    for each in known:
        if each.spec.clock == "ptp" and id(each.spec) not in served:
            yield no_instance(spans.at(each.group, "clock"), each.group, spans.at(system.ref))


def _followed(
    system: System, spans: Spans, label: str, instance: PtpInstance
) -> Iterator[Diagnostic]:
    """What follows a clock is phc2sys, and the clock one of ptp4l that states no place of its own."""
    span = spans.at(system.ref, "ptp_instance", label, "follows")
    clocks = [n for n, e in system.layer.ptp_instance.items() if e.service == "ptp4l"]
    if instance.service != "phc2sys":
        there = spans.at(system.ref, "ptp_instance", label, "service")
        yield follows_nothing(span, label, instance.service, there)
    elif instance.follows not in clocks:
        yield no_clock_to_follow(span, str(instance.follows), clocks)


def _is_on(system: System, each: Described, instance: PtpInstance) -> bool:
    if instance.hosts:
        named = {host.ref for host in system.model.hosts(instance.hosts)}
        return any(host.ref in named for host in each.part.members)
    ports = instance.all_ports
    return not ports or any(port_of(ref, each.hardware) for ref in ports)


def _ports(
    system: System, spans: Spans, label: str, instance: PtpInstance, on: list[Described]
) -> Iterator[Diagnostic]:
    stated: list[tuple[Ref, tuple[str, ...]]]
    stated = [(ref, ("ports", str(n))) for n, ref in enumerate(instance.ports)]
    for name, group in instance.port_group.items():
        inside = ("port_group", name, "ports")
        stated += [(ref, (*inside, str(n))) for n, ref in enumerate(group.ports)]
    for ref, path in stated:
        having = [each for each in on if port_of(ref, each.hardware) is not None]
        if not having:
            span = spans.at(system.ref, "ptp_instance", label, *path)
            yield no_port(span, ref, system.ref)
            continue
        without = next((each for each in having if not each.hardware.nic[ref.name].ptp), None)
        if without is not None:
            span = spans.at(system.ref, "ptp_instance", label, *path)
            there = spans.at(without.spec.hardware, "nic", ref.name)
            yield no_clock(span, ref, without.spec.hardware, there)


def _labels(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Labels that StarlingX acts on: values that it takes, and none that attributes decide."""
    known = release(system.layer.release).catalog.labels
    stated: list[tuple[tuple[str, ...], Mapping[str, str]]] = [(("labels",), system.layer.labels)]
    stated += [
        (("node_labels", n, "labels"), e.labels) for n, e in system.layer.node_labels.items()
    ]
    for path, labels in stated:
        for name, value in labels.items():
            if name in _OWNED:
                span = spans.key(system.ref, *path, name)
                yield owned_label(span, name, _OWNED[name])
            elif name in known and value not in known[name]:
                yield label_value(spans.at(system.ref, *path, name), name, value, known[name])


def _meant(label: str) -> str | None:
    """The application of the platform that a name is nearly that of: its words in another order, or a slip."""
    if label in _APPLICATIONS:
        return None
    words = sorted(label.replace("_", "-").split("-"))
    for each in _APPLICATIONS:
        if sorted(each.split("-")) == words:
            return each
    return next(iter(difflib.get_close_matches(label, _APPLICATIONS, 1, 0.85)), None)


_WHO: dict[Personality, str] = {
    "controller": "controllers",
    "worker": "workers",
    "storage": "storage hosts",
}


def below(
    rule: Rule, span: Span, each: Described, what: str, least: int, there: Span
) -> Diagnostic:
    """Hardware that StarlingX's documents call too small."""
    wanted = f"{least} GB of memory" if rule is MEMORY else f"{what} of {least} GB"
    return Diagnostic(
        rule,
        span,
        f"{_WHO[each.personality]} need {wanted} at least",
        labels=(Label(there, f"are `{each.spec.hardware}`"),),
        notes=("StarlingX's documents: hardware requirements",),
        hint="name other hosts, or state larger hardware",
    )


def slow_disk(span: Span, there: Span) -> Diagnostic:
    """Controllers on a disk that turns."""
    return Diagnostic(
        DISK,
        span,
        "controllers need an SSD or NVMe for the system",
        labels=(Label(there, "are of this hardware"),),
        notes=("databases and etcd are on it",),
        hint="name another `system_disk`",
    )


def cores_of(span: Span, text: str, hint: str, there: Span) -> Diagnostic:
    """Cores that StarlingX does not divide like that."""
    return Diagnostic(CORES, span, text, labels=(Label(there, "of these hosts"),), hint=hint)


def dpdk_port(span: Span, link: str, system: System, there: Span) -> Diagnostic:
    """A port for a switch that is not there."""
    return Diagnostic(
        DPDK_PORT,
        span,
        f"`{link}` is polled by a virtual switch that the system does not have",
        labels=() if there == span else (Label(there, f"`vswitch = {system.layer.vswitch}`"),),
        hint="write `vswitch = ovs_dpdk`, or take `datapath` out",
    )


def data_link(span: Span, link: str, each: Described, there: Span) -> Diagnostic:
    """Guests' networks where there are no guests."""
    return Diagnostic(
        DATA_LINK,
        span,
        f"`{link}` of `{each.group}` carries data of guests, and the hosts have none",
        labels=(Label(there, "hosts without workloads"),),
        hint="take it out there: only workers and all-in-one controllers have such links",
    )


def balanced(span: Span, link: str, network: str, there: Span) -> Diagnostic:
    """A mode of bonding that the management network does not take."""
    return Diagnostic(
        BALANCED,
        span,
        f"`{link}` carries `{network}`, the management network, and can't balance by hash alone",
        labels=(Label(there, "the management network"),),
        hint="write `mode = lacp` or `mode = active_backup`",
    )


def ptp_service(
    span: Span, service: str, system: System, known: tuple[str, ...], at_release: Span
) -> Diagnostic:
    """A time service that the release lacks."""
    named = [each.replace("-", "_") for each in known]
    words = [each for each in named if each in get_args(SERVICES)]
    return Diagnostic(
        PTP_SERVICE,
        span,
        f"StarlingX {system.layer.release} has no `{service}`",
        labels=(Label(at_release, "the release"),),
        hint=f"it has {', '.join(f'`{each}`' for each in words)}",
    )


def no_port(span: Span, ref: str, system: str) -> Diagnostic:
    """A port that no host has."""
    return Diagnostic(
        PTP_PORT,
        span,
        f"no host of `{system}` that the instance is on has `{ref}`",
        hint="name a port of their hardware",
    )


def no_clock(span: Span, ref: str, hardware: str, there: Span) -> Diagnostic:
    """A port that can't tell when a frame passes."""
    return Diagnostic(
        PTP_PORT,
        span,
        f"`{ref}` of `{hardware}` has no hardware clock",
        labels=(Label(there, "the card, without `ptp = true`"),),
        hint="name a port with a clock, or write `ptp = true` if the card has one",
    )


def follows_nothing(span: Span, label: str, service: str, there: Span) -> Diagnostic:
    """A program that sets no system's clock."""
    return Diagnostic(
        FOLLOWED,
        span,
        f"`{label}` can't follow a clock: it is `{service}`",
        labels=(Label(there, "the program"),),
        hint="take `follows` out: `phc2sys` alone sets the system's clock after another one",
    )


def no_clock_to_follow(span: Span, name: str, known: list[str]) -> Diagnostic:
    """A clock that is none of the system's."""
    listed = ", ".join(f'`"{each}"`' for each in known)
    return Diagnostic(
        FOLLOWED,
        span,
        f"the system has no instance `{name}` of `ptp4l`",
        hint=f"take {listed}" if known else "state a `ptp_instance` with `service = ptp4l`",
    )


def without_ptp(span: Span, label: str, group: str, there: Span) -> Diagnostic:
    """A time service on hosts that ask time servers."""
    return Diagnostic(
        CLOCK,
        span,
        f"`{label}` has no effect: `{group}` keeps time by NTP",
        labels=(Label(there, "its clock"),),
        notes=("a host keeps time by NTP or by PTP",),
        hint="write `clock = ptp` there, or take the instance out",
    )


def no_instance(span: Span, group: str, there: Span) -> Diagnostic:
    """A host that PTP is to tell the time, and nothing speaks it."""
    return Diagnostic(
        CLOCK,
        span,
        f"`{group}` keeps time by PTP, and no instance runs there",
        labels=(Label(there, "its system"),),
        notes=("StarlingX does not unlock such a host",),
        hint="state a `ptp_instance`, or write `clock = ntp`",
    )


def owned_label(span: Span, name: str, attribute: str) -> Diagnostic:
    """A label that is said elsewhere."""
    return Diagnostic(
        LABEL_OWNER,
        span,
        f"the label `{name}` is decided by {attribute}",
        hint=f"take it out, and state {attribute}",
    )


def label_value(span: Span, name: str, value: str, known: tuple[str, ...]) -> Diagnostic:
    """A value that StarlingX takes for something else, or refuses."""
    near = difflib.get_close_matches(value, known, 1)
    words = (
        f"did you mean `{near[0]}`?" if near else f"write {' or '.join(f'`{k}`' for k in known)}"
    )
    return Diagnostic(
        LABEL_VALUE, span, f"StarlingX knows no `{value}` for its label `{name}`", hint=words
    )


def application(span: Span, name: str, meant: str) -> Diagnostic:
    """An application that the bootstrap would look for in vain."""
    return Diagnostic(
        APPLICATION,
        span,
        f"`{name}` is nearly the name of an application of the platform",
        hint=f"did you mean `{meant}`?",
    )


__all__ = ["RULES", "hosts"]
