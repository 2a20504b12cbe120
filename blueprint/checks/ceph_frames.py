"""Frame sizes of Ceph's networks: alike on all hosts of a cluster."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule, Severity
from blueprint.fleet import ceph_roles, linked_groups, parts_of
from blueprint.model import Ceph, Model, Network
from blueprint.model.links import Link
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Ref

FRAMES_DIFFER = Rule("OIB5541", "frames-of-ceph-differ", Severity.WARNING)


def frames(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Networks of a cluster that its hosts have with frames of two sizes.

    A tagged network has its own size on every link. Untagged, it is the link itself, which has that of the
    largest network on it, or what is stated.
    """
    links = [(group, each) for group, _, found in linked_groups(model) for each in found]
    for ref, cluster in model.of(Ceph).items():
        if ref in model.existing:
            continue
        named = [host for role in ceph_roles(ref, cluster) for host in role.selection]
        groups = {part.group.ref for part in parts_of(model, named)}
        for network in dict.fromkeys((cluster.public_network, cluster.cluster_network)):
            first: tuple[Ref, Link] | None = None
            for group, link in links:
                if network is None or group not in groups or link.networks.get(network) is None:
                    continue
                if first is None:
                    first = group, link
                elif _size(model, network, link) != _size(model, network, first[1]):
                    yield frames_differ(
                        _place(spans, group, link), network, ref,
                        (group, _size(model, network, link)),
                        (first[0], _size(model, network, first[1])),
                        _place(spans, *first),
                    )  # fmt: skip
                    break


def _size(model: Model, network: Ref, link: Link) -> int:
    is_tagged = link.networks[network] != link.name
    return model.at(network, Network).mtu if is_tagged else link.mtu


def _place(spans: Spans, group: Ref, link: Link) -> Span:
    return spans.written(group, *link.field, "mtu") or spans.at(group, *link.field)


def frames_differ(
    span: Span,
    network: str,
    cluster: str,
    here: tuple[str, int],
    there: tuple[str, int],
    other_span: Span,
) -> Diagnostic:
    """A network of a cluster with frames of two sizes."""
    (group, mtu), (other, other_mtu) = here, there
    return Diagnostic(
        FRAMES_DIFFER,
        span,
        f"`{group}` sends frames of {mtu} on `{network}` of `{cluster}`, and `{other}` of {other_mtu}",
        labels=(Label(other_span, f"{other_mtu} here"),),
        notes=("untagged, a network has the frames of its link",),
        hint=f"give the links one `mtu`, or `{network}` a `vlan`",
    )
