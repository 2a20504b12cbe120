"""Settings of where pods run and how many: replicas, tolerations, storage classes; labels of the nodes."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from blueprint.model import Host
from blueprint.target import Artifact, Cause
from targets._formats.page import Page, Traced
from targets._kubernetes.resources import quantity
from targets.openstack_helm.cloud import (
    BACKENDS,
    CONTROL_LABEL,
    NETWORK_LABEL,
    PROFILE_LABEL,
    ROUTER_LABEL,
    Cloud,
)
from targets.openstack_helm.endpoints import replica_count
from targets.openstack_helm.settings import ChartSetting, at
from targets.openstack_helm.storage import is_on_one_node

_CONDUCTORS = frozenset({"conductor", "engine", "scheduler", "worker", "central", "housekeeping"})
_APIS = frozenset({"osapi", "server", "cfn", "api_metadata", "dashboard", "rpc_server"})
#: Parts that there is one of, or that this target leaves alone.
_SINGLE = frozenset({
    "compute_ironic", "controller", "db_controller", "exporter", "ironic_agent",
    "prometheus_rabbitmq_exporter", "serialproxy", "share", "volume", "backup",
})  # fmt: skip
#: Pods of these charts run on other nodes than those of the control plane.
_ON_NODES: Mapping[str, tuple[str, ...]] = {
    "libvirt": ("compute",),
    "nova": ("control", "compute"),
    "neutron": ("control", "network", "compute"),
    "openvswitch": ("network", "compute"),
    "ovn": ("control", "network", "compute"),
    "masakari": ("control", "compute"),
    "octavia": ("control", "network"),
}
#: Volumes of parts that are off here: backups on file systems, copies of databases, a staging area.
_UNUSED_VOLUMES = frozenset({
    ("cinder", "backup.posix.volume.class_name"),
    ("cinder", "conversion.volume.class_name"),
    ("glance", "volume_staging.class_name"),
    ("mariadb", "volume.backup.class_name"),
})  # fmt: skip
#: Effects that keep pods away. Whoever selects a node by a label comes there past one that only prefers.
_EFFECTS = {"no_schedule": "NoSchedule", "no_execute": "NoExecute"}


def placement(cloud: Cloud) -> Iterator[ChartSetting]:
    """All of it, by chart."""
    yield from _replicas(cloud)
    yield from _tolerations(cloud)
    yield from _volumes(cloud)


def part_of(name: str) -> str:
    """Which of the stated numbers a part of a chart takes: `api`, `conductor`, or the default."""
    if name in _APIS or name.endswith("api"):
        return "api"
    return "conductor" if name in _CONDUCTORS or name.endswith("engine") else "default"


def _replicas(cloud: Cloud) -> Iterator[ChartSetting]:
    for name in cloud.charts:
        for part in cloud.facts(name).replicas:
            path = ("pod", "replicas", part)
            if part in _SINGLE or (name, part) in _absent(cloud) or not cloud.reads(name, *path):
                continue
            kind = "server" if name in BACKENDS or name == "ovn" else part_of(part)
            count, cause = replica_count(cloud, kind)
            if name == "glance" and part == "api" and is_on_one_node(cloud):
                rule = "one pod, since the volume of images is on one node at a time"
                count, cause = 1, Cause(rule, (cloud.path("storage"), *cause.paths))
            yield at(name, path, count, cause)


def _absent(cloud: Cloud) -> frozenset[tuple[str, str]]:
    """Parts of charts that this layer does without."""
    console = cloud.layer.nova.console
    proxies = {"novncproxy": "novnc", "spiceproxy": "spice"}
    absent = {("nova", part) for part, kind in proxies.items() if kind != console}
    absent |= {("ironic", "novncproxy"), ("octavia", "housekeeping")}  # amphorae's alone
    if cloud.layer.neutron.plugin == "ovn":
        absent.add(("neutron", "rpc_server"))
    return frozenset(absent)


def _tolerations(cloud: Cloud) -> Iterator[ChartSetting]:
    """Charts whose pods run on nodes with taints tolerate these."""
    for name in cloud.charts:
        roles = _ON_NODES.get(name, ("control",))
        listed = tolerated(cloud, roles)
        if not listed:
            continue
        every = listed[0].cause
        for group in cloud.facts(name).tolerations:
            if cloud.reads(name, "pod", "tolerations", group, "tolerations"):
                yield at(name, ("pod", "tolerations", group, "enabled"), value=True, cause=every)
                yield at(name, ("pod", "tolerations", group, "tolerations"), listed, every)


def tolerated(cloud: Cloud, roles: tuple[str, ...]) -> list[Traced]:
    """Tolerations of the taints that nodes of some roles have."""
    return [
        Traced({"key": key, "operator": "Exists", "effect": _EFFECTS[effect]}, cause)
        for (key, effect), cause in _taints(cloud, roles).items()
    ]


def _taints(cloud: Cloud, roles: tuple[str, ...]) -> dict[tuple[str, str], Cause]:
    wanted = frozenset().union(*(cloud.roles[role] for role in roles))
    cluster, ref = cloud.cluster, cloud.cluster_ref
    found: dict[tuple[str, str], Cause] = {}
    for label, pool in cluster.pool.items():
        if any(host.ref in wanted for host in cloud.model.hosts(pool.hosts)):
            for key, effect in pool.taints.items():
                path = f"{ref}.pool.{label}.taints"
                if effect in _EFFECTS:
                    found.setdefault((key, effect), Cause("taints of the nodes", (path,)))
    return found


def tainted_pools(cloud: Cloud, chart: str) -> tuple[str, ...]:
    """The pools whose nodes pods of a chart come to by a toleration alone."""
    wanted = frozenset().union(*(cloud.roles[role] for role in _ON_NODES.get(chart, ("control",))))
    return tuple(
        label
        for label, pool in cloud.cluster.pool.items()
        if any(effect in _EFFECTS for effect in pool.taints.values())
        and any(host.ref in wanted for host in cloud.model.hosts(pool.hosts))
    )


def _in_ceph(cloud: Cloud) -> bool:
    """Whether images are kept in a pool, and on no volume."""
    return cloud.ceph is not None and cloud.ceph.pool_for("glance") is not None


def _volumes(cloud: Cloud) -> Iterator[ChartSetting]:
    options = cloud.options
    cause = Cause("the storage class", (cloud.path("deployer", "storage_class"),))
    for name in cloud.charts:
        for dotted in cloud.facts(name).storage_classes:
            path = tuple(dotted.split("."))
            is_unused = (name, dotted) in _UNUSED_VOLUMES or (name == "glance" and _in_ceph(cloud))
            if not is_unused and cloud.reads(name, *path):
                yield at(name, path, options.storage_class, cause)
    for name, size, field in (
        ("mariadb", options.database_size, "database_size"),
        ("rabbitmq", options.queue_size, "queue_size"),
    ):
        why = Cause("the size of each server's volume", (cloud.path("deployer", field),))
        yield at(name, "volume.size", quantity(size), why)


_SRIOV = "sriov"


def role_labels(cloud: Cloud) -> dict[str, tuple[str, ...]]:
    """The labels of each role's nodes, as the charts' node selectors ask for them."""
    neutron = cloud.layer.neutron
    is_spread = cloud.has("neutron") and neutron.plugin == "ovs" and neutron.distributed_floating_ip
    spread = (ROUTER_LABEL,) if is_spread else ()
    return {
        "control": (CONTROL_LABEL,),
        "network": (NETWORK_LABEL, ROUTER_LABEL, "openvswitch"),
        "compute": ("openstack-compute-node", *spread, "openvswitch"),
    }


def labels_of(cloud: Cloud, host: Host, profile: str) -> dict[str, str]:
    """The labels of one node."""
    found: dict[str, str] = {}
    for role, labels in role_labels(cloud).items():
        if host.ref in cloud.roles[role]:
            found.update(dict.fromkeys(labels, "enabled"))
    if host.ref in cloud.roles["compute"] and any(p.sriov for p in host.spec.port.values()):
        found[_SRIOV] = "enabled"
    found[PROFILE_LABEL] = profile
    return found


def node_labels(cloud: Cloud) -> Artifact:
    """A script that labels the nodes, safe to run again."""
    page = Page()
    head = Cause("nodes are chosen by labels", (cloud.path("control"), cloud.path("compute")))
    for line in ("#!/bin/sh", "# Says what each node is for; safe to run again.", "set -eu"):
        page.line(line, head)
    paths = (
        cloud.field_of("control"), cloud.field_of("network"), cloud.field_of("compute"),
    )  # fmt: skip
    for profile in cloud.profiles:
        by_labels: dict[tuple[str, ...], list[Host]] = {}
        for host in profile.hosts:
            labels = labels_of(cloud, host, profile.name)
            by_labels.setdefault(tuple(f"{k}={v}" for k, v in labels.items()), []).append(host)
        for found, hosts in by_labels.items():
            cause = Cause("what the node is for", (*paths, f"{profile.path}.name"))
            listed = " ".join(found)
            text = "".join(
                f"kubectl label --overwrite node {shlex.quote(h.name)} {listed}\n" for h in hosts
            )
            page.block(text, (cause,), [host.ref for host in hosts])
    made = page.artifact("openstack_helm/label-nodes.sh")
    return Artifact(made.path, made.text, made.runs, is_executable=True)
