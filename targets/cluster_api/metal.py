"""Plans what the nodes stand on where they are bare metal: hosts with their controllers, images, templates."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from blueprint.model import Hardware, Host
from blueprint.model.hardware import Disk
from blueprint.target import Cause
from blueprint.values import SecretRef
from targets._formats.page import Traced
from targets._kubernetes.names import object_name
from targets._kubernetes.resources import Resource
from targets.cluster_api import core, metal_network
from targets.cluster_api.cluster import BARE_METAL, METAL3, Cluster, hashed

#: The part of a cluster that a host is for, by which templates choose hosts.
PART = "oib/part"
CONTROL = "control-plane"
_CLUSTER = "oib/cluster"
_DOMAIN = "infrastructure.cluster.x-k8s.io/failure-domain"
_GIB = 1024**3
_LONGEST_NAME = 63
_LEVELS = {0: "0", 1: "1", 5: "5", 6: "6", 10: "1+0"}
_BY_PATH, _WWN = "/dev/disk/by-path/", "/dev/disk/by-id/wwn-"


def resources(cluster: Cluster) -> Iterator[Resource]:
    """All that the manager is given, in the order in which it is made."""
    yield core.namespace(cluster)
    for part, field, hosts in parts(cluster):
        for host in hosts:
            yield _host(cluster, host, part, field)
    yield from metal_network.pools(cluster)
    yield core.cluster_resource(cluster)
    yield _infrastructure(cluster)
    templates: dict[str, Resource] = {}
    for part, field, hosts in parts(cluster):
        data = metal_network.data_template(cluster, part, field, hosts)
        templates[part] = _template(cluster, part, field, data)
        yield data
        yield templates[part]
    yield core.control_plane(cluster, templates[CONTROL])
    for group in cluster.groups:
        bootstrap = core.bootstrap_template(cluster, group.pool)
        yield bootstrap
        yield core.deployment(cluster, group, bootstrap, templates[group.pool])
    yield from core.health_checks(cluster)


def parts(cluster: Cluster) -> Iterator[tuple[str, str, tuple[Host, ...]]]:
    """The parts of the cluster: name, field that names the hosts, and the hosts."""
    yield CONTROL, "control.hosts", cluster.control_hosts
    for label in cluster.layer.pool:
        yield label, f"pool.{label}.hosts", cluster.pool_hosts(label)


def credentials(secret: SecretRef) -> str:
    """The Secret with user and password of controllers that share them, which the operator makes."""
    plain = object_name("bmc", secret.store.name, secret.key)
    if plain == f"bmc-{secret.store.name}-{secret.key}" and len(plain) <= _LONGEST_NAME:
        return plain
    digest = hashlib.sha256(f"{secret.store} {secret.key}".encode()).hexdigest()[
        :8
    ]  # else two keys may have one name
    return f"{plain[: _LONGEST_NAME - 9].rstrip('-')}-{digest}"


def scheme(host: Host, hardware: Hardware) -> str:
    """How the controller is spoken to, and whether the host boots from the network or a virtual disc."""
    if hardware.bmc.protocol == "ipmi":
        return "ipmi"
    return "redfish" if host.spec.boot.network is not None else "redfish-virtualmedia"


def declared(cluster: Cluster, host: Host) -> str:
    """The address of a host's own fields in the model."""
    return str(host.ref) if cluster.model.groups[host.group].is_family else str(host.group)


def _host(cluster: Cluster, host: Host, part: str, field: str) -> Resource:
    hardware, own = cluster.model.hardware(host), declared(cluster, host)
    address = host.bmc_address
    assert address is not None
    assert host.bmc_credentials is not None
    text = f"[{address}]" if address.version == 6 else str(address)
    form = scheme(host, hardware)
    way = Cause(
        "how the controller is reached",
        (f"{own}.bmc.address", f"{host.spec.hardware}.bmc.protocol", f"{host.group}.boot.network"),
    )
    bmc: dict[str, Any] = {
        "address": Traced(f"{form}://{text}", way),
        "credentialsName": Traced(
            credentials(host.bmc_credentials),
            Cause("user and password, by reference", (f"{own}.bmc.credentials",)),
        ),
    }
    if not host.spec.bmc.verify and form != "ipmi":
        checked = Cause("whether its certificate is checked", (f"{host.group}.bmc.verify",))
        bmc["disableCertificateVerification"] = Traced(value=True, cause=checked)
    spec: dict[str, Any] = {"online": True, "bmc": bmc}
    if host.boot_mac is not None:
        port = Cause("the port that boots", (f"{own}.boot.mac",))
        spec["bootMACAddress"] = Traced(str(host.boot_mac), port)
    spec["bootMode"] = _boot_mode(host, hardware)
    spec["architecture"] = Traced(
        hardware.arch, Cause("the instruction set", (f"{host.spec.hardware}.arch",))
    )
    spec.update(_root(host, hardware))
    labels: dict[str, Any] = {
        _CLUSTER: cluster.name,
        PART: Traced(part, cluster.stated("the part that the host is for", field)),
    }
    if host.zone is not None:
        zone = Cause("the zone that the host is in", (f"{own}.rack", str(host.zone)))
        labels[_DOMAIN] = Traced(host.zone.plain, zone)
    why = Cause("a host of the cluster", (cluster.path(field), f"{own}.name"))
    return Resource(
        BARE_METAL, "BareMetalHost", host.name, why, cluster.namespace, labels, body={"spec": spec}
    )


