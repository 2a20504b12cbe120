"""Where what a target writes lies in the Git repository that Argo CD or Flux reads."""

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
