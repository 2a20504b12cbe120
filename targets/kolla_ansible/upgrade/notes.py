"""What an operator must know of a release beside names: reviewed release notes, each for clouds it concerns.

In our words, from `releasenotes/notes/<note>.yaml` of Kolla-Ansible. What the run-book does itself and what
the catalogues show (groups, variables, defaults) is not repeated here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from targets.kolla_ansible.cloud import Cloud


@dataclass(frozen=True, slots=True)
class Note:
    """What changed with a release, for which clouds, and the note that says so."""

    since: str
    concerns: Callable[[Cloud], bool]
    text: str
    note: str


def _runs(service: str) -> Callable[[Cloud], bool]:
    return lambda cloud: service in cloud.layer.services


def _every(_cloud: Cloud) -> bool:
    return True


def _with(plugin: str) -> Callable[[Cloud], bool]:
    return lambda cloud: "neutron" in cloud.layer.services and cloud.layer.neutron.plugin == plugin


NOTES: tuple[Note, ...] = (
    Note(
        "2025.1",
        _every,
        "the log of the database grows from 96 MiB to 2 GiB: leave room for it on the control hosts",
        "bugfix-bump-mariadb-innodb-log-file-size-6d280b738baa3897",
    ),
    Note(
        "2025.1",
        _runs("cinder"),
        "the catalogue gets an endpoint `block-storage` beside `volumev3`, which goes in a later release",
        "cinder-use-block-storage-in-service-catalog-7063d6b7d1039e36",
    ),
    Note(
        "2025.1",
        _with("ovn"),
        "relays of OVN's southbound database are deployed, to which the computes connect",
        "ovn-sb-relay-809c170090887f68",
    ),
    Note(
        "2025.1",
        _runs("nova"),
        "Nova's metadata service runs in a container of its own, in the group `nova-metadata`",
        "nova-metadata-split-d1c9ff2010390352",
    ),
    Note(
        "2025.1",
        _runs("ironic"),
        "the agent of Ironic in Neutron is off by default: its containers and agents stay until they are removed",
        "ironic_neutron_agent_change_default-aa914434b7c119f7",
    ),
    Note(
        "2025.2",
        _runs("neutron"),
        "Neutron's API runs under uWSGI, its workers in containers of their own (`neutron-rpc-server`, "
        "`neutron-periodic-worker`, with OVN `neutron-ovn-maintenance-worker`)",
        "neutron-uwsgi-5ac29b1403c02554",
    ),
    Note(
        "2025.2",
        _with("ovs"),
        "Neutron's agents start their helpers in containers of their own, so that a restart of the agents "
        "leaves traffic alone",
        "neutron-agent-wrappers-by-default-c48bc7c00fcca011",
    ),
    Note(
        "2025.2",
        _runs("horizon"),
        "Horizon listens on port 8080 behind the load balancer",
        "horizon-port-584efee771a14fd9",
    ),
    Note(
        "2025.2",
        _runs("ironic"),
        "the inspector is gone, Ironic inspects by itself: its containers and database stay until they are removed",
        "drop-ironic-inspector-38fc91c64517ffc1",
    ),
    Note(
        "2026.1",
        _runs("cinder"),
        "the services of volumes and backups run on the hosts of `control`, no longer on those of `storage`",
        "move-cinder-volume-b4ee8e4378ea6828",
    ),
    Note(
        "2026.1",
        _runs("glance"),
        "Glance's API runs under uWSGI; the proxy beside it goes",
        "uwsgi-glance-97f43edefef2112b",
    ),
)  # fmt: skip


def notes(cloud: Cloud, passed: tuple[str, ...]) -> Iterator[Note]:
    """The notes that concern a cloud on its way."""
    return (each for each in NOTES if each.since in passed and each.concerns(cloud))
