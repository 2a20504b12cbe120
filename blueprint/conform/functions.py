"""Functions that only rules have: what leads where in the model, places that may fail, versions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from blueprint import typesys as ts
from blueprint.conform.subject import Located, Subject
from blueprint.evaluate.functions import FUNCTIONS, LIST, Function, Impossible
from blueprint.model import Host
from blueprint.values import Ref

THING = ts.ANY
HOSTS = ts.ListOf(ts.Thing(("hosts",)))
_NUMBERS = re.compile(r"[0-9]+")
#: The attributes by which a layer stands on another.
_BELOW = ("on", "manager")


def functions(subject: Callable[[], Subject]) -> Mapping[str, Function]:
    """The functions of the language and those of rules, which look at what `subject` gives."""
    more = (
        Function(
            "hosts_of(thing)", "The hosts that a layer or a block of it names, each once.",
            (THING,), HOSTS, lambda thing: _hosts_of(subject(), thing), 1,
        ),
        Function(
            "below(layer)", "The platforms that a layer stands on, the nearest first.",
            (THING,), ts.ListOf(ts.Thing(("openstack", "kubernetes"))),
            lambda thing: _below(subject(), thing), 1,
        ),
        Function(
            "users_of(thing)", "The declarations that refer to a thing or to a part of it.",
            (THING,), LIST, lambda thing: _users_of(subject(), thing), 1,
        ),
        Function(
            "kind_of(thing)", "The kind of a declaration: `network`.",
            (THING,), ts.STRING, _kind_of, 1,
        ),
        Function(
            "racks_of(hosts)", "The racks that hosts stand in, each once.",
            (HOSTS,), ts.ListOf(ts.Thing(("rack",))), lambda hosts: _places(subject(), hosts, "rack"), 1,
        ),
        Function(
            "zones_of(hosts)", "The zones that hosts stand in, each once.",
            (HOSTS,), ts.ListOf(ts.Thing(("zone",))), lambda hosts: _places(subject(), hosts, "zone"), 1,
        ),
        Function(
            "at_least(version, minimum)", "Whether a version is not older than another, number by number.",
            (ts.STRING, ts.STRING), ts.BOOL, _at_least, 2,
        ),
        Function(
            "includes(text, part)", "Whether a text has another one in it.",
            (ts.STRING, ts.STRING), ts.BOOL, lambda text, part: part in text, 2,
        ),
        Function(
            "passed_on(layer, name)",
            "What a layer passes on to its tool under the name of a variable, as text; empty where nothing.",
            (THING, ts.STRING), ts.STRING, lambda layer, name: _passed_on(subject(), layer, name), 1,
        ),
        Function(
            "version(text)", "The numbers of a version, to compare or to take apart.",
            (ts.STRING,), ts.ListOf(ts.INT), _numbers, 1,
        ),
    )  # fmt: skip
    return {**FUNCTIONS, **{f.signature.partition("(")[0]: f for f in more}}


def _located(thing: Any) -> Located:
    if not isinstance(thing, Located) or thing.thing is None:
        raise Impossible("it is no thing of the blueprint")
    return thing


def _hosts_of(subject: Subject, thing: Any) -> tuple[Located, ...]:
    where = _located(thing)
    _note(subject, where, "hosts_of")
    refs = [
        ref for ref in subject.references(where) if ref.startswith("hosts.") or ".hosts." in ref
    ]
    known = [ref for ref in refs if ref in subject.model.groups or ref in subject.model.host]
    return subject.hosts(dict.fromkeys(known))


def _note(subject: Subject, thing: Located, what: str) -> None:
    """A whole thing was looked at: its references are the fact."""
    if subject.facts is not None:
        subject.facts[(str(thing), what)] = tuple(subject.references(thing))


def _below(subject: Subject, thing: Any) -> tuple[Located, ...]:
    found: list[Located] = []
    todo = [_located(thing)]
    while todo:
        layer = todo.pop(0)
        for name in _BELOW:
            ref = getattr(layer.thing, name, None)
            if subject.facts is not None and hasattr(layer.thing, name):
                subject.facts[(str(layer.owner), *layer.path, name)] = ref
            if isinstance(ref, Ref):
                platform = subject.at(ref, layer)
                if platform not in found and platform.thing is not None:
                    found.append(platform)
                    todo.append(platform)
    return tuple(found)


def _users_of(subject: Subject, thing: Any) -> tuple[Located, ...]:
    where = _located(thing)
    wanted = str(where)
    host = where.thing.group if isinstance(where.thing, Host) else None
    found = tuple(user for user, refs in subject.users() if wanted in refs or host in refs)
    if subject.facts is not None:
        subject.facts[wanted, "users"] = found
    return found


def _kind_of(thing: Any) -> str:
    holder = _located(thing).thing
    return "hosts" if isinstance(holder, Host) else str(getattr(holder, "kind", ""))


def _passed_on(subject: Subject, layer: Any, name: str) -> str:
    where = _located(layer)
    if not hasattr(where.thing, "tool"):
        raise Impossible("it is no layer that a tool deploys")
    passed = subject.read(where, "tool").get(where.thing.tool_name, {}).get(name)
    return "" if passed is None else _as_text(passed)


def _as_text(value: Any) -> str:
    """A value of a tool's variable as one line: items of lists and maps with spaces between."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return " ".join(f"{key}={_as_text(each)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return " ".join(_as_text(each) for each in value)
    return str(value)


def _places(subject: Subject, hosts: Iterable[Any], name: str) -> tuple[Any, ...]:
    found: dict[Any, None] = {}
    for host in hosts:
        ref = getattr(_located(host).thing, name, None)
        if subject.facts is not None:
            subject.facts[str(host), name] = ref
        if ref is not None:
            found.setdefault(subject.at(ref, host))
    return tuple(found)


def _numbers(text: str) -> tuple[int, ...]:
    found = tuple(int(n) for n in _NUMBERS.findall(text[:200]) if len(n) < 20)
    if not found:
        raise Impossible(f"`{text[:40]}` has no number")
    return found


def _at_least(version: str, minimum: str) -> bool:
    return _numbers(version) >= _numbers(minimum)


__all__ = ["functions"]
