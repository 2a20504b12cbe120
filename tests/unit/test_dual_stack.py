"""Networks of both families: one address of each for every host, held to the same rules."""

from __future__ import annotations

import json

import pytest

from blueprint.driver import Options, locked
from blueprint.explain import causes_of
from blueprint.loader import MemoryLoader
from blueprint.values import Ref
from tests.unit.fronts import HEADER, compiled, front_of

GROUND = """
site dc { rack r[1..2] { } }
hardware s { cpu { cores = 8 }  memory = 64 GiB  nic ocp { ports = 2  speed = 25 Gbps } }
template hosts node { hardware = hardware.s  port nic.ocp[0] { networks = [network.a] } }
"""
NETWORK = "network a {{ cidr = 10.1.0.0/24  cidr6 = 2001:db8:1::/64  {} }}\n"
TWO = "hosts h[1..2] like hosts.node {}\n"


def both(text: str, files: dict[str, str] | None = None) -> list[tuple[str | None, str | None]]:
    model = front_of(GROUND + text, files).model
    network, has = Ref("network.a"), model.addresses
    return [(has.text(ref, network), has.text6(ref, network)) for ref in model.host]


def test_a_host_gets_the_lowest_free_address_of_each_family():
    assert both(NETWORK.format("") + TWO) == [
        ("10.1.0.1", "2001:db8:1::1"),
        ("10.1.0.2", "2001:db8:1::2"),
    ]


def test_what_is_held_in_one_family_is_free_in_the_other():
    held = (
        "gateway = 10.1.0.1  gateway6 = 2001:db8:1::1  reserved = [10.1.0.2, 2001:db8:1::2..2001:db8:1::f]"
        "  dhcp = 2001:db8:1::10..2001:db8:1::1f  pool lb { ranges = [10.1.0.3, 2001:db8:1::20] }"
    )
    assert both(NETWORK.format(held) + TWO)[0] == ("10.1.0.4", "2001:db8:1::21")


def test_a_range_to_allot_from_limits_the_family_that_it_names():
    text = NETWORK.format("allot = 2001:db8:1::100..2001:db8:1::1ff") + TWO
    assert both(text)[0] == ("10.1.0.1", "2001:db8:1::100")


def test_a_network_of_one_family_has_no_second_addresses():
    assert both("network a { cidr = 2001:db8:1::/64 }\n" + TWO)[0] == ("2001:db8:1::1", None)


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("10.1.0.9", ("10.1.0.9", "2001:db8:1::1")),
        ("2001:db8:1::9", ("10.1.0.1", "2001:db8:1::9")),
        ("[10.1.0.9, 2001:db8:1::9]", ("10.1.0.9", "2001:db8:1::9")),
    ],
)
def test_an_address_of_either_family_may_be_stated(stated, expected):
    hosts = f"hosts h like hosts.node {{ address {{ a = {stated} }} }}"
    assert both(NETWORK.format("") + hosts) == [expected]


@pytest.mark.parametrize(
    ("network", "stated", "why"),
    [
        ("", "[10.1.0.8, 10.1.0.9]", "one address of each family at most"),
        ("", "2001:db8:2::9", "outside `2001:db8:1::/64`"),
        ("reserved = 2001:db8:1::9", "2001:db8:1::9", "holds it for something else"),
        ("allot = 10.1.0.4..10.1.0.8", "10.1.0.9", "holds it for something else"),
    ],
)
def test_a_stated_address_that_cannot_be_is_one_error(network, stated, why):
    hosts = f"hosts h like hosts.node {{ address {{ a = {stated} }} }}"
    _, found = compiled(GROUND + NETWORK.format(network) + hosts)
    assert [d.rule.code for d in found] == ["OIB3102"]
    assert why in found[0].message


def test_a_prefix_that_is_too_small_is_named():
    text = "network a { cidr = 10.1.0.0/24  cidr6 = 2001:db8:1::/127 }\n" + TWO
    _, found = compiled(GROUND + text)
    assert [(d.rule.code, d.span.text) for d in found if d.span] == [
        ("OIB3101", "2001:db8:1::/127")
    ]


SEGMENTS = """
network a {{
  cidr = 10.1.0.0/16  cidr6 = 2001:db8:1::/48
  segment r1 {{ rack = rack.r[1]  cidr = 10.1.1.0/24  cidr6 = 2001:db8:1:1::/64  gateway6 = 2001:db8:1:1::1 }}
  segment r2 {{ rack = rack.r[2]  cidr = 10.1.2.0/24  {} }}
}}
hosts h[1..2] like hosts.node {{ rack = rack.r[key] }}
"""


def test_a_routed_network_gives_both_from_the_racks_subnets():
    assert both(SEGMENTS.format("cidr6 = 2001:db8:1:2::/64")) == [
        ("10.1.1.1", "2001:db8:1:1::2"),
        ("10.1.2.1", "2001:db8:1:2::1"),
    ]


def test_a_segment_without_the_second_family_is_reported_where_it_stands():
    _, found = compiled(GROUND + SEGMENTS.format(""))
    assert [(d.rule.code, d.span.text) for d in found if d.span] == [("OIB3104", "segment r2")]


# ------------------------------------------------------------------------------------------- the lock

ROWS = 'let rows = csv("r.csv", key = "name")\nhosts h[for r in rows] like hosts.node {}\n'


def lock(rows: str, before: str | None = None, network: str = NETWORK.format("")) -> str:
    files = {"main.oib": HEADER + GROUND + network + ROWS, "r.csv": f"name\n{rows}"}
    if before is not None:
        files["oib.lock"] = before
    text, found = locked(MemoryLoader(files), Options(), prune=False)
    assert text is not None, found
    return text


def test_the_lock_keeps_the_addresses_of_both_families():
    document = json.loads(lock("x\ny\n"))
    assert document["addresses6"] == {
        "network.a": {'hosts.h["x"]': "2001:db8:1::1", 'hosts.h["y"]': "2001:db8:1::2"}
    }
    kept = json.loads(lock("w\ny\n", lock("y\n", lock("x\ny\n"))))
    assert kept["addresses6"]["network.a"] == {
        'hosts.h["w"]': "2001:db8:1::3", 'hosts.h["y"]': "2001:db8:1::2",
    }  # fmt: skip
    assert kept["retired6"] == {"network.a": {'hosts.h["x"]': "2001:db8:1::1"}}


def test_a_lock_of_one_family_does_not_mention_the_second():
    assert set(json.loads(lock("x\n", network="network a { cidr = 10.1.0.0/24 }\n"))) == {
        "version", "addresses", "retired",
    }  # fmt: skip


def test_a_network_that_gets_the_second_family_makes_the_lock_stale():
    before = lock("x\n", network="network a { cidr = 10.1.0.0/24 }\n")
    files = {"r.csv": "name\nx\n", "oib.lock": before}
    _, found = compiled(GROUND + NETWORK.format("") + ROWS, files)
    assert [d.rule.code for d in found] == ["OIB3106"]


def test_locking_again_changes_nothing():
    first = lock("x\ny\n")
    assert lock("x\ny\n", first) == first


def test_the_address_of_a_host_is_explained_by_the_subnets_of_both_families():
    text = HEADER + GROUND + NETWORK.format("") + TWO
    found = causes_of(MemoryLoader({"main.oib": text}), Options(), ["hosts.h[1].address.a"])
    assert {"states `cidr`", "states `cidr6`"} <= {cause.text for cause in found}
