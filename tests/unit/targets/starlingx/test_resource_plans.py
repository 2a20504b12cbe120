"""Cores, memory, storage and labels of hosts, the system, its storage network and its time services."""

from __future__ import annotations

import pytest

from tests.unit.targets.starlingx.resources_of import of_kind, planned


def functions(entry):
    return {each["function"]: each["count"] for each in entry["functions"]}


def pages(entry):
    return {(each["function"], each["pageSize"]): each["pageCount"] for each in entry["functions"]}


def test_cores_are_planned_on_each_numa_node_in_physical_cores():
    first, second = planned("standard", "worker-0")["processors"]
    assert (first["node"], second["node"]) == (0, 1)
    expected = {"platform": 2, "vswitch": 2, "application-isolated": 16}
    assert functions(first) == functions(second) == expected


def test_no_core_polls_where_no_virtual_switch_does():
    (entry,) = planned("aio_sx", "controller-0")["processors"]
    assert functions(entry) == {"platform": 2, "vswitch": 0, "application-isolated": 20}


def test_hosts_without_workloads_have_no_plan_of_cores():
    assert "processors" not in planned("standard", "controller-0")


def test_memory_is_planned_in_pages():
    first, _ = planned("standard", "worker-0")["memory"]
    assert pages(first) == {
        ("platform", "4KB"): 16 * 2**30 // 4096,
        ("vswitch", "1GB"): 2,
        ("vm", "1GB"): 100,
    }


def test_small_huge_pages_are_those_of_two_megabytes():
    (entry,) = planned("aio_sx", "controller-0", ("hugepages 1 GiB", "hugepages 2 MiB"))["memory"]
    assert pages(entry)["vm", "2MB"] == 96


def test_osds_of_the_older_ceph_are_on_controllers():
    assert [each["path"] for each in planned("standard", "controller-1")["storage"]["osds"]] == [
        "/dev/disk/by-path/pci-0000:03:00.0-nvme-1",
        "/dev/disk/by-path/pci-0000:04:00.0-nvme-1",
    ]
    assert "osds" not in planned("standard", "worker-0")["storage"]


def test_a_worker_has_the_third_monitor():
    assert "monitor" in planned("standard", "worker-0")["storage"]
    assert "monitor" not in planned("standard", "worker-1")["storage"]


def test_osds_of_storage_hosts_have_their_journals_on_the_disk_of_journals():
    storage = planned("dedicated_storage", "storage-2")["storage"]
    journal = "/dev/disk/by-path/pci-0000:04:00.0-nvme-1"
    assert storage["osds"] == [
        {"function": "journal", "path": journal},
        {
            "function": "osd",
            "path": "/dev/disk/by-path/pci-0000:03:00.0-nvme-1",
            "journal": {"location": journal, "size": 1},
        },
    ]
    assert "osds" not in planned("dedicated_storage", "controller-0").get("storage", {})


def test_osds_of_rook_are_of_its_cluster_beside_the_file_system_of_its_daemons():
    storage = planned("aio_sx", "controller-0")["storage"]
    (osd,) = storage["osds"]
    assert (osd["function"], osd["cluster"]) == ("osd", "ceph_rook_cluster")
    assert {"name": "ceph", "size": 20} in storage["filesystems"]


@pytest.mark.parametrize(
    ("deployment", "controllers", "workers"),
    [("controller", 2, 0), ("dedicated", 0, 2), ("open", 2, 2)],
)
def test_rook_has_osds_on_the_hosts_of_its_deployment(deployment, controllers, workers):
    edit = ("deployment = controller", f"deployment = {deployment}")
    for host, count in (("controller-0", controllers), ("worker-1", workers)):
        assert len(planned("aio_dx", host, edit).get("storage", {}).get("osds", ())) == count
    (backend,) = of_kind("System", "aio_dx", edit)["cell"]["storage"]["backends"]
    assert backend["deployment"] == deployment


def test_monitors_of_rook_are_on_controllers_and_one_worker():
    for host, has_one in (("controller-1", True), ("worker-0", True), ("worker-1", False)):
        labels = planned("aio_dx", host)["labels"]
        assert ("ceph-mon-placement" in labels) is has_one
        named = [each["name"] for each in planned("aio_dx", host)["storage"]["filesystems"]]
        assert ("ceph" in named) is has_one


def test_two_controllers_alone_have_a_monitor_that_goes_between_them():
    filesystems = of_kind("System", "distributed_cloud")
    (system,) = filesystems.values()
    assert {"name": "ceph-float", "size": 20} in system["storage"]["filesystems"]
    assert "filesystems" not in of_kind("System", "aio_dx")["cell"]["storage"]


def test_file_systems_are_as_large_as_stated_on_hosts_that_have_them():
    named = {e["name"]: e["size"] for e in planned("aio_dx", "worker-1")["storage"]["filesystems"]}
    assert named == {"docker": 60, "instances": 200}


def test_file_systems_of_the_active_controller_are_the_systems():
    edit = ("docker = 60 GiB  kubelet", "docker_distribution = 40 GiB  database = 20 GiB  kubelet")
    storage = of_kind("System", "aio_sx", edit)["mast"]["storage"]
    assert storage["filesystems"] == [
        {"name": "database", "size": 20},
        {"name": "docker-distribution", "size": 40},
    ]


