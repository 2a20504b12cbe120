"""Checks of Ceph: failure domains, disks, pools."""

from dataclasses import replace

import pytest

from blueprint.checks.ceph_domains import usable_share
from blueprint.diagnostics import Severity
from blueprint.model.ceph import Erasure, Filesystem, ObjectStore, Pool
from blueprint.model.hardware import Disk
from blueprint.model.openstack_resources import Project, Quota
from blueprint.model.openstack_services import Cinder, CinderNfs, Lvm, Manila
from blueprint.values import Ratio, Ref, Size, keyed
from tests.unit.checks.models import (
    changed,
    cloud,
    everywhere,
    faults,
    found,
    gib,
    group,
    ip,
    node,
    server,
    sound_things,
    the_fault,
)  # fmt: skip


def codes(model):
    return [d.rule.code for d in found(model)]


def pools(**fields):
    """The sound cloud with both pools changed alike."""
    model = changed(cloud(), "ceph.main", "pool", "images", **fields)
    return changed(model, "ceph.main", "pool", "volumes", **fields)


# --------------------------------------------------------------------------------- failure domains


@pytest.mark.parametrize(("size", "expected"), [(3, []), (4, ["OIB5301"])])
@pytest.mark.parametrize("domain", ["host", "rack", "zone"])
def test_there_are_as_many_domains_as_copies(domain, size, expected):
    assert codes(pools(size=size, failure_domain=domain)) == expected


def test_pools_that_lack_the_same_domains_are_one_fault():
    fault = the_fault(pools(size=4))
    assert fault.message == (
        "`pool.images` and `pool.volumes` need 4 racks with OSDs, and there are 3"
    )
    assert fault.span.text == "ceph.main pool images failure_domain"


@pytest.mark.parametrize(("m", "expected"), [(1, []), (2, ["OIB5301"])])
def test_erasure_coding_needs_a_domain_for_each_chunk(m, expected):
    model = changed(cloud(), "ceph.main", "pool", "images", erasure=Erasure(k=2, m=m))
    assert codes(model) == expected


def test_hosts_without_racks_are_in_no_rack():
    model = cloud()
    each = model.groups[Ref("hosts.node")]
    bare = replace(each, members=tuple(replace(h, rack=None, zone=None) for h in each))
    model = replace(model, groups={each.ref: bare})
    assert "need 3 racks with OSDs, and there are none" in the_fault(model).message


def test_an_existing_cluster_is_not_judged():
    assert codes(replace(pools(size=4), existing=frozenset({Ref("ceph.main")}))) == []


def osds_over_racks(*counts):
    """OSD hosts in three racks, some in each."""
    extra = []
    for rack, count in enumerate(counts, start=1):
        members = group(f"osd{rack}", count, node(memory=node().memory))
        place = {"rack": Ref(f"site.dc1.rack.r[{rack}]"), "zone": Ref(f"site.dc1.zone.az[{rack}]")}
        extra.append(replace(members, members=tuple(replace(h, **place) for h in members)))
    osds = tuple(each.ref for each in extra)
    cluster = sound_things()[Ref("ceph.main")].model_copy(update={"osds": osds})
    return cloud(group("node", 3), *extra, ceph__main=cluster)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [((7, 10, 13), []), ((6, 10, 13), ["OIB5302"]), ((4, 3, 2), ["OIB5302"])],
)
def test_seventy_percent_of_the_capacity_can_be_used(counts, expected):
    assert codes(osds_over_racks(*counts)) == expected


def test_imbalance_is_a_warning_that_names_the_smallest_domain():
    fault = the_fault(osds_over_racks(4, 3, 2))
    assert fault.severity is Severity.WARNING
    assert fault.message == (
        "only 66 % of the capacity of `ceph.main` can be used with 3 copies, each in another rack"
    )
    assert "`site.dc1.rack.r[3]` is the smallest rack" in fault.notes[0]


