"""Limits of distributed clouds: what just fits, and what just doesn't."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import targets.starlingx
from tests.unit.targets.starlingx.systems import compiled, files_of

PAGE = Path(targets.starlingx.__file__).parent / "explain" / "OIB8115.md"
#: A system controller and one subcloud, in which nothing is wrong.
CLOUD = re.findall(r"^```oib\n(.*?)^```$", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)[1]
INSTALL = "  install { persistent_size = 30000 MiB }\n"
CONFIG = "  config = aio_sx\n"
NETWORK = "cidr = 10.30.1.0/28  vlan = 12  gateway = 10.30.1.1"
ADMIN = (
    "network edge_admin { site = site.edge  cidr = 10.30.2.0/28  vlan = 13  gateway = 10.30.2.1  "
    "allot = 10.30.2.2..10.30.2.%d }\nhosts mast {"
)


def codes(*changes: tuple[str, str]) -> list[str]:
    """The codes of what is wrong once texts are exchanged."""
    text = CLOUD
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    found = compiled({"main.oib": text})
    return [d.rule.code for d in found.diagnostics if d.is_error]


def two_controllers(release: str, last: int) -> tuple[tuple[str, str], ...]:
    """A subcloud of two controllers with so long a range of management addresses."""
    return (
        ('release = "12.0"', f'release = "{release}"'),
        (NETWORK, f"{NETWORK}  allot = 10.30.1.2..10.30.1.{last}"),
        ("hosts mast {\n", "hosts mast {\n  count = 2\n"),
        ("address = 10.15.0.11 ", "address = [10.15.0.11, 10.15.0.12][index] "),
        ("mac = 02:00:00:00:00:21 ", "mac = [02:00:00:00:00:21, 02:00:00:00:00:22][index] "),
        (CONFIG, "  config = aio_dx\n"),
    )


def test_the_cloud_itself_is_right():
    assert codes() == []


@pytest.mark.parametrize(
    ("release", "fits"), [("9.0", 500), ("10.0", 5000), ("11.0", 5000), ("12.0", 5000)]
)
@pytest.mark.parametrize("more", [0, 1])
def test_a_group_works_on_as_many_as_its_release_takes_on(release, fits, more):
    found = codes(
        ('release = "12.0"', f'release = "{release}"'),
        ("max_parallel = 50", f"max_parallel = {fits + more}"),
    )
    assert found == ["OIB8108"] * more


@pytest.mark.parametrize(("size", "wrong"), [(30000, []), (29999, ["OIB8115"])])
def test_the_partition_that_survives_has_a_least_size(size, wrong):
    assert codes((INSTALL, INSTALL.replace("30000", str(size)))) == wrong


@pytest.mark.parametrize(
    ("release", "last", "wrong"),
    [("10.0", 5, []), ("10.0", 4, ["OIB8104"]), ("12.0", 2, [])],
)
def test_a_subcloud_of_one_host_has_as_many_addresses_as_its_manager_asks_for(release, last, wrong):
    found = codes(
        ('release = "12.0"', f'release = "{release}"'),
        (NETWORK, f"{NETWORK}  allot = 10.30.1.2..10.30.1.{last}"),
    )
    assert found == wrong


@pytest.mark.parametrize(
    ("release", "last", "wrong"),
    [("11.0", 5, []), ("11.0", 4, ["OIB8104"]), ("12.0", 4, []), ("12.0", 3, ["OIB8104"])],
)
def test_a_subcloud_of_two_controllers_has_more(release, last, wrong):
    assert codes(*two_controllers(release, last)) == wrong


@pytest.mark.parametrize(("last", "wrong"), [(3, []), (2, ["OIB8104"])])
def test_an_admin_network_has_fewer(last, wrong):
    found = codes(
        ('release = "12.0"', 'release = "10.0"'),
        ("hosts mast {", ADMIN % last),
        ("networks = network.edge_mgmt }", "networks = [network.edge_mgmt, network.edge_admin] }"),
        ("mgmt = network.edge_mgmt }", "mgmt = network.edge_mgmt  admin = network.edge_admin }"),
    )
    assert found == wrong


@pytest.mark.parametrize(
    ("gateway", "wrong"),
    [("10.20.1.101", []), ("10.20.1.100", ["OIB8103"]), ("10.20.2.1", ["OIB8103"])],
)
def test_the_way_to_a_subcloud_lies_beside_what_is_given_out(gateway, wrong):
    stated = f"{CONFIG}  system_controller_gateway = {gateway}\n"
    assert codes((CONFIG, stated)) == wrong


@pytest.mark.parametrize(
    ("release", "wrong"),
    [("12.0", []), ("11.0", []), ("10.0", ["OIB8106"]), ("9.0", ["OIB8106"])],
)
def test_a_system_controller_looks_after_its_own_release_and_those_that_it_can_upgrade(
    release, wrong
):
    change = ('release = "12.0"\n  of', f'release = "{release}"\n  of')
    assert codes(change) == wrong


def test_addresses_of_two_rows_in_realms_of_their_own_are_told_at_the_cell():
    files = files_of("distributed_cloud")
    main = str(files["main.oib"]).replace(
        "    vlan = 20\n", '    vlan = 20\n    realm = "m/${s.name}"\n'
    )
    rows = str(files["subclouds.csv"]).replace("hl-hb-0001,2,", "hl-hb-0001,0,")
    found = compiled(files | {"main.oib": main, "subclouds.csv": rows})
    (wrong,) = [d for d in found.diagnostics if d.is_error]
    assert wrong.rule.code == "OIB8105"
    assert "hl-hb-0001" in wrong.message
