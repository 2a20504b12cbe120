"""Multus, which has no chart: its kind, its rights, and the daemon on every node; whereabouts beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from blueprint.target import Cause
from targets._kubernetes.resources import Resource
from targets._kubernetes.values import Setting, tree
from targets.cluster_services.services import Services

NAMESPACE = "kube-system"
#: Release of Multus: the daemon that answers a thin plug-in on the node.
IMAGE = "ghcr.io/k8snetworkplumbingwg/multus-cni:v4.3.0-thick"
NAME = "multus"
_RBAC = "rbac.authorization.k8s.io"
_LABELS = {"app": "multus", "name": "multus", "tier": "node"}
_DAEMON = {
    "chrootDir": "/hostroot",
    "cniConfigDir": "/host/etc/cni/net.d",
    "cniVersion": "0.3.1",
    "logLevel": "error",
    "logToStderr": True,
    "multusAutoconfigDir": "/host/etc/cni/net.d",
    "multusConfigFile": "auto",
    "socketDir": "/host/run/multus/",
}
#: Volume, path on the node, path in the daemon, how mounts of one reach the other.
_MOUNTS: tuple[tuple[str, str, str, str | None], ...] = (
    ("cni", "/etc/cni/net.d", "/host/etc/cni/net.d", None),
    ("cnibin", "/opt/cni/bin", "/opt/cni/bin", None),
    ("host-run", "/run", "/host/run", None),
    ("host-var-lib-cni-multus", "/var/lib/cni/multus", "/var/lib/cni/multus", None),
    ("host-var-lib-kubelet", "/var/lib/kubelet", "/var/lib/kubelet", "HostToContainer"),
    ("host-run-k8s-cni-cncf-io", "/run/k8s.cni.cncf.io", "/run/k8s.cni.cncf.io", None),
    ("host-run-netns", "/run/netns", "/run/netns", "HostToContainer"),
    ("hostroot", "/", "/hostroot", "HostToContainer"),
    ("multus-conf-dir", "/etc/cni/multus/net.d", "/etc/cni/multus/net.d", None),
)


def whereabouts(services: Services) -> dict[str, Any]:
    """Values of whereabouts: on every node, without the controller of an experiment."""
    cause = services.cause("addresses of further networks", "secondary_network")
    return tree(
        Setting(("tolerations",), [{"operator": "Exists"}], cause),
        Setting(("nodeSliceController", "enabled"), value=False, cause=cause),
    )


def resources(services: Services) -> Iterator[Resource]:
    """All that Multus is made of."""
    cause = services.cause("networks beside the cluster's own", "secondary_network")
    yield _kind(cause)
    yield Resource("v1", "ServiceAccount", NAME, cause, NAMESPACE)
    yield Resource(f"{_RBAC}/v1", "ClusterRole", NAME, cause, body={"rules": _rules()})
    bound = {
        "roleRef": {"apiGroup": _RBAC, "kind": "ClusterRole", "name": NAME},
        "subjects": [{"kind": "ServiceAccount", "name": NAME, "namespace": NAMESPACE}],
    }
    yield Resource(f"{_RBAC}/v1", "ClusterRoleBinding", NAME, cause, body=bound)
    text = json.dumps(_DAEMON, sort_keys=True)
    data = {"data": {"daemon-config.json": text}}
    yield Resource("v1", "ConfigMap", "multus-daemon-config", cause, NAMESPACE, _LABELS, body=data)
    spec = {
        "selector": {"matchLabels": {"name": NAME}},
        "updateStrategy": {"type": "RollingUpdate"},
        "template": {"metadata": {"labels": _LABELS}, "spec": _pod()},
    }
    body = {"spec": spec}
    yield Resource("apps/v1", "DaemonSet", "kube-multus-ds", cause, NAMESPACE, _LABELS, body=body)


def _kind(cause: Cause) -> Resource:
    schema = {
        "type": "object",
        "properties": {
            "apiVersion": {"type": "string"},
            "kind": {"type": "string"},
            "metadata": {"type": "object"},
            "spec": {"type": "object", "properties": {"config": {"type": "string"}}},
        },
    }
    version = {
        "name": "v1",
        "served": True,
        "storage": True,
        "schema": {"openAPIV3Schema": schema},
    }
    names = {
        "plural": "network-attachment-definitions",
        "singular": "network-attachment-definition",
        "kind": "NetworkAttachmentDefinition",
        "shortNames": ["nad", "net-attach-def"],
    }
    group = "k8s.cni.cncf.io"
    spec = {"group": group, "scope": "Namespaced", "names": names, "versions": [version]}
    name = f"network-attachment-definitions.{group}"
    api = "apiextensions.k8s.io/v1"
    return Resource(api, "CustomResourceDefinition", name, cause, body={"spec": spec})


def _rules() -> list[dict[str, Any]]:
    return [
        {"apiGroups": ["k8s.cni.cncf.io"], "resources": ["*"], "verbs": ["*"]},
        {
            "apiGroups": [""],
            "resources": ["pods", "pods/status"],
            "verbs": ["get", "list", "update", "watch"],
        },
        {
            "apiGroups": ["resource.k8s.io"],
            "resources": ["resourceclaims", "resourceclaims/status", "resourceslices"],
            "verbs": ["get", "list"],
        },
        {
            "apiGroups": ["", "events.k8s.io"],
            "resources": ["events"],
            "verbs": ["create", "patch", "update"],
        },
    ]


def _pod() -> dict[str, Any]:
    mounts: list[dict[str, Any]] = []
    for volume, _, inside, propagation in _MOUNTS:
        passed = {"mountPropagation": propagation} if propagation else {}
        mounts.append({"name": volume, "mountPath": inside, **passed})
    configuration = {"name": "multus-daemon-config", "mountPath": "/etc/cni/net.d/multus.d"}
    mounts.append({**configuration, "readOnly": True})
    node = {"fieldRef": {"fieldPath": "spec.nodeName"}}
    daemon = {
        "name": "kube-multus",
        "image": IMAGE,
        "command": ["/usr/src/multus-cni/bin/multus-daemon"],
        "env": [{"name": "MULTUS_NODE_NAME", "valueFrom": node}],
        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
        "securityContext": {"privileged": True},
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": mounts,
    }
    binaries = {
        "name": "cnibin",
        "mountPath": "/host/opt/cni/bin",
        "mountPropagation": "Bidirectional",
    }
    install = {
        "name": "install-multus-binary",
        "image": IMAGE,
        "command": [
            "/usr/src/multus-cni/bin/install_multus",
            "-d",
            "/host/opt/cni/bin",
            "-t",
            "thick",
        ],
        "resources": {"requests": {"cpu": "10m", "memory": "15Mi"}},
        "securityContext": {"privileged": True},
        "terminationMessagePolicy": "FallbackToLogsOnError",
        "volumeMounts": [binaries],
    }
    volumes: list[dict[str, Any]] = [
        {"name": volume, "hostPath": {"path": path}} for volume, path, _, _ in _MOUNTS
    ]
    volumes.append({"name": "multus-daemon-config", "configMap": {"name": "multus-daemon-config"}})
    tolerations = [{"operator": "Exists", "effect": e} for e in ("NoSchedule", "NoExecute")]
    return {
        "serviceAccountName": NAME,
        "hostNetwork": True,
        "hostPID": True,
        "priorityClassName": "system-node-critical",
        "terminationGracePeriodSeconds": 30,
        "tolerations": tolerations,
        "initContainers": [install],
        "containers": [daemon],
        "volumes": volumes,
    }
