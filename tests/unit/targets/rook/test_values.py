"""A Ceph cluster on Kubernetes becomes values of Rook's charts that say what the blueprint says."""

from __future__ import annotations

import pytest

from blueprint.capabilities.ceph import OSD_MEMORY
from blueprint.model.hardware import Disk
from blueprint.values import Ref, Size
from targets._kubernetes.charts import chart
from targets._kubernetes.crds import judge, judge_part
from targets.rook.cluster import paths_of
from tests.unit.targets.rook.clouds import EVERYTHING, made_of, rook, text

CLUSTER = "rook-ceph-cluster"
CHARTS = ("rook-ceph", "ceph-csi-drivers", CLUSTER)
TAINTS = 'taints = { "storage" = no_schedule }'


def spec(body="", **changes):
    return rook(body, **changes).values(CLUSTER)["cephClusterSpec"]


def pools(body, **changes):
    return {each["name"]: each for each in rook(body, **changes).values(CLUSTER)["cephBlockPools"]}


def hosts_of(affinity):
    required = affinity["nodeAffinity"]["requiredDuringSchedulingIgnoredDuringExecution"]
    (term,) = required["nodeSelectorTerms"]
    (expression,) = term["matchExpressions"]
    assert (expression["key"], expression["operator"]) == ("kubernetes.io/hostname", "In")
    return expression["values"]


@pytest.mark.parametrize("name", CHARTS)
@pytest.mark.parametrize("body", ["", EVERYTHING], ids=["least", "most"])
def test_the_charts_know_and_read_every_value(name, body):
    assert chart(name).strays(rook(body, taints=TAINTS).values(name)) == ()


@pytest.mark.parametrize("body", ["", EVERYTHING], ids=["least", "most"])
def test_what_becomes_custom_resources_is_right_by_their_definitions(body):
    values = rook(body, taints=TAINTS).values(CLUSTER)
    parts = [("CephCluster", values["cephClusterSpec"])]
    for kind, field in (
        ("CephBlockPool", "cephBlockPools"),
        ("CephFilesystem", "cephFileSystems"),
        ("CephObjectStore", "cephObjectStores"),
    ):
        parts += [(kind, each["spec"]) for each in values[field]]
    faults = [
        f for kind, part in parts for f in judge_part("ceph.rook.io/v1", kind, ("spec",), part)
    ]
    assert faults == []


def test_monitors_are_as_many_as_their_hosts_and_one_on_each():
    found = spec(count=5)
    assert found["mon"] == {"count": 3, "allowMultiplePerNode": False}
    assert hosts_of(found["placement"]["mon"]) == ["node-1", "node-2", "node-3"]


def test_two_managers_stand_beside_the_monitors_where_none_are_stated():
    found = spec()
    assert found["mgr"]["count"] == 2
    assert hosts_of(found["placement"]["mgr"]) == ["node-1", "node-2", "node-3"]


def test_stated_managers_are_all_there():
    assert spec("managers = hosts.node")["mgr"]["count"] == 3


def test_only_named_nodes_and_disks_are_used():
    storage = spec()["storage"]
    assert (storage["useAllNodes"], storage["useAllDevices"]) == (False, False)
    assert [node["name"] for node in storage["nodes"]] == ["node-1", "node-2", "node-3"]
    names = [f"/dev/disk/by-path/sas-{n}" for n in (1, 2, 3)]
    assert all([d["name"] for d in node["devices"]] == names for node in storage["nodes"])


def test_a_node_has_the_disks_of_its_own_hardware():
    other = """hosts other like hosts.machine { count = 1  hardware = hardware.small  name = "other" }"""
    whole = text().replace("hosts node like", f"{other}\nhosts node like")
    whole = whole.replace(
        "pool storage { hosts = hosts.node", "pool storage { hosts = [hosts.node, hosts.other]"
    )
    whole = whole.replace("osds = hosts.node", "osds = [hosts.node, hosts.other]")
    values = made_of(whole).values(CLUSTER)
    nodes = {n["name"]: n["devices"] for n in values["cephClusterSpec"]["storage"]["nodes"]}
    assert nodes["other"] == [{"name": "/dev/vdb"}]


def test_metadata_disks_are_shared_out_in_turn():
    (node, *_) = spec("db_devices = disk.db")["storage"]["nodes"]
    shares = [device["config"]["metadataDevice"] for device in node["devices"]]
    assert shares == ["/dev/nvme0n1", "/dev/nvme1n1", "/dev/nvme0n1"]


def test_disks_have_a_class_where_pools_choose_by_it():
    (node, *_) = spec("pool p { use = rbd  device_class = hdd }")["storage"]["nodes"]
    assert {device["config"]["deviceClass"] for device in node["devices"]} == {"hdd"}
    (node, *_) = spec("pool p { use = rbd }")["storage"]["nodes"]
    assert not any("config" in device for device in node["devices"])


