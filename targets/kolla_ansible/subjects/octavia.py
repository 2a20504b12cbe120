"""Plans Octavia: what balances, the network between controllers and amphorae, certificates, the image."""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.model import Network, Physnet, Pki
from blueprint.spans import Spans
from blueprint.target import Cause, Step
from blueprint.values import Range, Ref
from targets._formats.page import Traced
from targets.kolla_ansible import network_limits as limits
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.commands import folder_of, kolla
from targets.kolla_ansible.subject import Files, Subject

_PROVIDERS = {"amphora": "Amphora provider", "ovn": "OVN provider"}
_AGENTS = {"amphora": "amphora_agent", "ovn": "ovn"}
_TOPOLOGIES = {"single": "SINGLE", "active_standby": "ACTIVE_STANDBY"}
_NETWORK, _SUBNET = "lb-mgmt-net", "lb-mgmt-subnet"
#: What Kolla-Ansible gives a network of amphorae that it makes itself (roles/octavia/defaults/main.yml).
_OWN_SUBNET = ip_network("10.1.0.0/24")
#: The tag by which Octavia finds its image, and the name of the file where the region names none.
_TAG, _IMAGE = "amphora", "amphora-x64-haproxy"
_CERTIFICATES = {
    "client_ca.cert.pem": "certificate of the authority that signs for controllers",
    "client.cert-and-key.pem": "the controllers' certificate, then its private key",
    "server_ca.cert.pem": "certificate of the authority that signs for amphorae",
    "server_ca.key.pem": "its private key, encrypted with `octavia_ca_password` of `passwords.yml`",
}
_DUE_S = 30 * 86400


def _runs(cloud: Cloud) -> bool:
    return "octavia" in cloud.layer.services


def _has_amphorae(cloud: Cloud) -> bool:
    return _runs(cloud) and "amphora" in cloud.layer.octavia.providers


def _variables(cloud: Cloud) -> Iterator[tuple[str, Traced]]:
    if not _runs(cloud):
        return
    octavia, runs = cloud.layer.octavia, cloud.path("services")
    yield "enable_octavia", Traced(value=True, cause=Cause("runs if it is listed", (runs,)))
    providers = Cause("what balances", (cloud.path("octavia", "providers"), runs))
    drivers = ", ".join(f"{name}:{_PROVIDERS[name]}" for name in octavia.providers)
    yield "octavia_provider_drivers", Traced(drivers, providers)
    agents = ", ".join(_AGENTS[name] for name in octavia.providers)
    yield "octavia_provider_agents", Traced(agents, providers)
    yield "enable_octavia_driver_agent", Traced("ovn" in octavia.providers, providers)
    if not _has_amphorae(cloud):
        return
    topology = Cause("amphorae for each load balancer", (cloud.path("octavia", "topology"), runs))
    yield "octavia_loadbalancer_topology", Traced(_TOPOLOGIES[octavia.topology], topology)
    field = cloud.path("octavia", "network")
    rule = "whether amphorae are on a network of the infrastructure, or one of Neutron's alone"
    kind = "tenant" if octavia.network is None else "provider"
    yield "octavia_network_type", Traced(kind, Cause(rule, (field, runs)))
    if octavia.network is not None and octavia.physnet is not None:
        network, physnet = cloud.networks[octavia.network], cloud.physnets[octavia.physnet]
        parts = ("cidr", "vlan", "mtu", "gateway", "pool")
        paths = tuple(f"{octavia.network}.{part}" for part in parts)
        where = (field, cloud.path("octavia", "physnet"), str(octavia.physnet), runs)
        cause = Cause("the network between controllers and amphorae", (*paths, *where))
        yield "octavia_amp_network", Traced(_amphora_network(network, physnet), cause)
        if network.cidr.version == 6:
            family = Cause("the family of the network's addresses", (paths[0], field))
            yield "octavia_network_address_family", Traced("ipv6", family)


def _amphora_network(network: Network, physnet: str) -> dict[str, Any]:
    """What Kolla-Ansible makes in Neutron: a provider network with a subnet."""
    found: dict[str, Any] = {
        "name": _NETWORK,
        "mtu": network.mtu,
        "provider_network_type": "flat" if network.vlan is None else "vlan",
        "provider_physical_network": physnet,
    }
    if network.vlan is not None:
        found["provider_segmentation_id"] = network.vlan
    subnet: dict[str, Any] = {"name": _SUBNET, "cidr": str(network.cidr)}
    (addresses,) = _ranges(network)
    subnet["allocation_pool_start"] = str(addresses.first)
    subnet["allocation_pool_end"] = str(addresses.last)
    if network.gateway is None:
        subnet["no_gateway_ip"] = True
    else:
        subnet["gateway_ip"] = str(network.gateway)
    subnet["enable_dhcp"] = True
    if network.cidr.version == 6:
        subnet |= {"ip_version": 6, "ipv6_address_mode": "dhcpv6-stateful"}
        subnet["ipv6_ra_mode"] = "dhcpv6-stateful"
    return {**found, "external": False, "shared": False, "subnet": subnet}


