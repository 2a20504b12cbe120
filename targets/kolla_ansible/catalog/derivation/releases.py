"""Which upstream packages stand for which release; one line here adds a release."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UpstreamRelease:
    """The packages of one OpenStack release: Kolla-Ansible pinned, services by series."""

    name: str
    kolla_ansible: str


RELEASES = {
    release.name: release
    for release in (
        UpstreamRelease("2024.2", "19.8.0"),
        UpstreamRelease("2025.1", "20.6.0"),
        UpstreamRelease("2025.2", "21.3.0"),
        UpstreamRelease("2026.1", "22.2.0"),
    )
}
