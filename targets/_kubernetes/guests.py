"""A cluster whose nodes are guests of an OpenStack region, as the tools that make such clusters share it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from blueprint.model import Kubernetes, Model, Network, OpenStack, Site
from blueprint.model.kubernetes import Interface, NodePool
from blueprint.model.naming import joined, zone_names
from blueprint.model.openstack_resources import Flavor
from blueprint.target import Cause
from blueprint.values import Ip, Ref
from targets._kubernetes.names import object_name


@dataclass(frozen=True, slots=True)
class Group:
    """Workers that are alike to the tool: those of a pool, in one zone where the pool names zones.

    `least` and `most` bound the autoscaler, where it is on; `count` are the nodes that there are at first.
    """

    pool: str
    zone: str | None
    name: str
    count: int
    least: int
    most: int


@dataclass(frozen=True)
class Guests:
    """A layer and all that is derived of it more than once."""

    ref: Ref
    model: Model

    @cached_property
    def layer(self) -> Kubernetes:
        """The declaration."""
        return self.model.at(self.ref, Kubernetes)

    @cached_property
    def name(self) -> str:
        """The cluster's name, as the tool and Kubernetes know it."""
        return object_name(joined(self.ref, "kubernetes", "-"))

    @property
    def region_ref(self) -> Ref:
        """The address of the region."""
        assert self.layer.on is not None, self.ref
        return self.layer.on

    @cached_property
    def region(self) -> OpenStack:
        """The region that they are guests of."""
        return self.model.at(self.region_ref, OpenStack)

    def path(self, *field: str) -> str:
        """The address of a field of the layer."""
        return ".".join((str(self.ref), *field))

    def stated(self, rule: str, *fields: str) -> Cause:
        """What fields of the layer decide, each given with its dots."""
        return Cause(rule, tuple(self.path(field) for field in fields) or (str(self.ref),))

    @cached_property
    def version(self) -> str | None:
        """The version in full: as stated, or that of the image where it is of the same minor version."""
        return self._guests_version()

    def _guests_version(self) -> str | None:
        if self.layer.version.count(".") == 2:
            return self.layer.version
        image = None if self.layer.image is None else self.region.image.get(self.layer.image.label)
        found = "" if image is None or image.kubernetes is None else image.kubernetes
        full = found.removeprefix("v")
        return full if full.startswith(f"{self.layer.version}.") else None

    @property
    def version_paths(self) -> tuple[str, ...]:
        """The fields that decide the version in full."""
        if self.layer.version.count(".") == 2 or self.layer.image is None:
            return (self.path("version"),)
        return (self.path("version"), self.path("image"), f"{self.layer.image}.kubernetes")

    @cached_property
    def zones(self) -> tuple[str, ...]:
        """The availability zones of the region's computes, by name; none where it has none."""
        zones = {host.zone for host in self.model.hosts(self.region.compute)}
        names = zone_names(self.model, self.region_ref)
        return tuple(sorted(name for ref, name in names.items() if ref in zones))

    def zones_of(self, stated: str | tuple[str, ...]) -> tuple[str, ...]:
        """The zones that an attribute `zones` means."""
        return self.zones if isinstance(stated, str) else stated

    @cached_property
    def external(self) -> str | None:
        """The external network that the nodes' router leads to, or None where none is meant."""
        network = self.layer.guest_network
        if network is not None and network.external is not None:
            return network.external.label
        known = tuple(self.region.external_network)
        return known[0] if len(known) == 1 else None

    @property
    def external_paths(self) -> tuple[str, ...]:
        """The fields that decide the external network."""
        network = self.layer.guest_network
        if network is not None and network.external is not None:
            return (self.path("guest_network", "external"), str(network.external))
        return (self.path("on"), f"{self.region_ref}.external_network")

    @cached_property
    def name_servers(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Name servers of the guests, and the fields that state them: the layer's own, else the region's site's."""
        network = self.layer.guest_network
        if network is not None and network.dns:
            found = (str(each) for each in network.dns if isinstance(each, Ip))
            return tuple(found), (self.path("guest_network", "dns"),)
        site = self._site()
        if site is None:
            return (), (self.path("guest_network", "dns"),)
        return (
            tuple(str(each) for each in self.model.at(site, Site).dns if isinstance(each, Ip)),
            (f"{site}.dns",),
        )

    def _site(self) -> Ref | None:
        sites = {host.site for host in self.model.hosts(self.region.control) if host.site}
        return min(sites) if sites else None

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """The workers by pool and zone, in the order of the source."""
        return self._guests_groups()

    def _guests_groups(self) -> tuple[Group, ...]:
        return tuple(
            group for label, pool in self.layer.pool.items() for group in self._spread(label, pool)
        )

    def _spread(self, label: str, pool: NodePool) -> Iterator[Group]:
        zones = self.zones_of(pool.zones)
        count, least, most = sizes(pool)
        if not zones:
            name = object_name(self.name, label)
            yield Group(label, None, name, count, least, most)
            return
        shares = zip(*(shared(each, len(zones)) for each in (count, least, most)), strict=True)
        for zone, (some, low, high) in zip(zones, shares, strict=True):
            name = object_name(self.name, label, zone)
            yield Group(label, zone, name, some, low, max(high, 1))

    def flavor(self, ref: Ref | None) -> Flavor | None:
        """A flavor of the region."""
        return None if ref is None else self.region.flavor.get(ref.label)

    def network_of(self, interface: Interface) -> str | None:
        """Neutron's network of a further interface: the one named, or the one of its VLAN and physical network."""
        if interface.network is not None:
            return interface.network.label
        networks = self.model.of(Network)
        found = [
            label
            for _, label, each in self.region.neutron_networks()
            if each.physnet == interface.physnet
            and each.network in networks
            and networks[each.network].vlan == interface.vlan
        ]
        return found[0] if len(found) == 1 else None


def sizes(pool: NodePool) -> tuple[int, int, int]:
    """Nodes of a pool at first, and the least and the most that the autoscaler may leave and make."""
    least = pool.min if pool.min is not None else 1
    count = pool.count if pool.count is not None else least
    most = pool.max if pool.max is not None else max(count, least)
    return count, least, most


def shared(count: int, parts: int) -> tuple[int, ...]:
    """A number in as many parts, as equal as can be, the larger ones first."""
    each, rest = divmod(count, parts)
    return tuple(each + (1 if position < rest else 0) for position in range(parts))
