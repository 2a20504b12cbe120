"""Checks a distributed cloud: what its manager refuses of a system controller, and of each subcloud.

What two subclouds share is looked for once for all of a blueprint, in one pass over what all are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from blueprint.diagnostics import Diagnostic
from blueprint.model import Model, Network, StarlingX
from blueprint.spans import Spans
from blueprint.values import Ip, Range, Ref
from targets.starlingx import fleet_limits as limits
from targets.starlingx.addresses import gateways, ranges
from targets.starlingx.fleet import DEFAULT_GROUP, gateway_of
from targets.starlingx.install import bootstrap_address, router
from targets.starlingx.releases import STATED, release
from targets.starlingx.system import System

#: Names that a manager has for itself: distcloud, dccommon/consts.py.
_OWN_NAMES = ("RegionOne", "SystemController")
#: The least size of the partition that survives: distcloud, dcmanager/common/consts.py.
PERSISTENT_MIB = 30_000
#: The first release that wipes OSDs on demand.
_WIPES = "11.0"
_ORDER = tuple(STATED)
_MIB = 2**20


def fleet(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Faults of a system as a part of a distributed cloud."""
    if system.layer.is_subcloud:
        yield from _subcloud(system, spans)
    elif system.layer.role == "system_controller":
        yield from _controller(system, spans)


def _controller(system: System, spans: Spans) -> Iterator[Diagnostic]:
    ref, layer = system.ref, system.layer
    if layer.config == "aio_sx":
        yield limits.simplex_controller(spans.at(ref, "config"), ref, spans.at(ref, "role"))
    known = release(layer.release)
    for label, group in layer.subcloud_group.items():
        path = ("subcloud_group", label)
        if label == DEFAULT_GROUP:
            yield limits.group_name(spans.key(ref, *path), label)
        if not 1 <= group.max_parallel <= known.parallel_subclouds:
            span = spans.at(ref, *path, "max_parallel")
            most = known.parallel_subclouds
            yield limits.group_limit(span, label, group.max_parallel, most, layer.release)


def _subcloud(system: System, spans: Spans) -> Iterator[Diagnostic]:
    yield from _among_all(system, spans)
    yield from _release(system, spans)
    mgmt = system.network("mgmt")
    if mgmt is None:
        if system.layer.config == "aio_sx":  # of the others it is told for every system
            yield limits.no_management(spans.at(system.ref, "networks"), system.ref)
        return
    yield from _networks(system, spans)
    yield from _way(system, spans)
    yield from _installation(system, spans)
    yield from _options(system, spans)


def _release(system: System, spans: Spans) -> Iterator[Diagnostic]:
    central = system.controller
    if central is None:
        return
    own = central.layer.release
    known = (own, *(each for each in release(own).upgrades_from if each in STATED))
    if system.layer.release not in known:
        span, there = spans.at(system.ref, "release"), spans.at(central.ref, "release")
        yield limits.other_release(span, system.layer.release, own, known, there)


