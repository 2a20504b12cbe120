"""The hosts of a model as proofs need them: what a role names, group by group, and what its hosts carry.

Nothing here depends on how many members a group has, except where a role names single members or a
group's members turn out to be described differently: facts are read once for each distinct
description, never once for each host.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from blueprint.model import (
    Ceph,
    Hardware,
    Host,
    HostGroup,
    Hosts,
    Kubernetes,
    Model,
    Network,
    OpenStack,
    StarlingX,
)
from blueprint.model.links import Link, links_of
from blueprint.values import Ref


class Part(NamedTuple):
    """The members of one group that a role names, and the place of the first in the role's list."""

    group: HostGroup
    members: tuple[Host, ...]
    position: int

    @property
    def named(self) -> Ref:
        """What a diagnostic calls them: the one member, or the group."""
        return self.members[0].ref if len(self.members) == 1 else self.group.ref


class Role(NamedTuple):
    """Hosts that a layer needs for one purpose: the attribute that names them, and whom it names."""

    layer: Ref
    field: str
    selection: tuple[Ref, ...]
    #: Where the attribute stands inside the layer, if deeper than its name.
    inside: tuple[str, ...] = ()

    @property
    def path(self) -> tuple[str, ...]:
        """The path of the attribute in the layer."""
        return self.inside or (self.field,)


def parts_of(model: Model, selection: Iterable[str]) -> tuple[Part, ...]:
    """The hosts that a role names, group by group; empty groups and what isn't known are left out."""
    positions: dict[Ref, int] = {}
    singles: dict[Ref, dict[Ref, Host]] = {}
    for position, named in enumerate(selection):
        ref = Ref(named)
        if ref in model.groups:
            positions.setdefault(ref, position)
            singles.pop(ref, None)
            continue
        host = model.host.get(ref)
        if host is not None and (host.group in singles or host.group not in positions):
            positions.setdefault(host.group, position)
            singles.setdefault(host.group, {})[ref] = host
    return tuple(
        Part(
            model.groups[group],
            tuple(singles[group].values()) if group in singles else model.groups[group].members,
            position,
        )
        for group, position in positions.items()
        if group in singles or model.groups[group].members
    )


def descriptions(members: Iterable[Host]) -> tuple[Hosts, ...]:
    """The distinct descriptions among hosts: one for most groups."""
    return tuple({id(host.spec): host.spec for host in members}.values())


def described_groups(model: Model) -> Iterator[tuple[Ref, Hosts, Hardware]]:
    """Every distinct description of hosts with its group and its model of server."""
    for ref, group in model.groups.items():
        for spec in descriptions(group):
            hardware = model.things.get(spec.hardware)
            if isinstance(hardware, Hardware):
                yield ref, spec, hardware


def linked_groups(model: Model) -> Sequence[tuple[Ref, Hosts, tuple[Link, ...]]]:
    """Every distinct description of hosts with its group and its links."""
    known: Sequence[tuple[Ref, Hosts, tuple[Link, ...]]] | None
    known = model.remembered.get("linked groups")
    if known is None:
        networks = model.of(Network)
        known = tuple(
            (ref, spec, links_in(model, spec, hardware, networks))
            for ref, spec, hardware in described_groups(model)
        )
        model.remembered["linked groups"] = known
    return known


def links_in(
    model: Model, spec: Hosts, hardware: Hardware, networks: Mapping[Ref, Network]
) -> tuple[Link, ...]:
    """The links of a description of hosts of the model, worked out once."""
    links: dict[int, tuple[Link, ...]] = model.remembered.setdefault("links", {})
    known = links.get(id(spec))  # the model keeps its descriptions, so that no other gets the place
    if known is None:
        known = links[id(spec)] = links_of(spec, hardware, networks)
    return known


def carries(link: Link, network: Ref) -> tuple[str, ...]:
    """The field of a group that puts a network on one of its links."""
    if network == link.native:
        return (*link.field, "native")
    listed = [ref for ref in link.networks if ref != link.native]
    return (*link.field, "networks", str(listed.index(network)))


def openstack_roles(ref: Ref, layer: OpenStack) -> tuple[Role, ...]:
    """The roles of a region; gateways are the control hosts where none are named."""
    network = ("network", layer.network) if layer.network else ("control", layer.control)
    named = [("control", layer.control), network, ("compute", layer.compute)]
    named += [("monitoring", layer.monitoring), ("volumes", layer.volumes)]
    return tuple(Role(ref, field, selection) for field, selection in named)


def ceph_roles(ref: Ref, layer: Ceph) -> tuple[Role, ...]:
    """The roles of a cluster; managers run beside the monitors where none are named."""
    managers = ("managers", layer.managers) if layer.managers else ("monitors", layer.monitors)
    named = [("monitors", layer.monitors), managers, ("osds", layer.osds), ("rgw", layer.rgw)]
    named += [("mds" if layer.mds else "monitors", layer.metadata_servers), ("nfs", layer.nfs)]
    return tuple(Role(ref, field, selection) for field, selection in named)


def kubernetes_roles(ref: Ref, cluster: Kubernetes) -> tuple[Role, ...]:
    """The roles of a cluster on hosts: its control plane, each pool, and etcd where it stands apart."""
    found = [Role(ref, "control", cluster.control.hosts, ("control", "hosts"))]
    for label, pool in cluster.pool.items():
        found.append(Role(ref, f"pool.{label}", pool.hosts, ("pool", label, "hosts")))
    if cluster.etcd.hosts:
        found.append(Role(ref, "etcd", cluster.etcd.hosts, ("etcd", "hosts")))
    return tuple(found)


def starlingx_roles(ref: Ref, system: StarlingX) -> tuple[Role, ...]:
    """The roles of a system that have hosts."""
    named = [("controllers", system.controllers), ("workers", system.workers)]
    named += [("storage_nodes", system.storage_nodes)]
    return tuple(Role(ref, field, selection) for field, selection in named if selection)


def stated_roles(model: Model) -> Iterator[Role]:
    """Every role that a layer of the blueprint states, each once."""
    for ref, region in model.of(OpenStack).items():
        for field in ("control", "network", "compute", "monitoring", "volumes", "deploy_from"):
            yield Role(ref, field, getattr(region, field))
    for ref, cluster in model.of(Ceph).items():
        for field in ("monitors", "managers", "osds", "rgw", "mds", "nfs"):
            yield Role(ref, field, getattr(cluster, field))
    for ref, kubernetes in model.of(Kubernetes).items():
        yield from (role for role in kubernetes_roles(ref, kubernetes) if role.selection)
        yield Role(ref, "deploy_from", kubernetes.deploy_from)
    for ref, system in model.of(StarlingX).items():
        yield from starlingx_roles(ref, system)


def counted(part: Part) -> str:
    """The hosts of a part as people name them: `hosts.compute` (24 hosts)."""
    if len(part.members) == 1:
        return f"`{part.named}`"
    of_all = "" if len(part.members) == len(part.group) else f" of {len(part.group):,}"
    return f"`{part.group.ref}` ({len(part.members):,}{of_all} hosts)"
