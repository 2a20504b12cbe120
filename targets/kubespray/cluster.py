"""One Kubernetes layer as Kubespray sees it: its release, its nodes by class, its networks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from blueprint.model import Hardware, Host, Hosts, Kubernetes, Model, Network, Site
from blueprint.model.kubernetes import Kubespray, NodePool
from blueprint.model.links import Link, links_of
from blueprint.model.naming import joined
from blueprint.values import Ref
from targets.kubespray.catalog import Catalog, catalog, releases

_NOT_A_NAME = re.compile(r"[^A-Za-z0-9_]+")
#: Whether a host is of the control plane, of etcd, and the pools that name it.
_Roles: TypeAlias = tuple[bool, bool, tuple[str, ...]]
#: Kubespray's words for instruction sets.
ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class NodeClass:
    """Hosts that are deployed alike, and the inventory group made of them.

    `path` is the declaration with `[*]` where it has members, for causes; `pools` are the pools that
    name the hosts: one, where the check has nothing to say.
    """

    group: Ref
    inventory_group: str
    path: str
    spec: Hosts
    hardware: Hardware
    site: Ref | None
    is_control: bool
    is_etcd: bool
    pools: tuple[str, ...]
    hosts: tuple[Host, ...]
    links: tuple[Link, ...]

    def field(self, *path: str) -> str:
        """The address of a field of the declaration."""
        return ".".join((str(self.group), *path))


@dataclass(frozen=True)
class Cluster:
    """A layer and all that is derived of it more than once."""

    ref: Ref
    model: Model

    @cached_property
    def layer(self) -> Kubernetes:
        """The declaration."""
        return self.model.at(self.ref, Kubernetes)

    @property
    def name(self) -> str:
        """A name for the cluster in folders and contexts."""
        return joined(self.ref, "kubernetes", "-")

    def path(self, *parts: str) -> str:
        """The address of a field of the layer."""
        return ".".join((str(self.ref), *parts))

    @property
    def stated_release(self) -> str | None:
        """The release of Kubespray that the blueprint names, without a `v`."""
        deployer = self.layer.deployer
        stated = deployer.release if isinstance(deployer, Kubespray) else None
        return None if stated is None else stated.removeprefix("v")

    @cached_property
    def catalog(self) -> Catalog:
        """The release: as stated, or the newest that knows the version; the newest where none does."""
        stated = self.stated_release
        if stated in releases():
            return catalog(stated)
        newest_first = releases()[::-1]
        known = (name for name in newest_first if self.offered(catalog(name)))
        return catalog(next(known, newest_first[0]))

    def offered(self, of: Catalog) -> tuple[str, ...]:
        """The versions of a release that the layer's version may mean, for all of its nodes, oldest first."""
        stated = self.layer.version
        found = [v for v in of.kubernetes() if v == stated or v.startswith(f"{stated}.")]
        others = [set(of.kubernetes(a)) for a in self.architectures if a != "amd64"]
        return tuple(v for v in found if all(v in known for known in others))

    @property
    def version(self) -> str:
        """The version in full: as stated, or the newest of the minor version that the release knows."""
        return (self.offered(self.catalog) or (self.layer.version,))[-1]

    @cached_property
    def architectures(self) -> tuple[str, ...]:
        """Instruction sets of the nodes, in Kubespray's words."""
        models = dict.fromkeys(h.spec.hardware for h in self.hosts)
        found = (ARCHITECTURES[self.model.at(ref, Hardware).arch] for ref in models)
        return tuple(dict.fromkeys(found)) or ("amd64",)

    @cached_property
    def hosts(self) -> tuple[Host, ...]:
        """Every host of the cluster once: control plane, pools, etcd, in the order named."""
        named = (*self.layer.node_hosts, *self.layer.etcd_hosts)
        return tuple({host.ref: host for host in self.model.hosts(named)}.values())

    @property
    def deploy_host(self) -> str | None:
        """The name of the host that the tool runs on; None for the one that the run-book is read on."""
        found = next(self.model.hosts(self.layer.deploy_from), None)
        return None if found is None else found.name

    @property
    def etcd_field(self) -> str:
        """The field that names the hosts of etcd."""
        return "etcd.hosts" if self.layer.etcd.hosts else "control.hosts"

    @cached_property
    def classes(self) -> tuple[NodeClass, ...]:
        """The hosts by class, in the order of their first hosts."""
        return tuple(self._classes())

    def pool(self, of: NodeClass) -> NodePool | None:
        """The pool of a class."""
        return self.layer.pool[of.pools[0]] if of.pools else None

    def is_worker(self, of: NodeClass) -> bool:
        """Whether workloads run on a class."""
        return bool(of.pools) or (of.is_control and self.layer.control.schedulable)

    def role_field(self, of: NodeClass) -> str:
        """The field of the layer that names a class."""
        if of.is_control:
            return self.path("control", "hosts")
        return self.path("pool", of.pools[0], "hosts") if of.pools else self.path("etcd", "hosts")

    @property
    def node_network(self) -> Ref | None:
        """The network that nodes speak to each other on: as stated, else that of the API."""
        return self.layer.node_network or self.layer.api.network

    @property
    def node_network_field(self) -> str:
        """The field that names that network."""
        return self.path("node_network" if self.layer.node_network else "api.network")

    @cached_property
    def network(self) -> Network:
        """The network of the nodes; the check has refused a layer without one."""
        ref = self.node_network
        assert ref is not None, self.ref
        return self.model.at(ref, Network)

    @property
    def families(self) -> tuple[int, ...]:
        """Families of the addresses of pods, IPv4 first."""
        return tuple(sorted(cidr.version for cidr in self.layer.pods))

    @property
    def holds_address(self) -> bool:
        """Whether kube-vip holds the virtual address of the API server."""
        api = self.layer.api
        return api.vip is not None and api.provider in (None, "kube_vip")

    @cached_property
    def site(self) -> tuple[Ref, Site] | None:
        """The site of the control plane."""
        found = next((each.site for each in self.classes if each.is_control and each.site), None)
        return None if found is None else (found, self.model.at(found, Site))

    @cached_property
    def zones(self) -> dict[Ref, str]:
        """Names of the zones that nodes are in."""
        return self._places({host.zone for host in self.hosts if host.zone})

    @cached_property
    def racks(self) -> dict[Ref, str]:
        """Names of the racks that nodes stand in."""
        return self._places({host.rack for host in self.hosts if host.rack})

    def _places(self, refs: set[Ref]) -> dict[Ref, str]:
        names = {ref: ref.plain for ref in sorted(refs)}
        if len(set(names.values())) == len(names):
            return names
        return {ref: f"{Ref('.'.join(ref.parts[:-2])).plain}-{ref.plain}" for ref in names}

    def _classes(self) -> Iterator[NodeClass]:
        control = {host.ref for host in self.model.hosts(self.layer.control.hosts)}
        etcd = {host.ref for host in self.model.hosts(self.layer.etcd_hosts)}
        pools: dict[Ref, tuple[str, ...]] = {}
        for name, pool in self.layer.pool.items():
            for host in self.model.hosts(pool.hosts):
                pools[host.ref] = (*pools.get(host.ref, ()), name)
        found: dict[tuple[Ref, int, Ref | None, _Roles], list[Host]] = {}
        for host in self.hosts:
            roles = (host.ref in control, host.ref in etcd, pools.get(host.ref, ()))
            key = (host.group, id(host.spec), host.site, roles)
            found.setdefault(key, []).append(host)
        networks = self.model.of(Network)
        taken: dict[str, int] = {}
        for (*_, (is_control, is_etcd, named)), hosts in found.items():
            first = hosts[0]
            hardware = self.model.hardware(first)
            yield NodeClass(
                group=first.group,
                inventory_group=_group_name(is_control, named, taken),
                path=f"{first.group}[*]"
                if self.model.groups[first.group].is_family
                else str(first.group),
                spec=first.spec,
                hardware=hardware,
                site=first.site,
                is_control=is_control,
                is_etcd=is_etcd,
                pools=named,
                hosts=tuple(hosts),
                links=links_of(first.spec, hardware, networks),
            )


def _group_name(is_control: bool, pools: tuple[str, ...], taken: dict[str, int]) -> str:  # noqa: FBT001 - the only caller is above
    role = "control" if is_control else "_".join(("pool", *pools)) if pools else "etcd_only"
    name = re.sub("__+", "_", _NOT_A_NAME.sub("_", f"oib_{role}")).strip("_")
    taken[name] = number = taken.get(name, 0) + 1
    return name if number == 1 else f"{name}__{number}"
