"""Families of host systems: who configures the network, who boots the kernel, what packages are called."""

from __future__ import annotations

from typing import Literal, TypeAlias

from blueprint.model.hosts import OperatingSystem

Family: TypeAlias = Literal["debian", "redhat"]

#: The distributions of each family, as the first word of a system's name.
DISTRIBUTIONS: dict[str, Family] = {
    "ubuntu": "debian",
    "debian": "debian",
    "rocky": "redhat",
    "centos": "redhat",
    "rhel": "redhat",
    "almalinux": "redhat",
    "openeuler": "redhat",
}


def behaves_as(system: OperatingSystem) -> str:
    """The system that a host system is, or is declared to be like."""
    return system.like or system.name


def distribution_of(system: OperatingSystem) -> str | None:
    """The distribution of a system, or None for one that is not known."""
    name = behaves_as(system).partition("-")[0]
    return name if name in DISTRIBUTIONS else None


def family_of(system: OperatingSystem) -> Family | None:
    """The family of a system, or None for one that is not known."""
    distribution = distribution_of(system)
    return None if distribution is None else DISTRIBUTIONS[distribution]
