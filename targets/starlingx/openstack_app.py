"""OpenStack on a system: the application `stx-openstack` and the labels of its hosts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from blueprint.model import Model, OpenStack
from blueprint.target import Deployment, Step
from blueprint.values import Ref
from targets.starlingx.system import Member, System

_OPENRC = "source /etc/platform/openrc"
#: The labels of hosts of guests for each virtual switch.
_SWITCH_LABELS = {"ovs": "openvswitch=enabled", "ovs_dpdk": "openvswitch=enabled dpdk=enabled"}


@dataclass(frozen=True)
class Region:
    """A region of OpenStack and the system that it is an application of."""

    ref: Ref
    model: Model

    @cached_property
    def layer(self) -> OpenStack:
        """The declaration."""
        return self.model.at(self.ref, OpenStack)

    @cached_property
    def system(self) -> System:
        """The system below."""
        assert self.layer.on is not None  # `StarlingXTarget.layers` leaves out the others
        return System(self.layer.on, self.model)

    def labels(self) -> Iterator[tuple[Member, tuple[str, ...]]]:
        """The labels of each host of the region, by what it is for."""
        control = {host.ref for host in self.model.hosts(self.layer.control)}
        compute = {host.ref for host in self.model.hosts(self.layer.compute)}
        switch = _SWITCH_LABELS.get(self.system.layer.vswitch)
        for member in self.system.members:
            found = []
            if member.host.ref in control:
                found.append("openstack-control-plane=enabled")
            if member.host.ref in compute:
                found.append("openstack-compute-node=enabled")
                found += [] if switch is None else switch.split()
            if found:
                yield member, tuple(found)


def application(region: Region, target: str) -> Deployment:
    """The labels of the hosts, and the application."""
    return Deployment(region.ref, target, (), tuple(_steps(region)))


def _steps(region: Region) -> Iterator[Step]:
    yield Step(
        title=f"Label the hosts of `{region.ref}`",
        needs=(
            f"run this and all that follows as `sysadmin` on controller-0 of `{region.system.ref}`",
        ),
        commands=tuple(
            f"{_OPENRC} && system host-label-assign {member.name} {' '.join(labels)}"
            for member, labels in region.labels()
        ),
    )
    yield Step(
        title="Install OpenStack's application",
        needs=("the archive of `stx-openstack` of the release in this folder",),
        commands=(
            f"{_OPENRC} && system application-upload stx-openstack-*.tgz",
            f"{_OPENRC} && system application-apply stx-openstack",
        ),
        checks=(f"{_OPENRC} && system application-show stx-openstack",),
    )


__all__ = ["Region", "application"]
