"""Rules by which Keystone maps users of an identity provider to its own, judged before they are handed over.

Keystone takes a list of rules, each with what the provider must say (`remote`) and what becomes of it
(`local`). The shape is that of its schemas 1.0 and 2.0 (keystone/federation/utils.py); what no schema
says, and what would fail at a user's first login, is looked at too: placeholders without a remote entry
behind them, regular expressions that can't be read, groups without a domain.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from blueprint.diagnostics import did_you_mean
from blueprint.recursion import read_json

#: The version that Keystone takes a mapping for which does not state one.
DEFAULT_VERSION = "1.0"
#: Faults of one mapping that are worth reading.
_MOST = 10
_CONDITIONS = ("any_one_of", "not_any_of", "blacklist", "whitelist")
#: Conditions whose value can't be referred to: they only say whether the rule holds.
_SILENT = ("any_one_of", "not_any_of")

Fault: TypeAlias = tuple[str, str | None]
_Check: TypeAlias = Callable[[Any, str], Iterator[Fault]]


def rules_of(text: str) -> tuple[list[Any], Fault | None]:
    """The rules in a text, and why it holds none."""
    try:
        found = read_json(text, object_pairs_hook=_once)
    except ValueError as problem:
        return [], (f"it is no JSON: {_sentence(problem)}", None)
    if not isinstance(found, list):
        return [], ("it is no list of rules", 'write `[ { "local": […], "remote": […] } ]`')
    if not found:
        return [], ("it holds no rule", "write at least one")
    return found, None


def faults(text: str, version: str = DEFAULT_VERSION) -> list[Fault]:
    """What is wrong with a mapping, each with what to do where that is plain."""
    rules, fault = rules_of(text)
    if fault is not None:
        return [fault]
    found: list[Fault] = []
    for number, rule in enumerate(rules):
        found += _rule(rule, f"[{number}]", version)
    return found[:_MOST]


def groups_of(text: str) -> tuple[tuple[str, str], ...]:
    """The groups that rules name with a domain, as (domain, group), each once; those of users' own names not."""
    rules, fault = rules_of(text)
    found: dict[tuple[str, str], None] = {}
    for rule in () if fault is not None else rules:
        for local in rule["local"]:
            group = local.get("group", {})
            domain = group.get("domain", {}).get("name")
            name = group.get("name")
            if name and domain and "{" not in name + domain and (name + domain).isprintable():
                found[domain, name] = None
    return tuple(found)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ValueError(f"`{twice}` stands there twice")
    return dict(pairs)


def _sentence(problem: ValueError) -> str:
    text = str(problem)
    return text[:1].lower() + text[1:]


def _rule(rule: Any, at: str, version: str) -> Iterator[Fault]:
    found = list(_closed({"local": _any, "remote": _any}, ("local", "remote"))(rule, at))
    if found:
        yield from found
        return
    yield from _list(_local(version), 1)(rule["local"], f"{at}.local")
    yield from _list(_remote, 1)(rule["remote"], f"{at}.remote")
    if isinstance(rule["remote"], list) and isinstance(rule["local"], list):
        given = sum(
            isinstance(each, dict) and not any(word in each for word in _SILENT)
            for each in rule["remote"]
        )
        for position, local in enumerate(rule["local"]):
            yield from _placeholders(local, f"{at}.local[{position}]", given)


def _any(_value: Any, _at: str) -> Iterator[Fault]:
    return iter(())


def _text(value: Any, at: str) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield f"`{at}` is no text", None


def _user_type(value: Any, at: str) -> Iterator[Fault]:
    if value not in ("ephemeral", "local"):
        yield f"`{at}` is neither `ephemeral` nor `local`", None


def _list(inner: _Check, least: int) -> _Check:
    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, list):
            yield f"`{at}` is no list", None
            return
        if len(value) < least:
            yield f"`{at}` is empty", None
        for position, item in enumerate(value):
            yield from inner(item, f"{at}[{position}]")

    return check


