"""The thin pools that images for Firecracker are unpacked on: a script for each node, and the list of the nodes."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

from blueprint.model import Host
from blueprint.model.hardware import Disk
from blueprint.target import Artifact, Cause
from blueprint.values import Ref
from targets._formats.page import Page
from targets.kata.installation import Installation

SCRIPT = "thin_pool.sh"
LIST = "thin_pools.txt"


def disk_of(installation: Installation, pool: str) -> tuple[Ref, str] | None:
    """The disk of the thin pool on the nodes of a pool, and the runtime that states it."""
    for placed in installation.shims:
        for label in placed.runtimes:
            disk = installation.runtime(label).devmapper_disk
            if pool in placed.pools and disk is not None:
                return disk, label
    return None


def device(disk: Disk, ref: Ref) -> str | None:
    """The path of the disk that a reference means: the first where it names several."""
    position = int(ref.key or 0)
    return disk.paths[position] if position < len(disk.paths) else None


def artifacts(installation: Installation) -> Iterator[Artifact]:
    """The script, and which node has which disk; nothing where no shim needs it."""
    if not installation.devmapper_pools:
        return
    fields = tuple(
        installation.path("runtime", label, "devmapper_disk")
        for label, runtime in installation.cluster.runtime.items()
        if runtime.devmapper_disk is not None
    )
    cause = Cause("the thin pool of containerd's devmapper snapshotter", fields)
    page = Page()
    for line in files(__package__).joinpath(SCRIPT).read_text(encoding="utf-8").splitlines():
        page.line(line, cause)
    made = page.artifact(f"kata/{SCRIPT}")
    yield Artifact(made.path, made.text, made.runs, is_executable=True)
    page = Page()
    for pool in installation.devmapper_pools:
        for host in installation.hosts(pool):
            page.line(*_row(installation, pool, host))
    yield page.artifact(f"kata/{LIST}")


def _row(installation: Installation, pool: str, host: Host) -> tuple[str, Cause]:
    found = disk_of(installation, pool)
    assert found is not None, "the check has asked for a disk"
    ref, label = found
    hardware = installation.model.hardware(host)
    path = device(hardware.disk[ref.name], ref)
    network = installation.cluster.node_network
    address = installation.model.addresses.text(host.ref, network) if network else host.name
    fields = (
        installation.path("runtime", label, "devmapper_disk"),
        f"{host.spec.hardware}.disk.{ref.name}.paths",
        f"{host.group}.user",
        f"{host.ref}.address.{network}" if network else f"{host.ref}.name",
    )
    return f"{host.spec.user}@{address} {path}", Cause("a node and the disk of its pool", fields)
