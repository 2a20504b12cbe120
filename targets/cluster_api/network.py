"""Plans what connects pods: the charts of the network, and what the region's security groups let through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.kubernetes_features import Calico, Cilium, OctaviaBalancer
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.charts import chart
from targets._kubernetes.delivery import Item, Release
from targets._kubernetes.values import Setting, tree
from targets.cluster_api.cluster import Cluster

CALICO = {
    "vxlan": "VXLAN", "vxlan_cross_subnet": "VXLANCrossSubnet", "ipip": "IPIP",
    "ipip_cross_subnet": "IPIPCrossSubnet", "none": "None",
}  # fmt: skip
#: Protocols and ports between nodes, by what uses them.
_BGP, _TYPHA = ("BGP", "tcp", 179), ("Typha", "tcp", 5473)
_IPIP, _VXLAN = ("IP in IP", "4", None), ("VXLAN", "udp", 4789)
_HEALTH, _FLOWS = ("health", "tcp", 4240), ("Hubble", "tcp", 4244)
#: WireGuard's ports, of IPv4 and, where it has another, of IPv6.
_WIREGUARD = {
    "calico": (("WireGuard", "udp", 51820), ("WireGuard", "udp", 51821)),
    "cilium": (("WireGuard", "udp", 51871),),
}
#: Of nodes, etcd, kube-proxy, the controllers and the scheduler.
_MEASURED = (9100, 2381, 10249, 10257, 10259)
_CILIUM_TUNNELS = {"vxlan": ("VXLAN", "udp", 8472), "geneve": ("Geneve", "udp", 6081)}


def provider(cluster: Cluster, field: str, stated: OctaviaBalancer) -> tuple[str, Cause]:
    """The provider of load balancers: as stated, else the region's first."""
    paths = (cluster.path(field, "provider"), f"{cluster.region_ref}.octavia.providers")
    word = stated.provider or cluster.region.octavia.providers[0]
    return word, Cause("what carries load balancers", paths)


def releases(cluster: Cluster) -> Iterator[Item]:
    """The charts that connect pods, without which no node is ready."""
    cni = cluster.layer.cni
    why = cluster.stated("what connects pods", "cni")
    if isinstance(cni, Calico):
        operator = chart("tigera-operator")
        yield Release(
            "calico-crds", "tigera-operator", "crd.projectcalico.org.v1", operator.version,
            operator.repository, why,
        )  # fmt: skip
        values = tree(*_calico(cluster, cni))
        needs = ("calico-crds",)
        yield Release.of(operator, "tigera-operator", why, values, name="calico", needs=needs)
    else:
        yield Release.of(chart("cilium"), "kube-system", why, tree(*_cilium(cluster, cni)))


def release_name(cluster: Cluster) -> str:
    """The release after which pods are connected."""
    return "calico" if isinstance(cluster.layer.cni, Calico) else "cilium"


def _calico(cluster: Cluster, cni: Calico) -> Iterator[Setting]:
    cause = cluster.stated("the overlay between nodes", "cni.encapsulation", "cni")
    uses_bgp = cni.encapsulation in ("none", "ipip", "ipip_cross_subnet")
    network: dict[str, Any] = {
        "bgp": Traced("Enabled" if uses_bgp else "Disabled", cause),
        "linuxDataplane": Traced(
            "Nftables" if cluster.layer.kube_proxy == "nftables" else "Iptables",
            cluster.stated("what kube-proxy uses, its neighbour uses too", "kube_proxy"),
        ),
        "ipPools": [dict(_pool(cluster, cni, subnet)) for subnet in cluster.layer.pods],
    }
    if cni.mtu is not None:
        network["mtu"] = Traced(cni.mtu, cluster.stated("bytes of payload of pods", "cni.mtu"))
    near = cluster.node_network
    node = None if near is None else cluster.networks.get(near)
    if cluster.is_metal and node is not None:
        paths = (cluster.path("node_network"), f"{cluster.node_network}.cidr")
        rule = Cause("nodes speak to each other on their network", paths)
        network["nodeAddressAutodetectionV4"] = Traced({"cidrs": [str(node.cidr)]}, rule)
        if node.is_dual and len(cluster.layer.pods) > 1:
            second = {"cidrs": [str(node.cidr6)]}
            network["nodeAddressAutodetectionV6"] = Traced(second, rule)
    yield Setting(("installation", "calicoNetwork"), network, cause)
    if cni.encryption == "wireguard":
        versions = sorted(each.version for each in cluster.layer.pods)
        words = {4: "wireguardEnabled", 6: "wireguardEnabledV6"}
        felix = {"enabled": True, **{words[version]: True for version in versions}}
        yield Setting(("defaultFelixConfiguration",), felix, _encrypted(cluster))


def _encrypted(cluster: Cluster) -> Cause:
    return cluster.stated("what pods of different nodes say is encrypted", "cni.encryption", "pods")


