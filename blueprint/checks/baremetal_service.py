"""What Ironic needs to install, clean and inspect nodes: networks that Neutron knows, addresses, facts."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.capabilities import has_router
from blueprint.checks.address_ranges import as_range, range_text
from blueprint.checks.places import once_a_place
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.fleet import linked_groups, parts_of
from blueprint.model import Model, Network, OpenStack
from blueprint.model.baremetal import neutron_network, nodes_of
from blueprint.model.openstack_services import Ironic
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Range, Ref

NO_SETTINGS = Rule("OIB5330", "bare-metal-without-networks")
NOT_IN_NEUTRON = Rule("OIB5331", "network-unknown-to-neutron")
NO_DHCP = Rule("OIB5332", "no-addresses-for-nodes")
TWO_SERVERS = Rule("OIB5333", "two-dhcp-servers")
INCOMPLETE = Rule("OIB5334", "incomplete-node")
NO_WAY = Rule("OIB5335", "nodes-without-way-to-api")
OUT_OF_REACH = Rule("OIB5336", "controllers-out-of-reach")


def bare_metal_service(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Regions that can't reach, install or inspect the nodes that they give out."""
    for ref, region in model.of(OpenStack).items():
        if "ironic" not in region.services or ref in model.existing:
            continue
        if region.ironic is None:
            position = next(n for n, name in enumerate(region.services) if name == "ironic")
            yield without_settings(spans.at(ref, "services", str(position)), ref)
            continue
        yield from _networks(ref, region, region.ironic, model, spans)
        yield from _ways(ref, region, region.ironic, model, spans)
        yield from _controllers(ref, region, model, spans)
        yield from once_a_place(_incomplete(ref, model, spans))
    yield from _two_servers(model, spans)


