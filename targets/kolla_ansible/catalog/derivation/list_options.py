"""Prints the oslo.config options of namespaces as JSON; run by the interpreter that has them.

It stands alone: it imports nothing of `oib`, because it runs inside an environment that holds the
services of one release. Input: namespaces as arguments. Output on stdout: namespace -> section ->
option -> entry, where an entry is the name of a type, or a map with `t` (type), `i` (type of a
list's items), `c` (choices), `n` and `x` (bounds), `r` (a pattern), `m` (may be repeated), `d`
(deprecated names, `section/name` where the section differs), `s` (its value is a
secret), `v` (its default, of the few options whose default a blueprint adds to). A namespace is
null where the library of an optional driver is not installed or the package has no such
namespace: nothing is known about it.
"""

import json
import logging
import os
import sys
from collections.abc import Iterable
from typing import Any

from oslo_config import cfg, generator, types  # type: ignore[import-not-found] # not ours to have

# A section with `auth_type` takes the options of the authentication plugin that it names.
_AUTH_PLUGINS = (
    *("none", "password", "token", "v3password", "v3token", "v3applicationcredential"),
    *("v3oidcpassword", "v3oidcclientcredentials", "v3oauth2clientcredential", "admin_token"),
)
# A list of the operator's own takes the place of the default one, so what is added must hold it.
_ADDED_TO = frozenset({("filter_scheduler", "enabled_filters")})
_NAMES = (
    (types.Boolean, "bool"),
    (types.Port, "port"),
    (types.Integer, "int"),
    (types.Float, "float"),
    (types.List, "list"),
    (types.Dict, "dict"),
    (types.IPAddress, "ip"),
    (types.HostDomain, "host"),
    (types.HostAddress, "host"),
    (types.Hostname, "hostname"),
    (types.URI, "uri"),
    (types.Range, "range"),
    (types.String, "string"),
)


def _type_name(kind: Any) -> str:
    return next((name for cls, name in _NAMES if isinstance(kind, cls)), "string")


def _entry(option: cfg.Opt, section: str) -> "str | dict[str, Any]":
    kind = option.type
    entry: dict[str, Any] = {"t": _type_name(kind)}
    if isinstance(option, cfg.MultiOpt) or option.multi:
        entry["m"] = True
        kind = getattr(kind, "item_type", kind)
    choices = getattr(kind, "choices", None)
    if choices:
        listed = choices.keys() if isinstance(choices, dict) else choices
        entry["c"] = [value for value in listed if value is not None]
    if entry["t"] in {"int", "float"}:
        bounds = {"n": kind.min, "x": kind.max}
        entry |= {key: bound for key, bound in bounds.items() if bound is not None}
    if entry["t"] == "list":
        item = _type_name(kind.item_type)
        if item != "string":
            entry["i"] = item
        item_choices = getattr(kind.item_type, "choices", None)
        if item_choices:
            entry["c"] = list(item_choices)
    pattern = getattr(kind, "regex", None)
    if pattern:
        entry["r"] = pattern.pattern
    old = sorted(
        {
            name.name if name.group in (None, section) else f"{name.group}/{name.name}"
            for name in option.deprecated_opts
            if name.name
        }
        - {option.dest, option.name}
    )
    if old:
        entry["d"] = old
    if option.secret:
        entry["s"] = True
    if (section, option.dest) in _ADDED_TO:
        entry["v"] = option.default
    return entry["t"] if len(entry) == 1 else entry


def _auth_options() -> "list[cfg.Opt]":
    from keystoneauth1 import loading  # type: ignore[import-not-found] # not ours to have

    available = loading.get_available_plugin_names()
    return [
        option
        for name in _AUTH_PLUGINS
        if name in available
        for option in loading.get_auth_plugin_conf_options(name)
    ]


def _sections(listed: "Iterable[tuple[Any, list[cfg.Opt]]]") -> "dict[str, dict[str, Any]]":
    sections: dict[str, dict[str, Any]] = {}
    for group, options in listed:
        name = getattr(group, "name", group) or "DEFAULT"
        entries = sections.setdefault(name, {})
        for option in options:
            entries[option.dest] = _entry(option, name)
    for name, entries in sections.items():
        if "auth_type" in entries:
            for option in _auth_options():
                entries.setdefault(option.dest, _entry(option, name))
    return sections


def main() -> None:
    """List the namespaces named on the command line."""
    logging.disable(logging.CRITICAL)
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the services print while they are imported is no part of the answer
    # One at a time: oslo.config sorts several together, and some services change each other's.
    listed: dict[str, Any] = {}
    for namespace in sys.argv[1:]:
        try:
            entries = generator._list_opts([namespace])  # noqa: SLF001 - the one way in
        except ModuleNotFoundError as absent:  # an optional driver whose library nobody pins
            sys.stderr.write(f"{namespace}: {absent}\n")
            entries = []
        # A generator file may name what its package no longer has.
        listed[namespace] = _sections(entries[0][1]) if entries else None
    json.dump(listed, out, sort_keys=True)
    out.close()


if __name__ == "__main__":
    main()
