"""Checks of Kubernetes clusters and of what stands on them: just fits, just doesn't.

Longer than most modules: one short boundary pair a check, all on the same few clusters.
"""

from __future__ import annotations

import pytest

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from tests.unit.checks.clusters import (
    ON_HOSTS,
    ON_KUBERNETES,
    ON_OPENSTACK,
    changed,
    faults,
    found,
)


@pytest.mark.parametrize("text", [ON_HOSTS, ON_KUBERNETES, ON_OPENSTACK])
def test_a_sound_blueprint_has_no_faults(text):
    assert faults(text) == []


# ------------------------------------------------------------------------------------------- versions


@pytest.mark.parametrize(
    ("version", "codes"),
    [("1.32", ["OIB5710"]), ("1.33", ["OIB5715"]), ("1.35.7", []), ("1.36", ["OIB5710"])],
)
def test_charts_of_a_release_are_for_some_versions(version, codes):
    assert faults(ON_KUBERNETES, ('version = "1.34"', f'version = "{version}"')) == codes


@pytest.mark.parametrize(
    ("kubelet", "codes"),
    [("1.35", ["OIB5712"]), ("1.34", []), ("1.31", ["OIB5715"]), ("1.30", ["OIB5712"])],
)
def test_kubelets_are_as_new_as_the_api_server_or_three_versions_older(kubelet, codes):
    pool = ("pool workers {", f'pool workers {{ version = "{kubelet}" ')
    assert faults(ON_HOSTS, pool) == codes


def test_a_patch_of_a_kubelet_is_not_newer_than_that_of_the_api_server():
    edits = (
        ('version = "1.34"', 'version = "1.34.2"'),
        ("pool workers {", 'pool workers { version = "1.34.3" '),
    )
    assert faults(ON_HOSTS, *edits) == ["OIB5712"]


@pytest.mark.parametrize(("image", "codes"), [("1.34.1", []), ("1.34.2", ["OIB5711"])])
def test_an_image_carries_the_patch_that_the_cluster_states(image, codes):
    assert faults(ON_OPENSTACK, ('kubernetes = "1.34.1"', f'kubernetes = "{image}"')) == codes


@pytest.mark.parametrize(
    ("size", "codes"),
    [
        ("vcpus = 2  ram = 2 GiB", []),
        ("vcpus = 1  ram = 2 GiB", ["OIB5716"]),
        ("vcpus = 2  ram = 2047 MiB", ["OIB5716"]),
        ("vcpus = 1  ram = 1 GiB", ["OIB5716"]),
    ],
)
def test_kubeadm_starts_a_control_plane_on_two_cpus_and_two_gibibytes(size, codes):
    assert faults(ON_OPENSTACK, ("vcpus = 4  ram = 8 GiB", size)) == codes


def test_workers_are_as_small_as_one_likes():
    small = "flavor m4 { vcpus = 4  ram = 8 GiB  disk = 40 GiB }"
    edits = (
        (small, f"{small}\n  flavor s1 {{ vcpus = 1  ram = 1 GiB  disk = 40 GiB }}"),
        (
            "pool workers { count = 2  flavor = flavor.m4",
            "pool workers { count = 2  flavor = flavor.s1",
        ),
    )
    assert faults(ON_OPENSTACK, *edits) == []


def test_an_image_that_says_nothing_is_no_image_of_nodes():
    assert faults(ON_OPENSTACK, ('  kubernetes = "1.34.1"', "")) == ["OIB5711"]


# ------------------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(("pods", "codes"), [("10.200.0.0/21", []), ("10.200.0.0/22", ["OIB5721"])])
def test_each_node_has_a_share_of_the_pods_addresses(pods, codes):
    assert faults(ON_HOSTS, ("10.200.0.0/16", pods)) == codes


