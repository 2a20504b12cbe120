"""Plans a cluster template, a cluster of it, and its further groups of nodes, in the words of Magnum's API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.kubernetes_features import Calico, Cilium, KeystoneAuth, OidcAuth
from blueprint.model.naming import kubeconfig
from blueprint.model.openstack_resources import Project
from blueprint.model.site import Proxy, Registry
from blueprint.target import Cause
from blueprint.values import Duration, Size
from targets._formats.page import Traced
from targets._kubernetes.guests import Group
from targets.magnum.cluster import Cluster, hashed

_DAY, _MIB, _GIB = Duration.units["day"], 1024**2, 1024**3
_TIMEOUT_MINUTES = 60


def variables(cluster: Cluster) -> dict[str, Any]:
    """The variables of the playbook."""
    layer, region = cluster.layer, cluster.region_ref
    assert layer.project is not None
    project = cluster.region.project.get(layer.project.label, Project())
    named = Cause("the cluster by its name in the blueprint", (str(cluster.ref),))
    owner = Cause("the project that owns the guests", (cluster.path("project"), str(layer.project)))
    made = template(cluster)
    found: dict[str, Any] = {
        "magnum_name": Traced(cluster.name, named),
        "magnum_user": Traced(f"magnum-{cluster.name}", named),
        "magnum_region": Traced(
            cluster.region.region, Cause("the region", (cluster.path("on"), f"{region}.region"))
        ),
        "magnum_project": Traced(layer.project.label, owner),
        "magnum_domain": Traced(
            project.domain, Cause("the domain of the project", (f"{layer.project}.domain",))
        ),
        "magnum_roles": Traced(_roles(cluster), owner),
        "magnum_flavors": _flavors(cluster),
        "magnum_template": made,
        "magnum_cluster": cluster_attributes(cluster),
        "magnum_is_scaled": Traced(
            cluster.is_scaled, cluster.stated("whether the autoscaler counts the nodes", "pool")
        ),
        "magnum_groups": [group_attributes(cluster, each) for each in cluster.groups[1:]],
        "magnum_kubeconfig": Traced(kubeconfig(cluster.ref), named),
    }
    return found


def _roles(cluster: Cluster) -> list[str]:
    return ["member", *(("load-balancer_member",) if cluster.provider is not None else ())]


def _flavors(cluster: Cluster) -> Traced:
    stated = {"control.flavor": cluster.layer.control.flavor}
    stated |= {f"pool.{label}.flavor": pool.flavor for label, pool in cluster.layer.pool.items()}
    names = dict.fromkeys(ref.label for ref in stated.values() if ref is not None)
    return Traced(list(names), cluster.stated("flavors of the nodes", *stated))


def template(cluster: Cluster) -> dict[str, Any]:
    """The template, under a name that changes with it."""
    found = dict(_template(cluster))
    named = Cause("another template is made where it changes", (str(cluster.ref),))
    return {"name": Traced(hashed(cluster.name, found), named), **found}


def _template(cluster: Cluster) -> Iterator[tuple[str, Any]]:
    layer = cluster.layer
    assert layer.image is not None
    yield "coe", "kubernetes"
    image = Cause("the image of the nodes", (cluster.path("image"), str(layer.image)))
    yield "image_id", Traced(layer.image.label, image)
    if layer.key_pair is not None:
        key = cluster.stated("the SSH key of the nodes", "key_pair")
        yield "keypair_id", Traced(layer.key_pair, key)
    outside = Cause("where the nodes' router leads", cluster.external_paths)
    yield "external_network_id", Traced(cluster.external, outside)
    for field, name, ref in _sizes(cluster):
        yield name, Traced(ref.label, Cause("the size of the nodes", (field, str(ref))))
    servers, paths = cluster.name_servers
    if servers:
        yield "dns_nameserver", Traced(",".join(servers), Cause("name servers of the nodes", paths))
    yield "network_driver", Traced(layer.cni.choice, cluster.stated("what connects pods", "cni"))
    yield "volume_driver", "cinder"
    yield "docker_storage_driver", "overlay2"
    yield "server_type", "vm"
    balanced = cluster.stated("what stands before the control plane", "api.load_balancer")
    yield "is_master_lb_enabled", Traced(layer.api.load_balancer is not None, balanced)
    floating = cluster.stated("whether the API is reached at a floating address", "api.floating")
    yield "is_floating_ip_enabled", Traced(layer.api.floating, floating)
    yield "is_public", False
    yield "is_tls_disabled", False
    yield "is_registry_enabled", False
    yield from _proxy(cluster)
    yield "labels", labels(cluster)


def _sizes(cluster: Cluster) -> Iterator[tuple[str, str, Any]]:
    control = cluster.layer.control.flavor
    assert control is not None
    yield cluster.path("control", "flavor"), "master_flavor_id", control
    first = cluster.groups[0].pool
    worker = cluster.layer.pool[first].flavor
    assert worker is not None
    yield cluster.path("pool", first, "flavor"), "flavor_id", worker


def _proxy(cluster: Cluster) -> Iterator[tuple[str, Any]]:
    ref = cluster.layer.proxy
    if ref is None:
        return
    proxy = cluster.model.at(ref, Proxy)
    for name, field, value in (
        ("http_proxy", "http", proxy.http), ("https_proxy", "https", proxy.https),
        ("no_proxy", "no_proxy", ",".join(proxy.no_proxy) or None),
    ):  # fmt: skip
        if value is not None:
            cause = Cause(
                "the way of the nodes to the outside", (cluster.path("proxy"), f"{ref}.{field}")
            )
            yield name, Traced(value, cause)


def labels(cluster: Cluster) -> dict[str, Traced]:
    """The labels: what follows from the layer, then those of `tool magnum`."""
    found = {name: Traced(_text(value), cause) for name, value, cause in derived(cluster)}
    for name, value in cluster.layer.tool.get("magnum", {}).items():
        own = cluster.stated("a label of its own", f"tool.magnum.{name}")
        found[name] = Traced(_text(value), own)
    return found


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def derived(cluster: Cluster) -> Iterator[tuple[str, Any, Cause]]:
    """The labels that follow from the layer."""
    layer = cluster.layer
    version = Cause("the version in full, which the image carries", cluster.version_paths)
    yield "kube_tag", f"v{cluster.version}", version
    pods = cluster.stated("addresses of pods", "pods")
    if isinstance(layer.cni, Calico):
        yield "calico_ipv4pool", str(layer.pods[0]), pods
    else:
        yield "cilium_ipv4pool", str(layer.pods[0]), pods
    services = cluster.stated("addresses of services", "services")
    yield "service_cluster_ip_range", str(layer.services[0]), services
    assert layer.guest_network is not None
    subnet = cluster.stated("the subnet of the nodes", "guest_network.cidr")
    yield "fixed_subnet_cidr", str(layer.guest_network.cidr), subnet
    yield "dns_cluster_domain", layer.domain, cluster.stated("the domain of services", "domain")
    floating = cluster.stated("whether the API is reached at a floating address", "api.floating")
    yield "master_lb_floating_ip_enabled", layer.api.floating, floating
    healed = Cause("nodes that fail are replaced", (str(cluster.ref),))
    yield "auto_healing_enabled", True, healed
    keystone = cluster.stated("whether Keystone vouches for users", "auth")
    yield "keystone_auth_enabled", isinstance(layer.auth, KeystoneAuth), keystone
    if layer.control.volume is not None:
        volume = cluster.stated("root disks as volumes, in GiB", "control.volume")
        yield "boot_volume_size", gib(layer.control.volume), volume
    if cluster.provider is not None:
        word, paths = cluster.provider
        yield "octavia_provider", word, Cause("what carries load balancers", paths)
    yield from _places(cluster)
    yield from _scale(cluster)
    yield from _admission(cluster)
    if cluster.driver == "cluster_api":
        yield from _of_cluster_api(cluster)


def gib(size: Size) -> int:
    """A size in GiB, rounded up."""
    return -(-int(size) // _GIB)


def _places(cluster: Cluster) -> Iterator[tuple[str, Any, Cause]]:
    zone = cluster.groups[0].zone
    if zone is not None:
        field = f"pool.{cluster.groups[0].pool}.zones"
        yield "availability_zone", zone, cluster.stated("the zone of the first workers", field)
    zones = cluster.zones_of(cluster.layer.control.zones)
    if zones and cluster.driver == "cluster_api":
        cause = cluster.stated("zones of the control plane", "control.zones")
        yield "control_plane_availability_zones", ",".join(zones), cause


def _scale(cluster: Cluster) -> Iterator[tuple[str, Any, Cause]]:
    fields = tuple(f"pool.{label}.autoscale" for label in cluster.layer.pool)
    yield (
        "auto_scaling_enabled",
        cluster.is_scaled,
        cluster.stated("whether workers come and go", *fields),
    )
    if not cluster.is_scaled:
        return
    group = cluster.groups[0]
    least, most = cluster.bounds(group)
    field = f"pool.{group.pool}"
    yield (
        "min_node_count",
        least,
        cluster.stated("the least that the autoscaler leaves", f"{field}.min"),
    )
    yield (
        "max_node_count",
        most,
        cluster.stated("the most that the autoscaler makes", f"{field}.max"),
    )


def _admission(cluster: Cluster) -> Iterator[tuple[str, Any, Cause]]:
    plugins = cluster.layer.security.admission_plugins
    if plugins:
        cause = cluster.stated(
            "admission plug-ins beside Kubernetes' own", "security.admission_plugins"
        )
        yield "admission_control_list", ",".join(plugins), cause


def _of_cluster_api(cluster: Cluster) -> Iterator[tuple[str, Any, Cause]]:
    layer = cluster.layer
    if layer.api.fqdn is not None:
        name = cluster.stated("what the API is called in its certificate", "api.fqdn")
        yield "api_server_cert_sans", layer.api.fqdn, name
    if isinstance(layer.cni, Cilium):
        yield (
            "cilium_hubble_ui_enabled",
            layer.cni.hubble,
            cluster.stated("whether flows are observed", "cni.hubble"),
        )
    if isinstance(layer.auth, OidcAuth):
        for label, field in (
            ("oidc_issuer_url", "issuer"), ("oidc_client_id", "client_id"),
            ("oidc_username_claim", "username_claim"), ("oidc_groups_claim", "groups_claim"),
        ):  # fmt: skip
            value = getattr(layer.auth, field)
            if value is not None:
                yield label, value, cluster.stated("the provider of users", f"auth.{field}")
    audit = layer.security.audit
    if audit is not None:
        yield "audit_log_enabled", True, cluster.stated("requests are logged", "security.audit")
        for label, field, number in (
            ("audit_log_max_age", "max_age", int(audit.max_age) // _DAY),
            ("audit_log_max_size", "max_size", int(audit.max_size) // _MIB),
            ("audit_log_max_backup", "max_backups", audit.max_backups),
        ):
            yield (
                label,
                number,
                cluster.stated("what is kept of the log", f"security.audit.{field}"),
            )
    ref = layer.registry
    if ref is not None:
        registry = cluster.model.at(ref, Registry)
        prefix = f"{registry.url}/{registry.namespace}" if registry.namespace else registry.url
        paths = (cluster.path("registry"), f"{ref}.url", f"{ref}.namespace")
        yield "container_infra_prefix", prefix, Cause("where images come from", paths)


def cluster_attributes(cluster: Cluster) -> dict[str, Any]:
    """The cluster itself; the playbook adds the template's identity."""
    layer, first = cluster.layer, cluster.groups[0]
    named = Cause("the cluster by its name in the blueprint", (str(cluster.ref),))
    counted = (f"pool.{first.pool}.count", f"pool.{first.pool}.min", f"pool.{first.pool}.zones")
    return {
        "name": Traced(cluster.name, named),
        "master_count": Traced(
            layer.control.count or 1, cluster.stated("nodes of the control plane", "control.count")
        ),
        "node_count": Traced(first.count, cluster.stated("the first workers", *counted)),
        "create_timeout": _TIMEOUT_MINUTES,
    }


