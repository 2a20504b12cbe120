"""One mistake in a StarlingX system, or in a fleet of them, is one error at its place, which says what to do."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from blueprint.diagnostics.render_text import render_text
from blueprint.driver import check_blueprint
from blueprint.loader import MemoryLoader
from blueprint.resolve.world import Options

HERE = Path(__file__).parent
FLEET, DUPLEX = "fleet", "duplex"
#: What is wrong, where, in which file, the change, the code, and what is underlined in which file.
MISTAKES = (
    ("a misspelt attribute", FLEET, "main.oib", ('release = "12.0"', 'relase = "12.0"'), "OIB3003", "main.oib", "relase"),
    ("a word that is no configuration", FLEET, "main.oib", ("config = aio_dx", "config = aio_duplex"), "OIB3005", "main.oib", "aio_duplex"),
    ("a word that is no role", FLEET, "main.oib", ("role = system_controller", "role = systemcontroller"), "OIB3005", "main.oib", "systemcontroller"),
    ("a system controller that is not there", FLEET, "main.oib", ("of = starlingx.central", "of = starlingx.centrl"), "OIB2004", "main.oib", "starlingx.centrl"),
    ("a group that is not there", FLEET, "main.oib", ("subcloud_group.masts", "subcloud_group.mast"), "OIB2004", "main.oib", "starlingx.central.subcloud_group.mast"),
    ("a virtual switch that is none, on one side of a choice", FLEET, "main.oib", ("then ovs else", "then ovss else"), "OIB3005", "main.oib", "ovss"),
    ("a file system that is not there", FLEET, "main.oib", ("instances = 100", "instance = 100"), "OIB3003", "main.oib", "instance"),
    ("a backend that is not there", FLEET, "main.oib", ("storage rook", "storage rok"), "OIB3005", "main.oib", "rok"),
    ("hosts of nobody that is known", FLEET, "main.oib", ("managed_by = starlingx", "managed_by = starlingX"), "OIB3005", "main.oib", "starlingX"),
    ("a release that is not known", FLEET, "main.oib", ('release = "12.0"', 'release = "12.1"'), "OIB3005", "main.oib", '"12.1"'),
    ("simplex system controller", FLEET, "main.oib", ("  config = aio_dx\n  role", "  config = aio_sx\n  role"), "OIB8107", "main.oib", "aio_sx"),
    ("a system controller that nobody named one", FLEET, "main.oib", ("  role = system_controller\n", ""), "OIB5844", "main.oib", "starlingx.central"),
    ("a subcloud that is a system controller", FLEET, "main.oib", ("    of = starlingx.central\n", "    of = starlingx.central\n    role = system_controller\n"), "OIB5845", "main.oib", "system_controller"),
    ("subcloud of a subcloud", FLEET, "main.oib", ("    of = starlingx.central\n", '    of = if m.name == "b" then starlingx.mast["a"] else starlingx.central\n'), "OIB5844", "masts.csv", "b"),
    ("two rows with one key", FLEET, "masts.csv", ("b,1,", "a,1,"), "OIB2014", "masts.csv", "a"),
    ("keys that differ in case alone", FLEET, "masts.csv", ("b,1,", "A,1,"), "OIB2014", "masts.csv", "A"),
    ("two rows with one number", FLEET, "masts.csv", ("b,1,", "b,0,"), "OIB5001", "masts.csv", "0"),
    ("two hosts and one boot port", FLEET, "masts.csv", ("10.70.0.2,02:00:00:00:01:02", "10.70.0.2,"), "OIB8030", "masts.csv", ""),
    ("two rows with one boot port", FLEET, "masts.csv", ("02:00:00:00:01:04", "02:00:00:00:01:03"), "OIB5122", "masts.csv", "02:00:00:00:01:03"),
    ("two rows with one management controller", FLEET, "masts.csv", ("10.70.0.4", "10.70.0.3"), "OIB5121", "masts.csv", "10.70.0.3"),
    ("a column under another name", FLEET, "masts.csv", ("name,n,mode,cloud", "name,n,mod,cloud"), "OIB3011", "masts.csv", "name,n,mod,cloud,bmc0,mac0,bmc1,mac1"),
    ("a cell too many", FLEET, "masts.csv", ("01:05,,", "01:05,,,x"), "OIB2031", "masts.csv", "d,3,aio_sx,false,10.70.0.5,02:00:00:00:01:05,,,x"),
    ("cells too few", FLEET, "masts.csv", ("01:05,,", "01:05"), "OIB2031", "masts.csv", "d,3,aio_sx,false,10.70.0.5,02:00:00:00:01:05"),
    ("one VLAN for two networks of a host", DUPLEX, "main.oib", ("cidr = 10.1.2.0/24  vlan = 11", "cidr = 10.1.2.0/24  vlan = 10"), "OIB8064", "main.oib", "network.mgmt"),
    ("two networks on one subnet", DUPLEX, "main.oib", ("cidr = 10.1.2.0/24", "cidr = 10.1.1.128/25"), "OIB5001", "main.oib", "10.1.1.128/25"),
    ("the router's address for the floating one", DUPLEX, "main.oib", ("floating = 10.1.1.10", "floating = 10.1.1.1"), "OIB5011", "main.oib", "10.1.1.1"),
    ("a floating address of another network", DUPLEX, "main.oib", ("floating = 10.1.1.10", "floating = 10.1.3.10"), "OIB5010", "main.oib", "10.1.3.10"),
    ("a floating address with no room beside it", DUPLEX, "main.oib", ("floating = 10.1.1.10", "floating = 10.1.1.254"), "OIB8040", "main.oib", "10.1.1.254"),
    ("a floating address that is the broadcast", DUPLEX, "main.oib", ("floating = 10.1.1.10", "floating = 10.1.1.255"), "OIB5004", "main.oib", "10.1.1.255"),
    ("one address twice", DUPLEX, "main.oib", ("floating = 10.1.1.10", "floating = 10.1.1.10  node0 = 10.1.1.10"), "OIB8040", "main.oib", "10.1.1.10"),
    ("a management network too small", DUPLEX, "main.oib", ("cidr = 10.1.2.0/24", "cidr = 10.1.2.0/30"), "OIB8036", "main.oib", "10.1.2.0/30"),
    ("a network that hosts are not on", DUPLEX, "main.oib", ("mgmt = network.mgmt", "mgmt = network.bmc"), "OIB5802", "main.oib", "hosts.controller"),
    ("one network for two purposes", DUPLEX, "main.oib", ("mgmt = network.mgmt", "mgmt = network.oam"), "OIB8062", "main.oib", "network.mgmt"),
    ("IPv4 beside IPv6", DUPLEX, "main.oib", ("cidr = 10.1.2.0/24", "cidr = fd00:1::/64"), "OIB8035", "main.oib", "network.mgmt"),
    ("pods on the system's networks", DUPLEX, "main.oib", ("  oam { floating", "  cluster { pods = 10.1.0.0/16 }\n  oam { floating"), "OIB5001", "main.oib", "10.1.0.0/16"),
    ("services on the system's networks", DUPLEX, "main.oib", ("  oam { floating", "  cluster { services = 10.0.0.0/8 }\n  oam { floating"), "OIB5001", "main.oib", "10.0.0.0/8"),
    ("a name server among the pods", DUPLEX, "main.oib", ("dns = [10.1.0.53]", "dns = [172.16.0.53]"), "OIB5720", "main.oib", "starlingx edge"),
    ("a configuration of one host with two", DUPLEX, "main.oib", ("config = aio_dx", "config = aio_sx"), "OIB8020", "main.oib", "hosts.controller"),
    ("four name servers", DUPLEX, "main.oib", ("dns = [10.1.0.53]", "dns = [10.1.0.53, 10.1.0.54, 10.1.0.55, 10.1.0.56]"), "OIB8033", "main.oib", "[10.1.0.53, 10.1.0.54, 10.1.0.55, 10.1.0.56]"),
    ("no name server", DUPLEX, "main.oib", ("dns = [10.1.0.53]", "dns = []"), "OIB8033", "main.oib", "[]"),
    ("too little memory", DUPLEX, "main.oib", ("memory = 128 GiB", "memory = 16 GiB"), "OIB8042", "main.oib", "16 GiB"),
    ("more cores than there are", DUPLEX, "main.oib", ("  managed_by", "  cores { platform = 20 }\n  managed_by"), "OIB5131", "main.oib", "20"),
    ("no core for the platform", DUPLEX, "main.oib", ("  managed_by", "  cores { platform = 0 }\n  managed_by"), "OIB3002", "main.oib", "0"),
    ("a controller that is a worker", DUPLEX, "main.oib", ("workers = hosts.worker", "workers = hosts.controller"), "OIB5843", "main.oib", "hosts.controller"),
    ("two hosts with one boot port", DUPLEX, "main.oib", ("02:00:00:00:00:04", "02:00:00:00:00:03"), "OIB5122", "main.oib", "[02:00:00:00:00:03, 02:00:00:00:00:03][index]"),
    ("a Kubernetes that the release lacks", DUPLEX, "main.oib", ("  oam { floating", '  kubernetes = "1.19"\n  oam { floating'), "OIB8025", "main.oib", '"1.19"'),
    ("three copies on two hosts", DUPLEX, "main.oib", ("rook { devices = disk.osd }", "rook { devices = disk.osd  replicas = 3 }"), "OIB8027", "main.oib", "3"),
    ("the disk of the system for data", DUPLEX, "main.oib", ("devices = disk.osd", "devices = disk.root"), "OIB8069", "main.oib", "disk.root"),
    ("a disk that is not there", DUPLEX, "main.oib", ("devices = disk.osd", "devices = disk.os"), "OIB2004", "main.oib", "disk.os"),
    ("a password in plain text", DUPLEX, "main.oib", ('sysadmin_password = secrets.vault["sysadmin"]', 'sysadmin_password = "St8rlingX*"'), "OIB3010", "main.oib", '"St8rlingX*"'),
    ("more at a time than the release takes", FLEET, "main.oib", ("max_parallel = 5 ", "max_parallel = 5001 "), "OIB8108", "main.oib", "5001"),
    ("none at a time", FLEET, "main.oib", ("max_parallel = 5 ", "max_parallel = 0 "), "OIB3002", "main.oib", "0"),
    ("no way to the system controller", FLEET, "main.oib", ("vlan = 11  gateway = 10.1.2.1 }\nnetwork bmc", "vlan = 11 }\nnetwork bmc"), "OIB5821", "main.oib", "starlingx.central"),
    ("a router of nowhere", FLEET, "main.oib", ("    of = starlingx.central\n", "    of = starlingx.central\n    system_controller_gateway = 10.9.9.9\n"), "OIB8103", "main.oib", "10.9.9.9"),
    ("a router among given addresses", FLEET, "main.oib", ("    of = starlingx.central\n", "    of = starlingx.central\n    system_controller_gateway = 10.1.2.50\n"), "OIB8103", "main.oib", "10.1.2.50"),
    ("an OpenStack that an older subcloud lacks", FLEET, "main.oib", ("    config = m.mode\n", '    config = m.mode\n    release = "11.0"\n'), "OIB8140", "main.oib", '"2025.1"'),
    ("a system controller older than its subclouds", FLEET, "main.oib", ("  config = aio_dx\n  role", '  config = aio_dx\n  release = "11.0"\n  role'), "OIB8106", "main.oib", '"12.0"'),
    ("a name of digits", FLEET, "masts.csv", ("b,1,", "77,1,"), "OIB8112", "main.oib", "starlingx mast[m.name]"),
    ("a name that is no key", FLEET, "masts.csv", ("b,1,", "b b,1,"), "OIB2015", "masts.csv", "b b"),
    ("an OpenStack that the release lacks", FLEET, "main.oib", ('release = "2025.1"', 'release = "2026.1"'), "OIB8140", "main.oib", '"2026.1"'),
    ("an installation of no subcloud", FLEET, "main.oib", ("  subcloud_group masts", "  install { }\n  subcloud_group masts"), "OIB5847", "main.oib", "install"),
    ("prestaging of no subcloud", DUPLEX, "main.oib", ("  oam { floating", "  prestage = install\n  oam { floating"), "OIB5847", "main.oib", "install"),
    ("a tag that guests may use too", DUPLEX, "main.oib", ("port nic.lom[1] { networks = [network.mgmt] }", "port nic.lom[1] { networks = [network.mgmt]  physnet = physnet.x }\n}\nphysnet x { type = vlan  vlans = 1..99 }\ntemplate hosts unused {"), "OIB5104", "main.oib", "11"),
)  # fmt: skip
#: Errors that say all in their message.
WITHOUT_HINT = {"OIB2014", "OIB2031", "OIB3002"}


@cache
def files(name: str) -> dict[str, str | bytes]:
    return {path.name: path.read_text("utf-8") for path in sorted((HERE / name).iterdir())}


def errors(changed: dict[str, str | bytes]):
    return [d for d in check_blueprint(MemoryLoader(changed), Options()).diagnostics if d.is_error]


def changed(name: str, file: str, *changes: tuple[str, str]) -> dict[str, str | bytes]:
    text = str(files(name)[file])
    for old, new in changes:
        assert old in text, "the blueprint has changed: change the mistake"
        text = text.replace(old, new, 1)
    return {**files(name), file: text}


def fleet_of(count: int, *changes: tuple[str, str]) -> dict[str, str | bytes]:
    rows = [f"s{n},{n},aio_sx,false,10.70.1.{n},02:00:00:00:02:{n:02x},," for n in range(count)]
    head = str(files(FLEET)["masts.csv"]).splitlines()[0]
    return {**changed(FLEET, "main.oib", *changes), "masts.csv": "\n".join([head, *rows]) + "\n"}


@pytest.mark.parametrize("name", [FLEET, DUPLEX])
def test_nothing_is_wrong_without_a_mistake(name):
    assert errors(files(name)) == []


@pytest.mark.parametrize("mistake", MISTAKES, ids=[mistake[0] for mistake in MISTAKES])
def test_a_mistake_is_one_error_at_its_place_with_a_way_out(mistake):
    _, name, file, change, code, where, underlined = mistake
    found = errors(changed(name, file, change))
    assert [(d.rule.code, d.message) for d in found if d.rule.code != code] == []
    (fault,) = found
    assert fault.span is not None
    assert (where, underlined) == (fault.span.source.path, fault.span.text)
    assert fault.hint or code in WITHOUT_HINT


def test_all_faulty_cells_are_told_each_at_its_place():
    row = "b,1,aio_sx,false,10.70.0.3,02:00:00:00:01:03"
    faulty = "b,x,aio_sy,fals,10.70.0.300,02:00:00:00:01:0"
    other = ("c,2,aio_sx,false", "c,300,aio_sx,false")
    found = errors(changed(FLEET, "masts.csv", (row, faulty), other))
    assert [d.span.text for d in found] == [*faulty.split(",")[1:], "300"]


def test_a_word_in_a_cell_is_compared_with_those_that_are_allowed():
    (fault,) = errors(changed(FLEET, "masts.csv", ("b,1,aio_sx", "b,1,aio_sy")))
    assert fault.hint == "for example `aio_sx`"


def test_what_all_sites_have_from_one_line_is_told_once():
    found = errors(fleet_of(40, ("  managed_by = starlingx\n", "")))
    assert [d.span.text for d in found] == ["hosts central", 'hosts mast["${m.name}-${i}"]']
    assert "39 more hosts are in the same case" in found[1].notes


def test_an_oam_subnet_that_is_too_small_is_told_once_a_site():
    found = errors(
        changed(
            FLEET, "main.oib", ("subnet(10.64.0.0/16, 28, m.n)", "subnet(10.64.0.0/16, 30, m.n)")
        )
    )
    assert [(d.rule.code, d.span.text) for d in found] == [("OIB8036", str(n)) for n in range(5)]


def test_a_fault_of_every_row_is_told_at_length_for_the_first_rows_and_by_place_for_all():
    found = errors(fleet_of(40, ("subnet(10.64.0.0/16, 28, m.n)", "subnet(10.64.0.0/16, 30, m.n)")))
    assert {d.rule.code for d in found} == {"OIB8036"}
    text = render_text(found)
    assert text.count("help: take /29 or a shorter prefix") == 10
    assert [f"masts.csv:{n}:" in text for n in range(2, 42)] == [True] * 40
