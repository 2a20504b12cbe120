"""Hints for the habits of other formats: each says what to write, and what it says is accepted."""

from __future__ import annotations

import pytest

from tests.unit.fronts import GROUND, compiled

NETWORK = "network a {{ cidr = 10.9.0.0/24  {} }}"
SERVER = "hardware x {{ cpu {{ cores = 8 }}  {} }}"
NIC = "hardware x {{ cpu {{ cores = 8 }}  memory = 64 GiB  nic n {{ ports = 1  {} }} }}"
HOSTS = "hosts h like hosts.node {{ {} }}"


@pytest.mark.parametrize(
    ("text", "wrong", "right"),
    [
        (NETWORK, "routable = yes", "routable = true"),
        (NETWORK, "routable = off", "routable = false"),
        (NETWORK, "routable = True", "routable = true"),
        (NETWORK, 'routable = "yes"', "routable = true"),
        (NETWORK, "routable = 0", "routable = false"),
        (NETWORK, "realm = 5", 'realm = "5"'),
        (NETWORK, "realm = 2025.1", 'realm = "2025.1"'),
        (NETWORK, "reserved = [10.9.0.1-10.9.0.9]", "reserved = [10.9.0.1..10.9.0.9]"),
        (NETWORK, 'reserved = "10.9.0.1 - 10.9.0.9"', "reserved = 10.9.0.1..10.9.0.9"),
        (NETWORK, "reserved = 10.9.0.1..9", "reserved = 10.9.0.1..10.9.0.9"),
        (NETWORK, "gateway = 10.9.0.0/24", "gateway = 10.9.0.1"),
        (SERVER, "memory = 512", "memory = 512 GiB"),
        (SERVER, "memory = 524288", "memory = 524288 MiB"),
        (SERVER, "memory = 512 Gbps", "memory = 512 GB"),
        (SERVER, "memory = 512Gi", "memory = 512GiB"),
        (NIC, "speed = 25 GB", "speed = 25 Gbps"),
        (NIC, "speed = 25000", "speed = 25000 Mbps"),
        (NIC, "speed = 25 Gb/s", "speed = 25 Gbps"),
        (HOSTS, "hardware = server", "hardware = hardware.server"),
        (HOSTS, 'hardware = "server"', "hardware = hardware.server"),
        (HOSTS, "os = ubuntu", 'os = "ubuntu"'),
        (HOSTS, "os = ubuntu-24.04", 'os = "ubuntu-24.04"'),
        (HOSTS, "boot { mac = aa-bb-cc-dd-ee-ff }", "boot { mac = aa:bb:cc:dd:ee:ff }"),
        (HOSTS, "boot { mac = 00-1b-21-AA-BB-CC }", "boot { mac = 00:1b:21:aa:bb:cc }"),
        (HOSTS, "boot { mac = 001b.21aa.bbcc }", "boot { mac = 00:1b:21:aa:bb:cc }"),
    ],
)
def test_what_is_hinted_at_is_right(text, wrong, right):
    _, found = compiled(GROUND + text.format(wrong))
    (fault,) = found
    assert fault.span is not None
    assert fault.hint is not None
    instead = fault.hint.split("`")[1]
    assert wrong.replace(fault.span.text, instead) == right
    assert compiled(GROUND + text.format(right))[1] == []


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("vlan = none", "leave the attribute out"),
        ("vlan = null", "leave the attribute out"),
        ("gateway = 10.9.0.1/24", "the network is `10.9.0.0/24`, the address `10.9.0.1`"),
        ("mtu: 9000", "write `=`"),
        ("mtu => 9000", "write `=`"),
        ("mtu := 9000", "write `=`"),
    ],
)
def test_a_hint_says_what_to_do(written, hint):
    _, found = compiled(GROUND + NETWORK.format(written))
    assert [hint in (d.hint or "") for d in found] == [True]


def test_tabs_are_white_space():
    _, found = compiled("network\ta\t{\tcidr\t=\t10.9.0.0/24\tmtu\t=\t9000\t}")
    assert found == []


def test_names_that_are_subtracted_are_no_text():
    _, found = compiled("let a = 5\nlet b = 3\nlet c: string = string(a-b)")
    assert found == []
