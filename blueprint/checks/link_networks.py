"""The networks of one link: each once, and either tagged or untagged."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import described_groups
from blueprint.model import Model, Network
from blueprint.model.hosts import Attachment
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

NETWORK_TWICE = Rule("OIB5119", "network-twice-on-link")


def link_networks(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Links that carry a network twice, or with a tag and without."""
    networks = model.of(Network)
    for group, spec, _ in described_groups(model):
        links: list[tuple[str, str, Attachment]] = [
            *(("bond", label, link) for label, link in spec.bond.items()),
            *(("port", label, link) for label, link in spec.port.items()),
        ]
        for kind, label, link in links:
            first: dict[Ref, tuple[str, ...]] = {}
            for position, ref in enumerate(link.networks):
                path = (kind, label, "networks", str(position))
                here = spans.at(group, *path)
                other = first.setdefault(ref, path)
                if other != path:
                    yield network_twice(here, ref, label, group, spans.at(group, *other))
                elif ref == link.native and networks[ref].vlan is not None:
                    native = spans.at(group, kind, label, "native")
                    yield native_tagged(here, ref, label, group, native)


def network_twice(span: Span, network: str, link: str, group: str, first: Span) -> Diagnostic:
    """A network that one link names twice."""
    return Diagnostic(
        NETWORK_TWICE,
        span,
        f"`{link}` of `{group}` carries `{network}` twice",
        labels=(Label(first, "first named here"),),
        hint="delete one",
    )


def native_tagged(span: Span, network: str, link: str, group: str, native: Span) -> Diagnostic:
    """A network that one link carries with its tag and without."""
    return Diagnostic(
        NETWORK_TWICE,
        span,
        f"`{link}` of `{group}` carries `{network}` with its tag and without",
        labels=(Label(native, "without it, by this"),),
        hint=f"delete it from `networks`, or delete `native = {network}`",
    )