def test_encryption_is_said_of_all_disks():
    assert spec("encrypted = true")["storage"]["config"] == {"encryptedDevice": "true"}
    assert "config" not in spec()["storage"]


def test_the_nodes_network_carries_ceph_where_asked():
    network = spec("host_network = true\n cluster_network = network.storage")["network"]
    ranges = {"public": ["10.30.0.0/24"], "cluster": ["10.31.0.0/24"]}
    assert network == {"provider": "host", "addressRanges": ranges}


def test_the_pods_network_carries_ceph_else():
    assert "network" not in spec()


def test_addresses_of_pods_decide_the_family():
    whole = text(pods="fd00:10::/104", services="fd00:20::/112").replace(
        "10.30.0.0/24", "fd00:30::/64"
    )
    found = made_of(whole.replace("10.30.0.250", "fd00:30::fa")).values(CLUSTER)["cephClusterSpec"]
    assert found["network"] == {"ipFamily": "IPv6"}


def store(body):
    (found,) = rook(f"rgw = hosts.node\n object {{ {body} }}").values(CLUSTER)["cephObjectStores"]
    return found["spec"]


@pytest.mark.parametrize(
    ("body", "served"),
    [("", ["s3"]), ("swift = true", ["s3", "swift", "swift_auth"]),
     ("swift = true  s3 = false", ["swift", "swift_auth"])],
)  # fmt: skip
def test_gateways_serve_the_stated_apis(body, served):
    apis = store(body)["protocols"]["enableAPIs"]
    assert apis == [*served, "admin", "sts", "iam", "notifications"]
    assert "auth" not in store(body)


def test_tainted_nodes_are_tolerated_by_daemons_and_drivers():
    made = rook(taints=TAINTS)
    wanted = [{"key": "storage", "operator": "Exists", "effect": "NoSchedule"}]
    drivers = made.values("ceph-csi-drivers")["operatorConfig"]["driverSpecDefaults"]
    assert made.values(CLUSTER)["cephClusterSpec"]["placement"]["all"]["tolerations"] == wanted
    assert drivers["nodePlugin"]["tolerations"] == wanted
    assert made.values("rook-ceph")["tolerations"] == wanted


def test_memory_is_what_the_sums_of_hosts_count():
    resources = spec()["resources"]
    assert resources["osd"]["limits"]["memory"] == f"{OSD_MEMORY // 1024**3}Gi"


@pytest.mark.parametrize(("release", "major"), [("squid", "v19."), ("tentacle", "v20.")])
def test_the_image_is_of_the_release(release, major):
    image = rook(f"release = {release}").values(CLUSTER)["cephImage"]
    assert image["tag"].startswith(major)


def test_examples_of_the_chart_are_gone_where_nothing_is_stated():
    values = rook().values(CLUSTER)
    lists = [values[each] for each in ("cephBlockPools", "cephFileSystems", "cephObjectStores")]
    assert lists == [[], [], []]


def test_a_pool_is_spread_and_kept_as_stated():
    body = "pool p { use = rbd  size = 2  min_size = 1  failure_domain = rack  device_class = hdd  share = 50 % }"
    assert pools(body)["p"]["spec"] == {
        "failureDomain": "rack",
        "deviceClass": "hdd",
        "replicated": {"size": 2, "targetSizeRatio": 0.5},
        "parameters": {"min_size": "1"},
    }


def test_one_copy_has_to_be_allowed():
    assert pools("pool p { use = rbd  size = 1 }")["p"]["spec"]["replicated"] == {
        "size": 1,
        "requireSafeReplicaSize": False,
    }


def test_an_erasure_coded_pool_has_its_data_beside_it():
    found = pools("pool p { use = rbd  erasure { k = 2  m = 1 }  share = 20 % }")
    assert list(found) == ["p.data", "p"]
    assert found["p.data"]["spec"]["erasureCoded"] == {"dataChunks": 2, "codingChunks": 1}
    assert found["p.data"]["spec"]["parameters"] == {"target_size_ratio": "0.2"}
    assert found["p"]["spec"]["replicated"] == {"size": 3}


def test_a_storage_class_has_its_name_its_default_and_the_drivers_secrets():
    found = pools('pool p { use = kubernetes  storage_class = "general"  default = true }')
    stated = found["p"]["storageClass"]
    assert (stated["enabled"], stated["name"], stated["isDefault"]) == (True, "general", True)
    parameters = stated["parameters"]
    assert parameters["csi.storage.k8s.io/node-stage-secret-name"] == "rook-csi-rbd-node"
    assert "dataPool" not in parameters


