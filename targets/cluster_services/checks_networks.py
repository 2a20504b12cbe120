"""Checks the networks of pods against the interfaces and cards of the nodes."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.diagnostics import Diagnostic, nearest
from blueprint.model.kata import pools_named
from blueprint.model.kubernetes_features import SecondaryNetwork
from blueprint.spans import Spans
from targets.cluster_services import limits
from targets.cluster_services.attachments import guest_interface, interface, interfaces, links_to
from targets.cluster_services.services import Services
from targets.cluster_services.sriov import Function, functions, resource_name, shares
from targets.cluster_services.sriov import networks as sriov_networks

#: Cards that the operator configures, as its release 1.6.0 lists them, by PCI vendor and device.
CARDS = frozenset(
    [
        "8086:158a",
        "8086:158b",
        "8086:1572",
        "8086:1563",
        "8086:10c9",
        "8086:1589",
        "8086:1581",
        "8086:15ff",
        "8086:0d58",
        "8086:1583",
        "8086:1592",
        "8086:1593",
        "8086:159b",
        "8086:1599",
        "8086:1591",
        "8086:188a",
        "8086:124d",
        "8086:124c",
        "8086:579c",
        "8086:579d",
        "8086:579e",
        "8086:12d2",
        "8086:12d3",
        "15b3:1013",
        "15b3:1015",
        "15b3:1017",
        "15b3:1019",
        "15b3:101b",
        "15b3:101d",
        "15b3:101f",
        "15b3:1021",
        "15b3:1023",
        "15b3:a2d6",
        "15b3:a2dc",
        "14e4:16d7",
        "14e4:1750",
        "1077:1654",
        "1af4:1000",
        "1af4:1041",
        "177d:b200",
        "177d:b100",
        "177d:b600",
        "177d:b900",
        "177d:ba00",
    ]
)
#: Namespaces that every cluster has.
_BUILT_IN = ("default", "kube-public", "kube-system")


def networks(services: Services, spans: Spans) -> Iterator[Diagnostic]:
    """Everything that is wrong with the networks of pods beside the cluster's own."""
    for label, network in services.cluster.secondary_network.items():
        yield from _namespace(services, spans, label, network)
        faults = tuple(_nodes(services, spans, label, network))
        yield from faults
        if faults:
            continue
        if network.cni == "sriov":
            yield from _cards(services, spans, label, network)
        else:
            yield from _interfaces(services, spans, label, network)
    yield from _shares(services, spans)
    yield from _same_ports(services, spans)
    yield from _resource_names(services, spans)


def _namespace(
    services: Services, spans: Spans, label: str, network: SecondaryNetwork
) -> Iterator[Diagnostic]:
    known = (*services.cluster.namespace, *_BUILT_IN)
    if network.namespace not in known:
        span = spans.at(services.ref, "secondary_network", label, "namespace")
        close = nearest(network.namespace, known)
        yield limits.namespace_of_network_missing(span, network.namespace, close)


def _nodes(
    services: Services, spans: Spans, label: str, network: SecondaryNetwork
) -> Iterator[Diagnostic]:
    """Networks that the nodes could not have, whatever their interfaces."""
    at = ("secondary_network", label)
    for pool in pools_named(services.cluster, network.pools):
        if services.cluster.pool[pool].hosts:
            continue
        fault = _of_guests(services, pool, network)
        if fault is not None:
            field, reason, hint = fault
            span = spans.at(services.ref, *at, *field)
            there = spans.at(services.ref, "pool", pool)
            yield limits.network_of_guests(span, label, pool, reason, hint, there)
            return
    if network.cni == "bridge":
        yield limits.network_behind_bridge(spans.at(services.ref, *at, "cni"), network.physnet)


def _of_guests(
    services: Services, pool: str, network: SecondaryNetwork
) -> tuple[tuple[str, ...], str, str] | None:
    """Why guests of a pool can't have a network: the field to blame, the reason, and what to do."""
    if services.cluster.tool_name != "cluster_api":
        reason = "Magnum gives its nodes no further interfaces"
        return (), reason, "make the cluster with `deployer cluster_api`, or name `pools` on hosts"
    if network.cni != "host_device":
        reason = "Neutron lets a port's own addresses pass alone, and only the network's owner may change that"
        hint = "write `cni = host_device`, which hands a pod the interface itself, or name `pools` on hosts"
        return ("cni",), reason, hint
    if network.ipam not in (None, "none"):
        reason = "Neutron has given the interface its address, and lets no other pass"
        return ("ipam",), reason, "write `ipam = none`: the pod asks for the address by DHCP"
    found = guest_interface(services, pool, network)
    vlan = "" if network.vlan is None else f" with VLAN {network.vlan}"
    if found is None:
        reason = f"`pool.{pool}` has no interface on `{network.physnet}`{vlan}"
        return (), reason, 'add one to the pool: `interface data { network = …  name = "ens4" }`'
    if found[1].name is None:
        reason = f"nothing says what the guests' system calls `interface.{found[0]}`"
        return (), reason, f'add `name = "ens4"` to `interface.{found[0]}`, as the image calls it'
    return None


