"""Addresses: the same ones each time, and those that a host has stay its own."""

from __future__ import annotations

from tests.unit.fronts import GROUND, address, codes, front_of

NET = "hardware s { cpu { cores = 8 }  memory = 64 GiB  nic ocp { ports = 2  speed = 25 Gbps } }\n"
PORT = "hardware = hardware.s  port nic.ocp[0] { networks = [network.a] }"


def addresses(text: str, files: dict[str, str] | None = None) -> list[str | None]:
    front = front_of(NET + text, files)
    return [address(front, ref, "network.a") for ref in front.model.host]


def test_hosts_get_the_lowest_free_addresses_in_the_order_of_their_keys():
    text = f"network a {{ cidr = 10.1.0.0/24 }}\nhosts h {{ count = 3  {PORT} }}"
    assert addresses(text) == ["10.1.0.1", "10.1.0.2", "10.1.0.3"]


def test_groups_get_theirs_in_the_order_of_their_names():
    text = f"network a {{ cidr = 10.1.0.0/24 }}\nhosts z {{ {PORT} }}\nhosts b {{ {PORT} }}"
    front = front_of(NET + text)
    assert address(front, "hosts.b", "network.a") == "10.1.0.1"


def test_what_is_held_for_something_else_is_not_given_out():
    text = f"""
    network a {{
      cidr = 10.1.0.0/28  gateway = 10.1.0.1  reserved = [10.1.0.2..10.1.0.3, 10.1.0.5]
      dhcp = 10.1.0.6..10.1.0.8  pool lb {{ ranges = 10.1.0.9 }}
    }}
    hosts h {{ count = 3  {PORT} }}"""
    assert addresses(text) == ["10.1.0.4", "10.1.0.10", "10.1.0.11"]


def test_where_a_range_is_stated_hosts_get_only_from_it():
    text = (
        f"network a {{ cidr = 10.1.0.0/24  allot = 10.1.0.100..10.1.0.110 }}\nhosts h {{ {PORT} }}"
    )
    assert addresses(text) == ["10.1.0.100"]


def test_virtual_addresses_of_layers_are_not_given_out():
    text = f"""
    network a {{ cidr = 10.1.0.0/24 }}
    hosts h {{ count = 2  {PORT} }}
    openstack core {{
      release = "2025.1"  control = hosts.h  network = hosts.h  compute = hosts.h
      api {{ internal {{ network = network.a  vip = 10.1.0.1 }} }}
      services = [keystone]
    }}"""
    assert addresses(text) == ["10.1.0.2", "10.1.0.3"]


def test_servers_that_ironic_gives_out_get_none():
    text = f"""
    network a {{ cidr = 10.1.0.0/24 }}
    hosts a {{ {PORT}  managed_by = ironic  os = none }}
    hosts b {{ {PORT} }}"""
    assert addresses(text) == [None, "10.1.0.1"]


def test_stated_addresses_come_first():
    text = f"""
    network a {{ cidr = 10.1.0.0/24 }}
    hosts a {{ count = 2  {PORT} }}
    hosts b {{ {PORT}  address {{ a = 10.1.0.1 }} }}"""
    assert addresses(text) == ["10.1.0.2", "10.1.0.3", "10.1.0.1"]


def test_a_host_behind_a_segment_gets_an_address_of_its_rack():
    text = f"""
    site dc {{ rack r[1..2] {{ }} }}
    network a {{ cidr = 10.1.0.0/16
      segment one[1..2] {{ rack = rack.r[key]  cidr = subnet(10.1.0.0/16, 24, key) }} }}
    hosts h[1..2] {{ rack = rack.r[key]  {PORT} }}"""
    assert addresses(text) == ["10.1.1.1", "10.1.2.1"]


def test_ipv6_networks_are_allotted_too():
    text = f"network a {{ cidr = 2001:db8::/64 }}\nhosts h {{ count = 2  {PORT} }}"
    assert addresses(text) == ["2001:db8::1", "2001:db8::2"]


def test_the_smallest_network_gives_out_both_its_addresses():
    text = f"network a {{ cidr = 10.1.0.0/31 }}\nhosts h {{ count = 2  {PORT} }}"
    assert addresses(text) == ["10.1.0.0", "10.1.0.1"]


def test_just_as_many_hosts_as_addresses_fit_and_one_more_does_not():
    text = f"network a {{ cidr = 10.1.0.0/29 }}\nhosts h {{ count = %d  {PORT} }}"
    assert codes(NET + text % 6) == []
    assert codes(NET + text % 7) == ["OIB3101"]


