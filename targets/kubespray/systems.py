"""Host systems: which of them a release of Kubespray takes, and which engines it puts on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from blueprint.model.hosts import OperatingSystem

#: Distributions that CRI-O is offered on: "only on Fedora, Ubuntu and CentOS based systems" (its README).
CRI_O = frozenset(
    {"almalinux", "centos-stream", "fedora", "oracle", "rhel", "rocky", "ubuntu"}
)  # fmt: skip


def behaves_as(system: OperatingSystem) -> str:
    """The listed system that a host system is, or is declared to be like."""
    return system.like or system.name


def distribution_of(system: OperatingSystem, known: Mapping[str, Sequence[str]]) -> str | None:
    """The distribution of a system that the release takes in this version, or None."""
    name = behaves_as(system)
    for distribution, versions in known.items():
        if name == distribution:
            return distribution
        if name.startswith(f"{distribution}-"):
            version = name.removeprefix(f"{distribution}-")
            if not versions or any(version == v or version.startswith(f"{v}.") for v in versions):
                return distribution
    return None


def names(known: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The systems that a release takes, as blueprints name them."""
    return tuple(
        name
        for distribution, versions in known.items()
        for name in ([f"{distribution}-{v}" for v in versions] or [distribution])
    )
