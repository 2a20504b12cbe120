"""Availability zones of nodes that are guests: known to the region, and enough of them."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule, did_you_mean
from blueprint.model import Kubernetes, Model, OpenStack
from blueprint.model.naming import zone_names
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

TOO_FEW = Rule("OIB5754", "too-few-zones-for-nodes")
UNKNOWN = Rule("OIB5755", "zone-without-guests")


def guest_zones(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Nodes spread over fewer zones than that asks for, or over zones that no compute is in."""
    for ref, cluster in model.of(Kubernetes).items():
        region = None if cluster.on is None else model.things.get(cluster.on)
        if ref in model.existing or not isinstance(region, OpenStack) or cluster.on is None:
            continue
        known = _zones(cluster.on, region, model)
        where = spans.at(cluster.on, "compute")
        control = cluster.control
        blocks: list[tuple[tuple[str, ...], str | tuple[str, ...], int]] = [
            (("control",), control.zones, control.count or 1),
            *((("pool", name), pool.zones, 0) for name, pool in cluster.pool.items()),
        ]
        for path, zones, voting in blocks:
            span = spans.at(ref, *path, "zones")
            unknown = () if zones == "spread" else [z for z in zones if z not in known]
            for name in unknown:
                yield zone_unknown(span, name, cluster.on, known, where)
            count = len(known) if zones == "spread" else len(set(zones))
            asked = zones == "spread" or len(zones) > 1
            if asked and not unknown and _is_short(count, voting):
                yield too_few(span, ".".join(path), ref, voting, count, cluster.on, where)


def _zones(on: Ref, region: OpenStack, model: Model) -> tuple[str, ...]:
    """The names of the zones that computes of a region are in."""
    filled = {host.zone for host in model.hosts(region.compute)}
    return tuple(name for zone, name in zone_names(model, on).items() if zone in filled)


def _is_short(zones: int, voting: int) -> bool:
    """Whether one zone has to hold a majority of those that vote, or all of those that don't."""
    if voting <= 1:
        return zones < 2 and voting == 0
    largest = -(-voting // max(zones, 1))
    return largest * 2 > voting


def too_few(
    span: Span, block: str, ref: str, voting: int, zones: int, region: str, compute_span: Span
) -> Diagnostic:
    """Fewer zones than nodes are to be spread over."""
    there = {0: "no zone has computes", 1: "computes are in one zone"}.get(
        zones, f"computes are in {zones} zones"
    )
    what = f"{voting} members of `{block}`" if voting else f"nodes of `{block}`"
    why = "a majority would be in one of them" if voting else "all would be in the same"
    return Diagnostic(
        TOO_FEW,
        span,
        f"{what} of `{ref}` can't be spread: in `{region}` {there}",
        labels=(Label(compute_span, "the computes"),),
        notes=(why,) if zones else (),
        hint="take `zones` out, or give the site three zones with computes in each"
        if voting
        else "take `zones` out, or give the site more zones with computes",
    )


def zone_unknown(
    span: Span, name: str, region: str, known: tuple[str, ...], compute_span: Span
) -> Diagnostic:
    """A zone in which the region runs no guests."""
    return Diagnostic(
        UNKNOWN,
        span,
        f"no compute of `{region}` is in a zone `{name}`",
        labels=(Label(compute_span, "the computes"),),
        hint=did_you_mean(name, known, otherwise="the site has no zones: take `zones` out"),
    )
