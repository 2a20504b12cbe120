"""Checks hosts of a system against what the deployment manager, and StarlingX behind it, takes of them.

Hosts that are described alike are looked at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.fleet import carries
from blueprint.model import Hardware, Network
from blueprint.model.links import Link, port_of
from blueprint.model.starlingx_parts import HostCeph, RookCeph
from blueprint.spans import Spans
from blueprint.values import Ref, Size
from targets.starlingx import resource_limits as wording
from targets.starlingx.catalog import catalog
from targets.starlingx.resources import ptp
from targets.starlingx.resources.common import View, data_network
from targets.starlingx.resources.data_networks import physnets
from targets.starlingx.resources.interfaces import HASHES
from targets.starlingx.resources.storage import VOLUME_GROUPS, has_osds, volume_groups
from targets.starlingx.system import System

_NAME = re.compile(r"[a-z0-9_-]+").fullmatch
_MIB = 2**20
#: Releases whose deployment manager has no address pools.
POOLS_UNKNOWN = ("9.0",)


def resource_faults(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """What of a system's hosts and networks would be refused, or would not be made."""
    if system.layer.release in POOLS_UNKNOWN and system.layer.networks.storage is not None:
        span = spans.at(system.ref, "networks", "storage")
        yield wording.no_storage_network(span, system.layer.release)
    layer = system.layer
    if layer.filesystems.instances is not None and layer.volume_groups.nova_local.is_stated:
        span = spans.at(system.ref, "filesystems", "instances")
        there = spans.at(system.ref, "volume_groups", "nova_local")
        yield wording.two_places(span, there)
    backend, own = layer.storage, "osd" if layer.config == "aio_sx" else "host"
    if isinstance(backend, RookCeph) and backend.failure_domain not in (None, own):
        known = catalog(layer.release).words("rook_failure_domains")
        if backend.failure_domain not in known:
            span = spans.at(system.ref, "storage", "failure_domain")
            yield wording.failure_domain(span, str(backend.failure_domain), layer.release, own)
    first = None if system.first is None else system.first.host
    is_told = (
        first is not None
        and any(  # that the hosts of the group boot from no port that is known
            each.host.group == first.group and each.host.boot_mac is None
            for each in system.members
            if each.host is not first
        )
    )
    if first and first.boot_mac is None and first.bmc_address is None and not is_told:
        yield wording.not_known(spans.at(first.ref, "boot", "mac"), first.ref)
    yield from _pxeboot(system, spans)
    yield from _names(system, spans)
    for view in views(system):
        yield from _links(view, spans)
        yield from _vlans(view, spans)
        yield from _plans(view, spans)
        yield from _disks(view, spans)


def views(system: System) -> Iterator[View]:
    """The distinct descriptions of the system's hosts, each as one of its hosts has it."""
    seen: set[tuple[str, int]] = set()
    for member in system.members:
        key = (member.field, id(member.host.spec))
        known = isinstance(system.model.things.get(member.host.spec.hardware), Hardware)
        if key not in seen and known:
            seen.add(key)
            yield View(system, member)


