"""Plans globals.yml: what holds for the whole layer, by subject."""

from __future__ import annotations

from collections.abc import Iterator

from blueprint.model import Proxy, Registry
from blueprint.target import Cause
from targets._formats.page import Traced
from targets._passthrough.values import as_variable
from targets.kolla_ansible.certificates import authority
from targets.kolla_ansible.cloud import Cloud, distinct
from targets.kolla_ansible.network_service import network_variables
from targets.kolla_ansible.regions import identity_of, region_names, trust
from targets.kolla_ansible.storage import storage_variables
from targets.kolla_ansible.subjects import SUBJECTS
from targets.kolla_ansible.systems import DOCKER_HUB, ca_bundle, distribution_of
from targets.kolla_ansible.trust import client_bundle

Variable = tuple[str, Traced]

_SWITCHES = (
    "keystone", "glance", "placement", "nova", "neutron", "cinder", "heat", "horizon", "barbican",
)  # fmt: skip
_CPU_MODES = {
    "host_passthrough": "host-passthrough",
    "host_model": "host-model",
    "custom": "custom",
    "none": "none",
}
#: The family of addresses that Kolla-Ansible expects where nothing else is said.
_FAMILY = {4: "ipv4", 6: "ipv6"}


def plan_globals(cloud: Cloud) -> dict[str, Traced]:
    """The variables of globals.yml in their order; stated variables of the tool come last."""
    found: dict[str, Traced] = {}
    subjects = (
        _platform, _registry, _proxy, _endpoints, _families, _encryption, _identity, _services,
        _compute, network_variables, storage_variables,
    )  # fmt: skip
    for subject in subjects:
        found.update(subject(cloud))
    for each in SUBJECTS:
        found.update(each.variables(cloud))
    found.update(_stated(cloud))
    return found


def base_distribution(cloud: Cloud) -> tuple[str, Cause] | None:
    """The distribution inside the images, and why."""
    field = cloud.path("deployer", "base_distribution")
    stated = cloud.layer.kolla_ansible.base_distribution
    if stated is not None:
        return stated, Cause("the stated distribution inside the images", (field,))
    for each in cloud.classes_of("control"):
        found = distribution_of(each.spec.os)
        if found is not None:
            paths = (field, f"{each.group}.os", cloud.path("control"))
            if found == "centos" and cloud.layer.registry is None:
                rule = "Rocky's images for hosts with CentOS: the tool's own registry has no others"
                return "rocky", Cause(rule, (*paths, cloud.path("registry")))
            rule = "images of the control hosts' own distribution unless stated"
            return found, Cause(rule, paths)
    return None


def _platform(cloud: Cloud) -> Iterator[Variable]:
    distribution = base_distribution(cloud)
    if distribution is not None:
        yield "kolla_base_distro", Traced(*distribution)
    layer = cloud.layer
    engine = Cause("what runs the containers", (cloud.path("deployer", "container_engine"),))
    yield "kolla_container_engine", Traced(layer.kolla_ansible.container_engine, engine)
    release = Cause("the release", (cloud.path("release"),))
    yield "openstack_release", Traced(layer.release, release)
    if layer.kolla_ansible.tag is not None:
        tag = Cause("the stated tag of the images", (cloud.path("deployer", "tag"),))
        yield "openstack_tag", Traced(layer.kolla_ansible.tag, tag)


def _registry(cloud: Cloud) -> Iterator[Variable]:
    ref = cloud.layer.registry
    if ref is None:
        return
    registry = cloud.model.at(ref, Registry)
    via = cloud.path("registry")
    docker = cloud.layer.kolla_ansible.container_engine == "docker"
    # Docker knows images of its hub without the host's name, and Kolla-Ansible looks for the whole name.
    url = "" if docker and registry.url == DOCKER_HUB else registry.url
    stated = (
        ("docker_registry", url, "url", "where images come from"),
        ("docker_namespace", registry.namespace, "namespace", "the path before the image names"),
        ("docker_registry_username", registry.username, "username", "the user who pulls"),
    )
    for name, value, field, rule in stated:
        if value is not None:
            yield name, Traced(value, Cause(rule, (f"{ref}.{field}", via)))
    if registry.insecure:
        rule = "whether the registry is reached without TLS"
        yield (
            "docker_registry_insecure",
            Traced(value=True, cause=Cause(rule, (f"{ref}.insecure", via))),
        )


def _proxy(cloud: Cloud) -> Iterator[Variable]:
    ref = cloud.layer.proxy
    if ref is None:
        return
    proxy = cloud.model.at(ref, Proxy)
    via = cloud.path("proxy")
    direct = ",".join(
        distinct(
            ("localhost", "127.0.0.1", str(cloud.internal.vip), *proxy.no_proxy)
            + ((cloud.internal.fqdn,) if cloud.internal.fqdn else ())
        )
    )
    reached_directly = Cause(
        "reached without the proxy: what is stated, the host itself and the internal API",
        (
            f"{ref}.no_proxy",
            cloud.path("api", "internal", "vip"),
            cloud.path("api", "internal", "fqdn"),
            via,
        ),
    )
    for prefix in ("docker", "container"):
        for scheme, url in (("http", proxy.http), ("https", proxy.https)):
            if url is not None:
                cause = Cause(f"the proxy for {scheme.upper()}", (f"{ref}.{scheme}", via))
                yield f"{prefix}_{scheme}_proxy", Traced(url, cause)
        yield f"{prefix}_no_proxy", Traced(direct, reached_directly)