def _interfaces(
    services: Services, spans: Spans, label: str, network: SecondaryNetwork
) -> Iterator[Diagnostic]:
    at = ("secondary_network", label)
    for nodes in services.of_pools(network.pools):
        for link in links_to(nodes, network):
            there = spans.at(nodes.group, *link.field)
            if network.cni == "host_device":
                reason = (
                    "the node itself has addresses on it"
                    if link.networks
                    else "a bond cannot be moved without its ports"
                    if link.kind == "bond"
                    else "it carries no VLAN by itself"
                    if network.vlan is not None
                    else None
                )
                if reason is not None:
                    span = spans.at(services.ref, *at, "cni")
                    yield limits.interface_in_use(span, link.name, reason, there)
                    return
            elif network.vlan is not None and interface(services, link, network) is None:
                span = spans.at(services.ref, *at, "vlan")
                yield limits.interface_of_vlan_missing(span, network.vlan, link.name, there)
                return
    found = interfaces(services, network)
    if len(found) > 1:
        last = services.of_pools(network.pools)[-1]
        there = spans.at(last.group)
        yield limits.interfaces_differ(spans.at(services.ref, *at), tuple(found), there)


def _cards(
    services: Services, spans: Spans, label: str, network: SecondaryNetwork
) -> Iterator[Diagnostic]:
    told: set[str] = set()
    for function in functions(services, network):
        model = function.model
        if model is None or model in CARDS or model in told:
            continue
        told.add(model)
        nic = function.port.ref.name
        span = spans.at(function.nodes.hardware_ref, "nic", nic, "model")
        there = spans.at(services.ref, "secondary_network", label)
        yield limits.card_unknown(span, model, there)


def _shares(services: Services, spans: Spans) -> Iterator[Diagnostic]:
    """Networks that leave open which of them has the rest of a port."""
    stated = sriov_networks(services)
    first: dict[tuple[int, str], str] = {}
    told: set[str] = set()
    for label, network in stated.items():
        for function in functions(services, network) if network.vfs is None else ():
            port = (id(function.nodes), function.port.interface)
            other = first.setdefault(port, label)
            if other != label and label not in told:
                told.add(label)
                span = spans.at(services.ref, "secondary_network", label)
                there = spans.at(services.ref, "secondary_network", other)
                yield limits.functions_not_shared_out(span, port[1], other, there)


def _same_ports(services: Services, spans: Spans) -> Iterator[Diagnostic]:
    """A policy tells ports by name, on all nodes of a pool: a name must mean the same port on each."""
    cut: dict[tuple[str, str], Function] = {}
    for share in shares(services):
        function = share.function
        key = (str(function.nodes.pool), function.port.interface)
        other = cut.setdefault(key, function)
        if other.total != function.total:
            there = spans.at(function.nodes.group)
            span = spans.at(services.ref, "secondary_network", share.label)
            reason = f"it is cut into {other.total} here and {function.total} there"
            yield limits.ambiguous_port(span, key[1], key[0], reason, there)
            return
    named = {(label, f.nodes.pool, f.port.interface) for label, network in sriov_networks(services).items()
             for f in functions(services, network)}  # fmt: skip
    for label, pool, name in sorted(named, key=str):
        for nodes in services.classes:
            leads = any(
                name == port.interface
                for f in functions(services, services.cluster.secondary_network[label])
                if f.nodes is nodes
                for port in (f.port,)
            )
            if nodes.pool == pool and name in nodes.interfaces and not leads:
                span = spans.at(services.ref, "secondary_network", label)
                there = spans.at(nodes.group)
                reason = "on some it leads elsewhere"
                yield limits.ambiguous_port(span, name, str(pool), reason, there)
                return


def _resource_names(services: Services, spans: Spans) -> Iterator[Diagnostic]:
    taken: dict[str, str] = {}
    for label in sriov_networks(services):
        other = taken.setdefault(resource_name(label), label)
        if other != label:
            span = spans.key(services.ref, "secondary_network", label)
            reason = f"`{other}` gives its functions the same name"
            yield limits.names_clash(span, "resource", resource_name(label), reason)