def _networks(
    ref: Ref, region: OpenStack, ironic: Ironic, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    told: set[Ref] = set()
    for field in ("provisioning", "cleaning"):
        network: Ref | None = getattr(ironic, field)
        if network is None or network in told or network not in model.things:
            continue
        told.add(network)
        span = spans.at(ref, "ironic", field)
        label = neutron_network(region, network)
        if label is None:
            yield not_in_neutron(span, network, field, ref)
            continue
        provider = region.provider_network.get(label)
        if provider is None or not provider.dhcp:
            kind = "external_network" if provider is None else "provider_network"
            path = (kind, label) if provider is None else (kind, label, "dhcp")
            yield no_dhcp_of_neutron(span, label, field, spans.at(ref, *path))
    inspection = model.things.get(ironic.inspection) if ironic.inspection is not None else None
    if isinstance(inspection, Network) and ironic.inspection is not None:
        span = spans.at(ref, "ironic", "inspection")
        where = spans.at(ironic.inspection)
        if not inspection.dhcp:
            yield no_range(span, ironic.inspection, where)
        elif inspection.cidr.version == 6:
            cidr = spans.at(ironic.inspection, "cidr")
            yield only_ipv4(span, ironic.inspection, cidr)


def _ways(
    ref: Ref, region: OpenStack, ironic: Ironic, model: Model, spans: Spans
) -> Iterator[Diagnostic]:
    """Networks from which the agent on a node can't call the API."""
    api, told = region.api.internal.network, set[Ref]()
    target = model.things.get(api)
    for field in ("provisioning", "cleaning", "inspection"):
        name: Ref | None = getattr(ironic, field)
        network = model.things.get(name) if name is not None else None
        if name is None or name == api or name in told or not isinstance(network, Network):
            continue
        told.add(name)
        if not isinstance(target, Network):
            continue
        if not (has_router(network) and has_router(target) and network.realm == target.realm):
            where = spans.at(ref, "api", "internal", "network")
            yield no_way(spans.at(ref, "ironic", field), name, api, ref, where)


def _controllers(ref: Ref, region: OpenStack, model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Networks of nodes' controllers that no router leads to, and conductors that are not on them."""
    conductors = {part.group.ref for part in parts_of(model, region.control)}
    wirings = [links for group, _, links in linked_groups(model) if group in conductors]
    shared = [{n for link in links for n in link.networks} for links in wirings]
    carried = set[Ref].intersection(*shared) if shared else set()
    told: set[Ref] = set()
    for node in nodes_of(model, ref):
        name = node.host.spec.bmc.network
        network = model.things.get(name) if name is not None else None
        if name is None or name in told or not isinstance(network, Network):
            continue
        told.add(name)
        if not network.routable and name not in carried:
            span = spans.at(node.host.group, "bmc", "network")
            yield out_of_reach(
                span, name, ref, spans.at(name, "routable"), spans.at(ref, "control")
            )


def _incomplete(ref: Ref, model: Model, spans: Spans) -> Iterator[Diagnostic]:
    for node in nodes_of(model, ref):
        host, controller = node.host, node.controller
        if host.spec.managed_by != "ironic":
            continue
        lacking = (
            ("bmc", "address", controller.address is None),
            ("bmc", "credentials", controller.credentials is None),
            ("boot", "mac", node.mac is None),
        )
        for block, field, is_lacking in lacking:
            if is_lacking:
                yield incomplete(spans.at(host.ref), host.ref, block, field, ref)


def _two_servers(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Addresses that Ironic's DHCP server and Neutron both give out."""
    inspected = {
        region.ironic.inspection
        for region in model.of(OpenStack).values()
        if region.ironic is not None and "ironic" in region.services
    }
    for ref, region in model.of(OpenStack).items():
        for label, provider in region.provider_network.items():
            network = model.things.get(provider.network)
            if provider.network not in inspected or not isinstance(network, Network):
                continue
            if not network.dhcp or not provider.dhcp:
                continue
            span = spans.at(ref, "provider_network", label)
            there = spans.at(provider.network, "dhcp")
            if not provider.pool:
                yield whole_subnet(span, label, provider.network, there)
                continue
            for position, each in enumerate(map(as_range, provider.pool)):
                other = next((d for d in map(as_range, network.dhcp) if d.overlaps(each)), None)
                if other is not None:
                    where = spans.at(ref, "provider_network", label, "pool", str(position))
                    yield two_servers(where, label, each, other, provider.network, there)


def without_settings(span: Span, region: str) -> Diagnostic:
    """The service, and nothing about its networks."""
    return Diagnostic(
        NO_SETTINGS,
        span,
        f"`{region}` runs `ironic` and does not say how it reaches its nodes",
        hint="add `ironic { nodes = …  provisioning = network.…  deploy_image { … } }`",
    )


def not_in_neutron(span: Span, network: str, field: str, region: str) -> Diagnostic:
    """A network that Ironic would make ports on, and Neutron does not know."""
    what = {"provisioning": "installed", "cleaning": "cleaned"}[field]
    return Diagnostic(
        NOT_IN_NEUTRON,
        span,
        f"nodes are {what} over `{network}`, which Neutron of `{region}` does not know",
        hint=f"add `provider_network NAME {{ network = {network}  physnet = physnet.…  pool = … }}`",
    )


def no_dhcp_of_neutron(span: Span, label: str, field: str, there: Span) -> Diagnostic:
    """A network on which nodes ask for an address and Neutron is silent."""
    what = {"provisioning": "installed", "cleaning": "cleaned"}[field]
    return Diagnostic(
        NO_DHCP,
        span,
        f"nodes that are {what} get their addresses of Neutron, which gives none out on `{label}`",
        labels=(Label(there, "without DHCP"),),
        hint="declare it as `provider_network` with `dhcp = true`",
    )


def no_range(span: Span, network: str, there: Span) -> Diagnostic:
    """A network on which new nodes ask for an address in vain."""
    return Diagnostic(
        NO_DHCP,
        span,
        f"`{network}` has no addresses for nodes that are inspected",
        labels=(Label(there, "without a `dhcp` range"),),
        hint=f"set `dhcp = FIRST..LAST` in `{network}`, apart from what Neutron gives out",
    )


def only_ipv4(span: Span, network: str, there: Span) -> Diagnostic:
    """IPv6 on a network that nodes boot from."""
    return Diagnostic(
        NO_DHCP,
        span,
        f"nodes are inspected over IPv4, and `{network}` is IPv6",
        labels=(Label(there, "IPv6"),),
        hint="name an IPv4 network",
    )


def two_servers(
    span: Span, label: str, pool: Range, dhcp: Range, network: str, there: Span
) -> Diagnostic:
    """One address from two servers."""
    return Diagnostic(
        TWO_SERVERS,
        span,
        f"Neutron gives out {range_text(pool)} on `{label}`, and Ironic's DHCP server "
        f"{range_text(dhcp)} of it",
        labels=(Label(there, f"the range of `{network}` for inspection"),),
        hint="keep the two ranges apart",
    )


def whole_subnet(span: Span, label: str, network: str, there: Span) -> Diagnostic:
    """A pool that is the whole subnet, the other server's range included."""
    return Diagnostic(
        TWO_SERVERS,
        span,
        f"Neutron would give out all of `{network}` on `{label}`, and Ironic's DHCP server a part of it",
        labels=(Label(there, "the range for inspection"),),
        hint="set `pool` to the addresses that Neutron gives out",
    )


def no_way(span: Span, network: str, api: str, region: str, where: Span) -> Diagnostic:
    """A network of nodes that no router joins to that of the API."""
    return Diagnostic(
        NO_WAY,
        span,
        f"nodes on `{network}` can't call the API of `{region}` on `{api}`: no router joins the two",
        labels=(Label(where, "the API"),),
        hint="set `gateway` of both, and leave `routable` as it is; or name the API's own network",
    )


def out_of_reach(
    span: Span, network: str, region: str, routable: Span, control: Span
) -> Diagnostic:
    """Controllers that Ironic can't call."""
    return Diagnostic(
        OUT_OF_REACH,
        span,
        f"Ironic of `{region}` can't call controllers on `{network}`: no router leads there, and its "
        "conductors are not on it",
        labels=(Label(routable, "no router"), Label(control, "the conductors")),
        hint=f"set `gateway` of `{network}` and take `routable = false` out, or add it to `networks` "
        "of a link of the control hosts",
    )


def incomplete(span: Span, host: str, block: str, field: str, region: str) -> Diagnostic:
    """A node that can't be switched on, logged in to, or recognised."""
    needed = {
        ("bmc", "address"): "where its controller is",
        ("bmc", "credentials"): "how to log in to its controller",
        ("boot", "mac"): "by which port it boots",
    }[block, field]
    return Diagnostic(
        INCOMPLETE,
        span,
        f"`{region}` can't install `{host}`: nothing says {needed}",
        hint=f"set `{block} {{ {field} = … }}`",
    )
