"""The inventory names every host once, by class, with what is its own."""

from __future__ import annotations

import pytest

from tests.unit.targets.kubespray.made import HOSTS, PLAIN, made
from tests.unit.targets.reading import Unsafe


def test_hosts_are_in_the_groups_of_their_roles():
    found = made()
    assert found.hosts("kube_control_plane") == ["cp-1", "cp-2", "cp-3"]
    assert found.hosts("etcd") == ["cp-1", "cp-2", "cp-3"]
    assert found.hosts("kube_node") == ["w-1", "w-2"]


def test_a_schedulable_control_plane_takes_workloads():
    plain = PLAIN.replace("hosts.control }", "hosts.control  schedulable = true }")
    assert made(plain=plain).hosts("kube_node") == ["cp-1", "cp-2", "cp-3", "w-1", "w-2"]


def test_etcd_has_hosts_of_its_own_where_it_is_said():
    hosts = HOSTS + 'hosts store like hosts.base { count = 3  name = "e-${n}" }\n'
    found = made("  etcd { hosts = hosts.store }\n", hosts=hosts)
    assert found.hosts("etcd") == ["e-1", "e-2", "e-3"]
    assert found.hosts("k8s_cluster") == ["cp-1", "cp-2", "cp-3", "w-1", "w-2"]
    assert "node_labels" not in found.groups["oib_etcd_only"]["hosts"]["e-1"]


def test_the_order_of_the_control_plane_is_that_of_the_blueprint():
    plain = PLAIN.replace(
        "hosts = hosts.control }",
        "hosts = [hosts.control[2], hosts.control[1], hosts.control[3]] }",
    )
    assert made(plain=plain).hosts("kube_control_plane") == ["cp-2", "cp-1", "cp-3"]


def test_a_node_is_reached_at_its_address_on_the_network_of_the_nodes():
    host = made().groups["oib_pool_general"]["hosts"]["w-1"]
    assert {host[name] for name in ("ansible_host", "ip", "access_ip")} == {"10.64.0.5"}


def test_a_member_of_etcd_is_called_as_its_host():
    assert made().groups["oib_control"]["hosts"]["cp-2"]["etcd_member_name"] == "cp-2"


def test_a_node_of_both_families_has_two_addresses():
    plain = PLAIN.replace("network.node", "network.both").replace("10.64.3.250", "10.65.3.250")
    plain = plain.replace("10.200.0.0/16", "[10.200.0.0/16, fd00:200::/104]")
    plain = plain.replace("10.201.0.0/16", "[10.201.0.0/16, fd00:201::/112]")
    host = made(plain=plain).groups["oib_control"]["hosts"]["cp-1"]
    assert (host["ip"], host["ip6"]) == ("10.65.0.1", "fd00:65::1")


def test_labels_say_where_a_node_stands_and_what_it_is_for():
    body = '  pool fast { hosts = hosts.fast  labels = { "role" = "x" } }\n'
    hosts = HOSTS + 'hosts fast like hosts.base { count = 1  name = "f-${n}" }\n'
    host = made(body, hosts=hosts).groups["oib_pool_fast"]["hosts"]["f-1"]
    assert host["node_labels"] == {
        "topology.kubernetes.io/region": "de-1",
        "topology.kubernetes.io/zone": "az1",
        "topology.rook.io/rack": "r1",
        "oib/pool": "fast",
        "role": "x",
    }


def test_labels_of_hosts_without_a_place_are_those_of_their_group():
    hosts = HOSTS.replace("{ count = 2", "{ remove spread  count = 2")
    found = made(hosts=hosts)
    assert "node_labels" not in found.groups["oib_pool_general"]["hosts"]["w-1"]
    assert found.of("oib_pool_general")["node_labels"]["oib/pool"] == "general"


def test_a_stated_label_is_not_replaced_by_one_of_ours():
    stated = (
        'pool general { hosts = hosts.worker  labels = { "topology.kubernetes.io/zone" = "z" } }'
    )
    plain = PLAIN.replace("pool general { hosts = hosts.worker }", stated)
    host = made(plain=plain).groups["oib_pool_general"]["hosts"]["w-1"]
    assert host["node_labels"]["topology.kubernetes.io/zone"] == "z"


def test_hosts_of_one_pool_that_are_described_differently_are_two_groups():
    hosts = HOSTS + 'hosts odd like hosts.base { count = 1  name = "o-${n}"  user = "root" }\n'
    plain = PLAIN.replace("hosts = hosts.worker }", "hosts = [hosts.worker, hosts.odd] }")
    found = made(plain=plain, hosts=hosts)
    assert found.hosts("oib_pool_general") == ["w-1", "w-2"]
    assert found.hosts("oib_pool_general__2") == ["o-1"]
    assert found.of("oib_pool_general__2")["ansible_user"] == "root"


def test_taints_are_written_as_kubectl_takes_them():
    body = (
        '  pool fast { hosts = hosts.fast  taints = { "a/b" = no_schedule  "c" = no_execute } }\n'
    )
    hosts = HOSTS + 'hosts fast like hosts.base { count = 1  name = "f-${n}" }\n'
    assert made(body, hosts=hosts).of("oib_pool_fast")["node_taints"] == [
        "a/b=:NoSchedule", "c=:NoExecute",
    ]  # fmt: skip


@pytest.mark.parametrize("text", ["{{ x }}", "a{% b"])
def test_a_text_that_looks_like_a_template_stays_text(text):
    body = f'  tool kubespray {{ kube_proxy_nodeport_addresses_cidr = "{text}" }}\n'
    value = made(body).variables["kube_proxy_nodeport_addresses_cidr"]
    assert (type(value), str(value)) == (Unsafe, text)
