"""Frames on a link: every VLAN, and what carries no tag, means one network."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import carries, linked_groups
from blueprint.model import Model, Network, OpenStack, Physnet
from blueprint.model.links import Link
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Range, Ref

VLAN_CLASH = Rule("OIB5104", "vlan-clash")
ADDRESS_ON_TRUNK = Rule("OIB5110", "address-on-physnet-link")
PHYSNET_REPEATED = Rule("OIB5111", "physnet-on-two-links")
NETWORK_REPEATED = Rule("OIB5112", "network-on-two-links")
OTHER_SITE = Rule("OIB5113", "network-of-another-site")


def vlan(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Links on which a tag, or its absence, means two things, and networks on two links of a host."""
    networks, physnets = model.of(Network), model.of(Physnet)
    neutrons = _given_to_neutron(model)
    reported: set[tuple[object, ...]] = set()
    for group, _, links in linked_groups(model):
        networks_on: dict[Ref, Link] = {}
        physnets_on: dict[Ref, Link] = {}
        for link in links:
            yield from _clashes(group, link, networks, physnets, spans, neutrons, reported)
            for ref in link.networks:
                other = networks_on.setdefault(ref, link)
                if other is not link:
                    here = spans.at(group, *carries(link, ref))
                    there = spans.at(group, *carries(other, ref))
                    yield network_repeated(here, ref, group, other.name, link.name, there)
            if link.physnet is not None:
                other = physnets_on.setdefault(link.physnet, link)
                if other is not link:
                    yield physnet_repeated(
                        spans.at(group, *link.field, "physnet"), link.physnet, group, other.name,
                        link.name, spans.at(group, *other.field, "physnet"),
                    )  # fmt: skip
                untagged = next((r for r, name in link.networks.items() if name == link.name), None)
                if untagged is not None:
                    where = spans.at(group, *link.field, "physnet")
                    here = spans.at(group, *carries(link, untagged))
                    yield address_on_trunk(here, untagged, link.name, link.physnet, where)


