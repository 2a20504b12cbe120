"""Templates and `like`: bodies evaluated anew in each heir, blocks merged by label."""

from __future__ import annotations

import pytest

from tests.unit.fronts import GROUND, codes, front_of, names_in, value_of

BASE = GROUND + (
    "network storage { cidr = 10.30.0.0/24  mtu = 9000 }\n"
    'template hosts bonded { hardware = hardware.server  user = "a"  '
    "bond bond0 { ports = [nic.ocp[0]]  networks = [network.oam]  mtu = 9000 }  "
    "memory { hugepages 1 GiB { count = 8 } } }\n"
)


def test_attributes_replace_and_blocks_merge_by_label():
    text = BASE + "hosts h like hosts.bonded { bond bond0 { mtu = 1600 } }\n"
    assert value_of(text + "let it = hosts.h.bond.bond0.mtu ?? 0") == 1600
    assert value_of(text + "let it = hosts.h.bond.bond0.networks") == ("network.oam",)


def test_lists_replace():
    text = BASE + "hosts h like hosts.bonded { bond bond0 { networks = [network.storage] } }\n"
    assert value_of(text + "let it = hosts.h.bond.bond0.networks") == ("network.storage",)


def test_plus_and_minus_edit_an_inherited_list():
    edit = "networks += [network.storage]  networks -= [network.oam]"
    text = BASE + f"hosts h like hosts.bonded {{ bond bond0 {{ {edit} }} }}\n"
    assert value_of(text + "let it = hosts.h.bond.bond0.networks") == ("network.storage",)


@pytest.mark.parametrize(
    ("removed", "read", "expected"),
    [
        ("remove user", "hosts.h.user", "root"),
        ("bond bond0 { remove mtu }", "hosts.h.bond.bond0.mtu ?? 0", 0),
        ("remove bond.bond0", "count(hosts.h.bond)", 0),
        ("memory { remove hugepages[1 GiB] }", "count(hosts.h.memory.hugepages)", 0),
        ('memory { remove hugepages["1 GiB"] }', "count(hosts.h.memory.hugepages)", 0),
    ],
)
def test_remove_takes_away_what_was_inherited(removed, read, expected):
    text = BASE + f"hosts h like hosts.bonded {{ {removed} }}\nlet it = {read}"
    assert value_of(text) == expected


def test_a_size_as_a_label_merges_with_its_text():
    text = BASE + 'hosts h like hosts.bonded { memory { hugepages "1 GiB" { count = 4 } } }\n'
    assert value_of(text + 'let it = hosts.h.memory.hugepages["1 GiB"].count') == 4


def test_a_chain_of_templates_merges_the_oldest_first():
    text = BASE + (
        'template hosts second like hosts.bonded { user = "b" }\n'
        "hosts h like hosts.second { nested_virtualization = true }\nlet it = hosts.h.user"
    )
    assert value_of(text) == "b"


def test_names_in_a_template_resolve_where_it_is_written():
    module = (
        'module m { language = 1 }\nlet domain = "module"\n'
        "export template network t { cidr = 10.9.0.0/24  realm = domain }"
    )
    text = 'use "m.oib" as m\nlet domain = "blueprint"\nnetwork n1 like m.network.t {}\n'
    assert value_of(text + "let it = network.n1.realm", {"m.oib": module}) == "module"


def test_a_familys_variables_in_a_template_are_the_heirs():
    text = GROUND + (
        'template hosts named like hosts.node { name = "x-${key}-${n}" }\n'
        'hosts h[["a", "b"]] like hosts.named {}'
    )
    assert names_in(front_of(text), "hosts.h") == ["x-a-1", "x-b-2"]


def test_a_declaration_may_be_like_another_that_is_no_template():
    text = "network a { cidr = 10.9.0.0/24  mtu = 9000 }\nnetwork b like network.a { cidr = 10.8.0.0/24 }"
    assert [t.mtu for t in front_of(text).model.things.values()] == [9000, 9000]


def test_a_map_of_a_family_is_each_members_own():
    text = GROUND + (
        "hosts h like hosts.node { count = 2  address { oam = address(10.20.0.0/24, 100 + n) } }\n"
        "let it = hosts.h.addresses.oam"
    )
    assert [str(a) for a in value_of(text)] == ["10.20.0.101", "10.20.0.102"]


def test_a_fault_in_a_template_is_one_fault_for_all_heirs():
    text = BASE + (
        "template hosts bad like hosts.bonded { usr = 3 }\n"
        "hosts h like hosts.bad {}\nhosts i like hosts.bad {}\nhosts j[1..3] like hosts.bad {}"
    )
    assert codes(text) == ["OIB3003"]


def test_nothing_is_missed_in_the_heir_of_something_unknown():
    assert codes("network a like network.nothing {}") == ["OIB2018"]
