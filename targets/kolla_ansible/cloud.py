"""One OpenStack layer as Kolla-Ansible sees it: its roles, its hosts by class, their links, its names.

A *class* is a set of hosts that Ansible may treat alike: members of one `hosts` declaration with the
same description. Nearly every declaration is one class, however many hosts it has; facts are derived
once for each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from blueprint.model import Ceph, Host, Hosts, Model, Network, OpenStack, Site
from blueprint.model.links import Link, interface_of, links_of, physnet_interface
from blueprint.model.naming import joined, kolla_folder, physnet_names, unique, zone_names
from blueprint.model.openstack import Endpoint
from blueprint.values import Ref
from targets.kolla_ansible.catalog import Catalog, catalog

#: Roles of a layer and the inventory group that takes their hosts, in the inventory's own order.
ROLES = ("control", "network", "compute", "monitoring", "storage", "deployment")


@dataclass(frozen=True, slots=True)
class HostClass:
    """Hosts of one declaration that share a description, and the inventory group made of them.

    `refs` and `names` are columns over `hosts`; `path` is the declaration with `[*]` where it has
    members, for causes.
    """

    group: Ref
    inventory_group: str
    path: str
    spec: Hosts
    hosts: tuple[Host, ...]
    refs: tuple[Ref, ...]
    names: tuple[str, ...]
    links: tuple[Link, ...]

    def interface(self, network: Ref) -> str | None:
        """The interface that carries a network on these hosts, or None."""
        return interface_of(self.links, network)

    def link(self, network: Ref) -> Link | None:
        """The link that carries a network on these hosts, or None."""
        return next((link for link in self.links if network in link.networks), None)

    def link_paths(self, link: Link) -> tuple[str, ...]:
        """The fields that name an interface: its block, and the names of the card's ports."""
        block = ".".join((str(self.group), *link.field))
        if link.kind == "bond":
            return (block,)
        cards = dict.fromkeys(port.ref.family for port in link.ports)
        return (block, *(f"{self.spec.hardware}.{card}.names" for card in cards))


@dataclass(frozen=True, slots=True)
class Role:
    """The hosts of one of Kolla-Ansible's roles, and the field of the layer that names them."""

    name: str
    field: str
    selection: tuple[Ref, ...]