def _closed(known: Mapping[str, _Check], required: Iterable[str] = ()) -> _Check:
    def check(value: Any, at: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield f"`{at}` is no map", None
            return
        for name in value:
            if name not in known:
                hint = did_you_mean(name, known, otherwise="take it out: Keystone refuses it")
                yield f"`{at}` has no `{name}`", hint
        for name in required:
            if name not in value:
                yield f"`{at}` has no `{name}`, which it needs", None
        for name, inner in known.items():
            if name in value:
                yield from inner(value[name], f"{at}.{name}")

    return check


_DOMAIN = _closed({"id": _text, "name": _text})
_USER = _closed({"id": _text, "name": _text, "email": _text, "domain": _DOMAIN, "type": _user_type})
_ROLES = _list(_closed({"name": _text}, ("name",)), 0)


def _group(value: Any, at: str) -> Iterator[Fault]:
    if isinstance(value, dict) and "id" in value:
        yield from _closed({"id": _text}, ("id",))(value, at)
    else:
        yield from _closed({"name": _text, "domain": _DOMAIN}, ("name", "domain"))(value, at)


def _local(version: str) -> _Check:
    project: dict[str, _Check] = {"name": _text, "roles": _ROLES}
    if version != DEFAULT_VERSION:
        project["domain"] = _DOMAIN
    closed = _closed(
        {
            "user": _USER,
            "projects": _list(_closed(project, ("name", "roles")), 0),
            "group": _group,
            "groups": _text,
            "group_ids": _text,
            "domain": _DOMAIN,
        }
    )

    def check(value: Any, at: str) -> Iterator[Fault]:
        yield from closed(value, at)
        lacks_domain = isinstance(value, dict) and "groups" in value and "domain" not in value
        # Groups that the provider names as JSON bring their domain along.
        if lacks_domain and "name" not in str(value["groups"]):
            yield f"`{at}` has `groups` and no `domain` to look for them in", None

    return check


def _remote(value: Any, at: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield f"`{at}` is no map", None
        return
    stated = [word for word in _CONDITIONS if word in value]
    known: dict[str, _Check] = {"type": _text}
    if len(stated) > 1:
        yield f"`{at}` has both `{stated[0]}` and `{stated[1]}`", "make two entries of it"
        return
    for word in stated:
        known = {**known, word: _list(_text, int(word == "any_one_of")), "regex": _flag}
    known_here = {**dict.fromkeys(_CONDITIONS, _any), **known} if not stated else known
    yield from _closed(known_here, ("type",))(value, at)
    if value.get("regex") is True:
        for word in stated:
            for position, pattern in enumerate(
                value[word] if isinstance(value[word], list) else ()
            ):
                yield from _pattern(pattern, f"{at}.{word}[{position}]")


def _flag(value: Any, at: str) -> Iterator[Fault]:
    if not isinstance(value, bool):
        yield f"`{at}` is neither `true` nor `false`", None


def _pattern(value: Any, at: str) -> Iterator[Fault]:
    if not isinstance(value, str):
        yield f"`{at}` is no text", None
        return
    try:
        re.compile(value)
    except (re.error, RecursionError, OverflowError) as problem:
        yield f"`{at}` is no regular expression: {problem}", None


def _placeholders(value: Any, at: str, given: int) -> Iterator[Fault]:
    """Placeholders such as `{0}` that no remote entry fills."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _placeholders(item, f"{at}.{name}", given)
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _placeholders(item, f"{at}[{position}]", given)
    elif isinstance(value, str):
        yield from _filled(value, at, given)


def _filled(value: str, at: str, given: int) -> Iterator[Fault]:
    try:
        fields = [field for _, field, _, _ in string.Formatter().parse(value) if field is not None]
    except ValueError:
        yield f"`{at}` has a brace that nothing closes", "write `{{` and `}}` for braces themselves"
        return
    for field in fields:
        if not field.isdecimal() or int(field) >= given:
            what = "no remote entry gives a value" if given == 0 else f"remote entries give {given}"
            yield (
                f"`{at}` refers to `{{{field}}}`, and {what}",
                "count from 0 the entries without a condition",
            )


__all__ = ["DEFAULT_VERSION", "Fault", "faults", "groups_of", "rules_of"]
