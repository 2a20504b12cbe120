"""Ansible reads what is emitted for Kubespray; Kubespray's own checks and templates do, where a checkout is at hand.

Stated facts are written from the blueprint's text, by a person, and looked for where Kubernetes reads them: in the
files that Kubespray's templates make of the inventory.
"""

from __future__ import annotations

import json
import os
import shutil
from functools import partial
from pathlib import Path

import pytest

from blueprint.cli import main
from targets.kubespray.catalog import catalog
from tests.unit.targets.kubespray.made import PLAIN, made
from tests.unit.targets.kubespray.test_variables import NUMA, TUNED

from . import kubespray, openstack_cloud, yaml_lint
from .tools import or_skip

pytestmark = [pytest.mark.oracle, pytest.mark.xdist_group("kubespray")]

FIXTURE = Path(__file__).parent / "fixtures" / "kubespray"
RELEASE = "2.31"
ADMIN, WORKER = "cp-1", "w-1"


def or_skip_checkout() -> None:
    """Kubespray itself is not to be had from a package registry: skip where nobody has brought it."""
    if not os.environ.get(kubespray.CHECKOUT_VARIABLE):
        pytest.skip(f"`{kubespray.CHECKOUT_VARIABLE}` names no repository of Kubespray")


@pytest.fixture(scope="module")
def emitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the layer, with the files that the run-book asks an operator for."""
    output = tmp_path_factory.mktemp("kubespray") / "output"
    assert (
        main(["compile", str(FIXTURE), "--target", "kubespray", "-o", str(output), "--quiet"]) == 0
    )
    folder = output / "kubernetes.base" / "kubespray"
    (folder / "inventory" / "files").mkdir()
    shutil.copyfile(FIXTURE / "audit.yaml", folder / "inventory" / "files" / "audit-policy.yaml")
    return folder


@pytest.fixture(scope="module")
def inventory(emitted: Path) -> dict[str, object]:
    """What Ansible makes of the inventory."""
    or_skip(partial(kubespray.tool, RELEASE))
    path = str(emitted / "inventory" / "hosts.yaml")
    finished = kubespray.run(RELEASE, "ansible-inventory", "-i", path, "--list", folder=emitted)
    assert finished.returncode == 0, finished.stderr
    listed: dict[str, object] = json.loads(finished.stdout)
    return listed


@pytest.fixture(scope="module")
def rendered(emitted: Path, tmp_path_factory: pytest.TempPathFactory) -> kubespray.Rendered:
    """What Kubespray makes of it."""
    or_skip_checkout()
    or_skip(partial(kubespray.tool, RELEASE))
    scratch = tmp_path_factory.mktemp("rendered")
    return kubespray.render(RELEASE, emitted, FIXTURE / "facts.yml", scratch)


@pytest.mark.parametrize(
    ("group", "members"),
    [
        ("kube_control_plane", {"cp-1", "cp-2", "cp-3"}),
        ("etcd", {"cp-1", "cp-2", "cp-3"}),
        ("kube_node", {"w-1", "w-2"}),
        ("k8s_cluster", {"cp-1", "cp-2", "cp-3", "w-1", "w-2"}),
    ],
)
def test_ansible_finds_the_hosts_of_a_group(inventory, group, members):
    def hosts(name: str) -> set[str]:
        entry = inventory.get(name, {})
        return {*entry.get("hosts", ()), *(h for c in entry.get("children", ()) for h in hosts(c))}

    assert hosts(group) == members


def test_ansible_reads_the_variables_with_their_types(inventory):
    worker = inventory["_meta"]["hostvars"][WORKER]
    assert worker["kubelet_max_pods"] == 200
    assert worker["ipv6_stack"] is True
    assert worker["node_labels"]["topology.kubernetes.io/zone"] == "az1"
    assert worker["node_taints"] == ["node-role/dpdk=:NoSchedule"]


def test_every_variable_is_one_that_the_release_reads(inventory):
    known = catalog(RELEASE).variables
    stated = {n for host in inventory["_meta"]["hostvars"].values() for n in host}
    stated = {n for n in stated if not n.startswith(("ansible_", "oib_"))}
    assert stated
    assert {n for n in stated if n not in known or not known[n].is_read} == set()


def test_ansible_takes_the_playbooks(emitted):
    or_skip(partial(kubespray.tool, RELEASE))
    path = str(emitted / "inventory" / "hosts.yaml")
    for name in ("prepare", "etcd-backup"):
        finished = kubespray.run(
            RELEASE, "ansible-playbook", "-i", path, f"playbooks/{name}.yml", "--syntax-check",
            folder=emitted,
        )  # fmt: skip
        assert finished.returncode == 0, finished.stderr


def test_kubesprays_playbook_of_upgrades_takes_the_inventory(emitted):
    or_skip_checkout()
    or_skip(partial(kubespray.tool, RELEASE))
    tree = kubespray.checkout(RELEASE)
    path = str(emitted / "inventory" / "hosts.yaml")
    finished = kubespray.run(
        RELEASE, "ansible-playbook", "-i", path, "upgrade-cluster.yml", "--list-hosts", folder=tree
    )
    assert finished.returncode == 0, finished.stderr
    control = finished.stdout.partition("control plane components first")[2].partition("play #")[0]
    assert {name for name in control.split() if name.startswith(("cp-", "w-"))} == {
        "cp-1",
        "cp-2",
        "cp-3",
    }


def test_ansible_lint_finds_nothing_in_the_playbooks(emitted):
    or_skip(partial(openstack_cloud.tool, "2025.1"))
    arguments = [
        "--offline",
        "--profile",
        "production",
        *(f"playbooks/{n}.yml" for n in ("prepare", "etcd-backup")),
    ]
    finished = openstack_cloud.run("2025.1", "ansible-lint", arguments, emitted)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_the_yaml_means_the_same_to_two_loaders(emitted):
    assert yaml_lint.check(yaml_lint.yaml_files(emitted)) == ()


def test_the_checks_of_kubespray_pass_and_its_templates_render(rendered):
    assert rendered.returncode == 0, rendered.said[-3000:]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("maxPods", 200),
        ("cpuManagerPolicy", "static"),
        ("topologyManagerPolicy", "single-numa-node"),
        ("memoryManagerPolicy", "Static"),
        ("reservedSystemCPUs", "0-1,16-17,32-33,48-49"),
        ("address", "10.64.0.5"),
        ("imageGCHighThresholdPercent", 80),
        ("containerLogMaxSize", "50Mi"),
        ("containerLogMaxFiles", 8),
    ],
)
def test_the_kubelet_of_a_worker_is_told(rendered, key, value):
    (kubelet,) = rendered.documents(WORKER, "kubelet-config.yaml")
    assert kubelet[key] == value


def test_the_memory_that_the_kubelet_keeps_is_the_platforms(rendered):
    """Static needs the shares of NUMA nodes to be all that is kept, with 100 MiB that pods are evicted by."""
    (kubelet,) = rendered.documents(WORKER, "kubelet-config.yaml")
    shares = [share["limits"]["memory"] for share in kubelet["reservedMemory"]]
    kept = [kubelet[name]["memory"] for name in ("kubeReserved", "systemReserved")]
    assert shares == ["8192Mi", "8192Mi"]
    assert sum(int(each.removesuffix("Mi")) for each in kept) + 100 == 2 * 8192


def test_the_kubelet_of_a_worker_has_an_address_of_each_family(rendered):
    assert "--node-ip=10.64.0.5,fd00:64::4" in rendered.text(WORKER, "kubelet.env")


def cluster(rendered: kubespray.Rendered) -> dict[str, object]:
    documents = rendered.documents(ADMIN, "kubeadm-config.yaml")
    return next(d for d in documents if d["kind"] == "ClusterConfiguration")


def arguments(rendered: kubespray.Rendered) -> dict[str, str]:
    return {a["name"]: a["value"] for a in cluster(rendered)["apiServer"]["extraArgs"]}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("oidc-issuer-url", "https://login.example/realms/k8s"),
        ("oidc-groups-claim", "groups"),
        ("audit-log-maxage", "90"),
        ("enable-admission-plugins", "NodeRestriction,AlwaysPullImages,PodSecurity"),
        ("service-cluster-ip-range", "10.204.0.0/16,fd00:204::/112"),
        ("encryption-provider-config", "/etc/kubernetes/ssl/secrets_encryption.yaml"),
    ],
)
def test_the_api_server_is_told(rendered, name, value):
    assert arguments(rendered)[name] == value


def test_the_cluster_is_what_the_blueprint_says(rendered):
    found = cluster(rendered)
    assert found["controlPlaneEndpoint"] == "10.64.3.250:6443"
    assert found["kubernetesVersion"] == "v1.34.7"
    assert found["imageRepository"] == "registry.example/mirror"
    assert found["networking"] == {
        "dnsDomain": "cluster.local",
        "podSubnet": "10.200.0.0/14,fd00:200::/104",
        "serviceSubnet": "10.204.0.0/16,fd00:204::/112",
    }
    assert {"k8s.example", "10.64.3.250"} <= set(found["apiServer"]["certSANs"])
    assert found["etcd"]["external"]["endpoints"][0] == "https://10.64.0.2:2379"


def test_workloads_stay_off_the_control_plane(rendered):
    documents = rendered.documents(ADMIN, "kubeadm-config.yaml")
    start = next(d for d in documents if d["kind"] == "InitConfiguration")
    taint = {"effect": "NoSchedule", "key": "node-role.kubernetes.io/control-plane"}
    assert start["nodeRegistration"]["taints"] == [taint]


def test_kube_proxy_leaves_announced_addresses_to_their_holder(rendered):
    documents = rendered.documents(ADMIN, "kubeadm-config.yaml")
    proxy = next(d for d in documents if d["kind"] == "KubeProxyConfiguration")
    assert (proxy["mode"], proxy["ipvs"]["strictARP"]) == ("ipvs", True)


def test_kube_vip_holds_the_address_on_the_interface_of_its_network(rendered):
    (pod,) = rendered.documents(ADMIN, "kube-vip.yaml")
    told = {each["name"]: each["value"] for each in pod["spec"]["containers"][0]["env"]}
    assert told["address"] == "10.64.3.250"
    assert told["vip_interface"] == "bond0.64"
    assert (told["vip_arp"], told["cp_enable"]) == ("True", "true")


def test_pods_have_what_the_overlay_leaves(rendered):
    (settings,) = rendered.documents(ADMIN, "calico-config.yaml")
    network = json.loads(settings["data"]["cni_network_config"])
    assert network["plugins"][0]["mtu"] == 9000 - 80  # WireGuard between nodes of both families


def test_the_control_plane_lets_itself_be_measured(rendered):
    found = cluster(rendered)
    for part in ("controllerManager", "scheduler"):
        told = {each["name"]: each["value"] for each in found[part]["extraArgs"]}
        assert told["bind-address"] == "::"
    documents = rendered.documents(ADMIN, "kubeadm-config.yaml")
    proxy = next(d for d in documents if d["kind"] == "KubeProxyConfiguration")
    assert proxy["metricsBindAddress"] == "0.0.0.0:10249"
    assert "ETCD_LISTEN_METRICS_URLS=http://" in rendered.text(ADMIN, "etcd.env")


def test_the_registry_is_asked_with_its_authority_and_its_user(rendered):
    said = rendered.text(WORKER, "hosts-registry.example.toml")
    assert 'ca = ["/etc/containerd/certs.d/registry.example/ca.crt"]' in said
    assert 'Authorization = ["Basic cHVsbGVyOm9mIHRoZSByZWdpc3RyeQ=="]' in said  # puller
    assert '[host."https://hub.example"]' in rendered.text(WORKER, "hosts-docker.io.toml")


def test_containers_are_held_to_their_huge_pages(rendered):
    assert "disable_hugetlb_controller = false" in rendered.text(WORKER, "config.toml")
    assert "disable_hugetlb_controller = true" in rendered.text(ADMIN, "config.toml")


def test_the_audit_policy_is_the_operators(rendered):
    (policy,) = rendered.documents(ADMIN, "audit-policy.yaml")
    assert policy["rules"] == [{"level": "Metadata"}]


def test_namespaces_are_held_to_the_standard(rendered):
    (standard,) = rendered.documents(ADMIN, "podsecurity.yaml")
    assert standard["defaults"]["enforce"] == "baseline"


#: Clusters of other releases and other plug-ins: what is asked of them, and the release that deploys them.
OTHERS = {
    "cilium without an overlay": (
        "2.31",
        {
            "body": "  kube_proxy = none\n  registry = registry.repo\n  proxy = proxy.out\n",
            "cni": "cni cilium { encapsulation = none  hubble = true  encryption = wireguard  bandwidth = true }",
        },
    ),
    "tuned, with IP in IP": (
        "2.30",
        {
            "body": '  deployer kubespray { release = "2.30" }\n',
            "cni": "cni calico { encapsulation = ipip }",
            "plain": TUNED,
            "hosts": NUMA,
        },
    ),
    "CRI-O": (
        "2.29",
        {
            "body": "  registry = registry.repo\n  container_engine = cri_o\n",
            "plain": PLAIN.replace("1.34", "1.31"),
        },
    ),
}


@pytest.mark.nightly
@pytest.mark.parametrize("name", OTHERS)
def test_other_clusters_pass_kubesprays_own_checks(name, tmp_path):
    release, asked = OTHERS[name]
    or_skip_checkout()
    or_skip(partial(kubespray.tool, release))
    for artifact in made(**asked).deployment.artifacts:
        path = tmp_path / artifact.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(artifact.text, encoding="utf-8")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    found = kubespray.render(release, tmp_path / "kubespray", FIXTURE / "facts.yml", scratch)
    assert found.returncode == 0, found.said[-3000:]
