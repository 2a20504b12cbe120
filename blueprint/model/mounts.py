"""Where hosts mount the NFS shares that a region keeps images and guests' disks on.

Whoever prepares the hosts mounts a share there, and the services are told the same path: both ask here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from blueprint.model.openstack import OpenStack

#: Below it lies what `oib` puts on hosts for services.
_ROOT = "/var/lib/oib"
IMAGES = f"{_ROOT}/glance"
#: Nova's own folder stays on each host: it holds the host's identity and locks, and only
#: `instances` in it is shared.
NOVA_STATE = f"{_ROOT}/nova"
GUESTS = f"{NOVA_STATE}/instances"


class Mount(NamedTuple):
    """A share that the hosts of a role mount, and the field of the region that names it."""

    share: str
    path: str
    role: str
    field: tuple[str, ...]


def image_mount(region: OpenStack) -> Mount | None:
    """The share of images, which control hosts mount; None where images are kept elsewhere."""
    share = region.glance.nfs
    if share is None or "glance" not in region.services:
        return None
    return Mount(share, IMAGES, "control", ("glance", "nfs"))


def guest_mount(region: OpenStack) -> Mount | None:
    """The share of guests' disks, which computes mount; None where they are kept elsewhere."""
    share = region.nova.nfs
    if share is None or "nova" not in region.services:
        return None
    return Mount(share, GUESTS, "compute", ("nova", "nfs"))


def mounts_of(region: OpenStack) -> Iterator[Mount]:
    """Every share that hosts of a region mount."""
    yield from (mount for mount in (image_mount(region), guest_mount(region)) if mount)
