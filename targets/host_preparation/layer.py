"""One declaration of hosts as this target sees it: its hosts by class, with what is derived once for each.

A *class* is a set of hosts that are prepared alike: one description, one site, the same roles. Most
declarations are one class, however many hosts they have.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from blueprint.model import Hardware, Host, Hosts, Kubernetes, Model, Network, OpenStack, Site
from blueprint.model.baremetal import written_from_images
from blueprint.model.hosts import Sriov
from blueprint.model.links import Link, links_of
from blueprint.model.pod_networks import function_networks, gives_functions
from blueprint.values import Ref
from targets.host_preparation.roles import QUORUM, Role, roles_of
from targets.host_preparation.systems import Family, family_of

_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True, slots=True)
class HostClass:
    """Hosts that are prepared alike, and the inventory group made of them.

    `path` is the declaration with `[*]` where it has members, for causes; `management` the network
    at whose address the hosts are reached. `given_to_pods` are the links whose virtual functions an
    operator makes for pods, each with the field that asks for it; `secure_pods` the fields that run pods
    in virtual machines.
    """

    group: Ref
    inventory_group: str
    path: str
    spec: Hosts
    hardware: Hardware
    site: Ref | None
    roles: tuple[Role, ...]
    hosts: tuple[Host, ...]
    links: tuple[Link, ...]
    management: Ref | None
    management_cause: tuple[str, ...]
    given_to_pods: Mapping[str, str]
    secure_pods: tuple[str, ...]

    @property
    def family(self) -> Family:
        """The family of their system; the check has refused hosts without one."""
        return family_of(self.spec.os) or "debian"

    def layers(self, *fields: str) -> tuple[Ref, ...]:
        """The layers that name these hosts in one of these attributes, each once."""
        return tuple(dict.fromkeys(role.layer for role in self.roles if role.field in fields))

    def functions(self, link: Link) -> Sriov | None:
        """The virtual functions of a link that are made here: not those that an operator makes for pods."""
        return None if link.name in self.given_to_pods else link.sriov

    def field(self, *path: str) -> str:
        """The address of a field of the declaration."""
        return ".".join((str(self.group), *path))

    @property
    def keeps_quorum(self) -> bool:
        """Whether only one of these hosts may be away at a time."""
        return any(role.field in QUORUM for role in self.roles)


@dataclass(frozen=True)
class Preparation:
    """A layer of hosts and all that is derived of it more than once."""

    ref: Ref
    model: Model

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        """The hosts that are prepared here: not those that Ironic installs, or Metal3 from an image."""
        hosts = [h for h in self.model.groups[self.ref] if h.spec.managed_by == "oib"]
        imaged = written_from_images(self.model) if hosts else frozenset()
        return tuple(h for h in hosts if h.ref not in imaged)

    @cached_property
    def networks(self) -> Mapping[Ref, Network]:
        """Every network of the blueprint."""
        return self.model.of(Network)

    @cached_property
    def classes(self) -> tuple[HostClass, ...]:
        """The classes of the hosts, in the order of their first hosts."""
        return tuple(self._classes())

    def site(self, hosts: HostClass) -> tuple[Ref, Site] | None:
        """The site of a class, where it is known."""
        return None if hosts.site is None else (hosts.site, self.model.at(hosts.site, Site))

    def regions(self, hosts: HostClass, *fields: str) -> Iterator[tuple[Ref, OpenStack]]:
        """The regions that name a class of hosts in one of these attributes."""
        for ref in hosts.layers(*fields):
            thing = self.model.things[ref]
            if isinstance(thing, OpenStack):
                yield ref, thing

    def _classes(self) -> Iterator[HostClass]:
        roles = roles_of(self.model)
        found: dict[tuple[int, Ref | None, tuple[Role, ...]], list[Host]] = {}
        for host in self.hosts:
            found.setdefault((id(host.spec), host.site, roles.of(host)), []).append(host)
        base = inventory_group(self.ref)
        for number, ((_, site, of_class), hosts) in enumerate(found.items(), start=1):
            spec = hosts[0].spec
            hardware = self.model.hardware(hosts[0])
            links = links_of(spec, hardware, self.networks)
            management, cause = self._management(hosts[0], of_class, links)
            yield HostClass(
                group=self.ref,
                inventory_group=base if len(found) == 1 else f"{base}__{number}",
                path=f"{self.ref}[*]" if self.model.groups[self.ref].is_family else str(self.ref),
                spec=spec,
                hardware=hardware,
                site=site,
                roles=of_class,
                hosts=tuple(hosts),
                links=links,
                management=management,
                management_cause=cause,
                given_to_pods=self._given_to_pods(of_class, links),
                secure_pods=tuple(self._secure_pods(of_class)),
            )

    def _management(
        self, host: Host, roles: tuple[Role, ...], links: tuple[Link, ...]
    ) -> tuple[Ref | None, tuple[str, ...]]:
        """The network that hosts are reached on, and the fields that say so.

        It is the network of nodes of Kubernetes, or of a region's internal API, which is where Kubespray
        and Kolla-Ansible reach them too; else the first that routers lead to, in the order of the
        declaration; else the first at all.
        """
        carried = [n for link in links for n in link.networks if self._has_address(host, n)]
        for role in roles:
            network, field = _network_of(self.model.things[role.layer])
            if network is not None and network in carried:
                return network, (f"{role.layer}.{field}", f"{role.layer}.{role.field}")
        routed = (n for n in carried if _has_router(self.networks[n]))
        first = next(routed, carried[0] if carried else None)
        if first is None:
            return None, ()
        link = next(link for link in links if first in link.networks)
        return first, (".".join((str(self.ref), *link.field)), f"{first}.gateway")

    def _given_to_pods(self, roles: tuple[Role, ...], links: tuple[Link, ...]) -> dict[str, str]:
        found: dict[str, str] = {}
        for role in roles:
            cluster = self.model.things[role.layer]
            if role.pool is None or not isinstance(cluster, Kubernetes):
                continue
            for label, network in function_networks(cluster, role.pool):
                field = f"{role.layer}.secondary_network.{label}"
                found |= {x.name: field for x in links if gives_functions(x, network)}
        return found

    def _secure_pods(self, roles: tuple[Role, ...]) -> Iterator[str]:
        for role in roles:
            cluster = self.model.things[role.layer]
            if role.pool is None or not isinstance(cluster, Kubernetes):
                continue
            for label, runtime in cluster.runtime.items():
                if not runtime.pools or any(ref.name == role.pool for ref in runtime.pools):
                    yield f"{role.layer}.runtime.{label}"

    def _has_address(self, host: Host, network: Ref) -> bool:
        return host.ref in self.model.addresses.tables.get(network, {})


def _network_of(layer: object) -> tuple[Ref | None, str]:
    """The network that a layer reaches its hosts on, and the field that says so."""
    if isinstance(layer, Kubernetes):
        return layer.node_network, "node_network"
    if isinstance(layer, OpenStack):
        return layer.api.internal.network, "api.internal.network"
    return None, ""


def _has_router(network: Network) -> bool:
    """Whether routers lead from a network to others."""
    routers = (network.gateway, *(segment.gateway for segment in network.segment.values()))
    return network.routable and any(routers)


def inventory_group(ref: Ref) -> str:
    """The inventory group for a declaration of hosts: `oib_` and its name."""
    parts = [part for part in ref.parts if part != "hosts"]
    name = _NOT_A_NAME.sub("_", "_".join(("oib", *parts))).strip("_")
    return re.sub("__+", "_", name)
