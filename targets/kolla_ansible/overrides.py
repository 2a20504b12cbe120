"""Plans the files below `config/`, which Kolla-Ansible merges into what it writes for services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprint.model.openstack_services import ServiceBlock
from blueprint.target import Cause
from targets._formats.ini import Only, Section
from targets._formats.page import Traced
from targets._openstack.option_values import written
from targets._openstack.options import Option
from targets._passthrough.values import as_variable
from targets.kolla_ansible.cloud import ROLES, Cloud, HostClass
from targets.kolla_ansible.files import SERVICES, place_of, vocabulary_of
from targets.kolla_ansible.network_service import network_files
from targets.kolla_ansible.storage import storage_files
from targets.kolla_ansible.subjects import SUBJECTS


@dataclass
class _Draft:
    """A section under way: its options, and those that only some hosts have."""

    options: dict[str, Traced] = field(default_factory=dict)
    only: list[Only] = field(default_factory=list)


def plan_overrides(cloud: Cloud) -> dict[str, dict[str, Section]]:
    """Path below `config/`, section, options: first what oib derives, then what is stated."""
    drafts: dict[str, dict[str, _Draft]] = {}

    def section(path: str, name: str) -> _Draft:
        return drafts.setdefault(path, {}).setdefault(name, _Draft())

    shared = (network_files(cloud), storage_files(cloud), *(s.files(cloud) for s in SUBJECTS))
    for path, sections in (item for files in shared for item in files.items()):
        for name, options in sections.items():
            section(path, name).options.update(options)
    for path, name, common, particular in _of_classes(cloud):
        draft = section(path, name)
        draft.options.update(common)
        draft.only.extend(particular)
    for path, name, options in _stated(cloud):
        section(path, name).options.update(options)
    return {
        path: {name: (draft.options, draft.only) for name, draft in drafts[path].items()}
        for path in sorted(drafts)
    }


def _of_classes(cloud: Cloud) -> Iterator[tuple[str, str, dict[str, Traced], list[Only]]]:
    """Options that belong to classes of hosts: for all hosts where the classes concerned agree.

    Concerned by a file is every class that shares a role with one that has options there: it may run
    the same container. Where the classes differ, each one's options stand under a condition.
    """
    by_file: dict[str, dict[str, dict[str, dict[str, Traced]]]] = {}
    for each in cloud.every_class():
        for subject in SUBJECTS:
            for path, sections in subject.class_files(cloud, each).items():
                of_class = by_file.setdefault(path, {}).setdefault(each.inventory_group, {})
                for name, options in sections.items():
                    of_class.setdefault(name, {}).update(options)
    roles = {each.inventory_group: _roles(cloud, each) for each in cloud.every_class()}
    for path, given in by_file.items():
        reading = frozenset[str]().union(*(roles[group] for group in given))
        classes = {group: given.get(group, {}) for group, held in roles.items() if held & reading}
        for name in dict.fromkeys(name for sections in classes.values() for name in sections):
            options_of = {group: sections.get(name, {}) for group, sections in classes.items()}
            yield (path, name, *_common_or_apart(options_of))


def _roles(cloud: Cloud, each: HostClass) -> frozenset[str]:
    return frozenset(role for role in ROLES if cloud.has_role(each, role))


def _common_or_apart(
    options_of: Mapping[str, dict[str, Traced]],
) -> tuple[dict[str, Traced], list[Only]]:
    """Options of classes, once where all are alike, else under a condition for each class."""
    plain = [
        {name: option.value for name, option in options.items()} for options in options_of.values()
    ]
    if plain and all(options == plain[0] for options in plain):
        return dict(next(iter(options_of.values()))), []
    return {}, [
        Only(f"'{group}' in group_names", options)
        for group, options in options_of.items()
        if options
    ]


def config_of(cloud: Cloud, service: str) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """What a service's block says of its files; nothing where there is no such block."""
    block: ServiceBlock | None = getattr(cloud.layer, service)
    return {} if block is None else block.config


def _stated(cloud: Cloud) -> Iterator[tuple[str, str, dict[str, Traced]]]:
    for service in SERVICES:
        for file, sections in config_of(cloud, service).items():
            path = place_of(service, file)
            if path is None or service not in cloud.layer.services:
                continue
            known = cloud.catalog.options(vocabulary_of(service, file))
            for name, options in sections.items():
                section: Mapping[str, Option] = known.section(name) or {}
                traced = {}
                for option, value in options.items():
                    field = (service, "config", f'"{file}"', name, option)
                    cause = Cause("an option of the service itself", (cloud.path(*field),))
                    text = written(section.get(option), as_variable(value))
                    traced[option] = Traced(text, cause)
                yield path, name, traced
