"""Finds the variables that Kolla-Ansible reads but that no file of its own gives a default."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import jinja2
import jinja2.meta

from .packages import SharedFiles, ansible_yaml

_CONDITIONS = {"when", "that", "until", "failed_when", "changed_when"}
_ANSIBLE_OWN = {"group_names", "inventory_hostname", "role_path", "group_hosts"}
# Roles that other roles call like functions: what they read is handed to them, not set by people.
_CALLED_ROLES = re.compile(r"ansible/roles/(haproxy-config|service-|loadbalancer-config)")
_EXPRESSION = re.compile(r"\{[{%]")


class _Anything(dict[str, Any]):
    """Every filter and test exists: only names matter here."""

    def __missing__(self, key: str) -> Callable[..., str]:
        return lambda *_arguments, **_options: ""

    def __contains__(self, key: object) -> bool:
        return True

    def get(self, key: str, default: object = None) -> Any:  # noqa: ARG002 - as in dict
        return self[key]


def read_variables(shared: SharedFiles, declared: frozenset[str]) -> frozenset[str]:
    """Return the names read somewhere in the playbooks and roles but declared nowhere."""
    environment = jinja2.Environment(  # noqa: S701 - parses, never renders
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )
    environment.filters = _Anything(environment.filters)
    environment.tests = _Anything(environment.tests)
    read: dict[str, set[str]] = defaultdict(set)
    local: set[str] = set()
    for path in shared:
        if not path.startswith("ansible/"):
            continue
        if path.endswith(".j2"):
            expressions = iter([shared.text(path)])
        elif path.endswith(".yml"):
            document = ansible_yaml(shared.text(path))
            if re.search(r"/roles/[^/]+/vars/", path) and isinstance(document, dict):
                local |= set(document)
            expressions = _expressions(document, local)
        else:
            continue
        for expression in expressions:
            for name in _free(environment, expression):
                read[name].add(path)
    return frozenset(
        name
        for name, paths in read.items()
        if name not in declared | local | _ANSIBLE_OWN
        and re.fullmatch(r"[a-z][a-z0-9]*(_[A-Za-z0-9]+)+", name)
        and not name.endswith("_changed_containers")
        and not all(_CALLED_ROLES.match(path) for path in paths)
    )


def _free(environment: jinja2.Environment, expression: str) -> set[str]:
    try:
        return jinja2.meta.find_undeclared_variables(environment.parse(expression))
    except jinja2.TemplateSyntaxError:  # a template inside a condition, which Ansible tolerates
        return set()


def _expressions(value: object, local: set[str], key: str = "") -> Iterator[str]:
    """Yield every Jinja expression of a YAML document; collect what tasks define themselves."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if str(name).rsplit(".", 1)[-1] in {"vars", "set_fact"} and isinstance(inner, dict):
                local |= set(inner)
            elif name == "register" and isinstance(inner, str):
                local.add(inner)
            elif name == "loop_control" and isinstance(inner, dict):
                local |= {str(word) for word in inner.values()}
            yield from _expressions(inner, local, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from _expressions(inner, local, key)
    elif isinstance(value, str):
        if _EXPRESSION.search(value):
            yield value
        elif key in _CONDITIONS:
            yield "{{ " + value + " }}"
