"""Plans the inventory: hosts with their addresses by class, and Kubespray's groups over the classes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets._formats.yaml import Flow, Rows, ansible_string, flow_map
from targets.kubespray.cluster import Cluster, NodeClass
from targets.kubespray.nodes import common_labels, differs, label_cause, labels_of


def plan_inventory(cluster: Cluster) -> Mapping[str, Any]:
    """The groups: each class with its hosts, then what Kubespray calls them."""
    classes = {
        each.inventory_group: Traced(
            {"hosts": _rows(cluster, each)},
            Cause(
                "nodes that are deployed alike share a group",
                (cluster.role_field(each), str(each.group)),
            ),
        )
        for each in cluster.classes
    }
    roles = (
        ("kube_control_plane", lambda each: each.is_control, ("control.hosts",), "nodes of the control plane"),
        ("etcd", lambda each: each.is_etcd, (cluster.etcd_field,), "hosts of etcd"),
        (
            "kube_node",
            cluster.is_worker,
            ("pool", "control.schedulable"),
            "nodes that workloads run on: pools, and the control plane where it says so",
        ),
    )  # fmt: skip
    groups = {name: _group(cluster, has, fields, rule) for name, has, fields, rule in roles}
    both: dict[str, Any] = {"kube_control_plane": {}, "kube_node": {}}
    all_nodes = Cause(
        "all nodes of the cluster", (cluster.path("control", "hosts"), cluster.path("pool"))
    )
    return {**classes, **groups, "k8s_cluster": Traced({"children": both}, all_nodes)}


def _group(
    cluster: Cluster, has: Callable[[NodeClass], bool], fields: Sequence[str], rule: str
) -> Traced:
    children = {
        each.inventory_group: Traced({}, Cause(rule, (cluster.role_field(each),)))
        for each in cluster.classes
        if has(each)
    }
    cause = Cause(rule, tuple(cluster.path(field) for field in fields))
    return Traced({"children": children} if children else {}, cause)


def _rows(cluster: Cluster, each: NodeClass) -> Rows:
    refs, names = [host.ref for host in each.hosts], [host.name for host in each.hosts]
    name = Cause("the host's name", (f"{each.path}.name",))
    columns: dict[str, Sequence[str]] = {}
    causes: list[Cause] = []
    network = cluster.node_network
    assert network is not None, cluster.ref
    field = cluster.node_network_field
    paths = (f"{each.path}.address.{network}", field)
    text, text6 = cluster.model.addresses.text, cluster.model.addresses.text6
    first = [text(ref, network) or "" for ref in refs]
    is_first = cluster.network.cidr.version == 4
    rule = "the node's address on the network of the nodes"
    for column in (
        ("ansible_host", "ip", "access_ip") if is_first else ("ansible_host", "ip6", "access_ip6")
    ):
        columns[column] = first
        causes.append(Cause(rule, paths))
    if cluster.network.is_dual and 6 in cluster.families:
        second = [text6(ref, network) or "" for ref in refs]
        for column in ("ip6", "access_ip6"):
            columns[column] = second
            causes.append(Cause("the node's IPv6 address on the network of the nodes", paths))
    if each.is_etcd:
        columns["etcd_member_name"] = names
        member = Cause(
            "a member of etcd is called as its host",
            (f"{each.path}.name", cluster.path(cluster.etcd_field)),
        )
        causes.append(member)
    if differs(each):
        columns["node_labels"] = _labels(cluster, each)
        causes.append(label_cause(cluster, each))
    return Rows(refs, names, name, columns, tuple(causes))


def _labels(cluster: Cluster, each: NodeClass) -> list[Flow]:
    """Labels of each host, written once for all hosts of one rack and zone."""
    common = {key: traced.value for key, traced in common_labels(cluster, each)}
    written: dict[tuple[object, object], Flow] = {}
    found = []
    for host in each.hosts:
        place = (host.rack, host.zone)
        if place not in written:
            labels = labels_of(cluster, host, common)
            written[place] = flow_map(labels, ansible_string)
        found.append(written[place])
    return found
