"""Plans share types of Manila: one for each back end, and the one that Manila takes where none is named."""

from __future__ import annotations

from typing import Any, NamedTuple

from targets.openstack_resources.region import Region, traced

#: What `default_share_type` of Kolla-Ansible's manila.conf names (roles/manila/templates).
DEFAULT_TYPE = "default_share_type"


class Backend(NamedTuple):
    """The back end's own name (`share_backend_name` of manila-share.conf), and who makes its servers."""

    name: str
    handles_servers: bool


BACKENDS = {
    "cephfs_native": Backend("CEPHFS1", handles_servers=False),
    "cephfs_nfs": Backend("CEPHFSNFS1", handles_servers=False),
    "generic": Backend("GENERIC", handles_servers=True),
}


def share_types(region: Region) -> dict[str, Any]:
    """The share types by name: the usual one is of the first back end; several have one each beside it."""
    if not region.runs("manila"):
        return {}
    backends = tuple(dict.fromkeys(region.layer.manila.backends))
    named = [(DEFAULT_TYPE, backends[0])] if backends else []
    named += [(each, each) for each in backends if len(backends) > 1]
    paths = (region.path("manila", "backends"), region.path("services"))
    rule = "the type of shares of a back end; the first is also the usual one"
    return {
        name: traced(
            {
                "driver_handles_share_servers": BACKENDS[backend].handles_servers,
                "extra_specs": {"share_backend_name": BACKENDS[backend].name},
            },
            rule,
            *paths,
        )
        for name, backend in named
    }
