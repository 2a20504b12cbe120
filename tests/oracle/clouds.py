"""The reference blueprints as the judges see them: compiled, supplied by an operator, and what must be true.

What an operator supplies is named here by hand and must stand in the run-book, or a test fails; facts
of the machines are in `facts/`. The sentences about rendered files are written from the blueprints'
text, by a person, and never from the model.
"""

from __future__ import annotations

import shutil
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
    """One region of a reference blueprint: what its operator supplies, and stated facts.

    `groups` says how many hosts some groups of the inventory have; `rendered` lists, for a host,
    files below its /etc/kolla and a line that must stand in each. `files` are files of the operator's that are
    neither keyrings nor certificates, with what stands for their content.
    """

    name: str
    blueprint: str
    region: str
    storage: str
    folder: str
    certificates: tuple[str, ...]
    groups: Mapping[str, int]
    rendered: tuple[tuple[str, str, str], ...]
    made_by_tool: tuple[str, ...] = ()
    keyrings: tuple[str, ...] = field(default=_KEYRINGS)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def facts(self) -> Path:
        """The hand-written facts of its machines."""
        return HERE / "facts" / f"{self.blueprint}.yml"


THREE_NODES = Cloud(
    name="three_node_cloud",
    blueprint="three_node_cloud",
    region="openstack.core",
    storage="ceph.main",
    folder="/etc/kolla",
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
_BACK_ENDS = ("certificates/backend-cert.pem", "certificates/backend-key.pem")
_QUEUE = ("certificates/rabbitmq-cert.pem", "certificates/rabbitmq-key.pem")
_LIBVIRT = tuple(
    f"config/nova/nova-libvirt/{name}.pem"
    for name in ("cacert", "servercert", "serverkey", "clientcert", "clientkey")
)
_OCTAVIA = (
    "config/octavia/client.cert-and-key.pem",
    "config/octavia/client_ca.cert.pem",
    "config/octavia/server_ca.cert.pem",
    "config/octavia/server_ca.key.pem",
)
_ISSUER = "iam.example%2Frealms%2Fcloud"
DUAL_ENGINE = Cloud(
    name="dual_engine_core",
    blueprint="huawei_dual_engine",
    region="openstack.core",
    storage="ceph.main",
    folder="/etc/kolla-core",
    certificates=(*_CERTIFICATES, *_BACK_ENDS, *_QUEUE, *_LIBVIRT, *_OCTAVIA),
    made_by_tool=_OCTAVIA,
    keyrings=(*_KEYRINGS, "config/manila/ceph.client.manila.keyring"),
    files={
        f"federation/iam/{_ISSUER}.provider": '{"issuer": "https://iam.example/realms/cloud"}\n',
        f"federation/iam/{_ISSUER}.client": '{"client_id": "keystone", "client_secret": "x"}\n',
        f"federation/iam/{_ISSUER}.conf": "{}\n",
        "config/magnum/kubeconfig": "kind: Config\napiVersion: v1\n",
        "config/hacluster-corosync/authkey": "corosync\n",
        "config/hacluster-pacemaker/authkey": "pacemaker\n",
        "config/ironic/ironic-agent.kernel": "kernel\n",
        "config/ironic/ironic-agent.initramfs": "ramdisk\n",
    },
    groups={"control": 3, "network": 3, "compute": 24, "nova-api": 3, "loadbalancer": 3},
    rendered=(
        ("net-01", "keepalived/keepalived.conf", "10.20.0.250 dev bond0.20"),
        ("net-01", "keepalived/keepalived.conf", "198.51.100.10 dev bond0.30"),
        (
            "ctl-01",
            "neutron-server/ml2_conf.ini",
            "ex:12:12,ex:400:400,ex:600:600,ex:610:610,ex:1000:1499,sriov_a:1500:1999,sriov_b:1500:1999",
        ),
        ("cmp-01", "nova-compute/nova.conf", "images_rbd_pool = vms"),
        ("cmp-01", "nova-compute/nova.conf", "region_name = cn-south-1"),
        ("cmp-01", "nova-compute/nova.conf", "cpu_allocation_ratio = 4"),
        ("cmp-01", "nova-compute/nova.conf", "reserved_host_memory_mb = 32768"),
        ("sriov-01", "nova-compute/nova.conf", "cpu_dedicated_set = 4-31,36-63,68-95,100-127"),
        ("sriov-01", "nova-compute/nova.conf", '"physical_network": "sriov_a"'),
        ("sriov-01", "nova-compute/nova.conf", "cpu_allocation_ratio = 1"),
        ("sriov-01", "neutron-sriov-agent/sriov_agent.ini", "sriov_a:ens2f0np0,sriov_b:ens5f0np0"),
        ("ctl-01", "nova-scheduler/nova.conf", "PciPassthroughFilter"),
        ("ctl-01", "nova-scheduler/nova.conf", "NUMATopologyFilter"),
        ("ctl-01", "cinder-volume/cinder.conf", "rbd_pool = volumes"),
        ("ctl-01", "glance-api/glance-api.conf", "rbd_store_pool = images"),
        ("ctl-01", "keystone/keystone.conf", "int.cs1.cloud.example"),
        ("ctl-01", "keystone/keystone.conf", "expiration = 3600"),
        ("ctl-01", "octavia-worker/octavia.conf", "loadbalancer_topology = ACTIVE_STANDBY"),
        ("net-01", "manila-share/manila.conf", "cephfs_auth_id = manila"),
        ("ctl-01", "ironic-conductor/ironic.conf", "cleaning_network = metal"),
        ("ctl-01", "ironic-dnsmasq/dnsmasq.conf", "10.12.1.10,10.12.1.200"),
        ("ctl-01", "barbican-api/barbican.conf", "library_path = /usr/lib/libCryptoki2_64.so"),
        ("ctl-01", "designate-worker/pools.yaml", "hostname: ns1.cs1.cloud.example."),
    ),
)
DUAL_ENGINE_NFV = Cloud(
    name="dual_engine_nfv",
    blueprint="huawei_dual_engine",
    region="openstack.nfv",
    storage="ceph.main",
    folder="/etc/kolla-nfv",
    certificates=(*_CERTIFICATES, *_BACK_ENDS, *_QUEUE, *_LIBVIRT),
    groups={"control": 3, "network": 3, "compute": 6, "nova-api": 3, "loadbalancer": 3},
    rendered=(
        ("nfvctl-01", "keepalived/keepalived.conf", "10.20.0.251 dev bond0.20"),
        ("nfvctl-01", "keepalived/keepalived.conf", "virtual_router_id 52"),
        (
            "nfvctl-01",
            "neutron-server/ml2_conf.ini",
            "network_vlan_ranges = dpdk:620:620,dpdk:2000:2999",
        ),
        ("nfvctl-01", "neutron-server/ml2_conf.ini", "tenant_network_types = vxlan"),
        ("dpdk-01", "nova-compute/nova.conf", "region_name = cn-south-1-nfv"),
        ("dpdk-01", "nova-compute/nova.conf", "cpu_dedicated_set = 6-31,38-63,70-95,102-127"),
        ("dpdk-01", "nova-compute/nova.conf", "auth_url = https://int.cs1.cloud.example:5000"),
    ),
)
CLOUDS = {cloud.name: cloud for cloud in (THREE_NODES, DUAL_ENGINE, DUAL_ENGINE_NFV)}


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

    def kolla_for(self, scratch: Path) -> Path:
        """The same, with the configuration where a render has it, since no deployment host is here."""
        emitted = scratch / "emitted"
        shutil.copytree(self.kolla, emitted)
        variables = emitted / "globals.yml"
        text = variables.read_text(encoding="utf-8")
        moved = text.replace(f"{self.cloud.folder}/", f"{scratch / 'run' / 'configuration'}/")
        variables.write_text(moved, encoding="utf-8")
        return emitted

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
    source = REPOSITORY / "reference_blueprints" / cloud.blueprint
    code = main(
        ["compile", str(source), "-o", str(output), "--set", f"release={release}", "--quiet"]
    )
    assert code == 0
    supply(release, supplied, cloud.keyrings, cloud.certificates)
    for path, text in cloud.files.items():
        (supplied / path).parent.mkdir(parents=True, exist_ok=True)
        (supplied / path).write_text(text, encoding="utf-8")
    return Compiled(cloud, release, output, supplied)
