"""Plans what the nodes stand on in a region: network, load balancer, security groups, guests by template."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model.kubernetes import Interface
from blueprint.model.kubernetes_features import Calico, Cilium
from blueprint.target import Cause
from blueprint.values import Ref, Size
from targets._formats.page import Traced
from targets._kubernetes.names import object_name
from targets._kubernetes.resources import Resource
from targets.cluster_api import core, network
from targets.cluster_api.cluster import OPENSTACK, Cluster, hashed

CLOUD = "openstack"
#: The zone that Cinder has where it is told of none, as all of our regions are.
_VOLUME_ZONE = "nova"
_GIB = 1024**3


def resources(cluster: Cluster) -> Iterator[Resource]:
    """All that the manager is given, in the order in which it is made."""
    yield core.namespace(cluster)
    yield core.cluster_resource(cluster)
    yield _infrastructure(cluster)
    control = _template(cluster, "control-plane", "control", cluster.layer.control, {})
    yield control
    yield core.control_plane(cluster, control)
    for label in cluster.layer.pool:
        pool = cluster.layer.pool[label]
        bootstrap = core.bootstrap_template(cluster, label)
        machine = _template(cluster, label, f"pool.{label}", pool, pool.interface)
        yield bootstrap
        yield machine
        for group in cluster.groups:
            if group.pool == label:
                yield core.deployment(cluster, group, bootstrap, machine)
    yield from core.health_checks(cluster)


def server_group(cluster: Cluster, part: str) -> str:
    """The name of the server group that keeps guests of one part on different computes."""
    return object_name(cluster.name, part)


def secret_name(cluster: Cluster) -> str:
    """The Secret with `clouds.yaml`, which the operator makes."""
    return f"{cluster.name}-cloud-config"


def _infrastructure(cluster: Cluster) -> Resource:
    layer = cluster.layer
    spec: dict[str, Any] = {
        "identityRef": {
            "type": "Secret",
            "name": secret_name(cluster),
            "cloudName": CLOUD,
            "region": Traced(
                cluster.region.region,
                Cause("the region", (cluster.path("on"), f"{cluster.region_ref}.region")),
            ),
        }
    }
    if cluster.external is not None:
        outside = Cause("where the nodes' router leads", cluster.external_paths)
        spec["externalNetwork"] = Traced({"filter": {"name": cluster.external}}, outside)
    spec.update(_network(cluster))
    spec.update(_api(cluster))
    spec["managedSecurityGroups"] = network.security_groups(cluster)
    zones = cluster.zones_of(layer.control.zones)
    if zones:
        cause = cluster.stated("zones of the control plane", "control.zones")
        spec["controlPlaneAvailabilityZones"] = Traced(list(zones), cause)
    else:
        cause = cluster.stated("Nova chooses the zone of the control plane", "control.zones")
        spec["controlPlaneOmitAvailabilityZone"] = Traced(value=True, cause=cause)
    why = cluster.stated("the region that the nodes are guests of", "on")
    return Resource(
        OPENSTACK, "OpenStackCluster", cluster.name, why, cluster.namespace, body={"spec": spec}
    )


def _network(cluster: Cluster) -> Iterator[tuple[str, Any]]:
    own = cluster.layer.guest_network
    assert own is not None, cluster.ref
    cidr = cluster.stated("the subnet of the nodes", "guest_network.cidr")
    subnet: dict[str, Any] = {"cidr": Traced(str(own.cidr), cidr)}
    servers, paths = cluster.name_servers
    if servers:
        subnet["dnsNameservers"] = Traced(list(servers), Cause("name servers of the nodes", paths))
    yield "managedSubnets", [subnet]
    if own.mtu is not None:
        cause = cluster.stated("bytes of payload between nodes", "guest_network.mtu")
        yield "networkMTU", Traced(own.mtu, cause)


def _api(cluster: Cluster) -> Iterator[tuple[str, Any]]:
    api = cluster.layer.api
    if api.load_balancer is not None:
        cause = cluster.stated("what stands before the control plane", "api.load_balancer")
        balancer: dict[str, Any] = {"enabled": Traced(value=True, cause=cause)}
        provider, why = network.provider(cluster, "api.load_balancer", api.load_balancer)
        balancer["provider"] = Traced(provider, why)
        yield "apiServerLoadBalancer", balancer
    floating = cluster.stated("whether the API is reached at a floating address", "api.floating")
    yield "disableAPIServerFloatingIP", Traced(not api.floating, floating)
    if api.port != 6443:
        yield "apiServerPort", Traced(api.port, cluster.stated("the port of the API", "api.port"))


def _template(
    cluster: Cluster, part: str, field: str, stated: Any, interfaces: dict[str, Interface]
) -> Resource:
    flavor: Ref = stated.flavor
    image = cluster.layer.image
    assert image is not None, cluster.ref
    spec: dict[str, Any] = {
        "flavor": Traced(
            flavor.label,
            Cause("the size of the nodes", (cluster.path(field, "flavor"), str(flavor))),
        ),
        "image": Traced(
            {"filter": {"name": image.label}},
            Cause("the image of the nodes", (cluster.path("image"), str(image))),
        ),
    }
    if cluster.layer.key_pair is not None:
        key = cluster.stated("the SSH key of the nodes", "key_pair")
        spec["sshKeyName"] = Traced(cluster.layer.key_pair, key)
    apart = cluster.stated("keeps guests of one part on different computes", field)
    spec["serverGroup"] = Traced({"filter": {"name": server_group(cluster, part)}}, apart)
    if stated.volume is not None:
        spec["rootVolume"] = dict(_volume(cluster, field, stated.volume, stated.zones))
    ports = list(_ports(cluster, field, interfaces))
    if ports:
        spec["ports"] = ports
    inner = {"template": {"spec": spec}}
    name = hashed(object_name(cluster.name, part), inner)
    why = cluster.stated("guests that are nodes; another template is made where it changes", field)
    return Resource(
        OPENSTACK, "OpenStackMachineTemplate", name, why, cluster.namespace, body={"spec": inner}
    )


def _volume(
    cluster: Cluster, field: str, size: Size, zones: str | tuple[str, ...]
) -> Iterator[tuple[str, Any]]:
    cause = cluster.stated("the root disk as a volume, in GiB", f"{field}.volume")
    yield "sizeGiB", Traced(-(-int(size) // _GIB), cause)
    if zones:
        where = cluster.stated("Cinder's only zone, whatever Nova's are", f"{field}.zones")
        yield "availabilityZone", Traced({"from": "Name", "name": _VOLUME_ZONE}, where)


def _ports(
    cluster: Cluster, field: str, interfaces: dict[str, Interface]
) -> Iterator[dict[str, Any]]:
    """The port on the cluster's own network, where there are others or pods have addresses on it."""
    routed = routed_pods(cluster)
    if not interfaces and not routed:
        return
    first: dict[str, Any] = {"description": "the cluster's own network"}
    if routed:
        cause = cluster.stated("pods' addresses leave the nodes as they are", "cni", "pods")
        pairs = [{"ipAddress": each} for each in routed]
        first["allowedAddressPairs"] = Traced(pairs, cause)
    yield first
    for label, interface in interfaces.items():
        path = f"{field}.interface.{label}"
        name = cluster.network_of(interface)
        paths = [cluster.path(path, each) for each in ("network", "physnet", "vlan")]
        found: dict[str, Any] = {
            "nameSuffix": Traced(label, cluster.stated("a further interface", path)),
            "network": Traced(
                {"filter": {"name": name}}, Cause("the network it is attached to", tuple(paths))
            ),
        }
        if interface.vnic != "normal":
            cause = cluster.stated("what the guest is given", f"{path}.vnic")
            found["vnicType"] = Traced(interface.vnic, cause)
        yield found


def routed_pods(cluster: Cluster) -> tuple[str, ...]:
    """Subnets of pods whose packets leave nodes without an overlay, which Neutron has to be told."""
    cni = cluster.layer.cni
    is_routed = isinstance(cni, Calico | Cilium) and (
        cni.encapsulation == "none" or cni.encapsulation.endswith("cross_subnet")
    )
    return tuple(str(each) for each in cluster.layer.pods) if is_routed else ()