def test_a_volume_group_is_a_partition_of_the_systems_disk_or_disks():
    (group,) = planned("standard", "worker-0")["storage"]["volumeGroups"]
    disk = "/dev/disk/by-path/pci-0000:00:17.0-ata-1.0"
    assert group == {
        "name": "nova-local",
        "physicalVolumes": [{"type": "partition", "path": disk, "size": 200}],
    }
    assert "volumeGroups" not in planned("standard", "controller-0")["storage"]
    edit = ("nova_local { size = 200 GiB }", "nova_local { devices = disk.osd[0] }")
    (group,) = planned("standard", "worker-0", edit)["storage"]["volumeGroups"]
    assert group["physicalVolumes"] == [
        {"type": "disk", "path": "/dev/disk/by-path/pci-0000:03:00.0-nvme-1"}
    ]


def test_the_volume_group_of_the_system_grows_on_every_host():
    edit = ("nova_local { size = 200 GiB }", "cgts_vg { size = 50 GiB }")
    for host in ("controller-0", "worker-2"):
        (group,) = planned("standard", host, edit)["storage"]["volumeGroups"]
        assert (group["name"], group["physicalVolumes"][0]["size"]) == ("cgts-vg", 50)


def test_the_system_is_on_the_first_disk_or_on_the_stated_one():
    plan = planned("aio_sx", "controller-0")
    assert plan["rootDevice"] == plan["bootDevice"]
    assert plan["rootDevice"] == "/dev/disk/by-path/pci-0000:01:00.0-nvme-1"


def test_labels_say_what_a_host_is_for():
    labels = planned("aio_dx", "controller-0")["labels"]
    assert labels["openstack-control-plane"] == labels["openstack-compute-node"] == "enabled"
    assert labels["openvswitch"] == "enabled"
    assert (
        planned("aio_sx", "controller-0")["labels"]["kube-topology-mgr-policy"]
        == "single-numa-node"
    )
    assert planned("standard", "worker-1")["labels"]["example.org/plant"] == "north"
    assert "example.org/plant" not in planned("standard", "controller-0").get("labels", {})


def test_a_label_of_one_host_is_that_hosts():
    labels = 'node_labels one { hosts = hosts.worker[2]  labels = { "example.org/one" = "yes" } }\n'
    edit = ("  vswitch = ovs_dpdk\n", f"  vswitch = ovs_dpdk\n  {labels}")
    found = [
        planned("standard", f"worker-{n}", edit)["labels"].get("example.org/one") for n in range(3)
    ]
    assert found == [None, "yes", None]


def test_the_storage_network_has_a_pool_which_the_bootstrap_does_not_make():
    assert of_kind("AddressPool", "standard") == {
        "storage-ipv4": {
            "subnet": "192.168.208.0",
            "prefix": 24,
            "gateway": "192.168.208.1",
            "allocation": {
                "order": "random",
                "ranges": [{"start": "192.168.208.10", "end": "192.168.208.99"}],
            },
        }
    }
    assert of_kind("PlatformNetwork", "standard") == {
        "storage": {
            "type": "storage",
            "dynamic": True,
            "associatedAddressPools": ["storage-ipv4"],
        }
    }
    assert of_kind("AddressPool", "aio_dx") == {}


def test_a_storage_network_of_both_families_has_two_pools():
    edit = ("cidr = 192.168.208.0/24", "cidr = 192.168.208.0/24\n  cidr6 = fd08::/64")
    pools = of_kind("AddressPool", "standard", edit)
    assert list(pools) == ["storage-ipv4", "storage-ipv6"]
    assert (pools["storage-ipv6"]["subnet"], pools["storage-ipv6"]["prefix"]) == ("fd08::", 64)
    assert "ranges" not in pools["storage-ipv6"]["allocation"]


def test_time_services_have_parameters_in_sections_where_the_release_knows_them():
    found = of_kind("PtpInstance", "aio_sx")["fronthaul"]
    assert found == {"service": "ptp4l", "parameters": {"global": ["domainNumber=24"]}}
    older = of_kind("PtpInstance", "aio_sx", ('release = "12.0"', 'release = "11.0"'))
    assert older["fronthaul"]["parameters"] == ["domainNumber=24"]
    assert of_kind("PtpInterface", "aio_sx")["fronthaul-ports"] == {
        "ptpinstance": "fronthaul",
        "parameters": ["masterOnly=0"],
    }


def test_hosts_have_the_time_services_that_name_them_or_have_ports_there():
    assert planned("aio_sx", "controller-0")["ptpInstances"] == ["fronthaul", "clock"]
    assert planned("aio_sx", "controller-0")["clockSynchronization"] == "ptp"


@pytest.mark.parametrize(
    ("name", "system", "copies"), [("aio_sx", "mast", 1), ("aio_dx", "cell", 2)]
)
def test_there_are_as_many_copies_as_hosts_allow(name, system, copies):
    (backend,) = of_kind("System", name)[system]["storage"]["backends"]
    assert (backend["name"], backend["replicationFactor"]) == ("ceph-rook-store", copies)


def test_names_of_physical_networks_are_such_as_kubernetes_takes():
    edits = (("physnet ran {", "physnet far_ran {"), ("physnet.ran", "physnet.far_ran"))
    assert list(of_kind("DataNetwork", "aio_sx", *edits)) == ["far-ran"]
