"""What the hosts of a blueprint are for: the roles that its layers name them in, group by group and host by host."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from blueprint.model import Ceph, Host, Kubernetes, Model, OpenStack
from blueprint.values import Ref

#: Roles whose services keep a quorum, or whose loss is felt at once: one such host restarts at a time.
QUORUM = frozenset(
    {
        "control", "network", "volumes", "monitors", "managers", "osds", "rgw", "mds", "nfs",
        "control.hosts", "etcd.hosts",
    }
)  # fmt: skip
#: The attribute that names the hosts of a pool of a Kubernetes cluster is `pool.NAME.hosts`.
_POOL = ("pool.", ".hosts")


class Role(NamedTuple):
    """A layer, and its attribute that names the hosts."""

    layer: Ref
    field: str

    @property
    def pool(self) -> str | None:
        """The pool of a Kubernetes cluster that the hosts are in."""
        begin, end = _POOL
        if not self.field.startswith(begin):
            return None
        return self.field.removeprefix(begin).removesuffix(end)


@dataclass(frozen=True, slots=True)
class Roles:
    """Roles by group of hosts, where all members have them, and by single host."""

    of_groups: dict[Ref, tuple[Role, ...]]
    of_hosts: dict[Ref, tuple[Role, ...]]

    def of(self, host: Host) -> tuple[Role, ...]:
        """The roles of a host; the same object for hosts that are not named alone."""
        whole = self.of_groups.get(host.group, ())
        alone = self.of_hosts.get(host.ref)
        return whole if alone is None else tuple(dict.fromkeys((*whole, *alone)))


def roles_of(model: Model) -> Roles:
    """The roles that the layers of a blueprint give to hosts, existing layers included."""
    groups: dict[Ref, dict[Role, None]] = {}
    hosts: dict[Ref, dict[Role, None]] = {}
    for role, selection in _selections(model):
        for named in selection:
            ref = Ref(named)
            table = groups if ref in model.groups else hosts
            table.setdefault(ref, {})[role] = None
    return Roles(
        {ref: tuple(found) for ref, found in groups.items()},
        {ref: tuple(found) for ref, found in hosts.items()},
    )


def _selections(model: Model) -> Iterator[tuple[Role, Iterable[str]]]:
    for ref, nodes in model.of(Kubernetes).items():
        yield Role(ref, "control.hosts"), nodes.control.hosts
        yield Role(ref, "etcd.hosts"), nodes.etcd.hosts
        for name, pool in nodes.pool.items():
            yield Role(ref, name.join(_POOL)), pool.hosts
    for ref, region in model.of(OpenStack).items():
        yield Role(ref, "control"), region.control
        yield Role(ref, "network"), region.network or region.control
        yield Role(ref, "compute"), region.compute
        yield Role(ref, "monitoring"), region.monitoring
        if region.cinder.lvm is not None:
            yield Role(ref, "volumes"), region.volumes or region.control
        for cell in region.cell.values():
            yield Role(ref, "control"), cell.control
    for ref, cluster in model.of(Ceph).items():
        yield Role(ref, "mds"), cluster.metadata_servers
        for field in ("monitors", "managers", "osds", "rgw", "nfs"):
            yield Role(ref, field), getattr(cluster, field)
