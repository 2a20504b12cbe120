"""The contract of layers on platforms: quotas, room on computes, virtual functions, Kata's KVM down the whole chain."""

from __future__ import annotations

import pytest

from blueprint.capabilities import Capability, requirements, unmet
from tests.unit.checks.clusters import (
    ON_HOSTS,
    ON_KUBERNETES,
    ON_OPENSTACK,
    changed,
    faults,
    found,
    model_of,
)

KATA = ("  cni = calico\n  api", "  cni = calico\n  runtime kata { shim = qemu }\n  api")


def lacks(text, *edits):
    model, _ = model_of(changed(text, *edits))
    return list(unmet(model))


@pytest.mark.parametrize("text", [ON_HOSTS, ON_KUBERNETES, ON_OPENSTACK])
def test_sound_layers_lack_nothing(text):
    assert lacks(text) == []


# ---------------------------------------------------------------------------------------------- quotas


@pytest.mark.parametrize(
    ("quota", "codes"),
    [
        ("cores = 20  ram = 40 GiB  instances = 5", []),
        ("cores = 19  ram = 40 GiB  instances = 5", ["OIB5809"]),
        ("cores = 20  ram = 39 GiB  instances = 5", ["OIB5809"]),
        ("cores = 20  ram = 40 GiB  instances = 4", ["OIB5809"]),
        ("cores = -1  ram = 40 GiB  instances = -1", []),
    ],
)
def test_guests_of_a_cluster_fit_the_quota(quota, codes):
    edit = ("cores = 400  ram = 1000 GiB  instances = 100", quota)
    assert faults(ON_OPENSTACK, edit) == codes


def test_what_a_quota_leaves_out_is_the_services_default():
    edit = ("cores = 400  ram = 1000 GiB  instances = 100", "cores = 400  ram = 1000 GiB")
    assert (
        faults(ON_OPENSTACK, edit, ("pool workers { count = 2", "pool workers { count = 7")) == []
    )
    (fault,) = found(ON_OPENSTACK, edit, ("pool workers { count = 2", "pool workers { count = 8"))
    assert "needs 11 instances, and the quota of `project.caas` is 10" in fault.message


def test_a_default_that_the_region_changes_holds():
    edits = (
        ("cores = 400  ram = 1000 GiB  instances = 100", "cores = 400  ram = 1000 GiB"),
        ("pool workers { count = 2", "pool workers { count = 8"),
        (
            "host_passthrough }",
            'host_passthrough  config "nova.conf" { quota { instances = 11 } } }',
        ),
    )
    assert faults(ON_OPENSTACK, *edits) == []


def test_one_cluster_over_several_limits_is_one_fault():
    edit = (
        "cores = 400  ram = 1000 GiB  instances = 100",
        "cores = 8  ram = 16 GiB  instances = 2",
    )
    (fault,) = found(ON_OPENSTACK, edit)
    assert {note.partition(" ")[0] for note in fault.notes[1:]} == {"cores", "ram"}


def test_clusters_of_one_project_are_added_before_they_are_held_against_its_quota():
    start = ON_OPENSTACK.index("kubernetes tenant {")
    other = ON_OPENSTACK[start:].replace("kubernetes tenant", "kubernetes second")
    edit = (
        "cores = 400  ram = 1000 GiB  instances = 100",
        "cores = 400  ram = 1000 GiB  instances = 9",
    )
    assert faults(ON_OPENSTACK, edit) == []
    (fault,) = found(ON_OPENSTACK + other, edit)
    assert "`kubernetes.tenant` and `kubernetes.second` need 10 instances" in fault.message


@pytest.mark.parametrize(("size", "codes"), [("200 GiB", []), ("201 GiB", ["OIB5809"])])
def test_root_disks_as_volumes_count_as_volumes(size, codes):
    edits = (
        ("octavia]", "octavia, cinder]"),
        ("  octavia { providers", '  cinder { nfs { shares = "nas:/v" } }\n  octavia { providers'),
        ("pool workers { count = 2", f"pool workers {{ volume = {size}  count = 5"),
    )
    assert faults(ON_OPENSTACK, *edits) == codes


