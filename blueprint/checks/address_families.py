"""Networks of both families: `cidr` is IPv4 and `cidr6` IPv6, and nothing of the second stands without it."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Model, Network
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Cidr, Ref

WRONG_FAMILY = Rule("OIB5007", "subnet-of-wrong-family")
SECOND_FAMILY_MISSING = Rule("OIB5008", "second-family-without-subnet")


def address_families(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Subnets of the wrong family, and routers of a family that the network does not have."""
    for ref, network in model.of(Network).items():
        cidr, second = network.cidr, network.cidr6
        if second is None:
            yield from _without_second(ref, network, spans)
            continue
        if second.version == 4:
            yield wrong_family(spans.at(ref, "cidr6"), "cidr6", second, ref)
        elif cidr.version == 6:
            yield wrong_family(spans.at(ref, "cidr"), "cidr", cidr, ref, spans.at(ref, "cidr6"))
        for label, segment in network.segment.items():
            path = ("segment", label, "gateway6")
            if segment.gateway6 is not None and segment.cidr6 is None:
                yield second_family_missing(
                    spans.at(ref, *path), ".".join(path), f"segment.{label}"
                )


def _without_second(ref: Ref, network: Network, spans: Spans) -> Iterator[Diagnostic]:
    if network.gateway6 is not None:
        yield second_family_missing(spans.at(ref, "gateway6"), "gateway6", ref)
    for label, segment in network.segment.items():
        for field, value in (("cidr6", segment.cidr6), ("gateway6", segment.gateway6)):
            if value is not None:
                path = ("segment", label, field)
                yield second_family_missing(spans.at(ref, *path), ".".join(path), ref)
                break


def wrong_family(
    span: Span, field: str, cidr: Cidr, network: str, second: Span | None = None
) -> Diagnostic:
    """A subnet that is not of the family that its attribute is for."""
    wanted = "IPv4" if field == "cidr" else "IPv6"
    hint = "state the IPv4 subnet as `cidr` and the IPv6 one as `cidr6`"
    return Diagnostic(
        WRONG_FAMILY,
        span,
        f"`{field}` of `{network}` is {cidr}, and an {wanted} subnet is needed",
        labels=() if second is None else (Label(second, "the network has both families"),),
        hint=hint if field == "cidr6" else f"{hint}; a network of IPv6 alone has `cidr` only",
    )


def second_family_missing(span: Span, what: str, owner: str) -> Diagnostic:
    """Something of the second family where there is no subnet of it."""
    return Diagnostic(
        SECOND_FAMILY_MISSING,
        span,
        f"`{what}` is stated, and `{owner}` has no `cidr6`",
        hint=f"add `cidr6` to `{owner}`; a network of IPv6 alone has `cidr` and `gateway`",
    )
