"""OpenStack on a system: what the application `stx-openstack` finds on its hosts, and what is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from blueprint.model import Model, OpenStack
from blueprint.target import Cause
from blueprint.values import Ref, field_address
from targets.starlingx.releases import release
from targets.starlingx.system import Member, System

#: The labels of hosts of guests for each virtual switch.
_SWITCH_LABELS = {"ovs": "openvswitch=enabled", "ovs_dpdk": "openvswitch=enabled dpdk=enabled"}
#: The label of hosts whose virtual functions are guests' (`sriovdp` is that of hosts where they are pods').
FUNCTIONS_LABEL = "sriov=enabled"
#: The services that a region of the application may have, and the chart of each.
CHARTS = {
    "aodh": "aodh",
    "barbican": "barbican",
    "ceilometer": "ceilometer",
    "cinder": "cinder",
    "glance": "glance",
    "gnocchi": "gnocchi",
    "heat": "heat",
    "horizon": "horizon",
    "keystone": "keystone",
    "neutron": "neutron",
    "nova": "nova",
    "placement": "placement",
}


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

    @cached_property
    def charts(self) -> dict[str, bool]:
        """The charts of services that a region chooses, and whether each is to be installed."""
        known = release(self.system.layer.release).catalog.openstack_charts
        return {
            chart: service in self.layer.services
            for service, chart in CHARTS.items()
            if chart in known
        }

    def path(self, *field: str) -> str:
        """The address of a field of the region."""
        return field_address(self.ref, *field)

    def cause(self, rule: str, *field: str) -> Cause:
        """A cause in one field of the region."""
        return Cause(rule, (self.path(*field),))

    @cached_property
    def domain(self) -> str | None:
        """The domain that the names of the services are in: `keystone.DOMAIN` and so on."""
        public = self.layer.api.public
        return (public and public.fqdn) or self.layer.api.internal.fqdn

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
                if any(port.sriov is not None for port in member.host.spec.port.values()):
                    found.append(FUNCTIONS_LABEL)
            if found:
                yield member, tuple(found)


__all__ = ["CHARTS", "FUNCTIONS_LABEL", "Region"]
