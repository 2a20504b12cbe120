"""What is refused of hosts: what just fits, and what just doesn't; and one mistake is one error."""

from __future__ import annotations

import pytest

from tests.unit.targets.starlingx.systems import compiled, files_of


def codes(name, *edits):
    """The codes of the errors of a blueprint after some edits."""
    files = files_of(name)
    main = str(files["main.oib"])
    for old, new in edits:
        assert old in main, old
        main = main.replace(old, new)
    found = compiled({**files, "main.oib": main})
    return [each.rule.code for each in found.diagnostics if each.is_error]


@pytest.mark.parametrize(("vfs", "said"), [(128, []), (129, ["OIB8071"])])
def test_a_port_has_128_virtual_functions_at_most(vfs, said):
    edits = (("sriov_vfs = 16", "sriov_vfs = 256"), ("vfs = 16  driver", f"vfs = {vfs}  driver"))
    assert codes("aio_sx", *edits) == said


def test_functions_that_the_card_has_not_are_told_once():
    assert codes("aio_sx", ("vfs = 16  driver", "vfs = 129  driver")) == ["OIB5508"]


@pytest.mark.parametrize(("size", "said"), [("131072 MiB", []), ("131073 MiB", ["OIB8072"])])
def test_the_platform_has_two_thirds_of_a_numa_node_at_most(size, said):
    edit = ("memory { platform = 24 GiB }", f"memory {{ platform = {size} }}")
    assert codes("aio_dx", edit) == said


def test_more_memory_than_there_is_is_told_once():
    edit = ("memory { platform = 16 GiB ", "memory { platform = 400 GiB ")
    assert codes("aio_sx", edit) == ["OIB5130"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a23456789012345", []),
        ("a234567890123456", ["OIB8063"]),
        ("oamA", ["OIB8063"]),
        ("oam-_0", []),
    ],
)
def test_interfaces_have_names_that_starlingx_takes(name, said):
    label = name if name.isalnum() else f'"{name}"'
    assert codes("standard", ("bond oam0 {", f"bond {label} {{")) == said


@pytest.mark.parametrize(("release", "said"), [("9.0", ["OIB8060"]), ("10.0", [])])
def test_a_storage_network_is_made_from_10_0_on(release, said):
    assert codes("standard", ('release = "11.0"', f'release = "{release}"')) == said


@pytest.mark.parametrize(
    ("stated", "said"),
    [
        ("devices = disk.osd", []),
        ("devices = [disk.root, disk.osd]", ["OIB8069"]),
        ("devices = [disk.osd, disk.osd[0]]", ["OIB8069"]),
    ],
)
def test_disks_of_the_backend_are_nothing_else(stated, said):
    assert codes("aio_sx", ("devices = disk.osd", stated)) == said


def test_the_stated_disk_of_the_system_leaves_the_first_one_free():
    edits = (
        ("devices = disk.osd", "devices = disk.root"),
        ("  storage rook", "  system_disk = disk.osd\n  storage rook"),
    )
    assert codes("aio_sx", *edits) == []


def test_a_journal_is_on_a_disk_of_its_own():
    assert codes("dedicated_storage", ("journal = disk.osd[1]", "journal = disk.osd[0]")) == [
        "OIB8069"
    ]


def test_a_volume_group_takes_no_disk_of_another_use():
    edits = (("storage rook { devices = disk.osd }", "storage rook { devices = disk.osd }\n  volume_groups { nova_local { devices = disk.osd } }"),)  # fmt: skip
    assert codes("aio_sx", *edits) == ["OIB8069"]


@pytest.mark.parametrize(
    "part", ["memory { platform = 8 GiB  vswitch = 1 GiB }", "cores { platform = 2  shared = 1 }"]
)
def test_hosts_without_workloads_have_no_such_plan(part):
    edit = (
        "hosts controller like hosts.system {",
        f"hosts controller like hosts.system {{\n  {part}",
    )
    assert codes("standard", edit) == ["OIB8070"]


def test_memory_of_the_platform_may_be_stated_of_any_host():
    edit = (
        "hosts controller like hosts.system {",
        "hosts controller like hosts.system {\n  memory { platform = 20 GiB }",
    )
    assert codes("standard", edit) == []


def test_a_switch_that_is_not_there_is_told_of_the_port_that_it_polls():
    assert codes("standard", ("vswitch = ovs_dpdk", "vswitch = ovs")) == ["OIB8046"]


def test_the_same_vlan_on_two_links_is_refused():
    assert codes(
        "standard", ("192.168.208.0/24\n  vlan = 22", "192.168.208.0/24\n  vlan = 10")
    ) == ["OIB8064"]


def test_the_first_controller_is_known_by_its_port_or_its_controller():
    boot, bmc = (
        ("  boot { mac = 02:00:00:01:00:01 }\n", ""),
        ("bmc { address = 10.72.0.1  ", "bmc { "),
    )
    assert codes("aio_sx", boot) == codes("aio_sx", bmc) == []
    assert codes("aio_sx", boot, bmc) == ["OIB8075"]


def test_the_network_of_installation_is_no_other_one():
    edits = (
        ("pxeboot = network.pxe", "pxeboot = network.mgmt"),
        ("    native = network.pxe\n", ""),
    )
    assert codes("standard", *edits) == ["OIB8076"]


def test_ports_in_use_have_names():
    assert codes("aio_sx", ('    names = ["eno1", "eno2"]\n', "")) == ["OIB8077"]


@pytest.mark.parametrize(
    ("name", "stated", "said"),
    [
        ("aio_sx", "osd", []),
        ("aio_sx", "host", ["OIB8078"]),
        ("aio_dx", "host", []),
        ("aio_dx", "osd", ["OIB8078"]),
    ],
)
def test_the_configuration_decides_what_may_fail(name, stated, said):
    edit = ("devices = disk.osd }", f"failure_domain = {stated}  devices = disk.osd }}")
    assert codes(name, edit) == said


_WAL = """  disk osd {
    count = 2"""


@pytest.mark.parametrize(("disk", "said"), [("2050 MiB", []), ("2049 MiB", ["OIB8168"])])
def test_the_journals_of_all_osds_of_a_host_fit_on_their_disk(disk, said):
    wal = f'  disk wal {{ size = {disk}  media = nvme  paths = ["/dev/disk/by-path/pci-0000:05:00.0-nvme-1"] }}'
    stated = "devices = disk.osd  journal = disk.wal  journal_size = 1 GiB"
    assert codes(
        "dedicated_storage",
        (_WAL, f"{wal}\n{_WAL}"),
        ("devices = disk.osd[0]  journal = disk.osd[1]", stated),
    ) == said  # fmt: skip


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ("1 GiB", []),
        ("10 GiB", []),
        ("11 GiB", ["OIB8168"]),
        ("1536 MiB", ["OIB8168"]),
        ("200 MiB", ["OIB8168"]),
    ],
)
def test_a_journal_has_1_to_10_whole_gibibytes(size, said):
    stated = ("journal = disk.osd[1]", f"journal = disk.osd[1]  journal_size = {size}")
    assert codes("dedicated_storage", stated) == said