@pytest.mark.parametrize(("most", "codes"), [(5, []), (6, ["OIB5721"])])
def test_scaled_pools_are_counted_at_their_most(most, codes):
    pool = f"pool workers {{ min = 1  max = {most}  autoscale = true"
    edits = ("pool workers { count = 2", pool), ("10.100.0.0/16", "10.100.0.0/21")
    assert faults(ON_OPENSTACK, *edits) == codes


def test_pods_smaller_than_one_share_are_too_few():
    (fault,) = found(ON_HOSTS, ("10.200.0.0/16", "10.200.0.0/25"))
    assert "10.200.0.0/25 is smaller than one share of /24" in fault.message


@pytest.mark.parametrize(
    ("services", "codes"),
    [
        ("172.16.0.0/12", []), ("160.0.0.0/11", ["OIB5723"]),
        ("10.210.0.0/28", []), ("10.210.0.0/29", ["OIB5723"]),
    ],
)  # fmt: skip
def test_services_have_some_addresses_and_not_too_many(services, codes):
    assert faults(ON_HOSTS, ("10.210.0.0/16", services)) == codes


@pytest.mark.parametrize(
    ("pods", "codes"), [("2001:db8::/104", []), ("2001:db8::/103", ["OIB5723"])]
)
def test_kubernetes_keeps_account_of_65536_shares(pods, codes):
    dual = (
        ("10.200.0.0/16", f"[10.200.0.0/16, {pods}]"),
        ("10.210.0.0/16", "[10.210.0.0/16, 2001:db8:1::/112]"),
    )
    assert faults(ON_HOSTS, *dual) == codes


def test_two_subnets_of_one_family_are_refused():
    assert faults(ON_HOSTS, ("10.200.0.0/16", "[10.200.0.0/16, 10.201.0.0/16]")) == ["OIB5722"]


def test_pods_and_services_begin_with_the_same_family():
    edits = (
        ("10.200.0.0/16", "[10.200.0.0/16, 2001:db8::/108]"),
        ("10.210.0.0/16", "[2001:db8:1::/112, 10.210.0.0/16]"),
    )
    assert faults(ON_HOSTS, *edits) == ["OIB5722"]


@pytest.mark.parametrize(("pods", "codes"), [("10.21.0.0/16", []), ("10.20.0.0/16", ["OIB5001"])])
def test_pods_and_networks_of_nodes_are_disjoint(pods, codes):
    assert faults(ON_HOSTS, ("10.200.0.0/16", pods)) == codes


def test_pods_and_services_of_one_cluster_are_disjoint():
    (fault,) = found(ON_HOSTS, ("10.210.0.0/16", "10.200.128.0/17"))
    assert fault.message == (
        "10.200.128.0/17 of `kubernetes.base.services` overlaps 10.200.0.0/16 of `kubernetes.base.pods`"
    )


def test_pods_of_guests_do_not_hide_the_apis_below():
    (fault,) = found(ON_OPENSTACK, ("pods = 10.100.0.0/16", "pods = 10.20.0.0/16"))
    assert fault.rule.code == "OIB5001"
    assert "nodes of `kubernetes.tenant` are routed to `network.api`" in fault.notes[0]


def test_clusters_on_one_region_may_have_the_same_addresses():
    start = ON_OPENSTACK.index("kubernetes tenant {")
    other = ON_OPENSTACK[start:].replace("kubernetes tenant", "kubernetes second")
    assert faults(ON_OPENSTACK + other) == []


def test_a_realm_of_its_own_lets_a_cluster_repeat_addresses():
    other = """
hosts other like hosts.control {}
kubernetes second {
  version = "1.34"
  control { hosts = hosts.other  schedulable = true }
  api { network = network.node  vip = 10.20.0.251 }
  pods = 10.200.0.0/16
  services = 10.210.0.0/16
  cni = calico
}
"""
    assert faults(ON_HOSTS + other) == ["OIB5001", "OIB5001"]
    own = other.replace("cni = calico", 'cni = calico  realm = "second"')
    assert faults(ON_HOSTS + own) == []


