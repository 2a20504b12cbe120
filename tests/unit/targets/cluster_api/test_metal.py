"""A cluster of hosts that are written from an image: each is found, installed, addressed and placed as is said."""

from __future__ import annotations

import pytest

from blueprint.driver import compile_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from blueprint.values import Ref
from targets._kubernetes.crds import judge
from tests.unit.targets.cluster_api.made import codes, made, sources

PXE = (
    ("networks = [network.node, network.storage]", "networks = [network.node, network.storage, network.boot]"),
    ("boot { mac = s.boot_mac }", "boot { mac = s.boot_mac  network = network.boot }"),
    ("boot { mac = s.boot_mac }", "boot { mac = s.boot_mac  network = network.boot }"),
)  # fmt: skip
VIP = "api { network = network.node  vip = 10.20.0.241 }"


@pytest.fixture(scope="module")
def metal():
    return made("metal")


def _hosts(cluster):
    return {name: each["spec"] for name, each in cluster.of_kind("BareMetalHost").items()}


def test_every_host_is_found_by_its_controller_and_its_port(metal):
    found = {n: (h["bmc"]["address"], h["bootMACAddress"]) for n, h in _hosts(metal).items()}
    assert found["ctl-1"] == ("redfish-virtualmedia://10.8.0.11", "52:54:00:00:00:01")
    assert found["wrk-2"] == ("redfish-virtualmedia://10.8.0.22", "52:54:00:00:01:02")
    assert len(found) == 5


def test_hosts_that_boot_from_a_network_are_told_otherwise():
    booted = made("metal", *PXE)
    assert {h["bmc"]["address"].partition(":")[0] for h in _hosts(booted).values()} == {"redfish"}
    (ironic,) = booted.documents("manager/ironic.yaml")
    assert ironic["spec"]["networking"]["dhcp"]["rangeBegin"] == "10.9.0.100"
    assert ironic["spec"]["networking"]["dhcp"]["rangeEnd"] == "10.9.0.150"


def test_a_controller_with_ipmi_is_told_so():
    ipmi = ("  memory = 128 GiB\n", "  memory = 128 GiB\n  bmc { protocol = ipmi }\n")
    plain = ("disk system { count = 2  raid = 1  paths = [] }", "disk system { size = 960 GB }")
    found = _hosts(made("metal", *PXE, ipmi, plain))
    assert found["ctl-1"]["bmc"]["address"] == "ipmi://10.8.0.11"


def test_virtual_discs_over_ipmi_are_refused():
    ipmi = ("  memory = 128 GiB\n", "  memory = 128 GiB\n  bmc { protocol = ipmi }\n")
    assert "OIB6970" in codes("metal", ipmi)


def test_credentials_are_named_and_never_written(metal):
    assert {h["bmc"]["credentialsName"] for h in _hosts(metal).values()} == {"bmc-vault-bmc"}
    (command,) = [c for c in metal.commands if c.startswith("(for secret in bmc-vault-bmc;")]
    assert "--namespace edge" in command
    assert "kind: Secret" not in "".join(each.text for each in metal.files.values())


def test_credentials_of_each_server_are_brought_in_one_loop():
    stated = "bmc { address = s.bmc"
    each = (stated, f'{stated}  credentials = secrets.vault["bmc-${{s.name}}"]')
    cluster = made("metal", each)
    names = {h["bmc"]["credentialsName"] for h in _hosts(cluster).values()}
    assert len(names) == 4
    (command,) = [c for c in cluster.commands if "create secret generic" in c and "bmc" in c]
    assert set(command.partition("; do ")[0].split()[3:]) == names


READ_BY_CLUSTERS = ('path = "cloud" }', 'path = "cloud"  cluster_store = "vault-prod" }')


def test_the_manager_reads_credentials_out_of_vault_where_it_can():
    cluster = made("metal", READ_BY_CLUSTERS)
    (secret,) = cluster.documents("controllers.yaml")
    assert judge(secret) == ()
    assert (secret["metadata"]["name"], secret["metadata"]["namespace"]) == (
        "bmc-vault-bmc",
        "edge",
    )
    assert secret["spec"]["dataFrom"] == [{"extract": {"key": "cloud/bmc"}}]


def test_credentials_that_the_manager_reads_pass_no_other_machine():
    commands = made("metal", READ_BY_CLUSTERS).commands
    assert "kubectl apply --server-side --filename controllers.yaml" in commands
    assert not [each for each in commands if "create secret generic" in each and "bmc" in each]


def test_systems_are_on_the_disk_that_is_stated(metal):
    hosts = _hosts(metal)
    assert hosts["ctl-1"]["rootDeviceHints"] == {"deviceName": "/dev/disk/by-path/pci-0000:00:17.0-ata-1"}  # fmt: skip
    assert hosts["wrk-1"]["raid"]["hardwareRAIDVolumes"] == [
        {"name": "system", "level": "1", "numberOfPhysicalDisks": 2, "rotational": False}
    ]
    assert "rootDeviceHints" not in hosts["wrk-1"]


