"""What cephadm would misunderstand is said before anything is written."""

import pytest

from blueprint.model.ceph import Pool
from blueprint.model.hardware import Disk
from blueprint.values import Ref, Size
from targets.cephadm import TARGET
from tests.unit.targets.models import (
    ceph,
    collapsed_hosts,
    group,
    region,
    server,
    spans_of,
    three_node_cloud,
    with_hosts,
)


def slugs(model):
    (layer,) = TARGET.layers(model)
    return [d.rule.slug for d in TARGET.check(layer, model, spans_of(model))]


def with_disks(**disks):
    return three_node_cloud({"hardware.r760": server(disk=disks)})


@pytest.mark.parametrize("make", [three_node_cloud, region])
def test_sound_clusters_are_taken(make):
    assert slugs(make()) == []


def test_hosts_and_racks_share_no_name():
    spec = collapsed_hosts()
    assert slugs(with_hosts(three_node_cloud(), group("node", spec, 3, host_name="x"))) == []
    clash = group("node", spec, 3)
    from dataclasses import replace

    from blueprint.model import HostGroup

    named = tuple(replace(h, name=f"r{h.key}") for h in clash)
    model = with_hosts(three_node_cloud(), HostGroup(clash.ref, named, is_family=True))
    assert slugs(model) == ["crush-names-clash"] * 3


@pytest.mark.parametrize(("gigabytes", "found"), [(1104, 1), (1108, 0)])
def test_disks_of_about_one_size_need_paths(gigabytes, found):
    model = with_disks(
        osd=Disk(count=4, size=Size.of(1, "TB"), media="ssd"),
        system=Disk(size=Size.of(gigabytes, "GB"), media="ssd"),
    )
    assert len(slugs(model)) == found


def test_disks_with_paths_are_never_ambiguous():
    model = with_disks(
        osd=Disk(size=Size.of(1, "TB"), media="ssd", paths=("/dev/sdb",)),
        system=Disk(size=Size.of(1, "TB"), media="ssd"),
    )
    assert slugs(model) == []


def test_one_user_logs_in_everywhere():
    model = region()
    other = group("storage", collapsed_hosts(user="ceph"), 6, host_name="sto")
    assert slugs(with_hosts(model, other)) == ["several-login-users"]


@pytest.mark.parametrize("name", ["my pool", "a,b", "-a", "1a", "a'"])
def test_a_pool_has_a_name_that_capabilities_take(name):
    model = three_node_cloud({"ceph.main": ceph(pool={name: Pool(use="rbd")})})
    assert slugs(model) == ["unusable-pool-name"]


@pytest.mark.parametrize("path", ["sdb", "/etc/passwd", "/dev/../etc/passwd", "/dev/a b"])
def test_a_device_has_a_path_below_dev(path):
    model = with_disks(osd=Disk(size=Size.of(1, "TB"), media="ssd", paths=(path,)))
    assert slugs(model) == ["unusable-device-path"]


@pytest.mark.parametrize("fsid", ["main", "6c3f8f8e94d94ab19b2a55d2a1a4b0f7"])
def test_an_fsid_is_a_uuid(fsid):
    assert slugs(three_node_cloud({"ceph.main": ceph(fsid=fsid)})) == ["fsid-not-uuid"]


def test_a_cluster_of_other_hosts_does_not_mind():
    model = three_node_cloud({"ceph.main": ceph(osds=(Ref("hosts.node[1]"),))})
    assert slugs(model) == []
