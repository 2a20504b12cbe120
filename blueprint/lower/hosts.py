"""Groups of hosts: one validated specification for equals, and what is each host's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from blueprint.diagnostics import Diagnostic, fields
from blueprint.model.hosts import Host, HostGroup, Hosts
from blueprint.resolve.declarations import Declaration, Member
from blueprint.resolve.reading import fallback_name
from blueprint.values import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from blueprint.source import Span

#: RFC 1123: letters, digits and hyphens between dots, 63 characters a label, 253 in all.
HOST_NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
#: What switches and servers call themselves and their ports (LLDP allows 255 octets).
DEVICE_TEXT = re.compile(r"[ -~]{1,255}")


class Places:
    """Racks and zones of the sites, for hosts that are to be spread over them."""

    def __init__(
        self, sites: Mapping[Ref, tuple[list[str], Mapping[str, tuple[Ref, ...]]]]
    ) -> None:
        """`sites` gives the labels of each site's racks, and the racks of each of its zones."""
        self.sites = sites
        self._racks: dict[Ref, list[Ref]] = {}
        self._zone_of: dict[Ref, Ref] = {}
        self._in_turn: dict[Ref, list[Ref]] = {}
        for ref, (racks, zones) in sites.items():
            self._racks[ref] = [Ref(f"{ref}.rack.{label}") for label in racks]
            for label, in_zone in zones.items():
                for rack in in_zone:
                    self._zone_of.setdefault(rack, Ref(f"{ref}.zone.{label}"))
            self._in_turn[ref] = _by_turns([list(in_zone) for in_zone in zones.values()])

    @property
    def only_site(self) -> Ref | None:
        """The site of a blueprint that has just one."""
        return next(iter(self.sites)) if len(self.sites) == 1 else None

    def zone_of(self, rack: Ref | None) -> Ref | None:
        """The zone that a rack is in."""
        return self._zone_of.get(rack) if rack is not None else None

    def rack_for(self, site: Ref | None, spread: str | None, position: int) -> Ref | None:
        """The rack of the member at a position, where members are spread."""
        if site is None or spread is None:
            return None
        racks = self._racks.get(site) if spread == "rack" else self._in_turn.get(site)
        return racks[position % len(racks)] if racks else None


def _by_turns(zones: list[list[Ref]]) -> list[Ref]:
    """Racks so that neighbours are in different zones, and each zone's racks come in turn."""
    if not zones or not all(zones):
        return []
    longest = max(len(racks) for racks in zones)
    return [racks[turn % len(racks)] for turn in range(longest) for racks in zones]


def group_of(
    declaration: Declaration,
    parts: list[tuple[Member, Hosts, dict[str, Any]]],
    places: Places,
    span_of: Callable[..., Span],
    report: Callable[[Diagnostic], None],
) -> HostGroup:
    """The hosts of a declaration from its members' specifications and columns."""
    hosts: list[Host] = []
    is_family = declaration.is_family
    ref = declaration.ref
    for member, spec, own in parts:
        key = member.key
        name = own.get("name")
        if name is None:
            name = fallback_name(declaration.name, key)
        fault = _fault({**own, "name": name})
        if fault is not None:
            path, why = fault
            shown = str(own.get(path, name))[:60]
            report(fields.out_of_bounds(span_of(member.ref, *path.split(".")), shown, why))
            continue
        site = spec.site or places.only_site
        rack = own.get("rack")
        if rack is None:
            rack = places.rack_for(site, spec.spread, member.position)
        hosts.append(
            Host(
                ref=member.ref,
                group=ref,
                key=key or "",
                position=member.position,
                name=name,
                spec=spec,
                site=site,
                rack=rack,
                zone=places.zone_of(rack),
                unit=own.get("unit"),
                serial=own.get("serial"),
                bmc_address=own.get("bmc.address"),
                bmc_credentials=own.get("bmc.credentials"),
                boot_mac=own.get("boot.mac"),
                switch=own.get("boot.switch"),
                switch_mac=own.get("boot.switch_mac"),
                switch_port=own.get("boot.switch_port"),
                stated=own.get("address") or {},
            )
        )
    return HostGroup(ref, tuple(hosts), is_family)


def _fault(own: Mapping[str, Any]) -> tuple[str, str] | None:
    """The column of a host whose value is not allowed, and why: pydantic sees none of them."""
    if not HOST_NAME.fullmatch(own["name"]):
        return "name", (
            "a host name has lower-case letters, digits and hyphens, at most 63 a label (RFC 1123)"
        )
    unit = own.get("unit")
    if unit is not None and unit < 1:
        return "unit", "it must be at least 1"
    for path in ("boot.switch", "boot.switch_port", "serial"):
        text = own.get(path)
        if text is not None and not DEVICE_TEXT.fullmatch(text):
            return path, "it has 1 to 255 printable ASCII characters"
    return None
