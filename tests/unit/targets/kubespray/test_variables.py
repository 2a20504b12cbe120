"""What the blueprint says reaches Kubespray's variables, with the types that its templates need."""

from __future__ import annotations

import pytest

from targets.kubespray.catalog import catalog
from tests.unit.targets.kubespray.made import HOSTS, PLAIN, made


def plain(**changes: str) -> str:
    found = PLAIN
    for old, new in changes.items():
        found = found.replace({"version": '"1.34"', "vip": "10.64.3.250 }"}[old], new)
    return found


@pytest.mark.parametrize(
    ("stated", "full"), [('"1.34"', "1.34.7"), ('"1.34.2"', "1.34.2"), ('"1.31"', "1.31.14")]
)
def test_a_minor_version_is_its_newest_patch(stated, full):
    assert made(plain=plain(version=stated)).variables["kube_version"] == full


@pytest.mark.parametrize(
    ("body", "tag"), [("", "v2.31.0"), ('  deployer kubespray { release = "2.30" }\n', "v2.30.0")]
)
def test_the_newest_release_that_knows_the_version_is_taken_unless_one_is_named(body, tag):
    assert any(f"--branch {tag} " in line for line in made(body).lines)


def test_kube_vip_holds_the_address_unless_it_is_said_otherwise():
    found = made()
    assert found.variables["kube_vip_address"] == "10.64.3.250"
    assert found.variables["loadbalancer_apiserver"] == {"address": "10.64.3.250", "port": 6443}
    assert found.of("oib_control")["kube_vip_interface"] == "bond0.64"
    assert "kube_vip_interface" not in found.of("oib_pool_general")


def test_a_load_balancer_that_stands_is_only_named():
    stated = "10.64.3.250  port = 443  provider = external }"
    found = made(plain=plain(vip=stated)).variables
    assert found["loadbalancer_apiserver"] == {"address": "10.64.3.250", "port": 443}
    assert {"kube_vip_enabled", "kube_apiserver_port"} & set(found) == set()


def test_without_an_address_each_node_has_a_way_of_its_own():
    stated = PLAIN.replace("vip = 10.64.3.250", "provider = haproxy")
    found = made(plain=stated).variables
    assert found["loadbalancer_apiserver_type"] == "haproxy"
    assert "loadbalancer_apiserver" not in found


@pytest.mark.parametrize(
    ("cni", "expected"),
    [
        ("vxlan", ("Always", "Never", "vxlan", 8950)),
        ("vxlan_cross_subnet", ("CrossSubnet", "Never", "vxlan", 8950)),
        ("ipip", ("Never", "Always", "bird", 8980)),
        ("ipip_cross_subnet", ("Never", "CrossSubnet", "bird", 8980)),
        ("none", ("Never", "Never", "bird", 9000)),
    ],
)
def test_calico_is_told_of_its_overlay(cni, expected):
    found = made(cni=f"cni calico {{ encapsulation = {cni} }}").variables
    names = ("calico_vxlan_mode", "calico_ipip_mode", "calico_network_backend", "calico_mtu")
    assert tuple(found[name] for name in names) == expected


@pytest.mark.parametrize(("cni", "payload"), [("vxlan", 8940), ("none", 8940), ("ipip", 8940)])
def test_calico_s_wireguard_takes_more_of_a_frame_than_its_overlays(cni, payload):
    stated = f"cni calico {{ encapsulation = {cni}  encryption = wireguard }}"
    found = made(cni=stated).variables
    assert (found["calico_wireguard_enabled"], found["calico_mtu"]) == (True, payload)


def test_cilium_is_told_of_wireguard_and_of_bounds():
    found = made(cni="cni cilium { encryption = wireguard  bandwidth = true }").variables
    assert (found["cilium_encryption_enabled"], found["cilium_encryption_type"]) == (
        True, "wireguard",
    )  # fmt: skip
    assert found["cilium_enable_bandwidth_manager"] is True


def test_nothing_is_said_of_encryption_where_none_is_asked_for():
    for cni in ("cni = calico", "cni = cilium"):
        assert not any("encrypt" in n or "wireguard" in n for n in made(cni=cni).variables)


def test_kubelets_close_and_keep_files_of_logs_as_stated():
    store = 'store syslog { address = "tls://siem.example.org" }'
    found = made(f"  logging {{ {store}  max_size = 50 MiB  max_files = 8 }}\n").variables
    assert (found["kubelet_logfiles_max_size"], found["kubelet_logfiles_max_nr"]) == ("50Mi", 8)


def test_the_control_plane_is_measured_where_somebody_asks():
    names = (
        "kube_controller_manager_bind_address", "kube_scheduler_bind_address", "etcd_metrics_port",
        "kube_proxy_metrics_bind_address",
    )  # fmt: skip
    found = made("  monitoring {}\n").variables
    assert tuple(found[name] for name in names) == ("::", "::", 2381, "0.0.0.0:10249")
    assert not set(names) & set(made().variables)


