"""Plans cephadm's own files: the hosts, the services on them, and the first ceph.conf."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from blueprint.model import Host
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.cephadm.cluster import Cluster, DeviceGroup
from targets.cephadm.devices import selector


def host_specifications(cluster: Cluster) -> Iterator[dict[str, Any]]:
    """A specification for each host: where it is, what runs there, where it stands."""
    ref, network = cluster.ref, cluster.layer.public_network
    for host, fields in cluster.hosts.values():
        named = (str(host.ref), *(f"{ref}.{cluster.stated_field(field)}" for field in fields))
        known = Cause("a host of the cluster", named)
        found: dict[str, Any] = {
            "service_type": Traced("host", known),
            "hostname": Traced(host.name, Cause("the host's name", (f"{host.ref}.name",))),
        }
        address = cluster.address(host)
        if address is not None:
            paths = (f"{host.ref}.address.{network}", f"{ref}.public_network")
            found["addr"] = Traced(address, Cause("its address on the public network", paths))
        labels = list(cluster.labels(host, fields))
        found["labels"] = Traced(labels, Cause("what runs on the host", named))
        found["location"] = _location(cluster, host)
        yield found


def _location(cluster: Cluster, host: Host) -> Traced:
    paths = [f"{host.ref}.rack"]
    place = {"root": "default"}
    if host.zone is not None:
        place["zone"] = cluster.buckets[host.zone]
        paths.append(f"{host.zone}.racks")
    if host.rack is not None:
        place["rack"] = cluster.buckets[host.rack]
    return Traced(place, Cause("where the host stands, which may fail as a whole", tuple(paths)))


def service_specifications(cluster: Cluster) -> Iterator[dict[str, Any]]:
    """Monitors, managers, and OSDs for each model of server."""
    for field, service in (("monitors", "mon"), ("managers", "mgr")):
        cause = Cause(
            f"the hosts of the {field}",
            tuple(
                dict.fromkeys(
                    (f"{cluster.ref}.{field}", f"{cluster.ref}.{cluster.stated_field(field)}")
                )
            ),
        )
        yield {
            "service_type": Traced(service, cause),
            "placement": Traced({"label": service}, cause),
        }
    for group in cluster.device_groups:
        yield _osds(cluster, group)


def _osds(cluster: Cluster, group: DeviceGroup) -> dict[str, Any]:
    ref = cluster.ref
    hosts = Cause("the hosts of the OSDs, by model of server", (f"{ref}.osds", str(group.hardware)))
    spec: dict[str, Any] = {}
    for name, field, disks in (
        ("data_devices", "devices", group.data),
        ("db_devices", "db_devices", group.metadata),
    ):
        if disks:
            rule = (
                "the disks of the hardware, by path where paths are stated, else by size and medium"
            )
            paths = (f"{ref}.{field}", *(f"{group.hardware}.{disk.family}" for disk, _ in disks))
            spec[name] = Traced(selector(disks), Cause(rule, paths))
    encrypted = Cause("whether OSDs are encrypted at rest", (f"{ref}.encrypted",))
    spec["encrypted"] = Traced(cluster.layer.encrypted, encrypted)
    found: dict[str, Any] = {
        "service_type": Traced("osd", hosts),
        "service_id": Traced(f"{ref.plain}-{group.hardware.plain}", hosts),
        "placement": Traced({"label": group.label}, hosts),
    }
    classes = tuple(
        f"{ref}.pool.{n}.device_class" for n, p in cluster.layer.pool.items() if p.device_class
    )
    media = {disk.media for _, disk in group.data}
    if classes and len(media) == 1:
        rule = "the class that pools choose their medium by"
        stated = tuple(f"{group.hardware}.{disk.family}.media" for disk, _ in group.data)
        found["crush_device_class"] = Traced(media.pop(), Cause(rule, (*classes, *stated)))
    found["spec"] = Traced(spec, hosts)
    return found


def first_configuration(cluster: Cluster) -> dict[str, dict[str, Traced]]:
    """What the first monitor must know: the networks, and the family of their addresses."""
    ref, layer = cluster.ref, cluster.layer
    public = Cause(
        "the network that clients use", (f"{ref}.public_network", f"{layer.public_network}.cidr")
    )
    options = {"public_network": Traced(str(cluster.public_network.cidr), public)}
    replication = cluster.cluster_network
    if replication is not None:
        paths = (f"{ref}.cluster_network", f"{layer.cluster_network}.cidr")
        cause = Cause("the network for replication", paths)
        options["cluster_network"] = Traced(str(replication.cidr), cause)
    if cluster.public_network.cidr.version == 6:
        options["ms_bind_ipv4"] = Traced(value=False, cause=public)
        options["ms_bind_ipv6"] = Traced(value=True, cause=public)
    return {"global": options}