@pytest.mark.parametrize(("server", "codes"), [("10.209.255.53", []), ("10.210.0.53", ["OIB5720"])])
def test_services_do_not_cover_servers_outside(server, codes):
    site = ("hardware server", f"site here {{ dns = [{server}] }}\nhardware server")
    assert faults(ON_HOSTS, site) == codes


def test_a_registry_is_a_server_outside_too():
    edits = (
        ("hardware server", 'registry repo { url = "10.200.7.7:5000" }\nhardware server'),
        ("cni calico", "registry = registry.repo\n  cni calico"),
    )
    (fault,) = found(ON_HOSTS, *edits)
    assert (fault.rule.code, fault.span.text) == ("OIB5720", "10.200.0.0/16")


# ---------------------------------------------------------------------------------- virtual addresses


def test_an_address_in_a_pool_of_the_load_balancer_below_is_the_layers_own():
    assert faults(ON_KUBERNETES) == []


def test_an_address_in_a_pool_of_another_is_taken():
    edits = ("load_balancer metallb { pools = network.node.pool.lb }", "load_balancer = metallb")
    (fault,) = found(ON_KUBERNETES, edits)
    assert fault.rule.code == "OIB5011"
    assert "add `network.node.pool.lb` to the `pools` of `kubernetes.base`" in fault.hint


def test_a_missing_load_balancer_is_said_once_and_not_by_its_pools_too():
    edits = ("load_balancer metallb { pools = network.node.pool.lb }", "")
    assert faults(ON_KUBERNETES, edits) == ["OIB5813"]


def test_the_api_servers_address_is_none_of_a_pool():
    assert faults(ON_HOSTS, ("vip = 10.20.0.250", "vip = 10.20.0.210")) == ["OIB5011"]


@pytest.mark.parametrize(("vip", "codes"), [("10.20.0.254", []), ("10.21.0.1", ["OIB5010"])])
def test_the_api_servers_address_is_in_its_network(vip, codes):
    assert faults(ON_HOSTS, ("vip = 10.20.0.250", f"vip = {vip}")) == codes


def test_regions_on_kubernetes_share_no_router_identifier():
    other = ON_KUBERNETES[ON_KUBERNETES.index("openstack core {") :]
    other = other.replace("openstack core", "openstack two").replace("0.201", "0.202")
    other = other.replace("release", 'region = "Two"  release')
    assert faults(ON_KUBERNETES + other) == []


# --------------------------------------------------------------------------------- quorum and placement


@pytest.mark.parametrize(("count", "codes"), [(3, []), (4, ["OIB5201"]), (1, ["OIB5202"])])
def test_guests_of_a_control_plane_are_odd(count, codes):
    assert faults(ON_OPENSTACK, ("control { count = 3", f"control {{ count = {count}")) == codes


@pytest.mark.parametrize(("count", "codes"), [(3, []), (2, ["OIB5201"])])
def test_hosts_of_a_control_plane_are_odd(count, codes):
    assert faults(ON_HOSTS, ("count = 3", f"count = {count}")) == codes


def test_where_etcd_stands_apart_it_decides():
    etcd = ("  cni calico", "  etcd { hosts = hosts.control }\n  cni calico")
    control = (
        "control { hosts = hosts.control  schedulable = true }",
        "control { hosts = hosts.two }",
    )
    hosts = ("hosts worker", "hosts two like hosts.control { count = 2 }\nhosts worker")
    assert faults(ON_HOSTS, etcd, control, hosts) == []


@pytest.mark.parametrize(
    ("count", "zones", "codes"),
    [(3, 3, []), (3, 2, ["OIB5754"]), (5, 3, []), (5, 2, ["OIB5754"])],
)
def test_no_zone_holds_a_majority_of_a_spread_control_plane(count, zones, codes):
    edits = (
        ("rack r[1..3]", f"rack r[1..{zones}]"),
        ("zone az[1..3]", f"zone az[1..{zones}]"),
        ("control { count = 3 ", f"control {{ count = {count}  zones = spread "),
    )
    assert faults(ON_OPENSTACK, *edits) == codes