def _endpoints(cloud: Cloud) -> Iterator[Variable]:
    layer = cloud.layer
    sides = [("internal", "internal", layer.api.internal)]
    if layer.api.public is not None:
        sides.append(("external", "public", layer.api.public))
    for side, field, endpoint in sides:
        vip = Cause(f"the virtual address of the {field} API", (cloud.path("api", field, "vip"),))
        yield f"kolla_{side}_vip_address", Traced(str(endpoint.vip), vip)
        if endpoint.fqdn is not None:
            named = Cause(f"the name of the {field} API", (cloud.path("api", field, "fqdn"),))
            yield f"kolla_{side}_fqdn", Traced(endpoint.fqdn, named)
    vrid = Cause("the VRRP router identifier", (cloud.path("api", "vrid"),))
    yield "keepalived_virtual_router_id", Traced(layer.api.vrid, vrid)


def _families(cloud: Cloud) -> Iterator[Variable]:
    """The families of addresses, where any network of the layer is not IPv4."""
    kinds = [("network", cloud.internal.network, cloud.path("api", "internal", "network"))]
    for kind, variable in (
        ("migration", "migration"),
        ("tenant", "tunnel"),
        ("storage", "storage"),
    ):
        kinds.append((variable, *cloud.network_of(kind)))
    families = [
        (variable, ref, field, _FAMILY[cloud.networks[ref].cidr.version])
        for variable, ref, field in kinds
        if ref in cloud.networks
    ]
    if all(family == "ipv4" for *_, family in families):
        return
    for variable, ref, field, family in families:
        cause = Cause("the family of the network's addresses", (f"{ref}.cidr", field))
        yield f"{variable}_address_family", Traced(family, cause)


def _encryption(cloud: Cloud) -> Iterator[Variable]:
    api = cloud.layer.api
    internal = Cause(
        "TLS where the internal API names an authority", (cloud.path("api", "internal", "tls"),)
    )
    yield "kolla_enable_tls_internal", Traced(api.internal.tls is not None, internal)
    public = Cause("TLS where the public API names an authority", (f"{cloud.public_field}.tls",))
    yield "kolla_enable_tls_external", Traced(cloud.public.tls is not None, public)
    backend = Cause(
        "whether load balancers speak TLS to services", (cloud.path("api", "backend_tls"),)
    )
    yield "kolla_enable_tls_backend", Traced(api.backend_tls, backend)
    trusted, of_others = authority(cloud), trust(cloud)
    copied = of_others if trusted is None else trusted[1]
    if copied is not None:
        yield "kolla_copy_ca_into_containers", Traced(value=True, cause=copied)
    distribution = base_distribution(cloud)
    identity = identity_of(cloud)
    shared = None if identity is None else identity.internal.tls
    if distribution is not None and (api.internal.tls or cloud.public.tls or shared):
        paths = (
            cloud.path("api", "internal", "tls"),
            f"{cloud.public_field}.tls",
            *((cloud.path("identity"),) if shared else ()),
            *distribution[1].paths,
        )
        cause = Cause("the bundle of trusted certificates inside the images", paths)
        yield "openstack_cacert", Traced(ca_bundle(distribution[0]), cause)
    bundle = client_bundle(cloud)
    if copied is not None and bundle is not None:
        paths = (*copied.paths, *(() if of_others is None else of_others.paths))
        rule = "where the authority's certificate lies on the deployment host"
        path = f"{cloud.configuration_folder}/{bundle}"
        yield "kolla_admin_openrc_cacert", Traced(path, Cause(rule, tuple(dict.fromkeys(paths))))


def _identity(cloud: Cloud) -> Iterator[Variable]:
    layer = cloud.layer
    region = Cause("the name of the region", (cloud.path("region"),))
    yield "openstack_region_name", Traced(layer.region, region)
    yield "multiple_regions_names", region_names(cloud)
    expiry = Cause(
        "how long a token is good for, in seconds", (cloud.path("keystone", "token_expiry"),)
    )
    yield "fernet_token_expiry", Traced(int(layer.keystone.token_expiry) // 10**9, expiry)


def _services(cloud: Cloud) -> Iterator[Variable]:
    cause = Cause("runs if it is listed", (cloud.path("services"),))
    for service in _SWITCHES:
        yield f"enable_{service}", Traced(service in cloud.layer.services, cause)


def _compute(cloud: Cloud) -> Iterator[Variable]:
    nova = cloud.layer.nova
    if "nova" not in cloud.layer.services:
        return
    runs = cloud.path("services")
    virt = Cause("how guests are run", (cloud.path("nova", "virt"), runs))
    yield "nova_compute_virt_type", Traced(nova.virt, virt)
    if nova.cpu_mode is not None:
        mode = Cause("the processor that guests see", (cloud.path("nova", "cpu_mode"), runs))
        yield "nova_libvirt_cpu_mode", Traced(_CPU_MODES[nova.cpu_mode], mode)
    console = Cause("guests' consoles", (cloud.path("nova", "console"), runs))
    yield "nova_console", Traced(nova.console, console)


def _stated(cloud: Cloud) -> Iterator[Variable]:
    for name, value in cloud.layer.tool.get("kolla_ansible", {}).items():
        cause = Cause("a variable of the tool itself", (cloud.path("tool", "kolla_ansible", name),))
        yield name, Traced(as_variable(value), cause)
