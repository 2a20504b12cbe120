"""External networks on their physical networks: tags that fit, and one network for each."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import Model, Network, OpenStack, Physnet
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Range, Ref

VLAN_OUTSIDE = Rule("OIB5408", "vlan-outside-physnet")
WRONG_TYPE = Rule("OIB5409", "physnet-of-wrong-type")
VLANS_ON_FLAT = Rule("OIB5410", "vlans-on-flat-physnet")
SEGMENT_SHARED = Rule("OIB5412", "external-networks-share-vlan")


def external_networks(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """External networks that their physical network can't carry."""
    networks, physnets = model.of(Network), model.of(Physnet)
    for ref, region in model.of(OpenStack).items():
        carried: dict[tuple[Ref, int | None], str] = {}
        for label, external in region.external_network.items():
            network, physnet = networks[external.network], physnets[external.physnet]
            path = ("external_network", label)
            if (network.vlan is None) != (physnet.type == "flat"):
                yield wrong_type(
                    spans.at(ref, *path, "physnet"), external.network, network.vlan,
                    external.physnet, spans.at(external.physnet, "type"),
                )  # fmt: skip
                continue
            if network.vlan is not None and physnet.vlans and not _allowed(network.vlan, physnet):
                yield vlan_outside(
                    spans.at(external.network, "vlan"), external.network, network.vlan,
                    external.physnet, spans.at(external.physnet, "vlans"),
                )  # fmt: skip
            other = carried.setdefault((external.physnet, network.vlan), label)
            if other != label:
                yield segment_shared(
                    spans.at(ref, *path, "network"), label, other, network.vlan, external.physnet,
                    spans.at(ref, "external_network", other, "network"),
                )  # fmt: skip


def _allowed(vlan: int, physnet: Physnet) -> bool:
    return any(vlan in v if isinstance(v, Range) else vlan == v for v in physnet.vlans)


def flat_physnets(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Physical networks without tags that state VLANs."""
    for ref, physnet in model.of(Physnet).items():
        if physnet.type == "flat" and physnet.vlans:
            yield vlans_on_flat(spans.at(ref, "vlans"), ref, spans.at(ref, "type"))


def vlan_outside(span: Span, network: str, vlan: int, physnet: str, vlans_span: Span) -> Diagnostic:
    """A VLAN that the physical network may not use."""
    return Diagnostic(
        VLAN_OUTSIDE,
        span,
        f"VLAN {vlan} of `{network}` is not one that `{physnet}` may use",
        labels=(Label(vlans_span, f"the VLANs of `{physnet}`"),),
        hint=f"add {vlan} to `vlans` of `{physnet}`, or correct the VLAN",
    )


def wrong_type(
    span: Span, network: str, vlan: int | None, physnet: str, type_span: Span
) -> Diagnostic:
    """A tagged network on a physical network without tags, or the reverse."""
    if vlan is None:
        message = f"`{network}` has no VLAN, and frames on `{physnet}` carry tags"
        hint = f"give `{network}` a `vlan`, or set `type = flat` on `{physnet}`"
    else:
        message = f"`{network}` is VLAN {vlan}, and frames on `{physnet}` carry no tags"
        hint = f"take `vlan` out of `{network}`, or set `type = vlan` on `{physnet}`"
    label = Label(type_span, f"`{physnet}` is of this type")
    return Diagnostic(WRONG_TYPE, span, message, labels=(label,), hint=hint)


def vlans_on_flat(span: Span, physnet: str, type_span: Span) -> Diagnostic:
    """VLANs where frames carry no tags."""
    return Diagnostic(
        VLANS_ON_FLAT,
        span,
        f"`{physnet}` states VLANs, but its frames carry no tags",
        labels=(Label(type_span, "no tags on `flat`"),),
        hint="delete `vlans`, or set `type = vlan`",
    )


def segment_shared(
    span: Span, label: str, other: str, vlan: int | None, physnet: str, other_span: Span
) -> Diagnostic:
    """Two external networks in one broadcast domain, which Neutron refuses."""
    where = f"VLAN {vlan}" if vlan is not None else "the untagged frames"
    return Diagnostic(
        SEGMENT_SHARED,
        span,
        f"`external_network.{label}` is on {where} of `{physnet}`, "
        f"and `external_network.{other}` is already",
        labels=(Label(other_span, "first used here"),),
        hint="give each external network a VLAN of its own",
    )