def test_a_stated_payload_of_pods_is_taken():
    assert made(cni="cni calico { mtu = 1400 }").variables["calico_mtu"] == 1400


def test_cilium_takes_the_payload_of_nodes_and_leaves_its_headers_out_itself():
    assert made(cni="cni = cilium").variables["cilium_mtu"] == "9000"
    assert made(cni="cni cilium { mtu = 1400 }").variables["cilium_mtu"] == "1450"


def test_cilium_without_an_overlay_routes_from_node_to_node():
    found = made(cni="cni cilium { encapsulation = none }").variables
    assert found["cilium_extra_values"] == {"routingMode": "native"}
    assert found["cilium_auto_direct_node_routes"] is True
    assert found["cilium_native_routing_cidr"] == "10.200.0.0/16"
    assert "cilium_tunnel_mode" not in found


def test_without_kube_proxy_cilium_balances_services():
    found = made("  kube_proxy = none\n", cni="cni = cilium").variables
    assert found["cilium_kube_proxy_replacement"] is True
    assert "kube_proxy_mode" not in found


def test_other_plug_ins_may_attach_pods_where_there_are_secondary_networks():
    second = (
        "  secondary_network data {\n    cni = macvlan  physnet = physnet.sr  vlan = 100\n"
        "    ipam = whereabouts  cidr = 10.99.0.0/24\n  }\n"
    )
    assert made(second, cni="cni = cilium").variables["cilium_cni_exclusive"] is False


def test_what_the_services_of_the_cluster_bring_is_left_to_them():
    body = (
        "  load_balancer metallb { pools = [network.node.pool.lb] }\n"
        "  addons = [cert_manager, metrics_server]\n"
    )
    found = made(body).variables
    assert found["kube_proxy_strict_arp"] is True
    assert not [name for name in found if name.startswith(("metallb", "cert_manager", "metrics"))]


def test_kata_is_never_installed_by_kubespray():
    assert made().variables["kata_containers_enabled"] is False


NUMA = HOSTS.replace(
    '{ count = 2  name = "w-${n}" }',
    '{\n  count = 2  name = "w-${n}"\n  cores { platform = 2 }\n'
    '  memory { platform = 8 GiB  hugepages "1 GiB" { count = 4 } }\n}',
)
TUNED = PLAIN.replace(
    "hosts = hosts.worker }",
    "hosts = hosts.worker  cpu_manager = static  memory_manager = static\n"
    "    topology_manager = best_effort  max_pods = 250\n  }",
)


def test_a_pool_tunes_its_kubelets():
    found = made(plain=TUNED, hosts=NUMA).of("oib_pool_general")
    assert found["kubelet_cpu_manager_policy"] == "static"
    assert found["kubelet_topology_manager_policy"] == "best-effort"
    assert found["kubelet_max_pods"] == 250
    assert found["containerd_disable_hugetlb_controller"] is False


def test_the_system_keeps_the_cores_and_the_memory_of_the_platform():
    found = made(plain=TUNED, hosts=NUMA).of("oib_pool_general")
    extra = found["kubelet_config_extra_args"]
    assert extra["reservedSystemCPUs"] == "0-1,16-17,32-33,48-49"
    assert [each["limits"]["memory"] for each in extra["reservedMemory"]] == ["8192Mi", "8192Mi"]
    assert (found["kube_memory_reserved"], found["system_memory_reserved"]) == ("256Mi", "16028Mi")


def test_a_registry_is_where_all_images_come_from():
    found = made("  registry = registry.repo\n").variables
    repositories = {v for n, v in found.items() if n.endswith("_image_repo")}
    assert repositories == {"registry.example:5000/mirror"}
    own, *public = found["containerd_registries_mirrors"]
    assert own["mirrors"][0]["ca"] == "/etc/containerd/certs.d/registry.example:5000/ca.crt"
    below = "https://registry.example:5000/v2/mirror"
    assert {each["prefix"]: [m["host"] for m in each["mirrors"]] for each in public} == {
        "docker.io": ["https://hub.example", below],
        "ghcr.io": [below],
        "quay.io": [below],
        "registry.k8s.io": [below],
    }
    assert all(each["mirrors"][-1]["override_path"] for each in public)  # else /v2 comes twice


def test_the_registrys_password_is_read_when_it_is_needed():
    found = made("  registry = registry.repo\n")
    (host,) = found.variables["containerd_registries_mirrors"][0]["mirrors"]
    assert "lookup('env', 'OIB_REGISTRY_PASSWORD')" in host["header"]["Authorization"]
    assert found.variables["oib_registry_user"] == "puller"
    assert 'test -n "$OIB_REGISTRY_PASSWORD"' in found.lines


