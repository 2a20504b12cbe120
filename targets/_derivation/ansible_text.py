"""Reads Ansible's YAML and finds the variables that its Jinja expressions ask for."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import jinja2
import jinja2.meta
import yaml

_CONDITIONS = {"when", "that", "until", "failed_when", "changed_when"}
_EXPRESSION = re.compile(r"\{[{%]")


class _TolerantLoader(yaml.CSafeLoader):
    """Reads Ansible's YAML, whose private tags (`!unsafe`, `!vault`) carry no type for us."""


_TolerantLoader.add_multi_constructor("!", lambda _loader, _suffix, _node: None)


def ansible_yaml(text: str) -> Any:
    """Return what a YAML file of Ansible holds."""
    return yaml.load(text, _TolerantLoader)  # noqa: S506 - derives from the safe loader


class _Anything(dict[str, Any]):
    """Every filter and test exists: only names matter here."""

    def __missing__(self, key: str) -> Callable[..., str]:
        return lambda *_arguments, **_options: ""

    def __contains__(self, key: object) -> bool:
        return True

    def get(self, key: str, default: object = None) -> Any:  # noqa: ARG002 - as in dict
        return self[key]


def tolerant_environment() -> jinja2.Environment:
    """Return an environment that parses any template of Ansible's and renders none."""
    environment = jinja2.Environment(  # noqa: S701 - parses, never renders
        extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols"]
    )
    environment.filters = _Anything(environment.filters)
    environment.tests = _Anything(environment.tests)
    return environment


def free_names(environment: jinja2.Environment, expression: str) -> set[str]:
    """Return the names that an expression or a template reads from outside itself."""
    try:
        return jinja2.meta.find_undeclared_variables(environment.parse(expression))
    except jinja2.TemplateSyntaxError:  # a template inside a condition, which Ansible tolerates
        return set()


def expressions(value: object, local: set[str], key: str = "") -> Iterator[str]:
    """Yield every Jinja expression of a YAML document; collect what tasks define themselves."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if str(name).rsplit(".", 1)[-1] in {"vars", "set_fact"} and isinstance(inner, dict):
                local |= set(inner)
            elif name == "register" and isinstance(inner, str):
                local.add(inner)
            elif name == "loop_control" and isinstance(inner, dict):
                local |= {str(word) for word in inner.values()}
            yield from expressions(inner, local, str(name))
    elif isinstance(value, list):
        for inner in value:
            yield from expressions(inner, local, key)
    elif isinstance(value, str):
        if _EXPRESSION.search(value):
            yield value
        elif key in _CONDITIONS:
            yield "{{ " + value + " }}"
