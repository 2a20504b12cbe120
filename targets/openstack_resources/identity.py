"""Plans domains, projects and their quotas, in the units that each API counts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from blueprint.model.openstack_resources import Quota
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.openstack_resources.region import Region, traced

#: The domain that every Keystone has; another of this name, in whichever case, would be the same.
DEFAULT_DOMAIN = "Default"
#: The project that services' own objects belong to (Kolla-Ansible's `service`).
SERVICE_PROJECT = "service"


class Counted(NamedTuple):
    """A quota: the module's argument, the unit that the API counts in, the service that keeps it."""

    argument: str
    unit: str | None
    service: str


QUOTAS: Mapping[str, Counted] = {
    "cores": Counted("cores", None, "nova"),
    "ram": Counted("ram", "MiB", "nova"),
    "instances": Counted("instances", None, "nova"),
    "server_groups": Counted("server_groups", None, "nova"),
    "key_pairs": Counted("key_pairs", None, "nova"),
    "volumes": Counted("volumes", None, "cinder"),
    "volumes_size": Counted("gigabytes", "GiB", "cinder"),
    "snapshots": Counted("snapshots", None, "cinder"),
    "backups": Counted("backups", None, "cinder"),
    "backups_size": Counted("backup_gigabytes", "GiB", "cinder"),
    "networks": Counted("networks", None, "neutron"),
    "subnets": Counted("subnets", None, "neutron"),
    "routers": Counted("routers", None, "neutron"),
    "ports": Counted("ports", None, "neutron"),
    "floating_ips": Counted("floating_ips", None, "neutron"),
    "security_groups": Counted("security_groups", None, "neutron"),
    "security_group_rules": Counted("security_group_rules", None, "neutron"),
    "load_balancers": Counted("load_balancers", None, "octavia"),
}


def domain_of(stated: str) -> str:
    """The domain as Keystone knows it."""
    return DEFAULT_DOMAIN if stated.lower() == DEFAULT_DOMAIN.lower() else stated


def domains(region: Region) -> list[Traced]:
    """The domains that projects name, but for the one that is always there."""
    fields: dict[str, list[str]] = {}
    for label, project in region.layer.project.items():
        domain = domain_of(project.domain)
        if domain != DEFAULT_DOMAIN:
            fields.setdefault(domain, []).append(region.path("project", label, "domain"))
    return [traced(name, "a domain of projects", *paths) for name, paths in fields.items()]


def projects(region: Region) -> dict[str, Traced]:
    """The projects by name."""
    return {
        label: Traced(_project(region, label), region.stated("a project", "project", label))
        for label in region.layer.project
    }


def _project(region: Region, label: str) -> dict[str, Any]:
    project = region.layer.project[label]
    domain = region.stated("the domain of the project", "project", label, "domain")
    found: dict[str, Any] = {"domain": Traced(domain_of(project.domain), domain)}
    if project.description is not None:
        said = region.stated("what the project is for", "project", label, "description")
        found["description"] = Traced(project.description, said)
    found["quota"] = _quota(region, label, project.quota)
    return found


def _quota(region: Region, label: str, quota: Quota) -> dict[str, Traced]:
    found = {}
    for field, counted in QUOTAS.items():
        value = getattr(quota, field)
        if value is None:
            continue
        unit = "" if counted.unit is None else f", in {counted.unit}"
        cause = Cause(
            f"the most that the project may have{unit}",
            (region.path("project", label, "quota", field),),
        )
        found[counted.argument] = Traced(in_units(value, counted.unit), cause)
    return found


def in_units(value: Any, unit: str | None) -> Any:
    """A number as it is, or a size as so many of a unit; -1 is any amount."""
    if unit is None or not hasattr(value, "in_unit"):
        return int(value)
    return value.in_unit(unit)
