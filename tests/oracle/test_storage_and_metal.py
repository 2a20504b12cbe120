"""Volumes in three places, shares, objects and bare metal as the real Kolla-Ansible and the services read them.

What must stand in the rendered files is written from the text of the blueprint, by a person.
"""

from __future__ import annotations

import configparser
from dataclasses import dataclass
from pathlib import Path

import pytest

from blueprint.cli import main

from . import ceph, kolla, oslo
from .three_nodes import supply
from .tools import or_skip

pytestmark = [
    pytest.mark.oracle,
    pytest.mark.matrix,  # about a minute a release on two cores
    pytest.mark.xdist_group("storage_and_metal"),
]

HERE = Path(__file__).parent
FACTS = HERE / "facts" / "storage_and_metal.yml"
TAGS = ("cinder", "glance", "manila", "ceph-rgw", "ironic", "iscsi", "neutron", "nova")
HOSTS = ("ctl-1", "cmp-1", "vol-1")
KEYRINGS = (
    "config/cinder/cinder-volume/ceph.client.cinder.keyring",
    "config/cinder/cinder-backup/ceph.client.cinder.keyring",
    "config/glance/ceph.client.glance.keyring",
    "config/manila/ceph.client.manila.keyring",
    "config/nova/ceph.client.cinder.keyring",
)
_BACKENDS = {"lvm-1", "nfs-1"}
#: Options of `manila.conf` that `manila.opts` does not list: the driver registers the first itself; the others
#: are Kolla-Ansible's, for sections that have had none of them since keystoneauth.
_WITHOUT_LIST = {
    ("manila.conf", name)
    for name in (
        "cephfs_nfs_cluster_id", "auth_uri", "memcache_secret_key", "memcache_security_strategy",
        "memcached_servers", "os_region_name",
    )
}  # fmt: skip
#: What the run-book lets the operator fetch: the agent of bare metal.
AGENT = ("config/ironic/ironic-agent.kernel", "config/ironic/ironic-agent.initramfs")


@dataclass(frozen=True)
class Region:
    """What was emitted for a release, and what the tool made of it."""

    release: str
    output: Path
    rendered: kolla.Rendered

    def options(self, host: str, path: str) -> dict[str, dict[str, str]]:
        """A rendered file as sections and options; of a repeated option the last."""
        parser = configparser.ConfigParser(
            interpolation=None, strict=False, default_section="", delimiters=("=",)
        )
        parser.read_string(self.rendered.text(host, path))
        return {name: dict(parser[name]) for name in parser.sections()}

    @property
    def kolla(self) -> Path:
        """What Kolla-Ansible reads."""
        return self.output / "openstack.core" / "kolla_ansible"


@pytest.fixture(scope="module", params=["2025.1", "2026.1"])
def region(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Region:
    release = str(request.param)
    or_skip(lambda: kolla.tool(release))
    folder = tmp_path_factory.mktemp(f"storage_and_metal-{release}")
    output, supplied = folder / "output", folder / "supplied"
    source = HERE / "fixtures" / "storage_and_metal"
    code = main(
        ["compile", str(source), "-o", str(output), "--set", f"release={release}", "--quiet"]
    )
    assert code == 0
    supply(release, supplied, KEYRINGS, ())
    for name in AGENT:
        path = supplied / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"agent")
    emitted = output / "openstack.core" / "kolla_ansible"
    done = kolla.render(release, emitted, FACTS, supplied, folder / "scratch", TAGS, HOSTS)
    return Region(release, output, done)


def test_every_task_succeeds_on_every_host(region: Region) -> None:
    assert region.rendered.is_whole, region.rendered.explain()


def test_every_variable_is_known_to_the_release(region: Region) -> None:
    assert kolla.unknown_variables(region.release, region.kolla) == ()


def test_what_the_operator_supplies_stands_in_the_run_book(region: Region) -> None:
    runbook = (region.output / "DEPLOY.md").read_text(encoding="utf-8")
    assert [name for name in (*KEYRINGS, *AGENT) if name not in runbook] == []


def test_the_hosts_that_were_rendered_stand_for_all(region: Region) -> None:
    classes = kolla.host_classes(region.release, region.kolla, FACTS)
    assert {hosts[0].split("-")[0] for hosts in classes} == {"ctl", "cmp", "vol"}