# ---------------------------------------------------------------------------------------------- computes

BOUNDLESS = (
    "cores = 400  ram = 1000 GiB  instances = 100",
    "cores = -1  ram = 9 TiB  instances = -1",
)


@pytest.mark.parametrize(("count", "codes"), [(69, []), (70, ["OIB5810"])])
def test_guests_fit_the_memory_of_all_computes(count, codes):
    """Three hosts of 256 GiB, 64 of them kept: 576 GiB, or 72 guests of 8 GiB."""
    assert (
        faults(
            ON_OPENSTACK,
            BOUNDLESS,
            ("pool workers { count = 2", f"pool workers {{ count = {count}"),
        )
        == codes
    )


@pytest.mark.parametrize(("count", "codes"), [(93, []), (94, ["OIB5810"])])
def test_guests_fit_the_processors_of_all_computes_at_their_ratio(count, codes):
    """Three hosts of 64 threads, twice each: 384, or 96 guests of 4."""
    edits = (
        BOUNDLESS, ("flavor m4 { vcpus = 4  ram = 8 GiB", "flavor m4 { vcpus = 4  ram = 2 GiB"),
        ("aggregate general { hosts = hosts.node }", "aggregate general { hosts = hosts.node  cpu_ratio = 2.0 }"),
        ("pool workers { count = 2", f"pool workers {{ count = {count}"),
    )  # fmt: skip
    assert faults(ON_OPENSTACK, *edits) == codes


@pytest.mark.parametrize(("count", "codes"), [(3, []), (4, ["OIB5810"])])
def test_pinned_guests_fit_the_cores_kept_for_them(count, codes):
    """Three hosts of two nodes with 2 cores each, two threads a core: 24 pinned CPUs."""
    edits = (
        ("nested_virtualization = true", "nested_virtualization = true\n  cores { platform = 2  isolated = 2  shared = rest }"),
        ("  flavor m4", "  flavor p8 { vcpus = 8  ram = 8 GiB  cpu_policy = dedicated  numa_nodes = 2 }\n  flavor m4"),
        ("pool workers { count = 2  flavor = flavor.m4", f"pool workers {{ count = {count}  flavor = flavor.p8"),
    )  # fmt: skip
    assert faults(ON_OPENSTACK, *edits) == codes


@pytest.mark.parametrize(("count", "codes"), [(12, []), (13, ["OIB5810"])])
def test_guests_in_huge_pages_fit_those_that_are_kept(count, codes):
    """Three hosts of two nodes with 16 pages of 1 GiB: 96, or twelve guests of 8."""
    edits = (
        ("memory { platform = 32 GiB }", 'memory { platform = 32 GiB  hugepages "1 GiB" { count = 16 } }'),
        ("features = [vmx]", "features = [vmx, pdpe1gb]"),
        ("  flavor m4", "  flavor h8 { vcpus = 2  ram = 8 GiB  hugepages = 1 GiB }\n  flavor m4"),
        ("pool workers { count = 2  flavor = flavor.m4", f"pool workers {{ count = {count}  flavor = flavor.h8"),
    )  # fmt: skip
    assert faults(ON_OPENSTACK, *edits) == codes


@pytest.mark.parametrize(("ram", "code"), [("1000 GiB", "OIB5809"), ("9 TiB", "OIB5810")])
def test_of_a_family_over_what_there_is_the_first_members_are_named(ram, code):
    edits = (
        ("cores = 400  ram = 1000 GiB  instances = 100", f"cores = -1  ram = {ram}  instances = -1  routers = -1"),
        ("kubernetes tenant {", 'for each in 1..40 {\nkubernetes tenant["${each}"] {'),
        ("  guest_network { cidr = 10.6.0.0/24 }", "  guest_network { cidr = subnet(10.6.0.0/16, 24, each) }"),
        ("load_balancer octavia { provider = ovn } }\n}", "load_balancer octavia { provider = ovn } }\n}\n}"),
    )  # fmt: skip
    (fault,) = [each for each in found(ON_OPENSTACK, *edits) if each.rule.code == code]
    assert "and 37 more need " in fault.message
    assert len(fault.notes) <= 6


