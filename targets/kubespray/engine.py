"""Plans what runs containers, where images come from, and what lies between nodes and the outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Proxy, Registry
from blueprint.model.kubernetes_features import Containerd, CriO
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._kubernetes.registries import PUBLIC
from targets.kubespray.cluster import Cluster
from targets.kubespray.values import expression

Settings = Iterator[tuple[str, Traced]]
#: The environment variable that hands over the password of the registry's user.
PASSWORD = "OIB_REGISTRY_PASSWORD"  # noqa: S105 - the name of a variable
#: The file of the registry's authority, beside the inventory.
REGISTRY_CA = "files/registry-ca.crt"
_PULLS = ["pull", "resolve"]
#: The public registry that a registry's `mirrors` are mirrors of.
_HUB = "docker.io"


def engine(cluster: Cluster) -> Settings:
    """The container engine and its version."""
    stated = cluster.layer.container_engine
    cause = Cause("what runs containers", (cluster.path("container_engine"),))
    yield "container_manager", Traced("crio" if isinstance(stated, CriO) else "containerd", cause)
    if isinstance(stated, Containerd | CriO) and stated.version is not None:
        name = "crio_version" if isinstance(stated, CriO) else "containerd_version"
        version = Cause("the engine's version", (cluster.path("container_engine", "version"),))
        yield name, Traced(stated.version, version)


def registry_of(cluster: Cluster) -> Registry | None:
    """Where images come from, where that is not the public registries."""
    ref = cluster.layer.registry
    return None if ref is None else cluster.model.at(ref, Registry)


def ca_path(cluster: Cluster, registry: Registry) -> str:
    """Where the nodes keep the certificate of the registry's authority."""
    base = (
        "/etc/containers" if isinstance(cluster.layer.container_engine, CriO) else "/etc/containerd"
    )
    return f"{base}/certs.d/{registry.url}/ca.crt"


def images(cluster: Cluster) -> Settings:
    """The registry of all images, how it is reached, and its mirrors."""
    registry = registry_of(cluster)
    if registry is None:
        return
    ref, stated = cluster.layer.registry, cluster.path("registry")
    base = registry.url if registry.namespace is None else f"{registry.url}/{registry.namespace}"
    cause = Cause("images come from the registry", (f"{ref}.url", f"{ref}.namespace", stated))
    for name in ("kube", "gcr", "docker", "quay", "github"):
        variable = cluster.catalog.variables.get(f"{name}_image_repo")
        if variable is not None and variable.is_read:
            yield f"{name}_image_repo", Traced(base, cause)
    if registry.username is not None and registry.password is not None:
        user = Cause("who pulls", (f"{ref}.username", stated))
        yield "oib_registry_user", Traced(registry.username, user)
    if registry.ca is not None:
        authority = Cause(
            "the registry's authority, put there before", (f"{ref}.ca", f"{ref}.url", stated)
        )
        yield "oib_registry_ca", Traced(ca_path(cluster, registry), authority)
    yield from (
        _crio(cluster, registry)
        if isinstance(cluster.layer.container_engine, CriO)
        else _containerd(cluster, registry)
    )


def _containerd(cluster: Cluster, registry: Registry) -> Settings:
    """Files of hosts; since containerd 2.0 these alone say who pulls."""
    ref, stated = cluster.layer.registry, cluster.path("registry")
    host: dict[str, Any] = {
        "host": f"{'http' if registry.insecure else 'https'}://{registry.url}",
        "capabilities": _PULLS,
        "skip_verify": registry.insecure,
    }
    paths = [f"{ref}.url", f"{ref}.insecure", stated]
    if registry.ca is not None:
        host["ca"] = ca_path(cluster, registry)
        paths.append(f"{ref}.ca")
    if registry.username is not None and registry.password is not None:
        secret = f"'Basic ' ~ ((oib_registry_user ~ ':' ~ lookup('env', '{PASSWORD}')) | b64encode)"
        host["header"] = {"Authorization": expression(secret)}
        paths += [f"{ref}.username", f"{ref}.password"]
    cause = Cause("how the registry is reached", tuple(paths))
    entries = [Traced({"prefix": registry.url, "server": host["host"], "mirrors": [host]}, cause)]
    below = f"{host['host']}/v2" + (f"/{registry.namespace}" if registry.namespace else "")
    standing_in = {**host, "host": below, "override_path": True}
    for public, address in PUBLIC.items():
        mirrors = [
            {"host": url, "capabilities": _PULLS, "skip_verify": url.startswith("http://")}
            for url in _mirrors(registry, public)
        ]
        entry = {
            "prefix": public, "server": f"https://{address}", "mirrors": [*mirrors, standing_in],
        }  # fmt: skip
        entries.append(Traced(entry, _asked_first(cluster, registry, public)))
    yield "containerd_registries_mirrors", Traced(entries, cause)


def _mirrors(registry: Registry, public: str) -> tuple[str, ...]:
    return registry.mirrors if public == _HUB else ()


def _asked_first(cluster: Cluster, registry: Registry, public: str) -> Cause:
    """Why the registry stands in for a public one, so that charts keep the names of their images."""
    ref = cluster.layer.registry
    paths = [f"{ref}.url", f"{ref}.namespace", f"{ref}.insecure", cluster.path("registry")]
    if registry.ca is not None:
        paths.append(f"{ref}.ca")
    if registry.username is not None:
        paths += [f"{ref}.username", f"{ref}.password"]
    if _mirrors(registry, public):
        paths.append(f"{ref}.mirrors")
    return Cause("the registry and its mirrors are asked first", tuple(paths))


def _crio(cluster: Cluster, registry: Registry) -> Settings:
    ref, stated = cluster.layer.registry, cluster.path("registry")
    cause = Cause("how the registry is reached", (f"{ref}.url", f"{ref}.insecure", stated))
    own = {"prefix": registry.url, "location": registry.url, "insecure": registry.insecure}
    entries = [Traced(own, cause)]
    base = "/".join(part for part in (registry.url, registry.namespace) if part)
    for public in PUBLIC:
        mirrors = [
            {"location": url.partition("://")[2] or url, "insecure": url.startswith("http://")}
            for url in _mirrors(registry, public)
        ]
        mirrors.append({"location": base, "insecure": registry.insecure})
        entry = {"prefix": public, "location": public, "mirrors": mirrors}
        entries.append(Traced(entry, _asked_first(cluster, registry, public)))
    yield "crio_registries", Traced(entries, cause)
    if registry.username is not None and registry.password is not None:
        auth = {
            "registry": registry.url,
            "username": expression("oib_registry_user"),
            "password": expression(f"lookup('env', '{PASSWORD}')"),
        }
        who = Cause("who pulls", (f"{ref}.username", f"{ref}.password", stated))
        yield "crio_registry_auth", Traced([auth], who)


def proxy(cluster: Cluster) -> Settings:
    """The proxy of the nodes; Kubespray itself adds nodes, pods and services to what is reached directly."""
    ref = cluster.layer.proxy
    if ref is None:
        return
    declared = cluster.model.at(ref, Proxy)
    for name, value in (("http", declared.http), ("https", declared.https)):
        if value is not None:
            cause = Cause("the proxy of the nodes", (f"{ref}.{name}", cluster.path("proxy")))
            yield f"{name}_proxy", Traced(value, cause)
    if declared.no_proxy:
        cause = Cause(
            "what is reached without the proxy", (f"{ref}.no_proxy", cluster.path("proxy"))
        )
        yield "additional_no_proxy", Traced(",".join(declared.no_proxy), cause)