def _ranges(network: Network) -> tuple[Range, ...]:
    """The ranges of a network that Neutron gives out."""
    pools = (pool for pool in network.pool.values() if pool.managed_by == "neutron")
    return tuple(each for pool in pools for each in pool.ranges if isinstance(each, Range))


def _class_variables(cloud: Cloud, hosts: HostClass) -> Iterator[tuple[str, Traced]]:
    network = cloud.layer.octavia.network
    if not _has_amphorae(cloud) or network is None or not cloud.has_role(hosts, "control"):
        return
    link = hosts.link(network)
    if link is not None:
        fields = (cloud.path("octavia", "network"), cloud.field_of("control"))
        paths = (*fields, *hosts.link_paths(link), f"{network}.vlan", cloud.path("services"))
        cause = Cause("the interface on the network of amphorae", paths)
        yield "octavia_network_interface", Traced(link.networks[network], cause)


def _files(cloud: Cloud) -> Files:
    """The provider that users get who name none: Octavia's own default is `amphora`."""
    if not _runs(cloud) or cloud.layer.octavia.providers[:1] in ((), ("amphora",)):
        return {}
    fields = (cloud.path("octavia", "providers"), cloud.path("services"))
    cause = Cause("the first of what balances is usual", fields)
    default = Traced(cloud.layer.octavia.providers[0], cause)
    return {"octavia.conf": {"api_settings": {"default_provider_driver": default}}}


def _supplies(cloud: Cloud) -> Iterator[Step]:
    if not _has_amphorae(cloud):
        return
    place = f"{folder_of(cloud)}/config/octavia"
    fresh = tuple(
        f"openssl x509 -checkend {_DUE_S} -noout -in {place}/{name}"
        for name in _CERTIFICATES
        if "cert" in name
    )
    pki = cloud.layer.octavia.tls
    if pki is not None and cloud.model.at(pki, Pki).issuer == "provided":
        folder = f"{cloud.configuration_folder}/config/octavia"
        yield Step(
            title="Put Octavia's certificates in their places",
            needs=tuple(
                f"`{folder}/{name}`: {what}, from `{pki}`" for name, what in _CERTIFICATES.items()
            ),
            commands=(f"install -d -m 0750 {place}",),
            checks=(*(f"test -s {place}/{name}" for name in _CERTIFICATES), *fresh),
        )
        return
    yield Step(
        title="Make Octavia's certificates",
        commands=(kolla(cloud, "octavia-certificates"),),
        checks=fresh,
        gives=(
            f"`{cloud.configuration_folder}/octavia-certificates`: keep a copy where secrets are kept",
        ),
    )


def _steps(cloud: Cloud) -> Iterator[Step]:
    if not _runs(cloud):
        return
    if not _has_amphorae(cloud):
        yield Step(
            title="Look at the load balancing service",
            commands=("pip install python-octaviaclient",),
            checks=("openstack loadbalancer provider list",),
        )
        return
    if cloud.layer.octavia.image is not None:
        yield Step(
            title="Look at the load balancing service",
            needs=(
                "load balancers need the image of amphorae, which is made with all other images",
            ),
            commands=("pip install python-octaviaclient",),
            checks=("openstack loadbalancer provider list",),
        )
        return
    file = f"{_IMAGE}.qcow2"
    made = (
        f"openstack image show {_IMAGE} >/dev/null 2>&1 || openstack image create --private "
        f"--project service --tag {_TAG} --disk-format qcow2 --container-format bare "
        f"--property hw_rng_model=virtio --file {file} {_IMAGE}"
    )
    yield Step(
        title="Give Octavia its image of amphorae",
        needs=(f"`{file}` here, an image of amphorae as Octavia's `diskimage-create.sh` makes it",),
        commands=("pip install python-octaviaclient", made),
        checks=(
            f"openstack image list --long --tag {_TAG}",
            "openstack loadbalancer provider list",
        ),
        gives=("load balancers",),
    )


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    if not _runs(cloud):
        return
    octavia = cloud.layer.octavia
    plugin = spans.at(cloud.ref, "neutron", "plugin")
    if "ovn" in octavia.providers and cloud.layer.neutron.plugin != "ovn":
        span = spans.at(cloud.ref, "octavia", "providers", octavia.providers.index("ovn"))
        yield limits.provider_not_offered(span, plugin)
    if not _has_amphorae(cloud):
        return
    if octavia.network is None:
        reason = _no_network(cloud)
        if reason is not None:
            yield limits.load_balancers_without_network(spans.at(cloud.ref, "octavia"), reason)
        return
    field = spans.at(cloud.ref, "octavia", "network")
    network = cloud.networks[octavia.network]
    found = len(_ranges(network))
    if found != 1:
        span = spans.at(octavia.network, "pool")
        yield limits.amphorae_without_addresses(span, octavia.network, found)
    reported: set[Ref] = set()
    for each in cloud.classes_of("control"):
        if each.link(octavia.network) is None and each.group not in reported:
            reported.add(each.group)
            span = spans.at(each.group)
            yield limits.controllers_off_network(span, each.group, octavia.network, field)
    yield from _physnet(cloud, spans, network)


