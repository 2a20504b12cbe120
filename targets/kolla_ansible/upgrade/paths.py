"""From which release to which a cloud can go, and what its database and queue must then take.

OpenStack is upgraded to the next release, or from one SLURP release (the first of a year) to the next
SLURP release. What oib can plan lies between releases whose catalogues it has.
"""

from __future__ import annotations

from collections.abc import Mapping

from targets.kolla_ansible.catalog import releases

#: Version of RabbitMQ in the images of a release: openstack/kolla, docker/rabbitmq and its release notes
#: `rabbitmq-3-13`, `rabbitmq-4-0`, `rabbitmq-41`, `rabbitmq-42`.
RABBITMQ: Mapping[str, str] = {"2024.2": "3.13", "2025.1": "4.0", "2025.2": "4.1", "2026.1": "4.2"}
#: Steps that Kolla-Ansible's check of RabbitMQ's version lets pass (roles/rabbitmq, `version-check.yml`
#: of 20.6.0 and 21.3.0, `rabbitmq_allowed_upgrades` of 22.2.0), beside those of one minor version.
RABBITMQ_STEPS: Mapping[str, tuple[str, ...]] = {"3.13": ("4.0", "4.1"), "4.0": ("4.1", "4.2")}
#: Version of MariaDB in the images: openstack/kolla, `kolla/template/repos.yaml`, note `mariadb-11.4`.
MARIADB: Mapping[str, str] = {
    "2024.2": "10.11",
    "2025.1": "10.11",
    "2025.2": "11.4",
    "2026.1": "11.4",
}


def is_slurp(release: str) -> bool:
    """Whether a release may be left for the next of its kind, skipping the one between."""
    return release.endswith(".1")


def next_releases(release: str) -> tuple[str, ...]:
    """The known releases to which one upgrade leads from a known release, nearest first."""
    later = [each for each in releases() if each > release]
    found = later[:1]
    if is_slurp(release):
        found += [each for each in later if is_slurp(each)][:1]
    return tuple(dict.fromkeys(found))


def way(origin: str, goal: str) -> tuple[str, ...]:
    """The releases to go through from one known release to a later one, both included, the fewest."""
    ways: list[tuple[str, ...]] = [(origin,)]
    while ways:
        longer = [(*each, after) for each in ways for after in next_releases(each[-1])]
        found = next((each for each in longer if each[-1] == goal), None)
        if found is not None:
            return found
        ways = longer
    return ()


def passed(origin: str, goal: str) -> tuple[str, ...]:
    """The releases whose changes come on the way: all after the origin, up to the goal."""
    return tuple(each for each in releases() if origin < each <= goal)
