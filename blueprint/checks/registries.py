"""Registries of images that the nodes know how to reach."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Kubernetes, Model, OpenStack, Registry
from blueprint.source import Span
from blueprint.spans import Spans

UNKNOWN_TO_NODES = Rule("OIB5780", "registry-unknown-to-nodes")
PAST_REGISTRY = Rule("OIB5781", "images-past-registry")


def registries(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Regions on Kubernetes whose images the nodes can't pull, or pull past the registry that they have."""
    for ref, region in model.of(OpenStack).items():
        below = None if region.on is None else model.things.get(region.on)
        if ref in model.existing or region.on is None or not isinstance(below, Kubernetes):
            continue
        if region.registry == below.registry:
            continue
        if region.registry is None and below.registry is not None:
            known = spans.at(region.on, "registry")
            yield past_registry(spans.at(ref, "on"), ref, region.on, below.registry, known)
            continue
        wanted = None if region.registry is None else model.things.get(region.registry)
        if region.registry is not None and isinstance(wanted, Registry):
            asks = "ca" if wanted.ca is not None else "insecure" if wanted.insecure else None
            if asks is not None:
                where = spans.at(region.registry, asks)
                span = spans.at(ref, "registry")
                yield unknown_to_nodes(span, region.registry, region.on, asks, where)


def unknown_to_nodes(
    span: Span, registry: str, cluster: str, field: str, registry_span: Span
) -> Diagnostic:
    """A registry that nodes refuse to speak to."""
    what = "has a certificate of an authority of its own" if field == "ca" else "speaks no TLS"
    return Diagnostic(
        UNKNOWN_TO_NODES,
        span,
        f"nodes of `{cluster}` can't pull from `{registry}`: it {what}, which they are not told",
        labels=(Label(registry_span, "stated here"),),
        hint=f"set `registry = {registry}` in `{cluster}`",
    )


def past_registry(
    span: Span, region: str, cluster: str, registry: str, registry_span: Span
) -> Diagnostic:
    """Pods whose images come from outside, on nodes that have a registry."""
    return Diagnostic(
        PAST_REGISTRY,
        span,
        f"images of `{region}` would come from public registries, past `{registry}` of `{cluster}`",
        labels=(Label(registry_span, "the nodes' registry"),),
        hint=f"set `registry = {registry}` in `{region}`",
    )
