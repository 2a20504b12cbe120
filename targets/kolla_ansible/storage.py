"""Plans Ceph as the services' storage: variables, ceph.conf for clients, and the keyrings that go with it."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from blueprint.model import Ceph
from blueprint.model.ceph import CLIENTS
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud

#: The service behind each use of a pool.
_SERVICES = {
    "glance": "glance", "cinder": "cinder", "cinder_backup": "cinder", "nova": "nova",
    "manila": "manila",
}  # fmt: skip
#: Where Kolla-Ansible looks for the keyrings of each use, below `config/`.
_KEYRINGS = {
    "glance": ("glance/ceph.client.glance.keyring",),
    "cinder": ("cinder/cinder-volume/ceph.client.cinder.keyring",),
    "cinder_backup": (
        "cinder/cinder-backup/ceph.client.cinder.keyring",
        "cinder/cinder-backup/ceph.client.cinder-backup.keyring",
    ),
    "nova": ("nova/ceph.client.nova.keyring",),
    "manila": ("manila/ceph.client.manila.keyring",),
}
_NOVA_READS_VOLUMES = "nova/ceph.client.cinder.keyring"
_BACKUPS_READ_VOLUMES = "cinder/cinder-backup/ceph.client.cinder.keyring"


@dataclass(frozen=True, slots=True)
class Keyring:
    """A keyring that must lie below `config/` before a deployment: its path, and whose it is."""

    path: str
    client: str


def uses(cloud: Cloud) -> dict[str, str]:
    """The uses that services of the layer make of the cluster, with each one's pool or file system."""
    ceph = cloud.ceph
    if ceph is None:
        return {}
    return {
        use: place
        for use, service in _SERVICES.items()
        if service in cloud.layer.services and (place := _place(cloud, ceph, use)) is not None
    }


def _place(cloud: Cloud, ceph: Ceph, use: str) -> str | None:
    if use != "manila":
        return ceph.pool_for(use)
    in_cephfs = any(each.startswith("cephfs") for each in cloud.layer.manila.backends)
    return ceph.filesystem_for(use) if in_cephfs else None


def place_field(use: str) -> str:
    """The field of the cluster that holds what a use is made of."""
    return "filesystem" if use == "manila" else "pool"


def storage_variables(cloud: Cloud) -> Iterator[tuple[str, Traced]]:
    """Ceph's variables of globals.yml."""
    used = uses(cloud)
    layer = cloud.layer
    runs = cloud.path("services")
    by_storage: tuple[str, ...] = (cloud.path("storage"), runs)
    if layer.storage is not None:
        by_storage = (*by_storage, f"{layer.storage}.pool")
    for service in ("glance", "cinder", "nova"):
        if service in layer.services:
            rule = "kept in Ceph where the cluster has a pool for it"
            yield f"{service}_backend_ceph", Traced(service in used, Cause(rule, by_storage))
    for use, client in CLIENTS.items():
        if use not in used:
            continue
        field = place_field(use)
        paths = (f"{layer.storage}.{field}.{used[use]}.use", cloud.path("storage"), runs)
        kept = Cause("what the cluster keeps for the service", paths)
        name = "manila_cephfs_filesystem_name" if use == "manila" else f"ceph_{use}_pool_name"
        yield name, Traced(used[use], kept)
        user = Cause("the service's own client of the cluster", paths)
        yield f"ceph_{use}_user", Traced(client, user)


def storage_files(cloud: Cloud) -> dict[str, dict[str, dict[str, Traced]]]:
    """ceph.conf of each service, by path below `config/`; none where the monitors aren't known."""
    ceph, used = cloud.ceph, uses(cloud)
    if ceph is None or not used:
        return {}
    monitors = monitor_addresses(cloud)
    if not monitors:
        return {}
    ref = cloud.layer.storage
    reached = Cause(
        "the monitors' addresses on the cluster's public network",
        (
            f"{ref}.monitors",
            f"{ref}.public_network",
            *(
                f"{host.ref}.address.{ceph.public_network}"
                for host in cloud.model.hosts(ceph.monitors)
            ),
        ),
    )
    signed = Cause("clients prove who they are", (cloud.path("storage"),))
    options: dict[str, Traced] = {}
    if ceph.fsid is not None:
        options["fsid"] = Traced(ceph.fsid, Cause("the cluster's UUID", (f"{ref}.fsid",)))
    options["mon_host"] = Traced(",".join(monitors), reached)
    options["auth_client_required"] = Traced("cephx", signed)
    files: dict[str, dict[str, dict[str, Traced]]] = {}
    for use, pool in used.items():
        sections = files.setdefault(f"{_SERVICES[use]}/ceph.conf", {"global": options})
        data = ceph.data_pool(pool) if place_field(use) == "pool" else None
        if data is not None:
            rule = "new block devices keep their data in the erasure-coded pool"
            erasure = Cause(rule, (f"{ref}.pool.{pool}.erasure",))
            sections[f"client.{CLIENTS[use]}"] = {"rbd_default_data_pool": Traced(data, erasure)}
    return files


def monitor_addresses(cloud: Cloud) -> tuple[str, ...]:
    """The monitors' addresses on the cluster's public network, in brackets where they are IPv6."""
    ceph = cloud.ceph
    if ceph is None:
        return ()
    text = cloud.model.addresses.text
    found = (text(host.ref, ceph.public_network) for host in cloud.model.hosts(ceph.monitors))
    return tuple(f"[{a}]" if ":" in a else a for a in found if a is not None)


def keyrings(cloud: Cloud) -> tuple[Keyring, ...]:
    """The keyrings that the services read, in the order of their paths."""
    used = uses(cloud)
    paths = [path for use in used for path in _KEYRINGS[use]]
    if "cinder" in used and "nova" in cloud.layer.services:
        paths.append(_NOVA_READS_VOLUMES)
    if "cinder" in used and cloud.layer.cinder.backup_nfs is not None:
        paths.append(_BACKUPS_READ_VOLUMES)
    return tuple(Keyring(path, _client(path)) for path in sorted(paths))


def _client(path: str) -> str:
    return path.rsplit("/", 1)[-1].removeprefix("ceph.").removesuffix(".keyring")


def monitor_login(cloud: Cloud) -> str | None:
    """How the first monitor's host is reached from the deployment host."""
    ceph = cloud.ceph
    if ceph is None:
        return None
    for host in cloud.model.hosts(ceph.monitors):
        text = cloud.model.addresses.text
        address = text(host.ref, cloud.internal.network) or text(host.ref, ceph.public_network)
        if address is not None:
            return f"ssh {shlex.quote(f'{host.spec.user}@{address}')}"
    return None
