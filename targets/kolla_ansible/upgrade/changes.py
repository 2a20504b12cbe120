"""What changes for a cloud between two releases: in the catalogues, and in what oib tells the tool.

The catalogues say which names came and went. What that means for this cloud is found by planning the
same blueprint for the release that runs now and comparing the two plans; where the blueprint asks for
what that release can't do, there is no plan to compare with, and the catalogues speak alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from targets.kolla_ansible.catalog import Catalog, catalog
from targets.kolla_ansible.plan import Plan
from targets.kolla_ansible.upgrade.paths import passed
from targets.kolla_ansible.upgrade.renames import Kind, Rename, renames

_SWITCH = re.compile(r"\benable_(\w+)")


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one kind that came, went, or are others now; the last are in neither of the first two."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    renamed: tuple[Rename, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """What one variable was and is."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Own:
    """What oib tells the tool of this cloud, before and now.

    `members` holds the groups of both releases whose hosts change: inventory groups that left, and those
    that came.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    values: tuple[Value, ...]
    files_added: tuple[str, ...]
    files_removed: tuple[str, ...]
    members: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changes on the way; `own` is None where the blueprint can't be planned for the origin."""

    origin: str
    goal: str
    groups: Names
    services: Names
    passwords: Names
    variables: Names
    defaults: tuple[Value, ...]
    own: Own | None
    #: Whether a name of the catalogues is of something that this cloud runs.
    concerns: Callable[[str], bool]


def changes(origin: str, before: Plan | None, now: Plan) -> Changes:
    """What changes from a release to that of a plan; `before` is the same blueprint's plan for the release."""
    old, new = catalog(origin), now.cloud.catalog
    way = passed(origin, new.release)
    stated = _stated(now)
    ran = {} if before is None else {n: v for n, v in _stated(before).items() if v is True}
    return Changes(
        origin=origin,
        goal=new.release,
        groups=_names(old.groups, new.groups, tuple(renames("group", way))),
        services=_names(old.services, new.services, tuple(renames("service", way))),
        passwords=_names(old.passwords, new.passwords),
        variables=_names(old.variables, new.variables, tuple(renames("variable", way))),
        defaults=tuple(_defaults(old, new, stated)),
        own=None if before is None else _own(before, now, tuple(renames("group", way))),
        concerns=_concerns(old, new, {**stated, **ran}),
    )


def _names(old: Iterable[str], new: Iterable[str], renamed: tuple[Rename, ...] = ()) -> Names:
    before, after = set(old), set(new)
    gone = {each.old for each in renamed}
    came = {each.new for each in renamed}
    return Names(
        added=tuple(sorted(after - before - came)),
        removed=tuple(sorted(before - after - gone)),
        renamed=renamed,
    )


def _stated(plan: Plan) -> dict[str, Any]:
    """Every variable that is the same for the whole cloud."""
    return {name: traced.value for name, traced in plan.variables.items()}


def _defaults(old: Catalog, new: Catalog, stated: Mapping[str, Any]) -> Iterator[Value]:
    """Defaults that are literals in both releases and differ, of what the blueprint leaves to the tool."""
    for name in sorted(set(old.variables) & set(new.variables) - set(stated)):
        was, now = old.variables[name].default, new.variables[name].default
        if was is not None and now is not None and was != now and name != "openstack_release":
            yield Value(name, was, now)


def _concerns(old: Catalog, new: Catalog, stated: Mapping[str, Any]) -> Callable[[str], bool]:
    """Tells whether a name is of something that runs, by the switches whose names it begins with."""
    off: set[str] = set()
    switches = {**old.services, **new.services}
    for plain in (True, False):  # those that are stated or literals first, then those made of them
        for name, service in switches.items():
            value = stated.get(name, service.default)
            others = set(_SWITCH.findall(service.expression or ""))
            if value is False or (value is None and others and not plain and others <= off):
                off.add(name.removeprefix("enable_"))

    def concerns(name: str) -> bool:
        parts = name.replace("-", "_").lower().removeprefix("enable_").split("_")
        return not any("_".join(parts[:end]) in off for end in range(1, len(parts) + 1))

    return concerns


def _own(before: Plan, now: Plan, renamed: tuple[Rename, ...]) -> Own:
    old, new = _stated(before), _stated(now)
    common = sorted(set(old) & set(new))
    return Own(
        added=tuple(sorted(set(new) - set(old))),
        removed=tuple(sorted(set(old) - set(new))),
        values=tuple(Value(n, old[n], new[n]) for n in common if old[n] != new[n]),
        files_added=tuple(sorted(set(now.overrides) - set(before.overrides))),
        files_removed=tuple(sorted(set(before.overrides) - set(now.overrides))),
        members=_members(before, now, renamed),
    )


def _members(
    before: Plan, now: Plan, renamed: tuple[Rename, ...]
) -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The groups of both releases whose hosts are others now."""
    names = {each.old: each.new for each in renamed}
    old, new = _leaves(before), _leaves(now)
    found = {}
    for group in before.cloud.catalog.groups:
        after = new.get(names.get(group, group))
        if after is not None and after != old[group]:
            found[group] = (
                tuple(sorted(old[group] - after)), tuple(sorted(after - old[group]))
            )  # fmt: skip
    return found


def _leaves(plan: Plan) -> dict[str, frozenset[str]]:
    """Each group's hosts: inventory groups of classes, and single hosts by their names."""
    content = {name: traced.value for name, traced in plan.inventory.groups.items()}
    classes = set(plan.inventory.hosts)
    known: dict[str, frozenset[str]] = {name: frozenset({name}) for name in classes}

    def leaves(name: str) -> frozenset[str]:
        if name not in known:
            known[name] = frozenset()  # ends a loop, which a sound inventory has not
            group = content.get(name, {})
            below = [leaves(child) for child in group.get("children", {})]
            known[name] = frozenset(group.get("hosts", {})).union(*below)
        return known[name]

    return {name: leaves(name) for name in content}


def named(kind: Kind, names: Names) -> Iterator[str]:
    """Every name of a kind that has to do with the change, old and new."""
    yield from (*names.added, *names.removed)
    for each in names.renamed:
        if each.kind == kind:
            yield from (each.old, each.new)
