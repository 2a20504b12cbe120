"""One Kubernetes layer as Magnum sees it: its driver, its template, its node groups."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blueprint.model.kubernetes import MagnumCluster
from blueprint.model.kubernetes_features import OctaviaBalancer
from targets._kubernetes.guests import Group, Guests
from targets._kubernetes.resources import plain

#: The group of workers that a cluster comes with.
FIRST_GROUP = "default-worker"
#: Distributions that the driver for Cluster API makes clusters of, by Glance's `os_distro`.
SYSTEMS = ("debian", "flatcar", "rockylinux", "ubuntu")


@dataclass(frozen=True)
class Cluster(Guests):
    """A layer and all that is derived of it more than once."""

    @cached_property
    def driver(self) -> str:
        """Magnum's driver: as stated, else the region's."""
        stated = self.layer.deployer
        own = stated.driver if isinstance(stated, MagnumCluster) else None
        return own or self.region.magnum.driver

    @property
    def driver_paths(self) -> tuple[str, ...]:
        """The fields that decide the driver."""
        return (self.path("deployer"), f"{self.region_ref}.magnum.driver")

    @property
    def is_scaled(self) -> bool:
        """Whether the autoscaler runs, which then looks after all groups."""
        return any(pool.autoscale for pool in self.layer.pool.values())

    def group_name(self, group: Group) -> str:
        """The name of a node group; the first is the one that the cluster comes with."""
        if group == self.groups[0]:
            return FIRST_GROUP
        return group.name.removeprefix(f"{self.name}-")

    def bounds(self, group: Group) -> tuple[int, int]:
        """The least and the most nodes of a group: those of the pool, or as many as there are."""
        if self.layer.pool[group.pool].autoscale:
            return group.least, group.most
        return group.count, group.count

    @property
    def provider(self) -> tuple[str, tuple[str, ...]] | None:
        """The provider of load balancers, and the fields that decide it; None where there are none."""
        layer = self.layer
        for field, stated in (
            ("load_balancer", layer.load_balancer), ("api.load_balancer", layer.api.load_balancer),
        ):  # fmt: skip
            if isinstance(stated, OctaviaBalancer):
                word = stated.provider or self.region.octavia.providers[0]
                paths = (self.path(field, "provider"), f"{self.region_ref}.octavia.providers")
                return word, paths
        return None


def hashed(base: str, body: Mapping[str, Any]) -> str:
    """A name that changes with what it names: templates in use can't be changed."""
    text = json.dumps(plain(body), sort_keys=True, ensure_ascii=True)
    return f"{base}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"