def test_a_registry_without_tls_is_reached_without():
    own, *_ = made("  registry = registry.open\n").variables["containerd_registries_mirrors"]
    assert own["mirrors"][0]["host"] == "http://10.64.0.99:5000"


def test_cri_o_has_words_of_its_own_for_a_registry():
    found = made("  registry = registry.repo\n  container_engine = cri_o\n").variables
    own, hub, *_ = found["crio_registries"]
    assert own == {
        "prefix": "registry.example:5000", "location": "registry.example:5000", "insecure": False,
    }  # fmt: skip
    assert hub["mirrors"] == [
        {"location": "hub.example", "insecure": False},
        {"location": "registry.example:5000/mirror", "insecure": False},
    ]
    assert found["crio_registry_auth"][0]["registry"] == "registry.example:5000"
    assert "containerd_registries_mirrors" not in found


def test_the_proxy_is_for_nodes_and_what_it_is_not_for_is_added_to_kubesprays_list():
    found = made("  proxy = proxy.out\n").variables
    assert found["http_proxy"] == "http://proxy.example:3128"
    assert found["additional_no_proxy"] == ".example,10.0.0.0/8"
    assert {"https_proxy", "no_proxy"} & set(found) == set()


def test_hosts_that_stand_are_given_the_time_of_their_site():
    hosts = HOSTS.replace("hosts worker", "existing hosts worker")
    found = made(hosts=hosts)
    assert found.of("oib_pool_general")["ntp_servers"] == ["10.64.0.123 iburst"]
    assert found.of("oib_control")["ntp_enabled"] is False


def test_names_beyond_the_cluster_are_asked_of_the_site():
    found = made().variables
    assert found["upstream_dns_servers"] == ["10.64.0.53", "10.64.0.54"]
    assert found["resolvconf_mode"] == "none"


def test_naming_a_plug_in_does_not_take_kubeadms_own_away():
    found = made('  security { admission_plugins = ["AlwaysPullImages"] }\n').variables
    named = found["kube_apiserver_enable_admission_plugins"]
    assert named == ["NodeRestriction", "AlwaysPullImages"]


def test_a_system_that_is_like_another_is_let_in():
    hosts = HOSTS.replace(
        "{ count = 2", '{ os "bclinux-22.10" { like = "openeuler-22.03" }  count = 2'
    )
    assert made(hosts=hosts).of("oib_pool_general")["allow_unsupported_distribution_setup"] is True


SECURE = (
    "  security {\n"
    '    admission_plugins = ["NodeRestriction"]  pod_security = restricted\n'
    '    audit { policy = file("audit.yaml")  max_age = 90 days  max_size = 200 MiB  max_backups = 3 }\n'
    "    encryption { provider = aescbc }\n  }\n"
    '  auth oidc { issuer = "https://login.example"  client_id = "k8s"  groups_claim = "groups" }\n'
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("kube_apiserver_enable_admission_plugins", ["NodeRestriction", "PodSecurity"]),
        ("kube_pod_security_default_enforce", "restricted"),
        ("audit_log_maxage", 90),
        ("audit_log_maxsize", 200),
        ("audit_log_maxbackups", 3),
        ("kube_encryption_algorithm", "aescbc"),
        ("kube_oidc_url", "https://login.example"),
        ("kube_oidc_username_claim", "sub"),
    ],
)
def test_the_api_server_is_told_what_it_keeps_and_refuses(name, value):
    assert made(SECURE).variables[name] == value


@pytest.mark.parametrize("release", ["2.29", "2.30", "2.31"])
@pytest.mark.parametrize(
    "cni", ["cni = calico", "cni cilium { hubble = true  encapsulation = none }"]
)
def test_every_variable_is_one_that_the_release_reads(release, cni):
    version = {"2.29": "1.33", "2.30": "1.34", "2.31": "1.35"}[release]
    body = (
        f'  deployer kubespray {{ release = "{release}" }}\n  registry = registry.repo\n'
        f"  proxy = proxy.out\n  etcd {{ disk = disk.etcd }}\n{SECURE}"
    )
    found = made(body, plain=TUNED.replace("1.34", version), hosts=NUMA, cni=cni)
    stated = {*found.variables, *found.of("oib_control"), *found.of("oib_pool_general")}
    columns = {n for g in ("oib_control",) for h in found.groups[g]["hosts"].values() for n in h}
    names = {n for n in stated | columns if not n.startswith(("oib_", "ansible_"))}
    known = catalog(release).variables
    # Since containerd 2.0 nothing reads the older way to say who pulls, and nothing of it is written.
    assert {n for n in names if n not in known or not known[n].is_read} == set()