@pytest.mark.parametrize(("zones", "codes"), [(2, []), (1, ["OIB5754"])])
def test_workers_are_spread_over_two_zones_at_least(zones, codes):
    edits = (
        ("rack r[1..3]", f"rack r[1..{zones}]"),
        ("zone az[1..3]", f"zone az[1..{zones}]"),
        ("pool workers { count = 2 ", "pool workers { count = 2  zones = spread "),
    )
    assert faults(ON_OPENSTACK, *edits) == codes


def test_a_zone_without_computes_is_offered_the_nearest():
    (fault,) = found(ON_OPENSTACK, ("pool workers {", 'pool workers { zones = "as2" '))
    assert (fault.rule.code, fault.hint) == ("OIB5755", "did you mean `az2`?")


# ---------------------------------------------------------------------------------------------- frames


@pytest.mark.parametrize(("mtu", "codes"), [(1392, []), (1393, ["OIB5774"])])
def test_an_overlay_on_an_overlay_takes_from_both(mtu, codes):
    assert (
        faults(ON_OPENSTACK, ("cni = calico\n  api", f"cni calico {{ mtu = {mtu} }}\n  api"))
        == codes
    )


@pytest.mark.parametrize(("mtu", "codes"), [(1442, []), (1443, ["OIB5774"])])
def test_frames_of_guests_fit_the_overlay_of_tenants(mtu, codes):
    guests = ("{ cidr = 10.6.0.0/24 }", f"{{ cidr = 10.6.0.0/24  mtu = {mtu} }}")
    assert faults(ON_OPENSTACK, guests) == codes


@pytest.mark.parametrize(("mtu", "codes"), [(1300, []), (1299, ["OIB5775"])])
def test_pods_are_left_the_frames_of_ipv6(mtu, codes):
    assert faults(ON_HOSTS, ("gateway = 10.20.0.1", f"gateway = 10.20.0.1  mtu = {mtu}")) == codes


# ---------------------------------------------------------------------------------------------- bounds


@pytest.mark.parametrize(("pods", "codes"), [(3, []), (4, ["OIB5751"])])
def test_virtual_machines_of_pods_fit_the_memory_of_their_namespace(pods, codes):
    kata = f"runtime kata {{ shim = qemu }}\n  namespace gov {{ runtime = qemu  quota {{ pods = {pods}  memory = 960 MiB }} }}"
    assert faults(ON_HOSTS, ("cni calico", f"{kata}\n  cni calico")) == codes


@pytest.mark.parametrize(
    ("pool", "codes"),
    [
        ("min = 2  max = 2  autoscale = true", []),
        ("min = 3  max = 2  autoscale = true", ["OIB5705"]),
        ("count = 2  min = 2  max = 5  autoscale = true", []),
        ("count = 1  min = 2  max = 5  autoscale = true", ["OIB5705"]),
        ("count = 6  min = 2  max = 5  autoscale = true", ["OIB5705"]),
        ("min = 1  autoscale = true", ["OIB5705"]),
        ("count = 2  max = 5", ["OIB5705"]),
    ],
)
def test_numbers_of_a_pool_go_together(pool, codes):
    assert faults(ON_OPENSTACK, ("pool workers { count = 2", f"pool workers {{ {pool}")) == codes


@pytest.mark.parametrize(
    ("name", "codes"),
    [("gov", []), ("kubeless", []), ("kube-x", ["OIB5760"]), ("default", ["OIB5760"])],
)
def test_namespaces_of_kubernetes_are_left_alone(name, codes):
    assert faults(ON_HOSTS, ("cni calico", f'namespace "{name}" {{}}\n  cni calico')) == codes


