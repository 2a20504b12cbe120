"""Reads configuration files as a service would and prints what oslo.config makes of them.

It stands alone: it runs inside an environment that holds the services of one release. On stdin:
`{"namespaces": [...], "dynamic": [...], "services": [[file, ...], ...]}`, the files of each service in
the order in which it reads them; `dynamic` says which sections of any name take which options, as in the
catalogue. On stdout, for each service: a list of `[section, option, kind, message]`, kind
`unknown`, `value` or `deprecated`.
"""

import contextlib
import json
import logging
import os
import re
import sys
from fnmatch import fnmatch
from typing import Any

from oslo_config import cfg, generator, iniparser

_AUTH_PLUGINS = ("password", "v3password", "token", "v3applicationcredential", "none")


class _Options(iniparser.BaseParser):  # type: ignore[misc] # oslo.config has no types
    """Collects the sections and options that a file sets."""

    def __init__(self) -> None:
        super().__init__()
        self.section = "DEFAULT"
        self.found: list[tuple[str, str]] = []

    def new_section(self, section: str) -> None:
        self.section = section

    def assignment(self, key: str, value: Any) -> None:  # noqa: ARG002 - as in the base
        self.found.append((self.section, key))


class _Reader(cfg.ConfigOpts):  # type: ignore[misc] # oslo.config has no types
    """Reads what is set; what another authentication plugin would require is not asked for."""

    def _check_required_opts(self, namespace: Any = None) -> None:
        pass


def _register(conf: cfg.ConfigOpts, group: str, options: Any) -> None:
    for option in options:
        # Two namespaces may state it differently: the first is the service's own.
        with contextlib.suppress(cfg.DuplicateOptError):
            conf.register_opt(option, None if group == "DEFAULT" else group)


def _listed(namespaces: list[str]) -> list[tuple[str, list[Any]]]:
    """Return section and options for each group of each namespace."""
    listed = []
    for namespace in namespaces:
        if namespace == "oslo.config":  # what every ConfigOpts registers itself
            continue
        # A list may name a namespace that its library has given up: Masakari's, `oslo.db.concurrency`.
        for _, groups in generator._list_opts([namespace]):
            listed += [(getattr(g, "name", g) or "DEFAULT", options) for g, options in groups]
    return listed


def _registered(
    listed: list[tuple[str, list[Any]]],
) -> tuple[cfg.ConfigOpts, dict[str, dict[str, Any]]]:
    conf = _Reader()
    known: dict[str, dict[str, Any]] = {}
    for name, options in listed:
        _register(conf, name, options)
        entries = known.setdefault(name, {})
        for option in options:
            entries.setdefault(option.dest, option)
    _register_auth_options(conf, known)
    return conf, known


def _register_auth_options(conf: cfg.ConfigOpts, known: dict[str, dict[str, Any]]) -> None:
    from keystoneauth1 import loading

    for name, entries in known.items():
        if "auth_type" in entries:
            for plugin in _AUTH_PLUGINS:
                options = loading.get_auth_plugin_conf_options(plugin)
                _register(conf, name, options)
                for option in options:
                    entries.setdefault(option.dest, option)


def _old_names(known: dict[str, dict[str, Any]]) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (old.group or section, old.name.replace("-", "_")): (section, dest)
        for section, entries in known.items()
        for dest, option in entries.items()
        for old in option.deprecated_opts
        if old.name
    }


def main() -> None:
    """Judge the files named on stdin."""
    logging.disable(logging.CRITICAL)
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what the services print while they are imported is no part of the answer
    request = json.load(sys.stdin)
    listed = _listed(request["namespaces"])
    dynamic = request["dynamic"]
    json.dump([_findings(listed, dynamic, files) for files in request["services"]], out)
    out.close()


def _findings(
    listed: list[tuple[str, list[Any]]], dynamic: list[dict[str, Any]], files: list[str]
) -> list[list[str]]:
    conf, known = _registered(listed)
    found: set[tuple[str, str]] = set()
    for path in files:
        options = _Options()
        with open(path, encoding="utf-8") as lines:
            options.parse(lines)
        found |= set(options.found)
    conf([], project="oib", default_config_files=files, default_config_dirs=[])
    for name in {section for section, _ in found}:
        options_of_name = _dynamic_options(name, dynamic, known)
        if options_of_name:
            _register(conf, name, options_of_name.values())
            known[name] = options_of_name
    old_names = _old_names(known)
    findings = []
    for section, name in sorted(found):
        place = (section, name.replace("-", "_"))
        if name not in known.get(section, {}):
            if place not in old_names:
                findings.append([section, name, "unknown", ""])
                continue
            findings.append([section, name, "deprecated", "/".join(old_names[place])])
            place = old_names[place]
        try:
            group = conf if place[0] == "DEFAULT" else conf[place[0]]
            getattr(group, place[1])
        except (ValueError, cfg.Error) as reason:
            findings.append([section, name, "value", str(reason)])
    return findings


def _dynamic_options(
    section: str, dynamic: list[dict[str, Any]], known: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return the options of a section that only a deployment names; the first pattern counts."""
    if section == "DEFAULT" or section in known:
        return {}
    for entry in dynamic:
        if re.fullmatch(entry["pattern"], section):
            alike = {
                name: option
                for other, options in known.items()
                if any(fnmatch(other, pattern) for pattern in entry.get("like", ()))
                for name, option in options.items()
            }
            return {**alike, **{name: cfg.StrOpt(name) for name in entry.get("options", ())}}
    return {}


if __name__ == "__main__":
    main()
