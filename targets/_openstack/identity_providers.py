"""Texts of identity providers that every tool of OpenStack hands on: to Apache, to Keystone, to the dashboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from blueprint.model.openstack_services import Federation, Keystone
from targets._openstack.mapping_rules import DEFAULT_VERSION

_ISSUER = re.compile(
    r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~%/-]*)?"
).fullmatch
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}").fullmatch
#: Texts that pass a command line and a settings file in Python between double quotes.
_TITLE = re.compile(r"[^\W_](?:[\w .,:()&+@/-]{0,62}[\w).])?").fullmatch
_CLIENT = re.compile(r"[!-~]{1,255}").fullmatch
_TOKEN = re.compile(r"[!#-\[\]-~]+").fullmatch
_VERSION = ("federation", "attribute_mapping_default_schema_version")


@dataclass(frozen=True, slots=True)
class Unusable:
    """A text that can't be handed on: where it stands in the provider's block, and what it may be."""

    field: tuple[str | int, ...]
    name: str
    text: str
    wanted: str


def unusable_texts(name: str, provider: Federation) -> Iterator[Unusable]:
    """The texts of a provider that somebody would take for something else; that of its name has no field."""
    if not _NAME(name):
        yield Unusable((), "federation", name, "letters, digits, `_` and `-`, at most 64")
    texts = (
        ("issuer", provider.issuer, _ISSUER, "`https://`, a host, and a path where it has one"),
        ("client", provider.client, _CLIENT, "visible characters without spaces"),
        ("title", provider.title or name, _TITLE, "words without quotes, at most 64 characters"),
        ("domain", provider.domain, _TITLE, "words without quotes, at most 64 characters"),
    )
    for field, value, matches, wanted in texts:
        if not matches(value):
            yield Unusable((field,), field, value, wanted)
    for position, scope in enumerate(provider.scope):
        if not _TOKEN(scope):
            yield Unusable(
                ("scope", position), "scope", scope, "one scope, without spaces and quotes"
            )
    if "openid" not in provider.scope:
        listed = ", ".join(provider.scope)
        wanted = "`openid` among the scopes: it asks for the token"
        yield Unusable(("scope",), "scope", listed, wanted)


def schema_version(keystone: Keystone) -> str:
    """The version of schema that Keystone takes its mappings for."""
    section, option = _VERSION
    sections = keystone.config.get("keystone.conf", {})
    return str(sections.get(section, {}).get(option, DEFAULT_VERSION))
