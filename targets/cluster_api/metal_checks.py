"""Checks a cluster whose nodes are bare metal: what Metal3's own webhooks refuse, and what it can't set."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.model import Hardware, Host, Hosts, Kubernetes
from blueprint.model.hardware import is_device_path
from blueprint.model.links import Link
from blueprint.spans import Spans
from blueprint.values import Ref
from targets._kubernetes.names import name_fault
from targets.cluster_api import limits, metal, metal_network, providers
from targets.cluster_api.cluster import Cluster

FRAMES = (1280, 9000)
_DEVICE = re.compile(r"/dev/(disk/by-path/)?[A-Za-z0-9._:+-]+").fullmatch
_WWN = re.compile(r"/dev/disk/by-id/wwn-[A-Za-z0-9]+").fullmatch
_URL = re.compile(r"https?://[A-Za-z0-9\[][A-Za-z0-9._~:/@%+\[\]=&?-]{0,480}").fullmatch


def _image(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    url = cluster.options.image
    if url is not None and not _URL(url):
        span = spans.at(cluster.ref, "deployer", "image")
        yield limits.unusable_text(span, "the URL of an image", url, "a URL")


def _parts(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    taken: dict[Ref, str] = {}
    for _, field, hosts in metal.parts(cluster):
        for host in hosts:
            other = taken.setdefault(host.ref, field)
            if other != field:
                span, there = (spans.at(cluster.ref, *each.split(".")) for each in (field, other))
                yield limits.node_in_two_parts(span, host.ref, other, field, there)
                break


def _hosts(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    told: set[Ref] = set()
    for host in _all(cluster):
        reason = _name_fault(host.name)
        if reason is not None:
            yield limits.unusable_name(spans.at(host.ref, "name"), "a host", host.name, reason)
        if host.group not in told:
            told.add(host.group)
            yield from _boot(host, cluster.model.hardware(host), spans)


def _all(cluster: Cluster) -> Iterator[Host]:
    seen = {host.ref: host for _, _, hosts in metal.parts(cluster) for host in hosts}
    yield from seen.values()


def _name_fault(name: str) -> str | None:
    try:
        uuid.UUID(name)
    except ValueError:
        return name_fault(name)
    return "a host must not be named like a UUID"


def _boot(host: Host, hardware: Hardware, spans: Spans) -> Iterator[Diagnostic]:
    found = metal.root_disk(hardware)
    protocol = spans.at(host.spec.hardware, "bmc", "protocol")
    if hardware.bmc.protocol == "ipmi":
        if host.spec.boot.network is None:
            yield limits.virtual_disc_over_ipmi(spans.at(host.group), host.group, protocol)
        if found is not None and found[1].raid is not None:
            span = spans.at(host.spec.hardware, "disk", found[0], "raid")
            yield limits.raid_not_offered(span, found[0], protocol)
    if found is not None and found[1].raid is None and found[1].paths:
        path = found[1].paths[0]
        if not _DEVICE(path) and not _WWN(path):
            span = spans.at(host.spec.hardware, "disk", found[0], "paths", "0")
            yield limits.unusable_root_device(span, path)


def _links(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    told: set[tuple[Ref, str]] = set()
    for _, _, hosts in metal.parts(cluster):
        first: tuple[Host, Any] | None = None
        groups: set[Ref] = set()
        for host in hosts:
            if host.group in groups:
                continue
            groups.add(host.group)
            links = metal_network.links(cluster, host)
            for link in links:
                if not FRAMES[0] <= link.mtu <= FRAMES[1] and (host.group, link.name) not in told:
                    told.add((host.group, link.name))
                    span = spans.at(host.group, *link.field)
                    yield limits.frame_size_not_offered(span, link.name, link.mtu, *FRAMES)
            shape = _shape(links, host, cluster.model.hardware(host))
            if first is None:
                first = (host, shape)
            elif first[1] != shape:
                there = spans.at(first[0].group)
                yield limits.unlike_hosts(spans.at(host.group), first[0].group, host.group, there)


def _shape(links: tuple[Link, ...], host: Host, hardware: Hardware) -> Any:
    """What one template says of all hosts of a part: their links, and what is kept for the system."""
    kept = (host.spec.cores.platform, host.spec.memory.platform, hardware.cpu)
    return kept, [
        (link.name, link.kind, link.mode, link.mtu, [p.interface for p in link.ports], dict(link.networks))
        for link in links
    ]  # fmt: skip


def _addresses(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    network = cluster.node_network
    if network is None:
        span = spans.at(cluster.ref)
        yield limits.no_node_network(span)
        return
    field = "node_network" if cluster.layer.node_network else "api.network"
    there = spans.at(cluster.ref, *field.split("."))
    have = {subnet.version for subnet in cluster.networks[network].subnets}
    for position, subnet in enumerate(cluster.layer.pods):
        if subnet.version not in have:
            span = spans.at(cluster.ref, "pods", str(position))
            yield limits.family_not_on_nodes(span, subnet.version, there)
    if cluster.layer.api.provider == "haproxy":
        span = spans.at(cluster.ref, "api", "provider")
        reason = "nodes are told one address when they join"
        hint = "write `vip = …`, which kube-vip holds"
        yield limits.not_with_cluster_api(span, "an HAProxy on each node", reason, hint)
    elif not metal.endpoint(cluster)[0] and len(cluster.control_hosts) > 1:
        span = spans.written(cluster.ref, "api") or spans.at(cluster.ref)
        count = spans.at(cluster.ref, "control", "hosts")
        yield limits.address_of_one_control_node(span, len(cluster.control_hosts), count)


def _boot_network(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    told: set[Ref] = set()
    chosen = _boot_networks(cluster)
    for host in _all(cluster):
        ref = host.spec.boot.network
        if ref is None or host.group in told or ref not in cluster.networks:
            continue
        told.add(host.group)
        span = spans.at(host.group, "boot", "network")
        network = cluster.networks[ref]
        if len(chosen) > 1 and ref != chosen[0]:
            reason = f"the manager's Ironic serves `{chosen[0]}`"
            yield limits.unusable_boot_network(
                span, ref, reason, "boot all hosts of a manager from one network"
            )
        elif not network.dhcp:
            reason = "no addresses are set apart for hosts that boot"
            yield limits.unusable_boot_network(
                span, ref, reason, "set some apart: `dhcp = …` in the network"
            )
        elif cluster.manager is not None and providers.manager_interface(cluster, ref) is None:
            reason = "nodes of the manager are not on it, or by interfaces of different names"
            yield limits.unusable_boot_network(
                span,
                ref,
                reason,
                "put it on a link of all of the manager's nodes, or boot from virtual discs: take `network` out of `boot`",
            )


def _boot_networks(cluster: Cluster) -> list[Ref]:
    """The networks that hosts of all clusters of the manager boot from, in the order of the source."""
    found: dict[Ref, None] = {}
    for layer in cluster.model.of(Kubernetes).values():
        if (
            layer.manager == cluster.layer.manager
            and layer.on is None
            and layer.tool_name == "cluster_api"
        ):
            for host in cluster.model.hosts(layer.node_hosts):
                if host.spec.boot.network is not None:
                    found[host.spec.boot.network] = None
    return list(found)


def _settings(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    told: set[Ref] = set()
    for host in _all(cluster):
        if host.group in told:
            continue
        told.add(host.group)
        for path, what in _unset(host.spec):
            span = spans.written(host.group, *path) or spans.at(host.group)
            yield limits.host_setting_without_effect(span, host.group, what)


def _unset(spec: Hosts) -> Iterator[tuple[tuple[str, ...], str]]:
    if spec.memory.hugepages:
        yield ("memory", "hugepages"), "huge pages"
    for field in ("vswitch", "shared", "isolated"):
        if getattr(spec.cores, field) is not None:
            yield ("cores", field), f"`{field}` cores"
    for label, port in spec.port.items():
        if port.sriov is not None:
            yield ("port", label, "sriov"), "virtual functions"
    if spec.kernel != "standard":
        yield ("kernel",), "the kernel"
    for field in ("nested_virtualization", "iommu"):
        if getattr(spec, field):
            yield (field,), f"`{field}`"


def _etcd(cluster: Cluster, spans: Spans) -> Iterator[Diagnostic]:
    disk = cluster.layer.etcd.disk
    if disk is not None:
        from targets.cluster_api.kubeadm import etcd_device

        device = etcd_device(cluster)
        if device is None or not is_device_path(device):
            span = spans.at(cluster.ref, "etcd", "disk")
            reason = (
                "all hosts of the control plane must have it under one stated path below `/dev/`"
            )
            hint = "state `paths` of the disk in the hardware"
            yield limits.not_with_cluster_api(span, f"etcd on `{disk}`", reason, hint)


SUBJECTS: tuple[Callable[[Cluster, Spans], Iterator[Diagnostic]], ...] = (
    _image, _parts, _hosts, _links, _addresses, _boot_network, _settings, _etcd,
)  # fmt: skip