@pytest.mark.parametrize(
    ("weights", "copies", "share"),
    [
        ([1, 1, 1], 3, 100),
        ([4, 3, 2], 3, 66),
        ([4, 3, 2], 1, 100),
        ([5, 5, 5, 1], 3, 100),
        ([10, 1, 1], 2, 33),
        ([2, 2, 1], 2, 100),
        ([3, 1, 1, 1], 2, 100),
        ([4, 1, 1, 1], 2, 85),
    ],
)
def test_how_much_of_unequal_domains_can_be_used(weights, copies, share):
    assert usable_share(weights, copies) == share


# --------------------------------------------------------------------------------- disks


def test_a_disk_is_not_for_data_and_metadata():
    model = changed(cloud(), "ceph.main", db_devices=(Ref("disk.osd[0]"),))
    assert faults(model) == [("OIB5303", "ceph.main db_devices 0")]


def test_different_disks_of_one_kind_may_be_for_data_and_metadata():
    model = changed(
        cloud(), "ceph.main", devices=tuple(Ref(f"disk.osd[{n}]") for n in range(1, 6)),
        db_devices=(Ref("disk.osd[0]"),),
    )  # fmt: skip
    assert codes(model) == []


def test_two_clusters_do_not_share_disks():
    second = sound_things()[Ref("ceph.main")].model_copy(update={"pool": {}})
    model = cloud(ceph__second=second)
    assert ("OIB5303", "ceph.second devices 0") in faults(model)


def test_the_system_keeps_a_disk():
    single = {"osd": server().disk["osd"], "system": Disk(size=gib(480), media="ssd")}
    model = cloud(hardware__general=server(disk=single))
    model = changed(model, "ceph.main", devices=(Ref("disk.osd"), Ref("disk.system")))
    assert faults(model) == [("OIB5304", "ceph.main devices")]


def test_a_raid_is_no_disk_for_osds():
    model = changed(cloud(), "ceph.main", devices=(Ref("disk.osd"), Ref("disk.system")))
    assert faults(model) == [("OIB5312", "ceph.main devices 1")]


def test_one_disk_of_a_raid_is_no_device():
    model = changed(cloud(), "ceph.main", db_devices=(Ref("disk.system[1]"),))
    assert faults(model) == [("OIB5312", "ceph.main db_devices 0")]


def on_lvm(*disks, **fields):
    """The sound cloud with volumes on disks of the hosts."""
    lvm = Lvm(devices=tuple(Ref(disk) for disk in disks))
    return changed(cloud(), "openstack.core", cinder=Cinder(lvm=lvm), **fields)


def test_a_disk_is_not_for_osds_and_for_volumes():
    assert faults(on_lvm("disk.osd[2]")) == [("OIB5303", "openstack.core cinder lvm devices 0")]


def test_disks_of_hosts_that_share_no_role_are_apart():
    model = changed(cloud(group("node", 6)), "ceph.main", osds=members(1, 2, 3))
    lvm = Cinder(lvm=Lvm(devices=(Ref("disk.osd"),)))
    model = changed(model, "openstack.core", cinder=lvm, volumes=members(4, 5, 6))
    assert "OIB5303" not in codes(model)


def test_a_raid_may_hold_volumes():
    assert "OIB5312" not in codes(on_lvm("disk.system", storage=None))


def test_volumes_leave_the_system_a_disk():
    model = on_lvm("disk.osd", "disk.system", storage=None, volumes=everywhere())
    model = replace(model, existing=frozenset({Ref("ceph.main")}))
    assert ("OIB5304", "openstack.core cinder lvm devices") in faults(model)


def members(*numbers):
    return tuple(keyed("hosts.node", str(n)) for n in numbers)


def test_one_disk_is_enough_for_the_system():
    model = changed(cloud(), "ceph.main", devices=tuple(Ref(f"disk.osd[{n}]") for n in range(6)))
    assert codes(model) == []


@pytest.mark.parametrize(("media", "expected"), [("nvme", []), ("hdd", ["OIB5305"])])
def test_a_pool_for_a_medium_has_disks_of_it(media, expected):
    model = changed(cloud(), "ceph.main", "pool", "images", device_class=media)
    assert codes(model) == expected