def test_a_cluster_over_its_quota_is_not_told_of_the_computes_too():
    edits = ("pool workers { count = 2", "pool workers { count = 200")
    assert faults(ON_OPENSTACK, edits) == ["OIB5809"]


@pytest.mark.parametrize(
    ("flavor", "codes"),
    [
        ("vcpus = 400  ram = 8 GiB", ["OIB5523"]),
        ("vcpus = 4  ram = 1100 GiB", ["OIB5523"]),
        ("vcpus = 4  ram = 8 GiB  hugepages = 2 MiB", ["OIB5522"]),
        ("vcpus = 4  ram = 8 GiB  cpu_policy = dedicated", ["OIB5523"]),
    ],
)
def test_clusters_of_a_flavor_that_fits_nowhere_are_no_fault_of_their_own(flavor, codes):
    assert faults(ON_OPENSTACK, ("vcpus = 4  ram = 8 GiB", flavor)) == codes


def test_clusters_of_a_flavor_over_the_quota_are_no_fault_of_their_own():
    edits = ("cores = 400  ram = 1000 GiB", "cores = 3  ram = 1000 GiB")
    assert faults(ON_OPENSTACK, edits) == ["OIB5520"]


# ------------------------------------------------------------------------------------------------- Kata


@pytest.mark.parametrize(
    ("edits", "codes"),
    [
        ([], ["OIB5133"]),
        ([("  nested_virtualization = true\n", "")], ["OIB5801"]),
        ([("cpu_mode = host_passthrough", "cpu_mode = host_model")], ["OIB5133", "OIB5808"]),
    ],
)
def test_processors_that_do_not_virtualise_are_told_of_once(edits, codes):
    found = faults(ON_OPENSTACK, KATA, ("features = [vmx]", "features = [aes]"), *edits)
    assert sorted(found) == codes


def test_nested_virtual_machines_pass_where_each_link_is_there():
    assert faults(ON_OPENSTACK, KATA) == []


@pytest.mark.parametrize(
    ("edit", "links"),
    [
        (("  nested_virtualization = true\n", ""), [("hosts.node", "not_nested")]),
        (("features = [vmx]", "features = [aes]"), [("hardware.server", "no_virtualisation")]),
        (("cpu_mode = host_passthrough", "cpu_mode = host_model"), [("openstack.core", "processor_hidden")]),
        (("cpu_mode = host_passthrough", "virt = qemu"), [("openstack.core", "emulated")]),
        (("  nova { cpu_mode = host_passthrough }\n", ""), [("openstack.core", "processor_hidden")]),
    ],
)  # fmt: skip
def test_each_broken_link_is_named(edit, links):
    missing = [
        (link.owner, link.fault)
        for lack in lacks(ON_OPENSTACK, KATA, edit)
        if lack.requirement.capability.sort == "guest_kvm"
        for link in lack.missing
    ]
    assert missing == links


def test_all_broken_links_are_one_fault():
    edits = (
        KATA,
        ("  nested_virtualization = true\n", ""),
        ("  nova { cpu_mode = host_passthrough }\n", ""),
    )
    (fault,) = found(ON_OPENSTACK, *edits)
    assert fault.rule.code == "OIB5808"
    assert len(fault.notes) == 2
    assert "add `nested_virtualization = true` to `hosts.node`" in fault.hint


def test_a_flag_asked_for_by_name_is_shown_to_guests():
    flags = (
        'cpu_mode = host_model  config "nova.conf" { libvirt { cpu_model_extra_flags = "vmx" } }'
    )
    assert faults(ON_OPENSTACK, KATA, ("cpu_mode = host_passthrough", flags)) == []


