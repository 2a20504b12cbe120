"""Writes what a manager is given once: Cluster API, its provider, and Ironic where hosts are bare metal."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from blueprint.model import Kubernetes
from blueprint.model.links import interface_of, links_of
from blueprint.target import Artifact, Cause
from blueprint.values import Range, Ref
from targets._formats.page import Page, Traced
from targets._kubernetes import managers
from targets._kubernetes.resources import Resource, manifest
from targets.cluster_api import versions
from targets.cluster_api.cluster import Cluster

_GITHUB = "https://github.com"
_IRONIC = f"{_GITHUB}/metal3-io/ironic-standalone-operator/releases/download"
_BMO = f"{_GITHUB}/metal3-io/baremetal-operator/config/use-irso"
_SYSTEM = "baremetal-operator-system"


def artifacts(cluster: Cluster) -> Iterator[Artifact]:
    """The script, and the resource by which Ironic is deployed."""
    yield _script(cluster)
    if cluster.is_metal:
        header = ("Made by oib from the blueprint: change the blueprint, not this file.",)
        yield manifest("cluster_api/manager/ironic.yaml", [ironic(cluster)], header)


def _script(cluster: Cluster) -> Artifact:
    page = Page()
    cause = cluster.stated("what a manager needs to make clusters", "manager", "deployer")
    begun = list(managers.beginning())
    if cluster.is_metal:
        begun.insert(begun.index("") + 1, "export ENABLE_BMH_NAME_BASED_PREALLOCATION=true")
    for line in (*begun, *(_metal() if cluster.is_metal else managers.openstack())):
        page.line(line, cause)
    made = page.artifact("cluster_api/manager/providers.sh")
    return Artifact(made.path, made.text, made.runs, is_executable=True)


def _metal() -> Iterator[str]:
    yield "if ! has capm3-system capm3-controller-manager; then"
    yield (
        f"  clusterctl init --infrastructure metal3:{versions.METAL3_PROVIDER} "
        f"--ipam metal3:{versions.METAL3_ADDRESSES}"
    )
    yield "fi"
    url = f"{_IRONIC}/{versions.IRONIC_OPERATOR}/install.yaml"
    yield f"kubectl apply --server-side --filename {shlex.quote(url)}"
    yield (
        "kubectl wait deployment --all --for=condition=Available "
        "--namespace ironic-standalone-operator-system --timeout=10m"
    )
    yield f"kubectl create namespace {_SYSTEM} --dry-run=client --output yaml | kubectl apply --filename -"
    yield "kubectl apply --server-side --filename ironic.yaml"
    yield f"kubectl wait ironic/ironic --for=condition=Ready --namespace {_SYSTEM} --timeout=20m"
    operator = f"{_BMO}?ref={versions.BARE_METAL_OPERATOR}"
    yield f"kubectl apply --server-side --kustomize {shlex.quote(operator)}"
    yield f"kubectl wait deployment --all --for=condition=Available --namespace {_SYSTEM} --timeout=10m"


def ironic(cluster: Cluster) -> Resource:
    """Ironic on the manager: on the network that hosts boot from, where they do."""
    ref = boot_network(cluster)
    why = Cause("what installs the hosts", (cluster.path("control", "hosts"),))
    spec: dict[str, Any] = {}
    if ref is not None:
        network = cluster.networks[ref]
        served: dict[str, Any] = {}
        ranges = [each for each in network.dhcp if isinstance(each, Range)]
        given = Cause("the network that hosts boot from", (str(ref), f"{ref}.dhcp", f"{ref}.cidr"))
        if ranges:
            served = {
                "networkCIDR": str(network.cidr),
                "rangeBegin": str(ranges[0].first),
                "rangeEnd": str(ranges[0].last),
            }
            if network.gateway is not None:
                served["gatewayAddress"] = str(network.gateway)
        carried = Cause(
            "the manager's interface on that network", (str(ref), str(cluster.layer.manager))
        )
        spec["networking"] = {
            "interface": Traced(manager_interface(cluster, ref), carried),
            "dhcp": Traced(served, given),
        }
    body = {"spec": spec} if spec else {"spec": {}}
    return Resource("ironic.metal3.io/v1alpha1", "Ironic", "ironic", why, _SYSTEM, body=body)


def boot_network(cluster: Cluster) -> Ref | None:
    """The network that hosts of the cluster boot from, or None where all boot from virtual discs."""
    hosts = cluster.model.hosts(cluster.layer.node_hosts)
    return next((h.spec.boot.network for h in hosts if h.spec.boot.network is not None), None)


def manager_interface(cluster: Cluster, network: Ref) -> str | None:
    """The interface of the manager's nodes that carries a network; None where they differ or have none."""
    manager = cluster.manager
    if not isinstance(manager, Kubernetes):
        return None
    names = set()
    seen = set()
    for host in cluster.model.hosts(manager.node_hosts):
        if host.group not in seen:
            seen.add(host.group)
            links = links_of(host.spec, cluster.model.hardware(host), cluster.networks)
            names.add(interface_of(links, network))
    return names.pop() if len(names) == 1 else None
