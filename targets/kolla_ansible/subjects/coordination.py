"""The store through which services on several hosts take turns: Valkey, or Redis where the release has no Valkey.

Kolla-Ansible has one for all of them. Whatever needs it adds a line to `_NEEDS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.storage import uses
from targets.kolla_ansible.subject import Subject

_VALKEY, _REDIS = "enable_valkey", "enable_redis"


def _several_volume_services(cloud: Cloud) -> tuple[str, ...]:
    if "cinder" in uses(cloud) and _number(cloud, "storage") > 1:
        return (cloud.path("control"), cloud.path("storage"))
    return ()


def _amphora_jobs(cloud: Cloud) -> tuple[str, ...]:
    """Octavia's workers keep unfinished jobs there (roles/octavia/tasks/precheck.yml)."""
    if "octavia" in cloud.layer.services and "amphora" in cloud.layer.octavia.providers:
        return (cloud.path("octavia", "providers"),)
    return ()


def _several_name_services(cloud: Cloud) -> tuple[str, ...]:
    if "designate" in cloud.layer.services and _number(cloud, "control") > 1:
        return (cloud.path("control"),)
    return ()


def _measures(cloud: Cloud) -> tuple[str, ...]:
    """Gnocchi's hosts hand each other what comes in (`gnocchi_incoming_storage`)."""
    if "gnocchi" in cloud.layer.services and _number(cloud, "control") > 1:
        return (cloud.path("control"),)
    return ()


def _several_inspectors(cloud: Cloud) -> tuple[str, ...]:
    """Inspectors on several hosts share what they know of nodes (ironic-inspector.conf.j2)."""
    ironic = cloud.layer.ironic if "ironic" in cloud.layer.services else None
    has_inspector = "ironic-inspector" in cloud.catalog.groups
    if ironic is None or ironic.inspection is None or not has_inspector:
        return ()
    return (cloud.path("ironic", "inspection"),) if _number(cloud, "control") > 1 else ()


#: Each yields the fields for which the store is needed, none where it isn't.
_NEEDS: tuple[Callable[[Cloud], tuple[str, ...]], ...] = (
    _several_volume_services,
    _amphora_jobs,
    _several_name_services,
    _several_inspectors,
    _measures,
)


def _number(cloud: Cloud, role: str) -> int:
    return sum(1 for _ in cloud.model.hosts(cloud.roles[role].selection))


def _variables(cloud: Cloud) -> Iterator[tuple[str, Traced]]:
    fields = tuple(dict.fromkeys(field for need in _NEEDS for field in need(cloud)))
    if fields:
        name = _VALKEY if _VALKEY in cloud.catalog.services else _REDIS
        rule = "services on several hosts take turns through one store"
        cause = Cause(rule, (*fields, cloud.path("services"), cloud.path("release")))
        yield name, Traced(value=True, cause=cause)


SUBJECT = Subject(
    name="coordination",
    variables=_variables,
    derived_variables=dict.fromkeys((_VALKEY, _REDIS), "`services`, `storage` and `control`"),
)
