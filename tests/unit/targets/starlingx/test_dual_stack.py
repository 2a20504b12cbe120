"""Systems of which each network has both families: one range of each, and a router of each where there is one."""

from __future__ import annotations

import pytest
import yaml

from targets.starlingx.catalog import catalog
from tests.unit.targets.starlingx.systems import compiled, files_of, texts

_MGMT = "cidr = 192.168.204.0/24  vlan = 20  allot = 192.168.204.2..192.168.204.250"
_BOTH = "cidr = 192.168.204.0/24  cidr6 = fd21::/64  vlan = 20  "
#: What gives the blueprint of two controllers and two workers a second family everywhere.
DUAL = {
    "  gateway = 10.20.0.1": "  gateway = 10.20.0.1\n  cidr6 = fd20::/64\n  gateway6 = fd20::1",
    _MGMT: f"{_BOTH}allot = [192.168.204.2..192.168.204.250, fd21::2..fd21::fa]",
    "cidr = 192.168.206.0/24": "cidr = 192.168.206.0/24  cidr6 = fd22::/64",
    "oam { floating = 10.20.0.10 }": (
        "oam { floating = [10.20.0.10, fd20::10] }\n  cluster { pods = [172.16.0.0/16, fd23::/64]"
        "  services = [10.96.0.0/12, fd24::/112]  multicast = [239.1.1.0/28, ff08::1:1:0/124] }"
    ),
}


def made(**changed: str):
    """What is made of the dual-stack blueprint, with some of its changes exchanged: `mgmt` or `oam`."""
    files = files_of("aio_dx")
    main = str(files["main.oib"])
    keys = {"oam": next(iter(DUAL)), "mgmt": _MGMT}
    for old, new in (DUAL | {keys[name]: text for name, text in changed.items()}).items():
        assert old in main
        main = main.replace(old, new)
    return compiled(files | {"main.oib": main})


def told(found):
    return [d.rule.code for d in found.diagnostics if d.is_error]


def overrides(found):
    assert told(found) == []
    return yaml.safe_load(texts(found)["starlingx.cell/starlingx/localhost.yml"])


def test_every_network_has_both_families_in_one_order():
    values = overrides(made())
    assert {
        name: text for name, text in values.items() if isinstance(text, str) and "," in text
    } == {
        "external_oam_subnet": "10.20.0.0/24,fd20::/64",
        "external_oam_gateway_address": "10.20.0.1,fd20::1",
        "external_oam_floating_address": "10.20.0.10,fd20::10",
        "external_oam_node_0_address": "10.20.0.11,fd20::11",
        "external_oam_node_1_address": "10.20.0.12,fd20::12",
        "management_subnet": "192.168.204.0/24,fd21::/64",
        "management_start_address": "192.168.204.2,fd21::2",
        "management_end_address": "192.168.204.250,fd21::fa",
        "cluster_host_subnet": "192.168.206.0/24,fd22::/64",
        "cluster_pod_subnet": "172.16.0.0/16,fd23::/64",
        "cluster_service_subnet": "10.96.0.0/12,fd24::/112",
        "management_multicast_subnet": "239.1.1.0/28,ff08::1:1:0/124",
    }
    assert catalog("12.0").judge_bootstrap(values) == ()


@pytest.mark.parametrize(
    ("allot", "first", "last"),
    [
        ("192.168.204.2..192.168.204.250", "192.168.204.2,fd21::1",
         "192.168.204.250,fd21::ffff:ffff:ffff:fffe"),
        ("fd21::2..fd21::fa", "192.168.204.1,fd21::2", "192.168.204.254,fd21::fa"),
        ("[fd21::2..fd21::fa, 192.168.204.2..192.168.204.250]", "192.168.204.2,fd21::2",
         "192.168.204.250,fd21::fa"),
    ],
)  # fmt: skip
def test_a_family_without_a_stated_range_has_its_whole_subnet(allot, first, last):
    values = overrides(made(mgmt=f"{_BOTH}allot = {allot}"))
    assert values["management_start_address"] == first
    assert values["management_end_address"] == last


@pytest.mark.parametrize(("last", "codes"), [("fd21::6", []), ("fd21::5", ["OIB8036"])])
def test_the_range_of_the_second_family_is_enough_for_all_hosts(last, codes):
    allot = f"allot = [192.168.204.2..192.168.204.250, fd21::2..{last}]"
    assert told(made(mgmt=f"{_BOTH}{allot}")) == codes


@pytest.mark.parametrize(("allot", "codes"), [(", fd21::2..fd21::fa", []), ("", ["OIB8059"])])
def test_what_is_kept_in_the_second_family_is_outside_of_its_range(allot, codes):
    stated = f"allot = [192.168.204.2..192.168.204.250{allot}]  reserved = fd21::fb"
    assert told(made(mgmt=f"{_BOTH}{stated}")) == codes


def test_a_second_range_of_one_family_is_refused_where_it_stands():
    found = made(
        mgmt=f"{_BOTH}allot = [192.168.204.2..192.168.204.9, fd21::2..fd21::fa, fd21::1:2..fd21::1:fa]"
    )
    (fault,) = (d for d in found.diagnostics if d.is_error)
    assert fault.rule.code == "OIB8059"
    assert fault.span.text == "fd21::1:2..fd21::1:fa"


@pytest.mark.parametrize(
    "gateways", ["  gateway = 10.20.0.1\n  cidr6 = fd20::/64", "  cidr6 = fd20::/64\n  gateway6 = fd20::1"]
)  # fmt: skip
def test_oam_has_a_router_of_each_family(gateways):
    assert told(made(oam=gateways)) == ["OIB8162"]
