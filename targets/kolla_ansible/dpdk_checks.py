"""Checks what Kolla-Ansible can't do with DPDK: plug-in, system, bonds, and what ports may carry."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Rule
from blueprint.model.links import Link
from blueprint.spans import Spans
from blueprint.values import Ref
from targets.kolla_ansible import network_limits as limits
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.dpdk import dpdk_links
from targets.kolla_ansible.systems import behaves_as, distribution_of

RULES: tuple[Rule, ...] = (
    limits.DPDK_PLUGIN, limits.DPDK_SYSTEM, limits.DPDK_BOND, limits.OVERLAY_BESIDE_DPDK,
    limits.NETWORK_ON_DPDK, limits.KERNEL_BESIDE_DPDK, limits.DATAPATHS, limits.DPDK_FAMILY,
    limits.DPDK_ADDRESS,
)  # fmt: skip
#: Systems for which there are images of it (the ovsdpdk images of Kolla).
_SYSTEMS = frozenset({"debian", "ubuntu"})


def check_dpdk(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    """Everything that is wrong with DPDK in a layer, each declaration of hosts once."""
    neutron = cloud.layer.neutron
    if "neutron" not in cloud.layer.services:
        return
    datapath = spans.at(cloud.ref, "neutron", "datapath")
    if neutron.datapath == "dpdk" and neutron.plugin != "ovs":
        yield limits.dpdk_without_openvswitch(datapath, spans.at(cloud.ref, "neutron", "plugin"))
        return
    has_port = False
    seen: set[Ref] = set()
    for each in cloud.every_class():
        if each.group in seen or not _has_traffic(cloud, each):
            continue
        seen.add(each.group)
        for link in each.links:
            if link.datapath != "dpdk":
                continue
            has_port = has_port or cloud.has_role(each, "compute")
            place = (each.group, *link.field)
            if link.kind == "bond":
                yield limits.dpdk_bond(spans.at(*place, "datapath"), link.name)
            elif neutron.datapath != "dpdk":
                span = spans.at(*place, "datapath")
                yield limits.port_without_datapath(span, link.field[1], datapath)
        if dpdk_links(cloud, each):
            yield from _hosts(cloud, spans, each)
    if neutron.datapath == "dpdk" and not has_port:
        yield limits.datapath_without_port(datapath)
    if neutron.datapath == "dpdk" and has_port:
        yield from _images(cloud, spans)


def _has_traffic(cloud: Cloud, each: HostClass) -> bool:
    return cloud.has_role(each, "network") or cloud.has_role(each, "compute")


def _images(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    stated = cloud.layer.kolla_ansible.base_distribution
    if stated is not None and stated not in _SYSTEMS:
        span = spans.at(cloud.ref, "deployer", "base_distribution")
        yield limits.dpdk_on_unsupported_system(span, stated)


def _hosts(cloud: Cloud, spans: Spans, each: HostClass) -> Iterator[Diagnostic]:
    """What is wrong with hosts that would run Open vSwitch with DPDK."""
    if distribution_of(each.spec.os) not in _SYSTEMS:
        stated = ("os",) if each.spec.os.like is None else ("os", "like")
        span = spans.at(each.group, *stated)
        yield limits.dpdk_on_unsupported_system(span, behaves_as(each.spec.os))
        return
    links = dpdk_links(cloud, each)
    for link in links:
        yield from _port(cloud, spans, each, link)
    first = spans.at(each.group, *links[0].field, "datapath")
    for link in each.links:
        if link.datapath == "kernel" and link.physnet is not None:
            span = spans.at(each.group, *link.field, "physnet")
            yield limits.kernel_link_beside_dpdk(span, link.name, link.physnet, first)
    yield from _overlay(cloud, spans, each)


def _port(cloud: Cloud, spans: Spans, each: HostClass, link: Link) -> Iterator[Diagnostic]:
    place = (each.group, *link.field)
    allowed = _overlay_network(cloud)
    for network in link.networks:
        if network != allowed:
            span = spans.at(*place, *_listed(each, link, network))
            yield limits.network_on_dpdk_port(span, network, link.field[1])
    (port,) = link.ports
    card = f"{each.spec.hardware}.{port.ref.family}"
    if port.pci is None:
        yield limits.dpdk_port_without_address(spans.at(*place, "datapath"), link.field[1], card)


def _overlay_network(cloud: Cloud) -> Ref | None:
    """The network of the overlay where it is that alone, or None."""
    networks = cloud.layer.networks
    others = {cloud.internal.network, cloud.public.network, networks.migration, networks.storage}
    return networks.tenant if networks.tenant not in others else None


def _overlay(cloud: Cloud, spans: Spans, each: HostClass) -> Iterator[Diagnostic]:
    tenant, _ = cloud.network_of("tenant")
    link = each.link(tenant)
    if link is None:
        return  # that hosts are on it is among what the layers require
    is_stated = cloud.layer.networks.tenant is not None
    stated = ("networks", "tenant") if is_stated else ("api", "internal", "network")
    field = spans.at(cloud.ref, *stated)
    if link.datapath != "dpdk":
        span = spans.at(each.group, *link.field, *_listed(each, link, tenant))
        yield limits.overlay_beside_dpdk(span, tenant, each.group, field, is_stated=is_stated)
    elif tenant == _overlay_network(cloud) and cloud.networks[tenant].cidr.version == 6:
        yield limits.ipv6_overlay_on_dpdk(spans.at(tenant, "cidr"), tenant, field)


def _listed(each: HostClass, link: Link, network: Ref) -> tuple[str | int, ...]:
    """Where a link says that it carries a network, below its block."""
    if network == link.native:
        return ("native",)
    block = each.spec.bond if link.kind == "bond" else each.spec.port
    return ("networks", block[link.field[1]].networks.index(network))


__all__ = ["RULES", "check_dpdk"]
