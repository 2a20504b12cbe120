"""What stands on a cluster: each part says what the blueprint says, and no chart or kind is told what it does not know."""

from __future__ import annotations

import ipaddress
import json

import pytest
import yaml

from blueprint.values import Range
from targets._kubernetes.charts import chart
from targets._kubernetes.crds import is_known, judge
from targets._kubernetes.resources import name_faults
from targets.cluster_services.load_balancer import without
from tests.unit.targets.cluster_services.telco import services, telco
from tests.unit.targets.clusters import cluster, compiled, reported

#: Names of releases that are not their chart's.
CHARTS = {
    "sriov-network-operator": "sriov-network-operator-chart",
    "whereabouts": "whereabouts-chart",
}
BGP = "  mode = bgp  asn = 64512  peer_asn = 64513  peers = [10.20.0.1]"


@pytest.fixture(scope="module")
def made():
    return services()


def _ip(text):
    return ipaddress.ip_address(text)


def _spec(made, kind, name):
    return made.of_kind(kind)[name]["spec"]


def test_addresses_of_gateways_are_apart_from_those_given_out(made):
    pools = {name: each["spec"] for name, each in made.of_kind("IPAddressPool").items()}
    assert pools == {
        "node-lb": {"addresses": ["10.20.0.200-10.20.0.220"]},
        "public-lb": {"addresses": ["192.0.2.10-192.0.2.14", "192.0.2.16-192.0.2.20"]},
        "gateway-web": {"addresses": ["192.0.2.15/32"], "autoAssign": False},
    }


@pytest.mark.parametrize("address", ["192.0.2.20", "192.0.2.21"])
def test_an_address_outside_all_pools_is_announced_as_well(address):
    made = services(telco().replace("address = 192.0.2.15", f"address = {address}"))
    assert _spec(made, "IPAddressPool", "gateway-web")["addresses"] == [f"{address}/32"]
    assert "gateway-web" in _spec(made, "L2Advertisement", "public")["ipAddressPools"]


@pytest.mark.parametrize(
    ("taken", "left"),
    [
        (["10.0.0.1"], ["10.0.0.2-10.0.0.3"]),
        (["10.0.0.3"], ["10.0.0.1-10.0.0.2"]),
        (["10.0.0.2"], ["10.0.0.1-10.0.0.1", "10.0.0.3-10.0.0.3"]),
        (["10.0.0.1", "10.0.0.2", "10.0.0.3"], []),
        (["10.0.0.4"], ["10.0.0.1-10.0.0.3"]),
    ],
)
def test_a_range_without_addresses(taken, left):
    parts = without(Range(_ip("10.0.0.1"), _ip("10.0.0.3")), [_ip(each) for each in taken])
    assert [f"{part.first}-{part.last}" for part in parts] == left


def test_only_nodes_on_a_network_announce_its_addresses(made):
    spec = _spec(made, "L2Advertisement", "public")
    chosen = {"key": "oib/pool", "operator": "In", "values": ["edge"]}
    assert spec["nodeSelectors"] == [{"matchExpressions": [chosen]}]
    assert spec["interfaces"] == ["eno1.20"]


def test_routers_are_told_by_bgp():
    made = services(telco(mode=BGP))
    peer = _spec(made, "BGPPeer", "peer-10-20-0-1")
    assert peer == {"myASN": 64512, "peerASN": 64513, "peerAddress": "10.20.0.1"}
    assert made.of_kind("L2Advertisement") == {}
    assert made.values("metallb")["frrk8s"] == {"enabled": True}


def test_a_gateway_is_at_its_address_on_the_nodes_that_announce_it(made):
    kubernetes = _spec(made, "EnvoyProxy", "web")["provider"]["kubernetes"]
    assert kubernetes["envoyService"]["annotations"] == {"metallb.io/loadBalancerIPs": "192.0.2.15"}
    affinity = kubernetes["envoyDeployment"]["pod"]["affinity"]["nodeAffinity"]
    (term,) = affinity["requiredDuringSchedulingIgnoredDuringExecution"]["nodeSelectorTerms"]
    assert term["matchExpressions"][0]["values"] == ["edge"]


def test_a_gateway_with_an_authority_serves_tls_alone(made):
    (listener,) = _spec(made, "Gateway", "web")["listeners"]
    assert (listener["protocol"], listener["port"]) == ("HTTPS", 443)
    assert listener["tls"]["certificateRefs"] == [{"kind": "Secret", "name": "web-tls"}]


def test_its_certificate_is_for_the_stated_names(made):
    spec = _spec(made, "Certificate", "web-tls")
    assert (spec["dnsNames"], spec["issuerRef"]["name"]) == (["web.example.org"], "ca")


