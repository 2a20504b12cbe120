"""Reads a Kolla-Ansible package: its inventory, variables, passwords and service switches.

Variables come from three places. *Declared* ones have a default in group_vars or in a role (role
`vars/` are left out: they outrank an inventory, so setting them there has no effect). *Read* ones
have no default anywhere, yet a template or a condition reads them (`kolla_serial`,
`lightbits_api_port`): they are found as the free variables of every Jinja expression. *Shown* ones
stand commented out in the sample globals.yml and count only where something reads them as well,
because the sample still shows names that nothing reads any more (`disable_firewall` in 2026.1).
"""

import ast
import configparser
import re
from collections.abc import Iterator, Mapping
from typing import Any

from targets._derivation.ansible_text import ansible_yaml
from targets._derivation.default_types import UNKNOWN, is_template, type_of

from .free_variables import read_variables
from .packages import SharedFiles

_GLOBALS = "etc_examples/kolla/globals.yml"
_PASSWORDS = "etc_examples/kolla/passwords.yml"
_DECLARING = re.compile(
    r"ansible/group_vars/(all(\.yml|/[^/]+\.yml)|baremetal(\.yml|/[^/]+\.yml))$"
    r"|ansible/roles/[^/]+/defaults/.+\.yml$"
    r"|etc_examples/kolla/globals\.yml$"
)
_GROUP_VARIABLES = re.compile(r"ansible/group_vars/all")


def inventory(shared: SharedFiles) -> dict[str, Any]:
    """Return the groups of the release's own multinode inventory, in its order."""
    groups: dict[str, dict[str, Any]] = {}
    section, kind = "", "hosts"
    for raw in shared.text("ansible/inventory/multinode").splitlines():
        line = raw.split("#", 1)[0].strip()
        if not line:
            continue
        if line.startswith("["):
            section, _, suffix = line.strip("[]").partition(":")
            kind = suffix or "hosts"
            group = groups.setdefault(section, {})
            if kind == "hosts":
                group["takes_hosts"] = True
        elif kind == "children":
            groups[section].setdefault("children", []).append(line)
        elif kind == "vars":
            name, _, value = line.partition("=")
            groups[section].setdefault("vars", {})[name.strip()] = value.strip()
        elif line.split()[0] == "localhost":  # other names there are samples, not facts
            settings = dict(part.split("=", 1) for part in line.split()[1:])
            groups[section].setdefault("hosts", {})["localhost"] = settings
    return {"order": list(groups), "groups": groups}


def commands(shared: SharedFiles) -> list[str]:
    """Return what may follow `kolla-ansible` on the command line."""
    points = configparser.ConfigParser(delimiters=("=",))
    points.read_string(shared.entry_points())
    return sorted(points["kolla_ansible.cli"])


def passwords(shared: SharedFiles) -> dict[str, str]:
    """Return each key of passwords.yml and how kolla-genpwd treats it."""
    kinds: dict[str, str] = {}
    names_of_kinds = {
        "uuid_keys": "uuid",
        "ssh_keys": "ssh_key",
        "blank_keys": "stated",
        "hmac_md5_keys": "hmac_md5",
        "fernet_keys": "fernet_key",
        "bcrypt_keys": "bcrypt_salt",
    }
    for node in ast.walk(ast.parse(shared.code("cmd/genpwd.py"))):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            kind = names_of_kinds.get(node.targets[0].id)
            if kind and isinstance(node.value, ast.List):
                kinds |= dict.fromkeys(ast.literal_eval(node.value), kind)
    stated = ansible_yaml(shared.text(_PASSWORDS))
    return {name: kinds.get(name, "password") for name in stated}


def variables(shared: SharedFiles) -> dict[str, dict[str, Any]]:
    """Return every variable that may be set, with what its default and comments tell."""
    defaults: dict[str, list[Any]] = {}
    words: dict[str, list[str]] = {}
    for path in shared:
        if _DECLARING.match(path):
            text = shared.text(path)
            loaded = ansible_yaml(text) or {}
            for name, value in loaded.items():
                defaults.setdefault(name, []).append(value)
            for name, choices in _documented_words(text):
                known = words.setdefault(name, [])
                known += [word for word in choices if word not in known]
    del defaults["workaround_ansible_issue_8743"]
    for name in read_variables(shared, declared=frozenset(defaults)):
        defaults.setdefault(name, [])
    secret = set(passwords(shared))
    return {
        name: _described(name, defaults, words)
        for name in sorted(defaults)
        if name not in secret and not name.startswith("ansible_")
    }


def services(shared: SharedFiles, known: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Return the `enable_*` switches of group_vars: a literal default, or the expression."""
    switches: dict[str, Any] = {}
    for path in shared:
        if _GROUP_VARIABLES.match(path):
            loaded = ansible_yaml(shared.text(path)) or {}
            for name, value in loaded.items():
                if name.startswith("enable_"):
                    literal = known[name].get("default")
                    switches[name] = {"expression": value} if literal is None else literal
    return switches


def _described(
    name: str, defaults: Mapping[str, list[Any]], words: Mapping[str, list[str]]
) -> dict[str, Any]:
    values = defaults[name]
    kind = type_of(name, defaults)
    described: dict[str, Any] = {"type": kind}
    if len({repr(value) for value in values}) == 1:
        default = _literal(values[0], kind)
        if default is not None:
            described["default"] = default
    elif len(values) > 1:
        described["differs"] = True
    if name in words and kind in {"string", UNKNOWN}:
        described["words"] = words[name]
    return described


def _literal(value: Any, kind: str) -> bool | int | float | str | None:
    if is_template(value):
        return None
    if isinstance(value, str) and kind == "bool":
        return value.lower() in {"yes", "true"}
    if isinstance(value, str) and kind == "int":
        return int(value)
    return value if isinstance(value, bool | int | float | str) else None


_CHOICES = re.compile(
    r"(?:valid options|valid values|type options|topology options)(?: are)?:? "
    r"(?:\[(?P<list>[^\]]*)\]|(?P<words>'[a-z]+'(?:(?:, | or )'[a-z]+')*)|(?P<bare>[a-z]+ or [a-z]+)\.)",
    re.IGNORECASE,
)


def _documented_words(text: str) -> Iterator[tuple[str, list[str]]]:
    """Yield (variable, words) where the comment block right above a variable lists them."""
    block = ""
    for line in text.splitlines():
        variable = re.match(r"#?([a-z][a-z0-9_]*):", line)
        if variable:
            choices = _CHOICES.search(block)
            if choices:
                yield variable[1], _words(choices)
            block = ""
        elif line.startswith("# "):
            block += line[2:] + " "
        else:
            block = ""


def _words(choices: re.Match[str]) -> list[str]:
    listed = choices["list"]
    if listed is not None:
        return [word.strip().strip("\"'") for word in listed.split(",")]
    if choices["words"]:
        return re.findall(r"'([a-z]+)'", choices["words"])
    return str(choices["bare"]).split(" or ")