@pytest.mark.parametrize(
    ("label", "codes"),
    [
        (f'"{"a" * 63}" = "x"', []), (f'"{"a" * 64}" = "x"', ["OIB5761"]),
        (f'"a" = "{"x" * 63}"', []), (f'"a" = "{"x" * 64}"', ["OIB5761"]),
        ('"example.com/a" = ""', []), ('"Example.com/a" = ""', ["OIB5761"]),
    ],
)  # fmt: skip
def test_labels_have_the_length_and_the_signs_of_kubernetes(label, codes):
    space = f"namespace gov {{ labels = {{ {label} }} }}\n  cni calico"
    assert faults(ON_HOSTS, ("cni calico", space)) == codes


# ----------------------------------------------------------------------------------------- beside others


@pytest.mark.parametrize(
    ("cni", "overlay", "codes"),
    [
        ("calico { encapsulation = vxlan }", "plugin = ovs  overlay = vxlan", ["OIB5771"]),
        ("calico { encapsulation = vxlan }", "plugin = ovn  overlay = geneve", []),
        ("cilium { encapsulation = vxlan }", "plugin = ovs  overlay = vxlan", []),
        ("cilium { encapsulation = geneve }", "plugin = ovn  overlay = geneve", ["OIB5771"]),
        ("calico { encapsulation = none }", "plugin = ovs  overlay = vxlan", []),
    ],
)
def test_overlays_of_pods_and_of_tenants_have_ports_of_their_own(cni, overlay, codes):
    edits = (
        ("cni calico { encapsulation = ipip }", f"cni {cni}"),
        ('release = "2025.1"', f'release = "2025.1"\n  neutron {{ {overlay} }}'),
    )
    assert faults(ON_KUBERNETES, *edits) == codes


def test_a_port_that_the_blueprint_moves_is_no_conflict():
    edits = (
        (
            "encapsulation = ipip }",
            "encapsulation = vxlan }\n  tool kubespray { calico_vxlan_port = 4790 }",
        ),
        ('release = "2025.1"', 'release = "2025.1"\n  neutron { plugin = ovs  overlay = vxlan }'),
    )
    assert faults(ON_KUBERNETES, *edits) == []


def whole(text: str) -> list[str]:
    """The codes of the errors of a whole run, but for what prepares hosts."""
    options = Options(targets=("kubespray", "openstack_helm", "cluster_api"))
    run = check_blueprint(MemoryLoader({"main.oib": text}), options)
    return [d.rule.code for d in run.diagnostics if d.is_error]


def test_clusters_that_manage_each_other_are_a_loop():
    text = ON_HOSTS.replace("cni calico", "manager = kubernetes.base\n  cni calico")
    assert whole(text) == ["OIB4001"]


LOOP = ("kubernetes base {\n", "kubernetes base {\n  on = openstack.core\n")


def test_a_layer_that_stands_on_itself_through_others_is_one_fault():
    assert whole(changed(ON_KUBERNETES, LOOP)) == ["OIB4001"]


def test_what_is_beside_a_loop_is_checked_all_the_same():
    beside = ("physnet provider", "network beside { cidr = 10.20.0.0/25 }\nphysnet provider")
    assert whole(changed(ON_KUBERNETES, LOOP, beside)) == ["OIB5001", "OIB4001"]


# ------------------------------------------------------------------------------ what others have already


def test_a_name_of_the_api_server_is_nobody_elses():
    edits = (
        ("vip = 10.20.0.250 }", 'vip = 10.20.0.250  fqdn = "one.example" }'),
        ("vip = 10.20.0.201 }", 'vip = 10.20.0.201  fqdn = "ONE.example" }'),
    )
    assert faults(ON_KUBERNETES, *edits) == ["OIB5407"]


@pytest.mark.parametrize(("disk", "codes"), [("disk.store", ["OIB5303"]), ("disk.etcd", [])])
def test_disks_of_etcd_and_of_thin_pools_are_their_own(disk, codes):
    edits = (
        ("  disk system", "  disk etcd { size = 480 GB  media = nvme }\n  disk store { size = 1 TB  media = nvme }\n  disk system"),
        ("control { hosts = hosts.control  schedulable = true }", "control { hosts = hosts.control }\n  etcd { hosts = hosts.worker  disk = disk.etcd }".replace("disk.etcd", disk)),
        ("hosts worker like hosts.control { count = 2 }", "hosts worker like hosts.control { count = 3 }"),
        ("  cni calico", "  runtime kata { shim = fc  snapshotter = devmapper  devmapper_disk = disk.store }\n  cni calico"),
    )  # fmt: skip
    assert faults(ON_HOSTS, *edits) == codes


