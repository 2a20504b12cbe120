"""Settings of single services that the subjects above do not know: Keystone, Cinder's zone, Octavia, Magnum, Barbican."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.target import Cause
from targets._openstack.security_compliance import SECTION, options
from targets.openstack_helm.catalog import release_values
from targets.openstack_helm.cloud import Cloud
from targets.openstack_helm.endpoints import replica_count
from targets.openstack_helm.settings import ChartSetting, at

_SECOND = 10**9


def services(cloud: Cloud) -> Iterator[ChartSetting]:
    """All of it, by chart."""
    yield from _keystone(cloud)
    yield from _verification(cloud)
    yield from _octavia(cloud)
    yield from _magnum(cloud)
    yield from _queues(cloud)
    yield from _bootstrap(cloud)
    yield from _of_the_release(cloud)


def _of_the_release(cloud: Cloud) -> Iterator[ChartSetting]:
    """What the project states beside the images of a release, such as where a service's script is."""
    cause = Cause("what images of the release need", (cloud.path("release"),))
    stated = release_values(cloud.layer.release)
    for name in cloud.charts:
        for path, value in stated.get(name, {}).items():
            yield at(name, path, value, cause)


def _keystone(cloud: Cloud) -> Iterator[ChartSetting]:
    expiry = cloud.layer.keystone.token_expiry
    cause = Cause(
        "how long a token is good for, in seconds", (cloud.path("keystone", "token_expiry"),)
    )
    seconds = int(expiry) // _SECOND
    yield at("keystone", ("conf", "keystone", "token", "expiration"), seconds, cause)
    rule = cloud.layer.keystone.passwords
    if rule is not None:
        for option, each in options(rule, cloud.path("keystone", "passwords")):
            yield at("keystone", ("conf", "keystone", SECTION, option), each.value, each.cause)


def _verification(cloud: Cloud) -> Iterator[ChartSetting]:
    """Images are proven by their signatures; certificates and keys of volumes are Barbican's."""
    layer, users = cloud.layer, dict[str, list[str]]()
    if cloud.has("nova") and layer.nova.verify_images:
        field = cloud.path("nova", "verify_images")
        cause = Cause("guests start from signed images alone", (field,))
        proven = ("conf", "nova", "glance", "verify_glance_signatures")
        yield at("nova", proven, value=True, cause=cause)
        users.setdefault("nova", []).append(field)
    if any(image.signature is not None for image in layer.image.values()):
        users.setdefault("glance", []).append(cloud.path("image"))
    if any(kind.encryption is not None for kind in layer.volume_type.values()):
        for chart in ("cinder", "nova"):
            users.setdefault(chart, []).append(cloud.path("volume_type"))
    for chart, fields in users.items():
        if chart in cloud.charts:
            yield from _keys(cloud, chart, fields)


def _keys(cloud: Cloud, chart: str, fields: list[str]) -> Iterator[ChartSetting]:
    """Where a service finds Barbican: its charts say nothing of it."""
    domain = f"{cloud.options.namespace}.svc.{cloud.cluster.domain}"
    paths = (*fields, cloud.path("deployer", "namespace"), f"{cloud.cluster_ref}.domain")
    cause = Cause("where keys and certificates are kept", paths)
    barbican = ("conf", chart, "barbican")
    yield at(chart, (*barbican, "auth_endpoint"), f"http://keystone-api.{domain}:5000/v3", cause)
    yield at(chart, (*barbican, "barbican_endpoint_type"), "internal", cause)
    region = Cause("the region's own key manager", (*fields, cloud.path("region")))
    yield at(chart, (*barbican, "barbican_region_name"), cloud.layer.region, region)


