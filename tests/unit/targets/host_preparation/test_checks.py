"""What hosts can't be prepared with is said; where a number decides, just what fits is let through."""

from __future__ import annotations

import pytest

from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options
from targets.host_preparation.timezones import time_zones
from tests.unit.targets.host_preparation.made import BOND, PLACE


def codes(body: str, os: str = "ubuntu-24.04", place: str = PLACE) -> list[str]:
    hosts = f'hosts node {{\n  site = site.s1  os = "{os}"  hardware = hardware.edge\n{body}}}\n'
    loader = MemoryLoader({"main.oib": place + hosts})
    found = check_blueprint(loader, Options(targets=("host_preparation",)))
    return [d.rule.code for d in found.diagnostics]


def bond(name: str) -> str:
    return f"  bond {name} {{ {BOND}  networks = [network.api] }}\n"


@pytest.mark.parametrize(("name", "found"), [("bond01234567", []), ("bond012345678", ["OIB6403"])])
def test_an_interface_has_fifteen_characters(name, found):
    assert codes(bond(name)) == found


@pytest.mark.parametrize(
    "os", ["ubuntu-24.04", "debian-12", "rocky-9", "centos-stream-10", "rhel-9", "openeuler-24.03"]
)
def test_systems_of_both_families_are_known(os):
    assert codes(bond("bond0"), os=os) == []


@pytest.mark.parametrize("os", ["solaris-11", "windows-2025"])
def test_other_systems_are_not(os):
    assert codes(bond("bond0"), os=os) == ["OIB6400"]


def test_a_site_with_hosts_of_several_declarations_is_faulted_once():
    place = PLACE.replace("Asia/Shanghai", "Asia/Shanghaj")
    more = "hosts other { hardware = hardware.edge  bond bond0 { ports = [nic.mgmt[0], nic.mgmt[1]]  networks = [network.api] } }\n"
    assert codes(bond("bond0"), place=place + more) == ["OIB6405"]


def test_the_nearest_time_zone_is_offered():
    place = PLACE.replace("Asia/Shanghai", "Asia/Shanghaj")
    hosts = f"hosts node {{ site = site.s1  hardware = hardware.edge\n{bond('bond0')}}}\n"
    found = check_blueprint(
        MemoryLoader({"main.oib": place + hosts}), Options(targets=("host_preparation",))
    )
    assert [d.hint for d in found.diagnostics] == ["did you mean `Asia/Shanghai`?"]


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "Asia/Shanghai", "America/Argentina/Ushuaia"]
)
def test_time_zones_are_those_of_the_database(zone):
    assert zone in time_zones()


@pytest.mark.parametrize(
    ("mode", "found"), [("lacp", ["OIB6407"]), ("balance_xor", ["OIB6407"]), ("active_backup", [])]
)
def test_ports_that_share_frames_are_equally_fast(mode, found):
    body = f"  bond bond0 {{ ports = [nic.mgmt[0], nic.fast[0]]  mode = {mode}  networks = [network.api] }}\n"
    assert codes(body) == found


def test_a_clock_counts_only_on_a_port_that_is_in_use():
    body = "  port nic.fast[0] { networks = [network.api] }\n  clock = ptp\n"
    assert codes(body) == ["OIB6404"]