@pytest.mark.parametrize(
    ("host", "file", "section", "option", "value"),
    [
        ("vol-1", "cinder-volume/cinder.conf", "DEFAULT", "enabled_backends", "lvm-1,nfs-1,rbd-1"),
        ("vol-1", "cinder-volume/cinder.conf", "lvm-1", "volume_group", "vg-volumes"),
        ("vol-1", "cinder-volume/cinder.conf", "lvm-1", "target_helper", "tgtadm"),
        ("vol-1", "cinder-volume/cinder.conf", "lvm-1", "target_ip_address", "10.30.0.15"),
        ("vol-1", "cinder-volume/cinder.conf", "rbd-1", "rbd_pool", "volumes"),
        ("vol-1", "cinder-volume/cinder.conf", "nfs-1", "nfs_shares_config", "/etc/cinder/nfs_shares"),
        ("vol-1", "cinder-backup/cinder.conf", "DEFAULT", "backup_share", "nas.example:/backups"),
        ("ctl-1", "glance-api/glance-api.conf", "rbd", "rbd_store_pool", "images"),
        ("ctl-1", "manila-share/manila.conf", "DEFAULT", "enabled_share_backends", "cephfsnative1,cephfsnfs1"),
        ("ctl-1", "manila-share/manila.conf", "cephfsnative1", "cephfs_filesystem_name", "shares"),
        ("ctl-1", "manila-share/manila.conf", "cephfsnfs1", "cephfs_nfs_cluster_id", "main"),
        ("ctl-1", "manila-share/manila.conf", "cephfsnfs1", "cephfs_ganesha_export_ips", "10.30.0.12,10.30.0.13,10.30.0.14"),
        ("ctl-1", "manila-api/manila.conf", "DEFAULT", "enabled_share_protocols", "CEPHFS,NFS,CIFS"),
        ("ctl-1", "ironic-conductor/ironic.conf", "conductor", "automated_clean", "true"),
        ("ctl-1", "ironic-conductor/ironic.conf", "conductor", "deploy_kernel", "file:///var/lib/ironic/httpboot/ironic-agent.kernel"),
        ("ctl-1", "ironic-conductor/ironic.conf", "neutron", "cleaning_network", "install"),
        ("ctl-1", "ironic-conductor/ironic.conf", "neutron", "provisioning_network", "install"),
        ("ctl-1", "ironic-conductor/ironic.conf", "deploy", "http_url", "http://10.11.0.11:8089"),
        ("ctl-1", "ironic-conductor/ironic.conf", "pxe", "tftp_server", "10.11.0.11"),
        ("ctl-1", "neutron-server/ml2_conf.ini", "ml2", "mechanism_drivers", "baremetal,ovn"),
        ("ctl-1", "neutron-server/ml2_conf.ini", "ovn", "disable_ovn_dhcp_for_baremetal_ports", "true"),
        ("ctl-1", "nova-compute-ironic/nova.conf", "DEFAULT", "compute_driver", "ironic.IronicDriver"),
    ],
)  # fmt: skip
def test_a_stated_fact_stands_in_the_rendered_file(
    region: Region, host: str, file: str, section: str, option: str, value: str
) -> None:
    assert region.options(host, file)[section].get(option) == value


def test_shares_of_volumes_are_listed(region: Region) -> None:
    listed = region.rendered.text("vol-1", "cinder-volume/nfs_shares").splitlines()
    assert listed[1:] == ["nas.example:/volumes", "nas.example:/more"]


def test_control_hosts_run_no_volume_service(region: Region) -> None:
    files = [name for name in region.rendered.files("ctl-1") if name.startswith("cinder-volume/")]
    assert files == []


def test_the_load_balancer_knows_the_object_gateways(region: Region) -> None:
    served = region.rendered.text("ctl-1", "haproxy/services.d/ceph-rgw.cfg")
    assert "server ctl-2 10.30.0.13:7480 check" in served


@pytest.mark.parametrize(
    "line",
    [
        "interface=eno1.111",
        "dhcp-range=set:range_1,10.11.1.10,10.11.1.99,255.255.254.0,10m",
        "dhcp-option=tag:range_1,option:router,10.11.0.1",
        "dhcp-option=tag:range_1,option:ntp-server,10.20.0.3",
        "dhcp-option=option:tftp-server,10.11.0.11",
    ],
)
def test_nodes_that_are_inspected_are_answered(region: Region, line: str) -> None:
    told = region.rendered.text("ctl-1", "ironic-dnsmasq/dnsmasq.conf")
    assert line in told.splitlines(), told


def test_nodes_report_to_what_the_release_has(region: Region) -> None:
    interface = region.options("ctl-1", "ironic-conductor/ironic.conf")["DEFAULT"]
    script = {"2025.1": "inspector.ipxe", "2026.1": "ipa.ipxe"}[region.release]
    wanted = {"2025.1": "inspector", "2026.1": "agent"}[region.release]
    assert interface["default_inspect_interface"] == wanted
    assert f"ironic-http/{script}" in region.rendered.files("ctl-1")


def test_the_services_take_every_option_and_value(region: Region) -> None:
    wanted = (
        ("vol-1", "cinder-volume", "cinder.conf"),
        ("vol-1", "cinder-backup", "cinder.conf"),
        ("ctl-1", "glance-api", "glance-api.conf"),
        ("ctl-1", "manila-api", "manila.conf"),
        ("ctl-1", "manila-share", "manila.conf"),
        ("ctl-1", "ironic-conductor", "ironic.conf"),
    )
    or_skip(lambda: oslo.service_python(region.release))
    files = [(region.rendered.folder / host / service / name,) for host, service, name in wanted]
    findings = oslo.check(region.release, files)
    # Kolla-Ansible writes the sections of back ends into every file, and one service reads them.
    read = [f for f in findings if f.service == "cinder-volume" or f.section not in _BACKENDS]
    unknown = [f for f in read if (f.file, f.option) not in _WITHOUT_LIST]
    assert oslo.unexplained(region.release, unknown) == ()


@pytest.mark.parametrize("name", ["services.yaml", "gateways.yaml", "hosts.yaml"])
def test_ceph_takes_the_specifications(region: Region, name: str) -> None:
    assert ceph.check(region.output / "ceph.main" / "cephadm" / name) == ()
