"""What Kubespray can't do is said; numbers are held to the last that fits."""

from __future__ import annotations

import pytest

from tests.unit.targets.kubespray.made import HOSTS, PLAIN, codes


def test_a_plain_cluster_is_deployed_as_it_is():
    assert codes() == []


@pytest.mark.parametrize(
    ("version", "release", "expected"),
    [
        ("1.30", None, ["OIB6801"]),
        ("1.31.14", None, []),
        ("1.31.15", None, ["OIB6801"]),
        ("1.35.4", None, []),
        ("1.35.5", None, ["OIB6801"]),
        ("1.36", None, ["OIB6801"]),
        ("1.33", "2.29", []),
        ("1.34", "2.29", ["OIB6801"]),
        ("1.32", "2.31", ["OIB6801"]),
        ("1.33", "v2.31", []),
    ],
)
def test_a_version_is_one_that_the_release_installs(version, release, expected):
    body = "" if release is None else f'  deployer kubespray {{ release = "{release}" }}\n'
    assert codes(body, plain=PLAIN.replace('"1.34"', f'"{version}"')) == expected


@pytest.mark.parametrize(
    ("version", "expected"), [("1.34", []), ("1.34.7", []), ("1.33", ["OIB6802"])]
)
def test_a_pool_has_the_version_of_the_cluster(version, expected):
    stated = PLAIN.replace("hosts.worker }", f'hosts.worker  version = "{version}" }}')
    assert codes(plain=stated) == expected


@pytest.mark.parametrize(
    ("system", "expected"),
    [
        ('os = "ubuntu-22.04"', []),
        ('os = "ubuntu-20.04"', ["OIB6803"]),
        ('os = "rocky-10"', []),
        ('os = "rocky-8"', ["OIB6803"]),
        ('os = "openeuler-24.03"', []),
        ('os "bclinux-22.10" { like = "openeuler-22.03" }', []),
        ('os "bclinux-22.10" { like = "centos-7" }', ["OIB6803"]),
    ],
)
def test_a_host_system_is_one_that_the_release_is_made_for(system, expected):
    assert codes(hosts=HOSTS.replace("{ count = 2", f"{{ {system}  count = 2")) == expected


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        ('containerd { version = "2.2.3" }', []),
        ('containerd { version = "2.2.4" }', ["OIB6804"]),
        ('cri_o { version = "1.34.5" }', []),
        ('cri_o { version = "1.33.9" }', ["OIB6804"]),
    ],
)
def test_an_engine_has_a_version_that_goes_with_kubernetes(engine, expected):
    assert codes(f"  container_engine {engine}\n") == expected


@pytest.mark.parametrize(("pods", "expected"), [(254, []), (255, ["OIB6816"])])
def test_pods_of_a_node_have_addresses_with_cilium(pods, expected):
    stated = PLAIN.replace("hosts.worker }", f"hosts.worker  max_pods = {pods} }}")
    assert codes(plain=stated, cni="cni = cilium") == expected


@pytest.mark.parametrize(("prefix", "expected"), [(25, []), (26, ["OIB6816"])])
def test_the_kubelets_own_bound_holds_where_none_is_stated(prefix, expected):
    assert codes(f"  node_prefix = {prefix}\n", cni="cni = cilium") == expected


def test_calico_is_not_held_to_a_nodes_share():
    assert codes("  node_prefix = 26\n") == []


@pytest.mark.parametrize(("size", "expected"), [("179 MiB", []), ("178 MiB", ["OIB6817"])])
def test_the_platform_keeps_at_least_what_the_kubelet_does(size, expected):
    """Two NUMA nodes keep twice as much: 358 MiB hold 256 for the kubelet, 100 to evict by, and 1 at least."""
    hosts = HOSTS.replace("{ count = 2", f"{{ memory {{ platform = {size} }}  count = 2")
    assert codes(hosts=hosts) == expected


