"""Change a fact, and every line that changes names the field that states it."""

from __future__ import annotations

import difflib

import pytest

from blueprint.target import Artifact, Cause
from tests.unit.targets.starlingx.systems import compiled, files_of

#: A blueprint, what is changed in it, to what, and the field that lines which change name.
EDITS = {
    "a router": ("aio_dx", "gateway = 10.20.0.1", "gateway = 10.20.0.2", "network.oam.gateway"),
    "a subnet": ("aio_dx", "cidr = 10.20.0.0/24", "cidr = 10.20.0.0/23", "network.oam.cidr"),
    "a range": ("aio_dx", "192.168.204.250", "192.168.204.251", "network.mgmt.allot"),
    "the address": ("aio_sx", "oam { floating = 10.20.0.2 }", "oam { floating = 10.20.0.3 }", "oam.floating"),
    "a name server": ("aio_dx", "10.20.0.54", "10.20.0.55", "site.here.dns"),
    "a time server": ("aio_dx", "10.20.0.123", "10.20.0.124", "site.here.ntp"),
    "the time zone": ("aio_dx", "Asia/Shanghai", "Europe/Berlin", "site.here.timezone"),
    "the place": ("aio_dx", "latitude = 39.9", "latitude = 40.5", "site.here.latitude"),
    "the kernel": ("aio_sx", "kernel = low_latency", "kernel = standard", "hosts.node.kernel"),
    "VLANs of a data network": ("aio_dx", "vlans = 300..399", "vlans = 300..398", "physnet.tenant.vlans"),
    "a frame": ("standard", "300..399  mtu = 9000", "300..399  mtu = 8000", "physnet.tenant.mtu"),
    "cores": ("aio_sx", "isolated = 20", "isolated = 18", "hosts.node.cores.isolated"),
    "the platform's memory": ("aio_sx", "platform = 16 GiB", "platform = 17 GiB", "hosts.node.memory.platform"),
    "huge pages": ("aio_sx", "count = 96", "count = 95", "hosts.node.memory.hugepages"),
    "functions": ("aio_sx", "vfs = 16  driver", "vfs = 8  driver", "hosts.node.port.nic.fronthaul[0].sriov.vfs"),
    "a driver": ("aio_sx", "driver = vfio", "driver = netdevice", "sriov.driver"),
    "a port": ("aio_sx", '"eno1", ', '"eno9", ', "hardware.edge_box.nic.lom.names"),
    "a disk": ("aio_sx", "02:00.0-nvme-1", "03:00.0-nvme-1", "hardware.edge_box.disk.osd.paths"),
    "the system's disk": ("aio_sx", "01:00.0-nvme-1", "03:00.0-nvme-1", "hardware.edge_box.disk.root.paths"),
    "a file system": ("aio_sx", "docker = 60 GiB", "docker = 70 GiB", "filesystems.docker"),
    "a service's parameter": ("aio_sx", '"domainNumber" = "24"', '"domainNumber" = "25"', "ptp_instance.fronthaul.parameters"),
    "a management controller": ("aio_sx", "address = 10.72.0.1", "address = 10.72.0.2", "bmc.address"),
    "a secret": ("aio_sx", 'secrets.vault["bmc"]', 'secrets.vault["ilo"]', "hosts.node.bmc.credentials"),
    "how it boots": ("aio_sx", "02:00:00:01:00:01", "02:00:00:01:00:02", "boot.mac"),
    "a policy": ("aio_sx", "topology_manager = single_numa_node", "topology_manager = restricted", "topology_manager"),
    "a VLAN": ("standard", "vlan = 21", "vlan = 25", "network.cluster.vlan"),
    "a mode": ("standard", "mode = active_backup", "mode = balance_xor", "bond.oam0.mode"),
    "a bond's ports": ("standard", "[nic.a[1], nic.b[1]]", "[nic.b[1], nic.data[0]]", "bond.oam0.ports"),
    "a label": ("standard", '"example.org/plant" = "north"', '"example.org/plant" = "south"', "labels"),
    "a volume group": ("standard", "size = 200 GiB", "size = 210 GiB", "volume_groups.nova_local.size"),
    "a pool": ("standard", "192.168.208.99", "192.168.208.98", "network.storage.allot"),
    "a journal's size": ("dedicated_storage", "journal = disk.osd[1]", "journal = disk.osd[1]  journal_size = 2 GiB", "storage"),
    "a journal": ("dedicated_storage", "devices = disk.osd[0]  journal = disk.osd[1]", "devices = disk.osd", "storage"),
    "a group": ("distributed_cloud", "group north { max_parallel = 50 }", "group north { max_parallel = 60 }", "max_parallel"),
    "a way": ("distributed_cloud", "gateway = 10.20.1.1", "gateway = 10.20.1.101", "network.mgmt.gateway"),
    "a registry": ("distributed_cloud", "registry.example:9001", "images.example:9001", "registry.central.url"),
}  # fmt: skip


def artifacts(files: dict[str, str | bytes]) -> dict[str, Artifact]:
    found = compiled(files)
    assert [d.message for d in found.diagnostics if d.is_error] == []
    return {f"{d.layer}/{a.path}": a for d in found.deployments for a in d.artifacts}


def causes_of(artifact: Artifact) -> list[Cause | None]:
    return [
        cause
        for run in artifact.runs
        for _ in range(max(1, len(run.members)))
        for cause in run.causes
    ]


@pytest.mark.parametrize("edit", EDITS)
def test_lines_that_change_name_the_field(edit: str) -> None:
    name, old, new, field = EDITS[edit]
    files = files_of(name)
    main = str(files["main.oib"])
    assert old in main
    before, after = artifacts(files), artifacts(files | {"main.oib": main.replace(old, new)})
    changed = 0
    for path, artifact in after.items():
        was = before[path].text.splitlines() if path in before else []
        lines, causes = artifact.text.splitlines(), causes_of(artifact)
        matcher = difflib.SequenceMatcher(None, was, lines, autojunk=False)
        for tag, _, _, start, end in matcher.get_opcodes():
            for number in range(start, end) if tag in ("replace", "insert") else ():
                cause = causes[number]
                if lines[number] == "---":
                    continue
                assert cause is not None, (path, lines[number])
                named = any(field in each for each in cause.paths)
                assert named, (path, lines[number], cause.paths)
                changed += 1
    assert changed


def test_a_value_of_the_bootstrap_says_how_it_changes_later():
    text = artifacts(files_of("aio_dx"))["starlingx.cell/starlingx/localhost.yml"]
    rules = {each.rule for each in causes_of(text) if each is not None}
    assert any(each.endswith("; only a new installation changes it") for each in rules)
    assert "the site's name servers; `system dns-modify` changes it later" in rules
