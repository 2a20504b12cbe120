"""Lowering: what differs between members is their own, what is alike is shared, secrets stay references."""

from __future__ import annotations

import pytest

from blueprint.values import Ref, SecretRef
from tests.unit.fronts import GROUND, codes, compiled, front_of, group


def test_members_that_are_alike_share_one_specification():
    front = front_of(GROUND + "hosts h like hosts.node { count = 200 }")
    assert len({id(host.spec) for host in group(front, "hosts.h")}) == 1


def test_members_that_differ_beyond_their_columns_have_specifications_apart():
    text = GROUND + 'hosts h like hosts.node { count = 4  user = if n > 2 then "a" else "b" }'
    assert len({id(host.spec) for host in group(front_of(text), "hosts.h")}) == 2


def test_hosts_are_spread_over_racks_in_turn():
    text = GROUND + "hosts h like hosts.node { count = 4  spread = rack }"
    racks = [host.rack for host in group(front_of(text), "hosts.h")]
    assert racks == [f"site.dc.rack.r[{i}]" for i in (1, 2, 3, 1)]


def test_hosts_are_spread_over_zones_in_turn():
    text = """
    site dc { rack r[1..4] { }
      zone a { racks = [rack.r[1], rack.r[2]] }
      zone b { racks = [rack.r[3], rack.r[4]] } }
    hardware server { cpu { cores = 8 }  memory = 64 GiB }
    hosts h { hardware = hardware.server  count = 4  spread = zone }
    """
    zones = [host.zone for host in group(front_of(text), "hosts.h")]
    assert zones == [f"site.dc.zone.{z}" for z in ("a", "b", "a", "b")]


def test_a_host_without_a_name_is_called_after_its_family_and_key():
    text = GROUND + "hosts big_one like hosts.node {}\nhosts more[1..2] like hosts.node {}"
    front = front_of(text)
    assert [h.name for h in front.model.host.values()] == ["big-one", "more-1", "more-2"]


def test_secrets_stay_references():
    text = (
        'secrets vault { store file { path = "/etc/s" } }\n'
        'registry r { url = "x"  password = secrets.vault["pull"] }'
    )
    registry = front_of(text).model.things[Ref("registry.r")]
    assert registry.password == SecretRef('secrets.vault["pull"]')


def test_a_secret_is_no_part_of_a_text():
    text = 'secrets vault { store file { path = "/s" } }\nlet it = "x${secrets.vault["a"]}"'
    assert codes(text) == ["OIB2037"]


def test_the_span_of_a_field_is_the_value_as_written():
    front = front_of("network oam {\n  cidr = 10.20.0.0/24\n  vlan = 20\n}")
    assert front.spans.at("network.oam", "vlan").text == "20"


def test_the_span_of_an_inherited_field_is_in_the_template():
    front = front_of(
        "template network t { cidr = 10.9.0.0/24  vlan = 20 }\nnetwork a like network.t {}"
    )
    assert front.spans.at("network.a", "vlan").text == "20"


def test_the_span_of_a_stated_address_is_the_address():
    text = GROUND + "hosts h like hosts.node { address { oam = 10.20.0.9 } }"
    assert front_of(text).spans.at("hosts.h", "address", "oam").text == "10.20.0.9"


def test_values_may_read_allotted_addresses():
    text = (
        GROUND + "hosts h like hosts.node { count = 2 }\nsite other { dns = hosts.h.addresses.oam }"
    )
    site = front_of(text).model.things[Ref("site.other")]
    assert [str(a) for a in site.dns] == ["10.20.0.2", "10.20.0.3"]


def test_a_network_that_needs_the_addresses_of_its_hosts_is_a_cycle():
    text = GROUND + (
        "hosts h like hosts.node {}\n"
        "network b { cidr = 10.9.0.0/24  gateway = hosts.h.addresses.oam }"
    )
    assert codes(text) == ["OIB2009"]


