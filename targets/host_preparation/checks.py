"""Checks a layer of hosts against what can be prepared, before anything is written.

What a layer on these hosts checks as well (names of interfaces, systems, users) is left to it, so that one
mistake is one error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic
from blueprint.model import Kind, Kubernetes, Model, OpenStack, Proxy, Site
from blueprint.model.hardware import is_device_path
from blueprint.model.hosts import Port
from blueprint.model.links import Link, PortUse
from blueprint.spans import Spans
from blueprint.values import Ref
from targets.host_preparation import limits
from targets.host_preparation.layer import HostClass, Preparation
from targets.host_preparation.ports import namings
from targets.host_preparation.security import switches_profiles
from targets.host_preparation.storage import paths_of
from targets.host_preparation.surroundings import proxies
from targets.host_preparation.systems import DISTRIBUTIONS, family_of
from targets.host_preparation.timekeeping import clock_port
from targets.host_preparation.timezones import time_zones

#: Linux gives interface names 15 characters (IFNAMSIZ less one).
LONGEST_INTERFACE = 15
_INTERFACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*").fullmatch
_USER = re.compile(r"[a-z_][a-z0-9_-]{0,31}").fullmatch
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_HOST_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*").fullmatch
#: What may stand between quotes in /etc/environment, where nothing is escaped.
_VARIABLE = re.compile(r"[!#-&(-\[\]-~]+").fullmatch
_RESERVED = frozenset({"all", "ungrouped", "localhost"})
_JOINING = frozenset({"lacp", "balance_xor"})
_LOCKED_OUT = frozenset({"uio_pci_generic", "igb_uio"})


def check(layer: Ref, model: Model, spans: Spans) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with the hosts of a declaration."""
    preparation = Preparation(layer, model)
    found: dict[tuple[object, ...], Diagnostic] = {}
    for each in preparation.classes:
        for subject in (
            _system,
            _reach,
            _ports,
            _bonds,
            _polled,
            _clock,
            _volumes,
            _names,
            _security,
        ):
            for diagnostic in subject(preparation, each, spans):
                found.setdefault((diagnostic.rule, diagnostic.span, diagnostic.message), diagnostic)
    return (*found.values(), *_sites(preparation, spans), *_proxies(preparation, spans))


def _is_in_region(layer: Preparation, each: HostClass) -> bool:
    """Whether a region that is deployed on the hosts themselves checks them too."""
    regions = (thing for thing in _deployed(layer, each) if isinstance(thing, OpenStack))
    return any(region.on is None for region in regions)


def _is_node(layer: Preparation, each: HostClass) -> bool:
    """Whether a cluster of Kubernetes that is deployed on these hosts checks their system too."""
    return any(isinstance(thing, Kubernetes) for thing in _deployed(layer, each))


def _deployed(layer: Preparation, each: HostClass) -> Iterator[Kind]:
    for role in each.roles:
        if role.layer not in layer.model.existing:
            yield layer.model.things[role.layer]


def _system(layer: Preparation, each: HostClass, spans: Spans) -> Iterator[Diagnostic]:
    system = each.spec.os
    is_checked = _is_in_region(layer, each) or _is_node(layer, each)
    if family_of(system) is None and not is_checked:
        span = spans.at(layer.ref, "os", "like") if system.like else spans.at(layer.ref, "os")
        yield limits.unknown_family(span, system.name, system.like, DISTRIBUTIONS)


def _security(layer: Preparation, each: HostClass, spans: Spans) -> Iterator[Diagnostic]:
    told, system = each.spec.security, each.spec.os
    family = family_of(system)
    if family == "debian" and told.lsm not in (None, "enforcing"):
        span = spans.at(layer.ref, "security", "lsm")
        yield limits.state_of_apparmor(span, told.lsm or "", system.name)
    if told.ssh_root is False and each.spec.user == "root":
        user = spans.written(layer.ref, "user")
        yield limits.tools_locked_out(spans.at(layer.ref, "security", "ssh_root"), user)
    if told.passwords is None or family is None or switches_profiles(each):
        return
    for field in ("lockout_attempts", "history"):
        if getattr(told.passwords, field) is not None:
            span = spans.at(layer.ref, "security", "passwords", field)
            yield limits.rule_not_of_system(span, field, system.name)


def _reach(layer: Preparation, each: HostClass, spans: Spans) -> Iterator[Diagnostic]:
    if layer.model.is_whole and each.management is None and not each.roles:
        yield limits.host_without_address(spans.at(layer.ref), layer.ref)


def _ports(layer: Preparation, each: HostClass, spans: Spans) -> Iterator[Diagnostic]:
    for naming in namings(each):
        if not naming.is_possible:
            card = naming.port.ref.family
            span = spans.at(layer.ref, *naming.link.field)
            where = spans.at(each.spec.hardware, "nic", card.name)
            yield limits.unnamed_port(span, naming.port.ref, card, where)
    for link in each.links:
        for port in link.ports if link.kind == "bond" else ():
            yield from _joined(each, port, spans)
    if _is_in_region(layer, each):
        return
    for link in each.links:
        if link.name_field is None:
            span = spans.key(layer.ref, *link.field)
        else:
            span = spans.at(each.spec.hardware, *link.name_field)
        longest = max((link.name, *link.networks.values()), key=len)
        if not _INTERFACE(link.name):
            yield limits.interface_not_allowed(span, link.name)
        elif len(longest) > LONGEST_INTERFACE:
            yield limits.interface_too_long(span, longest, LONGEST_INTERFACE)


