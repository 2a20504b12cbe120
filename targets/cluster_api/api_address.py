"""Plans the API's address on bare metal: kube-vip, a pod of each node of the control plane."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.links import interface_of, links_of
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.cluster_api.cluster import Cluster
from targets.cluster_api.versions import KUBE_VIP

_MANIFEST = "/etc/kubernetes/manifests/kube-vip.yaml"
#: The first node's kubeadm gives only this file the rights that kube-vip needs, until it is done.
_SWAP = (
    "if [ -f /run/kubeadm/kubeadm.yaml ]; "
    "then sed -i 's#path: /etc/kubernetes/{}#path: /etc/kubernetes/{}#' " + _MANIFEST + "; fi"
)


def is_held_here(cluster: Cluster) -> bool:
    """Whether nodes of the control plane hold the API's address among themselves."""
    api = cluster.layer.api
    return cluster.is_metal and api.vip is not None and api.provider in (None, "kube_vip")


def files(cluster: Cluster) -> Iterator[Traced]:
    """The manifest of the pod."""
    if is_held_here(cluster):
        manifest = {"path": _MANIFEST, "owner": "root:root", "permissions": "0600"}
        yield Traced({**manifest, "content": _pod(cluster)}, _cause(cluster))


def commands_before(cluster: Cluster) -> Iterator[Traced]:
    """Commands of the control plane before kubeadm."""
    if is_held_here(cluster):
        yield Traced(_SWAP.format("admin.conf", "super-admin.conf"), _cause(cluster))


def commands_after(cluster: Cluster) -> Iterator[Traced]:
    """Commands of the control plane after kubeadm."""
    if is_held_here(cluster):
        yield Traced(_SWAP.format("super-admin.conf", "admin.conf"), _cause(cluster))


def interface(cluster: Cluster) -> str | None:
    """The interface of the control plane that carries the API's network; None where hosts differ."""
    found: dict[Any, str | None] = {}
    network = cluster.layer.api.network
    for host in cluster.control_hosts:
        if host.group not in found and network is not None:
            links = links_of(host.spec, cluster.model.hardware(host), cluster.networks)
            found[host.group] = interface_of(links, network)
    names = set(found.values())
    return names.pop() if len(names) == 1 else None


def _cause(cluster: Cluster) -> Cause:
    rule = "kube-vip holds the API's address on the control plane"
    return cluster.stated(rule, "api.vip", "api.network", "api.port", "api.provider")


def _pod(cluster: Cluster) -> str:
    vip, port = cluster.layer.api.vip, cluster.layer.api.port
    assert vip is not None
    settings = {
        "vip_arp": "true", "port": str(port), "vip_interface": interface(cluster) or "",
        "vip_subnet": str(vip.max_prefixlen), "cp_enable": "true", "cp_namespace": "kube-system",
        "vip_leaderelection": "true", "vip_leasename": "plndr-cp-lock", "vip_leaseduration": "15",
        "vip_renewdeadline": "10", "vip_retryperiod": "2", "address": str(vip),
    }  # fmt: skip
    listed = "".join(f'    - name: {k}\n      value: "{v}"\n' for k, v in settings.items() if v)
    return (
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: kube-vip\n  namespace: kube-system\n"
        "spec:\n  containers:\n  - name: kube-vip\n"
        f"    image: ghcr.io/kube-vip/kube-vip:{KUBE_VIP}\n"
        "    imagePullPolicy: IfNotPresent\n    args: [manager]\n"
        f"    env:\n{listed}"
        "    securityContext:\n      capabilities:\n        add: [NET_ADMIN, NET_RAW]\n        drop: [ALL]\n"
        "    volumeMounts:\n    - name: kubeconfig\n      mountPath: /etc/kubernetes/admin.conf\n"
        "  hostAliases:\n  - ip: 127.0.0.1\n    hostnames: [kubernetes]\n"
        "  hostNetwork: true\n"
        "  volumes:\n  - name: kubeconfig\n    hostPath:\n      path: /etc/kubernetes/admin.conf\n"
    )
