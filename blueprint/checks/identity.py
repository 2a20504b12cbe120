"""Regions that share an identity service: one of them runs it, and the names of all are their own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Model, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

NO_IDENTITY_THERE = Rule("OIB5601", "identity-without-keystone")
KEYSTONE_AS_WELL = Rule("OIB5602", "keystone-beside-identity")
REGION_TAKEN = Rule("OIB5603", "region-name-taken")


def identity(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Regions whose identity service is not where they say, or is there twice; names taken twice in one."""
    regions = model.of(OpenStack)
    names: dict[tuple[Ref, str], Ref] = {}
    for ref, region in regions.items():
        shared = region.identity
        if shared is not None:
            span = spans.at(ref, "identity")
            other = regions.get(shared)
            if other is None or _is_in_loop(shared, regions):
                continue  # a loop is the graph's to tell of
            if other.identity is not None or not (
                "keystone" in other.services or shared in model.existing
            ):
                yield no_identity_there(span, shared, other.identity, spans.at(shared))
                continue
            if "keystone" in region.services:
                position = region.services.index("keystone")
                yield keystone_as_well(spans.at(ref, "services", position), ref, shared, span)
        # MySQL compares the identifiers of regions without regard to case.
        name = (keystone_of(ref, region), region.region.casefold())
        taken = names.setdefault(name, ref)
        if taken != ref:
            where = spans.at(taken, "region")
            yield region_taken(spans.at(ref, "region"), ref, taken, region.region, where)


def _is_in_loop(ref: Ref, regions: Mapping[Ref, OpenStack]) -> bool:
    """Whether a region asks for identity, one after the other, in a ring that leads back to it."""
    seen: set[Ref] = set()
    asked: Ref | None = ref
    while asked is not None and asked in regions and asked not in seen:
        seen.add(asked)
        asked = regions[asked].identity
    return asked == ref


def keystone_of(ref: Ref, region: OpenStack) -> Ref:
    """The region whose identity service a region asks: its own, or the one that it names."""
    return region.identity or ref


def no_identity_there(
    span: Span, shared: str, further: str | None, shared_span: Span
) -> Diagnostic:
    """An identity service that is shared and does not exist."""
    what = "it has none" if further is None else f"it asks that of `{further}`"
    return Diagnostic(
        NO_IDENTITY_THERE,
        span,
        f"`{shared}` has no identity service of its own to share",
        labels=(Label(shared_span, what),),
        hint=f"add `keystone` to the `services` of `{shared}`"
        if further is None
        else f"write `identity = {further}`",
    )


def keystone_as_well(span: Span, region: str, shared: str, identity_span: Span) -> Diagnostic:
    """A second identity service in a region that shares another one's."""
    return Diagnostic(
        KEYSTONE_AS_WELL,
        span,
        f"`{region}` lists `keystone` and shares the one of `{shared}`",
        labels=(Label(identity_span, "shared here"),),
        hint="take `keystone` out of `services`, or `identity` out of the region",
    )


def region_taken(span: Span, region: str, other: str, name: str, other_span: Span) -> Diagnostic:
    """Two regions of one name in one identity service: the endpoints of one would replace the other's."""
    return Diagnostic(
        REGION_TAKEN,
        span,
        f"`{name}` is `{other}` already in the identity service that `{region}` shares",
        labels=(Label(other_span, f"the region of `{other}`"),),
        hint="give each its own `region`: the endpoints of both are kept under these names",
    )
