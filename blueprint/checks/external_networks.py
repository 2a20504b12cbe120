"""External and provider networks on their physical networks: tags that fit, and one network for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import linked_groups
from blueprint.model import Model, Network, OpenStack, Physnet
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Range, Ref

VLAN_OUTSIDE = Rule("OIB5408", "vlan-outside-physnet")
WRONG_TYPE = Rule("OIB5409", "physnet-of-wrong-type")
VLANS_ON_FLAT = Rule("OIB5410", "vlans-on-flat-physnet")
SEGMENT_SHARED = Rule("OIB5412", "external-networks-share-vlan")
CARRIED_BY_NOBODY = Rule("OIB5416", "provider-network-without-hosts")
NO_DHCP_FOR_FUNCTIONS = Rule("OIB5417", "no-dhcp-for-virtual-functions")


def external_networks(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """External and provider networks that their physical network can't carry."""
    networks, physnets = model.of(Network), model.of(Physnet)
    for ref, region in model.of(OpenStack).items():
        carried: dict[tuple[Ref, int | None], tuple[str, str]] = {}
        for kind, label, given in region.neutron_networks():
            network, physnet = networks[given.network], physnets[given.physnet]
            if (network.vlan is None) != (physnet.type == "flat"):
                yield wrong_type(
                    spans.at(ref, kind, label, "physnet"), given.network, network.vlan,
                    given.physnet, spans.at(given.physnet, "type"),
                )  # fmt: skip
                continue
            if network.vlan is not None and physnet.vlans and not _allowed(network.vlan, physnet):
                yield vlan_outside(
                    spans.at(given.network, "vlan"), given.network, network.vlan,
                    given.physnet, spans.at(given.physnet, "vlans"),
                )  # fmt: skip
            other = carried.setdefault((given.physnet, network.vlan), (kind, label))
            if other != (kind, label):
                yield segment_shared(
                    spans.at(ref, kind, label, "network"), f"{kind}.{label}", ".".join(other),
                    network.vlan, given.physnet, spans.at(ref, *other, "network"),
                )  # fmt: skip


def provider_networks(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Provider networks that no host of guests or gateway is attached to."""
    for ref, region in model.of(OpenStack).items():
        if not region.provider_network:
            continue
        groups = _groups(model, (*region.compute, *(region.network or region.control)))
        wired = [(g, link) for g, _, links in linked_groups(model) if g in groups for link in links]
        linked = {link.physnet for _, link in wired}
        functions = {link.functions_physnet: (group, link) for group, link in reversed(wired)}
        for label, given in region.provider_network.items():
            span = spans.at(ref, "provider_network", label, "physnet")
            physnet = given.physnet
            if physnet not in linked and physnet not in functions:
                if any(each.physnet == physnet for each in region.external_network.values()):
                    continue  # that gateways lack the link is told already
                yield carried_by_nobody(span, label, physnet, ref, spans.at(ref, "compute"))
            elif given.dhcp and physnet not in linked:
                group, link = functions[physnet]
                role = spans.at(ref, "network" if region.network else "control")
                there = spans.at(group, *link.field, "sriov")
                yield no_dhcp_for_functions(span, label, physnet, ref, there, role)


def _groups(model: Model, role: Iterable[str]) -> set[Ref]:
    return {Ref(name) if name in model.groups else model.host[Ref(name)].group for name in role}


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
    """Two networks in one broadcast domain, which Neutron refuses."""
    where = f"VLAN {vlan}" if vlan is not None else "the untagged frames"
    return Diagnostic(
        SEGMENT_SHARED,
        span,
        f"`{label}` is on {where} of `{physnet}`, and `{other}` is already",
        labels=(Label(other_span, "first used here"),),
        hint="give each network a VLAN of its own"
        if vlan is not None
        else "untagged frames are one network: give each a physical network, or VLANs",
    )


def carried_by_nobody(
    span: Span, label: str, physnet: str, region: str, compute_span: Span
) -> Diagnostic:
    """A network that guests can be attached to nowhere."""
    return Diagnostic(
        CARRIED_BY_NOBODY,
        span,
        f"no compute or gateway of `{region}` is part of `{physnet}`, which `provider_network.{label}` is on",
        labels=(Label(compute_span, "the computes"),),
        hint=f"set `physnet = {physnet}` on a link of theirs, or in `sriov` of a port",
    )


def no_dhcp_for_functions(
    span: Span, label: str, physnet: str, region: str, functions: Span, role: Span
) -> Diagnostic:
    """A network whose guests' questions for an address nobody hears."""
    return Diagnostic(
        NO_DHCP_FOR_FUNCTIONS,
        span,
        f"guests on `provider_network.{label}` get no address: only virtual functions lead to "
        f"`{physnet}`, and no gateway of `{region}` is on it to answer",
        labels=(
            Label(functions, "past the host, and all that answers there"),
            Label(role, "the gateways"),
        ),
        hint=f"set `physnet = {physnet}` on a link of the gateways; or `dhcp = false`, and guests "
        "read their addresses from a config drive",
    )
