"""Volumes, images, shares and objects: where each is kept, as Kolla-Ansible is told."""

import pytest

from blueprint.model.ceph import Filesystem, ObjectStore
from blueprint.model.hosts import OperatingSystem
from blueprint.model.openstack_services import Cinder, CinderNfs, Glance, Lvm, Manila
from blueprint.values import Ref
from targets.kolla_ansible import TARGET
from tests.unit.targets.models import (
    ALL_SERVICES,
    ceph,
    collapsed_hosts,
    group,
    pools,
    region,
    three_node_cloud,
    with_hosts,
)
from tests.unit.targets.reading import artifacts, deployment, options, read

DISKS = Lvm(devices=(Ref("disk.osd"),))
NFS = CinderNfs(shares=("nas.example:/volumes", "nas.example:/more"))
NODES = (Ref("hosts.node"),)


def files(model):
    return artifacts(TARGET, model)


def variables(model):
    return read(files(model)["globals.yml"])


def groups(model):
    return read(files(model)["inventory/groups.yml"])


def hosts(model, name="oib_storage"):
    return read(files(model)["inventory/hosts.yml"])[name]["hosts"]


def titles(model):
    return [step.title for step in deployment(TARGET, model).steps]


def step(model, title):
    return next(each for each in deployment(TARGET, model).steps if each.title == title)


def without_ceph(**changes):
    return three_node_cloud(storage=None, **changes)


# ----------------------------------------------------------------------------------------- volumes


def test_volumes_on_disks_are_a_backend():
    found = variables(without_ceph(cinder=Cinder(lvm=DISKS)))
    assert (found["enable_cinder_backend_lvm"], found["cinder_volume_group"]) == (
        True, "cinder-volumes",
    )  # fmt: skip


def test_a_release_chooses_the_iscsi_target_where_none_is_stated():
    assert "cinder_target_helper" not in variables(without_ceph(cinder=Cinder(lvm=DISKS)))


def test_a_stated_iscsi_target_holds():
    lvm = Lvm(devices=DISKS.devices, helper="lioadm")
    assert variables(without_ceph(cinder=Cinder(lvm=lvm)))["cinder_target_helper"] == "lioadm"


def test_images_without_tgtd_serve_volumes_through_the_kernel():
    model = without_ceph(cinder=Cinder(lvm=DISKS))
    rocky = group("node", collapsed_hosts(os=OperatingSystem(choice="rocky-9")), 3)
    assert variables(with_hosts(model, rocky))["cinder_target_helper"] == "lioadm"


def test_shares_of_volumes_stand_in_a_file_one_a_line():
    made = files(without_ceph(cinder=Cinder(nfs=NFS)))["config/cinder/nfs_shares"]
    assert made.text.splitlines()[1:] == ["nas.example:/volumes", "nas.example:/more"]


def test_volume_services_on_ceph_alone_are_a_cluster():
    found = variables(three_node_cloud())
    assert found["cinder_cluster_name"] == "region-1"
    assert "cinder_cluster_skip_precheck" not in found


@pytest.mark.parametrize("cinder", [Cinder(lvm=DISKS), Cinder(nfs=NFS)])
def test_volume_services_beside_disks_or_shares_are_no_cluster(cinder):
    found = variables(three_node_cloud(cinder=cinder))
    assert found["cinder_cluster_skip_precheck"] is True
    assert "cinder_cluster_name" not in found


def test_hosts_of_volumes_are_kollas_storage_hosts():
    model = region(volumes=(Ref("hosts.storage"),), cinder=Cinder(lvm=DISKS))
    assert groups(model)["storage"] == {"children": {"oib_storage": {}}}


def test_volume_services_run_beside_the_apis_where_nothing_else_is_said():
    assert groups(region())["storage"] == {"children": {"oib_control": {}}}


@pytest.mark.parametrize("name", ["cinder-volume-multiple", "cinder-backup"])
def test_volume_services_run_on_hosts_of_volumes_alone(name):
    model = region(release="2026.1", volumes=(Ref("hosts.storage"),), cinder=Cinder(lvm=DISKS))
    assert groups(model)[name] == {"children": {"storage": {}}}


def test_releases_without_such_groups_get_none():
    model = region(release="2025.1", volumes=(Ref("hosts.storage"),), cinder=Cinder(lvm=DISKS))
    assert "cinder-volume-multiple" not in groups(model)


def test_volumes_on_disks_are_reached_over_the_network_of_storage():
    model = region(volumes=(Ref("hosts.storage"),), cinder=Cinder(lvm=DISKS))
    address = model.addresses.text(Ref("hosts.storage[1]"), Ref("network.storage"))
    assert hosts(model)["sto-1"]["tgtd_interface_address"] == address
    own = options(files(model)["config/cinder/sto-1/cinder.conf"])
    assert own == {"lvm-1": {"target_ip_address": address}}


def test_the_run_book_looks_for_the_volume_group():
    found = step(without_ceph(cinder=Cinder(lvm=DISKS)), "Look for the volume group")
    assert found.checks == (
        "ansible -i /etc/kolla/inventory storage -b -m command -a 'vgs cinder-volumes'",
    )


