"""Addresses of pods and services: enough of them, of families that agree, and none that servers outside have."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from blueprint.capabilities.kubernetes_guests import guests_of
from blueprint.checks.address_overlap import networks_around
from blueprint.checks.subnet_index import SubnetIndex
from blueprint.diagnostics import Diagnostic, Label, Rule
from blueprint.model import (
    Host,
    Kubernetes,
    Model,
    Network,
    OpenStack,
    Proxy,
    Registry,
    Secrets,
    Site,
    StarlingX,
)
from blueprint.model.kubernetes_features import MetalLb
from blueprint.source import Span
from blueprint.spans import Spans
from blueprint.values import Cidr, Ip, Ref

SERVER_INSIDE = Rule("OIB5720", "server-inside-cluster")
TOO_FEW_PODS = Rule("OIB5721", "pods-too-small-for-nodes")
FAMILIES = Rule("OIB5722", "families-of-pods-and-services")
SIZE_REFUSED = Rule("OIB5723", "subnet-size-refused")

#: The most bits between the subnet of all pods and a node's share that the node controller takes.
MOST_BITS = 16
#: The most bits of services' subnet that kubeadm takes, and the fewest that leave ten addresses.
SERVICE_BITS = range(4, 21)


def kubernetes_addresses(model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Addresses of clusters that nodes run out of, or that mean two things."""
    for ref, cluster in model.of(Kubernetes).items():
        if ref in model.existing:
            continue
        faults = [*_families(ref, cluster, spans), *_sizes(ref, cluster, spans)]
        yield from faults
        if not faults:
            yield from _room(ref, cluster, model, spans)
        yield from _servers(ref, cluster, model, spans)
    systems = {r: s for r, s in model.of(StarlingX).items() if r not in model.existing}
    index = SubnetIndex(model.of(Network)) if systems else None
    for ref, system in systems.items():
        assert index is not None
        yield from _of_system(ref, system, model, spans, index)


def _of_system(
    ref: Ref, system: StarlingX, model: Model, spans: Spans, index: SubnetIndex
) -> Iterator[Diagnostic]:
    """Servers that hosts of a StarlingX system call, whose addresses its cluster has taken for itself.

    A subnet that covers networks of the system too is told with those, and one with several servers once.
    """
    networks = model.of(Network)
    around = [
        s for r in networks_around(system, model) if r in networks for s in networks[r].subnets
    ]
    own = [
        (f, c)
        for f in ("pods", "services")
        for c in getattr(system.cluster, f)
        if not any(subnet.overlaps(c) for subnet in around)
    ]
    told: set[Cidr] = set()
    for address, owner, path, what in _called_by_system(system, model):
        field, cidr = next(((f, c) for f, c in own if address in c), (None, None))
        if field is None or cidr is None or cidr in told:
            continue
        near = (subnet for held in index.holding(address) for subnet in networks[held].subnets)
        if not any(address in subnet and subnet.overlaps(cidr) for subnet in near):
            told.add(cidr)
            span = spans.at(ref, "cluster", field)
            yield server_inside(span, field, cidr, what, address, ref, spans.at(owner, *path))


def _called_by_system(
    system: StarlingX, model: Model
) -> Iterator[tuple[Ip, Ref, tuple[str, ...], str]]:
    """Addresses outside that hosts of a system call, its system controller's among them."""
    for site_ref, site in _sites_of(model.hosts(system.controllers), model):
        yield from _of_site(site_ref, site)
    central = None if system.of is None else model.things.get(system.of)
    if isinstance(central, StarlingX) and system.of is not None:
        for position, address in enumerate(central.oam.floating):
            yield address, system.of, ("oam", "floating", str(position)), "system controller"
    yield from _by_url((system.registry, system.proxy), model)


def _of_site(ref: Ref, site: Site) -> Iterator[tuple[Ip, Ref, tuple[str, ...], str]]:
    for field, what in (("dns", "name server"), ("ntp", "time server")):
        for position, server in enumerate(getattr(site, field)):
            if not isinstance(server, str):
                yield server, ref, (field, str(position)), what