def _joined(each: HostClass, port: PortUse, spans: Spans) -> Iterator[Diagnostic]:
    """A port of a bond, whose name nothing else is made of."""
    span = spans.at(each.spec.hardware, "nic", port.ref.name, "names", port.ref.key or "0")
    if not _INTERFACE(port.interface):
        yield limits.interface_not_allowed(span, port.interface)
    elif len(port.interface) > LONGEST_INTERFACE:
        yield limits.interface_too_long(span, port.interface, LONGEST_INTERFACE)


def _bonds(layer: Preparation, each: HostClass, spans: Spans) -> Iterator[Diagnostic]:
    for link in each.links:
        if link.mode not in _JOINING or not link.ports or link.datapath == "dpdk":
            continue
        first = link.ports[0]
        other = next((port for port in link.ports if port.speed != first.speed), None)
        if other is not None:
            position = link.ports.index(other)
            span = spans.at(layer.ref, *link.field, "ports", position)
            yield limits.bond_of_unequal_ports(
                span, link.name, link.mode, first.ref, first.speed, other.ref, other.speed
            )


def _polled(layer: Preparation, each: HostClass, spans: Spans) -> Iterator[Diagnostic]:
    for link in each.links:
        if link.datapath != "dpdk":
            continue
        span = spans.at(layer.ref, *link.field, "datapath")
        is_known = layer.model.is_whole  # else the region may be what was left out
        if is_known and not any(
            isinstance(layer.model.things[r.layer], OpenStack) for r in each.roles
        ):
            yield limits.port_polled_for_nobody(span, link.name, layer.ref)
        driver = _driver(each, link)
        if driver in _LOCKED_OUT and each.hardware.secure_boot:
            here = spans.at(layer.ref, *link.field, "driver")
            there = spans.at(each.spec.hardware, "secure_boot")
            yield limits.driver_against_secure_boot(here, driver, each.spec.hardware, there)


def _driver(each: HostClass, link: Link) -> str | None:
    stated = getattr(each.spec, link.field[0])[link.field[1]]
    return stated.driver if isinstance(stated, Port) else None


def _clock(layer: Preparation, each: HostClass, spans: Spans) -> Iterator[Diagnostic]:
    if each.spec.clock == "ptp" and each.links and clock_port(each) is None:
        where = spans.at(each.spec.hardware, "nic")
        span = spans.at(layer.ref, "clock")
        yield limits.no_clock(span, layer.ref, each.spec.hardware, where)


def _volumes(layer: Preparation, each: HostClass, spans: Spans) -> Iterator[Diagnostic]:
    for ref, region in layer.regions(each, "volumes"):
        if region.cinder.lvm is None or ref in layer.model.existing:
            continue
        for position, disk in enumerate(region.cinder.lvm.devices):
            if disk.name not in each.hardware.disk:
                continue
            paths = paths_of(each, disk.name, disk.key)
            wrong = next((path for path in paths if not is_device_path(path)), None)
            if wrong is not None:
                at = spans.at(each.spec.hardware, "disk", disk.name, "paths")
                yield limits.volumes_on_no_device(at, wrong)
            elif not paths:
                yield limits.volume_devices_unknown(
                    spans.at(ref, "cinder", "lvm", "devices", position), disk, each.spec.hardware,
                    spans.at(each.spec.hardware, "disk", disk.name),
                )  # fmt: skip


def _names(layer: Preparation, each: HostClass, spans: Spans) -> Iterator[Diagnostic]:
    if not each.roles and not _USER(each.spec.user):
        wanted = "a user's name: lower-case letters, digits, `_` and `-`, at most 32"
        span = spans.at(layer.ref, "user")
        yield limits.text_not_for_hosts(span, "user", each.spec.user, wanted)
    if _is_in_region(layer, each):
        return
    for host in each.hosts:
        if host.name in _RESERVED:
            yield limits.reserved_host_name(spans.at(host.ref, "name"), host.name, host.ref)


def _sites(layer: Preparation, spans: Spans) -> Iterator[Diagnostic]:
    """What is wrong with a site is said once: by the first declaration of hosts in it."""
    for ref in dict.fromkeys(each.site for each in layer.classes if each.site is not None):
        if not _is_first(layer, ref):
            continue
        site = layer.model.at(ref, Site)
        if site.timezone not in time_zones():
            yield limits.unknown_time_zone(spans.at(ref, "timezone"), site.timezone, time_zones())
        for position, server in enumerate(site.dns):
            if isinstance(server, str):
                yield limits.name_server_by_name(spans.at(ref, "dns", position), server)
        for position, server in enumerate(site.ntp):
            if isinstance(server, str) and not _HOST_NAME(server):
                span = spans.at(ref, "ntp", position)
                wanted = "an address, or a name of the DNS"
                yield limits.text_not_for_hosts(span, "ntp", server, wanted)


def _is_first(layer: Preparation, site: Ref) -> bool:
    groups = (
        ref
        for ref, group in layer.model.groups.items()
        if ref not in layer.model.existing
        and any(h.site == site and h.spec.managed_by == "oib" for h in group)
    )
    return next(groups, None) == layer.ref


def _proxies(layer: Preparation, spans: Spans) -> Iterator[Diagnostic]:
    """Texts that /etc/environment can't hold; whether they are URLs is the region's affair."""
    for ref in dict.fromkeys(p for each in layer.classes for _, p in proxies(layer, each)):
        proxy = layer.model.at(ref, Proxy)
        stated: list[tuple[str, int | None, str | None]] = [
            ("http", None, proxy.http), ("https", None, proxy.https),
        ]  # fmt: skip
        stated += [("no_proxy", n, text) for n, text in enumerate(proxy.no_proxy)]
        for field, position, text in stated:
            if text is not None and not _VARIABLE(text):
                path = (field,) if position is None else (field, position)
                wanted = "printable ASCII without spaces, quotes and backslashes"
                yield limits.text_not_for_hosts(spans.at(ref, *path), field, text, wanted)
