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
    "the address": ("aio_dx", "oam { floating = 10.20.0.10 }", "oam { floating = 10.20.0.11 }", "oam.floating"),
    "a name server": ("aio_dx", "10.20.0.54", "10.20.0.55", "site.here.dns"),
    "a time server": ("aio_dx", "10.20.0.123", "10.20.0.124", "site.here.ntp"),
    "the time zone": ("aio_dx", "Asia/Shanghai", "Europe/Berlin", "site.here.timezone"),
    "the place": ("aio_dx", "latitude = 39.9", "latitude = 40.5", "site.here.latitude"),
    "the kernel": ("aio_sx", "kernel = low_latency", "kernel = standard", "hosts.node.kernel"),
    "a frame": ("standard", "300..399  mtu = 9000", "300..399  mtu = 8000", "physnet.tenant.mtu"),
    "the switch": ("aio_dx", "vswitch = ovs", "vswitch = ovs_dpdk", "vswitch"),
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
