"""What Argo CD and Flux read: paths in the Git repository, names of their resources, the Secret with passwords."""

from __future__ import annotations

import posixpath

from blueprint.model.kubernetes_features import GitDelivery
from blueprint.output.layout import folder_of
from blueprint.values import Ref


def path_in_repository(delivery: GitDelivery, layer: Ref, *parts: str) -> str:
    """A path of the layer's folder in the repository, without a leading `./`."""
    return posixpath.normpath(posixpath.join(delivery.path, folder_of(layer), *parts))


def unit_name(layer: Ref, folder: str, *parts: str) -> str:
    """The name of a resource of Argo CD or Flux, unique in a blueprint."""
    from targets._kubernetes.names import object_name

    return object_name(*layer.parts, folder, *parts)


def password_secret(layer: Ref, folder: str) -> str:
    """The Secret in the tool's namespace with the values that hold passwords, `RELEASE.json` for each release."""
    return unit_name(layer, folder, "passwords")


def password_key(release: str) -> str:
    """The key of a release in that Secret."""
    return f"{release}.json"
