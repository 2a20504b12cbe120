"""A cluster of guests: what it says of machines, of the region, and of what stands on it."""

from __future__ import annotations

import base64
import configparser
import subprocess

import pytest
import yaml

from tests.unit.targets.cluster_api.made import codes, made

ARGUMENTS = "kubeletExtraArgs"
CONTROL = "control { count = 3  flavor"
WORKERS = "pool workers {\n    count = 6  min = 3  max = 15  autoscale = true"
API = (
    'api { floating = true  fqdn = "api.tenant.example"  load_balancer octavia { provider = ovn } }'
)
SERVICES = "  load_balancer octavia { provider = ovn }\n  registry"


def _registration(cluster, pool):
    (spec,) = [
        each["spec"]["template"]["spec"]
        for name, each in cluster.of_kind("KubeadmConfigTemplate").items()
        if name.startswith(f"tenant-{pool}-")
    ]
    return spec["joinConfiguration"]["nodeRegistration"]


def _arguments(listed):
    return {each["name"]: each["value"] for each in listed}


def _machine(cluster, part):
    (spec,) = [
        each["spec"]["template"]["spec"]
        for name, each in cluster.of_kind("OpenStackMachineTemplate").items()
        if name.startswith(f"tenant-{part}-")
    ]
    return spec


def _templates(cluster, kind):
    return set(cluster.of_kind(kind))


@pytest.fixture(scope="module")
def guests():
    return made("guests")


def test_workers_of_every_zone_are_a_deployment_of_its_own(guests):
    found = guests.of_kind("MachineDeployment")
    zones = {n: d["spec"]["template"]["spec"].get("failureDomain") for n, d in found.items()}
    assert zones == {
        "tenant-workers-az1": "az1", "tenant-workers-az2": "az2", "tenant-workers-az3": "az3",
        "tenant-batch": None,
    }  # fmt: skip


def test_what_the_autoscaler_counts_says_its_bounds_and_no_number(guests):
    scaled = guests.of_kind("MachineDeployment")["tenant-workers-az1"]
    prefix = "cluster.x-k8s.io/cluster-api-autoscaler-node-group"
    assert scaled["metadata"]["annotations"] == {f"{prefix}-min-size": "1", f"{prefix}-max-size": "5"}  # fmt: skip
    assert "replicas" not in scaled["spec"]
    values = guests.documents("manager/values/cluster-autoscaler.yaml")[0]
    assert values["autoDiscovery"] == {"clusterName": "tenant", "namespace": "tenant"}


def test_what_has_a_number_says_it_and_needs_no_autoscaler():
    without = made("guests", (WORKERS, "pool workers {\n    count = 7"))
    found = without.of_kind("MachineDeployment")
    numbers = {name: each["spec"]["replicas"] for name, each in found.items()}
    assert numbers == {"tenant-workers-az1": 3, "tenant-workers-az2": 2, "tenant-workers-az3": 2, "tenant-batch": 2}  # fmt: skip
    assert not [path for path in without.files if "autoscaler" in path or "manager/deploy" in path]


def test_the_control_plane_is_spread_over_the_zones(guests):
    assert guests.spec("OpenStackCluster")["controlPlaneAvailabilityZones"] == ["az1", "az2", "az3"]
    assert guests.spec("KubeadmControlPlane")["replicas"] == 3


def test_a_volume_is_of_the_only_zone_of_cinder(guests):
    assert _machine(guests, "control-plane")["rootVolume"] == {
        "sizeGiB": 50, "availabilityZone": {"from": "Name", "name": "nova"}
    }  # fmt: skip


def test_a_fraction_of_a_gib_is_rounded_up():
    small = made("guests", ("volume = 50 GiB", "volume = 51201 MiB"))
    assert _machine(small, "control-plane")["rootVolume"]["sizeGiB"] == 51


