"""Checks a region against what OpenStack's application of StarlingX refuses when it is applied, or never hears of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from blueprint.diagnostics import Diagnostic
from blueprint.model import Host, OpenStack
from blueprint.spans import Spans
from targets.starlingx import openstack_limits as limits
from targets.starlingx.openstack_app import CHARTS, Region
from targets.starlingx.openstack_passthrough import passed_through
from targets.starlingx.openstack_values import physnets_of
from targets.starlingx.releases import STATED, Release, release

#: What of services' blocks reaches the application; all else that is stated does not.
_PASSED = {
    ("keystone", "token_expiry"), ("neutron", "dns_domain"), ("neutron", "vni"), ("nova", "cpu_mode"),
    ("nova", "cpu_models"), ("nova", "cpu_ratio"), ("nova", "disk_ratio"), ("nova", "ram_ratio"),
}  # fmt: skip
#: Fields of a region that are the system's affair, and why each would be lost.
_OF_SYSTEM: dict[tuple[str, ...], str] = {
    ("network",): "its gateways are on the computes",
    ("monitoring",): "it has no monitoring of its own",
    ("volumes",): "volumes are in the storage of the system",
    ("deploy_from",): "it is deployed on the active controller",
    ("identity",): "its identity service is its own",
    ("storage",): "images and volumes are in the storage of the system",
    ("registry",): "images come by way of the registry of the system",
    ("secrets",): "it makes its passwords itself, and keeps them in the system",
    ("proxy",): "the proxy is that of the system",
    ("log_store",): "logs are collected on the platform",
    ("cell",): "all its computes are in one cell",
    ("networks", "tenant"): "tenants' networks are on its data networks",
    ("networks", "migration"): "guests move over the cluster host network",
    ("networks", "storage"): "storage is reached as the system reaches it",
    ("networks", "dns"): "it has no DNS service",
    ("api", "internal", "tls"): "certificates of its APIs are installed on the platform",
    ("api", "public", "tls"): "certificates of its APIs are installed on the platform",
    ("api", "backend_tls"): "certificates of its APIs are installed on the platform",
    ("api", "database_tls"): "how its services speak with each other is the application's affair",
    ("api", "queue_tls"): "how its services speak with each other is the application's affair",
    ("api", "vrid"): "the floating address is kept by the platform",
}


def region_faults(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    """Everything about a region that its application could not do."""
    known = release(region.system.layer.release)
    other = _release(region, known, spans)
    if other is not None:
        yield other
        return  # the charts are those of the other release
    yield from _ground(region, spans)
    yield from _hosts(region, spans)
    yield from _settings(region, spans)
    yield from passed_through(region, known, spans)


def _release(region: Region, known: Release, spans: Spans) -> Diagnostic | None:
    stated, brings = region.layer.release, known.openstack
    if stated == brings or (brings is None and stated <= _bound(known)):
        return None
    able = [name for name, said in STATED.items() if said.openstack == stated]
    return limits.other_openstack(
        spans.at(region.ref, "release"), stated, known.name, brings, able,
        spans.at(region.system.ref, "release"),
        is_known=brings in get_args(OpenStack.model_fields["release"].annotation),
    )  # fmt: skip


def _bound(known: Release) -> str:
    """Of a release that states no OpenStack: that of the next one that does, which is no older."""
    names = list(STATED)
    later = names[names.index(known.name) :] if known.name in names else []
    return next((s for name in later if (s := STATED[name].openstack) is not None), "9999")


def _ground(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    """What the system has to be."""
    system, ref = region.system, region.ref
    layer = system.layer
    on = spans.at(ref, "on")
    if layer.role == "system_controller" and not layer.is_subcloud:  # both is an error of its own
        role = spans.at(system.ref, "role")
        yield limits.on_system_controller(on, str(system.ref), role)
    if layer.vswitch == "none":
        yield limits.no_switch(spans.at(system.ref, "vswitch"), str(system.ref), str(ref))
    if layer.storage is None:
        yield limits.no_storage(spans.at(system.ref, "storage"), str(system.ref), str(ref))
    if layer.filesystems.instances is None and not layer.volume_groups.nova_local.is_stated:
        span = spans.at(system.ref, "filesystems")
        yield limits.no_place(span, str(system.ref), str(ref))
    if region.layer.region != type(region.layer).model_fields["region"].default:
        span = spans.at(ref, "region")
        yield limits.named_region(span, region.layer.region, is_subcloud=layer.is_subcloud)
    for side in ("internal", "public"):
        endpoint = getattr(region.layer.api, side)
        if endpoint is not None and endpoint.vip not in layer.oam.floating:
            span = spans.at(ref, "api", side, "vip")
            yield limits.not_on_oam(
                span, str(endpoint.vip), str(system.ref), str(layer.oam.floating[0])
            )


def _hosts(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    """Guests of each host have a way out."""
    lost: dict[str, list[Host]] = {}
    for host in region.model.hosts(region.layer.compute):
        if not any(True for _ in physnets_of(host)):
            lost.setdefault(str(host.group), []).append(host)
    for group, hosts in lost.items():
        yield limits.no_data_network(
            spans.at(group), hosts[0].name, len(hosts) - 1, str(region.ref)
        )


def _settings(region: Region, spans: Spans) -> Iterator[Diagnostic]:
    """What is stated and would not arrive."""
    layer, ref = region.layer, region.ref
    for position, service in enumerate(layer.services):
        if service not in CHARTS:
            yield limits.no_chart(spans.at(ref, "services", str(position)), service, CHARTS)
    for path, why in _OF_SYSTEM.items():
        if _is_stated(layer, path):
            yield limits.not_passed_on(spans.key(ref, *path), ".".join(path), why)
    for name in CHARTS:
        for field in type(getattr(layer, name)).model_fields:
            if field != "config" and (name, field) not in _PASSED:
                yield from _setting(region, spans, name, field)


def _setting(region: Region, spans: Spans, service: str, field: str) -> Iterator[Diagnostic]:
    layer = region.layer
    name, span = f"{service}.{field}", spans.key(region.ref, service, field)
    value = getattr(getattr(layer, service), field)
    match service, field:
        case "neutron", "plugin":
            if value != "ovs":
                hint = "write `neutron { plugin = ovs }`"
                yield limits.not_passed_on(span, name, "it comes with Open vSwitch alone", hint)
        case "neutron", "overlay":
            if value not in (None, "vxlan"):
                hint = "take `vxlan`, or leave it out"
                yield limits.not_passed_on(span, name, "its tunnels are VXLAN", hint)
        case "neutron", "datapath":
            if value == "dpdk" and region.system.layer.vswitch != "ovs_dpdk":
                hint = f"write `vswitch = ovs_dpdk` in `{region.system.ref}`"
                yield limits.not_passed_on(span, name, "the switch is the system's", hint)
        case _:
            if _is_stated(layer, (service, field)):
                yield limits.not_passed_on(span, name, "its values know nothing of it")


def _is_stated(block: object, path: tuple[str, ...]) -> bool:
    """Whether a field has another value than it has where nobody states it."""
    for name in path[:-1]:
        block = getattr(block, name)
        if block is None:
            return False
    field = type(block).model_fields[path[-1]]  # type: ignore[attr-defined]  # all blocks are pydantic's
    return bool(getattr(block, path[-1]) != field.get_default(call_default_factory=True))


__all__ = ["region_faults"]