def test_the_authority_s_key_comes_by_hand_and_never_in_a_file(made):
    assert _spec(made, "ClusterIssuer", "ca") == {"ca": {"secretName": "ca-ca"}}
    assert any('--key "$CA_KEY"' in command for command in made.commands)
    assert not any("ca_key" in artifact.text for artifact in made.files.values())


def test_the_cluster_reads_its_authority_out_of_vault_where_it_can():
    stated = '  delivery flux { repository = "https://git.example.org/x.git" }'
    text = telco(stated).replace("store vault {", 'store vault { cluster_store = "vault-prod" ', 1)
    found = services(text)
    secret = yaml.safe_load(found.files["cluster_services/authorities.yaml"].text)
    assert judge(secret) == ()
    assert secret["metadata"]["name"] == "ca-ca"
    assert secret["spec"]["target"]["template"]["type"] == "kubernetes.io/tls"
    assert secret["spec"]["dataFrom"][0]["extract"]["key"].endswith("/ca_key")
    assert not [each for each in found.commands if "$CA_KEY" in each]


def test_networks_share_the_functions_of_a_port_without_overlap(made):
    policies = made.of_kind("SriovNetworkNodePolicy")
    names = {name: each["spec"]["nicSelector"]["pfNames"] for name, each in policies.items()}
    assert names == {"n3-upf": ["ens1f0#0-7"], "n6-upf": ["ens1f0#8-63"]}
    assert {each["spec"]["numVfs"] for each in policies.values()} == {64}


def test_a_policy_tells_the_card_by_its_model(made):
    selector = _spec(made, "SriovNetworkNodePolicy", "n3-upf")["nicSelector"]
    assert (selector["vendor"], selector["deviceID"]) == ("8086", "1592")


@pytest.mark.parametrize(
    ("model", "told"), [("8086:1592", ("vfio-pci", None)), ("15b3:101d", ("netdevice", True))]
)
def test_pods_that_poll_get_what_their_card_s_driver_wants(model, told):
    spec = _spec(services(telco().replace("8086:1592", model)), "SriovNetworkNodePolicy", "n6-upf")
    assert (spec["deviceType"], spec.get("isRdma")) == told


def test_a_host_says_how_many_functions_the_operator_makes():
    port = "port nic.fast[0] { physnet = physnet.edge  mtu = 9000"
    text = telco().replace(port, f"{port}  sriov {{ vfs = 32  trusted = true }}")
    made = services(text)
    assert _spec(made, "SriovNetworkNodePolicy", "n6-upf")["numVfs"] == 32
    assert _spec(made, "SriovNetwork", "n6")["trust"] == "on"


def test_whereabouts_leaves_out_what_lies_between_ranges(made):
    ipam = json.loads(_spec(made, "SriovNetwork", "n3")["ipam"])
    assert (ipam["range_start"], ipam["range_end"]) == ("10.50.0.10", "10.50.0.40")
    gaps = [ipaddress.ip_network(each) for each in ipam["exclude"]]
    left = {a for gap in gaps for a in gap}
    assert left == {_ip(f"10.50.0.{last}") for last in range(21, 30)}


def test_a_network_names_the_interface_that_the_hosts_have(made):
    config = json.loads(_spec(made, "NetworkAttachmentDefinition", "lab")["config"])
    assert config == {
        "cniVersion": "1.0.0", "name": "lab", "type": "macvlan", "master": "ens1f1", "mode": "bridge",
        "mtu": 1400, "capabilities": {"ips": True}, "ipam": {"type": "static"},
    }  # fmt: skip


def test_a_namespace_has_its_labels_bounds_and_isolation(made):
    documents = {each["kind"]: each for each in made.documents("namespaces")}
    assert documents["Namespace"]["metadata"]["labels"]["team"] == "core"
    hard = {"pods": "40", "requests.cpu": "30", "requests.memory": "64Gi"}
    assert documents["ResourceQuota"]["spec"]["hard"] == hard
    assert documents["NetworkPolicy"]["spec"]["policyTypes"] == ["Ingress", "Egress"]


def test_volumes_are_made_with_the_key_of_ceph_s_client(made):
    stated = made.of_kind("StorageClass")["fast"]
    assert stated["provisioner"] == made.values("ceph-csi-drivers")["drivers"]["rbd"]["name"]
    assert stated["parameters"]["pool"] == "volumes"
    assert stated["parameters"]["clusterID"] in made.of_kind("ClientProfile")
    taken = [each.what for step in made.deployment.steps for each in step.takes]
    assert ("keyring", "ceph.main", "client.kubernetes") in taken


def test_monitors_are_reached_where_ceph_says(made):
    monitors = _spec(made, "CephConnection", "main")["monitors"]
    assert [each.rpartition(":")[2] for each in monitors] == ["6789"] * 3


def test_what_runs_on_every_node_tolerates_taints(made):
    taint = {"key": "core", "operator": "Exists", "effect": "NoSchedule"}
    assert made.values("metallb")["speaker"]["tolerations"] == [taint]
    assert made.values("node-feature-discovery")["worker"]["tolerations"] == [taint]
    assert taint in made.values("gpu-operator")["daemonsets"]["tolerations"]


