"""The resource `System`: what holds for the system as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.starlingx_parts import HostCeph, RookCeph
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.starlingx.catalog import catalog
from targets.starlingx.resources.common import gibibytes, resource
from targets.starlingx.resources.storage import monitor_size, third_monitor
from targets.starlingx.system import System

#: What the deployment manager calls each virtual switch; Open vSwitch in pods is no business of the platform.
VSWITCHES = {"none": "none", "ovs": "none", "ovs_dpdk": "ovs-dpdk"}
#: Each file system of controllers that the blueprint may size, by StarlingX's word for it.
CONTROLLER_FILESYSTEMS = {
    "platform": "platform",
    "database": "database",
    "extension": "extension",
    "etcd": "etcd",
    "docker_distribution": "docker-distribution",
}
#: The file system of the monitor that goes from controller to controller.
FLOATING_MONITOR = "ceph-float"


def system_resource(system: System) -> dict[str, Any]:
    """The system with its place, its servers, its storage backend, its virtual switch."""
    spec: dict[str, Any] = {}
    if system.layer.description is not None:
        cause = Cause("the stated description", (system.path("description"),))
        spec["description"] = Traced(system.layer.description, cause)
    spec.update(_site(system))
    storage = {"backends": list(_backends(system)), "filesystems": list(_filesystems(system))}
    if any(storage.values()):
        spec["storage"] = {name: listed for name, listed in storage.items() if listed}
    cause = Cause("the virtual switch of the hosts", (system.path("vswitch"),))
    spec["vswitchType"] = Traced(VSWITCHES[system.layer.vswitch], cause)
    return resource("System", system.name, spec, Cause("the system", (str(system.ref),)))


def _site(system: System) -> Iterator[tuple[str, Any]]:
    """Where the system is, and the servers there."""
    if system.site is None:
        return
    ref, site = system.site
    if site.region is not None:
        cause = Cause("the site's region", (f"{ref}.region",))
        yield "location", Traced(site.region, cause)
    for field in ("latitude", "longitude"):
        value = getattr(site, field)
        if value is not None:
            yield field, Traced(str(value), Cause("where the site is", (f"{ref}.{field}",)))
    for key, field, listed in (("dnsServers", "dns", site.dns), ("ntpServers", "ntp", site.ntp)):
        if listed:
            cause = Cause("the site's servers", (f"{ref}.{field}",))
            yield key, Traced([str(server) for server in listed], cause)


def _backends(system: System) -> Iterator[Any]:
    """The storage backend, under the name that StarlingX gives it by default."""
    backend = system.layer.storage
    if backend is None:
        return
    why = Cause("the storage backend", (system.path("storage"),))
    is_rook = isinstance(backend, RookCeph)
    entry: dict[str, Any] = {
        "name": "ceph-rook-store" if is_rook else "ceph-store",
        "type": "ceph-rook" if is_rook else "ceph",
    }
    if isinstance(backend, RookCeph):
        model = Cause("which hosts carry OSDs", (system.path("storage", "deployment"),))
        entry["deployment"] = Traced(backend.deployment, model)
        services = Cause("what it serves", (system.path("storage", "services"),))
        entry["services"] = Traced(list(backend.services), services)
    default = 1 if system.system_mode == "simplex" else 2
    paths = (system.path("storage", "replicas"), system.path("config"))
    entry["replicationFactor"] = Traced(backend.replicas or default, Cause("copies", paths))
    if isinstance(backend, HostCeph) and backend.monitor_size is not None:
        size = Cause("a monitor's size", (system.path("storage", "monitor_size"),))
        entry["partitionSize"] = Traced(gibibytes(backend.monitor_size), size)
    yield Traced(entry, why)


def _filesystems(system: System) -> Iterator[Any]:
    """File systems that go with the active controller."""
    layer = system.layer
    known = catalog(layer.release).words("controller_filesystems")
    for field, word in CONTROLLER_FILESYSTEMS.items():
        size = getattr(layer.filesystems, field)
        if size is not None and word in known:
            cause = Cause("the stated size", (system.path("filesystems", field),))
            yield Traced({"name": word, "size": gibibytes(size)}, cause)
    floats = layer.config == "aio_dx" and third_monitor(system) is None
    if isinstance(layer.storage, RookCeph) and floats and FLOATING_MONITOR in known:
        size_gib, cause = monitor_size(system)
        yield Traced({"name": FLOATING_MONITOR, "size": size_gib}, cause)


__all__ = ["CONTROLLER_FILESYSTEMS", "FLOATING_MONITOR", "VSWITCHES", "system_resource"]
