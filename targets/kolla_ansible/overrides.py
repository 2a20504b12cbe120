"""Plans the files below `config/`, which Kolla-Ansible merges into what it writes for services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from blueprint.model import Hardware
from blueprint.target import Cause
from targets._formats.ini import Only, Section
from targets._formats.page import Traced
from targets.kolla_ansible.catalog.options import Option
from targets.kolla_ansible.cloud import Cloud, HostClass
from targets.kolla_ansible.files import SERVICES, place_of, vocabulary_of
from targets.kolla_ansible.network_service import network_files
from targets.kolla_ansible.option_values import written
from targets.kolla_ansible.storage import storage_files
from targets.kolla_ansible.values import as_variable

_COMPUTE_FILE = "nova/nova-compute.conf"


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

    for path, sections in {**network_files(cloud), **storage_files(cloud)}.items():
        for name, options in sections.items():
            section(path, name).options.update(options)
    if "nova" in cloud.layer.services:
        common, particular = _compute_options(cloud)
        if common or particular:
            draft = section(_COMPUTE_FILE, "DEFAULT")
            draft.options.update(common)
            draft.only.extend(particular)
    for path, name, options in _stated(cloud):
        section(path, name).options.update(options)
    return {
        path: {name: (draft.options, draft.only) for name, draft in drafts[path].items()}
        for path in sorted(drafts)
    }


def config_of(cloud: Cloud, service: str) -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """What a service's block says of its files."""
    found: Mapping[str, Mapping[str, Mapping[str, Any]]] = getattr(cloud.layer, service).config
    return found


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


def _compute_options(cloud: Cloud) -> tuple[dict[str, Traced], list[Only]]:
    """Options of nova-compute: for all hosts, and where classes differ, for each class alone."""
    nova = cloud.layer.nova
    common: dict[str, Traced] = {}
    ratios = (
        ("cpu_allocation_ratio", nova.cpu_ratio, "cpu_ratio", "guests' CPUs for each thread"),
        ("ram_allocation_ratio", nova.ram_ratio, "ram_ratio", "guests' memory for each byte"),
    )
    for option, value, name, rule in ratios:
        if value is not None:
            common[option] = Traced(value, Cause(rule, (cloud.path("nova", name),)))
    classes = cloud.classes_of("compute")
    reserved = {each.inventory_group: _reserved(cloud, each) for each in classes}
    plain = [
        {name: option.value for name, option in options.items()} for options in reserved.values()
    ]
    if all(options == plain[0] for options in plain):
        for options in reserved.values():
            common.update(options)
            break
        return common, []
    return common, [
        Only(f"'{group}' in group_names", options) for group, options in reserved.items() if options
    ]


def _reserved(cloud: Cloud, each: HostClass) -> dict[str, Traced]:
    """What is kept from guests on the hosts of a class."""
    found: dict[str, Traced] = {}
    memory, cores = each.spec.memory.platform, each.spec.cores.platform
    hardware = cloud.model.at(each.spec.hardware, Hardware)
    if memory is not None:
        cause = Cause(
            "memory kept for the system on all NUMA nodes, in MiB, rounded up",
            (f"{each.group}.memory.platform", f"{each.spec.hardware}.cpu.sockets"),
        )
        kept = int(memory) * hardware.numa_nodes
        found["reserved_host_memory_mb"] = Traced(-(-kept // 2**20), cause)
    if cores is not None:
        cause = Cause(
            "threads of the cores kept for the system, on all NUMA nodes",
            (
                f"{each.group}.cores.platform",
                f"{each.spec.hardware}.cpu.sockets",
                f"{each.spec.hardware}.cpu.threads",
            ),
        )
        threads = cores * hardware.cpu.sockets * hardware.cpu.threads
        found["reserved_host_cpus"] = Traced(threads, cause)
    return found