def test_every_bad_unit_of_a_family_is_found_at_its_cell():
    text = GROUND + (
        'let rows: list({ name: string  unit: int }) = csv("r.csv", key = "name")\n'
        "hosts h[for r in rows] like hosts.node { name = r.name  unit = r.unit }"
    )
    _, found = compiled(text, {"r.csv": "name,unit\na,1\nb,0\nc,-1\n"})
    assert [(d.rule.code, d.span.line) for d in found if d.span] == [
        ("OIB3002", 3),
        ("OIB3002", 4),
    ]


def test_credentials_of_controllers_are_a_hosts_own_and_make_no_new_specification():
    store = 'secrets kv { store file { path = "/etc/s" } }\n'
    text = 'hosts h like hosts.node { count = 9  bmc { credentials = secrets.kv["bmc-${n:02}"] } }'
    front = front_of(GROUND + store + text)
    members = group(front, "hosts.h")
    assert len({id(host.spec) for host in members}) == 1
    assert [host.bmc_credentials for host in members] == [
        SecretRef.of("secrets.kv", f"bmc-{n:02}") for n in range(1, 10)
    ]


def test_an_assertion_in_a_family_sees_the_member():
    text = GROUND + 'hosts h[1..3] like hosts.node { assert key < 3, "no ${key}" }'
    _, found = compiled(text)
    assert [d.message for d in found] == ["no 3"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("os = none", "none"),
        ('os = "none"', "none"),
        ('os = "rocky-9"', "rocky-9"),
        ('os "my-linux" { like = "rocky-9" }', "my-linux"),
    ],
)
def test_the_system_of_hosts_is_a_text_or_the_word_for_no_system(written, name):
    front = front_of(GROUND + f"hosts h like hosts.node {{ {written} }}")
    assert next(iter(group(front, "hosts.h"))).spec.os.name == name


RACK_PLAN = GROUND + (
    "type server = { name: string  serial: string  mac: mac  switch: string  chassis: mac  port: string }\n"
    'let rows: list(server) = csv("plan.csv", key = "name")\n'
    "hosts h[for r in rows] like hosts.node { name = r.name  serial = r.serial\n"
    "  boot { mac = r.mac  switch = r.switch  switch_mac = r.chassis  switch_port = r.port } }"
)
PLAN_HEAD = "name,serial,mac,switch,chassis,port\n"


def test_where_hosts_boot_is_their_own_and_makes_no_new_specification():
    rows = "".join(
        f"h{n},S{n},02:00:00:00:00:{n:02x},leaf{n % 4},02:00:00:00:01:00,Eth1/{n}\n"
        for n in range(1, 99)
    )
    members = group(front_of(RACK_PLAN, {"plan.csv": PLAN_HEAD + rows}), "hosts.h")
    assert len({id(host.spec) for host in members}) == 1
    last = members.members[-1]
    assert (last.boot_mac, last.switch, last.switch_mac, last.switch_port) == (
        "02:00:00:00:00:62", "leaf2", "02:00:00:00:01:00", "Eth1/98",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "code", "cell"),
    [
        ("a,S1,02:00:00:00:00:01,leaf1,02:00:00:00:01,Eth1/1", "OIB3007", "02:00:00:00:01"),
        ("a,S1,02:00:00:00:00,leaf1,02:00:00:00:01:00,Eth1/1", "OIB3007", "02:00:00:00:00"),
        ("a,S1,02:00:00:00:00:01,leäf,02:00:00:00:01:00,Eth1/1", "OIB3002", "leäf"),
        ("a,S1,02:00:00:00:00:01,leaf1,02:00:00:00:01:00,Eth\u00a01", "OIB3002", "Eth\u00a01"),
        ("a,S\u20281,02:00:00:00:00:01,leaf1,02:00:00:00:01:00,Eth1", "OIB3002", "S\u20281"),
    ],
)
def test_a_wrong_cell_of_a_rack_plan_is_reported_at_the_cell(row, code, cell):
    _, found = compiled(RACK_PLAN, {"plan.csv": PLAN_HEAD + row + "\n"})
    assert [(d.rule.code, d.span.source.path, d.span.text) for d in found if d.span] == [
        (code, "plan.csv", cell)
    ]
