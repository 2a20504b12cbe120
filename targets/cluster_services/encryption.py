"""Encryption between nodes that their deployment leaves open: Kubespray's Calico switches it on for IPv4 alone."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model import Kubernetes
from blueprint.model.kubernetes_features import Calico
from targets._kubernetes.resources import Resource
from targets.cluster_services.services import Services


def is_left_open(cluster: Kubernetes) -> bool:
    """Whether pods of a cluster would speak in plain text over IPv6."""
    cni = cluster.cni
    is_asked = isinstance(cni, Calico) and cni.encryption == "wireguard"
    return (
        is_asked
        and cluster.tool_name == "kubespray"
        and any(subnet.version == 6 for subnet in cluster.pods)
    )


def resources(services: Services) -> Iterator[Resource]:
    """The part of Calico's own configuration that Kubespray leaves as it is."""
    if is_left_open(services.cluster):
        cause = services.cause("what pods say over IPv6 is encrypted too", "cni", "encryption")
        body = {"spec": {"wireguardEnabledV6": True}}
        yield Resource(
            "crd.projectcalico.org/v1", "FelixConfiguration", "default", cause, body=body
        )