def test_computes_of_other_aggregates_need_not_nest():
    edits = (
        KATA,
        (
            "hosts node {",
            "hosts plain like hosts.node { nested_virtualization = false }\nhosts node {",
        ),
        ("compute = hosts.node", "compute = [hosts.node, hosts.plain]"),
    )
    assert "OIB5808" in faults(ON_OPENSTACK, *edits)
    mine = ("flavor m4 {", "flavor m4 { aggregate = aggregate.general ")
    assert "OIB5808" not in faults(ON_OPENSTACK, *edits, mine)


def test_hosts_that_are_nodes_need_kvm_themselves():
    edits = (
        ("cni calico", "runtime kata { shim = qemu }\n  cni calico"),
        ("features = [vmx]", "features = [aes]"),
    )
    assert faults(ON_HOSTS, *edits) == ["OIB5808"]


@pytest.mark.parametrize(("pods", "codes"), [(614, []), (615, ["OIB5820"])])
def test_virtual_machines_of_pods_fit_the_nodes_of_their_runtime(pods, codes):
    """Two hosts of 128 GiB, 32 of them kept: 192 GiB, or 614 times 320 MiB."""
    kata = f"runtime kata {{ shim = qemu }}\n  namespace gov {{ runtime = qemu  quota {{ pods = {pods} }} }}"
    assert faults(ON_HOSTS, ("cni calico", f"{kata}\n  cni calico")) == codes


def test_namespaces_on_the_same_nodes_are_added_first():
    kata = "runtime kata { shim = qemu }\n"
    kata += "".join(
        f"  namespace n{n} {{ runtime = qemu  quota {{ pods = 308 }} }}\n" for n in (1, 2)
    )
    assert faults(ON_HOSTS, ("cni calico", f"{kata}  cni calico")) == ["OIB5820"]


# ---------------------------------------------------------------------------------------- other capabilities


@pytest.mark.parametrize(("amounts", "codes"), [((8, 8), []), ((8, 9), ["OIB5817"])])
def test_networks_of_pods_share_the_virtual_functions_of_a_port(amounts, codes):
    networks = "".join(
        f"  secondary_network f{n} {{ cni = sriov  physnet = physnet.provider  vfs = {n_vfs}  ipam = none }}\n"
        for n, n_vfs in enumerate(amounts)
    )
    assert faults(ON_HOSTS, ("  cni calico", f"{networks}  cni calico")) == codes


def test_a_layer_on_kubernetes_asks_for_nodes_addresses_and_storage():
    model, _ = model_of(ON_KUBERNETES)
    wanted = {r.capability for r in requirements(model) if r.provider == "kubernetes.base"}
    assert wanted == {
        Capability("node", "hosts.control"), Capability("node", "hosts.worker"),
        Capability("announcer", "network.node"), Capability("load_balancer"),
        Capability("storage_class", "general"),
    }  # fmt: skip


def test_some_hosts_of_a_role_in_a_pool_are_not_enough():
    (fault,) = found(
        ON_KUBERNETES,
        ("pool workers { hosts = hosts.worker }", "pool workers { hosts = hosts.worker[1] }"),
    )
    assert fault.rule.code == "OIB5815"
    assert "only 1 of them are" in fault.message


def test_what_stands_already_is_asked_for_nothing():
    assert (
        lacks(
            ON_KUBERNETES,
            ("openstack core", "existing openstack core"),
            ("storage_class general { ceph = ceph.store }", ""),
        )
        == []
    )