def test_osds_need_disks():
    assert faults(changed(cloud(), "ceph.main", devices=())) == [("OIB5306", "ceph.main")]


def test_a_disk_that_the_hosts_lack_is_named_with_the_nearest_one():
    fault = the_fault(changed(cloud(), "ceph.main", devices=(Ref("disk.ods"),)))
    assert (fault.rule.code, fault.span.text) == ("OIB5805", "ceph.main devices 0")
    assert fault.hint == "did you mean `disk.osd`?"


@pytest.mark.parametrize(("index", "expected"), [(5, []), (6, ["OIB5805"])])
def test_a_single_disk_exists_below_their_number(index, expected):
    assert codes(changed(cloud(), "ceph.main", devices=(Ref(f"disk.osd[{index}]"),))) == expected


@pytest.mark.parametrize(("memory", "expected"), [(100, []), (99, ["OIB5806"])])
def test_osds_fit_the_memory_of_their_hosts(memory, expected):
    big = server(
        memory=gib(memory),
        disk={
            "osd": Disk(count=25, size=Size.of(4, "TB"), media="nvme"),
            "system": Disk(size=gib(500), media="ssd"),
        },
    )
    osd = group(
        "osd",
        3,
        node(
            hardware=Ref("hardware.big"), memory=node().memory.model_copy(update={"platform": None})
        ),
    )
    cluster = sound_things()[Ref("ceph.main")].model_copy(update={"osds": everywhere("osd")})
    assert codes(cloud(group("node", 3), osd, ceph__main=cluster, hardware__big=big)) == expected


# --------------------------------------------------------------------------------- pools


def test_a_service_has_one_pool():
    model = changed(cloud(), "ceph.main", pool={
        **sound_things()[Ref("ceph.main")].pool, "more": Pool(use="cinder", failure_domain="rack"),
    })  # fmt: skip
    assert faults(model) == [("OIB5307", "ceph.main pool more use")]


def test_pools_for_other_clients_may_be_many():
    more = {name: Pool(use="rbd", failure_domain="rack") for name in ("a", "b")}
    model = changed(cloud(), "ceph.main", pool={**sound_things()[Ref("ceph.main")].pool, **more})
    assert codes(model) == []


@pytest.mark.parametrize(("share", "expected"), [("0.4", []), ("0.41", ["OIB5309"])])
def test_shares_add_up_to_the_whole(share, expected):
    model = changed(cloud(), "ceph.main", "pool", "images", share=Ratio("0.6"))
    model = changed(model, "ceph.main", "pool", "volumes", share=Ratio(share))
    assert codes(model) == expected


@pytest.mark.parametrize(("least", "expected"), [(3, []), (4, ["OIB5310"])])
def test_a_pool_keeps_the_copies_that_a_write_needs(least, expected):
    assert codes(changed(cloud(), "ceph.main", "pool", "images", min_size=least)) == expected


@pytest.mark.parametrize(("size", "expected"), [(3, []), (2, ["OIB5311"]), (1, ["OIB5311"])])
def test_fewer_than_three_copies_are_a_warning(size, expected):
    model = changed(cloud(), "ceph.main", "pool", "images", size=size)
    assert codes(model) == expected
    assert all(d.severity is Severity.WARNING for d in found(model))


# ----------------------------------------------------------------------- file systems and objects


@pytest.mark.parametrize(("size", "expected"), [(3, []), (4, ["OIB5301"])])
def test_a_file_system_has_as_many_domains_as_copies(size, expected):
    shares = {"shares": Filesystem(size=size, failure_domain="rack")}
    assert codes(changed(cloud(), "ceph.main", filesystem=shares)) == expected


@pytest.mark.parametrize(("m", "expected"), [(1, []), (2, ["OIB5301"])])
def test_object_storage_has_a_domain_for_each_chunk(m, expected):
    stored = ObjectStore(erasure=Erasure(k=2, m=m), failure_domain="rack")
    assert codes(changed(cloud(), "ceph.main", object=stored, rgw=everywhere())) == expected


def test_two_copies_of_objects_are_few():
    model = changed(cloud(), "ceph.main", object=ObjectStore(size=2), rgw=everywhere())
    assert faults(model) == [("OIB5311", "ceph.main object size")]


