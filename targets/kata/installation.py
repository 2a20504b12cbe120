"""One cluster as kata-deploy sees it: its shims, the nodes that have them, the class behind `kata`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from blueprint.model import Hardware, Host, Kubernetes, Model
from blueprint.model.kata import SHIMS, ShimFacts, runtime_pools
from blueprint.model.kubernetes_features import Containerd, Runtime, Shim
from blueprint.values import Ref
from targets._kubernetes.access import field_address

#: The snapshotter that a shim has where neither it nor the blueprint asks for one.
PLAIN = "overlayfs"


@dataclass(frozen=True, slots=True)
class Placed:
    """A shim, the runtimes that state it, and the pools that have it."""

    shim: Shim
    runtimes: tuple[str, ...]
    pools: tuple[str, ...]

    @property
    def facts(self) -> ShimFacts:
        """What the shim is and needs."""
        return SHIMS[self.shim]


@dataclass(frozen=True)
class Installation:
    """A layer and all that is derived of it more than once."""

    ref: Ref
    model: Model

    @cached_property
    def cluster(self) -> Kubernetes:
        """The declaration."""
        return self.model.at(self.ref, Kubernetes)

    def path(self, *parts: str) -> str:
        """The address of a field of the cluster; labels that are texts are quoted in it."""
        return field_address(self.ref, *parts)

    @cached_property
    def shims(self) -> tuple[Placed, ...]:
        """The shims, each once, in the order of the source."""
        found: dict[Shim, list[str]] = {}
        for label, runtime in self.cluster.runtime.items():
            for shim in dict.fromkeys(runtime.shims):
                found.setdefault(shim, []).append(label)
        return tuple(
            Placed(shim, tuple(labels), self._pools_of(labels)) for shim, labels in found.items()
        )

    def _pools_of(self, labels: list[str]) -> tuple[str, ...]:
        pools = {p for label in labels for p in runtime_pools(self.cluster, self.runtime(label))}
        return tuple(name for name in self.cluster.pool if name in pools)

    def runtime(self, label: str) -> Runtime:
        """The runtime of a label."""
        return self.cluster.runtime[label]

    @cached_property
    def pools(self) -> tuple[str, ...]:
        """The pools that have any shim, in the order of the source."""
        having = {pool for placed in self.shims for pool in placed.pools}
        return tuple(name for name in self.cluster.pool if name in having)

    @property
    def default(self) -> tuple[Shim, str]:
        """The shim behind `kata`, and the runtime that says so: the first stated, else the first at all."""
        for label, runtime in self.cluster.runtime.items():
            if runtime.default is not None:
                return runtime.default, label
        first = self.shims[0]
        return first.shim, first.runtimes[0]

    def snapshotter(self, placed: Placed) -> tuple[str, str | None]:
        """What unpacks images for a shim, and the runtime that states it, where one does."""
        for label in placed.runtimes:
            stated = self.runtime(label).snapshotter
            if stated is not None:
                return stated, label
        return placed.facts.snapshotter or PLAIN, None

    @cached_property
    def devmapper_pools(self) -> tuple[str, ...]:
        """The pools whose nodes have a thin pool."""
        having = {
            pool
            for placed in self.shims
            if self.snapshotter(placed)[0] == "devmapper"
            for pool in placed.pools
        }
        return tuple(name for name in self.cluster.pool if name in having)

    def hosts(self, pool: str) -> Iterator[Host]:
        """The hosts of a pool; none where its nodes are guests."""
        yield from self.model.hosts(self.cluster.pool[pool].hosts)

    def hardware(self, pool: str) -> dict[Ref, Hardware]:
        """The models of server in a pool."""
        refs = dict.fromkeys(host.spec.hardware for host in self.hosts(pool))
        return {ref: self.model.at(ref, Hardware) for ref in refs}

    @property
    def containerd(self) -> tuple[int, ...] | None:
        """The version of containerd that the blueprint states, as numbers."""
        engine = self.cluster.container_engine
        if not isinstance(engine, Containerd) or engine.version is None:
            return None
        parts = engine.version.removeprefix("v").split(".")
        return tuple(int(part) for part in parts[:2]) if all(map(str.isdigit, parts[:2])) else None