def test_graphics_processors_go_to_virtual_machines_where_kata_asks():
    body = "  runtime kata { shim = qemu_nvidia_gpu  pools = pool.edge }"
    sandbox = services(telco(body)).values("gpu-operator")["sandboxWorkloads"]
    assert sandbox == {"enabled": True, "defaultWorkload": "vm-passthrough", "mode": "kata"}


def _installed(made):
    return next(s for s in made.deployment.steps if s.title == "Install what stands on the cluster")


def test_the_gpu_operator_brings_drivers_where_nvidia_has_images_of_them(made):
    assert "driver" not in made.values("gpu-operator")
    assert "nvidia-smi" not in " ".join(_installed(made).needs)


@pytest.mark.parametrize(
    "system", ['os = "debian-12"', 'os "own-9" { like = "rocky-9" }', 'os = "openeuler-24.03"']
)
def test_drivers_that_the_gpu_operator_has_no_image_of_are_asked_for(system):
    text = telco().replace("template hosts machine {", f"template hosts machine {{\n  {system}")
    made = services(text)
    assert made.values("gpu-operator")["driver"] == {"enabled": False}
    assert any("NVIDIA's driver on the nodes of `hosts." in need for need in _installed(made).needs)


def test_where_only_some_systems_have_images_the_operator_brings_those():
    text = telco().replace(
        "hosts edge like hosts.machine {", 'hosts edge like hosts.machine {\n  os = "debian-12"'
    )
    made = services(text)
    assert "driver" not in made.values("gpu-operator")
    (need,) = [each for each in _installed(made).needs if "NVIDIA's driver" in each]
    assert "`hosts.edge` (`debian-12`)" in need
    assert "hosts.worker" not in need


def test_the_order_follows_the_needs(made):
    script = made.files["cluster_services/deploy.sh"].text
    order = [
        "system-namespaces.yaml", "install metallb ", "address-pools.yaml", "install cert-manager ",
        "certificates.yaml",
    ]  # fmt: skip
    places = [script.index(each) for each in order]
    assert places == sorted(places)
    assert script.index("multus.yaml") < script.index("install sriov-network-operator ")
    assert script.index("install sriov-network-operator ") < script.index("sriov/sriov.yaml")


@pytest.mark.parametrize("delivery", ["argocd", "flux"])
def test_a_repository_may_deliver_it(delivery):
    stated = f'  delivery {delivery} {{ repository = "https://git.example.org/x.git" }}'
    assert f"cluster_services/{delivery}/root.yaml" in services(telco(stated)).files


def test_every_value_is_one_that_its_chart_knows_and_reads(made):
    strays = []
    for path in made.files:
        if "/values/" in path:
            release = path.rpartition("/")[2].removesuffix(".yaml")
            strays += chart(CHARTS.get(release, release)).strays(made.values(release))
    assert strays == []


@pytest.mark.parametrize("mode", ["", BGP])
def test_every_custom_resource_is_one_that_its_kind_allows(mode):
    made = services(telco(mode=mode))
    faults, kinds = [], set()
    for path in made.files:
        if "/manifests/" not in path:
            continue
        for document in made.documents(path.split("/")[2]):
            if is_known(document["apiVersion"], document["kind"]):
                kinds.add(document["kind"])
                faults += judge(document)
    assert faults == []
    assert {"IPAddressPool", "Gateway", "SriovNetworkNodePolicy", "ClientProfile"} <= kinds


def test_nothing_stands_on_a_cluster_that_asks_for_nothing():
    assert reported(cluster(), "cluster_services") == []
    with pytest.raises(StopIteration):
        compiled(cluster(), "cluster_services")


@pytest.mark.parametrize(
    ("vfs", "codes"), [("56", []), ("57", ["OIB5817"])], ids=["just fits", "one too many"]
)
def test_shares_of_a_port_up_to_its_functions(vfs, codes):
    body = """
  secondary_network a { cni = sriov  physnet = physnet.edge  vlan = 100  ipam = none  vfs = 8 }
  secondary_network b { cni = sriov  physnet = physnet.edge  vlan = 101  ipam = none  vfs = VFS }
"""
    assert reported(cluster(body.replace("VFS", vfs)), "cluster_services") == codes


def test_names_of_one_kind_differ(made):
    from blueprint.target import Cause
    from targets._kubernetes.resources import Resource

    resources = [
        Resource(d["apiVersion"], d["kind"], d["metadata"]["name"], Cause("x"), d["metadata"].get("namespace"))
        for path in made.files if "/manifests/" in path for d in made.documents(path.split("/")[2])
    ]  # fmt: skip
    assert [reason for _, reason in name_faults(resources)] == []
