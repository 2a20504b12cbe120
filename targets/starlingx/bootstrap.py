"""Plans the overrides of the bootstrap playbook, `localhost.yml`: what a system is from its first hour on.

Most of it can't be changed afterwards. The values for `dcmanager subcloud add` are the same keys, so
`fleet.py` starts from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from blueprint.model import Network
from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets.starlingx import passthrough
from targets.starlingx.system import System, allotted

#: The platform networks of the blueprint by what the playbook calls each; it makes none for storage.
NETWORKS = {
    "oam": "external_oam",
    "mgmt": "management",
    "cluster_host": "cluster_host",
    "pxeboot": "pxeboot",
    "admin": "admin",
}


def overrides(system: System) -> dict[str, Any]:
    """The keys of `localhost.yml`, in the order of the playbook's own defaults."""
    found = dict(_properties(system))
    found.update(_platform_networks(system))
    found.update(_cluster(system))
    found.update(_images(system))
    found.update(_certificates(system))
    found.update(_passed_through(system))
    return found


def _passed_through(system: System) -> Iterator[tuple[str, Any]]:
    """Keys that the blueprint states in the playbook's own words."""
    for name, value in passthrough.stated(system.layer).items():
        path = system.path("tool", passthrough.TOOL, name)
        yield name, Traced(value, Cause("passed through", (path,)))


def _properties(system: System) -> Iterator[tuple[str, Any]]:
    """Mode, role, time zone, name servers, kernel."""
    mode = Cause("one controller or two", (system.path("config"),))
    yield "system_mode", Traced(system.system_mode, mode)
    if not system.layer.is_subcloud:
        role = Cause("the role in a distributed cloud", (system.path("role"),))
        yield "distributed_cloud_role", Traced(system.distributed_cloud_role, role)
    if system.site is not None:
        ref, site = system.site
        yield "timezone", Traced(site.timezone, Cause("the site's time zone", (f"{ref}.timezone",)))
        if site.dns:
            servers = [str(server) for server in site.dns]
            yield "dns_servers", Traced(servers, Cause("the site's name servers", (f"{ref}.dns",)))
    if system.layer.kubernetes is not None:
        version = Cause("the stated version", (system.path("kubernetes"),))
        yield "kubernetes_version", Traced(system.layer.kubernetes, version)
    if system.layer.is_all_in_one and system.first is not None:
        kernel = system.first.host.spec.kernel
        cause = Cause("the controllers' kernel", (f"{system.first.host.ref}.kernel",))
        yield "kernel", Traced("lowlatency" if kernel == "low_latency" else "standard", cause)


def _platform_networks(system: System) -> Iterator[tuple[str, Any]]:
    """Subnets, and the parts of them that StarlingX gives addresses from."""
    for name, word in NETWORKS.items():
        known = system.network(name)
        if known is None:
            continue
        ref, network = known
        cause = Cause(
            "the subnet of the network",
            (f"{ref}.cidr", f"{ref}.cidr6", system.path("networks", name)),
        )
        yield f"{word}_subnet", Traced(joined(network.subnets), cause)
        yield from _range(ref, network, word)
        if name in ("oam", "mgmt", "admin") and network.gateway is not None:
            routers = [router for router in (network.gateway, network.gateway6) if router]
            cause = Cause("the router of the network", (f"{ref}.gateway", f"{ref}.gateway6"))
            yield f"{word}_gateway_address", Traced(joined(routers), cause)
        if name == "oam":
            yield from _oam(system)


def _range(ref: Ref, network: Network, word: str) -> Iterator[tuple[str, Any]]:
    limits = allotted(network)
    if limits is not None:
        cause = Cause("where hosts get addresses", (f"{ref}.allot",))
        yield f"{word}_start_address", Traced(str(limits.first), cause)
        yield f"{word}_end_address", Traced(str(limits.last), cause)


def _oam(system: System) -> Iterator[tuple[str, Any]]:
    """The addresses that people reach the system at."""
    floating, node0, node1 = system.node_addresses()
    path = system.path("oam", "floating")
    yield (
        "external_oam_floating_address",
        Traced(joined(floating), Cause("the stated address", (path,))),
    )
    if system.system_mode == "duplex":
        for number, addresses in enumerate((node0, node1)):
            own = system.path("oam", f"node{number}")
            cause = Cause("as stated, or next to the floating address", (own, path))
            yield f"external_oam_node_{number}_address", Traced(joined(addresses), cause)


def _cluster(system: System) -> Iterator[tuple[str, Any]]:
    """Subnets of Kubernetes."""
    words = {
        "pods": "cluster_pod_subnet",
        "services": "cluster_service_subnet",
        "multicast": "management_multicast_subnet",
    }
    for field, key in words.items():
        cause = Cause("the cluster's subnets", (system.path("cluster", field),))
        yield key, Traced(joined(getattr(system.layer.cluster, field)), cause)


def _images(system: System) -> Iterator[tuple[str, Any]]:
    """The registry in place of all public ones; its password is a secret, which `secrets.yml` brings."""
    if system.registry is None:
        return
    ref = system.layer.registry
    cause = Cause("the registry of the system", (f"{ref}.url", system.path("registry")))
    defaults: dict[str, Any] = {"url": Traced(system.registry.url, cause)}
    if system.registry.insecure:
        defaults["secure"] = Traced(value=False, cause=Cause("no TLS", (f"{ref}.insecure",)))
    yield "docker_registries", Traced({"defaults": defaults}, cause)


def _certificates(system: System) -> Iterator[tuple[str, Any]]:
    """The administrator's name."""
    cause = Cause("the administrator", (system.path("admin_username"),))
    yield "admin_username", Traced(system.layer.admin_username, cause)


def joined(values: Iterable[Any]) -> str:
    """One value, or one of each family with a comma between, as the playbook takes them."""
    return ",".join(str(value) for value in values)


__all__ = ["NETWORKS", "joined", "overrides"]
