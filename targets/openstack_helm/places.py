"""The values of charts that facts of the blueprint decide, each with its path: what the tables of facts are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from blueprint.target import Cause
from targets._formats.page import Traced
from targets.openstack_helm.plan import Plan


@dataclass(frozen=True, slots=True)
class Place:
    """A value of a chart that facts of the blueprint decide."""

    chart: str
    path: tuple[str, ...]
    value: Any
    cause: Cause


def places(plan: Plan) -> Iterator[Place]:
    """Every value that a fact decides."""
    for each in plan.settings:
        found = _leaves(each.setting.path, each.setting.value, each.setting.cause)
        for path, value, cause in found:
            yield Place(each.chart, path, value, cause)


def _leaves(
    path: tuple[str, ...], value: Any, cause: Cause
) -> Iterator[tuple[tuple[str, ...], Any, Cause]]:
    """The parts of a value that name causes of their own, else the value whole."""
    if isinstance(value, Traced):
        yield from _leaves(path, value.value, value.cause)
    elif isinstance(value, Mapping) and _has_causes(value):
        for key, item in value.items():
            yield from _leaves((*path, str(key)), item, cause)
    elif isinstance(value, (list, tuple)) and any(_has_causes(item) for item in value):
        for number, item in enumerate(value):
            yield from _leaves((*path, str(number)), item, cause)
    else:
        yield path, value, cause


def _has_causes(value: Any) -> bool:
    if isinstance(value, Traced):
        return True
    if isinstance(value, Mapping):
        return any(_has_causes(item) for item in value.values())
    return isinstance(value, (list, tuple)) and any(_has_causes(item) for item in value)
