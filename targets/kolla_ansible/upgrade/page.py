"""Writes what changes on the way: `upgrade.md` for people, `upgrade.json` with the whole lists for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from blueprint.target import Artifact, Cause
from targets._formats.page import Page
from targets.kolla_ansible.catalog import catalog
from targets.kolla_ansible.plan import Plan
from targets.kolla_ansible.upgrade.changes import Changes, Names, Own, Value
from targets.kolla_ansible.upgrade.notes import notes
from targets.kolla_ansible.upgrade.paths import MARIADB, RABBITMQ, passed

_LISTS = "upgrade.json"
_LONGEST = 60


def page_artifacts(now: Plan, found: Changes) -> tuple[Artifact, Artifact]:
    """Both files."""
    cause = Cause(
        f"what changes between {found.origin} and the release", (now.cloud.path("release"),)
    )
    return (
        _filled("kolla_ansible/upgrade.json", _document(now, found), cause),
        _filled("kolla_ansible/upgrade.md", _lines(now, found), cause),
    )


def _filled(path: str, lines: Iterable[str], cause: Cause) -> Artifact:
    page = Page()
    for line in lines:
        page.line(line, cause)
    return page.artifact(path)


def _document(now: Plan, found: Changes) -> list[str]:
    document = {
        "version": 1,
        "from": _versions(found.origin),
        "to": _versions(found.goal),
        **{
            kind: {**_listed(names), "concerning": _listed(_concerning(names, found))}
            for kind, names in _kinds(found)
        },
        "defaults": [asdict(each) for each in found.defaults],
        "blueprint": None if found.own is None else asdict(found.own),
        "notes": [
            {"since": each.since, "text": each.text, "release_note": each.note}
            for each in notes(now.cloud, passed(found.origin, found.goal))
        ],
    }
    return json.dumps(document, indent=1, sort_keys=False, ensure_ascii=True).split("\n")


def _versions(release: str) -> dict[str, str]:
    return {
        "release": release,
        "kolla_ansible": catalog(release).kolla_ansible,
        "rabbitmq": RABBITMQ[release],
        "mariadb": MARIADB[release],
    }


def _listed(names: Names) -> dict[str, Any]:
    return {
        "added": names.added,
        "removed": names.removed,
        "renamed": [
            {"old": each.old, "new": each.new, "since": each.since, "release_note": each.note}
            for each in names.renamed
        ],
    }


def _kinds(found: Changes) -> tuple[tuple[str, Names], ...]:
    return (
        ("groups", found.groups),
        ("services", found.services),
        ("passwords", found.passwords),
        ("variables", found.variables),
    )


def _concerning(names: Names, found: Changes) -> Names:
    """Of names, those of what this cloud runs."""
    return Names(
        tuple(name for name in names.added if found.concerns(name)),
        tuple(name for name in names.removed if found.concerns(name)),
        tuple(each for each in names.renamed if found.concerns(each.old)),
    )


def _lines(now: Plan, found: Changes) -> Iterator[str]:
    yield f"# {now.cloud.ref}: from {found.origin} to {found.goal}"
    yield ""
    yield (
        "What changes on the way, for this cloud. The steps are in `DEPLOY.md`, the lists of the whole releases "
        f"in `{_LISTS}`."
    )
    yield ""
    old, new = _versions(found.origin), _versions(found.goal)
    yield "| | now | then |"
    yield "| --- | --- | --- |"
    yield f"| OpenStack | {old['release']} | {new['release']} |"
    yield f"| Kolla-Ansible | {old['kolla_ansible']} | {new['kolla_ansible']} |"
    yield f"| RabbitMQ in the images | {old['rabbitmq']} | {new['rabbitmq']} |"
    yield f"| MariaDB in the images | {old['mariadb']} | {new['mariadb']} |"
    yield ""
    yield from _known(now, found)
    yield from _own(found)
    titles = {
        "groups": "Groups of the inventory",
        "services": "Switches of services",
        "passwords": "Passwords",
    }
    for kind, names in _kinds(found):
        if kind in titles:
            yield from _names(titles[kind], _concerning(names, found))
    yield from _defaults(found)


def _known(now: Plan, found: Changes) -> Iterator[str]:
    lines = [
        f"- {each.since}: {each.text}"
        for each in notes(now.cloud, passed(found.origin, found.goal))
    ]
    yield from _section("What is different", lines)


def _own(found: Changes) -> Iterator[str]:
    own = found.own
    if own is None:
        yield from _section(
            "What Kolla-Ansible is told",
            [
                f"The blueprint asks for what {found.origin} can't do, so what it gave there can't be compared.",
            ],
        )
        return
    lines = [
        *(f"- new: `{name}`" for name in own.added),
        *(f"- gone: `{name}`" for name in own.removed),
        *(f"- {_changed(each)}" for each in own.values if each.name != "openstack_release"),
        *(f"- new file: `config/{path}`" for path in own.files_added),
        *(f"- file gone: `config/{path}`" for path in own.files_removed),
        *_members(own),
    ]
    yield from _section("What Kolla-Ansible is told", lines)


def _members(own: Own) -> Iterator[str]:
    for group, (left, came) in own.members.items():
        parts = []
        if left:
            parts.append(f"no longer {_codes(left)}")
        if came:
            parts.append(f"now {_codes(came)}")
        yield f"- hosts of the group `{group}`: {', '.join(parts)}"


def _names(title: str, names: Names) -> Iterator[str]:
    lines = [
        *(f"- `{each.old}` is `{each.new}` since {each.since}" for each in names.renamed),
        *(f"- new: `{name}`" for name in names.added),
        *(f"- gone: `{name}`" for name in names.removed),
    ]
    yield from _section(title, lines)


def _defaults(found: Changes) -> Iterator[str]:
    lines = [f"- {_changed(each)}" for each in found.defaults if found.concerns(each.name)]
    yield from _section("Defaults of Kolla-Ansible that this cloud goes by", lines)


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield f"## {title}"
        yield ""
        yield from lines
        yield ""


def _changed(each: Value) -> str:
    return f"`{each.name}`: {_value(each.old)}, then {_value(each.new)}"


def _value(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=True, default=str)
    return f"`{text}`" if len(text) <= _LONGEST and "`" not in text else "another text"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