def _networks(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Routers and ranges of the networks that a subcloud and its system controller speak on."""
    for name in ("mgmt", "admin"):
        found = system.network(name)
        if found is None:
            continue
        ref, network = found
        is_way = name == "admin" or system.network("admin") is None
        if is_way and not gateways(system, name)[0]:
            there = spans.at(system.ref, "networks", name)
            yield limits.no_router(spans.at(ref, "cidr"), ref, system.ref, there)
            continue
        least = _least(system, name)
        for each in ranges(system, name):
            count = int(each.last) - int(each.first) + 1
            is_told = name == "mgmt" and 3 <= count < _least_of_all(system)
            if count < least and not is_told:
                span = spans.at(ref, "allot" if network.allot else "cidr")
                asked, there = _manager(system), spans.at(system.ref, "networks", name)
                yield limits.short_range(span, ref, max(count, 0), least, asked, there)
                break


def _manager(system: System) -> str:
    """The release of the manager of a subcloud."""
    central = system.controller
    return system.layer.release if central is None else central.layer.release


def _least(system: System, name: str) -> int:
    """Addresses that the manager asks for: distcloud, phased_subcloud_deploy.py of each branch."""
    manager = _manager(system)
    if manager in ("9.0", "10.0"):
        return 4 if name == "mgmt" else 2
    if system.system_mode == "simplex":
        return 1
    return 4 if manager == "11.0" else 3


def _least_of_all(system: System) -> int:
    """Addresses below which every system is told that they are too few."""
    return 1 if system.layer.config == "aio_sx" else max(len(system.members), 2) + 1


def _way(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """The router on the system controller's side."""
    central = system.controller
    own = system.network("admin") or system.network("mgmt")
    if central is None or own is None:
        return
    found, version = gateway_of(system), own[1].cidr.version
    known = central.network("mgmt")
    there = spans.at(central.ref, "networks", "mgmt")
    stated = spans.written(system.ref, "system_controller_gateway")
    if known is None:
        return  # told of the system controller itself
    is_told = known[1].gateway is None and central.layer.networks.admin is None
    if found is None and not is_told:
        yield limits.no_way(spans.at(system.ref, "of"), system.ref, known[0], version, there)
    elif found is not None:
        address = found[0]
        span = stated or spans.at(known[0], "gateway")
        fault = _wrong_way(address, version, known[1], ranges(central, "mgmt"))
        if fault is not None:
            yield limits.wrong_way(span, address, *fault, there)


def _wrong_way(
    address: Ip, version: int, network: Network, given_out: tuple[Range, ...]
) -> tuple[str, str] | None:
    """Why a router is none on the system controller's side, and what to do; None where it is one."""
    if address.version != version:
        return (
            f"is not IPv{version}, as the subcloud's network is",
            f"state an IPv{version} address",
        )
    subnet = next((each for each in network.subnets if address in each), None)
    if subnet is None:
        return f"is outside of {network.subnet_of(address)}", "state a router on that network"
    inside = next((each for each in given_out if address in each), None)
    if inside is not None:
        return f"is among the addresses that StarlingX gives out, {inside}", (
            "take another router, or state an `allot` beside it"
        )
    return None


def _installation(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """What the first controller is installed over, and on."""
    oam, first = system.network("oam"), system.first
    if oam is None or first is None:
        return
    if oam[1].gateway is None and oam[1].gateway6 is None:
        there = spans.at(system.ref, "networks", "oam")
        yield limits.no_install_router(spans.at(oam[0], "cidr"), oam[0], system.ref, there)
    host = first.host
    if host.bmc_address is None:
        span, at = spans.at(host.ref, "bmc", "address"), spans.at(system.ref)
        yield limits.no_bmc(span, host.ref, "management controller with an address", system.ref, at)
    elif host.bmc_credentials is None:
        span = spans.at(host.ref, "bmc", "credentials")
        what = "user and password of its management controller"
        yield limits.no_bmc(span, host.ref, what, system.ref, spans.at(system.ref))
    version = oam[1].cidr.version
    stated = {
        "the address": (bootstrap_address(system), ("install", "address")),
        "the router": (router(system), ("install", "gateway")),
    }
    for what, (found, path) in stated.items():
        own = spans.written(system.ref, *path)
        if own is not None and found is not None and found[0].version != version:
            there = spans.at(system.ref, "networks", "oam")
            yield limits.families(own, what, found[0], version, there)
    if host.bmc_address is not None and host.bmc_address.version != version:
        span = spans.at(host.ref, "bmc", "address")
        what, there = "the management controller", spans.at(system.ref, "networks", "oam")
        yield limits.families(span, what, host.bmc_address, version, there)


def _options(system: System, spans: Spans) -> Iterator[Diagnostic]:
    """Settings of an installation that the manager does not take."""
    install, ref, manager = system.layer.install, system.ref, _manager(system)
    if install.wipe_osds and _ORDER.index(manager) < _ORDER.index(_WIPES):
        span = spans.at(ref, "install", "wipe_osds")
        yield limits.install_release(span, "wipe_osds", manager, _WIPES)
    if install.persistent_size is not None:
        size = -(-int(install.persistent_size) // _MIB)
        if size < PERSISTENT_MIB:
            span = spans.at(ref, "install", "persistent_size")
            yield limits.persistent(span, size, PERSISTENT_MIB)
    if system.layer.prestage is not None and manager == "9.0" and system.system_mode == "duplex":
        span = spans.at(ref, "prestage")
        yield limits.prestage(span, ref, manager, spans.at(ref, "config"))


# --------------------------------------------------------------------------- what all subclouds are together


class Given(NamedTuple):
    """Addresses that one subcloud is given: of which system controller, from where to where."""

    central: Ref
    version: int
    first: int
    last: int
    subcloud: Ref
    network: Ref
    name: str


class Together(NamedTuple):
    """What subclouds are to each other: who shares addresses or a name with an earlier one, and how many are before."""

    shared: dict[Ref, tuple[Given, Given]]
    named: dict[Ref, Ref]
    place: dict[Ref, int]
    counts: Counter[Ref]


def _among_all(system: System, spans: Spans) -> Iterator[Diagnostic]:
    model, ref, central = system.model, system.ref, system.controller
    if central is None:
        return
    known: Together | None = model.remembered.get("starlingx subclouds")
    if known is None:
        known = model.remembered["starlingx subclouds"] = _together(model)
    most = release(central.layer.release).subclouds
    if most is not None and known.place[ref] == most:  # the first that is too much, counted from 0
        span, there = spans.at(ref), spans.at(central.ref)
        count = known.counts[central.ref]
        yield limits.too_many(span, count, most, central.layer.release, central.ref, there)
    if ref in known.named:
        yield limits.name(
            spans.at(ref),
            system.name,
            f"`{known.named[ref]}` has it, of the same system controller",
        )
    elif system.name.isdigit():
        yield limits.name(spans.at(ref), system.name, "it has digits alone")
    elif system.name in _OWN_NAMES:
        yield limits.name(spans.at(ref), system.name, "the system controller has it itself")
    if ref in known.shared:
        own, other = known.shared[ref]
        field = (
            "allot"
            if own.network != other.network and spans.written(own.network, "allot")
            else "cidr"
        )
        shares = release(central.layer.release).catalog.shares_subnets
        span, there = spans.at(own.network, field), spans.at(other.network, "cidr")
        if own.network == other.network:
            span = spans.at(ref, "networks", own.name)
            there = spans.at(other.subcloud, "networks", other.name)
        what = {"mgmt": "management", "admin": "admin"}[own.name]
        yield limits.shared_addresses(span, ref, other.subcloud, what, there, shares_subnets=shares)


def _together(model: Model) -> Together:
    """One pass over all subclouds, and one over their addresses in order."""
    given: list[Given] = []
    names: dict[tuple[Ref, str], Ref] = {}
    found = Together({}, {}, {}, Counter())
    for ref, layer in model.of(StarlingX).items():
        if layer.of is None or not isinstance(model.things.get(layer.of), StarlingX):
            continue
        system = System(ref, model)
        found.place[ref] = found.counts[layer.of]
        found.counts[layer.of] += 1
        first = names.setdefault((layer.of, system.name), ref)
        if first != ref:
            found.named[ref] = first
        given += _given(system, layer.of)
    last: Given | None = None
    for each in sorted(given, key=lambda one: one[:4]):
        if last is None or (each.central, each.version) != (last.central, last.version):
            last = each
            continue
        meet = each.first <= last.last and each.subcloud != last.subcloud
        if meet and not _is_told(model, each, last):
            found.shared.setdefault(each.subcloud, (each, last))
        if each.last > last.last:
            last = each
    return found


def _is_told(model: Model, one: Given, other: Given) -> bool:
    """Whether two networks overlap in one address space, which is told of networks."""
    if one.network == other.network:
        return False
    return model.at(one.network, Network).realm == model.at(other.network, Network).realm


def _given(system: System, central: Ref) -> Iterator[Given]:
    shares = release(_manager(system)).catalog.shares_subnets
    for name in ("mgmt", "admin"):
        known = system.network(name)
        if known is None:
            continue
        spans_of = ranges(system, name)
        if not shares or not spans_of:
            subnets = known[1].subnets
            spans_of = tuple(Range(s.network_address, s.broadcast_address) for s in subnets)
        for each in spans_of:
            ends = (int(each.first), int(each.last))
            yield Given(central, each.first.version, *ends, system.ref, known[0], name)


__all__ = ["PERSISTENT_MIB", "fleet"]