def test_runtimes_on_the_same_hosts_share_a_thin_pool():
    edits = (
        ("  disk system", "  disk store { size = 1 TB  media = nvme }\n  disk system"),
        ("  cni calico", "".join(
            f"  runtime {name} {{ shim = {shim}  snapshotter = devmapper  devmapper_disk = disk.store }}\n"
            for name, shim in (("a", "fc"), ("b", "clh"))
        ) + "  cni calico"),
    )  # fmt: skip
    assert faults(ON_HOSTS, *edits) == []


def test_the_api_servers_address_moves_within_one_broadcast_domain():
    edits = (
        ("hardware server", "site here { rack r[1..2] {} }\nhardware server"),
        ("  gateway = 10.20.0.1\n", "  gateway = 10.20.0.1\n  segment one { rack = site.here.rack.r[1]  cidr = 10.20.0.0/24 }\n"),
        ("  count = 3\n", "  count = 3\n  rack = site.here.rack.r[1]\n"),
    )  # fmt: skip
    assert faults(ON_HOSTS, *edits) == ["OIB5012"]


def test_addresses_told_to_routers_need_no_broadcast_domain():
    edits = (
        ("hardware server", "site here { rack r[1..2] {} }\nhardware server"),
        ("  gateway = 10.20.0.1\n", "  gateway = 10.20.0.1\n  segment one { rack = site.here.rack.r[1]  cidr = 10.20.0.0/24 }\n"),
        ("  count = 3\n", "  count = 3\n  rack = site.here.rack.r[1]\n"),
        ("  api { network = network.node  vip = 10.20.0.250 }\n", ""),
        ("pools = network.node.pool.lb }", "pools = network.node.pool.lb  mode = bgp  asn = 64512  peer_asn = 64513  peers = [10.20.0.2] }"),
    )  # fmt: skip
    assert faults(ON_KUBERNETES, *edits) == []


# --------------------------------------------------------------------------------------- parts of others


def test_labels_with_keys_are_followed_as_well():
    edits = (
        ("  flavor m4 {", "  flavor m[4..5] {"),
        ("control { count = 3  flavor = flavor.m4 }", "control { count = 3  flavor = flavor.m[4] }"),
        ("pool workers { count = 2  flavor = flavor.m4 }", "pool w[1..2] { count = 2  flavor = flavor.m[4] }"),
        ("cores = 400", "cores = 27"),
    )  # fmt: skip
    assert faults(ON_OPENSTACK, *edits) == ["OIB5809"]


def test_a_flavor_of_another_region_is_refused():
    other = ON_OPENSTACK[ON_OPENSTACK.index("openstack core {") : ON_OPENSTACK.index("existing")]
    other = other.replace("openstack core", "existing openstack other").replace("0.250", "0.251")
    edit = (
        "control { count = 3  flavor = flavor.m4 }",
        "control { count = 3  flavor = openstack.other.flavor.m4 }",
    )
    found_ = [each for each in found(ON_OPENSTACK + other, edit) if each.rule.code == "OIB5709"]
    assert [each.message for each in found_] == [
        "`flavor.m4` is of `openstack.other`, and one of `openstack.core` is meant"
    ]


def test_a_runtime_is_on_pools_of_its_own_cluster():
    edit = (
        "  cni calico",
        "  runtime kata { shim = qemu  pools = network.node.pool.lb }\n  cni calico",
    )
    assert faults(ON_HOSTS, edit) == ["OIB5709"]


# --------------------------------------------------------------------------------- storage on Kubernetes

