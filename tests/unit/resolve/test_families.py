"""Families: declared as they are referenced, with keys that stay."""

from __future__ import annotations

from tests.unit.fronts import GROUND, codes, faults, front_of, group, names_in, value_of


def test_a_range_gives_keys_that_are_numbers():
    front = front_of("network leaf[2..4] { cidr = subnet(10.20.0.0/16, 24, key)  vlan = 100 + n }")
    found = {str(ref): t.vlan for ref, t in front.model.things.items()}
    assert found == {"network.leaf[2]": 101, "network.leaf[3]": 102, "network.leaf[4]": 103}


def test_a_list_gives_keys_that_are_text():
    front = front_of('network leaf[["a", "b"]] { cidr = subnet(10.20.0.0/16, 24, index) }')
    assert list(front.model.things) == ['network.leaf["a"]', 'network.leaf["b"]']


def test_rows_bind_the_row_and_its_key():
    text = (
        GROUND + 'let rows = csv("r.csv", key = "name")\n'
        'hosts h[for r in rows if r.role == "ctl"] like hosts.node '
        '{ name = "${row.name}-${key}-${n}-${index}" }'
    )
    front = front_of(text, {"r.csv": "name,role\na,ctl\nb,cmp\nc,ctl\n"})
    assert names_in(front, "hosts.h") == ["a-a-1-0", "c-c-2-1"]


def test_count_numbers_from_one_and_leaves_retired_keys_out():
    front = front_of(GROUND + "hosts h like hosts.node { count = 3  without = [2] }")
    assert [host.key for host in group(front, "hosts.h")] == ["1", "3", "4"]


def test_brackets_are_always_the_key_and_nth_asks_for_the_position():
    text = GROUND + "hosts h like hosts.node { count = 2  without = [1] }\n"
    assert value_of(text + "let it = [hosts.h[3].name, nth(hosts.h, 0).name]") == ("h-3", "h-2")


def test_a_range_of_keys_is_a_list_of_members():
    text = (
        GROUND + "hosts h like hosts.node { count = 4 }\nlet it = [for x in hosts.h[2..3]: x.key]"
    )
    assert value_of(text) == ("2", "3")


def test_an_attribute_of_a_family_is_the_list_of_its_members():
    text = GROUND + "hosts h like hosts.node { count = 2 }\nlet it = hosts.h.name"
    assert value_of(text) == ("h-1", "h-2")


def test_an_inner_family_hides_the_outer_ones_variables():
    text = 'site s[["x", "y"]] { region = key  rack r[1..2] { units = 40 + key } }'
    front = front_of(text + '\nlet it = site.s["y"].rack.r[2].units')
    assert [t.region for t in front.model.things.values()] == ["x", "y"]
    assert front.root.scope.names["it"].value({}) == 42


def test_a_group_declares_for_each_member_with_a_key_in_brackets():
    text = """
    for s in ["x", "y"] {
      let net = subnet(10.64.0.0/10, 24, if s == "x" then 1 else 2)
      network oam[s] { cidr = net }
      network ceph[s] { cidr = 10.9.0.0/24 }
    }
    let it = network.oam["y"].cidr
    """
    assert str(value_of(text)) == "10.64.2.0/24"


def test_a_family_over_nothing_is_an_empty_family():
    text = GROUND + (
        "let none: list(string) = []\nfor s in none { hosts h[s] like hosts.node {} }\n"
        "let it = count(hosts.h)"
    )
    assert value_of(text) == 0


def test_hosts_with_a_key_and_a_count_are_refused_where_the_count_stands():
    text = GROUND + 'hosts h[for s in ["a"]] like hosts.node { count = 2 }'
    assert codes(text) == ["OIB2033"]


def test_a_template_with_a_count_makes_its_heirs_families():
    text = GROUND + "template hosts two like hosts.node { count = 2 }\nhosts h like hosts.two {}"
    assert names_in(front_of(text), "hosts.h") == ["h-1", "h-2"]


def test_blocks_in_a_loop_have_labels_that_differ():
    text = "site dc { for x in [1, 2] { rack r[x] { units = 40 + x } } }\n"
    assert value_of(text + "let it = site.dc.rack.r[2].units") == 42


def test_a_loop_in_a_template_is_evaluated_for_its_heir():
    text = (
        GROUND
        + "template hosts t like hosts.node { for p in [1] { port nic.ocp[p] { mtu = 9000 } } }"
        "\nhosts h like hosts.t { port nic.ocp[1] { mtu = 1600 } }"
        "\nlet it = [for l in hosts.h.port: l.mtu ?? 0]"
    )
    assert value_of(text) == (0, 1600)


def test_members_find_racks_in_their_own_site():
    text = """
    site s[1..2] { rack r[1..2] { } }
    hardware server { cpu { cores = 8 }  memory = 64 GiB }
    hosts h[1..2] { hardware = hardware.server  site = site.s[key]  rack = rack.r[1] }
    """
    racks = [host.rack for host in group(front_of(text), "hosts.h")]
    assert racks == ["site.s[1].rack.r[1]", "site.s[2].rack.r[1]"]


def test_one_limit_that_is_exceeded_is_one_error():
    text = "network a[1..600000] { cidr = 10.0.0.0/24 }\nnetwork b[1..2] { cidr = 10.0.0.0/24 }"
    assert [f[:7] for f in faults(text)] == ["OIB2021"]
