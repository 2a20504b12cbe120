"""Plans Nova's scheduler: the filters that the blueprint needs beside those that the release has on.

A list of filters takes the place of the default one as a whole. Where the blueprint needs more, the
list is the default and what is needed; an operator's own list must hold what is needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blueprint.diagnostics import Diagnostic
from blueprint.model.hosts import HostCores
from blueprint.spans import Spans
from blueprint.target import Cause
from targets._formats.page import Traced
from targets.kolla_ansible.cloud import Cloud
from targets.kolla_ansible.network_limits import SCHEDULER_FILTER, scheduler_filter_missing
from targets.kolla_ansible.subject import Files, Subject
from targets.kolla_ansible.subjects.virtual_functions import function_links

_SECTION, _OPTION = "filter_scheduler", "enabled_filters"
_FILE = "nova/nova-scheduler.conf"
#: The files in which an operator may state filters, the one that holds first.
_STATED_IN = ("nova-scheduler.conf", "nova.conf")

PCI, NUMA, AGGREGATES, BLAZAR = (
    "PciPassthroughFilter",
    "NUMATopologyFilter",
    "AggregateInstanceExtraSpecsFilter",
    "BlazarFilter",
)


@dataclass(frozen=True, slots=True)
class Need:
    """A filter, and the field for which it is needed, in words and as a path from its owner."""

    filter: str
    reason: str
    owner: str
    field: tuple[str, ...]

    @property
    def path(self) -> str:
        """The address of the field."""
        return ".".join((self.owner, *self.field))


def needs(cloud: Cloud) -> tuple[Need, ...]:
    """What the blueprint needs of the scheduler, each filter once, in the order of the list."""
    found: dict[str, Need] = {}
    if "nova" in cloud.layer.services:
        for need in _all_needs(cloud):
            found.setdefault(need.filter, need)
    return tuple(found[name] for name in (AGGREGATES, NUMA, PCI, BLAZAR) if name in found)


def filters(cloud: Cloud) -> tuple[str, ...]:
    """The filters of the release and those that are needed."""
    section = cloud.catalog.options("nova.conf").section(_SECTION)
    default = () if section is None else section[_OPTION].default or ()
    return tuple(dict.fromkeys((*default, *(need.filter for need in needs(cloud)))))


def _all_needs(cloud: Cloud) -> Iterator[Need]:
    ref, layer = str(cloud.ref), cloud.layer
    for label, flavor in layer.flavor.items():
        block = ("flavor", label)
        if flavor.aggregate is not None:
            yield Need(AGGREGATES, "guests of one aggregate", ref, (*block, "aggregate"))
        if flavor.vfs:
            yield Need(PCI, "guests with virtual functions", ref, (*block, "vfs"))
        if flavor.devices:
            yield Need(PCI, "guests with devices", ref, (*block, "devices"))
        for name, is_set in (
            ("cpu_policy", flavor.cpu_policy == "dedicated"),
            ("hugepages", flavor.hugepages is not None),
            ("numa_nodes", flavor.numa_nodes is not None),
        ):
            if is_set:
                yield Need(NUMA, "guests placed by NUMA node", ref, (*block, name))
    for label, aggregate in layer.aggregate.items():
        if aggregate.metadata:
            yield Need(AGGREGATES, "guests of one aggregate", ref, ("aggregate", label, "metadata"))
    for each in cloud.classes_of("compute"):
        group = str(each.group)
        for link in function_links(cloud, each):
            yield Need(PCI, "guests with virtual functions", group, (*link.field, "sriov"))
        if each.spec.passthrough:
            yield Need(PCI, "guests with devices", group, ("passthrough",))
        if _is_divided(each.spec.cores):
            yield Need(NUMA, "guests placed by NUMA node", group, ("cores",))
        if each.spec.memory.hugepages:
            yield Need(NUMA, "guests placed by NUMA node", group, ("memory", "hugepages"))
    if "blazar" in layer.services:
        yield Need(BLAZAR, "reservations", ref, ("services",))


def _is_divided(cores: HostCores) -> bool:
    return cores.isolated is not None


def _stated(cloud: Cloud) -> tuple[str, tuple[str, ...]] | None:
    """The file in which an operator states filters, and which; None where none are stated."""
    config: Mapping[str, Mapping[str, Mapping[str, Any]]] = cloud.layer.nova.config
    for file in _STATED_IN:
        value = config.get(file, {}).get(_SECTION, {}).get(_OPTION)
        if value is not None:
            listed = value.split(",") if isinstance(value, str) else value
            items = listed if isinstance(listed, (list, tuple)) else (listed,)
            return file, tuple(str(item).strip() for item in items)
    return None


def _files(cloud: Cloud) -> Files:
    needed = needs(cloud)
    if not needed or _stated(cloud) is not None:
        return {}
    paths = (*(need.path for need in needed), cloud.path("services"), cloud.path("release"))
    cause = Cause("the release's own filters and those that the blueprint needs", paths)
    return {_FILE: {_SECTION: {_OPTION: Traced(",".join(filters(cloud)), cause)}}}


def _check(cloud: Cloud, spans: Spans) -> Iterator[Diagnostic]:
    stated = _stated(cloud)
    if stated is None:
        return
    file, listed = stated
    missing = [need for need in needs(cloud) if need.filter not in listed]
    if missing:
        span = spans.at(cloud.ref, "nova", "config", file, _SECTION, _OPTION)
        wanted = (*listed, *(need.filter for need in missing))
        where = [(n.filter, n.reason, spans.at(n.owner, *n.field)) for n in missing]
        yield scheduler_filter_missing(span, where, tuple(dict.fromkeys(wanted)))


SUBJECT = Subject(name="scheduler", files=_files, check=_check, rules=(SCHEDULER_FILTER,))
