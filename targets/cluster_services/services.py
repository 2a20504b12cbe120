"""One cluster as the tools see it that install what stands on it: its pools, its hosts by class, who uses it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from blueprint.model import Hardware, Host, Kubernetes, Model, Network, OpenStack
from blueprint.model.kata import pools_named
from blueprint.model.links import Link, links_of
from blueprint.target import Cause
from blueprint.values import Ip, Ref
from targets._formats.page import Traced
from targets._kubernetes.access import field_address

EFFECTS = {
    "no_schedule": "NoSchedule",
    "prefer_no_schedule": "PreferNoSchedule",
    "no_execute": "NoExecute",
}


@dataclass(frozen=True, slots=True)
class NodeClass:
    """Hosts of one role that are alike: `pool` is None for nodes of the control plane alone."""

    pool: str | None
    group: Ref
    hardware_ref: Ref
    hardware: Hardware
    hosts: tuple[Host, ...]
    links: tuple[Link, ...]

    @property
    def interfaces(self) -> frozenset[str]:
        """The names of all links and of the ports in them."""
        names = {link.name for link in self.links}
        return frozenset(names | {port.interface for link in self.links for port in link.ports})


@dataclass(frozen=True, slots=True)
class VirtualAddress:
    """An address of a layer on this cluster that its load balancer announces."""

    name: str
    address: Ip
    network: Ref
    field: str


@dataclass(frozen=True)
class Services:
    """A layer and all that is derived of it more than once."""

    ref: Ref
    model: Model

    @cached_property
    def cluster(self) -> Kubernetes:
        """The declaration."""
        return self.model.at(self.ref, Kubernetes)

    def path(self, *parts: str) -> str:
        """The address of a field of the cluster; labels that are texts are quoted in it."""
        return field_address(self.ref, *parts)

    def cause(self, rule: str, *field: str) -> Cause:
        """A rule that reads one field of the cluster."""
        return Cause(rule, (self.path(*field),))

    @cached_property
    def networks(self) -> Mapping[Ref, Network]:
        """Every network of the blueprint."""
        return self.model.of(Network)

    @cached_property
    def classes(self) -> tuple[NodeClass, ...]:
        """The nodes that are hosts, by pool and description: the control plane's first."""
        return tuple(self._classes())

    def _classes(self) -> Iterator[NodeClass]:
        roles: list[tuple[str | None, tuple[Ref, ...]]] = [(None, self.cluster.control.hosts)]
        roles += [(label, pool.hosts) for label, pool in self.cluster.pool.items()]
        for pool, selection in roles:
            found: dict[int, list[Host]] = {}
            for host in self.model.hosts(selection):
                found.setdefault(id(host.spec), []).append(host)
            for hosts in found.values():
                spec = hosts[0].spec
                hardware = self.model.hardware(hosts[0])
                links = links_of(spec, hardware, self.networks)
                yield NodeClass(pool, hosts[0].group, spec.hardware, hardware, tuple(hosts), links)

    def of_pools(self, stated: tuple[Ref, ...]) -> tuple[NodeClass, ...]:
        """The classes of the pools that a part of the cluster names; of all where it names none."""
        names = pools_named(self.cluster, stated)
        return tuple(each for each in self.classes if each.pool in names)

    @cached_property
    def taints(self) -> dict[tuple[str, str], str]:
        """Taints of all pools, key and effect, each with the field that states it."""
        return {
            (key, EFFECTS[effect]): self.path("pool", label, "taints")
            for label, pool in self.cluster.pool.items()
            for key, effect in pool.taints.items()
        }

    @property
    def tolerations(self) -> Traced | None:
        """What lets pods that belong on every node run on all pools; None where none is tainted."""
        if not self.taints:
            return None
        found = [
            Traced(
                {"key": key, "operator": "Exists", "effect": effect},
                Cause("a taint of a pool", (field,)),
            )
            for (key, effect), field in self.taints.items()
        ]
        return Traced(found, Cause("taints of the pools", tuple(self.taints.values())))

    @cached_property
    def regions(self) -> dict[Ref, OpenStack]:
        """The OpenStack regions that run on this cluster."""
        return {
            ref: region for ref, region in self.model.of(OpenStack).items() if region.on == self.ref
        }

    @cached_property
    def virtual_addresses(self) -> tuple[VirtualAddress, ...]:
        """Addresses of the APIs of regions on the cluster, and those stated of gateways."""
        found: list[VirtualAddress] = []
        for ref, region in self.regions.items():
            for side in ("internal", "public"):
                endpoint = getattr(region.api, side)
                if endpoint is not None:
                    field = f"{ref}.api.{side}.vip"
                    name = f"{ref.plain}-{side}"
                    found.append(VirtualAddress(name, endpoint.vip, endpoint.network, field))
        taken = {each.address for each in found}
        for label, gateway in self.cluster.gateway.items():
            if gateway.address is not None and gateway.address not in taken:
                field = self.path("gateway", label, "address")
                name = f"gateway-{label}"
                found.append(VirtualAddress(name, gateway.address, gateway.network, field))
        return tuple(found)

    def has(self, addon: str) -> bool:
        """Whether an add-on is asked for."""
        return addon in self.cluster.addons

    @property
    def workers(self) -> int:
        """How many nodes take pods at the least."""
        count = sum(
            sum(1 for _ in self.model.hosts(pool.hosts)) or pool.count or pool.min or 1
            for pool in self.cluster.pool.values()
        )
        if self.cluster.control.schedulable or not self.cluster.pool:
            count += sum(1 for _ in self.model.hosts(self.cluster.control.hosts))
        return count
