"""Plans which disks become OSDs: by stable path where the hardware states paths, else by size and medium."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from blueprint.model.hardware import Disk
from blueprint.values import Ref

#: What disks of one stated size may differ by: makers round, and cephadm reads the exact size.
_TOLERANCE = Decimal("0.05")
_GB = 10**9


def selector(disks: Sequence[tuple[Ref, Disk]]) -> dict[str, Any]:
    """The device selection of a drive group for disks of one model of server."""
    paths = [path for ref, disk in disks for path in paths_of(ref, disk)]
    if paths:
        return {"paths": paths}
    _, disk = disks[0]
    smallest = min(low for low, _ in (bounds(d) for _, d in disks))
    largest = max(high for _, high in (bounds(d) for _, d in disks))
    found: dict[str, Any] = {
        "rotational": int(disk.media == "hdd"),
        "size": f"{smallest}GB:{largest}GB",
    }
    single = sum(1 if ref.key is not None else disk.count for ref, disk in disks)
    if any(ref.key is not None for ref, _ in disks):
        found["limit"] = single
    return found


def paths_of(ref: Ref, disk: Disk) -> tuple[str, ...]:
    """The stated paths of the disks that a reference means."""
    if ref.key is None or not disk.paths:
        return disk.paths
    position = int(ref.key)
    return disk.paths[position : position + 1]


def bounds(disk: Disk) -> tuple[int, int]:
    """The least and the most whole gigabytes of a disk of the stated size."""
    size = Decimal(int(disk.size)) / _GB
    low, high = size * (1 - _TOLERANCE), size * (1 + _TOLERANCE)
    return int(low), -int(-high // 1)


def also_selects(wanted: Sequence[tuple[Ref, Disk]], name: str, other: Disk) -> bool:
    """Whether a selection by size and medium also takes another disk of the hardware."""
    if any(paths_of(ref, disk) for ref, disk in wanted) or any(r.name == name for r, _ in wanted):
        return False
    rotational = wanted[0][1].media == "hdd"
    if (other.media == "hdd") != rotational:
        return False
    smallest = min(low for low, _ in (bounds(d) for _, d in wanted))
    largest = max(high for _, high in (bounds(d) for _, d in wanted))
    low, high = bounds(other)
    return low <= largest and high >= smallest
