"""The resources `HostProfile`: what hosts that are alike have in common.

Hosts with the same plan share a profile, and what all profiles of a system, or of a personality, have in common is
a profile below them. The deployment manager merges a profile into the one below it: maps such as labels as a whole, lists
of interfaces entry by entry. So a value stands either below or above, never in both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from blueprint.target import Cause
from blueprint.values import Ref
from targets._formats.page import Traced
from targets._kubernetes.names import object_name
from targets.starlingx.resources import ptp
from targets.starlingx.resources.board_management import board_management, is_managed
from targets.starlingx.resources.common import View, resource
from targets.starlingx.resources.interfaces import interfaces
from targets.starlingx.resources.labels import labels
from targets.starlingx.resources.memory import memory
from targets.starlingx.resources.processors import processors
from targets.starlingx.resources.storage import storage
from targets.starlingx.system import Member, System

BASE = "common-profile"
#: The releases whose deployment manager knows the kernel by subfunction only.
_KERNEL_AS_SUBFUNCTION = ("9.0",)
#: Parts that are merged entry by entry, so that profiles may share some of their entries.
_DIVISIBLE = ("interfaces", "storage")


#: What hosts are to be, and the hosts.
Planned: TypeAlias = tuple[dict[str, Any], list[Member]]


@dataclass(frozen=True)
class Profile:
    """The plan of hosts that are alike: its name, what it says, whose it is."""

    name: str
    spec: dict[str, Any]
    members: tuple[Member, ...]

    @property
    def kind(self) -> str:
        """The personality of the hosts."""
        return self.members[0].personality


def profiles(system: System) -> tuple[Profile, ...]:
    """The plans of a system's hosts, in the order of the hosts, each complete in itself."""
    shapes: dict[tuple[Any, ...], list[Member]] = {}
    for member in system.members:
        shapes.setdefault(_shape(View(system, member)), []).append(member)
    plans = [(plan(View(system, members[0])), members) for members in shapes.values()]
    if len(plans) > 1:  # hosts of several descriptions may yet come to the same
        plans = _joined(plans)
    names = _names([members for _, members in plans])
    return tuple(
        Profile(name, spec, tuple(members))
        for name, (spec, members) in zip(names, plans, strict=True)
    )


def _joined(plans: Iterable[Planned]) -> list[Planned]:
    """Plans that say the same as one, with the hosts of both."""
    found: dict[str, Planned] = {}
    for spec, members in plans:
        text = json.dumps(bare(spec), sort_keys=True)
        known = found.get(text)
        found[text] = (spec, members) if known is None else (known[0], [*known[1], *members])
    return list(found.values())


def host_profiles(system: System, planned: Sequence[Profile]) -> Iterator[dict[str, Any]]:
    """A resource for each plan, after those for what all have in common, and all of a personality."""
    common = shared([profile.spec for profile in planned])
    if common:
        yield resource(
            "HostProfile", BASE, common, Cause("hosts of the system", (str(system.ref),))
        )
    for kind in dict.fromkeys(profile.kind for profile in planned):
        alike = [profile for profile in planned if profile.kind == kind]
        base, below = BASE if common else None, common
        between = without(shared([profile.spec for profile in alike]), common)
        if between:
            why = _cause(system, alike)
            base_name = f"{kind}-{BASE}"
            yield resource("HostProfile", base_name, _on(base, between, why), why)
            base, below = base_name, shared([profile.spec for profile in alike])
        for profile in alike:
            why = _cause(system, [profile])
            own = _on(base, without(profile.spec, below), why)
            yield resource("HostProfile", profile.name, own, why)


def _on(base: str | None, spec: dict[str, Any], why: Cause) -> dict[str, Any]:
    """A profile on another one."""
    return {**({} if base is None else {"base": Traced(base, why)}), **spec}


def _cause(system: System, alike: Iterable[Profile]) -> Cause:
    fields = (system.path(member.field) for profile in alike for member in profile.members)
    return Cause("hosts that are alike", tuple(dict.fromkeys(fields)))


def plan(view: View) -> dict[str, Any]:
    """Everything about a host that hosts of its kind have too."""
    parts = {
        "boardManagement": board_management(view),
        "processors": processors(view),
        "memory": memory(view),
        "storage": storage(view),
        "interfaces": interfaces(view),
    }
    return {**dict(_attributes(view)), **{name: part for name, part in parts.items() if part}}


