"""The resources `Host`: the profile of each host, how it is found, and what is its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.starlingx.resources.board_management import own_board
from targets.starlingx.resources.common import View, resource
from targets.starlingx.resources.host_profiles import Profile
from targets.starlingx.resources.interfaces import unused_loopback
from targets.starlingx.system import Member, System


def hosts(system: System, planned: Sequence[Profile]) -> Iterator[dict[str, Any]]:
    """A resource for each host, controllers first."""
    named = {member.host.ref: profile for profile in planned for member in profile.members}
    for member in system.members:
        yield _host(View(system, member), named[member.host.ref].name)


def _host(view: View, profile: str) -> dict[str, Any]:
    member, host = view.member, view.member.host
    here = Cause("a host of the system", (view.system.path(member.field), str(host.ref)))
    spec: dict[str, Any] = {"profile": Traced(profile, here)}
    boot = view.cause("the port that boots", "boot", "mac")
    is_first = member == view.system.first
    if is_first:
        spec["match"] = dict(_match(view, boot))
    overrides = dict(_overrides(view, is_first=is_first, boot=boot))
    if overrides:
        spec["overrides"] = overrides
    return resource("Host", member.name, spec, here)


def _match(view: View, boot: Cause) -> Iterator[tuple[str, Any]]:
    """What the first controller is known by beside its name: something must be stated."""
    host = view.member.host
    if host.boot_mac is not None:
        yield "bootMAC", Traced(str(host.boot_mac), boot)
    elif host.bmc_address is not None:
        cause = view.cause("the address of its controller", "bmc", "address")
        yield "boardManagement", {"address": Traced(str(host.bmc_address), cause)}


def _overrides(view: View, *, is_first: bool, boot: Cause) -> Iterator[tuple[str, Any]]:
    """What no other host has."""
    host, system = view.member.host, view.system
    if is_first:
        if system.system_mode == "duplex":
            cause = Cause("it is there before all others", (system.path("controllers"),))
            yield "provisioningMode", Traced("dynamic", cause)
    elif host.boot_mac is not None:
        yield "bootMAC", Traced(str(host.boot_mac), boot)
    location = _location(view.member)
    if location is not None:
        yield "location", Traced(location, view.cause("where it stands", "rack"))
    board = own_board(view)
    if board:
        yield "boardManagement", board
    if is_first and system.layer.networks.mgmt is not None:
        yield "interfaces", unused_loopback(system)


def _location(member: Member) -> str | None:
    """Rack and unit, as far as they are known."""
    if member.host.rack is None:
        return None
    unit = "" if member.host.unit is None else f" unit {member.host.unit}"
    return f"{member.host.rack.plain}{unit}"


__all__ = ["hosts"]
