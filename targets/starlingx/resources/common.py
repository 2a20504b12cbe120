"""What all custom resources have: a header; and what a host's resources are planned from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from blueprint.fleet import links_in
from blueprint.model import Hardware, Hosts, Network
from blueprint.model.hardware import Disk
from blueprint.model.links import Link, port_of
from blueprint.target import Cause
from blueprint.values import Ref, Size, field_address
from targets._formats.page import Traced
from targets._kubernetes.names import object_name
from targets.starlingx.system import Member, System, tail

API = "starlingx.windriver.com/v1"
#: The namespace that the deployment manager of a system looks into.
NAMESPACE = "deployment"
_GIB = 2**30


def resource(kind: str, name: str, spec: Mapping[str, Any], cause: Cause) -> dict[str, Any]:
    """A resource with its header."""
    header = {"name": name, "namespace": NAMESPACE, "labels": {"controller-tools.k8s.io": "1.0"}}
    return {
        "apiVersion": Traced(API, cause),
        "kind": Traced(kind, cause),
        "metadata": Traced(header, cause),
        "spec": Traced(dict(spec), cause),
    }


@lru_cache(maxsize=4096)
def data_network(physnet: Ref) -> str:
    """The name of the data network that a physical network becomes."""
    return object_name(physnet.plain)


def gibibytes(size: Size) -> int:
    """A size in whole GiB, as much at least."""
    return -(-int(size) // _GIB)


@dataclass(frozen=True)
class View:
    """A host as its resources see it: its description, its hardware, its links."""

    system: System
    member: Member

    @property
    def spec(self) -> Hosts:
        """The description of the host."""
        return self.member.host.spec

    @cached_property
    def hardware(self) -> Hardware:
        """The model of server."""
        return self.system.model.hardware(self.member.host)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The bonds and ports in use."""
        model = self.system.model
        return links_in(model, self.spec, self.hardware, model.of(Network))

    @property
    def has_workloads(self) -> bool:
        """Whether the host has StarlingX's worker function."""
        return self.member.personality == "worker" or (
            self.member.personality == "controller" and self.system.layer.is_all_in_one
        )

    def path(self, *fields: str) -> str:
        """The address of a field of the host."""
        return f"{self.member.host.ref}{tail(fields)}"

    def cause(self, rule: str, *fields: str) -> Cause:
        """A cause in one field of the host."""
        return Cause(rule, (self.path(*fields),))

    def disks(self, ref: Ref) -> tuple[tuple[str, str], ...]:
        """The devices that a reference to disks names: path, and the field that states it."""
        disk = self.hardware.disk.get(ref.name)
        if disk is None:
            return ()
        listed = range(disk.count) if ref.key is None else (int(ref.key),)
        return tuple(
            (disk.paths[position], field_address(self.spec.hardware, *disk_field(ref, position)))
            for position in listed
            if position < len(disk.paths)
        )

    @cached_property
    def services(self) -> tuple[str, ...]:
        """The labels of the time services that name the host, or that its hardware has ports for."""
        instances, model = self.system.layer.ptp_instance, self.system.model
        return tuple(
            label
            for label, each in instances.items()
            if (
                any(host.ref == self.member.host.ref for host in model.hosts(each.hosts))
                if each.hosts
                else not each.all_ports
                or any(port_of(ref, self.hardware) for ref in each.all_ports)
            )
        )

    @cached_property
    def system_disk(self) -> tuple[Ref, Disk] | None:
        """The disk of the system: as stated, or the first of the hardware."""
        stated = self.system.layer.system_disk
        if stated is not None:
            disk = self.hardware.disk.get(stated.name)
            return None if disk is None else (stated, disk)
        first = next(iter(self.hardware.disk.items()), None)
        return None if first is None else (Ref(f"disk.{first[0]}[0]"), first[1])


def disk_field(ref: Ref, position: int) -> tuple[str, ...]:
    """The field of the hardware that states the path of one of its disks."""
    return ("disk", ref.name, "paths", str(position))


__all__ = ["API", "NAMESPACE", "View", "data_network", "disk_field", "gibibytes", "resource"]
