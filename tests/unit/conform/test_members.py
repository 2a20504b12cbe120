"""What rules read of the model, and the functions that only they have."""

import pytest

from tests.unit.conform.judging import GROUND, only, rule

CLUSTER = (
    GROUND
    + """
kubernetes main {
  version = "1.33"
  control { hosts = hosts.node }
  pool a { hosts = hosts.node[2] }
  pool b { hosts = hosts.node[3] }
  api { network = network.oam  vip = 10.20.0.250 }
  node_network = network.oam
  pods = 10.100.0.0/16
  services = 10.101.0.0/16
  cni calico { encapsulation = vxlan }
}
ceph main {
  monitors = hosts.node  osds = hosts.node  devices = disk.osd  public_network = network.oam
  pool one { use = rbd }
  pool two { use = rbd  size = 2 }
}
"""
)


@pytest.mark.parametrize(
    "condition",
    [
        'hosts.name == ["node-1", "node-2", "node-3"]',
        'hosts.key == ["1", "2", "3"]',
        "count(unique(hosts.hardware)) == 1",
        "total(hosts.hardware.memory) == 192 GiB",
        'first(hosts).group == "hosts.node"',
        "count(first(hosts).addresses) == 1",
        "first(hosts).networks == network",
        "count(racks_of(hosts)) == 3",
        "count(zones_of(hosts)) == 3",
        'site.rack.name == ["r[1]", "r[2]", "r[3]"]',
        'first(network).ref == "network.oam"',
        "not first(network).is_existing",
        "is_set(first(site).country)",
        "not is_set(first(network).vlan)",
        "(first(network).vlan ?? 7) == 7",
        "first(network).vlan != 7",
        "first(kubernetes).cni == calico",
        "(first(kubernetes).cni.encapsulation ?? none) == vxlan",
        "count(first(kubernetes).etcd_hosts) == 3",
        "count(first(kubernetes).node_hosts) == 3",
        "first(kubernetes).control_count == 3",
        "first(kubernetes).worker_count == 2",
        'first(kubernetes).tool_name == "kubespray"',
        "count(kubernetes.pool) == 2",
        "count(kubernetes.pool.hosts) == 2",
        '(first(ceph).pool["two"].size ?? 0) == 2',
        '(first(ceph).pool["three"].size ?? 0) == 0',
        "count(users_of(first(network))) == 3",
        "count(hosts_of(first(ceph))) == 3",
        'kind_of(first(hosts)) == "hosts"',
        "count(below(first(kubernetes))) == 0",
        'at_least("1.10", "1.9")',
        'not at_least("1.9", "1.10")',
        'includes("registry.example", "example")',
        'passed_on(first(kubernetes), "kube_network_plugin") == ""',
        "first(first(hosts).bond).ports == first(first(hosts).bond).ports",
        "first(first(first(hosts).bond).ports).speed == 25 Gbps",
        "every a in hosts: (every b in hosts: a == b or a.name != b.name)",
        "every c in ceph: some p in c.pool: p.size == 2",
        '[for h in hosts if h.key == "2": h.name] == ["node-2"]',
        "count(pairs(hosts)) == 3",
    ],
)  # fmt: skip
def test_a_condition_holds(condition):
    assert "pass" == only(rule(f"require {condition}"), CLUSTER).verdict


def test_both_of_a_pair_have_their_members():
    two = GROUND + "network two { cidr = 10.30.0.0/24 }\n"
    body = "for a, b in pairs(network) { require not overlaps(a.cidr, b.cidr) }"
    assert "pass" == only(rule(body), two).verdict


def test_columns_of_hosts_are_their_own():
    blueprint = GROUND.replace(
        "spread = rack", "spread = rack  bmc { address = address(10.9.0.0/24, n) }"
    )
    body = (
        "require every h in hosts: (h.bmc.address ?? 10.9.0.0) == address(10.9.0.0/24, int(h.key))"
    )
    assert "pass" == only(rule(body), blueprint).verdict


def test_the_platforms_below_are_named():
    rook = (
        "ceph rook {\n  on = kubernetes.main  monitors = hosts.node  osds = hosts.node\n"
        "  devices = disk.osd  public_network = network.oam\n}\n"
    )
    cluster = CLUSTER.partition("ceph main")[0]
    blueprint = cluster.replace("hosts.node }", "hosts.node  schedulable = true }", 1) + rook
    body = 'require [for p in below(first(ceph)): p.name] == ["main"]'
    assert "pass" == only(rule(body), blueprint).verdict


def test_what_is_passed_on_to_a_tool_is_text():
    stated = 'tool kubespray { flag = true  words = ["a=1", "b=2"]  table = { k = 3 } }'
    blueprint = CLUSTER.replace("kubernetes main {", f"kubernetes main {{ {stated}", 1)
    body = (
        'require [for w in ["flag", "words", "table"]: passed_on(first(kubernetes), w)]'
        ' == ["true", "a=1 b=2", "k=3"]'
    )
    assert "pass" == only(rule(body), blueprint).verdict