def test_volumes_of_an_erasure_coded_pool_name_the_pool_of_their_data():
    found = pools('pool p { use = kubernetes  storage_class = "x"  erasure { k = 2  m = 1 } }')
    assert found["p"]["storageClass"]["parameters"]["dataPool"] == "p.data"


def test_a_pool_without_a_class_makes_none():
    assert pools("pool p { use = rbd }")["p"]["storageClass"] == {"enabled": False}


def test_a_file_system_has_servers_on_their_hosts():
    (system,) = rook("filesystem shared { size = 2 }  mds = hosts.node", count=4).values(CLUSTER)[
        "cephFileSystems"
    ]
    kept = {"failureDomain": "host", "replicated": {"size": 2}}
    assert system["spec"]["metadataPool"] == kept
    assert system["spec"]["dataPools"] == [{"name": "data0", **kept}]
    placed = system["spec"]["metadataServer"]["placement"]
    assert hosts_of(placed) == ["node-1", "node-2", "node-3", "node-4"]


def test_a_file_system_has_the_class_of_its_name_with_the_secrets_of_its_driver():
    body = 'filesystem shared { storage_class = "files"  default = true }'
    (system,) = rook(body).values(CLUSTER)["cephFileSystems"]
    made = system["storageClass"]
    assert (made["enabled"], made["name"], made["isDefault"], made["pool"]) == (
        True, "files", True, system["spec"]["dataPools"][0]["name"],
    )  # fmt: skip
    secrets = {v for k, v in made["parameters"].items() if k.endswith("secret-name")}
    assert secrets == {"rook-csi-cephfs-provisioner", "rook-csi-cephfs-node"}


def test_a_file_system_without_a_class_makes_none():
    (system,) = rook("filesystem shared {}").values(CLUSTER)["cephFileSystems"]
    assert system["storageClass"] == {"enabled": False}


def test_the_driver_of_file_systems_runs_where_there_is_one():
    for body, is_enabled in (("", False), ("filesystem shared {}", True)):
        drivers = rook(body).values("ceph-csi-drivers")["drivers"]
        assert drivers["cephfs"]["enabled"] == is_enabled


def test_gateways_are_as_many_as_their_hosts_on_the_stated_port():
    (store,) = rook("rgw = hosts.node\n object { port = 8088 }").values(CLUSTER)["cephObjectStores"]
    gateway = store["spec"]["gateway"]
    assert (gateway["port"], gateway["instances"]) == (8088, 3)
    assert hosts_of(gateway["placement"]) == ["node-1", "node-2", "node-3"]
    assert "swift" not in store["spec"]["protocols"]["enableAPIs"]


def test_objects_alone_are_erasure_coded():
    body = "rgw = hosts.node\n object { erasure { k = 2  m = 1 } }"
    (store,) = rook(body).values(CLUSTER)["cephObjectStores"]
    assert store["spec"]["dataPool"]["erasureCoded"] == {"dataChunks": 2, "codingChunks": 1}
    assert store["spec"]["metadataPool"]["replicated"] == {"size": 3}


def test_clients_write_their_own_pool_and_read_what_they_clone():
    clients = rook(EVERYTHING).of_kind("CephClient")
    assert [judge(each) for each in clients.values()] == [()] * len(clients)
    assert clients["cinder"]["spec"]["caps"]["osd"] == (
        "profile rbd pool=volumes, profile rbd pool=volumes.data, profile rbd-read-only pool=images"
    )
    assert set(clients) == {"glance", "cinder", "cinder-backup", "nova", "manila"}


def test_pools_of_kubernetes_need_no_client():
    made = rook('pool p { use = kubernetes  storage_class = "x" }')
    assert not any("clients" in path for path in made.files)


def test_a_disk_of_several_is_meant_by_its_number():
    disk = Disk(count=2, size=Size(1), media="ssd", paths=("/dev/a", "/dev/b"))
    chosen = [paths_of(Ref(each), disk) for each in ("disk.osd", "disk.osd[1]")]
    assert chosen == [("/dev/a", "/dev/b"), ("/dev/b",)]


@pytest.mark.parametrize("tool", ["argocd", "flux"])
def test_values_are_the_same_for_every_way_of_delivery(tool):
    delivery = f'delivery {tool} {{ repository = "https://git.example.org/x.git" }}'
    made = rook(EVERYTHING, delivery=delivery)
    assert made.values(CLUSTER) == rook(EVERYTHING).values(CLUSTER)


def test_every_line_of_values_says_why():
    for path, artifact in rook(EVERYTHING).files.items():
        if "/values/" in path:
            causes = [cause for run in artifact.runs for cause in run.causes]
            assert all(c is not None and c.paths for c in causes[2:]), path