def test_a_further_interface_stands_behind_the_port_of_the_clusters_own_network(guests):
    first, second = _machine(guests, "workers")["ports"]
    assert "network" not in first
    assert second == {
        "nameSuffix": "fast", "network": {"filter": {"name": "fast"}}, "vnicType": "direct"
    }  # fmt: skip


def test_pods_without_an_overlay_are_allowed_on_the_ports_of_nodes():
    routed = made("guests", ("cni = calico", 'cni calico { encapsulation = "none" }'))
    (first,) = _machine(routed, "batch")["ports"]
    assert first["allowedAddressPairs"] == [{"ipAddress": "10.100.0.0/16"}]


def test_guests_of_a_part_are_kept_apart_by_a_group_that_is_made_before(guests):
    groups = guests.documents("prerequisites_variables.yml")[0]["cluster_server_groups"]
    parts = [_machine(guests, part) for part in ("control-plane", "workers", "batch")]
    assert [part["serverGroup"]["filter"]["name"] for part in parts] == groups


def test_every_flavor_image_and_network_is_looked_for_before(guests):
    variables = guests.documents("prerequisites_variables.yml")[0]
    machines = [d["spec"]["template"]["spec"] for d in guests.of_kind("OpenStackMachineTemplate").values()]  # fmt: skip
    assert {m["flavor"] for m in machines} == set(variables["cluster_flavors"])
    assert {m["image"]["filter"]["name"] for m in machines} == {variables["cluster_image"]}
    ports = {p["network"]["filter"]["name"] for m in machines for p in m.get("ports", ()) if "network" in p}  # fmt: skip
    assert ports | {"floating"} == set(variables["cluster_networks"])


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (('key_pair = "admin"', 'key_pair = "other"'), "OpenStackMachineTemplate"),
        (("max_pods = 60", "max_pods = 61"), "KubeadmConfigTemplate"),
    ],
)  # fmt: skip
def test_another_content_is_another_template(guests, change, kind):
    other = made("guests", change)
    assert _templates(other, kind) != _templates(guests, kind)


def test_the_same_content_is_the_same_template(guests):
    other = made("guests", ("count = 2  flavor", "count = 3  flavor"))
    for kind in ("OpenStackMachineTemplate", "KubeadmConfigTemplate"):
        assert _templates(other, kind) == _templates(guests, kind)


def test_nodes_say_what_they_are(guests):
    workers = _arguments(_registration(guests, "workers")[ARGUMENTS])
    assert workers["node-labels"] == "example.org/tier=web,oib/pool=workers"
    assert workers["cpu-manager-policy"] == "static"
    assert workers["provider-id"] == "openstack:///'{{ instance_id }}'"
    assert _registration(guests, "workers")["taints"] == [{"key": "example.org/web", "effect": "NoSchedule"}]  # fmt: skip
    assert _arguments(_registration(guests, "batch")[ARGUMENTS])["max-pods"] == "60"


def test_a_role_is_given_by_the_manager_because_nodes_may_not_claim_it(guests):
    template = guests.of_kind("MachineDeployment")["tenant-workers-az1"]["spec"]["template"]
    assert template["metadata"]["labels"]["node-role.kubernetes.io/web"] == ""


def test_what_kubeadm_admits_with_stays(guests):
    spec = guests.spec("KubeadmControlPlane")["kubeadmConfigSpec"]
    given = _arguments(spec["clusterConfiguration"]["apiServer"]["extraArgs"])
    assert given["enable-admission-plugins"] == "NodeRestriction,AlwaysPullImages"
    assert given["audit-log-maxage"] == "10"


def test_no_secret_is_in_any_file(guests):
    spec = guests.spec("KubeadmControlPlane")["kubeadmConfigSpec"]
    (encryption,) = [f for f in spec["files"] if f["path"].endswith("encryption.yaml")]
    assert encryption["contentFrom"] == {"secret": {"name": "tenant-encryption", "key": "config"}}
    assert "kind: Secret" not in "".join(each.text for each in guests.files.values())
    assert guests.spec("OpenStackCluster")["identityRef"]["name"] == "tenant-cloud-config"