@dataclass(frozen=True)
class Cloud:
    """A layer and all that is derived of it more than once."""

    ref: Ref
    model: Model

    @cached_property
    def layer(self) -> OpenStack:
        """The declaration."""
        return self.model.at(self.ref, OpenStack)

    @cached_property
    def catalog(self) -> Catalog:
        """What the release defines. Raises KeyError for a release without a catalogue."""
        return catalog(self.layer.release)

    @cached_property
    def roles(self) -> dict[str, Role]:
        """Who does what; gateways are control hosts where none are named, volumes run beside APIs."""
        layer = self.layer
        found = (
            Role("control", "control", layer.control),
            Role("network", "network", layer.network or layer.control),
            Role("compute", "compute", layer.compute),
            Role("monitoring", "monitoring", layer.monitoring),
            Role("storage", *_volume_hosts(layer)),
            Role("deployment", "deploy_from", layer.deploy_from),
            Role(
                "cells", "cell", tuple(ref for each in layer.cell.values() for ref in each.control)
            ),
        )
        return {role.name: role for role in found}

    @cached_property
    def selected(self) -> dict[Ref, frozenset[Ref] | None]:
        """The declarations whose hosts have a role: the members named, or None for all of them."""
        found: dict[Ref, frozenset[Ref] | None] = {}
        for role in self.roles.values():
            for ref in role.selection:
                if ref in self.model.groups:
                    found[ref] = None
                    continue
                host = self.model.host.get(ref)
                if host is None:
                    continue
                known = found.get(host.group, frozenset())
                if known is not None:
                    found[host.group] = known | {ref}
        return {ref: found[ref] for ref in sorted(self.model.groups) if ref in found}

    @cached_property
    def classes(self) -> dict[Ref, tuple[HostClass, ...]]:
        """The classes of hosts that have a role, by declaration, sorted by address."""
        return {ref: tuple(self._classes(ref, only)) for ref, only in self.selected.items()}

    @cached_property
    def inventory_groups(self) -> dict[Ref, str]:
        """The inventory group for each declaration of hosts: `oib_` and the name."""
        return unique(
            {ref: re.sub("__+", "_", "oib_" + joined(ref, "hosts", "_")) for ref in self.selected}
        )

    @cached_property
    def networks(self) -> Mapping[Ref, Network]:
        """Every network of the blueprint."""
        return self.model.of(Network)

    @cached_property
    def physnets(self) -> dict[Ref, str]:
        """The physical networks that hosts of the layer carry, with Neutron's names for them.

        Those that only virtual functions lead to are among them.
        """
        carried = {
            physnet
            for each in self.every_class()
            if self.has_role(each, "network") or self.has_role(each, "compute")
            for link in each.links
            for physnet in (link.physnet, link.functions_physnet)
            if physnet is not None
        }
        layer = self.layer
        named = carried | {each.physnet for each in layer.external_network.values()}
        named |= {each.physnet for each in layer.provider_network.values()}
        return {ref: name for ref, name in physnet_names(self.model).items() if ref in named}

    @cached_property
    def zones(self) -> dict[Ref, str]:
        """The zones that hosts are in, with the names that Nova and OVN know them by."""
        return zone_names(self.model, self.ref)

    @cached_property
    def ceph(self) -> Ceph | None:
        """The storage cluster, where there is one."""
        return None if self.layer.storage is None else self.model.at(self.layer.storage, Ceph)

    @cached_property
    def internal(self) -> Endpoint:
        """The endpoint for the cloud itself."""
        return self.layer.api.internal

    @cached_property
    def public(self) -> Endpoint:
        """The endpoint for users: the internal one where none is stated."""
        return self.layer.api.public or self.layer.api.internal

    @property
    def public_field(self) -> str:
        """The field of the endpoint for users."""
        return self.path("api", "public" if self.layer.api.public else "internal")

    @cached_property
    def site(self) -> tuple[Ref, Site] | None:
        """The site of the control hosts, where it is known."""
        for host in self.model.hosts(self.layer.control):
            if host.site is not None:
                return host.site, self.model.at(host.site, Site)
        return None

    @property
    def deployment_host(self) -> str | None:
        """The host that Kolla-Ansible runs on, by name; None is the one where the run-book is read."""
        return next((host.name for host in self.model.hosts(self.layer.deploy_from)), None)

    @cached_property
    def configuration_folder(self) -> str:
        """Where Kolla-Ansible's configuration lies on the deployment host."""
        return kolla_folder(self.model, self.ref)

    def path(self, *field: str) -> str:
        """The address of a field of the layer."""
        return ".".join((str(self.ref), *field))

    def every_class(self) -> Iterator[HostClass]:
        """All classes of hosts."""
        for classes in self.classes.values():
            yield from classes

    def has_role(self, hosts: HostClass, role: str) -> bool:
        """Whether a class of hosts, or one host of it, has a role."""
        selection = self.roles[role].selection
        return hosts.group in selection or any(ref in self._members(role) for ref in hosts.refs)

    def classes_of(self, role: str) -> tuple[HostClass, ...]:
        """The classes with a role."""
        return tuple(each for each in self.every_class() if self.has_role(each, role))

    def field_of(self, role: str) -> str:
        """The field of the layer that names the hosts of a role."""
        named = self.roles[role].field
        if role == "network" and not self.layer.network:
            named = "control"
        return self.path(named)

    def network_of(self, kind: str) -> tuple[Ref, str]:
        """The network of a kind of traffic and the field that says so; the internal API's by default."""
        stated = {
            "tenant": self.layer.networks.tenant,
            "migration": self.layer.networks.migration,
            "storage": self.layer.networks.storage,
        }[kind]
        if stated is None:
            return self.internal.network, self.path("networks", kind)
        return stated, self.path("networks", kind)

    def physnet_link(self, hosts: HostClass, physnet: Ref) -> str | None:
        """The link of a class of hosts that is part of a physical network, or None."""
        return physnet_interface(hosts.links, physnet)

    def _members(self, role: str) -> frozenset[Ref]:
        return self._single_members[role]

    @cached_property
    def _single_members(self) -> dict[str, frozenset[Ref]]:
        groups = self.model.groups
        return {
            name: frozenset(ref for ref in role.selection if ref not in groups)
            for name, role in self.roles.items()
        }

    @cached_property
    def _named_apart(self) -> dict[Ref, tuple[str, ...]]:
        """Single members that cells, and aggregates with ratios, name: these set equal hosts apart."""
        layer, found = self.layer, dict[Ref, tuple[str, ...]]()
        chosen = [
            (f"aggregate.{name}", each.hosts)
            for name, each in layer.aggregate.items()
            if (each.cpu_ratio, each.ram_ratio, each.disk_ratio) != (None, None, None)
        ]
        for name, cell in layer.cell.items():
            chosen += [(f"cell.{name}", cell.compute), (f"cell.{name}", cell.control)]
        for mark, selection in chosen:
            for ref in selection:
                if ref not in self.model.groups:
                    found[ref] = (*found.get(ref, ()), mark)
        return found

    def _classes(self, group_ref: Ref, only: frozenset[Ref] | None) -> Iterator[HostClass]:
        group = self.model.groups[group_ref]
        apart = self._named_apart
        by_spec: dict[tuple[int, tuple[str, ...]], list[Host]] = {}
        for host in group.members:
            if only is None or host.ref in only:
                by_spec.setdefault((id(host.spec), apart.get(host.ref, ())), []).append(host)
        base = self.inventory_groups[group_ref]
        for number, hosts in enumerate(by_spec.values(), start=1):
            spec = hosts[0].spec
            yield HostClass(
                group=group_ref,
                inventory_group=base if len(by_spec) == 1 else f"{base}__{number}",
                path=f"{group_ref}[*]" if group.is_family else str(group_ref),
                spec=spec,
                hosts=tuple(hosts),
                refs=tuple([host.ref for host in hosts]),
                names=tuple([host.name for host in hosts]),
                links=links_of(spec, self.model.hardware(hosts[0]), self.networks),
            )


def _volume_hosts(layer: OpenStack) -> tuple[str, tuple[Ref, ...]]:
    """The field that names the hosts of volume services, and whom it names."""
    if "cinder" not in layer.services:
        return "control", ()
    return ("volumes", layer.volumes) if layer.volumes else ("control", layer.control)


def distinct(items: Iterable[str]) -> tuple[str, ...]:
    """The items, each once, in their order."""
    return tuple(dict.fromkeys(items))