def sites(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Hosts on networks that are in another site."""
    networks = model.of(Network)
    places: dict[int, set[Ref]] = {}
    for hosts in model.groups.values():
        for host in hosts:
            if host.site is not None:
                places.setdefault(id(host.spec), set()).add(host.site)
    for group, spec, links in linked_groups(model):
        for link in links:
            for ref in link.networks:
                site = networks[ref].site
                elsewhere = [place for place in places.get(id(spec), ()) if place != site]
                if site is not None and elsewhere:
                    yield other_site(
                        spans.at(group, *carries(link, ref)), ref, site, group, min(elsewhere),
                        spans.at(ref, "site"),
                    )  # fmt: skip


def other_site(
    span: Span, network: str, site: str, group: str, place: str, site_span: Span
) -> Diagnostic:
    """A network that the site of the hosts doesn't have."""
    return Diagnostic(
        OTHER_SITE,
        span,
        f"`{network}` is in `{site}`, and `{group}` in `{place}`",
        labels=(Label(site_span, "the site of the network"),),
        hint="declare a network for each site, or take `site` out of one that is stretched over both",
    )


def _clashes(
    group: Ref,
    link: Link,
    networks: Mapping[Ref, Network],
    physnets: Mapping[Ref, Physnet],
    spans: Spans,
    neutrons: dict[tuple[Ref, int], Ref],
    reported: set[tuple[object, ...]],
) -> Iterator[Diagnostic]:
    """Networks of one link with one tag, and networks whose tag the link's physical network may use."""
    seen: dict[int | None, Ref] = {}
    for ref, interface in link.networks.items():
        tag = None if interface == link.name else networks[ref].vlan
        other = seen.setdefault(tag, ref)
        if other != ref and ("tag", other, ref) not in reported:
            reported.add(("tag", other, ref))
            here = spans.at(group, *carries(link, ref))
            there = spans.at(group, *carries(link, other))
            if (
                here == there
            ):  # a list that nobody wrote out: the networks themselves tell them apart
                here, there = spans.at(ref, "vlan"), spans.at(other, "vlan")
            yield same_tag(here, ref, other, link.name, tag, there)
        if tag is None:
            continue
        for name in dict.fromkeys((link.physnet, link.functions_physnet)):
            if name is None or name not in physnets or ("physnet", ref, name) in reported:
                continue
            allowed = physnets[name].vlans
            position = next((i for i, r in enumerate(allowed) if _within(tag, r)), None)
            if position is not None:
                reported.add(("physnet", ref, name))
                yield tag_of_physnet(
                    spans.at(ref, "vlan"), ref, tag, name, link.name, group,
                    spans.at(name, "vlans", str(position)),
                )  # fmt: skip
                continue
            given = neutrons.get((name, tag))
            if given is not None and given != ref:
                reported.add(("physnet", ref, name))
                yield tag_of_neutron(
                    spans.at(ref, "vlan"), ref, given, tag, name, link.name, spans.at(given, "vlan")
                )


def _given_to_neutron(model: Model) -> dict[tuple[Ref, int], Ref]:
    """The network that Neutron has on each physical network and VLAN."""
    networks = model.of(Network)
    return {
        (given.physnet, tag): given.network
        for region in model.of(OpenStack).values()
        for _, _, given in region.neutron_networks()
        if (tag := networks[given.network].vlan) is not None
    }


def _within(tag: int, vlans: Range | int) -> bool:
    return tag in vlans if isinstance(vlans, Range) else tag == vlans


def same_tag(
    span: Span, network: str, other: str, link: str, tag: int | None, other_span: Span
) -> Diagnostic:
    """Two networks that one link can't tell apart."""
    how = "both untagged" if tag is None else f"both VLAN {tag}"
    hint = "give one of them a VLAN of its own"
    if tag is None:
        hint = "a link carries one untagged network: give the other a `vlan`, or another link"
    return Diagnostic(
        VLAN_CLASH,
        span,
        f"`{network}` and `{other}` are {how} on `{link}`",
        labels=(Label(other_span, f"the other is `{other}`"),),
        hint=hint,
    )


def tag_of_physnet(
    span: Span, network: str, tag: int, physnet: str, link: str, group: str, physnet_span: Span
) -> Diagnostic:
    """A VLAN of the hosts' own that Neutron may give to tenants on the same link."""
    return Diagnostic(
        VLAN_CLASH,
        span,
        f"VLAN {tag} of `{network}` is one that `{physnet}` may use too, on `{link}` of `{group}`",
        labels=(Label(physnet_span, "VLANs for tenants and provider networks"),),
        hint=f"take {tag} out of `vlans`, or carry `{network}` on another link",
    )


def tag_of_neutron(
    span: Span, network: str, given: str, tag: int, physnet: str, link: str, given_span: Span
) -> Diagnostic:
    """A VLAN of the hosts' own that a network of Neutron has on the same link."""
    return Diagnostic(
        VLAN_CLASH,
        span,
        f"VLAN {tag} of `{network}` is that of `{given}` on `{physnet}` too, both on `{link}`",
        labels=(Label(given_span, f"`{given}` is Neutron's"),),
        hint="give one of them a VLAN of its own, or carry them on two links",
    )


def address_on_trunk(
    span: Span, network: str, link: str, physnet: str, physnet_span: Span
) -> Diagnostic:
    """An untagged network of the hosts on a link that the virtual switch takes over."""
    return Diagnostic(
        ADDRESS_ON_TRUNK,
        span,
        f"`{network}` is untagged on `{link}`, whose untagged frames `{physnet}` takes",
        labels=(Label(physnet_span, "the virtual switch takes the link here"),),
        notes=("an address on a link that is a port of a bridge doesn't answer",),
        hint=f"give `{network}` a `vlan`, or carry it on another link",
    )


def physnet_repeated(
    span: Span, physnet: str, group: str, first: str, second: str, first_span: Span
) -> Diagnostic:
    """A physical network that a host joins twice."""
    return Diagnostic(
        PHYSNET_REPEATED,
        span,
        f"`{physnet}` is on `{first}` and `{second}` of `{group}`",
        labels=(Label(first_span, f"`{first}` is part of it here"),),
        hint="join the ports to one bond, or declare a physnet for each link",
    )


def network_repeated(
    span: Span, network: str, group: str, first: str, second: str, first_span: Span
) -> Diagnostic:
    """A network that a host is on twice."""
    return Diagnostic(
        NETWORK_REPEATED,
        span,
        f"`{network}` is on `{first}` and `{second}` of `{group}`",
        labels=(Label(first_span, f"on `{first}` here"),),
        hint="a host has one interface on a network: join the ports to one bond",
    )