def test_secrets_that_are_read_are_brought(guests):
    made_of = " ".join(guests.commands)
    for name in ("tenant-cloud-config", "tenant-encryption", "tenant-registry"):
        assert f"create secret generic {name} --namespace tenant" in made_of


def test_a_key_for_encryption_is_made_once(guests):
    (command,) = [each for each in guests.commands if "encryption.sh" in each]
    assert command.startswith("kubectl get secret tenant-encryption --namespace tenant >/dev/null 2>&1 ||")  # fmt: skip


def test_each_configuration_of_encryption_has_a_key_of_its_own(guests):
    script = guests.files["encryption.sh"].text
    made = [
        yaml.safe_load(
            subprocess.run(["sh"], input=script, capture_output=True, text=True, check=True).stdout
        )
        for _ in range(2)
    ]
    keys = [each["resources"][0]["providers"][0]["secretbox"]["keys"][0] for each in made]
    assert [len(base64.b64decode(key["secret"])) for key in keys] == [32, 32]
    assert keys[0] != keys[1]


def test_images_are_fetched_through_the_registry_and_past_the_proxy(guests):
    files = guests.spec("KubeadmControlPlane")["kubeadmConfigSpec"]["files"]
    texts = {each["path"]: each.get("content", "") for each in files}
    hosts = texts["/etc/containerd/certs.d/registry.k8s.io/hosts.toml"]
    assert '[host."https://hub.example"]' in hosts
    assert '[host."https://registry.example:5000/v2/mirror"]' in hosts
    proxy = texts["/etc/systemd/system/containerd.service.d/http-proxy.conf"]
    assert "10.6.0.0/22" in proxy
    assert "direct.example" in proxy


def _cloud(cluster):
    read = configparser.ConfigParser()
    read.read_string(cluster.files["cloud.conf"].text)
    return {name: dict(read[name]) for name in read.sections()}


def test_services_are_balanced_as_is_said(guests):
    assert _cloud(guests)["LoadBalancer"] == {"lb-provider": "ovn", "lb-method": "SOURCE_IP_PORT"}
    without = made("guests", (SERVICES, "  registry"))
    assert _cloud(without)["LoadBalancer"] == {"enabled": "false"}


def test_the_cloud_is_found_by_clouds_yaml(guests):
    cloud = _cloud(guests)
    assert cloud["Global"]["use-clouds"] == "true"
    assert cloud["BlockStorage"]["ignore-volume-az"] == "true"
    assert "ca-file" not in cloud["Global"]


@pytest.mark.parametrize(
    ("version", "found"),
    [
        ("1.29.9", ["OIB6953"]), ("1.30.0", []), ("1.36.9", []), ("1.37.0", ["OIB6953"]),
    ],
)  # fmt: skip
def test_versions_of_clusters(version, found):
    changes = (('version = "1.34"\n  image', f'version = "{version}"\n  image'), ('kubernetes = "1.34.1"', f'kubernetes = "{version}"'))  # fmt: skip
    assert [c for c in codes("guests", *changes) if c.startswith("OIB69")] == found


@pytest.mark.parametrize(
    ("version", "found"),
    [("1.31", ["OIB6954"]), ("1.32", []), ("1.36", []), ("1.37", ["OIB6954"])],
)
def test_versions_of_managers(version, found):
    changes = ('kubernetes manager {\n  version = "1.34"', f'kubernetes manager {{\n  version = "{version}"')  # fmt: skip
    assert [c for c in codes("guests", changes) if c.startswith("OIB69")] == found


@pytest.mark.parametrize(("length", "found"), [(51, []), (52, ["OIB6950"])])
def test_length_of_a_name_of_a_cluster(length, found):
    name = "t" * length
    said = codes("guests", ("kubernetes tenant {", f"kubernetes {name} {{"))
    assert sorted({c for c in said if c.startswith("OIB69")}) == found