def _pool(cluster: Cluster, cni: Calico, subnet: Any) -> Iterator[tuple[str, Any]]:
    yield "cidr", Traced(str(subnet), cluster.stated("addresses of pods", "pods"))
    word = CALICO[cni.encapsulation]
    cause = cluster.stated("the overlay between nodes", "cni.encapsulation", "cni")
    yield "encapsulation", Traced(word, cause)
    yield "natOutgoing", "Enabled"


def _cilium(cluster: Cluster, cni: Cilium) -> Iterator[Setting]:
    pods = cluster.stated("addresses of pods", "pods")
    yield Setting(("ipam", "mode"), "cluster-pool", pods)
    families = {
        4: ("IPv4", "node_prefix", cluster.layer.node_prefix),
        6: ("IPv6", "node_prefix6", cluster.layer.node_prefix6),
    }
    for version, (word, field, size) in families.items():
        subnets = [str(each) for each in cluster.layer.pods if each.version == version]
        switch = ("ipv4" if version == 4 else "ipv6", "enabled")
        yield Setting(switch, bool(subnets), pods)
        if subnets:
            yield Setting(("ipam", "operator", f"clusterPool{word}PodCIDRList"), subnets, pods)
            share = cluster.stated("a node's share of the pods' addresses", field)
            yield Setting(("ipam", "operator", f"clusterPool{word}MaskSize"), size, share)
    yield from _cilium_way(cluster, cni)
    replaces = cluster.stated("whether the network balances services", "kube_proxy")
    is_alone = cluster.layer.kube_proxy == "none"
    yield Setting(("kubeProxyReplacement",), "true" if is_alone else "false", replaces)
    if is_alone:
        yield Setting(("k8sServiceHost",), "auto", replaces)
    if cni.mtu is not None:
        yield Setting(("MTU",), cni.mtu, cluster.stated("bytes of payload of pods", "cni.mtu"))
    if cni.encryption == "wireguard":
        yield Setting(("encryption", "enabled"), value=True, cause=_encrypted(cluster))
        yield Setting(("encryption", "type"), "wireguard", _encrypted(cluster))
    if cni.bandwidth:
        bound = cluster.stated("annotations bound what pods send", "cni.bandwidth")
        yield Setting(("bandwidthManager", "enabled"), value=True, cause=bound)
    hubble = cluster.stated("whether flows are observed", "cni.hubble")
    yield Setting(("hubble", "enabled"), cni.hubble, hubble)
    if cni.hubble:
        yield Setting(("hubble", "relay", "enabled"), value=True, cause=hubble)
        yield Setting(("hubble", "ui", "enabled"), value=True, cause=hubble)


def _cilium_way(cluster: Cluster, cni: Cilium) -> Iterator[Setting]:
    cause = cluster.stated("the overlay between nodes", "cni.encapsulation", "cni")
    if cni.encapsulation != "none":
        yield Setting(("routingMode",), "tunnel", cause)
        yield Setting(("tunnelProtocol",), cni.encapsulation, cause)
        return
    yield Setting(("routingMode",), "native", cause)
    yield Setting(("autoDirectNodeRoutes",), value=True, cause=cause)
    for subnet in cluster.layer.pods:
        name = "ipv4NativeRoutingCIDR" if subnet.version == 4 else "ipv6NativeRoutingCIDR"
        yield Setting((name,), str(subnet), cluster.stated("addresses of pods", "pods"))


def security_groups(cluster: Cluster) -> dict[str, Any]:
    """Rules between nodes: those of the network's own protocols, or any where pods' packets go as they are."""
    from targets.cluster_api.openstack import routed_pods

    cause = cluster.stated("what the network of pods needs between nodes", "cni", "monitoring")
    if routed_pods(cluster):
        return {"allowAllInClusterTraffic": Traced(value=True, cause=cause)}
    rules = [_rule(name, protocol, port) for name, protocol, port in _protocols(cluster)]
    return {
        "allowAllInClusterTraffic": Traced(value=False, cause=cause),
        "allNodesSecurityGroupRules": Traced(rules, cause),
    }


def _protocols(cluster: Cluster) -> Iterator[tuple[str, str, int | None]]:
    cni = cluster.layer.cni
    if cluster.layer.monitoring is not None:
        for port in _MEASURED:
            yield "measurements", "tcp", port
    if cni.encryption == "wireguard":
        yield from _WIREGUARD[cni.choice]
    if isinstance(cni, Calico):
        yield _TYPHA
        if cni.encapsulation.startswith("vxlan"):
            yield _VXLAN
        else:
            yield _BGP
            yield _IPIP
        return
    yield _CILIUM_TUNNELS[cni.encapsulation]
    yield _HEALTH
    yield "health", "icmp", None
    if cni.hubble:
        yield _FLOWS


def _rule(name: str, protocol: str, port: int | None) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": f"{name} ({protocol})",
        "description": f"between nodes: {name}",
        "direction": "ingress",
        "etherType": "IPv4",
        "protocol": protocol,
        "remoteManagedGroups": ["controlplane", "worker"],
    }
    if port is not None:
        found["portRangeMin"] = found["portRangeMax"] = port
    return found
