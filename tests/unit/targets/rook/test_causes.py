"""Change a fact, and every line that changes names the field that states it."""

from __future__ import annotations

import difflib

import pytest

from blueprint.target import Artifact, Cause
from tests.unit.targets.rook.clouds import EVERYTHING, made_of, text

WHOLE = text(EVERYTHING, taints='taints = { "storage" = no_schedule }')
MAIN = "ceph.main."
#: What is changed, to what, and the fields that lines which change may name.
EDITS = {
    "monitors": ("monitors = [hosts.node[1], hosts.node[2], hosts.node[3]]", "monitors = [hosts.node[1]]", "monitors"),
    "managers": ("managers = [hosts.node[1], hosts.node[2], hosts.node[3]]", "managers = [hosts.node[1]]", "managers"),
    "OSDs": ("osds = hosts.node", "osds = [hosts.node[3], hosts.node[2], hosts.node[1]]", "osds"),
    "gateways": ("rgw = hosts.node", "rgw = [hosts.node[1]]", "rgw"),
    "metadata servers": ("mds = hosts.node", "mds = [hosts.node[2]]", "mds"),
    "a disk": ("/dev/disk/by-path/sas-", "/dev/disk/by-path/sata-", "hardware.server.disk.osd.paths"),
    "a metadata disk": ("/dev/nvme0n1", "/dev/nvme7n1", "hardware.server.disk.db.paths"),
    "no metadata disks": ("db_devices = disk.db\n", "\n", "devices"),
    "the network": ("host_network = true\n  cluster_network = network.storage", "", "network"),
    "a network's address": ("10.31.0.0/24", "10.32.0.0/24", "network.storage.cidr"),
    "encryption": ("encrypted = true", "encrypted = false", "encrypted"),
    "the release": ("release = tentacle", "release = squid", "release"),
    "a storage class": ('storage_class = "general"', 'storage_class = "other"', "pool.general.storage_class"),
    "the default": ("default = true", "default = false", "pool.general.default"),
    "a share": ("share = 10 %", "share = 11 %", "pool.general.share"),
    "a failure domain": ("failure_domain = rack", "failure_domain = host", "pool.images.failure_domain"),
    "a code": ("erasure { k = 2  m = 1 }  device_class", "erasure { k = 1  m = 1 }  device_class", "pool.volumes.erasure"),
    "a class": ("device_class = hdd", "", "device_class"),
    "a client": ("use = nova", "use = rbd", "pool"),
    "a port": ("port = 8088", "port = 8089", "object.port"),
    "a taint": ('"storage" = no_schedule', '"other" = no_schedule', "taints"),
    "names of nodes": ('"node-${n}"', '"machine-${n}"', "name"),
}  # fmt: skip


def causes_of(artifact: Artifact) -> list[Cause | None]:
    return [
        cause
        for run in artifact.runs
        for _ in range(max(1, len(run.members)))
        for cause in run.causes
    ]


@pytest.mark.parametrize("edit", EDITS)
def test_lines_that_change_name_the_field(edit: str) -> None:
    old, new, field = EDITS[edit]
    assert old in WHOLE
    before, after = made_of(WHOLE).files, made_of(WHOLE.replace(old, new)).files
    changed = 0
    for path, artifact in after.items():
        was = before[path].text.splitlines() if path in before else []
        lines, causes = artifact.text.splitlines(), causes_of(artifact)
        matcher = difflib.SequenceMatcher(None, was, lines, autojunk=False)
        for tag, _, _, start, end in matcher.get_opcodes():
            for position in range(start, end) if tag in ("replace", "insert") else ():
                changed += 1
                cause = causes[position]
                assert cause is not None, lines[position]
                assert any(field in each for each in cause.paths), (lines[position], cause)
    removed = sum(len(before[path].text.splitlines()) for path in before) - sum(
        len(artifact.text.splitlines()) for artifact in after.values()
    )
    assert changed or removed
