"""Plans share types of Manila: one for each back end, and the one that Manila takes where none is named."""

from __future__ import annotations

from typing import Any, NamedTuple

from targets.openstack_resources.region import Region, traced

#: What `default_share_type` of Kolla-Ansible's manila.conf names (roles/manila/templates).
DEFAULT_TYPE = "default_share_type"


class Backend(NamedTuple):
    """The type's name, the back end's own (`share_backend_name` of manila-share.conf), who makes servers."""

    type: str
    name: str
    handles_servers: bool


BACKENDS = {
    "cephfs_native": Backend("cephfs", "CEPHFS1", handles_servers=False),
    "cephfs_nfs": Backend("cephfs_nfs", "CEPHFSNFS1", handles_servers=False),
    "generic": Backend("generic", "GENERIC", handles_servers=True),
}


def share_types(region: Region) -> dict[str, Any]:
    """The share types by name; the first back end is also the usual one."""
    if not region.runs("manila"):
        return {}
    stated = [BACKENDS[name] for name in region.layer.manila.backends]
    named = [(DEFAULT_TYPE, stated[0])] if stated else []
    named += [(backend.type, backend) for backend in stated]
    paths = (region.path("manila", "backends"), region.path("services"))
    return {
        name: traced(
            {
                "driver_handles_share_servers": backend.handles_servers,
                "extra_specs": {"share_backend_name": backend.name},
            },
            "the type of shares of a back end; the first is also the usual one",
            *paths,
        )
        for name, backend in named
    }
