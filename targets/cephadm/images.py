"""The image of a cluster's daemons: a full version, from the registry of the blueprint where there is one."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from blueprint.model import Registry
from targets.cephadm.cluster import Cluster

#: The newest image of each release, by its full version: that of a major version moves.
IMAGES = {"reef": "v18.2.7", "squid": "v19.2.3", "tentacle": "v20.2.4"}
_PUBLIC = "quay.io"
_LOGIN = "registry.json"


def image_of(cluster: Cluster) -> str:
    """The image, as the container engine is told."""
    layer = cluster.layer
    if layer.image is not None:
        return layer.image
    place = _PUBLIC
    registry = registry_of(cluster)
    if registry is not None:
        place = "/".join(part for part in (registry.url, registry.namespace) if part)
    return f"{place}/ceph/ceph:{IMAGES[layer.release]}"


def registry_of(cluster: Cluster) -> Registry | None:
    """The registry that images come from, where one is stated."""
    ref = cluster.layer.registry
    return None if ref is None else cluster.model.at(ref, Registry)


def login_words(cluster: Cluster) -> tuple[str, ...]:
    """What the bootstrap is told of a registry that asks who pulls."""
    registry = registry_of(cluster)
    if registry is None or registry.password is None:
        return ()
    return (f"--registry-json {_LOGIN}",)


def registry_needs(cluster: Cluster) -> Iterator[str]:
    """What the operator brings: the login, and the trust of every host."""
    registry = registry_of(cluster)
    if registry is None:
        return
    if registry.password is not None:
        yield (
            f"`{_LOGIN}` in this folder, readable by you alone: an object with `url` `{registry.url}`, `username` "
            f"`{registry.username or ''}` and `password`, which is the secret `{registry.password.key}` of "
            f"`{registry.password.store}`; remove it when this step is done"
        )
    trusted = f"/etc/containers/certs.d/{registry.url}/ca.crt"
    if registry.ca is not None:
        yield f"`{trusted}` on every host: the registry's authority, `{registry.ca}` beside the blueprint"
    if registry.insecure:
        yield f"on every host, the container engine told that `{registry.url}` is without TLS"


def quoted_image(cluster: Cluster) -> str:
    """The image, for a shell."""
    return shlex.quote(image_of(cluster))
