"""The public registries of images, which a registry of the blueprint stands in for on every node."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

#: The registries that images of Kubernetes and of the charts come from, and the hosts that answer for them.
PUBLIC: Mapping[str, str] = MappingProxyType(
    {
        "docker.io": "registry-1.docker.io",
        "ghcr.io": "ghcr.io",
        "quay.io": "quay.io",
        "registry.k8s.io": "registry.k8s.io",
    }
)

__all__ = ["PUBLIC"]
