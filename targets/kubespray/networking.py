"""Plans the networks of pods and services: families, CNI, what balances services, name servers."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model.kubernetes_features import Calico, Cilium, MetalLb
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.kubespray.cluster import Cluster

Settings = Iterator[tuple[str, Traced]]
#: Bytes that an overlay takes of a frame's payload between nodes with IPv4 addresses; IPv6 takes 20 more.
OVERHEAD = {
    "vxlan": 50,
    "vxlan_cross_subnet": 50,
    "geneve": 50,
    "ipip": 20,
    "ipip_cross_subnet": 20,
    "none": 0,
}
_MODES = {
    "vxlan": "Always",
    "vxlan_cross_subnet": "CrossSubnet",
    "ipip": "Always",
    "ipip_cross_subnet": "CrossSubnet",
}


def families(cluster: Cluster) -> Settings:
    """Subnets of pods and services, and which families there are."""
    layer = cluster.layer
    for version in (4, 6):
        has = version in cluster.families
        cause = Cause("families of the pods' addresses", (cluster.path("pods"),))
        yield f"ipv{version}_stack", Traced(value=has, cause=cause)
        if not has:
            continue
        suffix = "" if version == 4 else "_ipv6"
        for name, field, subnets in (
            ("kube_pods_subnet", "pods", layer.pods),
            ("kube_service_addresses", "services", layer.services),
        ):
            subnet = next((each for each in subnets if each.version == version), None)
            if subnet is not None:
                of = Cause(f"addresses of {field}", (cluster.path(field),))
                yield f"{name}{suffix}", Traced(str(subnet), of)
        attribute = "node_prefix" if version == 4 else "node_prefix6"
        share = Cause("a node's share of the pods' addresses", (cluster.path(attribute),))
        yield f"kube_network_node_prefix{suffix}", Traced(getattr(layer, attribute), share)


#: Bytes that WireGuard takes of a frame's payload between nodes with IPv4 addresses; IPv6 takes 20 more.
WIREGUARD = 60


def plugin(cluster: Cluster) -> Settings:
    """The CNI plug-in and its options."""
    cni = cluster.layer.cni
    cause = Cause("what connects pods", (cluster.path("cni"),))
    yield "kube_network_plugin", Traced(cni.choice, cause)
    yield from _calico(cluster, cni) if isinstance(cni, Calico) else _cilium(cluster, cni)


def mtu(cluster: Cluster) -> Traced:
    """Bytes of payload of pods' interfaces with Calico: as stated, or what the overlay leaves on the nodes' network."""
    cni = cluster.layer.cni
    if cni.mtu is not None:
        return Traced(cni.mtu, Cause("payload of pods' frames", (cluster.path("cni", "mtu"),)))
    overhead = OVERHEAD[cni.encapsulation]
    if cni.encryption == "wireguard":
        overhead = max(overhead, WIREGUARD)
    if overhead and 6 in cluster.families:
        overhead += 20
    paths = (
        cluster.path("cni", "encapsulation"),
        cluster.path("cni", "encryption"),
        f"{cluster.node_network}.mtu",
        cluster.node_network_field,
    )
    cause = Cause("payload that the overlay leaves on the network of the nodes", paths)
    return Traced(cluster.network.mtu - overhead, cause)


def _calico(cluster: Cluster, cni: Calico) -> Settings:
    cause = Cause("the overlay between nodes", (cluster.path("cni", "encapsulation"),))
    kind, mode = cni.encapsulation.partition("_")[0], _MODES.get(cni.encapsulation, "Never")
    yield "calico_vxlan_mode", Traced(mode if kind == "vxlan" else "Never", cause)
    yield "calico_ipip_mode", Traced(mode if kind == "ipip" else "Never", cause)
    yield "calico_network_backend", Traced("vxlan" if kind == "vxlan" else "bird", cause)
    if 6 in cluster.families:
        yield "calico_vxlan_mode_ipv6", Traced(mode if kind == "vxlan" else "Never", cause)
        outgoing = Cause("pods reach the outside as their nodes do", (cluster.path("pods"),))
        yield "nat_outgoing_ipv6", Traced(value=True, cause=outgoing)
    yield "calico_mtu", mtu(cluster)
    if cni.encryption == "wireguard":
        yield "calico_wireguard_enabled", Traced(value=True, cause=_encrypted(cluster))


def _cilium(cluster: Cluster, cni: Cilium) -> Settings:
    cause = Cause("the overlay between nodes", (cluster.path("cni", "encapsulation"),))
    if cni.encapsulation == "none":
        yield "cilium_extra_values", Traced({"routingMode": "native"}, cause)
        yield "cilium_auto_direct_node_routes", Traced(value=True, cause=cause)
        for version, suffix in ((4, ""), (6, "_ipv6")):
            subnet = next((each for each in cluster.layer.pods if each.version == version), None)
            if subnet is not None:
                paths = (cluster.path("cni", "encapsulation"), cluster.path("pods"))
                routed = Cause("addresses that are routed, not masked", paths)
                yield f"cilium_native_routing_cidr{suffix}", Traced(str(subnet), routed)
    else:
        yield "cilium_tunnel_mode", Traced(cni.encapsulation, cause)
    yield "cilium_mtu", _device_mtu(cluster, cni)
    observed = Cause("whether flows are observed", (cluster.path("cni", "hubble"),))
    yield "cilium_enable_hubble", Traced(cni.hubble, observed)
    for name in ("cilium_hubble_install", "cilium_hubble_tls_generate"):
        variable = cluster.catalog.variables.get(name)
        if cni.hubble and variable is not None and variable.is_read:
            yield name, Traced(value=True, cause=observed)
    if cni.encryption == "wireguard":
        yield "cilium_encryption_enabled", Traced(value=True, cause=_encrypted(cluster))
        yield "cilium_encryption_type", Traced("wireguard", _encrypted(cluster))
    if cni.bandwidth:
        bound = Cause("annotations bound what pods send", (cluster.path("cni", "bandwidth"),))
        yield "cilium_enable_bandwidth_manager", Traced(value=True, cause=bound)
    if cluster.layer.secondary_network:
        second = Cause("other plug-ins attach pods too", (cluster.path("secondary_network"),))
        yield "cilium_cni_exclusive", Traced(value=False, cause=second)
    if cluster.layer.kube_proxy == "none":
        proxy = Cause("the CNI balances services", (cluster.path("kube_proxy"),))
        yield "cilium_kube_proxy_replacement", Traced(value=True, cause=proxy)
        yield "cilium_dns_proxy_enable_transparent_mode", Traced(value=False, cause=proxy)


def _encrypted(cluster: Cluster) -> Cause:
    return Cause(
        "what pods of different nodes say is encrypted", (cluster.path("cni", "encryption"),)
    )


def _device_mtu(cluster: Cluster, cni: Cilium) -> Traced:
    """The payload of the nodes' frames, of which Cilium itself leaves its overlay's headers out for pods."""
    if cni.mtu is None:
        paths = (f"{cluster.node_network}.mtu", cluster.node_network_field)
        return Traced(str(cluster.network.mtu), Cause("payload of the nodes' frames", paths))
    paths = (cluster.path("cni", "mtu"), cluster.path("cni", "encapsulation"))
    cause = Cause("payload of pods' frames with the overlay's headers around them", paths)
    return Traced(str(cni.mtu + OVERHEAD[cni.encapsulation]), cause)


def services(cluster: Cluster) -> Settings:
    """What balances services; what announces addresses comes with the services of the cluster."""
    mode = cluster.layer.kube_proxy
    if mode != "none":
        yield (
            "kube_proxy_mode",
            Traced(mode, Cause("what balances services", (cluster.path("kube_proxy"),))),
        )
    announced = [cluster.path("api", "vip")] if cluster.holds_address else []
    balancer = cluster.layer.load_balancer
    if isinstance(balancer, MetalLb):
        announced.append(cluster.path("load_balancer"))
    if announced:
        cause = Cause(
            "only its holder answers for an address that is announced by ARP", tuple(announced)
        )
        yield "kube_proxy_strict_arp", Traced(value=True, cause=cause)


def resolution(cluster: Cluster) -> Settings:
    """Who resolves names: the cluster inside, the site's servers beyond; the hosts' own settings stay."""
    hosts = Cause(
        "the hosts' own layer says who resolves names for them", (cluster.path("control", "hosts"),)
    )
    yield "resolvconf_mode", Traced("none", hosts)
    if cluster.site is not None and cluster.site[1].dns:
        ref, site = cluster.site
        cause = Cause("the name servers of the site", (f"{ref}.dns",))
        yield "upstream_dns_servers", Traced([str(server) for server in site.dns], cause)
