"""The keys that an override file of the bootstrap playbook may hold, with the shapes of their values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from targets._derivation.ansible_text import (
    ansible_yaml,
    expressions,
    free_names,
    tolerant_environment,
)

from . import reviewed
from .conditions import shapes_of
from .tree import Tree

PLAYBOOKS = "playbookconfig/src/playbooks"
PARTS = tuple(
    f"{PLAYBOOKS}/{part}"
    for part in ("bootstrap.yml", "host_vars/bootstrap", "roles/bootstrap", "roles/common", "vars")
)
_DEFAULTS = f"{PLAYBOOKS}/host_vars/bootstrap/default.yml"
_PREPARE = f"{PLAYBOOKS}/roles/bootstrap/prepare-env"
_VALIDATE = f"{PLAYBOOKS}/roles/bootstrap/validate-config"
_COMMENTED = re.compile(r"^#\s?([a-z][a-z_0-9]*):", re.MULTILINE)
_OF_SUBCLOUD = re.compile(r"^system_controller_|^region_name$")
_CERTIFICATE_FIELD = re.compile(r"system_platform_certificate\.([A-Za-z]\w*)(?![\w(])")
_WORDS = re.compile(r"^# Valid values -> (.+)\n(?:#.*\n)*?# ([a-z][a-z_0-9]*):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class _Roles:
    """What the roles read from outside themselves, what they fill in where it is missing, and their variables."""

    read: frozenset[str]
    filled: frozenset[str]
    variables: Mapping[str, Any]
    certificate_fields: frozenset[str]
    is_embedding: bool


def document(tree: Tree) -> dict[str, Any]:
    """All of the catalogue that the playbooks give."""
    roles = _roles(tree)
    defaults = ansible_yaml(tree.texts[_DEFAULTS])
    registries = roles.variables["known_registry_keys"]
    keys = _keys(tree, roles, defaults)
    default_version = str(roles.variables["fresh_install_k8s_version"])
    return {
        "bootstrap": keys,
        "dcmanager_gives": sorted(
            name for name in roles.variables if _OF_SUBCLOUD.match(name) and name not in keys
        ),
        "kubernetes": {"default": default_version, "versions": _kubernetes(tree)},
        "registries": sorted(registries),
        "software": roles.variables["supported_release_versions"],
        "dual_stack": any("parse_dual_stack" in path for path in tree.paths),
    }


def _keys(tree: Tree, roles: _Roles, defaults: Mapping[str, Any]) -> dict[str, Any]:
    text = tree.texts[_DEFAULTS]
    commented = {name for name in _COMMENTED.findall(text) if name in roles.read}
    undocumented = {name for name in reviewed.UNDOCUMENTED if name in roles.read}
    certificates = set(roles.variables.get("external_cert_overrides_list", ()))
    names = {*defaults, *commented, *undocumented, *certificates, *roles.filled} - reviewed.INTERNAL
    mandatory = _mandatory(tree)
    bounds = shapes_of(_conditions(tree))
    bounds |= {name: _enumeration(words) for words, name in _WORDS.findall(text)} | bounds
    keys: dict[str, Any] = {}
    for name in sorted(names):
        entry: dict[str, Any] = {
            "shape": _shape(name, defaults.get(name), bounds, certificates, roles)
        }
        if defaults.get(name) is not None and not isinstance(defaults[name], (dict, list)):
            entry["default"] = defaults[name]
        if name in mandatory:
            entry["mandatory"] = True
        if name not in defaults and name not in commented:
            entry["undocumented"] = True
        keys[name] = entry
    return keys


def _shape(
    name: str, default: Any, bounds: Mapping[str, Any], certificates: set[str], roles: _Roles
) -> Any:
    if name.removeprefix("vault_") == "docker_registries":
        return {
            "fields": dict.fromkeys(
                sorted(roles.variables["known_registry_keys"]), reviewed.REGISTRY
            )
        }
    if name == "system_platform_certificate":
        known = sorted(
            roles.variables.get("valid_platform_cert_fields") or roles.certificate_fields
        )
        fields = {each: reviewed.CERTIFICATE_FIELDS.get(each, _TEXT_OR_NONE) for each in known}
        return {"fields": fields}
    if name in bounds:
        return bounds[name]
    if name in reviewed.SHAPES:
        return reviewed.SHAPES[name]
    if name in certificates:
        embedded = "path_or_key" if name.endswith("_key") else "path_or_base64"
        return {"type": "string", "form": embedded if roles.is_embedding else "path"}
    if isinstance(default, bool):
        return "boolean"
    if name.endswith(("_subnet", "_address")):
        form = name.rsplit("_", 1)[1]
        is_single = name.startswith("pxeboot_") or not _is_dual(roles)
        return {"type": "string", "form": form if is_single else _PLURAL[form]}
    if isinstance(default, str):
        return "string"
    message = f"nothing says what `{name}` holds"
    raise ValueError(message)


_PLURAL = {"subnet": "subnets", "address": "addresses"}
_TEXT_OR_NONE = {"type": "string", "nullable": True}


def _is_dual(roles: _Roles) -> bool:
    return "network_param_lines" in roles.read


def _enumeration(words: str) -> dict[str, Any]:
    return {"type": "string", "enum": [word.strip() for word in words.split(",")]}


def _roles(tree: Tree) -> _Roles:
    environment = tolerant_environment()
    read: set[str] = set()
    filled: set[str] = set()
    variables: dict[str, Any] = {}
    for path in tree.below(f"{PLAYBOOKS}/roles/"):
        if path.endswith(".j2"):
            read |= free_names(environment, tree.texts[path])
        if not path.endswith((".yml", ".yaml")):
            continue
        loaded = ansible_yaml(tree.texts[path])
        if "/vars/" in path and isinstance(loaded, dict) and "k8s-" not in path:
            variables |= loaded
        for expression in expressions(loaded, set()):
            read |= free_names(environment, expression)
        if path.startswith((_PREPARE, _VALIDATE)):
            filled |= set(_filled(loaded))
    variables |= ansible_yaml(tree.texts[f"{PLAYBOOKS}/vars/common/main.yml"])
    fields = {name for text in tree.texts.values() for name in _CERTIFICATE_FIELD.findall(text)}
    return _Roles(
        frozenset(read),
        frozenset(filled),
        variables,
        frozenset(fields),
        any("convert_embedded_certificates" in path for path in tree.paths),
    )


def _filled(value: Any) -> Iterator[str]:
    """Names that a task sets to themselves or a default: the overrides it expects."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if (
                isinstance(inner, str)
                and isinstance(name, str)
                and re.match(rf"^\{{\{{\s*{re.escape(name)}\s*\|\s*default\(", inner)
            ):
                yield name
            yield from _filled(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _filled(inner)


def _mandatory(tree: Tree) -> frozenset[str]:
    for task in _tasks(ansible_yaml(tree.texts[f"{_PREPARE}/tasks/main.yml"])):
        said = task.get("fail")
        if isinstance(said, dict) and "Mandatory configuration parameter" in str(said.get("msg")):
            return frozenset(task.get("loop") or task.get("with_items") or ())
    message = "the role that lists what is mandatory has changed"
    raise ValueError(message)


def _conditions(tree: Tree) -> Iterator[str]:
    for path in tree.below(f"{_VALIDATE}/tasks/"):
        for task in _tasks(ansible_yaml(tree.texts[path])):
            for word in ("when", "failed_when"):
                stated = task.get(word, ())
                yield from (
                    (stated,)
                    if isinstance(stated, str)
                    else (each for each in stated or () if isinstance(each, str))
                )


def _tasks(loaded: Any) -> Iterator[dict[str, Any]]:
    for task in loaded or ():
        if isinstance(task, dict):
            yield task
            for word in ("block", "rescue", "always"):
                yield from _tasks(task.get(word))


def _kubernetes(tree: Tree) -> list[str]:
    folder = re.compile(re.escape(f"{_PREPARE}/vars/k8s-v") + r"([\d.]+)(?:/|$)")
    found = {match[1] for path in tree.paths if (match := folder.match(path))}
    return sorted(found, key=lambda version: tuple(map(int, version.split("."))))
