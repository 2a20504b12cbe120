"""Plans host aggregates: one for each availability zone, and those of the blueprint with what flavors ask for."""

from __future__ import annotations

from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.openstack_resources.region import Region

#: The value of the metadata by which flavors choose an aggregate; the key is the aggregate's name.
CHOSEN = "true"


def aggregates(region: Region) -> dict[str, Any]:
    """Aggregates by name: their zone, hosts and metadata."""
    if not region.runs("nova"):
        return {}
    return {**_zones(region), **_stated(region)}


def _zones(region: Region) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for ref, name in region.zones.items():
        inside = [host for host in region.computes if host.zone == ref]
        zone = Cause(
            "an availability zone with hosts of guests", (str(ref), region.path("compute"))
        )
        rule = "a host of guests in a rack of the zone"
        hosts = region.names_of(inside, rule, "@.rack", f"{ref}.racks", region.path("compute"))
        found[name] = Traced({"availability_zone": name, "hosts": hosts}, zone)
    return found


def _stated(region: Region) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for label, aggregate in region.layer.aggregate.items():
        members = {host.ref: host for host in region.model.hosts(aggregate.hosts)}
        field = region.path("aggregate", label)
        named = Cause("computes that belong together", (field,))
        chosen = Cause("what flavors of the aggregate ask for", (field,))
        stated = Cause("a property of the aggregate", (f"{field}.metadata",))
        metadata = {label: Traced(CHOSEN, chosen)}
        metadata |= {key: Traced(text, stated) for key, text in aggregate.metadata.items()}
        hosts = region.names_of(list(members.values()), "a host of the aggregate", f"{field}.hosts")
        found[label] = Traced({"hosts": hosts, "metadata": metadata}, named)
    return found


def traits(region: Region) -> dict[str, Any]:
    """Traits of hosts in Placement: each with the hosts that have it."""
    if not region.runs("nova"):
        return {}
    holders: dict[str, list[str]] = {}
    for label, aggregate in region.layer.aggregate.items():
        for trait in aggregate.traits:
            holders.setdefault(trait, []).append(label)
    found: dict[str, Any] = {}
    for trait, labels in holders.items():
        fields = [region.path("aggregate", label) for label in labels]
        selected = [region.layer.aggregate[label].hosts for label in labels]
        members = {host.ref: host for hosts in selected for host in region.model.hosts(hosts)}
        paths = [path for field in fields for path in (f"{field}.hosts", f"{field}.traits")]
        hosts = region.names_of(list(members.values()), "a host with the trait", *paths)
        cause = Cause("a trait of hosts", tuple(f"{field}.traits" for field in fields))
        found[trait] = Traced({"hosts": hosts}, cause)
    return found
