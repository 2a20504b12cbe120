"""One StarlingX system as this target sees it: its hosts by StarlingX's names, its networks, its place.

StarlingX itself names controllers and storage hosts, and gives out addresses on the platform networks;
workers have the names that the blueprint gives them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any, Literal, TypeAlias

from blueprint.model import Host, Model, Network, OpenStack, Registry, Site, StarlingX
from blueprint.values import Ip, Ref, field_address

Personality: TypeAlias = Literal["controller", "worker", "storage"]
#: The attributes that name hosts, and what StarlingX calls a host of each.
ROLES: dict[str, Personality] = {
    "controllers": "controller",
    "workers": "worker",
    "storage_nodes": "storage",
}


@dataclass(frozen=True, slots=True)
class Member:
    """A host of a system: its StarlingX name, its personality, and the attribute that names it."""

    host: Host
    name: str
    personality: Personality
    field: str


@dataclass(frozen=True)
class System:
    """A layer and all that is derived of it more than once."""

    ref: Ref
    model: Model
    #: What is planned of it and asked for again.
    planned: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def layer(self) -> StarlingX:
        """The declaration."""
        return self.model.at(self.ref, StarlingX)

    def path(self, *path: str) -> str:
        """The address of a field of the layer."""
        return f"{self.ref}{tail(path)}"

    @cached_property
    def members(self) -> tuple[Member, ...]:
        """The hosts, controllers first: `controller-0`, `storage-0`, workers by their own names."""
        found = []
        for attribute, personality in ROLES.items():
            for number, host in enumerate(self.model.hosts(getattr(self.layer, attribute))):
                name = host.name if personality == "worker" else f"{personality}-{number}"
                found.append(Member(host, name, personality, attribute))
        return tuple(found)

    @cached_property
    def first(self) -> Member | None:
        """The host that the system is made from: controller-0."""
        return next((each for each in self.members if each.personality == "controller"), None)

    @cached_property
    def site(self) -> tuple[Ref, Site] | None:
        """The site of the first controller, which is the system's."""
        if self.first is None or self.first.host.site is None:
            return None
        ref = self.first.host.site
        return ref, self.model.at(ref, Site)

    @cached_property
    def controller(self) -> System | None:
        """Of a subcloud: its system controller."""
        if self.layer.of is None:
            return None
        known: dict[Ref, System] = self.model.remembered.setdefault("system controllers", {})
        if self.layer.of not in known:  # what is worked out of it is so for thousands of subclouds
            known[self.layer.of] = System(self.layer.of, self.model)
        return known[self.layer.of]

    @cached_property
    def regions(self) -> tuple[tuple[Ref, OpenStack], ...]:
        """The regions of OpenStack on the system."""
        found: dict[Ref, list[tuple[Ref, OpenStack]]] | None
        found = self.model.remembered.get("regions on systems")
        if found is None:
            found = {}
            for ref, region in self.model.of(OpenStack).items():
                if region.on is not None:
                    found.setdefault(region.on, []).append((ref, region))
            self.model.remembered["regions on systems"] = found
        return tuple(found.get(self.ref, ()))

    @cached_property
    def registry(self) -> Registry | None:
        """Where images come from, if not from the public registries."""
        ref = self.layer.registry
        return None if ref is None else self.model.at(ref, Registry)

    def network(self, name: str) -> tuple[Ref, Network] | None:
        """A platform network of the blueprint, `oam` or `mgmt`, with its address."""
        ref = getattr(self.layer.networks, name)
        return None if ref is None else (ref, self.model.at(ref, Network))

    @cached_property
    def name(self) -> str:
        """The name of the system: that of a subcloud is what `dcmanager` knows it by."""
        return self.ref.key or self.ref.name

    @property
    def system_mode(self) -> Literal["simplex", "duplex"]:
        """StarlingX's system mode."""
        return "simplex" if self.layer.config == "aio_sx" else "duplex"

    @property
    def distributed_cloud_role(self) -> Literal["none", "systemcontroller", "subcloud"]:
        """StarlingX's role in a distributed cloud."""
        if self.layer.is_subcloud:
            return "subcloud"
        return "systemcontroller" if self.layer.role == "system_controller" else "none"

    def node_addresses(self) -> tuple[tuple[Ip, ...], tuple[Ip, ...], tuple[Ip, ...]]:
        """The OAM addresses: floating, of controller-0, of controller-1, one of each family."""
        oam = self.layer.oam
        node0 = oam.node0 or tuple(address + 1 for address in oam.floating)
        node1 = oam.node1 or tuple(address + 2 for address in oam.floating)
        return oam.floating, node0, node1


@lru_cache(maxsize=4096)
def tail(path: tuple[str, ...]) -> str:
    """What follows the address of a thing in that of its field: the same for thousands of systems and hosts."""
    return field_address("", *path)


__all__ = ["ROLES", "Member", "Personality", "System", "tail"]
