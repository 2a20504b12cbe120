"""The model: what a blueprint means, resolved, typed and without source text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, TypeVar

from blueprint.model.addresses import Addresses
from blueprint.model.ceph import Ceph
from blueprint.model.hardware import Hardware
from blueprint.model.hosts import Host, HostGroup, Hosts
from blueprint.model.kubernetes import Kubernetes
from blueprint.model.network import Network, Physnet
from blueprint.model.openstack import OpenStack
from blueprint.model.schema import Kind
from blueprint.model.site import Pki, Proxy, Registry, Secrets, Site
from blueprint.model.starlingx import StarlingX
from blueprint.model.workload import Workload
from blueprint.values import Ref

K = TypeVar("K", bound=Kind)

#: Every top-level kind of the language by the word that declares it.
KINDS: Mapping[str, type[Kind]] = {
    model.kind: model
    for model in (
        Site, Secrets, Pki, Registry, Proxy, Hardware, Network, Physnet, Hosts, Ceph, OpenStack,
        Kubernetes, StarlingX, Workload,
    )
}  # fmt: skip


@dataclass(frozen=True)
class Model:
    """A resolved blueprint.

    `things` holds every declaration but hosts by its address, members of families each under
    their own; `groups` holds the hosts. Things whose text had errors are absent, and so is all
    that refers to them. `existing` are the addresses of what stands already and is not deployed.
    `documentation` holds the doc comment of each declaration. `is_whole` says that nothing was left
    out for an error: only then may a check say that something is nowhere to be found.
    """

    name: str
    title: str | None
    things: Mapping[Ref, Kind]
    groups: Mapping[Ref, HostGroup]
    addresses: Addresses
    existing: frozenset[Ref] = frozenset()
    documentation: Mapping[Ref, str] = field(default_factory=dict)
    is_whole: bool = True

    def of(self, kind: type[K]) -> Mapping[Ref, K]:
        """All declarations of a kind, by address, in the order of the source."""
        known: Mapping[Ref, K] | None = self._by_kind.get(kind)
        if known is None:
            found = {ref: thing for ref, thing in self.things.items() if isinstance(thing, kind)}
            known = self._by_kind[kind] = MappingProxyType(found)
        return known

    @cached_property
    def _by_kind(self) -> dict[type[Kind], Any]:
        """What `of` has found: a fleet asks for the same kinds once for each of its layers."""
        return {}

    @cached_property
    def remembered(self) -> dict[str, Any]:
        """What proofs have worked out about the whole model, by name: many ask the same."""
        return {}

    def at(self, ref: str, kind: type[K]) -> K:
        """The declaration at an address. Raises KeyError where there is none of that kind."""
        thing = self.things[Ref(ref)]
        if not isinstance(thing, kind):
            raise KeyError(ref)
        return thing

    def hosts(self, selection: Iterable[str]) -> Iterator[Host]:
        """The hosts that a role names, families spread out, in the order named."""
        for ref in selection:
            group = self.groups.get(Ref(ref))
            if group is not None:
                yield from group
            else:
                yield self.host[Ref(ref)]

    @cached_property
    def host(self) -> dict[Ref, Host]:
        """Every host by its address."""
        return {host.ref: host for group in self.groups.values() for host in group}

    def hardware(self, host: Host) -> Hardware:
        """The model of server that a host is."""
        return self.at(host.spec.hardware, Hardware)


__all__ = [
    "KINDS", "Addresses", "Ceph", "Hardware", "Host", "HostGroup", "Hosts", "Kind", "Kubernetes", "Model",
    "Network", "OpenStack", "Physnet", "Pki", "Proxy", "Registry", "Secrets", "Site", "StarlingX",
    "Workload",
]  # fmt: skip
