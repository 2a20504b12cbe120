"""What regions may not share: names of their APIs, names of their own, one address with and without TLS."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.checks.identity import keystone_of
from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.model import Kubernetes, Model, OpenStack
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

REGION_REPEATED = Rule("OIB5406", "region-name-repeated", Severity.WARNING)
FQDN_REPEATED = Rule("OIB5407", "api-name-repeated")
TLS_ON_ONE_SIDE = Rule("OIB5414", "tls-on-one-side")
ONE_NAME = Rule("OIB5604", "one-name-for-two-addresses")


def regions(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Regions that can't be told apart, or whose endpoints can't."""
    names: dict[str, Ref] = {}
    fqdns: dict[str, tuple[Ref, tuple[str, ...]]] = {}
    for ref, region in model.of(OpenStack).items():
        # the name of a region on StarlingX is not the blueprint's to give
        other = ref if region.is_on_starlingx else names.setdefault(region.region, ref)
        if other != ref and keystone_of(ref, region) != keystone_of(
            other, model.at(other, OpenStack)
        ):
            span = spans.at(ref, "region")
            yield region_repeated(span, ref, other, region.region, spans.at(other, "region"))
        for side in ("internal", "public"):
            endpoint = region.api.public if side == "public" else region.api.internal
            if endpoint is None or endpoint.fqdn is None:
                continue
            path = ("api", side, "fqdn")
            yield from _fqdn(endpoint.fqdn, ref, path, fqdns, spans)
        public, internal = region.api.public, region.api.internal
        if public is None:
            continue
        if public.vip != internal.vip:
            if public.fqdn is not None and public.fqdn.lower() == (internal.fqdn or "").lower():
                yield one_name(
                    spans.at(ref, "api", "public", "fqdn"), public.fqdn, str(internal.vip),
                    str(public.vip), spans.at(ref, "api", "internal", "fqdn"),
                )  # fmt: skip
            continue
        if (public.tls is None) != (internal.tls is None):
            yield tls_on_one_side(
                spans.at(ref, "api", "public", "vip"), ref, str(public.vip),
                "public" if internal.tls is None else "internal",
                spans.at(ref, "api", "internal", "vip"),
            )  # fmt: skip
    for ref, cluster in model.of(Kubernetes).items():
        if cluster.api.fqdn is not None:
            yield from _fqdn(cluster.api.fqdn, ref, ("api", "fqdn"), fqdns, spans)


def _fqdn(
    fqdn: str,
    ref: Ref,
    path: tuple[str, ...],
    fqdns: dict[str, tuple[Ref, tuple[str, ...]]],
    spans: Spans,
) -> Iterator[Diagnostic]:
    owner, there = fqdns.setdefault(fqdn.lower(), (ref, path))
    if owner != ref:
        yield fqdn_repeated(spans.at(ref, *path), fqdn, ref, owner, spans.at(owner, *there))


def region_repeated(span: Span, region: str, other: str, name: str, other_span: Span) -> Diagnostic:
    """Two regions with one name."""
    return Diagnostic(
        REGION_REPEATED,
        span,
        f"`{region}` and `{other}` are both region `{name}`",
        labels=(Label(other_span, f"`{other}` has the name too"),),
        hint="give each a `region` of its own, so that clients and bills tell them apart",
    )


def fqdn_repeated(span: Span, fqdn: str, region: str, other: str, other_span: Span) -> Diagnostic:
    """One name in the DNS for the APIs of two regions."""
    return Diagnostic(
        FQDN_REPEATED,
        span,
        f"`{fqdn}` names the APIs of `{region}` and of `{other}`",
        labels=(Label(other_span, f"`{other}` has the name too"),),
        hint="give each region a name of its own",
    )


def tls_on_one_side(
    span: Span, region: str, vip: str, side: str, internal_span: Span
) -> Diagnostic:
    """One address for an endpoint with TLS and one without."""
    return Diagnostic(
        TLS_ON_ONE_SIDE,
        span,
        f"both endpoints of `{region}` are at {vip}, but only the {side} one has TLS",
        labels=(Label(internal_span, "the internal endpoint"),),
        hint="set `tls` on both, or give the public endpoint an address of its own",
    )


def one_name(span: Span, fqdn: str, internal: str, public: str, internal_span: Span) -> Diagnostic:
    """One name for the two endpoints of a region, which have an address each."""
    return Diagnostic(
        ONE_NAME,
        span,
        f"`{fqdn}` would have to lead to {internal} and to {public}",
        labels=(Label(internal_span, "the internal endpoint has the name too"),),
        hint="give each endpoint a name of its own, or leave `public` out where one address serves both",
    )