def _attributes(view: View) -> Iterator[tuple[str, Any]]:
    system, member = view.system, view.member
    role = Cause("the attribute that names the host", (system.path(member.field),))
    yield "personality", Traced(member.personality, role)
    if view.has_workloads:
        yield from _kernel(view, role)
    yield "administrativeState", Traced("unlocked", role)
    yield (
        "provisioningMode",
        Traced("dynamic" if system.system_mode == "simplex" else "static", role),
    )
    if view.system_disk is not None:
        for path, field in view.disks(view.system_disk[0])[:1]:
            cause = Cause("the disk of the system", (system.path("system_disk"), field))
            yield "bootDevice", Traced(path, cause)
            yield "rootDevice", Traced(path, cause)
    clock = view.cause("what keeps the time", "clock")
    yield "clockSynchronization", Traced(view.spec.clock, clock)
    stated = labels(view)
    if stated:
        yield "labels", stated
    if view.services:
        paths = tuple(system.path("ptp_instance", label) for label in view.services)
        found = [ptp.instance_name(label) for label in view.services]
        yield "ptpInstances", Traced(found, Cause("time services of the host", paths))


def _kernel(view: View, role: Cause) -> Iterator[tuple[str, Any]]:
    """The functions of the host, and the kernel that goes with them."""
    cause = view.cause("the stated kernel", "kernel")
    is_fast = view.spec.kernel == "low_latency"
    functions = [*(["controller"] if view.member.personality == "controller" else []), "worker"]
    if is_fast:
        functions.append("lowlatency")
    merged = Cause("what the host does", (*role.paths, *cause.paths))
    yield "subfunctions", Traced(functions, merged)
    if view.system.layer.release not in _KERNEL_AS_SUBFUNCTION:
        yield "kernel", Traced("lowlatency" if is_fast else "standard", cause)


def _shape(view: View) -> tuple[Any, ...]:
    """What decides on the plan of a host; hosts of one shape are planned once."""
    layer, model, host = view.system.layer, view.system.model, view.member.host
    selections = [nodes.hosts for nodes in layer.node_labels.values()]
    selections += [instance.hosts for instance in layer.ptp_instance.values()]
    for _, region in view.system.regions:
        selections += [region.control, region.compute]
    named = tuple(any(each.ref == host.ref for each in model.hosts(s)) for s in selections)
    is_first = view.member == next(
        (each for each in view.system.members if each.field == view.member.field), None
    )
    is_third = is_first and view.member.personality == "worker"
    return (view.member.field, id(host.spec), is_managed(view.member), named, is_third)


def _names(alike: Sequence[Sequence[Member]]) -> Iterator[str]:
    """Names of profiles: by personality, with that of the hosts' group where hosts of several have it."""
    groups: dict[str, set[Ref]] = {}
    for members in alike:
        groups.setdefault(members[0].personality, set()).add(members[0].host.group.family)
    used: set[str] = set()
    for members in alike:
        kind, group = members[0].personality, members[0].host.group
        words = (kind,) if len(groups[kind]) == 1 else (kind, group.name)
        name, number = object_name(*words, "profile"), 2
        while name in used:
            name, number = object_name(*words, str(number), "profile"), number + 1
        used.add(name)
        yield name


def bare(value: Any) -> Any:
    """A value without its causes."""
    if isinstance(value, Traced):
        return bare(value.value)
    if isinstance(value, Mapping):
        return {key: bare(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [bare(each) for each in value]
    return value


def shared(specs: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """What several plans have in common, with the causes of the first; nothing of one plan alone."""
    if len(specs) < 2:
        return {}
    first, others = specs[0], [bare(spec) for spec in specs[1:]]
    found: dict[str, Any] = {}
    for key, value in first.items():
        plain = bare(value)
        if not all(key in other for other in others):
            continue
        if key in _DIVISIBLE:
            inside = _shared_entries(value, [other[key] for other in others])
            if inside:
                found[key] = inside
        elif all(other[key] == plain for other in others):
            found[key] = value
    return found


def _shared_entries(
    value: Mapping[str, Any], others: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    listed = list(others)
    for key, entries in value.items():
        if not isinstance(entries, list):
            continue
        kept = [e for e in entries if all(bare(e) in other.get(key, ()) for other in listed)]
        if kept:
            found[key] = kept
    return found


def without(spec: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
    """What a plan has beside what all have."""
    found: dict[str, Any] = {}
    for key, value in spec.items():
        if key not in common:
            found[key] = value
        elif key in _DIVISIBLE:
            inside = _own_entries(value, common[key])
            if inside:
                found[key] = inside
    return found


def _own_entries(value: Mapping[str, Any], common: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, entries in value.items():
        below = bare(common.get(key, ()))
        own = [e for e in entries if bare(e) not in below] if isinstance(entries, list) else entries
        if own or key not in common:
            found[key] = own
    return found


__all__ = ["BASE", "Profile", "bare", "host_profiles", "plan", "profiles", "shared", "without"]