@pytest.mark.parametrize(
    ("audit", "expected"),
    [
        ("max_age = 24 h", []),
        ("max_age = 25 h", ["OIB6815"]),
        ("max_size = 1 MiB", []),
        ("max_size = 1 MB", ["OIB6815"]),
    ],
)
def test_the_audit_log_is_bounded_in_whole_units(audit, expected):
    assert codes(f"  security {{ audit {{ {audit} }} }}\n") == expected


@pytest.mark.parametrize(
    ("disk", "expected"),
    [("disk.etcd[1]", []), ("disk.etcd", []), ("disk.system", ["OIB6818"])],
)
def test_a_disk_of_etcd_has_a_path(disk, expected):
    assert codes(f"  etcd {{ disk = {disk} }}\n") == expected


def test_a_host_that_a_pool_names_alone_is_not_in_another():
    stated = PLAIN.replace(
        "pool general { hosts = hosts.worker }",
        "pool general { hosts = hosts.worker }\n  pool odd { hosts = hosts.worker[2] }",
    )
    assert codes(plain=stated) == ["OIB6819"]


def test_a_routed_network_has_no_direct_routes():
    hosts = HOSTS + (
        "network fabric {\n  site = site.here  vlan = 70  cidr = 10.70.0.0/16\n"
        "  segment r[1..3] { rack = rack.r[key]  cidr = subnet(10.70.0.0/16, 24, n)\n"
        "    gateway = address(subnet(10.70.0.0/16, 24, n), 1) }\n}\n"
    )
    hosts = hosts.replace(
        'name = "cp-${n}" }', 'name = "cp-${n}"  bond bond0 { networks += [network.fabric] } }'
    )
    hosts = hosts.replace(
        'name = "w-${n}" }', 'name = "w-${n}"  bond bond0 { networks += [network.fabric] } }'
    )
    body = "  node_network = network.fabric\n"
    assert codes(body, hosts=hosts, cni="cni cilium { encapsulation = none }") == ["OIB6809"]
    assert codes(body, hosts=hosts, cni="cni cilium { encapsulation = geneve }") == []


@pytest.mark.parametrize(
    ("api", "expected"),
    [
        ("network = network.node  provider = kube_vip", ["OIB6811"]),
        ("network = network.node  provider = external", ["OIB6811"]),
        ("network = network.node  provider = haproxy", []),
        ("network = network.node  vip = 10.64.3.250  provider = external", []),
    ],
)
def test_an_address_is_there_for_those_who_hold_one(api, expected):
    stated = PLAIN.replace("network = network.node  vip = 10.64.3.250", api)
    assert codes(plain=stated) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("helm_enabled = true", []),
        ('kube_major_version = "1.34"', ["OIB6836"]),
        ("eviction_hard_control_plane = { }", ["OIB6836"]),
        ("helm_enabled = 1", ["OIB6831"]),
        ('dns_mode = "bind"', ["OIB6831"]),
        ('dns_mode = "coredns_dual"', []),
        ("etcd_quota_backend_bytes = 8589934592", []),
        ('some_password = "x"', ["OIB6833"]),
        ("kubelet_rotate_certificates = false", []),
        ('kube_oidc_url = "https://x.example"', ["OIB6832"]),
        ("nothing_like_it = 1", ["OIB6830"]),
    ],
)
def test_a_variable_passes_where_the_release_knows_it(given, expected):
    assert codes(f"  tool kubespray {{ {given} }}\n") == expected


def test_a_derived_name_that_is_misspelt_is_led_to_its_attribute():
    from blueprint.driver import check_blueprint
    from blueprint.loader import MemoryLoader
    from blueprint.resolve.world import Options
    from tests.unit.targets.kubespray.made import text

    body = '  tool kubespray { kube_pod_subnet = "10.0.0.0/8" }\n'
    options = Options(targets=("kubespray",))
    (found,) = check_blueprint(
        MemoryLoader({"main.oib": text(body), "ca.pem": "x"}), options
    ).diagnostics
    assert found.hint == (
        "did you mean `kube_pods_subnet`? it follows from the blueprint: set `pods`"
    )