def test_manila_has_one_file_system():
    both = {name: Filesystem(use="manila") for name in ("one", "other")}
    model = changed(cloud(), "ceph.main", filesystem=both)
    assert faults(model) == [("OIB5307", "ceph.main filesystem other use")]


def with_service(service, model=None, **fields):
    model = model or cloud()
    services = (*model.things[Ref("openstack.core")].services, service)
    return changed(model, "openstack.core", services=services, **fields)


def test_shares_in_a_file_system_need_one():
    assert faults(with_service("manila")) == [("OIB5313", "openstack.core services 6")]


def test_shares_on_volumes_need_none():
    assert codes(with_service("manila", manila=Manila(backends=("generic",)))) == []


def test_shares_by_nfs_need_gateways():
    shares = {"shares": Filesystem(use="manila")}
    model = changed(cloud(), "ceph.main", filesystem=shares)
    by_nfs = with_service("manila", model, manila=Manila(backends=("cephfs_nfs",)))
    assert codes(by_nfs) == ["OIB5316"]
    served = changed(by_nfs, "ceph.main", nfs=everywhere())
    assert codes(changed(served, "network.storage", gateway=ip("10.30.0.254"))) == []
    assert codes(served) == ["OIB5317"]


@pytest.mark.parametrize(("swift", "expected"), [(True, []), (False, ["OIB5314"])])
def test_swift_is_served_by_gateways_that_speak_it(swift, expected):
    model = changed(cloud(), "ceph.main", object=ObjectStore(swift=swift), rgw=everywhere())
    assert codes(with_service("swift", model)) == expected


def test_object_storage_needs_gateways():
    model = changed(cloud(), "ceph.main", object=ObjectStore())
    assert faults(model) == [("OIB5316", "ceph.main object")]


@pytest.mark.parametrize(
    "cinder",
    [Cinder(lvm=Lvm(devices=(Ref("disk.osd"),))), Cinder(nfs=CinderNfs(shares=("nas:/vol",)))],
)
def test_volumes_may_be_kept_outside_of_ceph(cinder):
    model = cloud(ceph__main=None)
    model = changed(model, "openstack.core", storage=None, cinder=cinder)
    assert codes(model) == []


# ---------------------------------------------------------------------------------------- capacity

# Three hosts with six disks of 4 TB, three copies, 85 % full: 20.4 TB.
_USABLE = 20_400 * 10**9


def promised(size, **changes):
    project = {"caas": Project(quota=Quota(volumes_size=Size(size)))}
    return changed(cloud(), "openstack.core", project=project, **changes)


@pytest.mark.parametrize(("size", "expected"), [(_USABLE, []), (_USABLE + 1, ["OIB5315"])])
def test_quotas_fit_what_the_pool_holds(size, expected):
    assert codes(promised(size)) == expected


def test_quotas_over_capacity_are_a_warning_at_the_largest():
    fault = the_fault(promised(40 * 10**12))
    assert fault.rule.severity is Severity.WARNING
    assert fault.span.text == "openstack.core project caas quota volumes_size"
    assert fault.message == (
        "projects may fill 40 TB with volumes, and `pool.volumes` of `ceph.main` holds 20.4 TB"
    )


@pytest.mark.parametrize(
    ("size", "expected"), [(_USABLE // 2, []), (_USABLE // 2 + 1, ["OIB5315"])]
)
def test_a_pool_holds_its_share(size, expected):
    model = changed(promised(size), "ceph.main", "pool", "volumes", share=Ratio("0.5"))
    assert codes(model) == expected


def test_erasure_coding_holds_more():
    model = changed(
        promised(40 * 10**12), "ceph.main", "pool", "volumes", erasure=Erasure(k=2, m=1)
    )
    assert codes(model) == []


def test_quotas_of_volumes_elsewhere_are_not_the_clusters():
    elsewhere = Cinder(nfs=CinderNfs(shares=("nas:/vol",)))
    assert codes(promised(400 * 10**12, cinder=elsewhere)) == []