def test_an_address_in_the_lock_stays_when_a_row_comes_before():
    text = (
        NET + "network a { cidr = 10.1.0.0/24 }\n"
        f'let rows = csv("r.csv", key = "name")\nhosts h[for r in rows] {{ {PORT} }}'
    )
    lock = (
        '{"version": 1, "addresses": {"network.a": '
        '{"hosts.h[\\"new\\"]": "10.1.0.2", "hosts.h[\\"old\\"]": "10.1.0.1"}}}'
    )
    front = front_of(text, {"r.csv": "name\nnew\nold\n", "oib.lock": lock})
    assert address(front, 'hosts.h["old"]', "network.a") == "10.1.0.1"


def test_a_retired_address_is_given_to_nobody_else():
    text = NET + f"network a {{ cidr = 10.1.0.0/24 }}\nhosts h {{ {PORT} }}"
    lock = (
        '{"version": 1, "addresses": {"network.a": {"hosts.h": "10.1.0.2"}},'
        ' "retired": {"network.a": {"hosts.gone": "10.1.0.1"}}}'
    )
    assert addresses_with(text, lock) == ["10.1.0.2"]


def test_a_host_that_comes_back_gets_what_was_kept_for_it():
    text = NET + f"network a {{ cidr = 10.1.0.0/24 }}\nhosts h {{ {PORT} }}"
    lock = '{"version": 1, "addresses": {}, "retired": {"network.a": {"hosts.h": "10.1.0.7"}}}'
    from tests.unit.fronts import compiled

    front, _ = compiled(text, {"oib.lock": lock})
    assert address(front, "hosts.h", "network.a") == "10.1.0.7"


def test_an_address_of_the_lock_that_is_no_longer_possible_is_said_to_be_stale():
    text = NET + f"network a {{ cidr = 10.1.0.0/24  gateway = 10.1.0.1 }}\nhosts h {{ {PORT} }}"
    lock = '{"version": 1, "addresses": {"network.a": {"hosts.h": "10.1.0.1"}}}'
    assert codes(text, {"oib.lock": lock}) == ["OIB3106"]


def test_networks_of_floating_addresses_give_hosts_none():
    text = f"network a {{ cidr = 10.1.0.0/24  managed_by = neutron }}\nhosts h {{ {PORT} }}"
    assert addresses(text) == [None]


def addresses_with(text: str, lock: str) -> list[str | None]:
    front = front_of(text, {"oib.lock": lock})
    return [address(front, ref, "network.a") for ref in front.model.host]


def test_the_order_of_declarations_changes_no_address():
    parts = [
        "network a { cidr = 10.1.0.0/24 }",
        f"hosts z {{ count = 2  {PORT} }}",
        f"hosts b {{ {PORT} }}",
    ]
    forward = front_of(NET + "\n".join(parts))
    backward = front_of("\n".join(reversed(parts)) + "\n" + NET)
    assert forward.model.addresses == backward.model.addresses


def test_a_value_reads_the_same_address_that_is_emitted():
    front = front_of(GROUND + "hosts h like hosts.node {}\nlet it = hosts.h.addresses.oam")
    it = front.root.scope.names["it"]
    assert str(it.value({})) == address(front, "hosts.h", "network.oam")  # type: ignore[union-attr]


def test_addresses_of_starlingx_are_not_given_to_other_hosts():
    system = (
        "network a { cidr = 10.1.0.0/28 }\n"
        "hosts c { count = 2  managed_by = starlingx  hardware = hardware.s\n"
        "  port nic.ocp[0] { networks = [network.a] } }\n"
        f"hosts h {{ count = 2  {PORT} }}\n"
        'starlingx x {{ release = "12.0"  config = {config}  controllers = hosts.c\n'
        "  networks {{ oam = network.a }}  oam {{ floating = 10.1.0.1 }} }}"
    )
    for config, given in (
        ("aio_dx", ["10.1.0.4", "10.1.0.5"]),
        ("aio_sx", ["10.1.0.2", "10.1.0.3"]),
    ):
        head, _, tail = system.partition("starlingx x")
        front = front_of(NET + head + "starlingx x" + tail.format(config=config))
        hosts = {ref: address(front, ref, "network.a") for ref in front.model.host}
        assert [hosts["hosts.h[1]"], hosts["hosts.h[2]"]] == given
        assert hosts["hosts.c[1]"] is None
