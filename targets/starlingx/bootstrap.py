"""Plans the overrides of the bootstrap playbook, `localhost.yml`: what a system is from its first hour on.

Most of it can't be changed afterwards. The values for `dcmanager subcloud add` are the same keys, so
`fleet.py` starts from here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from blueprint.model import Pki, Proxy
from blueprint.target import Cause
from blueprint.values import Range, Ref
from targets._formats.page import Traced
from targets.starlingx import passthrough, secrets
from targets.starlingx.addresses import NETWORKS, gateways, ranges
from targets.starlingx.applications import at_bootstrap
from targets.starlingx.catalog import catalog
from targets.starlingx.catalog.changes import said_of
from targets.starlingx.registries import registries
from targets.starlingx.system import System


def overrides(system: System) -> dict[str, Any]:
    """The keys of `localhost.yml`, in the order of the playbook's own defaults."""
    known: dict[str, Any] | None = system.planned.get("overrides")
    if known is None:
        parts = (
            _properties, _platform_networks, _cluster, _proxy, _images, _certificates, _kubernetes,
            _administrator, at_bootstrap, _passed_through,
        )  # fmt: skip
        known = {key: value for part in parts for key, value in part(system)}
        system.planned["overrides"] = known = dict(_with_changes(known, system.system_mode))
    return dict(known)


def _with_changes(values: Mapping[str, Any], mode: str) -> Iterator[tuple[str, Any]]:
    """The values, each with how it is changed later beside why it is so, where `oib explain` tells both."""
    for key, value in values.items():
        if isinstance(value, Traced):
            rule, paths = value.cause.rule, value.cause.paths
            yield key, Traced(value.value, Cause(f"{rule}; {said_of(key, mode)}", paths))
        else:
            yield key, value


def secret_overrides(system: System) -> dict[str, Any]:
    """The keys of `secrets.yml`: each value is the place of a secret, which the playbook looks up where it runs."""
    found: dict[str, Any] = {}
    layer = system.layer
    if layer.admin_password is not None:
        cause = Cause(
            "the administrator's password, by reference", (system.path("admin_password"),)
        )
        found["vault_admin_password"] = Traced(secrets.lookup(layer.admin_password), cause)
    if layer.sysadmin_password is not None:
        cause = Cause(
            "the password of `sysadmin`, by reference", (system.path("sysadmin_password"),)
        )
        found["ansible_become_pass"] = Traced(secrets.lookup(layer.sysadmin_password), cause)
    password = secrets.registry_password(system)
    if password is not None:
        cause = Cause(
            "the registry with its user", (f"{layer.registry}.password", system.path("registry"))
        )
        access = registries(system, Traced(secrets.lookup(password), cause))
        found["vault_docker_registries"] = Traced(access, cause)
    return found


def kubernetes_version(system: System) -> str | None:
    """The full version for the stated one: the newest of its minor version that the release's bootstrap installs."""
    stated = system.layer.kubernetes
    if stated is None:
        return None
    known = catalog(system.layer.release).kubernetes
    return next((each for each in reversed(known) if f"{each}.".startswith(f"{stated}.")), None)


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
    version = kubernetes_version(system)
    if version is not None:
        stated = Cause("the stated version", (system.path("kubernetes"),))
        yield "kubernetes_version", Traced(version, stated)
    if system.layer.is_all_in_one and system.first is not None:
        kernel = system.first.host.spec.kernel
        paths = (f"{system.first.host.ref}.kernel", system.path("config"))
        cause = Cause("the controllers' kernel, where they carry workloads", paths)
        yield "kernel", Traced("lowlatency" if kernel == "low_latency" else "standard", cause)


def _platform_networks(system: System) -> Iterator[tuple[str, Any]]:
    """Subnets, the parts of them that StarlingX gives addresses from, and routers."""
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
        yield from _range(ref, word, ranges(system, name))
        routers, cause = gateways(system, name)
        if routers:
            yield f"{word}_gateway_address", Traced(joined(routers), cause)
        if name == "oam":
            yield from _oam(system)


def _range(ref: Ref, word: str, limits: tuple[Range, ...]) -> Iterator[tuple[str, Any]]:
    if limits:
        cause = Cause("where StarlingX gives addresses", (f"{ref}.allot", f"{ref}.gateway"))
        yield f"{word}_start_address", Traced(joined(each.first for each in limits), cause)
        yield f"{word}_end_address", Traced(joined(each.last for each in limits), cause)


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


def _proxy(system: System) -> Iterator[tuple[str, Any]]:
    """The way of the container engine to the outside."""
    ref = system.layer.proxy
    if ref is None:
        return
    proxy = system.model.at(ref, Proxy)
    for key, field in (("docker_http_proxy", "http"), ("docker_https_proxy", "https")):
        value = getattr(proxy, field)
        if value is not None:
            yield key, Traced(value, Cause("the proxy", (f"{ref}.{field}", system.path("proxy"))))
    if proxy.no_proxy:
        cause = Cause(
            "what is reached without the proxy", (f"{ref}.no_proxy", system.path("proxy"))
        )
        yield "docker_no_proxy", Traced(list(proxy.no_proxy), cause)


def _images(system: System) -> Iterator[tuple[str, Any]]:
    """The registries in place of the public ones; passwords are in `secrets.yml`."""
    found = registries(system)
    if found is not None:
        cause = Cause("the registry of the system", (system.path("registry"),))
        yield "docker_registries", Traced(found, cause)


def _certificates(system: System) -> Iterator[tuple[str, Any]]:
    """Places of certificates, which the playbook reads where it runs."""
    place = secrets.trusted_path(system)
    if place is not None:
        paths = tuple(field for _, field in secrets.trusted(system))
        cause = Cause(
            "the authorities that are trusted", (*paths, system.path("certificates", "trusted"))
        )
        yield "ssl_ca_cert", Traced(place, cause)
    ref = system.layer.certificates.etcd
    if ref is None:
        return
    authority = system.model.at(ref, Pki)
    if authority.ca_certificate is not None and authority.ca_key is not None:
        own = system.path("certificates", "etcd")
        cause = Cause("the root authority of etcd", (f"{ref}.ca_certificate", own))
        yield "etcd_root_ca_cert", Traced(secrets.file_path(authority.ca_certificate), cause)
        cause = Cause("its key, by the place of the secret", (f"{ref}.ca_key", own))
        yield "etcd_root_ca_key", Traced(secrets.path(authority.ca_key), cause)


def _kubernetes(system: System) -> Iterator[tuple[str, Any]]:
    """Who vouches for users of Kubernetes."""
    auth = system.layer.auth
    if auth is None:
        return
    keys = {
        "client_id": "client_id",
        "issuer_url": "issuer",
        "username_claim": "username_claim",
        "groups_claim": "groups_claim",
    }
    cause = Cause("who vouches for users", (system.path("auth"),))
    found = {
        key: Traced(value, Cause("who vouches for users", (system.path("auth", field),)))
        for key, field in keys.items()
        if (value := getattr(auth, field)) is not None
    }
    yield "apiserver_oidc", Traced(found, cause)


def _administrator(system: System) -> Iterator[tuple[str, Any]]:
    """The administrator's name."""
    cause = Cause("the administrator", (system.path("admin_username"),))
    yield "admin_username", Traced(system.layer.admin_username, cause)


def joined(values: Iterable[Any]) -> str:
    """One value, or one of each family with a comma between, as the playbook takes them."""
    return ",".join(str(value) for value in values)


__all__ = ["joined", "kubernetes_version", "overrides", "secret_overrides"]
