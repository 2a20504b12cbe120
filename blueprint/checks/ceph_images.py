"""Images of Ceph's daemons, and the registry that they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Ceph, Kubernetes, Model
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

INCOMPLETE = Rule("OIB5825", "ceph-image-incomplete")
OF_NODES = Rule("OIB5826", "ceph-registry-of-nodes")
_IMAGE = re.compile(
    r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)+:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"
).fullmatch


def ceph_images(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Images that leave open what is pulled, and registries that nodes would have to know."""
    for ref, ceph in model.of(Ceph).items():
        if ref in model.existing:
            continue
        if ceph.image is not None and not _IMAGE(ceph.image):
            yield image_incomplete(spans.at(ref, "image"), ceph.image)
        below = None if ceph.on is None else model.things.get(ceph.on)
        if ceph.on is None or ceph.registry is None or not isinstance(below, Kubernetes):
            continue
        if ceph.registry != below.registry:
            yield registry_of_nodes(
                spans.at(ref, "registry"), ceph.registry, ceph.on, spans.at(ceph.on)
            )


def image_incomplete(span: Span, image: str) -> Diagnostic:
    """An image without registry, path or version."""
    return Diagnostic(
        INCOMPLETE,
        span,
        f"`{image}` does not say which image of which registry in which version",
        hint='write registry, path and version: `"quay.io/ceph/ceph:v19.2.3"`',
    )


def registry_of_nodes(span: Span, registry: Ref, cluster: Ref, other: Span) -> Diagnostic:
    """A registry beside that of the nodes which pull the images."""
    return Diagnostic(
        OF_NODES,
        span,
        f"nodes of `{cluster}` pull Ceph's images, and do not know `{registry}`",
        labels=(Label(other, "this cluster's nodes pull them"),),
        hint=f"set `registry = {registry}` there, or leave it out here",
    )