ROOK = """
ceph rook {
  on = kubernetes.base
  host_network = true
  monitors = hosts.control
  osds = hosts.control
  devices = disk.osd
  public_network = network.node
  pool kube { use = kubernetes  size = 3 }
}
"""
OSD = ("  disk system", "  disk osd { count = 2  size = 4 TB  media = nvme }\n  disk system")


@pytest.mark.parametrize(
    ("edit", "codes"),
    [
        (("size = 3", "size = 3"), []),
        (("size = 3", "size = 4"), ["OIB5301"]),
        (
            ("monitors = hosts.control", "monitors = [hosts.control[1], hosts.control[2]]"),
            ["OIB5201"],
        ),
        (("osds = hosts.control", "osds = [hosts.control, hosts.apart]"), ["OIB5815"]),
        (("disk.osd", "disk.osd[2]"), ["OIB5805"]),
    ],
)
def test_ceph_on_kubernetes_is_held_to_what_ceph_is_held_to(edit, codes):
    apart = "hosts apart like hosts.worker {}\n"
    assert faults(ON_HOSTS + apart + changed(ROOK, edit), OSD) == codes


def test_pods_of_ceph_are_on_no_network_of_hosts():
    """Without the nodes' own network, daemons need no interface on the one that is stated."""
    other = "network other { cidr = 10.77.0.0/24 }\n"
    edit = ("public_network = network.node", "public_network = network.other")
    assert faults(ON_HOSTS + other + changed(ROOK, edit), OSD) == ["OIB5802"]
    inside = changed(ROOK, edit, ("  host_network = true\n", ""))
    assert faults(ON_HOSTS + other + inside, OSD) == []


# --------------------------------------------------------------------------------------- networks of pods

FURTHER = """  secondary_network n3 {
    cni = macvlan  physnet = physnet.provider  vlan = 110  ipam = whereabouts  cidr = 10.50.0.0/24
    ranges = 10.50.0.10..10.50.0.20
  }
  storage_class general"""
WITH_FURTHER = ("  storage_class general", FURTHER)


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ("10.50.0.10..10.50.0.20", "10.50.0.0..10.50.0.255", []),
        ("10.50.0.10..10.50.0.20", "10.50.0.10..10.50.1.0", ["OIB5766"]),
        ("10.50.0.10..10.50.0.20", "10.49.255.255..10.50.0.20", ["OIB5766"]),
        ("ranges = 10.50", "gateway = 10.50.0.254  ranges = 10.50", []),
        ("ranges = 10.50", "gateway = 10.50.1.0  ranges = 10.50", ["OIB5766"]),
        ("vlan = 110", "vlan = 199", []),
        ("vlan = 110", "vlan = 200", ["OIB5408"]),
        ("vlan = 110", "vlan = 110  mtu = 1500", []),
        ("vlan = 110", "vlan = 110  mtu = 1501", ["OIB5107"]),
    ],
)
def test_a_network_of_pods_fits_its_subnet_and_what_carries_it(old, new, codes):
    assert faults(ON_HOSTS, WITH_FURTHER, (old, new)) == codes


@pytest.mark.parametrize(
    ("version", "codes"),
    [("1.33.9", []), ("1.32.9", ["OIB5714"]), ("1.36.1", []), ("1.37.1", ["OIB5714"])],
)
def test_magnums_driver_is_tested_with_some_versions(version, codes):
    edits = (
        ("1.34.1", version),
        ("octavia]", "octavia, barbican, magnum]"),
        ("guest_network {", "deployer magnum { driver = cluster_api }\n  guest_network {"),
        ("  project caas", '  magnum { kubeconfig = secrets.kv["m"] }\n  project caas'),
        (
            "site here",
            'secrets kv { store vault { address = "https://v.example:8200"  path = "m" } }\nsite here',
        ),
    )
    found = [code for code in faults(ON_OPENSTACK, *edits) if code != "OIB5715"]
    assert found == codes