def _physnet(cloud: Cloud, spans: Spans, network: Network) -> Iterator[Diagnostic]:
    """The way of amphorae's frames from the controllers to the computes."""
    octavia = cloud.layer.octavia
    assert octavia.network is not None
    if octavia.physnet is None:
        span = spans.at(cloud.ref, "octavia", "network")
        yield limits.network_without_physnet(span, octavia.network)
        return
    span = spans.at(cloud.ref, "octavia", "physnet")
    kind = cloud.model.at(octavia.physnet, Physnet).type
    if (network.vlan is None) != (kind == "flat"):
        where = spans.at(octavia.physnet, "type")
        yield limits.physnet_of_other_type(
            span, octavia.network, network.vlan, octavia.physnet, where
        )
        return
    reported: set[Ref] = set()
    for each in cloud.classes_of("compute"):
        if cloud.physnet_link(each, octavia.physnet) is None and each.group not in reported:
            reported.add(each.group)
            role = spans.at(cloud.ref, "compute")
            yield limits.physnet_off_computes(span, octavia.physnet, each.group, role)


def _no_network(cloud: Cloud) -> str | None:
    """Why Kolla-Ansible can't make a network of amphorae by itself, or None where it can."""
    if cloud.layer.neutron.plugin != "ovs":
        return "Kolla-Ansible makes one by itself with Open vSwitch only"
    if not all(cloud.has_role(each, "network") for each in cloud.classes_of("control")):
        return "control hosts that are no gateways have no Open vSwitch to reach one of Neutron's"
    taken = [ref for ref, each in cloud.networks.items() if each.cidr.overlaps(_OWN_SUBNET)]
    if taken:
        return f"`{taken[0]}` has addresses of the one that Kolla-Ansible makes, {_OWN_SUBNET}"
    return None


SUBJECT = Subject(
    name="octavia",
    variables=_variables,
    class_variables=_class_variables,
    files=_files,
    supplies=_supplies,
    steps=_steps,
    check=_check,
    rules=(
        limits.BALANCERS_NETWORK,
        limits.CONTROLLERS_OFF,
        limits.BALANCERS_PHYSNET,
        limits.PROVIDER,
        limits.AMPHORA_ADDRESSES,
    ),
    derived_variables={
        "enable_octavia": "`services`",
        "enable_octavia_driver_agent": "`octavia { providers }`",
        "enable_octavia_jobboard": "`octavia { providers }`",
        "octavia_amp_image_tag": "`octavia { image }`",
        "octavia_amp_network": "`octavia { network  physnet }`",
        "octavia_amp_network_cidr": "`octavia { network }`",
        "octavia_auto_configure": "`octavia { providers }`",
        "octavia_loadbalancer_topology": "`octavia { topology }`",
        "octavia_network_address_family": "`cidr` of the network in `octavia`",
        "octavia_network_interface": "`octavia { network }`",
        "octavia_network_type": "`octavia { network }`",
        "octavia_provider_agents": "`octavia { providers }`",
        "octavia_provider_drivers": "`octavia { providers }`",
    },
    config_files={
        "octavia": {
            "octavia.conf": "",
            "octavia-api.conf": "octavia.conf",
            "octavia-driver-agent.conf": "octavia.conf",
            "octavia-health-manager.conf": "octavia.conf",
            "octavia-housekeeping.conf": "octavia.conf",
            "octavia-worker.conf": "octavia.conf",
        }
    },
    derived_options={
        ("octavia", "api_settings", "default_provider_driver"): "`octavia { providers }`",
        ("octavia", "api_settings", "enabled_provider_drivers"): "`octavia { providers }`",
        ("octavia", "controller_worker", "loadbalancer_topology"): "`octavia { topology }`",
    },
)