def test_several_backends_have_a_type_of_volumes_each():
    made = step(three_node_cloud(cinder=Cinder(nfs=NFS)), "Make a type of volumes for each backend")
    named = [command.rpartition(" ")[2] for command in made.commands]
    assert named == ["rbd-1", "nfs-1"]


def test_one_backend_needs_no_type_of_volumes():
    assert "Make a type of volumes for each backend" not in titles(three_node_cloud())


def test_backups_may_be_on_a_share():
    model = without_ceph(cinder=Cinder(nfs=NFS, backup_nfs="nas.example:/backups"))
    found = variables(model)
    assert (found["enable_cinder_backup"], found["cinder_backup_driver"]) == (True, "nfs")
    assert found["cinder_backup_share"] == "nas.example:/backups"


def test_backup_services_beside_volumes_in_ceph_have_a_keyring_that_there_is():
    cinder = Cinder(backup_nfs="nas.example:/backups")
    only_volumes = ceph(pool={name: p for name, p in pools().items() if p.use != "cinder_backup"})
    model = three_node_cloud({"ceph.main": only_volumes}, cinder=cinder)
    assert variables(model)["ceph_cinder_backup_user"] == "cinder"
    handed = step(model, "Hand over Ceph's keyrings").commands
    assert any("cinder-backup/ceph.client.cinder.keyring" in command for command in handed)


def test_backups_do_not_run_without_a_place():
    assert variables(without_ceph(cinder=Cinder(nfs=NFS)))["enable_cinder_backup"] is False


# ------------------------------------------------------------------------------------------ images


def test_images_may_be_on_a_share_that_control_hosts_mount():
    found = variables(without_ceph(glance=Glance(nfs="nas.example:/images"), services=("glance",)))
    assert found["glance_backend_file"] is True
    assert found["glance_file_datadir_volume"] == "/var/lib/oib/glance"


# ------------------------------------------------------------------------------------------ shares

SHARES = {"shares": Filesystem(use="manila")}


def with_shares(*backends, cluster=None, **changes):
    stored = cluster or ceph(filesystem=SHARES, nfs=NODES)
    manila = Manila(backends=backends) if backends else Manila()
    return three_node_cloud(
        {"ceph.main": stored}, services=(*ALL_SERVICES, "manila"), manila=manila, **changes
    )


def test_shares_are_in_the_clusters_file_system():
    found = variables(with_shares())
    assert found["enable_manila_backend_cephfs_native"] is True
    assert found["manila_cephfs_filesystem_name"] == "shares"
    assert found["ceph_manila_user"] == "manila"


def test_shares_have_a_keyring_and_the_monitors_addresses():
    model = with_shares()
    assert "mon_host" in options(files(model)["config/manila/ceph.conf"])["global"]
    handed = step(model, "Hand over Ceph's keyrings")
    assert any("manila/ceph.client.manila.keyring" in command for command in handed.commands)


def test_shares_by_nfs_are_exported_by_the_clusters_gateways():
    made = options(files(with_shares("cephfs_nfs"))["config/manila/manila-share.conf"])
    assert made == {
        "cephfsnfs1": {
            "cephfs_nfs_cluster_id": "main",
            "cephfs_ganesha_export_ips": "10.30.0.11,10.30.0.12,10.30.0.13",
        }
    }


def test_shares_that_are_not_by_nfs_have_no_options_for_it():
    assert "config/manila/manila-share.conf" not in files(with_shares())


# ----------------------------------------------------------------------------------------- objects


def with_objects(existing=False, **stored):
    cluster = ceph(rgw=NODES, object=ObjectStore(swift=True, **stored), pool=pools())
    model = three_node_cloud({"ceph.main": cluster}, services=(*ALL_SERVICES, "swift"))
    if not existing:
        return model
    return type(model)(
        model.name, None, model.things, model.groups, model.addresses, frozenset({Ref("ceph.main")})
    )


def test_objects_are_served_by_the_clusters_gateways():
    found = variables(with_objects(port=8480))
    assert found["enable_ceph_rgw"] is True
    assert found["ceph_rgw_swift_account_in_url"] is True
    assert found["ceph_rgw_hosts"][0] == {"host": "node-1", "ip": "10.30.0.11", "port": 8480}


def test_gateways_get_their_password_on_no_command_line():
    made = step(with_objects(), "Let the object gateways ask the identity service")
    assert made.commands[0].startswith("(printf '[client.rgw.main]\\nrgw_keystone_admin_password")
    assert "assimilate-conf -i -" in made.commands[0]


def test_gateways_of_an_existing_cluster_are_the_operators():
    made = step(with_objects(existing=True), "Let the object gateways ask the identity service")
    assert made.commands == ()
    assert "rgw_keystone_admin_password" in made.needs[0]


def test_a_cloud_without_swift_has_no_object_storage():
    model = three_node_cloud({"ceph.main": ceph(rgw=NODES)})
    assert "enable_ceph_rgw" not in variables(model)
