"""One Ceph layer as cephadm sees it: its hosts with their roles, their places in the CRUSH map, its disks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from blueprint.model import Ceph, Hardware, Host, Model, Network
from blueprint.model.hardware import Disk
from blueprint.values import Ref

#: Fields of the layer that name hosts, and the label that cephadm gives them.
ROLES = {
    "monitors": "mon", "managers": "mgr", "osds": "osd", "rgw": "rgw", "mds": "mds", "nfs": "nfs",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class DeviceGroup:
    """OSD hosts of one model of server, with the disks that become OSDs and those for metadata.

    `label` is the placement label of the hosts: `osd`, or one for each model where there are several.
    """

    hardware: Ref
    label: str
    data: tuple[tuple[Ref, Disk], ...]
    metadata: tuple[tuple[Ref, Disk], ...]


@dataclass(frozen=True)
class Cluster:
    """A layer and all that is derived of it more than once."""

    ref: Ref
    model: Model

    @cached_property
    def layer(self) -> Ceph:
        """The declaration."""
        return self.model.at(self.ref, Ceph)

    @cached_property
    def public_network(self) -> Network:
        """The network that clients use."""
        return self.model.at(self.layer.public_network, Network)

    @cached_property
    def cluster_network(self) -> Network | None:
        """The network for replication, where it is another one."""
        ref = self.layer.cluster_network
        return None if ref is None else self.model.at(ref, Network)

    @cached_property
    def hosts(self) -> dict[Ref, tuple[Host, tuple[str, ...]]]:
        """Every host of the cluster with the fields that name it, in the order of the roles."""
        fields: dict[Ref, tuple[Host, tuple[str, ...]]] = {}
        for field in ROLES:
            for host in self.members(field):
                known = fields.get(host.ref, (host, ()))[1]
                if field not in known:
                    fields[host.ref] = (host, (*known, field))
        return fields

    @property
    def first_monitor(self) -> Host | None:
        """The host of the first monitor, which the cluster is made from."""
        return next(self.members("monitors"), None)

    def members(self, field: str) -> Iterator[Host]:
        """The hosts of a role; managers and metadata servers may run beside the monitors."""
        selection = getattr(self.layer, field)
        if field == "managers" and not selection:
            selection = self.layer.monitors
        elif field == "mds":
            selection = self.layer.metadata_servers
        return self.model.hosts(selection)

    def stated_field(self, field: str) -> str:
        """The field that names the hosts of a role."""
        stated = getattr(self.layer, field)
        return "monitors" if field in ("managers", "mds") and not stated else field

    @cached_property
    def device_groups(self) -> tuple[DeviceGroup, ...]:
        """The OSD hosts by model of server."""
        models = sorted({host.spec.hardware for host in self.members("osds")})
        return tuple(
            DeviceGroup(
                hardware=ref,
                label="osd" if len(models) == 1 else f"osd-{ref.plain}",
                data=self._disks(ref, self.layer.devices),
                metadata=self._disks(ref, self.layer.db_devices),
            )
            for ref in models
        )

    def labels(self, host: Host, fields: tuple[str, ...]) -> tuple[str, ...]:
        """The labels of a host: its roles, and `_admin` where the cluster is administered."""
        found = [ROLES[field] for field in fields]
        if "osds" in fields:
            wanted = host.spec.hardware
            found += [
                g.label for g in self.device_groups if g.hardware == wanted and g.label != "osd"
            ]
        if "monitors" in fields:
            found.append("_admin")
        return tuple(found)

    @cached_property
    def buckets(self) -> dict[Ref, str]:
        """Names in the CRUSH map of the racks and zones that hosts are in."""
        places = {p for host, _ in self.hosts.values() for p in (host.rack, host.zone) if p}
        sites = {host.site for host, _ in self.hosts.values()}
        if len(sites) <= 1:
            return {ref: ref.plain for ref in sorted(places)}
        return {ref: f"{_site(ref)}-{ref.plain}" for ref in sorted(places)}

    def address(self, host: Host) -> str | None:
        """The address at which cephadm reaches a host."""
        return self.model.addresses.text(host.ref, self.layer.public_network)

    def _disks(self, hardware: Ref, wanted: tuple[Ref, ...]) -> tuple[tuple[Ref, Disk], ...]:
        disks = self.model.at(hardware, Hardware).disk
        return tuple((ref, disks[ref.name]) for ref in wanted if ref.name in disks)


def _site(place: Ref) -> str:
    """The plain name of the site that a rack or a zone belongs to."""
    parts = place.parts
    return Ref(".".join(parts[:-2])).plain