@pytest.mark.parametrize(("vfs", "codes"), [(2, []), (1, ["OIB5810"])])
def test_interfaces_of_guests_are_virtual_functions_of_the_computes(vfs, codes):
    """Three computes, five workers with one function each."""
    edits = (
        ('names = ["eno1", "eno2"] }', 'names = ["eno1", "eno2"]  sriov_vfs = 8 }'),
        ("nested_virtualization = true", "nested_virtualization = true\n  iommu = true"),
        (
            "port nic.onboard[1] { physnet = physnet.provider }",
            f"port nic.onboard[1] {{ physnet = physnet.provider  sriov {{ vfs = {vfs} }} }}",
        ),
        (
            "pool workers { count = 2  flavor = flavor.m4 }",
            "pool workers { count = 5  flavor = flavor.m4  interface fast { network = external_network.public  vnic = direct } }",
        ),
    )
    assert faults(ON_OPENSTACK, *edits) == codes


@pytest.mark.parametrize(
    ("taint", "codes"), [("", ["OIB5803"]), ('taints = { "own" = no_schedule }  ', [])]
)
def test_nodes_that_any_pod_may_come_to_reach_the_storage_of_volumes(taint, codes):
    """Where a pool is tainted, only what tolerates the taint comes there."""
    worker = """hosts worker {
  count = 2
  hardware = hardware.server
  port nic.onboard[0] { networks = [network.node] }
}"""
    edits = (
        ("network node {", "network inner { cidr = 10.30.0.0/24  vlan = 30  routable = false }\nnetwork node {"),
        ("public_network = network.node", "public_network = network.inner"),
        ("hosts worker like hosts.control { count = 2 }", worker),
        ("networks = [network.node] }\n  port nic.onboard[1]", "networks = [network.node, network.inner] }\n  port nic.onboard[1]"),
        ("pool workers { hosts", f"pool workers {{ {taint}hosts"),
    )  # fmt: skip
    assert faults(ON_HOSTS, *edits) == codes


def test_addresses_announced_by_routing_need_no_node_on_their_network():
    edits = (
        ("network node {", "network users { cidr = 198.51.100.0/26 }\nnetwork node {"),
        ("cni calico", "gateway web { network = network.users }\n  cni calico"),
    )
    assert faults(ON_HOSTS, *edits) == ["OIB5819"]
    bgp = "pools = network.node.pool.lb  mode = bgp  asn = 64512  peer_asn = 64513  peers = [10.20.0.2] }"
    assert faults(ON_HOSTS, *edits, ("pools = network.node.pool.lb }", bgp)) == []


def test_a_load_balancer_that_stands_already_holds_the_address_by_itself():
    edits = (
        ("network node {", "network users { cidr = 198.51.100.0/26 }\nnetwork node {"),
        (
            "api { network = network.node  vip = 10.20.0.250 }",
            "api { network = network.users  vip = 198.51.100.9 }",
        ),
    )
    assert faults(ON_HOSTS, *edits) == ["OIB5802"]
    external = ("vip = 10.20.0.250 }", "vip = 198.51.100.9  provider = external }")
    api = ("api { network = network.node", "api { network = network.users")
    assert faults(ON_HOSTS, edits[0], external, api) == []


def test_of_a_region_that_stands_only_what_is_stated_is_known():
    edits = (
        ("openstack core {", "existing openstack core {"),
        ("quota { cores = 400  ram = 1000 GiB  instances = 100 }", ""),
        ("pool workers { count = 2", "pool workers { count = 40"),
    )
    assert faults(ON_OPENSTACK, *edits) == []
    assert faults(ON_OPENSTACK, *edits[1:]) == ["OIB5809"]


def test_a_physical_network_that_nobody_is_on_is_one_fault_of_all_its_networks():
    carried = "network prov { cidr = 10.99.0.0/24  vlan = 101  managed_by = neutron }\n"
    edits = (
        ("  port nic.onboard[1] { physnet = physnet.provider }\n", ""),
        ("network floating", f"{carried}network floating"),
        (
            "  project caas",
            "  provider_network p { network = network.prov  physnet = physnet.provider }\n  project caas",
        ),
    )
    assert faults(ON_OPENSTACK, *edits) == ["OIB5804"]
