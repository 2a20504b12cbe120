"""Hosts that are nodes of Kubernetes: where they are reached, what they run, and what is left to operators."""

from __future__ import annotations

from tests.unit.targets.host_preparation.made import LINKS, made

VFS = "  port nic.fast[0] { physnet = physnet.ex  mtu = 9000  sriov { vfs = 8  driver = vfio } }\n  iommu = true\n"
OTHER = (
    "  port nic.fast[1] { physnet = physnet.other  mtu = 9000  sriov { vfs = 4  driver = vfio } }\n"
)
PHYSNET = "physnet other { type = vlan  vlans = 2000..2999  mtu = 9000 }\n"
BODY = LINKS.replace("network.api, network.tenant", "network.tenant, network.api")


def cluster(body: str = "", pool: str = "workers") -> str:
    return f"""
kubernetes base {{
  version = "1.33"
  control {{ hosts = hosts.node[1]  schedulable = true }}
  pool {pool} {{ hosts = [hosts.node[2], hosts.node[3]] }}
  node_network = network.api
  pods = 10.200.0.0/16
  services = 10.201.0.0/16
  cni = calico
  {body}
}}
"""


FUNCTIONS = """
  addons = [sriov_network_operator]
  secondary_network radio {
    cni = sriov  physnet = physnet.ex  vlan = 1200  driver = vfio_pci  ipam = none  pools = pool.workers
  }
"""


def nodes(body: str = "", links: str = BODY, more: str = ""):
    return made(links, more=cluster(body) + more, count=3)


def groups(found) -> list[dict]:
    """The variables of each class of hosts, in the order of their first hosts."""
    paths = sorted(p for p in found.paths if p.startswith("inventory/group_vars/oib_node"))
    return [found.read(path) for path in paths]


def functions(found) -> list[list[tuple[str, int]]]:
    return [[(f["port"], f["count"]) for f in g["oib_virtual_functions"]] for g in groups(found)]


def reached(found) -> list[str]:
    listed = found.read("inventory/hosts.yml").values()
    return [host["ansible_host"] for group in listed for host in group["hosts"].values()]


def test_nodes_are_reached_on_the_network_of_nodes():
    assert all(address.startswith("10.50.") for address in reached(made(BODY, count=3)))
    assert reached(nodes()) == ["10.20.0.2", "10.20.0.3", "10.20.0.4"]


def test_the_control_plane_goes_one_at_a_time():
    assert any("since they keep quorums" in line for line in nodes().lines)


def test_functions_that_pods_are_given_are_made_by_their_operator():
    assert functions(nodes(FUNCTIONS, BODY + VFS)) == [[("ens2f0", 8)], []]


def test_functions_on_another_physical_network_are_made_here():
    found = nodes(FUNCTIONS, BODY + VFS + OTHER, PHYSNET)
    assert functions(found) == [[("ens2f0", 8), ("ens2f1", 4)], [("ens2f1", 4)]]


def test_network_files_leave_functions_of_pods_alone():
    found = nodes(FUNCTIONS, BODY + VFS)
    made_in = {n: "virtual-function-count" in found.text(f"netplan/node-{n}.yaml") for n in (1, 2)}
    assert made_in == {1: True, 2: False}


def test_a_pool_whose_network_is_for_another_pool_keeps_its_functions():
    edge = FUNCTIONS.replace("pool.workers", "pool.edge")
    text = cluster(edge).replace("[hosts.node[2], hosts.node[3]]", "hosts.node[2]")
    text = text.replace("  node_network", "  pool edge { hosts = hosts.node[3] }\n  node_network")
    found = made(BODY + VFS, more=text, count=3)
    assert functions(found) == [[("ens2f0", 8)], [("ens2f0", 8)], []]


def test_hosts_of_kata_load_what_its_virtual_machines_speak_by():
    control, workers = groups(nodes("runtime kata { shim = qemu  pools = pool.workers }"))
    assert control["oib_modules"] == []
    assert workers["oib_modules"] == ["vhost_net", "vhost_vsock"]


def test_nodes_have_the_proxy_of_their_cluster():
    proxy = 'proxy out { http = "http://proxy.example:3128"  no_proxy = ["10.20.0.0/24"] }\n'
    (*_, workers) = groups(nodes("proxy = proxy.out", more=proxy))
    assert workers["oib_environment"]["http_proxy"] == "http://proxy.example:3128"


def test_hosts_of_ceph_on_kubernetes_need_no_podman():
    rook = """
ceph rook {
  on = kubernetes.base  release = squid
  monitors = hosts.node  osds = hosts.node  devices = disk.volumes
  public_network = network.api
}
"""
    packages = {name for group in groups(nodes(more=rook)) for name in group["oib_packages"]}
    assert not packages & {"podman", "lvm2"}
