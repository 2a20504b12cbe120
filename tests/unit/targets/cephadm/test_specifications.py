"""Hosts and services of a cluster as cephadm reads them."""

from dataclasses import replace

import pytest

from blueprint.model import HostGroup
from blueprint.model.hardware import Disk
from blueprint.values import Ref, Size
from targets.cephadm import TARGET
from targets.cephadm.devices import also_selects, bounds, selector
from tests.unit.targets.models import (
    ceph,
    collapsed_hosts,
    group,
    network,
    pools,
    region,
    server,
    three_node_cloud,
    with_hosts,
)
from tests.unit.targets.reading import artifacts, options, read


def hosts(model):
    return {host["hostname"]: host for host in read(artifacts(TARGET, model)["hosts.yaml"])}


def services(model):
    return {
        service["service_type"]: service
        for service in read(artifacts(TARGET, model)["services.yaml"])
    }


def test_an_existing_cluster_is_not_deployed():
    model = three_node_cloud()
    existing = type(model)(
        model.name, None, model.things, model.groups, model.addresses, frozenset({Ref("ceph.main")})
    )
    assert TARGET.layers(existing) == ()


def test_a_host_has_an_address_labels_and_a_place():
    assert hosts(region())["ctl-2"] == {
        "service_type": "host",
        "hostname": "ctl-2",
        "addr": "10.30.0.12",
        "labels": ["mon", "mgr", "_admin"],
        "location": {"root": "default", "zone": "az2", "rack": "r2"},
    }


def test_a_host_of_osds_has_their_label_alone():
    assert hosts(region())["sto-1"]["labels"] == ["osd"]


def test_managers_run_beside_the_monitors_where_none_are_named():
    model = region(
        things={
            "ceph.main": ceph(
                monitors=(Ref("hosts.control"),), managers=(), osds=(Ref("hosts.storage"),)
            )
        }
    )
    assert "mgr" in hosts(model)["ctl-1"]["labels"]


def test_places_of_several_sites_carry_their_names():
    model = region()
    storage = model.groups[Ref("hosts.storage")]
    moved = replace(
        storage.members[0],
        site=Ref("site.dc2"),
        rack=Ref("site.dc2.rack.r[1]"),
        zone=Ref("site.dc2.zone.az[1]"),
    )
    spread = HostGroup(storage.ref, (moved, *storage.members[1:]), is_family=True)
    location = hosts(with_hosts(model, spread))["sto-1"]["location"]
    assert location == {"root": "default", "zone": "dc2-az1", "rack": "dc2-r1"}


def test_a_host_without_a_place_stands_at_the_root():
    model = three_node_cloud()
    (node,) = model.groups.values()
    members = tuple(replace(host, rack=None, zone=None) for host in node)
    bare = HostGroup(node.ref, members, is_family=True)
    assert hosts(with_hosts(model, bare))["node-1"]["location"] == {"root": "default"}


def test_disks_are_chosen_by_medium_and_size():
    assert services(region())["osd"]["spec"] == {
        "data_devices": {"rotational": 0, "size": "3648GB:4032GB"},
        "encrypted": False,
    }


def test_disks_with_paths_are_chosen_by_path():
    disk = Disk(count=2, size=Size.of(1, "TB"), media="ssd", paths=("/dev/a", "/dev/b"))
    assert selector([(Ref("disk.osd"), disk)]) == {"paths": ["/dev/a", "/dev/b"]}


def test_one_disk_with_a_path_is_chosen_by_that_path():
    disk = Disk(count=2, size=Size.of(1, "TB"), media="ssd", paths=("/dev/a", "/dev/b"))
    assert selector([(Ref("disk.osd[1]"), disk)]) == {"paths": ["/dev/b"]}


def test_single_disks_without_paths_are_counted():
    disk = Disk(count=4, size=Size.of(1, "TB"), media="hdd")
    chosen = selector([(Ref("disk.osd[0]"), disk), (Ref("disk.osd[1]"), disk)])
    assert chosen == {"rotational": 1, "size": "950GB:1050GB", "limit": 2}


@pytest.mark.parametrize(("gigabytes", "taken"), [(1104, True), (1108, False)])
def test_disks_of_about_the_same_size_are_taken_for_each_other(gigabytes, taken):
    wanted = Disk(size=Size.of(1, "TB"), media="ssd")
    other = Disk(size=Size.of(gigabytes, "GB"), media="ssd")
    assert also_selects([(Ref("disk.osd"), wanted)], "other", other) is taken


def test_disks_of_another_medium_are_never_taken():
    wanted = Disk(size=Size.of(1, "TB"), media="ssd")
    other = Disk(size=Size.of(1, "TB"), media="hdd")
    assert not also_selects([(Ref("disk.osd"), wanted)], "other", other)


def test_bounds_hold_the_stated_size():
    low, high = bounds(Disk(size=Size.of(960, "GB"), media="ssd"))
    assert low < 960 < high


def test_models_of_servers_have_drive_groups_of_their_own():
    declared = region(
        things={
            "hardware.other": server(),
            "ceph.main": ceph(
                monitors=(Ref("hosts.control"),),
                managers=(),
                osds=(Ref("hosts.storage"), Ref("hosts.compute")),
            ),
        }
    )
    other = group("compute", collapsed_hosts(hardware=Ref("hardware.other")), 6, host_name="cmp")
    made = read(artifacts(TARGET, with_hosts(declared, other))["services.yaml"])
    assert [(s["service_id"], s["placement"]) for s in made if s["service_type"] == "osd"] == [
        ("main-other", {"label": "osd-other"}),
        ("main-r760", {"label": "osd-r760"}),
    ]


def test_the_class_of_devices_is_stated_where_pools_ask_for_one():
    model = three_node_cloud({"ceph.main": ceph(pool=pools(device_class="nvme"))})
    assert services(model)["osd"]["crush_device_class"] == "nvme"


def test_osds_are_encrypted_where_the_blueprint_says():
    model = three_node_cloud({"ceph.main": ceph(encrypted=True)})
    assert services(model)["osd"]["spec"]["encrypted"] is True


def test_metadata_goes_to_its_own_disks():
    model = three_node_cloud({"ceph.main": ceph(db_devices=(Ref("disk.system"),))})
    assert services(model)["osd"]["spec"]["db_devices"] == {"rotational": 0, "size": "456GB:504GB"}


def test_the_first_monitor_learns_the_networks():
    assert options(artifacts(TARGET, region())["cluster.conf"]) == {
        "global": {"public_network": "10.30.0.0/16", "cluster_network": "10.31.0.0/24"}
    }


def test_a_cluster_of_the_sixth_version_binds_to_it():
    model = three_node_cloud({"network.storage": network("2001:db8::/64", 30)})
    assert options(artifacts(TARGET, model)["cluster.conf"])["global"] == {
        "public_network": "2001:db8::/64",
        "ms_bind_ipv4": "false",
        "ms_bind_ipv6": "true",
    }