def _families(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    pods = [cidr.version for cidr in cluster.pods]
    services = [cidr.version for cidr in cluster.services]
    for field, versions in (("pods", pods), ("services", services)):
        if len(set(versions)) != len(versions):
            text = f"both subnets of `{field}` are IPv{versions[0]}"
            hint = "state one subnet, or one of each family"
            yield families(spans.at(ref, field, "1"), text, hint, None)
            return
    if pods != services:
        text = f"`services` are {_named(services)}, and `pods` {_named(pods)}"
        where = Label(spans.at(ref, "pods"), _named(pods))
        hint = (
            "state the same families in the same order: the first is that of the API's own service"
        )
        yield families(spans.at(ref, "services"), text, hint, where)


def _named(versions: Sequence[int]) -> str:
    return " and ".join(f"IPv{version}" for version in versions)


def _sizes(ref: Ref, cluster: Kubernetes, spans: Spans) -> Iterator[Diagnostic]:
    for position, cidr in enumerate(cluster.services):
        bits = cidr.max_prefixlen - cidr.prefixlen
        if bits not in SERVICE_BITS:
            least, most = (cidr.max_prefixlen - SERVICE_BITS[i] for i in (-1, 0))
            how = "too large" if bits > SERVICE_BITS[-1] else "too small"
            yield size_refused(
                spans.at(ref, "services", position), f"{cidr} is {how} for services",
                f"take a prefix from /{least} to /{most}",
            )  # fmt: skip
    for position, cidr in enumerate(cluster.pods):
        share = _share(cluster, cidr)
        if share - cidr.prefixlen > MOST_BITS:
            name = "node_prefix" if cidr.version == 4 else "node_prefix6"
            yield size_refused(
                spans.at(ref, "pods", position),
                f"{cidr} has more than 65,536 shares of /{share}, and Kubernetes keeps account of no more",
                f"take /{share - MOST_BITS} or a longer prefix, or shorten `{name}`",
            )  # fmt: skip


def _share(cluster: Kubernetes, cidr: Cidr) -> int:
    return cluster.node_prefix if cidr.version == 4 else cluster.node_prefix6


def node_count(cluster: Kubernetes, model: Model) -> int:
    """How many nodes a cluster has at most."""
    if cluster.on is not None:
        return sum(guests.number for guests in guests_of(cluster))
    return len({host.ref for host in model.hosts(cluster.node_hosts)})


def _room(ref: Ref, cluster: Kubernetes, model: Model, spans: Spans) -> Iterator[Diagnostic]:
    nodes = node_count(cluster, model)
    for position, cidr in enumerate(cluster.pods):
        share = _share(cluster, cidr)
        shares = 2 ** max(0, share - cidr.prefixlen) if share >= cidr.prefixlen else 0
        if nodes > shares:
            yield too_few_pods(spans.at(ref, "pods", position), ref, cidr, share, shares, nodes)


def _servers(ref: Ref, cluster: Kubernetes, model: Model, spans: Spans) -> Iterator[Diagnostic]:
    """Servers that nodes and pods call, whose addresses the cluster has taken for itself.

    Where they are on a network of the blueprint, the overlap with that one is told already.
    """
    networks = [subnet for network in model.of(Network).values() for subnet in network.subnets]
    own = [(f, c) for f in ("pods", "services") for c in getattr(cluster, f)]
    told: set[Ip] = set()
    for address, owner, path, what in _called(ref, cluster, model):
        field, cidr = next(((f, c) for f, c in own if address in c), (None, None))
        if field is None or cidr is None or address in told:
            continue
        if any(address in subnet and subnet.overlaps(cidr) for subnet in networks):
            continue
        told.add(address)
        yield server_inside(
            spans.at(ref, field), field, cidr, what, address, ref, spans.at(owner, *path)
        )


def _called(
    ref: Ref, cluster: Kubernetes, model: Model
) -> Iterator[tuple[Ip, Ref, tuple[str, ...], str]]:
    """Addresses outside that nodes or pods call: where each is stated, and what it is."""
    for site_ref, site in _sites(cluster, model):
        yield from _of_site(site_ref, site)
    region = None if cluster.on is None else model.things.get(cluster.on)
    if isinstance(region, OpenStack) and cluster.on is not None:
        for side, endpoint in (("internal", region.api.internal), ("public", region.api.public)):
            if endpoint is not None:
                yield endpoint.vip, cluster.on, ("api", side, "vip"), f"API of `{cluster.on}`"
    if cluster.guest_network is not None:
        for position, server in enumerate(cluster.guest_network.dns):
            if not isinstance(server, str):
                yield server, ref, ("guest_network", "dns", str(position)), "name server"
    if isinstance(cluster.load_balancer, MetalLb):
        for position, peer in enumerate(cluster.load_balancer.peers):
            yield peer, ref, ("load_balancer", "peers", str(position)), "router"
    yield from _by_url((cluster.registry, cluster.proxy, cluster.secrets), model)


def _by_url(
    named: Iterable[Ref | None], model: Model
) -> Iterator[tuple[Ip, Ref, tuple[str, ...], str]]:
    for wanted in named:
        thing = None if wanted is None else model.things.get(wanted)
        urls: list[tuple[str | None, tuple[str, ...], str]] = []
        if isinstance(thing, Registry):
            urls = [(thing.url, ("url",), "registry")]
            urls += [(url, ("mirrors", str(i)), "registry") for i, url in enumerate(thing.mirrors)]
        elif isinstance(thing, Proxy):
            urls = [(thing.http, ("http",), "proxy"), (thing.https, ("https",), "proxy")]
        elif isinstance(thing, Secrets) and thing.store.choice == "vault":
            urls = [(thing.store.address, ("store", "address"), "secret store")]
        for url, path, what in urls:
            address = None if url is None else address_in(url)
            if address is not None and wanted is not None:
                yield address, wanted, path, what


def address_in(url: str) -> Ip | None:
    """The address in a URL, or in a host with or without a port; None where it has a name."""
    try:
        host = urlsplit(url if "//" in url else f"//{url}").hostname
        return None if host is None else ipaddress.ip_address(host)
    except ValueError:
        return None


def _sites(cluster: Kubernetes, model: Model) -> Iterator[tuple[Ref, Site]]:
    """The sites of a cluster's hosts; all of the blueprint where its nodes are guests."""
    sites = model.of(Site)
    if cluster.on is not None:
        yield from sites.items()
        return
    yield from _sites_of(model.hosts(cluster.node_hosts), model)


def _sites_of(hosts: Iterable[Host], model: Model) -> Iterator[tuple[Ref, Site]]:
    sites = model.of(Site)
    for ref in dict.fromkeys(host.site for host in hosts):
        if ref is not None and ref in sites:
            yield ref, sites[ref]


def server_inside(
    span: Span, field: str, cidr: Cidr, what: str, address: Ip, ref: str, server_span: Span
) -> Diagnostic:
    """A server whose address means something else inside the cluster."""
    return Diagnostic(
        SERVER_INSIDE,
        span,
        f"{cidr} for `{field}` of `{ref}` covers {address}, a {what} that its nodes call",
        labels=(Label(server_span, f"the {what}"),),
        notes=("inside the cluster the address would be a pod's or a service's",),
        hint=f"give `{field}` another subnet",
    )


def too_few_pods(
    span: Span, ref: str, cidr: Cidr, share: int, shares: int, nodes: int
) -> Diagnostic:
    """Nodes that get no share of the pods' addresses."""
    room = "is smaller than one share of" if shares == 0 else f"has {shares:,} shares of"
    prefix = "node_prefix" if cidr.version == 4 else "node_prefix6"
    return Diagnostic(
        TOO_FEW_PODS,
        span,
        f"{cidr} {room} /{share}, and `{ref}` may have {nodes:,} nodes",
        notes=(f"each node takes a share for its pods: `{prefix}`",),
        hint=f"take a larger subnet, or a longer `{prefix}`",
    )


def families(span: Span, text: str, hint: str, label: Label | None) -> Diagnostic:
    """Families of addresses that don't go together."""
    return Diagnostic(FAMILIES, span, text, labels=() if label is None else (label,), hint=hint)


def size_refused(span: Span, text: str, hint: str) -> Diagnostic:
    """A subnet of a size that Kubernetes doesn't take."""
    return Diagnostic(SIZE_REFUSED, span, text, hint=hint)
