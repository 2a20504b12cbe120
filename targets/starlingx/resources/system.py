"""The resource `System`: what holds for the system as a whole."""

from __future__ import annotations

from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.starlingx.resources.common import resource
from targets.starlingx.system import System

_VSWITCH = {"none": "none", "ovs": "none", "ovs_dpdk": "ovs-dpdk"}


def system_resource(system: System) -> dict[str, Any]:
    """The system with its place, its servers, its virtual switch."""
    spec: dict[str, Any] = {}
    if system.layer.description is not None:
        cause = Cause("the stated description", (system.path("description"),))
        spec["description"] = Traced(system.layer.description, cause)
    if system.site is not None:
        ref, site = system.site
        for field in ("latitude", "longitude"):
            value = getattr(site, field)
            if value is not None:
                cause = Cause("where the site is", (f"{ref}.{field}",))
                spec[field] = Traced(str(value), cause)
        servers = (("dnsServers", "dns", site.dns), ("ntpServers", "ntp", site.ntp))
        for key, field, listed in servers:
            if listed:
                cause = Cause("the site's servers", (f"{ref}.{field}",))
                spec[key] = Traced([str(server) for server in listed], cause)
    cause = Cause("the virtual switch of the hosts", (system.path("vswitch"),))
    spec["vswitchType"] = Traced(_VSWITCH[system.layer.vswitch], cause)
    return resource("System", system.name, spec, Cause("the system", (str(system.ref),)))


__all__ = ["system_resource"]
