"""Plans files and commands that nodes get before kubeadm runs: policies, keys by reference, mirrors, proxies.

cloud-init reads all of it as a template of its own, and Ignition as one of the shell: what of it is text of a
blueprint is held by `checks` to letters that neither takes for anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.site import Proxy
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.registries import PUBLIC
from targets.cluster_api import api_address
from targets.cluster_api.cluster import Cluster

AUDIT_POLICY = "/etc/kubernetes/audit-policy.yaml"
AUDIT_LOG = "/var/log/kubernetes/audit"
ENCRYPTION = "/etc/kubernetes/encryption.yaml"
ADMISSION = "/etc/kubernetes/admission.yaml"
_CERTS = "/etc/containerd/certs.d"
_METADATA_POLICY = """apiVersion: audit.k8s.io/v1
kind: Policy
omitStages:
- RequestReceived
rules:
- level: None
  nonResourceURLs: ["/healthz*", "/livez*", "/readyz*", "/version"]
- level: Metadata
"""


def secret(cluster: Cluster, what: str) -> str:
    """The name of a Secret beside the cluster that the operator makes."""
    return f"{cluster.name}-{what}"


def control_files(cluster: Cluster) -> Iterator[Traced]:
    """Files of the nodes of the control plane."""
    yield from api_address.files(cluster)
    yield from _audit(cluster)
    security = cluster.layer.security
    if security.encryption is not None:
        cause = cluster.stated("secrets are encrypted in etcd", "security.encryption")
        yield Traced(_from_secret(ENCRYPTION, secret(cluster, "encryption"), "config"), cause)
    if security.pod_security != "privileged":
        cause = cluster.stated(
            "the standard of namespaces that state none", "security.pod_security"
        )
        yield Traced(_file(ADMISSION, _admission(security.pod_security)), cause)
    yield from node_files(cluster)


def node_files(cluster: Cluster) -> Iterator[Traced]:
    """Files of all nodes."""
    yield from _proxy(cluster)
    yield from _mirrors(cluster)
    yield from _kube_proxy(cluster)


def commands(cluster: Cluster) -> Iterator[Traced]:
    """Commands of all nodes before kubeadm."""
    if cluster.layer.proxy is not None:
        cause = cluster.stated("services read their proxy when they start", "proxy")
        yield Traced("systemctl daemon-reload", cause)
        yield Traced("systemctl restart containerd", cause)
    elif cluster.registry is not None:
        cause = cluster.stated("containerd reads its mirrors", "registry")
        yield Traced("systemctl restart containerd", cause)
    if _tells_kube_proxy(cluster):
        cause = cluster.stated("what balances services", "kube_proxy", "monitoring")
        command = (
            "if [ -f /run/kubeadm/kubeadm.yaml ]; "
            "then cat /etc/kubernetes/kube-proxy.yaml >> /run/kubeadm/kubeadm.yaml; fi"
        )
        yield Traced(command, cause)


def _file(path: str, content: Any, permissions: str = "0640") -> dict[str, Any]:
    return {"path": path, "owner": "root:root", "permissions": permissions, "content": content}


def _from_secret(path: str, name: str, key: str) -> dict[str, Any]:
    source = {"secret": {"name": name, "key": key}}
    return {"path": path, "owner": "root:root", "permissions": "0600", "contentFrom": source}


def _audit(cluster: Cluster) -> Iterator[Traced]:
    audit = cluster.layer.security.audit
    if audit is None:
        return
    if audit.policy is None:
        cause = cluster.stated(
            "who asked for what; the policy of one's own is unset", "security.audit"
        )
        yield Traced(_file(AUDIT_POLICY, _METADATA_POLICY), cause)
        return
    cause = cluster.stated("what is logged", "security.audit.policy")
    yield Traced(_from_secret(AUDIT_POLICY, secret(cluster, "audit"), "policy"), cause)


def _admission(level: str) -> str:
    kinds = "".join(f"      {verb}: {level}\n" for verb in ("enforce", "audit", "warn"))
    exempt = "kube-system, calico-system, tigera-operator"
    return (
        "apiVersion: apiserver.config.k8s.io/v1\n"
        "kind: AdmissionConfiguration\n"
        "plugins:\n"
        "- name: PodSecurity\n"
        "  configuration:\n"
        "    apiVersion: pod-security.admission.config.k8s.io/v1\n"
        "    kind: PodSecurityConfiguration\n"
        f"    defaults:\n{kinds}"
        f"    exemptions:\n      namespaces: [{exempt}]\n"
    )


def _proxy(cluster: Cluster) -> Iterator[Traced]:
    ref = cluster.layer.proxy
    if ref is None:
        return
    proxy = cluster.model.at(ref, Proxy)
    lines = ["[Service]"]
    for name, value in (("HTTP_PROXY", proxy.http), ("HTTPS_PROXY", proxy.https)):
        if value is not None:
            lines.append(f'Environment="{name}={value}"')
    lines.append(f'Environment="NO_PROXY={",".join(around(cluster, proxy))}"')
    paths = (cluster.path("proxy"), *(f"{ref}.{name}" for name in ("http", "https", "no_proxy")))
    cause = Cause("the way of the nodes to the outside", paths)
    for service in ("containerd", "kubelet"):
        path = f"/etc/systemd/system/{service}.service.d/http-proxy.conf"
        yield Traced(_file(path, "\n".join(lines) + "\n", "0644"), cause)


def around(cluster: Cluster, proxy: Proxy) -> list[str]:
    """What is reached without the proxy: as stated, and all that is inside."""
    inside = [*cluster.layer.pods, *cluster.layer.services]
    if cluster.layer.guest_network is not None:
        inside.append(cluster.layer.guest_network.cidr)
    node = None if cluster.node_network is None else cluster.networks.get(cluster.node_network)
    if node is not None:
        inside.append(node.cidr)
    own = ["localhost", "127.0.0.1", "169.254.169.254", ".svc", f".{cluster.layer.domain}"]
    return list(dict.fromkeys([*own, *map(str, inside), *proxy.no_proxy]))


def _mirrors(cluster: Cluster) -> Iterator[Traced]:
    registry, ref = cluster.registry, cluster.layer.registry
    if registry is None or ref is None:
        return
    scheme = "http" if registry.insecure else "https"
    own = f"{scheme}://{registry.url}"
    namespace = f"/{registry.namespace}" if registry.namespace else ""
    cause = Cause("where images of the public registries are asked for first", (
        cluster.path("registry"), f"{ref}.url", f"{ref}.namespace", f"{ref}.mirrors",
    ))  # fmt: skip
    if registry.ca is not None:
        trusted = Cause("the registry's authority", (cluster.path("registry"), f"{ref}.ca"))
        yield Traced(
            _from_secret(f"{_CERTS}/oib-ca.crt", secret(cluster, "registry"), "ca.crt"), trusted
        )
    for public, upstream in PUBLIC.items():
        blocks = [f'server = "https://{upstream}"']
        blocks += [_host(mirror, None) for mirror in registry.mirrors]
        blocks.append(_host(f"{own}/v2{namespace}", registry, overrides=True))
        content = "\n\n".join(blocks) + "\n"
        yield Traced(_file(f"{_CERTS}/{public}/hosts.toml", content, "0644"), cause)


def _host(url: str, registry: Any, *, overrides: bool = False) -> str:
    lines = [f'[host."{url}"]', '  capabilities = ["pull", "resolve"]']
    if overrides:
        lines.append("  override_path = true")
    if registry is not None and registry.ca is not None:
        lines.append(f'  ca = "{_CERTS}/oib-ca.crt"')
    return "\n".join(lines)


def every_address(cluster: Cluster) -> str:
    """What stands for all addresses of a node, by the families that pods have."""
    has_ipv4 = any(subnet.version == 4 for subnet in cluster.layer.pods)
    return "0.0.0.0" if has_ipv4 else "::"  # noqa: S104 - what asks for tokens may be asked from anywhere


def _tells_kube_proxy(cluster: Cluster) -> bool:
    """Whether kube-proxy is told what is not its default."""
    mode = cluster.layer.kube_proxy
    return mode in ("ipvs", "nftables") or (mode != "none" and cluster.layer.monitoring is not None)


def _kube_proxy(cluster: Cluster) -> Iterator[Traced]:
    if not _tells_kube_proxy(cluster):
        return
    content = (
        "---\napiVersion: kubeproxy.config.k8s.io/v1alpha1\nkind: KubeProxyConfiguration\n"
        f"mode: {cluster.layer.kube_proxy}\n"
    )
    if cluster.layer.monitoring is not None:
        everywhere = every_address(cluster)
        host = f"'[{everywhere}]:10249'" if ":" in everywhere else f"{everywhere}:10249"
        content += f"metricsBindAddress: {host}\n"
    cause = cluster.stated("what balances services", "kube_proxy", "monitoring")
    yield Traced(_file("/etc/kubernetes/kube-proxy.yaml", content), cause)