def _boot_mode(host: Host, hardware: Hardware) -> Traced:
    paths = (f"{host.group}.boot.mode", f"{host.spec.hardware}.secure_boot")
    mode = "legacy" if host.spec.boot.mode == "bios" else "UEFI"
    return Traced(
        "UEFISecureBoot" if hardware.secure_boot and mode == "UEFI" else mode,
        Cause("the boot firmware, and whether only signed systems boot", paths),
    )


def root_disk(hardware: Hardware) -> tuple[str, Disk] | None:
    """The disk that the system goes on: the first that the hardware states."""
    return next(iter(hardware.disk.items()), None)


def _root(host: Host, hardware: Hardware) -> Iterator[tuple[str, Any]]:
    """What tells the disk of the system from others, and the RAID that it is made of."""
    found = root_disk(hardware)
    if found is None:
        return
    name, disk = found
    field = f"{host.spec.hardware}.disk.{name}"
    if disk.raid is not None:
        volume = {
            "name": name,
            "level": _LEVELS[disk.raid],
            "numberOfPhysicalDisks": disk.count,
            "rotational": disk.media == "hdd",
        }
        raid = Cause("disks that the controller joins to one", (field,))
        yield "raid", Traced({"hardwareRAIDVolumes": [volume]}, raid)
        return
    cause = Cause("the disk of the system", (f"{field}.paths", f"{field}.size", f"{field}.media"))
    yield "rootDeviceHints", Traced(_hint(disk), cause)


def _hint(disk: Disk) -> dict[str, Any]:
    path = disk.paths[0] if disk.paths else ""
    if path.startswith(_WWN):
        return {"wwn": path.removeprefix(_WWN)}
    if path:
        return {"deviceName": path}
    return {
        "minSizeGigabytes": int(int(disk.size) * 95 // 100 // _GIB),
        "rotational": disk.media == "hdd",
    }


def _infrastructure(cluster: Cluster) -> Resource:
    host, paths = endpoint(cluster)
    at = Cause("where the API is reached", paths)
    spec: dict[str, Any] = {
        "controlPlaneEndpoint": {
            "host": Traced(host, at),
            "port": Traced(
                cluster.layer.api.port, cluster.stated("the port of the API", "api.port")
            ),
        },
        "cloudProviderEnabled": False,
    }
    zones = sorted({host.zone.plain for host in cluster.control_hosts if host.zone is not None})
    if zones and all(host.zone is not None for host in cluster.control_hosts):
        cause = cluster.stated("zones of the control plane's hosts", "control.hosts")
        domains = [{"name": zone, "controlPlane": True} for zone in zones]
        spec["failureDomains"] = Traced(domains, cause)
    why = cluster.stated("the hosts that are nodes", "control.hosts")
    return Resource(
        METAL3, "Metal3Cluster", cluster.name, why, cluster.namespace, body={"spec": spec}
    )


def endpoint(cluster: Cluster) -> tuple[str, tuple[str, ...]]:
    """Where the API is reached, and the fields that say so; empty where nothing does."""
    api = cluster.layer.api
    if api.vip is not None:
        return str(api.vip), (cluster.path("api", "vip"),)
    if api.fqdn is not None and api.provider == "external":
        return api.fqdn, (cluster.path("api", "fqdn"),)
    hosts = cluster.control_hosts
    if len(hosts) == 1 and cluster.node_network is not None:
        address = cluster.model.addresses.text(hosts[0].ref, cluster.node_network)
        network = str(cluster.node_network).removeprefix("network.")
        own = declared(cluster, hosts[0])
        return address or "", (cluster.path("control", "hosts"), f"{own}.address.network.{network}")
    return "", (cluster.path("api"),)


def _template(cluster: Cluster, part: str, field: str, data: Resource) -> Resource:
    options = cluster.options
    paths = tuple(cluster.path("deployer", each) for each in ("image", "sha256", "format"))
    image = {
        "url": options.image,
        "checksum": options.sha256,
        "checksumType": "sha256",
        "diskFormat": options.format,
    }
    spec = {
        "image": Traced(image, Cause("the system that is written to the disk", paths)),
        "dataTemplate": {"name": data.name},
        "hostSelector": {"matchLabels": {_CLUSTER: cluster.name, PART: part}},
        "automatedCleaningMode": "metadata",
    }
    inner: dict[str, Any] = {"nodeReuse": True, "template": {"spec": spec}}
    name = hashed(object_name(cluster.name, part), inner)
    why = cluster.stated("hosts that are nodes; another template is made where it changes", field)
    return Resource(
        METAL3, "Metal3MachineTemplate", name, why, cluster.namespace, body={"spec": inner}
    )


__all__ = [
    "CONTROL", "PART", "credentials", "endpoint", "parts", "resources", "root_disk", "scheme",
]  # fmt: skip
