"""Host systems and images: which of them a release of Kolla-Ansible takes."""

from __future__ import annotations

from blueprint.model.hosts import OperatingSystem
from targets.kolla_ansible.cloud import Cloud

#: Host systems of each release: its support matrix and `roles/prechecks/vars/main.yml`.
SYSTEMS: dict[str, tuple[str, ...]] = {
    "2024.2": ("centos-stream-9", "debian-12", "rocky-9", "ubuntu-22.04", "ubuntu-24.04"),
    "2025.1": (
        "centos-stream-9", "centos-stream-10", "debian-12", "rocky-9", "rocky-10", "ubuntu-24.04",
    ),
    "2025.2": ("centos-stream-10", "debian-12", "rocky-10", "ubuntu-24.04"),
    "2026.1": ("centos-stream-10", "debian-12", "debian-13", "rocky-10", "ubuntu-24.04"),
}  # fmt: skip

#: Releases whose prechecks refuse `quay.io/openstack.kolla` (roles/prechecks/tasks/registry_checks.yml).
_ASKS_FOR_IMAGES = frozenset({"2026.1"})

#: The registry that Docker asks where an image's name has no host, and the only one it has mirrors of.
DOCKER_HUB = "docker.io"

#: The distribution inside the images for each family of host systems.
_DISTRIBUTIONS = ("ubuntu", "debian", "rocky", "centos")


def behaves_as(system: OperatingSystem) -> str:
    """The listed system that a host system is, or is declared to be like."""
    return system.like or system.name


def distribution_of(system: OperatingSystem) -> str | None:
    """The images' distribution that matches a host system, or None where none does."""
    name = behaves_as(system)
    return next((d for d in _DISTRIBUTIONS if name.startswith(d)), None)


def ca_bundle(distribution: str) -> str:
    """The bundle of trusted certificates inside images of a distribution."""
    if distribution in {"debian", "ubuntu"}:
        return "/etc/ssl/certs/ca-certificates.crt"
    return "/etc/pki/tls/certs/ca-bundle.crt"


def uses_test_images(cloud: Cloud) -> bool:
    """Whether images come from where the release takes them for tests only, and asks to be told so."""
    return cloud.layer.registry is None and cloud.layer.release in _ASKS_FOR_IMAGES