def _pxeboot(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """The network of installation, named for something else too."""
    named = dict(system.layer.platform_networks())
    for name, ref in named.items():
        if name != "pxeboot" and ref == named.get("pxeboot"):
            span = spans.at(system.ref, "networks", "pxeboot")
            yield wording.pxeboot_shared(span, ref, name, spans.at(system.ref, "networks", name))
            return


def _names(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Things whose resources would have one name."""
    seen: dict[str, str] = {}
    for ref in physnets(system):
        name = data_network(ref)
        other = seen.setdefault(name, str(ref))
        if other != ref:
            yield wording.name_twice(spans.at(ref), str(ref), other, name, "data network")
    seen = {}
    for label in system.layer.ptp_instance:
        name = ptp.instance_name(label)
        other = seen.setdefault(name, label)
        if other != label:
            span = spans.key(system.ref, "ptp_instance", label)
            yield wording.name_twice(span, label, other, name, "PTP instance")
    seen = {}
    for label, instance in system.layer.ptp_instance.items():
        for group in (*((None,) if instance.ports else ()), *instance.port_group):
            name = ptp.interface_name(label, group)
            said = label if group is None else group
            other = seen.setdefault(name, said)
            if other != said:
                path = () if group is None else ("port_group", group)
                span = spans.key(system.ref, "ptp_instance", label, *path)
                yield wording.name_twice(span, said, other, name, "PTP interface")


def _links(view: View, spans: Spans) -> Iterator[Diagnostic]:
    group, layer = view.member.host.group, view.system.layer
    ours = {ref for _, ref in layer.platform_networks()}
    carried = {network for link in view.links for network in link.networks}
    # Where a network of the system is on no interface, which is told, another one is there in its place.
    lacks = layer.networks.mgmt is not None and layer.networks.mgmt not in carried
    for link in view.links:
        yield from _name(view, link, spans)
        yield from _unnamed(view, link, spans)
        for network in link.networks:
            if network not in ours and not lacks:
                span = spans.at(group, *carries(link, network))
                yield wording.foreign_network(span, network, group, view.system.ref)
        if link.kind == "bond":
            yield from _hash(view, link, spans)
        else:
            yield from _port(view, link, spans)


def _name(view: View, link: Link, spans: Spans) -> Iterator[Diagnostic]:
    """Names of interfaces: those of bonds, and those that the kernel gives ports."""
    field = link.name_field
    why = _name_fault(link.name)
    if why is None:
        return
    if field is None:
        yield wording.interface_name(spans.key(view.member.host.group, *link.field), link.name, why)
    else:
        yield wording.interface_name(spans.at(view.spec.hardware, *field), link.name, why)


def _unnamed(view: View, link: Link, spans: Spans) -> Iterator[Diagnostic]:
    """Ports in use whose names are not stated."""
    for position, port in enumerate(link.ports):
        card = view.hardware.nic[port.ref.name]
        if int(port.ref.key or 0) >= len(card.names):
            group, field = view.member.host.group, link.field
            is_bond = link.kind == "bond"
            span = (
                spans.at(group, *field, "ports", str(position))
                if is_bond
                else spans.key(group, *field)
            )
            where = spans.at(view.spec.hardware, "nic", port.ref.name)
            yield wording.no_port_name(span, port.ref, view.spec.hardware, where)


def _name_fault(name: str) -> str | None:
    if len(name) > wording.LONGEST_NAME:
        return f"it has {len(name)} characters"
    if name != name.lower() or name.isdigit():
        return "it has upper-case letters" if name != name.lower() else "it has digits alone"
    return None if _NAME(name) else "it has other signs than `-` and `_`"


def _hash(view: View, link: Link, spans: Spans) -> Iterator[Diagnostic]:
    block = view.spec.bond[link.field[1]]
    if block.hash is None or block.mode == "active_backup":
        return
    span = spans.at(view.member.host.group, *link.field, "hash")
    if link.physnet is not None and block.hash != "layer2":
        why = "a bond on a data network spreads frames by their MAC addresses"
        yield wording.bond_hash(span, link.name, block.hash, ("layer2",), why)
    elif block.hash not in HASHES:
        why = "the deployment manager knows no other"
        yield wording.bond_hash(span, link.name, block.hash, tuple(HASHES), why)


def _port(view: View, link: Link, spans: Spans) -> Iterator[Diagnostic]:
    group, label, sriov = view.member.host.group, link.field[1], link.sriov
    if sriov is None:
        polls = link.datapath == "dpdk" and view.system.layer.vswitch == "ovs_dpdk"
        if polls and link.physnet is None:
            span = spans.at(group, *link.field, "datapath")
            yield wording.no_physnet(span, label, "frames that DPDK polls")
        return
    own, other = link.physnet, sriov.physnet
    if own is None and other is None and view.has_workloads:
        yield wording.no_physnet(spans.at(group, *link.field, "sriov"), label, "virtual functions")
    elif own is not None and other is not None and own != other:
        span = spans.at(group, *link.field, "sriov", "physnet")
        there = spans.at(group, *link.field, "physnet")
        yield wording.two_physnets(span, label, own, other, there)
    card = port_of(link.ports[0].ref, view.hardware)
    offered = 0 if card is None else view.hardware.nic[card.ref.name].sriov_vfs
    if wording.MOST_FUNCTIONS < sriov.vfs <= offered:  # more than the card has is told already
        span = spans.at(group, *link.field, "sriov", "vfs")
        yield wording.too_many_functions(span, label, sriov.vfs)


def _vlans(view: View, spans: Spans) -> Iterator[Diagnostic]:
    group, seen = view.member.host.group, dict[int, Ref]()
    ours = {ref for _, ref in view.system.layer.platform_networks()}
    for link in view.links:
        for ref, interface in link.networks.items():
            vlan = view.system.model.at(ref, Network).vlan
            if interface == link.name or vlan is None or ref not in ours:
                continue
            other = seen.setdefault(vlan, ref)
            if other != ref:
                span = spans.at(group, *carries(link, ref))
                yield wording.vlan_twice(span, group, vlan, ref, other)


def _plans(view: View, spans: Spans) -> Iterator[Diagnostic]:
    """What cores and memory are for."""
    group, spec = view.member.host.group, view.spec
    if not view.has_workloads:
        yield from _without_workloads(view, spans)
    elif view.system.layer.vswitch != "ovs_dpdk" and not any(
        link.datapath == "dpdk" for link in view.links
    ):  # of ports that poll, the port is told
        for part, what in (("cores", "cores"), ("memory", "memory")):
            if getattr(spec, part).vswitch is not None:
                stated = view.system.layer.vswitch
                where = spans.at(view.system.ref, "vswitch")
                span = spans.at(group, part, "vswitch")
                yield wording.no_switch(span, group, what, stated, where)
                break
    node = int(view.hardware.memory) // view.hardware.numa_nodes
    most = Size(node * 2 // 3 // _MIB * _MIB)
    if spec.memory.platform is not None and most < spec.memory.platform <= node:
        span = spans.at(group, "memory", "platform")
        yield wording.platform_over(span, group, spec.memory.platform, most)


def _without_workloads(view: View, spans: Spans) -> Iterator[Diagnostic]:
    group, spec, kind = view.member.host.group, view.spec, view.member.personality
    named = [
        name for name in ("platform", "vswitch", "shared", "isolated") if getattr(spec.cores, name)
    ]
    if named:
        yield wording.no_workloads(spans.at(group, "cores"), "plan of cores", group, kind)
    if spec.kernel != "standard":
        yield wording.no_workloads(spans.at(group, "kernel"), "kernel to choose", group, kind)
    for name in ("hugepages", "vswitch"):
        if getattr(spec.memory, name):
            span = spans.at(group, "memory", name)
            yield wording.no_workloads(span, "huge pages", group, kind)
            break


def _disks(view: View, spans: Spans) -> Iterator[Diagnostic]:
    """Disks that something has as a whole: each known by its path, and nothing else's."""
    taken = _system_disk(view)
    for path, ref, purpose in _whole_disks(view):
        disk = view.hardware.disk.get(ref.name)
        if disk is None:
            continue
        positions = _positions(ref, disk.count)
        use = next((taken[ref.name, n] for n in positions if (ref.name, n) in taken), None)
        if use is not None:
            span = spans.at(view.system.ref, *path)
            yield wording.disk_taken(span, ref, use, view.spec.hardware)
        elif any(position >= len(disk.paths) for position in positions):
            span = spans.at(view.system.ref, *path)
            where = spans.at(view.spec.hardware, "disk", ref.name)
            yield wording.no_path(span, ref, view.spec.hardware, where)
        taken.update({(ref.name, position): purpose for position in positions})


def _whole_disks(view: View) -> Iterator[tuple[tuple[str, ...], Ref, str]]:
    """What takes whole disks of the host: its field, the disks, and what they are then."""
    backend = view.system.layer.storage
    if backend is not None and has_osds(view):
        if isinstance(backend, HostCeph) and backend.journal is not None:
            yield ("storage", "journal"), backend.journal, "has journals"
        for position, ref in enumerate(backend.devices):
            yield ("storage", "devices", str(position)), ref, "is an OSD already"
    for field, group in volume_groups(view):
        for position, ref in enumerate(group.devices):
            path = ("volume_groups", field, "devices", str(position))
            yield path, ref, f"is part of `{VOLUME_GROUPS[field]}`"


def _system_disk(view: View) -> dict[tuple[str, int], str]:
    known = view.system_disk
    if known is None:
        return {}
    ref, disk = known
    return {
        (ref.name, position): "is the disk of the system"
        for position in _positions(ref, disk.count)[:1]
    }


def _positions(ref: Ref, count: int) -> range:
    """The disks that a reference names, by position."""
    if ref.key is None:
        return range(count)
    position = int(ref.key)
    return range(position, min(position + 1, count))


__all__ = ["resource_faults", "views"]