def group_attributes(cluster: Cluster, group: Group) -> dict[str, Any]:
    """A further group of workers: another pool, or another zone of one."""
    pool, field = cluster.layer.pool[group.pool], f"pool.{group.pool}"
    least, most = cluster.bounds(group)
    named = cluster.stated("a pool, in one of its zones", field)
    found: dict[str, Any] = {
        "name": Traced(cluster.group_name(group), named),
        "count": Traced(
            group.count, cluster.stated("nodes of the group", f"{field}.count", f"{field}.zones")
        ),
        "least": Traced(
            least, cluster.stated("the least that there are", f"{field}.min", f"{field}.count")
        ),
        "most": Traced(
            most, cluster.stated("the most that there are", f"{field}.max", f"{field}.count")
        ),
    }
    assert pool.flavor is not None
    size = Cause("the size of the nodes", (cluster.path(field, "flavor"), str(pool.flavor)))
    found["flavor"] = Traced(pool.flavor.label, size)
    own: dict[str, Any] = {}
    if group.zone is not None:
        own["availability_zone"] = Traced(
            group.zone, cluster.stated("the zone of these nodes", f"{field}.zones")
        )
    if pool.volume is not None:
        own["boot_volume_size"] = Traced(
            str(gib(pool.volume)),
            cluster.stated("root disks as volumes, in GiB", f"{field}.volume"),
        )
    found["labels"] = own
    return found
