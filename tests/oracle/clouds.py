"""The reference blueprints as the judges see them: compiled, supplied by an operator, and what must be true.

What an operator supplies is named here by hand and must stand in the run-book, or a test fails; facts
of the machines are in `facts/`. The sentences about rendered files are written from the blueprints'
text, by a person, and never from the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from blueprint.cli import main

from . import kolla
from .three_nodes import supply

REPOSITORY = Path(__file__).parents[2]
HERE = Path(__file__).parent

_KEYRINGS = (
    "config/cinder/cinder-backup/ceph.client.cinder-backup.keyring",
    "config/cinder/cinder-backup/ceph.client.cinder.keyring",
    "config/cinder/cinder-volume/ceph.client.cinder.keyring",
    "config/glance/ceph.client.glance.keyring",
    "config/nova/ceph.client.cinder.keyring",
    "config/nova/ceph.client.nova.keyring",
)
_CERTIFICATES = (
    "certificates/ca/root.crt",
    "certificates/haproxy-internal.pem",
    "certificates/haproxy.pem",
    "certificates/proxysql-cert.pem",
    "certificates/proxysql-key.pem",
)


@dataclass(frozen=True)
class Cloud:
    """A reference blueprint: its region, what its operator supplies, and stated facts.

    `groups` says how many hosts some groups of the inventory have; `rendered` lists, for a host,
    files below its /etc/kolla and a line that must stand in each.
    """

    name: str
    region: str
    storage: str
    certificates: tuple[str, ...]
    groups: Mapping[str, int]
    rendered: tuple[tuple[str, str, str], ...]
    made_by_tool: tuple[str, ...] = ()
    keyrings: tuple[str, ...] = field(default=_KEYRINGS)

    @property
    def facts(self) -> Path:
        """The hand-written facts of its machines."""
        return HERE / "facts" / f"{self.name}.yml"


THREE_NODES = Cloud(
    name="three_node_cloud",
    region="openstack.core",
    storage="ceph.main",
    certificates=_CERTIFICATES,
    made_by_tool=_CERTIFICATES,
    groups={"control": 3, "compute": 3, "network": 3, "nova-api": 3, "mariadb": 3},
    rendered=(
        ("node-1", "keepalived/keepalived.conf", "10.20.0.250 dev bond0.20"),
        ("node-1", "keepalived/keepalived.conf", "198.51.100.10 dev bond0.50"),
        ("node-1", "keepalived/keepalived.conf", "virtual_router_id 51"),
        ("node-1", "neutron-server/ml2_conf.ini", "network_vlan_ranges = provider:1000:1999"),
        ("node-1", "neutron-server/ml2_conf.ini", "mechanism_drivers = ovn"),
        ("node-1", "nova-compute/nova.conf", "reserved_host_memory_mb = 65536"),
        ("node-1", "nova-compute/nova.conf", "cpu_mode = host-passthrough"),
        ("node-1", "nova-compute/nova.conf", "cpu_allocation_ratio = 4"),
        ("node-1", "nova-compute/nova.conf", "images_rbd_pool = vms"),
        ("node-1", "nova-compute/nova.conf", "live_migration_inbound_addr = 10.40.0.11"),
        ("node-1", "nova-scheduler/nova.conf", "max_attempts = 5"),
        ("node-1", "cinder-volume/cinder.conf", "rbd_pool = volumes"),
        ("node-1", "cinder-backup/cinder.conf", "backup_ceph_pool = backups"),
        ("node-1", "glance-api/glance-api.conf", "rbd_store_pool = images"),
        ("node-1", "glance-api/ceph/ceph.conf", "mon_host = 10.30.0.11,10.30.0.12,10.30.0.13"),
        ("node-1", "keystone/keystone.conf", "expiration = 14400"),
        ("node-1", "keystone/keystone.conf", "api.int.cloud.example"),
        ("node-1", "nova-compute/nova.conf", "region_name = region-1"),
    ),
)
DUAL_ENGINE = Cloud(
    name="huawei_dual_engine",
    region="openstack.core",
    storage="ceph.main",
    certificates=(
        *_CERTIFICATES,
        "certificates/backend-cert.pem",
        "certificates/backend-key.pem",
    ),
    groups={"control": 3, "network": 3, "compute": 24, "nova-api": 3, "loadbalancer": 3},
    rendered=(
        ("net-01", "keepalived/keepalived.conf", "10.20.0.250 dev bond0.20"),
        ("net-01", "keepalived/keepalived.conf", "198.51.100.10 dev bond0.30"),
        ("ctl-01", "neutron-server/ml2_conf.ini", "network_vlan_ranges = ex:600:600,ex:1000:1499"),
        ("cmp-01", "nova-compute/nova.conf", "images_rbd_pool = vms"),
        ("cmp-01", "nova-compute/nova.conf", "region_name = cn-south-1"),
        ("ctl-01", "cinder-volume/cinder.conf", "rbd_pool = volumes"),
        ("ctl-01", "glance-api/glance-api.conf", "rbd_store_pool = images"),
        ("ctl-01", "keystone/keystone.conf", "int.cs1.cloud.example"),
    ),
)
CLOUDS = {cloud.name: cloud for cloud in (THREE_NODES, DUAL_ENGINE)}


@dataclass(frozen=True)
class Compiled:
    """A cloud compiled for a release, and what its operator supplies."""

    cloud: Cloud
    release: str
    output: Path
    supplied: Path

    @property
    def kolla(self) -> Path:
        """What Kolla-Ansible reads."""
        return self.output / self.cloud.region / "kolla_ansible"

    @property
    def cephadm(self) -> Path:
        """What cephadm reads."""
        return self.output / self.cloud.storage / "cephadm"

    @property
    def runbook(self) -> str:
        """The text of DEPLOY.md."""
        return (self.output / "DEPLOY.md").read_text(encoding="utf-8")

    def one_of_each_class(self) -> list[str]:
        """One host of each class of equal hosts."""
        classes = kolla.host_classes(self.release, self.kolla, self.cloud.facts)
        return [hosts[0] for hosts in classes]


def compiled(cloud: Cloud, release: str, folder: Path) -> Compiled:
    """Compile a reference blueprint with the command line, as a user would."""
    output, supplied = folder / "output", folder / "supplied"
    source = REPOSITORY / "reference_blueprints" / cloud.name
    code = main(
        ["compile", str(source), "-o", str(output), "--set", f"release={release}", "--quiet"]
    )
    assert code == 0
    supply(release, supplied, cloud.keyrings, cloud.certificates)
    return Compiled(cloud, release, output, supplied)