def _octavia(cloud: Cloud) -> Iterator[ChartSetting]:
    if not cloud.has("octavia"):
        return
    providers = cloud.layer.octavia.providers
    cause = Cause("what balances", (cloud.path("octavia", "providers"),))
    names = {"ovn": "OVN provider", "amphora": "Amphora provider"}
    listed = ",".join(f"{each}:{names[each]}" for each in providers)
    api = ("conf", "octavia", "api_settings")
    yield at("octavia", (*api, "enabled_provider_drivers"), listed, cause)
    yield at("octavia", (*api, "default_provider_driver"), providers[0], cause)
    agents = ("conf", "octavia", "driver_agent", "enabled_provider_agents")
    yield at("octavia", agents, "ovn" if "ovn" in providers else "", cause)
    if "ovn" in providers and "ovn" in cloud.charts:
        yield from _databases_of_ovn(cloud)
    if "amphora" in providers:
        return
    # Nothing of these runs without amphorae: they ask for a network, an image and a store of jobs.
    for part in ("daemonset_health_manager", "daemonset_worker", "deployment_housekeeping"):
        if cloud.reads("octavia", "manifests", part):
            yield at("octavia", ("manifests", part), value=False, cause=cause)
    jobs = ("conf", "octavia", "task_flow", "jobboard_enabled")
    yield at("octavia", jobs, value=False, cause=cause)


def _databases_of_ovn(cloud: Cloud) -> Iterator[ChartSetting]:
    """OVN's databases, which the chart would look for in sockets that no node has."""
    count, why = replica_count(cloud, "server")
    paths = (
        cloud.path("octavia", "providers"), cloud.path("deployer", "namespace"),
        f"{cloud.cluster_ref}.domain", *why.paths,
    )  # fmt: skip
    cause = Cause("the servers of OVN's databases", paths)
    domain = f"{cloud.options.namespace}.svc.{cloud.cluster.domain}"
    for side, port in (("nb", 6641), ("sb", 6642)):
        service = f"ovn-ovsdb-{side}"
        listed = [f"tcp:{service}-{n}.{service}.{domain}:{port}" for n in range(count)]
        path = ("conf", "octavia", "ovn", f"ovn_{side}_connection")
        yield at("octavia", path, ",".join(listed), cause)


def _magnum(cloud: Cloud) -> Iterator[ChartSetting]:
    if not cloud.has("magnum"):
        return
    cause = Cause("the region of clusters' clients", (cloud.path("region"),))
    for section in ("nova_client", "heat_client", "octavia_client", "cinder_client"):
        path = ("conf", "magnum", section, "region_name")
        if cloud.reads("magnum", *path):
            yield at("magnum", path, cloud.layer.region, cause)
    if cloud.layer.magnum.driver == "cluster_api":
        driver = Cause("what makes clusters", (cloud.path("magnum", "driver"),))
        yield at("magnum", "conf.capi.enabled", value=True, cause=driver)
        # Magnum's API refuses `cilium` unless it is named here, whatever the driver can do
        networks = ("conf", "magnum", "cluster_template", "kubernetes_allowed_network_drivers")
        yield at("magnum", networks, "calico,cilium", driver)


def _queues(cloud: Cloud) -> Iterator[ChartSetting]:
    """Octavia's and others' queues need nothing; RabbitMQ spreads its servers over hosts."""
    cause = Cause("servers of one kind on different hosts", (cloud.path("control"),))
    required = len(cloud.control_hosts) >= 3
    for name in ("mariadb", "rabbitmq"):
        path = ("pod", "affinity", "anti", "type", "default")
        if required and cloud.reads(name, *path):
            rule = "requiredDuringSchedulingIgnoredDuringExecution"
            yield at(name, path, rule, cause)


def _bootstrap(cloud: Cloud) -> Iterator[ChartSetting]:
    """Images and volume types that charts would make of their own accord."""
    cause = Cause("images are the blueprint's own", (cloud.path("image"),))
    for name in ("glance", "ironic"):
        if cloud.has(name) and cloud.reads(name, "bootstrap", "enabled"):
            yield at(name, "bootstrap.enabled", value=False, cause=cause)