def test_every_host_gets_the_addresses_that_are_its_own(metal):
    found = compile_blueprint(MemoryLoader(sources("metal")), Options(targets=("cluster_api",)))
    assert found.model is not None
    hosts = [h for h in found.model.host.values() if h.name.startswith(("ctl", "wrk"))]
    wanted = {
        name: {
            f"{host.name}-edge-{name}": found.model.addresses.text(host.ref, Ref(f"network.{name}"))
            for host in hosts
        }
        for name in ("node", "storage")
    }
    pools = {name: each["spec"] for name, each in metal.of_kind("IPPool").items()}
    assert {n: pools[f"edge-{n}"]["preAllocations"] for n in wanted} == wanted
    for pool in pools.values():
        spans = {(each["start"], each["end"]) for each in pool["pools"]}
        assert spans == {(a, a) for a in pool["preAllocations"].values()}


def test_only_the_network_with_a_gateway_has_a_route(metal):
    for each in metal.of_kind("Metal3DataTemplate").values():
        routed = {n["id"]: n.get("routes") for n in each["spec"]["networkData"]["networks"]["ipv4"]}
        assert routed["storage"] is None
        (route,) = routed["node"]
        assert route["gateway"] == {"fromIPPool": "edge-node"}


def test_links_are_those_of_the_hosts(metal):
    for each in metal.of_kind("Metal3DataTemplate").values():
        links = each["spec"]["networkData"]["links"]
        (bond,) = links["bonds"]
        assert bond["bondLinks"] == ["eno1", "eno2"]
        assert (bond["bondMode"], bond["bondXmitHashPolicy"], bond["mtu"]) == ("802.3ad", "layer3+4", 9000)  # fmt: skip
        assert {v["vlanID"]: v["mtu"] for v in links["vlans"]} == {20: 1500, 21: 9000}


def test_parts_choose_their_own_hosts(metal):
    for part in ("control-plane", "workers"):
        (template,) = [
            each["spec"]["template"]["spec"]
            for name, each in metal.of_kind("Metal3MachineTemplate").items()
            if name.startswith(f"edge-{part}-")
        ]
        assert template["hostSelector"]["matchLabels"] == {"oib/cluster": "edge", "oib/part": part}
        assert template["image"]["checksum"].startswith("5f1c0e3b")
        chosen = [
            name
            for name, each in metal.of_kind("BareMetalHost").items()
            if each["metadata"]["labels"]["oib/part"] == part
        ]
        assert len(chosen) == {"control-plane": 3, "workers": 2}[part]


def test_a_shared_address_is_carried_by_a_pod_of_each_control_node(metal):
    assert metal.spec("Metal3Cluster")["controlPlaneEndpoint"] == {"host": "10.20.0.241", "port": 6443}  # fmt: skip
    spec = metal.spec("KubeadmControlPlane")["kubeadmConfigSpec"]
    (pod,) = [f["content"] for f in spec["files"] if f["path"].endswith("kube-vip.yaml")]
    assert '"bond0.20"' in pod
    assert '"10.20.0.241"' in pod


def test_an_address_of_someone_else_needs_no_pod():
    other = 'api { provider = external  vip = 10.20.0.241  fqdn = "api.edge.example" }\n  node_network = network.node'
    cluster = made("metal", (VIP, other))
    spec = cluster.spec("KubeadmControlPlane")["kubeadmConfigSpec"]
    assert not [f for f in spec.get("files", ()) if "kube-vip" in f["path"]]
    assert cluster.spec("Metal3Cluster")["controlPlaneEndpoint"]["host"] == "10.20.0.241"


def test_there_is_no_spare_host_for_an_upgrade(metal):
    rollout = metal.spec("KubeadmControlPlane")["rollout"]["strategy"]["rollingUpdate"]
    assert rollout == {"maxSurge": 0}
    workers = metal.spec("MachineDeployment")["rollout"]["strategy"]["rollingUpdate"]
    assert workers == {"maxSurge": 0, "maxUnavailable": 1}


def test_services_are_balanced_by_the_network_where_kube_proxy_is_left_out(metal):
    spec = metal.spec("KubeadmControlPlane")["kubeadmConfigSpec"]
    assert spec["initConfiguration"]["skipPhases"] == ["addon/kube-proxy"]
    values = metal.documents("values/cilium.yaml")[0]
    assert values["kubeProxyReplacement"] == "true"


@pytest.mark.parametrize(("mtu", "found"), [(9000, []), (9001, ["OIB6974"])])
def test_the_most_that_a_link_may_carry(mtu, found):
    change = ("network storage { cidr = 10.21.0.0/24  vlan = 21  mtu = 9000 }", f"network storage {{ cidr = 10.21.0.0/24  vlan = 21  mtu = {mtu} }}")  # fmt: skip
    assert sorted({c for c in codes("metal", change) if c == "OIB6974"}) == found
